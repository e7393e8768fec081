// A language model: the text that it reads, how it goes on, and what it expects next.
import { Field } from "../../components/Field";
import { Slider } from "../../components/Slider";
import type { Text } from "./messages";
import { Bars } from "./Step";
import type { SequenceLab } from "./useSequence";

const FEW = [1, 2, 3, 5, 10, 20];
const SEVERAL = 10; // tokens at once

export function Writing({ lab, text }: { lab: SequenceLab; text: Text }) {
  return (
    <p class="seq-row">
      <Field
        name="Text"
        exact={text.text}
        answers={false}
        class="seq-text"
        commit={(typed) => lab.act("write", { text: typed })}
      />
      <button type="button" class="primary" onClick={() => lab.act("next", { count: 1 })}>
        Next token
      </button>
      <button type="button" onClick={() => lab.act("next", { count: SEVERAL })}>
        Ten more
      </button>
    </p>
  );
}

/** How tokens are drawn. */
export function Tuning({ lab, text }: { lab: SequenceLab; text: Text }) {
  const { temperature, top_k, seed } = text;
  const tune = (changed: Partial<Pick<Text, "temperature" | "top_k" | "seed">>) => ({
    temperature,
    top_k,
    seed,
    ...changed,
  });
  return (
    <p class="seq-row">
      <Slider
        name="Temperature"
        exact={temperature}
        least={0}
        most={2}
        step={0.1}
        answers={false}
        change={(typed) => lab.drag("tune", tune({ temperature: typed }))}
        release={() => lab.release()}
        commit={(typed) => lab.act("tune", tune({ temperature: typed }))}
      />
      <label class="seq-choice">
        Draw from{" "}
        <select
          aria-label="Draw from"
          value={top_k}
          onChange={(event) => lab.act("tune", tune({ top_k: Number(event.currentTarget.value) }))}
        >
          <option value={0}>all {text.tokens}</option>
          {[...new Set([...FEW, ...(top_k ? [top_k] : [])])]
            .filter((count) => count < text.tokens)
            .map((count) => (
              <option key={count} value={count}>
                the first {count}
              </option>
            ))}
        </select>
      </label>
      <Field
        name="Seed"
        label="Seed"
        exact={String(seed)}
        answers={false}
        commit={(typed) => lab.act("tune", tune({ seed: Number(typed) }))}
      />
    </p>
  );
}

/** The most probable next tokens, as bars. */
export function Candidates({ text }: { text: Text }) {
  return (
    <section class="seq-candidates" aria-label="Next token">
      <h2>
        Next token <small>the most probable of {text.tokens}</small>
      </h2>
      <Bars bars={text.candidates} name="Candidates" isPositive />
    </section>
  );
}
