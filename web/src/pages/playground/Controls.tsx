// Train, pause, one step, back to the beginning; and time: any step that was made.
import { useSignal } from "@preact/signals";
import type { Live, Step } from "./messages";
import { ChosenSetting, TypedSetting } from "./Setting";
import type { PlaygroundLab } from "./usePlayground";
import "./Controls.css";

const SPEEDS = [
  ["0", "as fast as it goes"],
  ["1000", "1000 steps a second"],
  ["100", "100 steps a second"],
  ["10", "10 steps a second"],
  ["2", "2 steps a second"],
] as const;
const UNITS = [
  ["batch", "a batch"],
  ["epoch", "an epoch"],
] as const;

export function Controls({ lab, live }: { lab: PlaygroundLab; live: Live }) {
  const speed = useSignal("0");
  const unit = useSignal<Step["unit"]>("batch");
  const [epoch, batch] = live.position.split(", ");
  return (
    <div class="play-controls">
      {live.running ? (
        <button type="button" class="primary" onClick={() => lab.act("pause", {})}>
          Pause
        </button>
      ) : (
        <button type="button" class="primary" onClick={() => lab.act("train", { speed: Number(speed.value) })}>
          Train
        </button>
      )}
      <button type="button" onClick={() => lab.act("step", { unit: unit.value })}>
        Step
      </button>
      <button type="button" onClick={() => lab.act("reset", {})} title="Back to the seed's first weights">
        Reset
      </button>
      <ChosenSetting
        label="A step is"
        value={unit.value}
        choices={UNITS}
        change={(text) => {
          unit.value = text as Step["unit"];
          return true;
        }}
      />
      <ChosenSetting
        label="Speed"
        value={speed.value}
        choices={SPEEDS}
        change={async (text) => {
          speed.value = text;
          return live.running ? lab.act("train", { speed: Number(text) }) : true;
        }}
      />
      <span class="play-time">
        <input
          type="range"
          aria-label="Time travel"
          aria-valuetext={`step ${live.step} of ${live.last}`}
          min={0}
          max={live.last}
          value={live.step}
          disabled={live.last === 0}
          onInput={(event) => lab.drag("seek", { step: Number(event.currentTarget.value) })}
          onChange={() => lab.release()}
        />
        <TypedSetting
          label="Go to step"
          value={String(live.step)}
          change={(text) => lab.act("seek", { step: /^\d{1,9}$/.test(text.trim()) ? Number(text) : -1 })}
        />
        <span class="play-position">
          of {live.last}; {epoch}
          <span class="play-batch">, {batch}</span>
        </span>
      </span>
    </div>
  );
}
