// Network: the picture of net.draw(), with a field over each weight, bias and input, and a button over each neuron.
import { DataTable } from "../../components/DataTable";
import { NumberShown } from "../../components/NumberShown";
import { PageFrame } from "../../components/PageFrame";
import { PictureView } from "../../components/PictureView";
import { WhyRegion } from "../../components/WhyRegion";
import { useLab } from "../../lib/lab";
import { EditableNumber } from "./EditableNumber";
import type { Commands, View } from "./messages";
import { NeuronButton } from "./NeuronButton";
import "./network.css";

export default function NetworkPage() {
  const lab = useLab<View, Commands>("network");
  const view = lab.view.value;
  return (
    <PageFrame name="network" lab={lab} about={<Prose />}>
      {view && (
        <div class="network">
          <Diagram view={view} commit={(name, text) => lab.act("edit", { name, text })} />
          <div class="network-side">
            <label>
              Example{" "}
              <select
                value={view.example}
                onChange={(event) =>
                  lab.act("open", { fragment: `example=${encodeURIComponent(event.currentTarget.value)}` })
                }
              >
                {view.examples.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            <DataTable
              caption="Outputs"
              columns={[]}
              rows={view.outputs.map((output) => [output.name, <NumberShown key={output.name} {...output} />])}
            />
            <WhyRegion lab={lab} />
          </div>
        </div>
      )}
    </PageFrame>
  );
}

function Diagram({ view, commit }: { view: View; commit: (name: string, text: string) => Promise<boolean> }) {
  const editable = new Map([...view.inputs, ...view.parameters].map((one) => [one.name, one]));
  const neurons = new Map(view.neurons.map((one) => [one.name, one]));
  return (
    <PictureView picture={view.picture} over={new Set(editable.keys())}>
      {view.picture.shapes.map((shape) => {
        const number = shape.kind === "text" ? editable.get(shape.of) : undefined;
        const neuron = shape.kind === "circle" ? neurons.get(shape.of) : undefined;
        if (number) return <EditableNumber key={shape.of} shape={shape} number={number} commit={commit} />;
        if (neuron) return <NeuronButton key={`${shape.of} neuron`} shape={shape} neuron={neuron} />;
        return null;
      })}
    </PictureView>
  );
}

function Prose() {
  return (
    <>
      <p>
        Circles are neurons, lines are weights. A neuron's value is the sum of each value before it times the weight on
        the line between them, plus its bias.
      </p>
      <p>
        Click on a neuron to see its sum written out. Type another number into any input, weight or bias: 1/3 and 0,5
        work.
      </p>
    </>
  );
}
