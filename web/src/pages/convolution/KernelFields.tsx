// The numbers of a kernel, each a field; the one that was used last answers Why?.
import { useSignal } from "@preact/signals";
import { Field } from "../../components/Field";
import { WhyButton } from "../../components/NumberShown";
import type { Editable } from "../../lib/messages";

export interface KernelFieldsProps {
  rows: readonly (readonly Editable[])[];
  bias: Editable | null;
  /** Takes what was typed for a number; whether it could be done. */
  commit: (name: string, text: string) => Promise<boolean>;
}

export function KernelFields({ rows, bias, commit }: KernelFieldsProps) {
  const asked = useSignal("");
  const numbers = [...rows.flat(), ...(bias ? [bias] : [])];
  const last = numbers.find((one) => one.name === asked.value) ?? numbers[0];
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
        answers={one.name === last?.name}
        commit={(text) => commit(one.name, text)}
        {...(label ? { label } : {})}
      />
    </span>
  );
  return (
    <>
      <div class="conv-weights" style={{ "--columns": rows[0]?.length ?? 0 }}>
        {rows.flat().map((one) => field(one))}
      </div>
      <p class="conv-below">
        {bias && field(bias, "bias")}
        {last && (
          <span class="conv-asked">
            {last.name} <WhyButton name={last.name} />
          </span>
        )}
      </p>
    </>
  );
}
