// Learn: one gradient step taken apart. What learns and the player above, the picture on the left, its arithmetic right.
import { type Signal, useSignal } from "@preact/signals";
import { appearance } from "../../components/Appearance";
import { NumberShown } from "../../components/NumberShown";
import { PageFrame } from "../../components/PageFrame";
import { useAnswered } from "../../components/panel";
import { Tabs } from "../../components/Tabs";
import { WhyRegion } from "../../components/WhyRegion";
import { Curve } from "./Curve";
import { Diagram } from "./Diagram";
import { Lines } from "./Lines";
import type { View } from "./messages";
import { OneGradient } from "./OneGradient";
import { Player } from "./Player";
import { Settings } from "./Settings";
import { UpdateTable } from "./UpdateTable";
import { type LearnLab, useLearn } from "./useLearn";
import "./learn.css";

const PANELS = { arithmetic: "Arithmetic", update: "Update", one: "Gradient" } as const;
/** Large letters leave no room for settings above the picture, nor for two sorts of arithmetic beside it. */
const PROJECTED = {
  arithmetic: "Arithmetic",
  update: "Update",
  why: "Why?",
  one: "Gradient",
  settings: "Settings",
} as const;
type Panel = keyof typeof PROJECTED;

export default function LearnPage() {
  const lab = useLearn();
  const panel = useSignal<Panel>("arithmetic");
  const view = lab.view.value;
  const isProjected = appearance.value === "projector";
  useAnswered(lab, panel, ["one"]);
  const follow = async (name: string) => {
    if (!(await lab.act("select", { name }))) return;
    lab.ask(name);
    if (panel.value === "arithmetic") panel.value = "one";
  };
  return (
    <PageFrame name="learn" lab={lab} about={<Prose />}>
      {view && (
        <div class="learn">
          <div class="learn-top">
            {!isProjected && <Settings view={view} lab={lab} />}
            <Player view={view} lab={lab} />
          </div>
          <div class="learn-picture">
            <Diagram view={view} follow={follow} routes={panel.value === "one" ? view.routes : []} />
          </div>
          <div class="learn-side">
            {!isProjected && (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
              <div class="learn-why" tabIndex={0}>
                <WhyRegion lab={lab} />
              </div>
            )}
            <LossSoFar view={view} />
            <Panels view={view} lab={lab} panel={panel} isProjected={isProjected} />
          </div>
        </div>
      )}
    </PageFrame>
  );
}

function LossSoFar({ view }: { view: View }) {
  return (
    <div class="learn-loss">
      <div>
        <p class="learn-loss-now" role="status" aria-label="Loss">
          {view.loss_now ? <NumberShown {...view.loss_now} /> : <span class="learn-hint">not computed yet</span>}
        </p>
        <p class={`learn-said${view.diverged ? " learn-diverged" : ""}`} role="status" aria-label="Progress">
          {view.diverged || view.said}
        </p>
      </div>
      {view.steps > 0 && <Curve losses={view.curve} steps={view.steps} />}
    </div>
  );
}

interface PanelsProps {
  view: View;
  lab: LearnLab;
  panel: Signal<Panel>;
  isProjected: boolean;
}

function Panels({ view, lab, panel, isProjected }: PanelsProps) {
  const panels: Partial<typeof PROJECTED> = isProjected ? PROJECTED : PANELS;
  const chosen = panels[panel.value] ? panel.value : "arithmetic";
  return (
    <>
      <Tabs
        titles={panels}
        chosen={chosen}
        choose={(name) => {
          panel.value = name;
        }}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="learn-panel" tabIndex={0} aria-label={panels[chosen]}>
        {chosen === "arithmetic" && (
          <>
            <h2>{view.title}</h2>
            <Lines lines={view.lines} />
          </>
        )}
        {chosen === "update" && <UpdateTable view={view} lab={lab} />}
        {chosen === "one" && <OneGradient view={view} lab={lab} />}
        {chosen === "settings" && <Settings view={view} lab={lab} />}
        {chosen === "why" && <WhyRegion lab={lab} />}
      </section>
    </>
  );
}

function Prose() {
  return (
    <>
      <p>
        A network learns by steps. Each one feeds a sample forward, compares the answer with the target, goes backwards
        through the layers to find for every number how the loss changes with it, and moves the weights downhill.
      </p>
      <p>
        Press Step to see that in order, and Back to take it back. δ is the gradient of the loss for a neuron's sum; the
        gradient for a weight is what the weight is multiplied by, times the δ of the neuron that it leads to.
      </p>
      <p>
        Click on a weight to see the paths of the chain rule that lead to its gradient. Under One gradient it is
        checked: the weight is made a little larger and a little smaller, and the loss computed both times.
      </p>
    </>
  );
}
