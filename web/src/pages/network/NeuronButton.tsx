// A neuron as a button over its circle; a click asks for its arithmetic.
import { useAsk } from "../../lib/lab";
import type { Shape } from "../../lib/messages";
import type { Neuron } from "./messages";

export function NeuronButton({ shape, neuron }: { shape: Shape; neuron: Neuron }) {
  const ask = useAsk();
  const size = `${2 * shape.radius}px`;
  const place = { left: `${shape.x - shape.radius}px`, top: `${shape.y - shape.radius}px`, width: size, height: size };
  return (
    <button
      type="button"
      class="network-neuron"
      style={place}
      aria-label={neuron.label}
      data-number={neuron.value}
      data-why={neuron.value}
      onClick={() => ask(neuron.value)}
    />
  );
}
