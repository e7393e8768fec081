// Playground: the samples on the left, the network in the middle, what it answers and how well on the right.
import { useSignal } from "@preact/signals";
import { appearance } from "../../components/Appearance";
import { NumberShown } from "../../components/NumberShown";
import { PageFrame } from "../../components/PageFrame";
import { useAnswered } from "../../components/panel";
import { Room } from "../../components/Room";
import { Tabs } from "../../components/Tabs";
import { WhyRegion } from "../../components/WhyRegion";
import { Controls } from "./Controls";
import { Legend, LossChart } from "./LossChart";
import type { Live } from "./messages";
import { NetworkView } from "./NetworkView";
import {
  AnswersPanel,
  ComparePanel,
  GalleryPanel,
  NeuronPanel,
  OwnTable,
  type PanelProps,
  PointsPanel,
} from "./Panels";
import { Samples } from "./Samples";
import { ChosenSetting } from "./Setting";
import { SurfaceView } from "./SurfaceView";
import { Tuning } from "./Tuning";
import { setLayers, usePlayground } from "./usePlayground";
import "./playground.css";

const PANELS = {
  neuron: "Neuron",
  answers: "Answers",
  points: "Points",
  compare: "Compare",
  gallery: "Break it",
} as const;
/** Large letters leave no room for settings beside the network and its answers. */
const PROJECTED = { samples: "Samples", training: "Training", ...PANELS, own: "Own table", why: "Why?" } as const;
type Panel = keyof typeof PROJECTED;

const SURFACE = 300; // pixels of the decision surface
const SMALLER_SURFACE = { projector: 200, phone: 236 };
const PHONE = "(max-width: 40rem)";

export default function PlaygroundPage() {
  const play = usePlayground();
  const { lab, live, curves } = play;
  const panel = useSignal<Panel>(location.hash.startsWith("#break=") ? "gallery" : "neuron");
  const brush = useSignal("");
  const [view, now, drawn] = [lab.view.value, live.value, curves.value];
  const isProjected = appearance.value === "projector";
  const { projector, phone } = SMALLER_SURFACE;
  const size = matchMedia(PHONE).matches ? phone : isProjected ? projector : SURFACE;
  const panels: Partial<typeof PROJECTED> = isProjected ? PROJECTED : PANELS;
  useAnswered(lab, panel);
  const shown = panels[panel.value] ? panel.value : "neuron";
  const chosen = brush.value || view?.classes[0] || "1";
  const chart = now && drawn && (
    <div class="play-chart">
      <Room>{(width, height) => <LossChart curves={drawn} live={now} width={width} height={height} />}</Room>
    </div>
  );
  return (
    <PageFrame name="playground" lab={lab} about={<Prose />}>
      {view && now && drawn && (
        <div class="play">
          <Controls lab={lab} live={now} />
          {!isProjected && <Samples lab={lab} view={view} />}
          <div class="play-middle">
            <div class="play-layers">
              <ChosenSetting
                label="Activation"
                value={view.settings.activation}
                choices={view.activations.map((one) => [one, one])}
                change={(text) => lab.act("set", { name: "activation", text })}
              />
              <button type="button" onClick={() => setLayers(lab, (layers) => [...layers, 4])}>
                Add a layer
              </button>
              <button
                type="button"
                disabled={view.settings.layers.length === 0}
                onClick={() => setLayers(lab, (layers) => layers.slice(0, -1))}
              >
                Remove a layer
              </button>
            </div>
            <div class="play-room">
              <Room>
                {(width, height) => <NetworkView play={play} view={view} live={now} width={width} height={height} />}
              </Room>
            </div>
            {!isProjected && <Tuning lab={lab} view={view} />}
            {isProjected && chart}
            <p class={`play-said${now.diverged ? " play-diverged" : ""}`} role="status" aria-label="Training">
              {now.said}
            </p>
            {!isProjected && (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
              <div class="play-why" tabIndex={0}>
                <WhyRegion lab={lab} />
              </div>
            )}
          </div>
          <div class="play-right">
            <div class="play-top">
              <SurfaceView play={play} view={view} size={size} brush={chosen} />
              <div>
                <Losses live={now} />
                <Legend curves={drawn} />
              </div>
            </div>
            {!isProjected && chart}
            <Tabs
              titles={panels}
              chosen={shown}
              choose={(name) => {
                panel.value = name;
              }}
            />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
            <section class="play-panel" tabIndex={0} aria-label={panels[shown]}>
              <Chosen
                panel={shown}
                play={play}
                view={view}
                live={now}
                brush={chosen}
                choose={(text) => {
                  brush.value = text;
                }}
              />
            </section>
          </div>
        </div>
      )}
    </PageFrame>
  );
}

function Chosen({
  panel,
  brush,
  choose,
  ...rest
}: PanelProps & { panel: Panel; brush: string; choose: (text: string) => void }) {
  if (panel === "samples") return <Samples lab={rest.play.lab} view={rest.view} />;
  if (panel === "training") return <Tuning lab={rest.play.lab} view={rest.view} />;
  if (panel === "own") return <OwnTable play={rest.play} />;
  if (panel === "why") return <WhyRegion lab={rest.play.lab} />;
  if (panel === "neuron") return <NeuronPanel {...rest} />;
  if (panel === "answers") return <AnswersPanel {...rest} />;
  if (panel === "points") return <PointsPanel {...rest} brush={brush} choose={choose} />;
  if (panel === "compare") return <ComparePanel {...rest} />;
  return <GalleryPanel {...rest} />;
}

/** While the network learns, the numbers change too often to be read out; they are when it pauses. */
function Losses({ live }: { live: Live }) {
  return (
    <div role="status" aria-label="Loss" aria-live={live.running ? "off" : "polite"} class="play-losses">
      {live.losses.map((one) => (
        <p key={one.name} class={one.name === "loss" || one.name === "test loss" ? "play-main" : ""}>
          <span>{one.name} </span>
          <NumberShown {...one} />
        </p>
      ))}
    </div>
  );
}

function Prose() {
  return (
    <>
      <p>
        A step is one batch: the network's answers are compared with the targets, and each weight moves against its
        gradient. An epoch is as many steps as it takes to see every training sample once.
      </p>
      <p>
        Train, then drag Time travel: every step can be seen again, with the weights that it had. Change the optimiser,
        the penalty or dropout at any step; what came after is trained anew. Fork keeps it to be compared.
      </p>
      <p>
        Filled marks are learnt from, hollow ones only tested on. Solid lines are positive weights, dashed ones
        negative; the small square at each neuron is its bias. The loss that is made small includes the penalty, which
        is also drawn apart.
      </p>
    </>
  );
}
