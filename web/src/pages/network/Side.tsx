// Beside the picture: outputs, target and loss, what is played or multiplied together, and Why?.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { DataTable } from "../../components/DataTable";
import { Field } from "../../components/Field";
import { NumberShown, WhyButton } from "../../components/NumberShown";
import { usePanel } from "../../components/panel";
import { Tabs } from "../../components/Tabs";
import { WhyRegion } from "../../components/WhyRegion";
import { Collapse } from "./Collapse";
import { FunctionChart } from "./FunctionChart";
import type { Mattered as Terms, View } from "./messages";
import type { NetworkLab, Reply } from "./useNetwork";
import type { Play } from "./usePlay";

export interface SideProps {
  view: View;
  lab: NetworkLab;
  play: Play;
  reply: Reply;
}

const PANELS = { outputs: "Outputs", fed: "Fed forward", why: "Why?" } as const;
type Panel = keyof typeof PANELS;

export function Side({ view, lab, play, reply }: SideProps) {
  const panel = usePanel<Panel>(lab, "outputs");
  const isFed = play.lines.value.length > 0;
  useEffect(() => {
    if (panel.value !== null) panel.value = isFed ? "fed" : "outputs";
  }, [panel, isFed]);
  const told = reply.value ?? view.collapsed; // what was just done stands among the outputs
  useEffect(() => {
    if (panel.value !== null && told) panel.value = "outputs";
  }, [panel, told]);
  const seen = (name: Panel) => panel.value === null || panel.value === name;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <div class="network-side" tabIndex={0}>
      {panel.value !== null && (
        <Tabs
          titles={PANELS}
          chosen={panel.value}
          choose={(name) => {
            panel.value = name;
          }}
        />
      )}
      {seen("outputs") && <Outputs view={view} lab={lab} play={play} reply={reply} />}
      {seen("why") && (
        <>
          <WhyRegion lab={lab} />
          <Mattered view={view} lab={lab} />
        </>
      )}
      {seen("fed") && (isFed || panel.value) && (
        <section class="network-fed" aria-label="Fed forward">
          <h2>Fed forward</h2>
          {!isFed && <p class="why-hint">Press Play or Step.</p>}
          {play.lines.value.map((line) => (
            <div key={line.name} class="network-line" data-line>
              {line.text}
            </div>
          ))}
        </section>
      )}
    </div>
  );
}

function Outputs({ view, lab, play, reply }: SideProps) {
  const isPlaying = play.done.value !== null && play.done.value < play.steps.length;
  return (
    <>
      <DataTable
        caption="Outputs"
        columns={[]}
        rows={view.outputs.map((output) => [
          output.name,
          view.hidden.includes(output.name) ? "?" : isPlaying ? "…" : <NumberShown key={output.name} {...output} />,
        ])}
      />
      <Target view={view} lab={lab} />
      {view.hidden.length > 0 && <Guesses view={view} reply={reply} />}
      {view.collapsed && <Collapse collapsed={view.collapsed} lab={lab} />}
      {view.inputs.length > 0 && view.inputs.length <= 2 && view.hidden.length === 0 && play.done.value === null && (
        <FunctionChart view={view} lab={lab} />
      )}
    </>
  );
}

function Target({ view, lab }: { view: View; lab: NetworkLab }) {
  if (view.targets.length === 0) return null;
  return (
    <div class="network-target">
      {view.targets.map((one) => (
        <span key={one.name} class="number">
          {one.text ? (
            <>
              <Field
                name={one.name}
                label={one.label}
                exact={one.text}
                commit={(text) => lab.act("edit", { name: one.name, text })}
              />
              <WhyButton name={one.name} />
            </>
          ) : (
            <EmptyTarget name={one.name} lab={lab} />
          )}
        </span>
      ))}
      {view.loss && (
        <>
          <p class="network-loss" role="status" aria-label="Loss">
            loss <NumberShown {...view.loss} />
          </p>
          <select
            aria-label="Loss function"
            value={view.chosen_loss}
            onChange={(event) => lab.act("choose", { loss: event.currentTarget.value })}
          >
            {view.losses.map((name) => (
              <option key={name} value={name}>
                {name.replaceAll("_", " ")}
              </option>
            ))}
          </select>
        </>
      )}
    </div>
  );
}

/** No target yet: there is no number to ask about. */
function EmptyTarget({ name, lab }: { name: string; lab: NetworkLab }) {
  return (
    <label>
      {name}{" "}
      <input
        type="text"
        size={5}
        placeholder="none"
        autocomplete="off"
        onChange={(event) => lab.act("edit", { name, text: event.currentTarget.value })}
      />
    </label>
  );
}

function Guesses({ view, reply }: { view: View; reply: Reply }) {
  const said = reply.value;
  return (
    <section class="network-guesses" aria-label="Predict">
      <h2>Predict, then reveal</h2>
      <p class="why-hint">
        Type what you think into the circles. {view.hidden.length === 1 ? "One is" : `${view.hidden.length} are`} left.
      </p>
      <p role="status" aria-label="Reply" class={said && !said.is_right ? "is-wrong" : ""}>
        {said && `${said.name}: ${said.text}`}
      </p>
    </section>
  );
}

/** The largest terms of the number that was asked for: of a wide layer, what one would otherwise not find. */
function Mattered({ view, lab }: { view: View; lab: NetworkLab }) {
  const found = useSignal<Terms | null>(null);
  const name = lab.answer.value?.name;
  useEffect(() => {
    found.value = null;
    if (!name) return;
    let isOld = false;
    lab.session.call("mattered", { name }).then(
      (terms) => {
        if (!isOld) found.value = terms;
      },
      () => {}, // a number without terms
    );
    return () => {
      isOld = true; // another number was asked for before the answer
    };
  }, [lab, name, view]);
  const isNeuron = view.neurons.some((neuron) => neuron.name === name || neuron.value === name);
  if (!name) return null;
  return (
    <section aria-label="What mattered most">
      {found.value && found.value.terms.length > 0 && (
        <>
          <h2>What mattered most here</h2>
          <ul class="network-terms">
            {found.value.terms.map((term) => (
              <li key={term.name + term.text}>
                <button type="button" onClick={() => lab.ask(term.name)}>
                  <span class="network-term-name">{term.name}</span> {term.text}
                  <span class="network-bar" style={{ width: `${100 * term.share}%` }} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {isNeuron && (
        <button type="button" onClick={() => lab.act("hide", (now) => ({ names: [...now.hidden, name] }))}>
          Hide {name}, to be guessed
        </button>
      )}
    </section>
  );
}
