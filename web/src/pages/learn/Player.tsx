// The step as it is played: a button for each sub-step, one further, one back, and whole steps.
import type { SubStep, View } from "./messages";
import type { LearnLab } from "./useLearn";

const WORDS: Record<string, string> = {
  forward: "Forward",
  loss: "Loss",
  δ: "δ backwards",
  gradient: "Gradients",
  update: "Update",
};

export function Player({ view, lab }: { view: View; lab: LearnLab }) {
  const isStopped = view.diverged !== "";
  return (
    <div class="learn-player">
      <div class="learn-buttons">
        <button type="button" disabled={!view.can_go_back} onClick={() => lab.act("back", {})}>
          Back
        </button>
        <button type="button" class="primary" disabled={isStopped} onClick={() => lab.act("step", {})}>
          Step
        </button>
        {[1, 10, 100].map((count) => (
          <button key={count} type="button" disabled={isStopped} onClick={() => lab.act("steps", { count })}>
            {count === 1 ? "Whole step" : `${count} steps`}
          </button>
        ))}
        <button
          type="button"
          onClick={() => lab.act("open", { fragment: `example=${encodeURIComponent(view.example)}` })}
        >
          Reset
        </button>
      </div>
      <ol class="learn-parts" aria-label="Sub-steps">
        {parts(view.sub_steps).map(([part, steps]) => (
          <li key={part}>
            {steps.length > 1 && <span class="learn-part">{WORDS[part]}</span>}
            {steps.map(([i, step]) => (
              <button
                key={i}
                type="button"
                class={i < view.at ? "learn-done" : ""}
                aria-label={step.layer ? `${WORDS[part]}: ${step.layer}` : `Sub-step ${WORDS[part]}`}
                aria-current={i + 1 === view.at ? "step" : undefined}
                disabled={isStopped}
                onClick={() => lab.act("go", { at: i + 1 })}
              >
                {steps.length > 1 ? step.layer : WORDS[part]}
              </button>
            ))}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The sub-steps with their places, by the part of the step that they belong to. */
function parts(steps: readonly SubStep[]): [string, [number, SubStep][]][] {
  const found = new Map<string, [number, SubStep][]>();
  steps.forEach((step, i) => {
    found.set(step.part, [...(found.get(step.part) ?? []), [i, step]]);
  });
  return [...found];
}
