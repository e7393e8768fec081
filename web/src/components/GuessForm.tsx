// A hidden number's field for a guess, and what comes back for it.
import { useSignal } from "@preact/signals";
import type { Guess, Guessed } from "../lib/messages";
import "./GuessForm.css";

export interface GuessFormProps {
  name: string;
  check: (guess: Guess) => Promise<Guessed>;
  /** Shows the number, which is known now. */
  reveal: () => void;
}

export function GuessForm({ name, check, reveal }: GuessFormProps) {
  const reply = useSignal("");
  const text = useSignal("");
  const submit = async () => {
    try {
      const found = await check({ name, text: text.value });
      reply.value = found.text;
      if (!found.is_right) return;
      text.value = "";
      reveal();
    } catch (error) {
      reply.value = (error as Error).message;
    }
  };
  return (
    <form
      class="guess"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label>
        {name} ={" "}
        <input
          type="text"
          size={6}
          autocomplete="off"
          aria-label={`Guess ${name}`}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="primary">
        Check
      </button>
      <p role="status" aria-label="Reply">
        {reply.value}
      </p>
    </form>
  );
}
