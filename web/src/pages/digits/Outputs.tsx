// The answer in words, and the ten outputs: a bar, the probability and the sum of each.
import { NumberShown } from "../../components/NumberShown";
import { useAsk } from "../../lib/lab";
import type { Output, View } from "./messages";

export interface OutputsProps {
  view: View;
  chosen: string;
  choose: (name: string) => void;
}

export function Outputs({ view, chosen, choose }: OutputsProps) {
  return (
    <section class="digits-outputs" aria-label="What it reads">
      <p class={`digits-answer${view.digit === null ? " is-words" : ""}`} role="status" aria-label="Answer">
        {view.answer}
      </p>
      <table>
        <caption class="unseen">Outputs</caption>
        <thead class="unseen">
          <tr>
            <th scope="col">digit</th>
            <th scope="col">bar</th>
            <th scope="col">probability</th>
            <th scope="col">sum</th>
          </tr>
        </thead>
        <tbody>
          {view.outputs.map((output) => (
            <Row key={output.digit} output={output} isChosen={output.probability.name === chosen} choose={choose} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ output, isChosen, choose }: { output: Output; isChosen: boolean; choose: (name: string) => void }) {
  const ask = useAsk();
  const { digit, probability, sum, share } = output;
  return (
    <tr class={isChosen ? "is-chosen" : ""}>
      <th scope="row">{digit}</th>
      <td class="digits-bar">
        <button
          type="button"
          aria-label={`${sum.name}, ${probability.name} = ${probability.text}`}
          onClick={() => {
            choose(probability.name);
            ask(probability.name);
          }}
        >
          <span style={{ width: `${100 * share}%` }} />
        </button>
      </td>
      <td>
        <NumberShown {...probability} />
      </td>
      <td class="digits-sum">
        <NumberShown {...sum} />
      </td>
    </tr>
  );
}
