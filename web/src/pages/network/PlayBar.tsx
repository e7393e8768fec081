// Play, step forwards and back, and how far a step goes.
import type { By } from "./play";
import type { Play } from "./usePlay";

export function PlayBar({ play }: { play: Play }) {
  const { by, done, isRunning, steps } = play;
  const at = done.value;
  const go = (to: number) => {
    isRunning.value = false;
    done.value = Math.max(0, Math.min(to, steps.length));
  };
  return (
    <fieldset class="network-play">
      <legend class="unseen">Feed forward</legend>
      <button
        type="button"
        onClick={() => {
          if (!isRunning.value && (at === null || at >= steps.length)) done.value = 0;
          isRunning.value = !isRunning.value;
        }}
      >
        {isRunning.value ? "Pause" : "Play"}
      </button>
      <button type="button" disabled={at === null || at <= 0} onClick={() => go((at ?? 0) - 1)}>
        Back
      </button>
      <button type="button" disabled={at !== null && at >= steps.length} onClick={() => go((at ?? 0) + 1)}>
        Step
      </button>
      <select
        aria-label="A step is"
        value={by.value}
        onChange={(event) => {
          by.value = event.currentTarget.value as By;
          if (done.value !== null) done.value = 0;
        }}
      >
        <option value="neuron">neuron by neuron</option>
        <option value="layer">layer by layer</option>
      </select>
      {at !== null && (
        <>
          <span class="network-count">
            {at} of {steps.length}
          </span>
          <button
            type="button"
            onClick={() => {
              isRunning.value = false;
              done.value = null;
            }}
          >
            Show all
          </button>
        </>
      )}
    </fieldset>
  );
}
