// A number on a page, with its Why?. A test presses each and checks the lines: show no number in another way.
import { useAsk } from "../lib/lab";
import type { Shown } from "../lib/messages";
import "./NumberShown.css";

export function NumberShown({ name, text }: Shown) {
  return (
    <span class="number" data-number={name}>
      {text}
      <WhyButton name={name} />
    </span>
  );
}

/** The button that asks for the arithmetic of the number of that name. */
export function WhyButton({ name }: { name: string }) {
  const ask = useAsk();
  return (
    <button type="button" class="why-button" data-why={name} aria-label={`Why? ${name}`} onClick={() => ask(name)}>
      ?
    </button>
  );
}
