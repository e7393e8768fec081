// One's own kernel, each weight a field, and how it slides.
import { KernelFields } from "./KernelFields";
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
  const setting = bench.setting;
  const set = (name: keyof Setting, value: string) => {
    const typed = typeof setting[name] === "number" ? Number(value) : value;
    lab.act("set", (now) => ({ ...(now.bench?.setting ?? setting), [name]: typed }) as Setting);
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
        <KernelFields rows={bench.kernel} bias={bench.bias} commit={(name, text) => lab.act("edit", { name, text })} />
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
