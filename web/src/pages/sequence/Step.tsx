// The chosen number: what the layer works out at its step; of attention, scores, weights and the mixture.
import { GuessForm } from "../../components/GuessForm";
import { NumberShown } from "../../components/NumberShown";
import type { Bar, Picked, View } from "./messages";
import type { Looking } from "./useSequence";

export function Step({ view, picked, looking }: { view: View; picked: Picked; looking: Looking }) {
  const { lab } = looking;
  return (
    <section class="seq-step" aria-label="Chosen step">
      <header>
        <h2>{picked.title}</h2>
        <button
          type="button"
          class="quiet"
          aria-pressed={view.is_hidden}
          onClick={() => lab.act("hide", { is_hidden: !view.is_hidden })}
        >
          {view.is_hidden ? "Show numbers" : "Hide numbers"}
        </button>
      </header>
      <p class="seq-about">{view.layers[view.pick.layer]?.how}</p>
      {picked.is_hidden ? (
        <GuessForm
          name={picked.value.name}
          check={(guess) => lab.session.call("guess", guess)}
          reveal={() => lab.act("pick", view.pick)}
        />
      ) : picked.weights.length ? (
        <Attention picked={picked} />
      ) : (
        <Bars bars={picked.parts} name={view.layers[view.pick.layer]?.keeps_state ? "Gates" : "Parts"} />
      )}
    </section>
  );
}

interface BarsProps {
  bars: readonly Bar[];
  name: string;
}

function Bars({ bars, name }: BarsProps) {
  return (
    <ul class="seq-bars" aria-label={name}>
      {bars.map((bar) => (
        <li key={bar.number.name}>
          <span>{bar.label}</span>
          <BarOf share={bar.share} />
          <NumberShown {...bar.number} />
        </li>
      ))}
    </ul>
  );
}

/** Of a number that is never below zero, from the left. */
export function Share({ share }: { share: number }) {
  return (
    <span class="seq-bar is-positive" aria-hidden="true">
      <i style={{ left: 0, width: `${100 * share}%` }} />
    </span>
  );
}

/** From the middle to the right above zero, to the left below. */
function BarOf({ share }: { share: number }) {
  const width = `${50 * Math.abs(share)}%`;
  return (
    <span class="seq-bar" aria-hidden="true">
      <i class={share < 0 ? "is-negative" : ""} style={share < 0 ? { right: "50%", width } : { left: "50%", width }} />
    </span>
  );
}

function Attention({ picked }: { picked: Picked }) {
  return (
    <>
      <table class="seq-attention">
        <thead>
          <tr>
            <th scope="col">looks at</th>
            <th scope="col">score</th>
            <th scope="col">weight</th>
          </tr>
        </thead>
        <tbody>
          {picked.weights.map((weight, i) => {
            const score = picked.parts[i];
            return (
              <tr key={weight.number.name}>
                <th scope="row">{weight.label}</th>
                <td>{score && <NumberShown {...score.number} />}</td>
                <td>
                  <span class="seq-share" style={{ "--share": weight.share }} aria-hidden="true" />
                  <NumberShown {...weight.number} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <h3>It gets</h3>
      <p class="seq-mixture">
        {picked.mixture.map((one) => (
          <NumberShown key={one.number.name} {...one.number} />
        ))}
      </p>
    </>
  );
}
