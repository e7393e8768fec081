// One gradient: the paths of the chain rule that make it, and a nudge of the number that checks it.
import { NumberShown } from "../../components/NumberShown";
import { Lines } from "./Lines";
import type { View } from "./messages";
import { Typed } from "./Settings";
import type { LearnLab } from "./useLearn";

export function OneGradient({ view, lab }: { view: View; lab: LearnLab }) {
  return (
    <div class="learn-one">
      <label class="learn-choice">
        Number
        <select value={view.selected} onChange={(event) => lab.act("select", { name: event.currentTarget.value })}>
          {view.selectable.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <h2>Chain rule, path by path</h2>
      {view.no_paths ? <p class="learn-hint">{view.no_paths}</p> : <Lines lines={view.paths} />}
      <h2>Nudged by ε</h2>
      <Typed one={view.epsilon} lab={lab} />
      <dl class="learn-nudge">
        {view.nudge.map((one) => (
          <div key={one.name}>
            <dt>{one.name}</dt>
            <dd>
              <NumberShown {...one} />
            </dd>
          </div>
        ))}
      </dl>
      <Lines lines={view.nudge_lines} />
    </div>
  );
}
