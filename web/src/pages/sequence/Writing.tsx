// A language model: the text that it reads, how it goes on, and what it expects next.
import { Field } from "../../components/Field";
import { NumberShown } from "../../components/NumberShown";
import { Slider } from "../../components/Slider";
import type { Text } from "./messages";
import { Share } from "./Step";
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
  const { temperature, top_k, top_p, seed } = text;
  type Changed = Partial<Pick<Text, "temperature" | "top_k" | "top_p" | "seed">>;
  const all = (changed: Changed, now = text) => ({
    temperature: now.temperature,
    top_k: now.top_k,
    top_p: now.top_p,
    seed: now.seed,
    ...changed,
  });
  const tune = (changed: Changed) => lab.act("tune", (now) => all(changed, now.text ?? text));
  return (
    <p class="seq-row">
      <Slider
        name="Temperature"
        exact={temperature}
        least={0}
        most={2}
        step={0.1}
        answers={false}
        change={(typed) => lab.drag("tune", all({ temperature: typed }))}
        release={() => lab.release()}
        commit={(typed) => tune({ temperature: typed })}
      />
      <label class="seq-choice">
        Draw from{" "}
        <select
          aria-label="Draw from"
          value={top_k}
          onChange={(event) => tune({ top_k: Number(event.currentTarget.value) })}
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
      <Slider
        name="Top-p"
        exact={top_p}
        least={0.05}
        most={1}
        step={0.05}
        answers={false}
        change={(typed) => lab.drag("tune", all({ top_p: typed }))}
        release={() => lab.release()}
        commit={(typed) => tune({ top_p: typed })}
      />
      <Field
        name="Seed"
        label="Seed"
        exact={String(seed)}
        answers={false}
        commit={(typed) => tune({ seed: Number(typed) })}
      />
    </p>
  );
}

/** The most probable next tokens, as bars; with top-p what they have together, and which are left out. */
export function Candidates({ text }: { text: Text }) {
  const isNucleus = text.candidates.some((one) => one.together);
  return (
    <section class={`seq-candidates${isNucleus ? " is-nucleus" : ""}`} aria-label="Next token">
      <h2>
        Next token{" "}
        <small>{isNucleus ? `drawn from ${text.kept} of ${text.tokens}` : `the most probable of ${text.tokens}`}</small>
      </h2>
      {isNucleus && (
        <p class="seq-columns">
          <span>drawn by</span>
          <span>cumulated</span>
        </p>
      )}
      <ul class="seq-bars" aria-label="Candidates">
        {text.candidates.map(({ label, number, share, together }) => (
          <li key={label} class={number ? "" : "is-left-out"}>
            <span>{label}</span>
            {number && <Share share={share} />}
            {number ? <NumberShown {...number} /> : <span>left out</span>}
            {together && <NumberShown {...together} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
