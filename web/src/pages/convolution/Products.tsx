// What the chosen number is made of: the window's numbers times the kernel's, their sum, and what comes after it.
import { useSignal } from "@preact/signals";
import { GuessForm } from "../../components/GuessForm";
import { NumberShown } from "../../components/NumberShown";
import { useAsk } from "../../lib/lab";
import { KernelFields } from "./KernelFields";
import type { Picked, Term, View } from "./messages";
import type { Looking } from "./useConvolution";

export function Products({ view, picked, looking }: { view: View; picked: Picked; looking: Looking }) {
  const { lab } = looking;
  const { value, sum, weights } = picked;
  const editing = useSignal(false);
  const edit = (name: string, text: string) => {
    looking.channel.value = picked.seen_channel; // which need not be the strongest any more
    return looking.edit(name, text);
  };
  return (
    <section class="conv-products" aria-label="Products">
      <header>
        <h2>{weights || picked.bias ? "Products" : "Window"}</h2>
        {weights && (
          <button
            type="button"
            class="quiet"
            aria-pressed={editing.value}
            onClick={() => {
              editing.value = !editing.value;
            }}
          >
            Edit kernel
          </button>
        )}
        <button
          type="button"
          class="quiet"
          aria-pressed={view.is_hidden}
          onClick={() => lab.act("hide", { is_hidden: !view.is_hidden })}
        >
          {view.is_hidden ? "Show numbers" : "Hide numbers"}
        </button>
      </header>
      {weights && editing.value ? (
        <KernelFields {...weights} commit={edit} />
      ) : picked.is_hidden ? (
        <GuessForm
          name={picked.value.name}
          check={(guess) => lab.session.call("guess", guess)}
          reveal={() => lab.act("pick", view.pick)}
        />
      ) : (
        <Window {...picked} />
      )}
      {picked.seen_channels > 1 && (
        <label class="conv-below">
          with channel{" "}
          <select
            value={picked.seen_channel}
            onChange={(event) => {
              looking.channel.value = Number(event.currentTarget.value);
            }}
          >
            {Array.from({ length: picked.seen_channels }, (_, i) => (
              <option key={i} value={i}>
                {i + 1}
              </option>
            ))}
          </select>{" "}
          of {picked.seen_channels}
        </label>
      )}
      {!picked.is_hidden && (
        <p class="conv-values">
          {sum.name !== value.name && (
            <span>
              {sum.name} = <NumberShown {...sum} />
            </span>
          )}
          <span>
            {value.name} = <NumberShown {...value} />
          </span>
        </p>
      )}
      <p class="conv-below">{picked.sees}</p>
      {picked.seen_channels > 1 && <Mattered terms={picked.mattered} />}
    </section>
  );
}

function Window({ rows, columns, terms, bias }: Picked) {
  const ask = useAsk();
  const places = Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns] as const);
  if (!terms.length) return null;
  return (
    <div>
      <div class={`conv-window${columns > 3 ? " is-wide" : ""}`} style={{ "--columns": columns }}>
        {places.map(([row, column]) => {
          const term = terms.find((one) => one.row === row && one.column === column);
          if (!term)
            return (
              <span key={`${row} ${column}`} class="conv-none">
                0
              </span>
            );
          return (
            <button
              key={term.name}
              type="button"
              class={`conv-term${term.share < 0 ? " is-negative" : ""}${term.wins ? " is-winner" : ""}`}
              aria-label={`${term.text}, ${term.name}${term.wins ? ", the largest" : ""}`}
              onClick={() => ask(term.name)}
            >
              {breakable(term.text)}
              <i style={{ width: `${100 * Math.abs(term.share)}%` }} />
            </button>
          );
        })}
      </div>
      {bias && <p class="conv-below">all added, and the bias {bias}</p>}
    </div>
  );
}

/** (0.5)(−1) may break between its factors. */
function breakable(text: string) {
  const [first, second] = text.split(")(");
  return second === undefined ? (
    <span>{text}</span>
  ) : (
    <span>
      {first})<wbr />({second}
    </span>
  );
}

function Mattered({ terms }: { terms: readonly Term[] }) {
  const ask = useAsk();
  return (
    <div class="conv-mattered">
      <h2>What mattered most</h2>
      <ol>
        {terms.slice(0, 5).map((term) => (
          <li key={term.name}>
            <button type="button" onClick={() => ask(term.name)}>
              <b>{term.share < 0 ? "−" : "+"}</b> {term.name} <small>{term.text}</small>
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
