// A setting: typed, or chosen among a few. Python reads what is typed; it is no result, so it has no Why?.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import "./Setting.css";

interface Common {
  /** Its label, and its accessible name. */
  label: string;
  value: string;
  change: (text: string) => Promise<boolean> | boolean;
}

/** Enter or leaving it commits, Escape takes back. */
export function TypedSetting({ label, value, change, wide }: Common & { wide?: boolean }) {
  const typed = useSignal<string | null>(null);
  const wrong = useSignal(false);
  const id = useId();
  const send = async () => {
    const text = typed.value;
    if (text === null || text === value) {
      typed.value = null;
      return;
    }
    wrong.value = !(await change(text));
    if (!wrong.value) typed.value = null;
  };
  return (
    <span class="play-setting">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        spellcheck={false}
        class={wide ? "play-wide" : ""}
        aria-invalid={wrong.value}
        value={typed.value ?? value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
        onBlur={send}
        onKeyDown={(event) => {
          if (event.key === "Enter") send();
          if (event.key === "Escape") {
            typed.value = null;
            wrong.value = false;
          }
        }}
      />
    </span>
  );
}

export function ChosenSetting({
  label,
  value,
  choices,
  change,
}: Common & { choices: readonly (readonly [string, string])[] }) {
  const id = useId();
  return (
    <span class="play-setting">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => change(event.currentTarget.value)}>
        {choices.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </span>
  );
}
