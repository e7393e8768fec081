// Digits: from the pad to the answer, with every number on the way.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { PageFrame } from "../../components/PageFrame";
import { usePanel } from "../../components/panel";
import { Tabs } from "../../components/Tabs";
import { WhyRegion } from "../../components/WhyRegion";
import { type Lab, useLab } from "../../lib/lab";
import { Mattered, Nearest } from "./CloserLook";
import type { Closer, Commands, Point, View } from "./messages";
import { Outputs } from "./Outputs";
import { Pad, type Pen } from "./Pad";
import { AskedPixels } from "./Pixels";
import { FED, Sheet, WEIGHTS } from "./Sheet";
import { Tiles } from "./Tiles";
import { PenTools, Teach } from "./Tools";
import "./digits.css";

export default function DigitsPage() {
  const lab = useLab<View, Commands>("digits");
  const view = lab.view.value;
  return (
    <PageFrame name="digits" lab={lab} about={<Prose />}>
      {view && <Bench lab={lab} view={view} />}
    </PageFrame>
  );
}

const PAUSE = 250; // milliseconds after a stroke before a closer look, which the next stroke should not wait for

const PANELS = { fed: "Fed", layers: "Layers", closer: "What mattered", train: "Train", why: "Why?" } as const;
type Panel = keyof typeof PANELS;

type DigitsLab = Lab<View, Commands>;

function Bench({ lab, view }: { lab: DigitsLab; view: View }) {
  const pen = useSignal<Pen>({ tool: "pen", width: 18 });
  const drawing = useSignal(false);
  const neuron = useSignal("");
  const digit = useSignal<number | null>(null);
  const sheet = useSignal<string | null>(null);
  const closer = useCloser(lab, view, drawing.value, neuron.value, digit.value);
  const number = (point: Point) => lab.session.call("point", point);
  const choose = (name: string) => {
    neuron.value = name;
  };
  const chooseDigit = (chosen: number | null) => {
    digit.value = chosen;
    choose(chosen === null ? "" : (view.outputs[chosen]?.probability.name ?? ""));
  };
  const show = (of: string | null) => () => {
    sheet.value = of;
  };
  const chosen = closer?.value.name ?? "";
  const panel = usePanel<Panel>(lab, "layers");
  const showPanel = (name: Panel) => {
    panel.value = name;
  };
  const seen = (name: Panel) => panel.value === null || panel.value === name;
  const teach = closer && <Teach lab={lab} view={view} closer={closer} digit={digit.value} choose={chooseDigit} />;
  return (
    <div class="digits" data-serial={view.serial}>
      <div class="digits-draw">
        <Pad
          view={view}
          pen={pen.value}
          drawing={drawing}
          send={(strokes, serial) => lab.drag("draw", { strokes, serial })}
          lifted={() => lab.release()}
        />
        <PenTools lab={lab} view={view} pen={pen} />
        {panel.value === null && teach}
      </div>
      <Outputs view={view} chosen={chosen} choose={choose} />
      {panel.value !== null && <Tabs titles={PANELS} chosen={panel.value} choose={showPanel} />}
      {panel.value === "train" && teach}
      {seen("fed") && (
        <section class="digits-fed" aria-label="Fed">
          <header>
            <h2>
              Fed <small>28 × 28</small>
            </h2>
            <button type="button" class="quiet" onClick={show(FED)}>
              Numbers
            </button>
          </header>
          <AskedPixels name="What is fed" data={view.fed} size={220} number={(index) => number({ of: "fed", index })} />
          {view.has_weights && (
            <button type="button" class="quiet" onClick={show(WEIGHTS)}>
              Weights of the first layer
            </button>
          )}
        </section>
      )}
      {seen("layers") && (
        <div class="digits-layers">
          {view.layers.map((layer) => (
            <Tiles key={layer.title} layer={layer} chosen={chosen} choose={choose} table={show(layer.title)} />
          ))}
          {view.maps && (
            <p class="digits-below">
              <span>
                The layers before are maps: see them on <a href={`./convolution#${view.maps}`}>Convolution</a>.
              </span>
            </p>
          )}
        </div>
      )}
      {closer && seen("closer") && (
        <div class="digits-closer">
          <Mattered closer={closer} number={number} choose={choose} />
          <Nearest closer={closer} />
        </div>
      )}
      {sheet.value && (
        <Sheet lab={lab} view={view} of={sheet.value} busy={drawing.value} choose={choose} close={show(null)} />
      )}
      {seen("why") && <WhyRegion lab={lab} />}
    </div>
  );
}

/** What a closer look shows, once the pen is up. */
function useCloser(lab: DigitsLab, view: View, busy: boolean, neuron: string, digit: number | null): Closer | null {
  const closer = useSignal<Closer | null>(null);
  const ready = useSignal(0);
  useEffect(() => {
    lab.session.on("Ready", () => {
      ready.value += 1;
    });
  }, [lab]);
  useEffect(() => {
    if (busy) return;
    const show = (found: Closer) => {
      closer.value = found;
    };
    const failed = (error: Error) => {
      lab.error.value = error.message;
    };
    const look = () => lab.session.latest("look", { neuron, digit }, show, failed);
    const timer = setTimeout(look, view.serial ? PAUSE : 0);
    return () => clearTimeout(timer);
  }, [view, busy, neuron, digit, ready.value]);
  return closer.value;
}

function Prose() {
  return (
    <>
      <p>
        Draw a digit. It is centred and scaled as the makers of MNIST did it, and becomes 784 numbers from 0 to 255:
        these are all that the network sees.
      </p>
      <p>
        Each tile is a neuron: the fuller, the larger its value. Select one, or an output, to see which terms of its sum
        mattered most, and any ? for the arithmetic.
      </p>
      <p>
        Where the network reads wrongly, say what the digit is, and train on your drawing. It learns that one; whether
        it forgets others you can try.
      </p>
      <p>Arrow keys move the pen over the pad, Space puts it down and lifts it.</p>
    </>
  );
}
