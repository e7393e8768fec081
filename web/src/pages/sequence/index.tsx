// Sequence: what a network keeps of a sequence step by step, its gates, and which steps look at which.
import { useSignal } from "@preact/signals";
import { Field } from "../../components/Field";
import { NumberShown, WhyButton } from "../../components/NumberShown";
import { PageFrame } from "../../components/PageFrame";
import { usePanel } from "../../components/panel";
import { Tabs } from "../../components/Tabs";
import { WhyRegion } from "../../components/WhyRegion";
import { Curves } from "./Curves";
import type { Pick, View } from "./messages";
import { Step } from "./Step";
import { Parts, Timeline } from "./Timeline";
import { Tools } from "./Tools";
import { type Looking, type SequenceLab, useSequence } from "./useSequence";
import { Candidates, Tuning, Writing } from "./Writing";
import "./sequence.css";

export default function SequencePage() {
  const looking = useSequence();
  const view = looking.lab.view.value;
  return (
    <PageFrame name="sequence" lab={looking.lab} about={<Prose />}>
      {view && <Bench looking={looking} view={view} />}
    </PageFrame>
  );
}

const PANELS = { time: "Over time", next: "Next token", step: "Step", why: "Why?" } as const;
const OF_NUMBERS = { time: PANELS.time, step: PANELS.step, why: PANELS.why };
const ASIDE = { next: PANELS.next, step: "Chosen step" };
type Panel = keyof typeof PANELS;

function Bench({ looking, view }: { looking: Looking; view: View }) {
  const { lab, picked } = looking;
  const panel = usePanel<Panel>(lab, "time", ["time", "next"]);
  const aside = useSignal<keyof typeof ASIDE>("next"); // of text, beside which there is room for one of them
  const seen = (name: Panel) => panel.value === null || panel.value === name;
  const hasStep = panel.value === null ? !view.text || aside.value === "step" : panel.value === "step";
  const hasNext = panel.value === null ? aside.value === "next" : panel.value === "next";
  const pick = (place: Pick) => {
    aside.value = "step";
    looking.pick(place);
  };
  return (
    <div class="seq">
      <Tools lab={lab} view={view} />
      {panel.value !== null && (
        <Tabs
          titles={view.text ? PANELS : OF_NUMBERS}
          chosen={panel.value}
          choose={(name) => {
            panel.value = name;
          }}
        />
      )}
      {seen("time") && (
        <div class="seq-main">
          {view.about && <p class="seq-about">{view.about}</p>}
          {view.weights.length > 0 && <Weights lab={lab} view={view} />}
          {view.text && (
            <section class="seq-writing" aria-label="Writing">
              <Writing lab={lab} text={view.text} />
              {panel.value === null && <Tuning lab={lab} text={view.text} />}
            </section>
          )}
          <Parts view={view} looking={looking} />
          <Timeline view={view} looking={{ ...looking, pick }} isProjected={panel.value !== null} />
          {view.layers[view.pick.layer]?.keeps_state && view.board.cells.length > 0 && !view.is_hidden && (
            <Curves view={view} looking={looking} />
          )}
        </div>
      )}
      {(hasStep || hasNext || seen("why")) && (
        <div class="seq-side">
          {panel.value === null && view.text && (
            <Tabs
              titles={ASIDE}
              chosen={aside.value}
              choose={(name) => {
                aside.value = name;
              }}
            />
          )}
          {hasStep && !view.text && <Answers view={view} />}
          {panel.value === "next" && view.text && <Tuning lab={lab} text={view.text} />}
          {hasNext && view.text && <Candidates text={view.text} />}
          {picked.value && hasStep && <Step view={view} picked={picked.value} looking={looking} />}
          {seen("why") && <WhyRegion lab={lab} />}
        </div>
      )}
    </div>
  );
}

function Answers({ view }: { view: View }) {
  return (
    <section class="seq-answers" aria-label="Outputs">
      <h2>
        Output{" "}
        <b role="status" aria-label="Answer">
          {view.said}
        </b>
      </h2>
      <ul>
        {view.answers.map((one) => (
          <li key={one.name}>
            {one.name} = {one.text === "?" ? "?" : <NumberShown {...one} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Weights({ lab, view }: { lab: SequenceLab; view: View }) {
  return (
    <section class="seq-weights" aria-label="Weights">
      {view.weights.map((one) => (
        <span key={one.name}>
          <Field
            name={one.name}
            label={one.name}
            shown={one.text}
            exact={one.exact}
            commit={(text) => lab.act("edit", { name: one.name, text })}
          />
          <WhyButton name={one.name} />
        </span>
      ))}
    </section>
  );
}

function Prose() {
  return (
    <>
      <p>
        A recurrent layer reads a sequence from left to right and keeps a state: at each step it makes a new one of what
        stands there and of the state before, always with the same weights. Gates, numbers between 0 and 1, say how much
        is let in, kept and let out.
      </p>
      <p>
        Type a number of the input, or draw it into the picture below; select a number of the state to see the gates of
        that step. <em>Effect</em> is how much a little more of each input would change that number: near 0, it is
        forgotten.
      </p>
      <p>
        Attention looks back instead: a step's query is compared with the keys of all steps, softmax makes weights of
        these scores, and the step gets the values, mixed by the weights.
      </p>
      <p>
        The arrows beside the layer walk from the token to the probability: its row of the embedding and that of its
        position, the norms, attention, what is added up after it, and the dense layers, each as units by steps.
      </p>
      <p>
        A language model reads a text and says of each token how probable it is to come next. <em>Next token</em> draws
        one and appends it; below a temperature of 1 the probable becomes more so, and at 0 the most probable is taken.
        Top-p leaves out all but the most probable tokens, as few as have that probability together, and divides theirs
        anew.
      </p>
      <p>
        The examples learn while you watch: go back to epoch 0 to see what a network keeps that knows nothing. A network
        with a recurrent layer or attention, opened by <code>glassnet lab MODEL</code>, is shown as it is.
      </p>
      <p>
        Arrow keys move over the numbers, Enter asks. <em>Hide numbers</em> lets you compute one first.
      </p>
    </>
  );
}
