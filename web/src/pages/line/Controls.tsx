// The line's numbers, and three ways to better ones: by hand, by steps downhill, by the formula.
import { Field } from "../../components/Field";
import { NumberShown, WhyButton } from "../../components/NumberShown";
import { Slider } from "../../components/Slider";
import type { View } from "./messages";
import type { LineLab } from "./useLine";

const TO_THE_END = 100_000;

export function Controls({ view, lab }: { view: View; lab: LineLab }) {
  return (
    <div class="line-controls">
      <div class="line-sliders">
        {view.parameters.map((one) => (
          <span key={one.name} class="line-slider">
            <Slider
              name={one.name}
              exact={one.exact}
              shown={one.text}
              least={one.least}
              most={one.most}
              step={one.step}
              change={(text) => lab.drag("edit", { name: one.name, text }, one.name)}
              commit={(text) => lab.act("edit", { name: one.name, text })}
              release={() => lab.release()}
            />
            <WhyButton name={one.name} />
          </span>
        ))}
      </div>
      <div class="line-descent">
        <button type="button" class="primary" onClick={() => lab.act("fit", {})} disabled={view.no_best !== ""}>
          Exact fit
        </button>
        {[1, 10, 100].map((count) => (
          <button key={count} type="button" onClick={() => lab.act("step", { count })}>
            {count === 1 ? "1 step" : `${count} steps`}
          </button>
        ))}
        <button type="button" onClick={() => lab.act("step", { count: TO_THE_END })}>
          To the end
        </button>
        <Typed one={view.rate} label="learning rate" lab={lab} />
      </div>
      <div class="line-descent">
        {view.new.map((one, i) => (
          <Typed key={one.name} one={one} label={`at ${view.labels[i]}`} lab={lab} />
        ))}
        <span class="line-prediction">
          the line predicts <NumberShown {...view.prediction} />
        </span>
        {!view.is_standard && (
          <button type="button" onClick={() => lab.act("standardize", {})}>
            Standardise
          </button>
        )}
        <button type="button" class="line-reset" onClick={() => lab.act("open", { fragment: `data=${view.data}` })}>
          Reset
        </button>
      </div>
      <p class={`line-said${view.diverged ? " line-diverged" : ""}`} role="status" aria-label="Descent">
        {view.diverged || view.steps}
      </p>
    </div>
  );
}

function Typed({ one, label, lab }: { one: View["rate"]; label: string; lab: LineLab }) {
  const commit = (text: string) => lab.act("edit", { name: one.name, text });
  return (
    <span class="line-labelled">
      <span aria-hidden="true">{label}</span>
      <Field name={one.name} exact={one.exact} shown={one.text} commit={commit} />
      <WhyButton name={one.name} />
    </span>
  );
}
