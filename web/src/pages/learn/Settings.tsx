// What learns from what, and how: the example with its samples, the loss, the optimiser and its settings.
import { Field } from "../../components/Field";
import { WhyButton } from "../../components/NumberShown";
import type { Editable } from "../../lib/messages";
import type { View } from "./messages";
import type { LearnLab } from "./useLearn";

export function Settings({ view, lab }: { view: View; lab: LearnLab }) {
  return (
    <div class="learn-settings">
      <Choice
        label="Example"
        value={view.example}
        options={view.examples}
        choose={(name) => lab.act("open", { fragment: `example=${encodeURIComponent(name)}` })}
      />
      <Choice
        label="Loss"
        name="Loss function"
        value={view.loss}
        options={view.losses}
        choose={(name) => lab.act("choose", { what: "loss", name })}
      />
      <Choice
        label="Optimiser"
        value={view.optimizer}
        options={view.optimizers}
        choose={(name) => lab.act("choose", { what: "optimizer", name })}
      />
      <Typed one={view.rate} lab={lab} />
      {view.settings.length > 0 && (
        <details class="learn-more">
          <summary>Its settings</summary>
          <div>
            {view.settings.map((one) => (
              <Typed key={one.name} one={one} lab={lab} />
            ))}
          </div>
        </details>
      )}
      <Choice
        label="Samples"
        value={String(view.samples)}
        options={view.counts.map(String)}
        choose={(name) => lab.act("choose", { what: "samples", name })}
      />
      {view.samples > 1 && (
        <Choice
          label="Drawn"
          name="Sample drawn"
          value={String(view.drawn)}
          options={Array.from({ length: view.samples }, (_, i) => String(i + 1))}
          choose={(name) => lab.act("choose", { what: "sample", name })}
        />
      )}
      {view.sample.map((one) => (
        <Typed key={one.name} one={one} lab={lab} />
      ))}
      {view.missing && <p class="learn-hint">{view.missing}</p>}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  /** Its accessible name, where that is longer. */
  name?: string;
  value: string;
  options: readonly string[];
  choose: (name: string) => void;
}

function Choice({ label, name, value, options, choose }: ChoiceProps) {
  return (
    <label class="learn-choice">
      {label}
      <select aria-label={name} value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {(options.includes(value) ? options : [value, ...options]).map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
}

export function Typed({ one, lab }: { one: Editable; lab: LearnLab }) {
  return (
    <span class="learn-typed">
      <Field
        name={one.name}
        label={one.name}
        exact={one.exact}
        shown={one.text}
        commit={(text) => lab.act("edit", { name: one.name, text })}
      />
      <WhyButton name={one.name} />
    </span>
  );
}
