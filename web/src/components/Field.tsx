// A number that is typed: 0.5, 0,5, 1/3. Python reads it; the browser only passes it on. At rest it shows `shown`, with
// few digits; in use `exact`, with all of them. Enter or leaving it commits, Escape takes it back.
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import "./Field.css";

export interface FieldProps {
  /** What the field is called; the accessible name. */
  name: string;
  exact: string;
  shown?: string;
  /** The visible label; without one the name is only heard. */
  label?: string;
  class?: string;
  /** Whether it is one number, which answers Why?. */
  answers?: boolean;
  /** Takes the text; whether it could be done. */
  commit: (text: string) => Promise<boolean> | boolean;
}

export function Field({ name, exact, shown = exact, label, answers = true, commit, ...rest }: FieldProps) {
  const typed = useSignal<string | null>(null);
  const focused = useSignal(false);
  const wrong = useSignal(false);
  const sent = useRef<string | null>(null); // what is on its way: Enter sent it, and leaving the field does not again
  const id = useId();
  const send = async () => {
    const text = typed.value;
    if (text === null || text === sent.current) return;
    if (text === exact && sent.current === null) {
      typed.value = null;
      return;
    }
    sent.current = text;
    const done = await commit(text);
    if (sent.current !== text) return; // something else has been sent since
    sent.current = null;
    if (typed.value !== text) return; // it is being typed on, or was taken back
    wrong.value = !done;
    if (done) typed.value = null;
  };
  const takeBack = () => {
    typed.value = null;
    wrong.value = false;
  };
  const atRest = focused.value ? exact : shown;
  return (
    <span class={`field ${rest.class ?? ""}`}>
      {label && <label for={id}>{label}</label>}
      <input
        id={id}
        type="text"
        inputMode="text"
        autocomplete="off"
        spellcheck={false}
        aria-label={label ? undefined : name}
        aria-invalid={wrong.value}
        data-number={answers ? name : undefined}
        value={typed.value ?? atRest}
        size={Math.max(3, (typed.value ?? atRest).length)}
        onFocus={(event) => {
          focused.value = true;
          if (typed.value === null) event.currentTarget.value = exact; // at once, so that what is selected stays so
          event.currentTarget.select();
        }}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
        onBlur={() => {
          focused.value = false;
          send();
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") send();
          if (event.key === "Escape") takeBack();
        }}
      />
    </span>
  );
}
