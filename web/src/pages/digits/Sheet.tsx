// All numbers behind a picture, over the page until they are closed: those that are fed, a layer's, the first weights.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { DataTable } from "../../components/DataTable";
import { NumberShown } from "../../components/NumberShown";
import type { Lab } from "../../lib/lab";
import type { Commands, Listed, View, Weights } from "./messages";
import { Pixels } from "./Pixels";

export const FED = "fed";
export const WEIGHTS = "weights";

export interface SheetProps {
  lab: Lab<View, Commands>;
  view: View;
  /** FED, WEIGHTS, or the title of a layer. */
  of: string;
  /** Whether the pen is down; the numbers wait until it is not. */
  busy: boolean;
  choose: (name: string) => void;
  close: () => void;
}

export function Sheet({ lab, view, of, busy, choose, close }: SheetProps) {
  const listed = useSignal<Listed | null>(null);
  const weights = useSignal<Weights | null>(null);
  useEffect(() => {
    if (busy) return;
    const failed = (error: Error) => {
      lab.error.value = error.message;
      close();
    };
    const show = (found: Listed | null, pictures: Weights | null) => {
      listed.value = found;
      weights.value = pictures;
    };
    if (of === WEIGHTS) lab.session.call("weights", {}).then((found) => show(null, found), failed);
    else lab.session.call("numbers", { of }).then((found) => show(found, null), failed);
  }, [of, view, busy]);
  const chosen = (name: string) => {
    choose(name);
    close();
  };
  const titles: Record<string, string> = { [FED]: "The numbers that are fed", [WEIGHTS]: "Weights of the first layer" };
  return (
    <Over title={titles[of] ?? `Neurons of ${of}`} close={close}>
      {of === FED && listed.value && <FedTable listed={listed.value} ask={(name) => lab.ask(name)} />}
      {of !== FED && listed.value && <ListedTable listed={listed.value} />}
      {weights.value && <WeightPictures weights={weights.value} choose={chosen} />}
    </Over>
  );
}

function Over({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus(), []);
  return (
    <section
      ref={section}
      class="digits-sheet"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={title}
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" onClick={close}>
          Close
        </button>
      </header>
      {children}
    </section>
  );
}

function ListedTable({ listed }: { listed: Listed }) {
  return (
    <DataTable
      caption="Each neuron's sum, and its value after the activation"
      columns={[]}
      rows={listed.headings.map((heading, i) => [
        heading,
        ...(listed.rows[i] ?? []).map((one) => <NumberShown key={one.name} {...one} />),
      ])}
    />
  );
}

/** The 28 × 28 numbers, each a button that asks for itself. */
function FedTable({ listed, ask }: { listed: Listed; ask: (name: string) => void }) {
  return (
    <table class="digits-fed-table">
      <caption class="unseen">The numbers that are fed</caption>
      <tbody>
        {listed.rows.map((row, i) => (
          <tr key={i}>
            <th scope="row">
              <span class="unseen">{listed.headings[i]}</span>
            </th>
            {row.map(({ name, text }) => (
              <td key={name} class={text === "0" ? "is-paper" : ""}>
                <button
                  type="button"
                  data-number={name}
                  data-why={name}
                  aria-label={`${name}, ${text}`}
                  title={name}
                  onClick={() => ask(name)}
                >
                  {text}
                </button>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function WeightPictures({ weights, choose }: { weights: Weights; choose: (name: string) => void }) {
  const { neurons, pictures, largest } = weights;
  return (
    <>
      <p>
        One picture for each neuron of the first layer: ink on <i class="is-positive">blue</i> raises its sum, ink on{" "}
        <i class="is-negative">orange</i> lowers it. All have one scale; the largest weight is {largest.name} ={" "}
        <NumberShown {...largest} />.
      </p>
      <ul class="digits-weights">
        {neurons.map((name, i) => (
          <li key={name}>
            <button type="button" aria-label={`Weights of ${name}`} onClick={() => choose(name)}>
              <Pixels name={`Weights of ${name}`} data={pictures[i] ?? ""} signed size={56} />
              <span>{name}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
