// One neuron and what made it what it is; and the training digits that are nearest to the drawing.
import { NumberShown } from "../../components/NumberShown";
import { useAsk } from "../../lib/lab";
import type { Shown } from "../../lib/messages";
import type { Closer, Contribution, Point } from "./messages";
import { AskedPixels, Pixels } from "./Pixels";

export interface MatteredProps {
  closer: Closer;
  number: (point: Point) => Promise<Shown>;
  choose: (name: string) => void;
}

export function Mattered({ closer, number, choose }: MatteredProps) {
  const { sum, value, looks_for } = closer;
  return (
    <section class="digits-mattered" aria-label="What mattered most">
      <h2>What mattered most for {sum.name}</h2>
      <div class="digits-beside">
        <div class="digits-terms">
          <p class="digits-values">
            {sum.name} = <NumberShown {...sum} />
            {value.name !== sum.name && (
              <>
                {value.name} = <NumberShown {...value} />
              </>
            )}
          </p>
          <ol>
            {closer.contributions.map((one) => (
              <Term key={one.name} {...one} choose={choose} />
            ))}
          </ol>
        </div>
        <figure>
          <figcaption>
            {looks_for.title}: <i class="is-positive">blue</i> raises, <i class="is-negative">orange</i> lowers
          </figcaption>
          <AskedPixels
            name={looks_for.title}
            data={looks_for.data}
            signed
            size={140}
            first={looks_for.largest}
            number={(index) => number({ of: "looks_for", index })}
          />
        </figure>
      </div>
    </section>
  );
}

function Term({ name, text, share, choose }: Contribution & { choose: (name: string) => void }) {
  const ask = useAsk();
  const inside = (
    <>
      <b>{share < 0 ? "−" : "+"}</b>
      <span class={`digits-share ${share < 0 ? "is-negative" : "is-positive"}`}>
        <span style={{ width: `${100 * Math.abs(share)}%` }} />
      </span>
    </>
  );
  if (!name)
    return (
      <li class="digits-term">
        {inside} {text.replace(/^\[|\]$/g, "")}
      </li>
    );
  const look = () => {
    choose(name);
    ask(name);
  };
  return (
    <li>
      <button type="button" class="digits-term" onClick={look}>
        {inside} <span class="digits-name">{name}</span> <small>{text}</small>
      </button>
    </li>
  );
}

export function Nearest({ closer }: { closer: Closer }) {
  const { source, nearest } = closer;
  return (
    <section class="digits-near" aria-label="Nearest training digits">
      <h2>Nearest</h2>
      <ul>
        {nearest.map((near, i) => (
          <li key={i}>
            <Pixels name={`A ${near.label}`} data={near.data} size={42} />
            <span aria-hidden="true">{near.label}</span>
          </li>
        ))}
      </ul>
      <p class="digits-below">{source ? `of ${source}` : "Fetching digits to compare with …"}</p>
    </section>
  );
}
