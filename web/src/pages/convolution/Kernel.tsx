// One's own kernel, each weight a field, and how it slides.
import { useSignal } from "@preact/signals";
import { Field } from "../../components/Field";
import { WhyButton } from "../../components/NumberShown";
import type { Editable } from "../../lib/messages";
import type { Bench, Set as Setting, View } from "./messages";
import type { ConvolutionLab } from "./useConvolution";

const CHOICES = {
  size: ["Size", [3, 5]],
  stride: ["Stride", [1, 2, 3]],
  dilation: ["Dilation", [1, 2, 3]],
  padding: ["Padding", ["valid", "same"]],
  activation: ["Activation", []],
  pooling: ["Pooling", ["none", "max", "average"]],
} as const;

export function Kernel({ lab, view, bench }: { lab: ConvolutionLab; view: View; bench: Bench }) {
  const asked = useSignal("");
  const setting = bench.setting;
  const numbers = [...bench.kernel.flat(), bench.bias];
  const last = numbers.find((one) => one.name === asked.value) ?? bench.kernel[0]?.[0] ?? bench.bias;
  const field = (one: Editable, label?: string) => (
    <span
      key={one.name}
      onFocusIn={() => {
        asked.value = one.name;
      }}
    >
      <Field
        name={one.name}
        shown={one.text}
        exact={one.exact}
        answers={one.name === last.name}
        commit={(text) => lab.act("edit", { name: one.name, text })}
        {...(label ? { label } : {})}
      />
    </span>
  );
  const set = (name: keyof Setting, value: string) => {
    const typed = typeof setting[name] === "number" ? Number(value) : value;
    lab.act("set", { ...setting, [name]: typed } as Setting);
  };
  return (
    <section class="conv-kernel" aria-label="Kernel">
      <div>
        <header>
          <h2>Kernel</h2>
          <select
            aria-label="Kernel to begin with"
            value={bench.preset}
            onChange={(event) => lab.act("preset", { kernel: event.currentTarget.value })}
          >
            {bench.preset === "" && <option value="">your own</option>}
            {view.presets.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </header>
        <div class="conv-weights" style={{ "--columns": bench.kernel.length }}>
          {bench.kernel.flat().map((one) => field(one))}
        </div>
        <p class="conv-below">
          {field(bench.bias, "bias")}
          <span class="conv-asked">
            {last.name} <WhyButton name={last.name} />
          </span>
        </p>
      </div>
      <div class="conv-settings">
        {(Object.keys(CHOICES) as (keyof Setting)[]).map((name) => {
          const [label, known] = CHOICES[name];
          const choices: readonly (string | number)[] = name === "activation" ? view.activations : known;
          return (
            <label key={name}>
              {label}{" "}
              <select
                aria-label={label}
                value={setting[name]}
                onChange={(event) => set(name, event.currentTarget.value)}
              >
                {choices.map((choice) => (
                  <option key={choice}>{choice}</option>
                ))}
              </select>
            </label>
          );
        })}
      </div>
    </section>
  );
}
