// The picture of net.draw(), with a field over each weight, bias and input, a button over each neuron, and the
// controls of each layer under its title.

import { NeuronButton } from "../../components/NeuronButton";
import { WhyButton } from "../../components/NumberShown";
import { PictureView } from "../../components/PictureView";
import { useAsk } from "../../lib/lab";
import type { Shape, Shown } from "../../lib/messages";
import { EditableNumber } from "./EditableNumber";
import { GuessField } from "./GuessField";
import type { Neuron, View } from "./messages";
import { namesOf } from "./play";
import { StageTools } from "./StageTools";
import type { NetworkLab, Reply } from "./useNetwork";
import type { Play } from "./usePlay";

export interface DiagramProps {
  view: View;
  lab: NetworkLab;
  play: Play;
  reply: Reply;
}

export function Diagram({ view, lab, play, reply }: DiagramProps) {
  const editable = new Map([...view.inputs, ...view.parameters].map((one) => [one.name, one]));
  const neurons = new Map(view.neurons.map((one) => [one.name, one]));
  const derived = new Map(view.derived.map((one) => [one.name, one]));
  const hidden = new Set(view.hidden);
  const done = play.done.value;
  const waiting = new Set(done === null ? [] : play.steps.slice(done).flatMap(namesOf));
  const current = done ? (play.steps[done - 1] ?? []) : [];
  const over = new Set([...editable.keys(), ...derived.keys(), ...hidden, ...waiting]);
  const commit = (name: string, text: string) => lab.act("edit", { name, text });
  return (
    <PictureView picture={view.picture} over={over}>
      <Incoming view={view} current={current} />
      {!view.fixed && <StageTools view={view} lab={lab} />}
      {view.picture.shapes.map((shape) => {
        const number = shape.kind === "text" ? editable.get(shape.of) : undefined;
        const product = shape.kind === "text" ? derived.get(shape.of) : undefined;
        const neuron = shape.kind === "circle" ? neurons.get(shape.of) : undefined;
        if (number) return <EditableNumber key={shape.of} shape={shape} number={number} commit={commit} />;
        if (product) return <Product key={shape.of} shape={shape} product={product} />;
        if (!neuron || waiting.has(neuron.value)) return null;
        const key = `${shape.of} neuron`;
        const guessed = [neuron.name, neuron.value].find((name) => hidden.has(name));
        if (guessed) return <GuessField key={key} shape={shape} name={guessed} lab={lab} reply={reply} />;
        return <NeuronButton key={key} shape={shape} neuron={neuron} isCurrent={current.includes(neuron)} />;
      })}
    </PictureView>
  );
}

/** A number of layers that are drawn as one: it can be asked, and not typed. */
function Product({ shape, product }: { shape: Shape; product: Shown }) {
  const ask = useAsk();
  const place = {
    left: `${shape.x}px`,
    top: `${shape.y}px`,
    transform: `translate(-50%, -50%) rotate(${shape.angle}deg)`,
  };
  return (
    <span class={`network-number network-product ink-${shape.fill}`} style={place} data-number={product.name}>
      <button type="button" aria-label={`${product.name}, ${product.text}`} onClick={() => ask(product.name)}>
        {product.text}
      </button>
      <WhyButton name={product.name} />
    </span>
  );
}

/** The edges to the neurons that are computed now, in the accent colour. */
function Incoming({ view, current }: { view: View; current: readonly Neuron[] }) {
  if (current.length === 0) return null;
  const circles = view.picture.shapes.filter((shape) => shape.kind === "circle" && shape.of);
  const columns = [...new Set(circles.map((circle) => circle.x))].sort((a, b) => a - b);
  const targets = circles.filter((circle) => current.some((neuron) => neuron.name === circle.of));
  const sources = (x: number) => circles.filter((circle) => circle.x === columns[columns.indexOf(x) - 1]);
  return (
    <svg class="network-incoming" width={view.picture.width} height={view.picture.height} aria-hidden="true">
      {targets.flatMap((target) =>
        sources(target.x).map((source) => (
          <line
            key={`${source.of} ${target.of}`}
            x1={source.x + source.radius}
            y1={source.y}
            x2={target.x - target.radius}
            y2={target.y}
          />
        )),
      )}
    </svg>
  );
}
