// Feeding forward step by step: neuron by neuron as on the slides, or layer by layer.
import type { Neuron } from "./messages";

export type By = "neuron" | "layer";
export type Step = readonly Neuron[];

/** The steps in their order: the neurons that each of them computes. */
export function stepsOf(neurons: readonly Neuron[], by: By): readonly Step[] {
  if (by === "neuron") return neurons.map((neuron) => [neuron]);
  const columns = [...new Set(neurons.map((neuron) => neuron.column))];
  return columns.map((column) => neurons.filter((neuron) => neuron.column === column));
}

/** The names of the numbers that a step gives: each sum, and what its activation makes of it. */
export function namesOf(step: Step): readonly string[] {
  return step.flatMap(({ name, value }) => (name === value ? [name] : [name, value]));
}
