// What is read, by which network, and how far that has learnt.
import { Slider } from "../../components/Slider";
import type { Training, View } from "./messages";
import type { SequenceLab } from "./useSequence";

export function Tools({ lab, view }: { lab: SequenceLab; view: View }) {
  return (
    <div class="seq-tools">
      <Choice
        name="Look into"
        chosen={view.model}
        known={view.models}
        choose={(model) => lab.act("choose", { model })}
      />
      {view.inputs.length > 0 && (
        <Choice
          name="Begin with"
          chosen={view.input}
          known={view.inputs}
          choose={(input) => lab.act("take", { input })}
        />
      )}
      {view.can_resize && <Steps lab={lab} steps={view.entries.columns.length} />}
      {view.training && <Learning lab={lab} training={view.training} />}
    </div>
  );
}

interface ChoiceProps {
  name: string;
  chosen: string;
  known: readonly string[];
  choose: (name: string) => void;
}

export function Choice({ name, chosen, known, choose }: ChoiceProps) {
  return (
    <label class="seq-choice">
      {name}{" "}
      <select aria-label={name} value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {known.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
}

function Steps({ lab, steps }: { lab: SequenceLab; steps: number }) {
  const resize = (by: number) => lab.act("resize", (now) => ({ steps: Math.max(1, now.entries.columns.length + by) }));
  return (
    <span class="seq-steps">
      <button type="button" aria-label="One step less" disabled={steps < 2} onClick={() => resize(-1)}>
        −
      </button>
      <button type="button" aria-label="One step more" onClick={() => resize(1)}>
        +
      </button>
    </span>
  );
}

function Learning({ lab, training }: { lab: SequenceLab; training: Training }) {
  const seek = (text: string) => lab.drag("seek", { epoch: Number(text) });
  return (
    <section class="seq-learning" aria-label="Learning">
      {training.is_running ? (
        <button type="button" onClick={() => lab.act("pause", {})}>
          Pause
        </button>
      ) : (
        <button type="button" class="primary" onClick={() => lab.act("train", {})}>
          Train
        </button>
      )}
      <Slider
        name="Epoch"
        exact={String(training.epoch)}
        least={0}
        most={training.most}
        step={1}
        answers={false}
        change={seek}
        release={() => lab.release()}
        commit={(text) => lab.act("seek", { epoch: Number(text) })}
      />
      <span class="seq-judged" role="status" aria-label="How good">
        {training.said}
      </span>
    </section>
  );
}
