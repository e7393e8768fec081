// A neuron as a button over its circle in a PictureView; a click asks for its arithmetic.
import { useAsk } from "../lib/lab";
import type { Shape } from "../lib/messages";
import "./NeuronButton.css";

export interface NeuronButtonProps {
  shape: Shape;
  neuron: { label: string; value: string };
  isCurrent?: boolean;
}

export function circle(shape: Shape): Record<string, string> {
  const size = `${2 * shape.radius}px`;
  return { left: `${shape.x - shape.radius}px`, top: `${shape.y - shape.radius}px`, width: size, height: size };
}

export function NeuronButton({ shape, neuron, isCurrent = false }: NeuronButtonProps) {
  const ask = useAsk();
  return (
    <button
      type="button"
      class={`neuron-button${isCurrent ? " is-current" : ""}`}
      style={circle(shape)}
      aria-label={neuron.label}
      data-number={neuron.value}
      data-why={neuron.value}
      onClick={() => ask(neuron.value)}
    />
  );
}
