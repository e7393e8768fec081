// A hidden number: a field in its circle, in which it is guessed. A right guess shows the number.
import { useSignal } from "@preact/signals";
import { circle } from "../../components/NeuronButton";
import type { Shape } from "../../lib/messages";
import type { NetworkLab, Reply } from "./useNetwork";

export interface GuessFieldProps {
  shape: Shape;
  name: string;
  lab: NetworkLab;
  reply: Reply;
}

export function GuessField({ shape, name, lab, reply }: GuessFieldProps) {
  const wrong = useSignal(false);
  const check = async (text: string) => {
    if (!text.trim()) return;
    try {
      const found = await lab.session.call("guess", { name, text });
      lab.error.value = "";
      reply.value = found;
      wrong.value = !found.is_right;
      if (found.is_right) await lab.act("hide", (now) => ({ names: now.hidden.filter((other) => other !== name) }));
    } catch (error) {
      lab.error.value = (error as Error).message;
      wrong.value = true;
    }
  };
  return (
    <span class="network-guess" style={circle(shape)}>
      <input
        type="text"
        aria-label={`Guess ${name}`}
        aria-invalid={wrong.value}
        placeholder="?"
        autocomplete="off"
        spellcheck={false}
        onChange={(event) => check(event.currentTarget.value)}
      />
    </span>
  );
}
