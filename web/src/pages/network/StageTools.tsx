// The layers' controls, under their titles: how many neurons, which activation; a layer more or less.
import type { Stage, View } from "./messages";
import type { NetworkLab } from "./useNetwork";

export function StageTools({ view, lab }: { view: View; lab: NetworkLab }) {
  const last = view.stages.length - 1;
  return (
    <>
      {view.stages.map((stage, column) => (
        <StageControls
          key={column}
          stage={stage}
          column={column}
          activations={view.activations}
          isInner={column > 0 && column < last}
          lab={lab}
        />
      ))}
      {view.stages.slice(0, -1).map((stage, column) => {
        const next = view.stages[column + 1] ?? stage;
        return (
          <button
            key={column}
            type="button"
            class="network-add"
            style={{ left: `${(stage.x + next.x) / 2}px`, top: `${stage.y}px` }}
            aria-label={`Add a layer after ${stage.title}`}
            title="Add a layer"
            onClick={() => lab.act("add", { column })}
          >
            +
          </button>
        );
      })}
    </>
  );
}

interface StageControlsProps {
  stage: Stage;
  column: number;
  activations: readonly string[];
  isInner: boolean;
  lab: NetworkLab;
}

function StageControls({ stage, column, activations, isInner, lab }: StageControlsProps) {
  const resize = (by: number) =>
    lab.act("resize", (now) => ({ column, neurons: Math.max(1, (now.stages[column] ?? stage).neurons + by) }));
  return (
    <fieldset class="network-stage" style={{ left: `${stage.x}px`, top: `${stage.y + 9}px` }}>
      <legend class="unseen">{stage.title}</legend>
      <span class="network-size">
        <button
          type="button"
          aria-label={`One neuron less in ${stage.title}`}
          disabled={stage.neurons <= 1}
          onClick={() => resize(-1)}
        >
          −
        </button>
        <span title="Neurons">{stage.neurons}</span>
        <button type="button" aria-label={`One neuron more in ${stage.title}`} onClick={() => resize(1)}>
          +
        </button>
        {isInner && (
          <button
            type="button"
            aria-label={`Remove ${stage.title}`}
            title="Remove this layer"
            onClick={() => lab.act("remove", { column })}
          >
            ×
          </button>
        )}
      </span>
      {stage.activation && (
        <select
          aria-label={`Activation of ${stage.title}`}
          value={stage.activation}
          onChange={(event) => lab.act("activate", { column, activation: event.currentTarget.value })}
        >
          {activations.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
    </fieldset>
  );
}
