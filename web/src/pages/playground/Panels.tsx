// What is looked at more closely: a neuron, the confusion matrix, the points, another run, the script, what breaks.
import { useSignal } from "@preact/signals";
import { appearance } from "../../components/Appearance";
import { DataTable } from "../../components/DataTable";
import { NumberShown } from "../../components/NumberShown";
import type { Example, Live, View } from "./messages";
import { ChosenSetting, TypedSetting } from "./Setting";
import type { Playground } from "./usePlayground";
import "./Panels.css";

export interface PanelProps {
  play: Playground;
  view: View;
  live: Live;
}

export function NeuronPanel({ play, live }: PanelProps) {
  const { closer } = live;
  return (
    <div class="play-closer">
      <p>
        <strong>{closer.neuron}</strong> at{" "}
        <TypedSetting label="x" value={closer.x} change={(text) => play.look(closer.neuron, text, closer.y)} />{" "}
        <TypedSetting label="y" value={closer.y} change={(text) => play.look(closer.neuron, closer.x, text)} />
      </p>
      <dl>
        {closer.sum.name !== closer.value.name && (
          <div>
            <dt>{closer.sum.name}</dt>
            <dd>
              <NumberShown {...closer.sum} />
            </dd>
          </div>
        )}
        <div>
          <dt>{closer.value.name}</dt>
          <dd>
            <NumberShown {...closer.value} />
          </dd>
        </div>
        <div>
          <dt>bias</dt>
          <dd>
            <NumberShown {...closer.bias} />
          </dd>
        </div>
        {closer.weights.map((one) => (
          <div key={one.source}>
            <dt>from {one.source}</dt>
            <dd>
              <NumberShown {...one.weight} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

export function AnswersPanel({ view, live }: PanelProps) {
  return (
    <>
      {live.confusion.length > 0 && (
        <DataTable
          caption={`Of the ${view.tested ? "test" : "training"} samples: class, and answered as`}
          columns={["class", ...view.classes]}
          rows={live.confusion.map((row, i) => [
            view.classes[i] ?? "",
            ...row.map((one) => <NumberShown key={one.name} {...one} />),
          ])}
        />
      )}
      <dl class="play-cost">
        {live.cost.map((one) => (
          <div key={one.name}>
            <dt>{one.name} so far</dt>
            <dd>
              <NumberShown {...one} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

const MOST_LISTED = 400;

export function PointsPanel({
  play,
  view,
  brush,
  choose,
}: PanelProps & { brush: string; choose: (text: string) => void }) {
  const { lab } = play;
  const [x, y] = [useSignal("0"), useSignal("0")];
  const keep = (signal: { value: string }) => (text: string) => {
    signal.value = text;
    return true;
  };
  const chosen = (text: string) => {
    choose(text);
    return true;
  };
  return (
    <>
      <p class="play-add">
        {view.classes.length ? (
          <ChosenSetting label="Class" value={brush} choices={view.classes.map((one) => [one, one])} change={chosen} />
        ) : (
          <TypedSetting label="Value" value={brush} change={chosen} />
        )}
        <TypedSetting label="x" value={x.value} change={keep(x)} />
        <TypedSetting label="y" value={y.value} change={keep(y)} />
        <button type="button" onClick={() => lab.act("type", { x: x.value, y: y.value, target: brush })}>
          Add this point
        </button>
      </p>
      {view.settings.data === "own" ? (
        <ol class="play-points">
          {view.dots.x.slice(0, MOST_LISTED).map((at, i) => (
            <li key={i}>
              <button
                type="button"
                aria-label={`Delete point ${i + 1}`}
                onClick={() => lab.act("delete", { point: i + 1 })}
              >
                ×
              </button>{" "}
              {at}, {view.dots.y[i]}: {view.classes[view.dots.target[i] ?? 0] ?? view.dots.target[i]}
            </li>
          ))}
        </ol>
      ) : (
        <p class="play-hint">Click into the decision surface to add points: the samples become your own.</p>
      )}
      {appearance.value !== "projector" && <OwnTable play={play} />}
    </>
  );
}

export function OwnTable({ play }: { play: Playground }) {
  const text = useSignal("");
  const target = useSignal("");
  return (
    <form
      class="play-own"
      onSubmit={(event) => {
        event.preventDefault();
        play.lab.act(
          "own",
          { text: text.value, target: target.value },
          new TextEncoder().encode(text.value).buffer as ArrayBuffer,
        );
      }}
    >
      <label>
        Own table, with a header and two inputs
        <textarea
          rows={3}
          placeholder={"width,height,kind\n1.2,0.4,a\n0.3,0.9,b"}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <label>
        Target (else the last column){" "}
        <input
          type="text"
          value={target.value}
          onInput={(event) => {
            target.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit">Use this table</button>
    </form>
  );
}

export function ComparePanel({ play, view }: PanelProps) {
  const { lab } = play;
  const optimizer = useSignal(view.optimizers.find((one) => one !== view.settings.optimizer) ?? "Adam");
  const rate = useSignal(view.settings.rate);
  const keep = (signal: { value: string }) => (text: string) => {
    signal.value = text;
    return true;
  };
  return (
    <>
      <p class="play-add">
        <ChosenSetting
          label="Race against"
          value={optimizer.value}
          choices={view.optimizers.map((one) => [one, one])}
          change={keep(optimizer)}
        />
        <TypedSetting label="Its rate" value={rate.value} change={keep(rate)} />
        <button type="button" onClick={() => lab.act("race", { optimizer: optimizer.value, rate: rate.value })}>
          Race
        </button>
      </p>
      <p class="play-hint">From the same first weights, with the same batches. Its loss is drawn beside this one's.</p>
      <p class="play-add">
        <button type="button" onClick={() => lab.act("fork", {})}>
          Fork
        </button>
        <span class="play-hint">lets this run go on as it is; change something here, and compare.</span>
      </p>
      {view.rival && (
        <p class="play-add">
          <span>Beside this: {view.rival}</span>
          <button type="button" onClick={() => lab.act("alone", {})}>
            End it
          </button>
        </p>
      )}
    </>
  );
}

/** Where letters are large, only the example that is open says what to watch for. */
export function GalleryPanel({ play, view }: PanelProps) {
  const isProjected = appearance.value === "projector";
  const title = (one: Example) => (
    <button
      key={one.title}
      type="button"
      aria-pressed={one.title === view.broken}
      onClick={() => play.lab.act("open", { fragment: one.fragment })}
    >
      {one.title}
    </button>
  );
  if (isProjected)
    return (
      <>
        <p class="play-add">{view.gallery.map(title)}</p>
        <p>{view.gallery.find((one) => one.title === view.broken)?.watch ?? "Choose one, then press Train."}</p>
      </>
    );
  return (
    <dl class="play-gallery">
      {view.gallery.map((one) => (
        <div key={one.title}>
          <dt>{title(one)}</dt>
          <dd>{one.watch}</dd>
        </div>
      ))}
    </dl>
  );
}
