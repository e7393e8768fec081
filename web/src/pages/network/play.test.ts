import { expect, test } from "vitest";
import type { Neuron } from "./messages";
import { namesOf, stepsOf } from "./play";

const neuron = (name: string, value: string, column: number): Neuron => ({
  name,
  value,
  label: name,
  column,
  is_hidden: false,
});
const NEURONS = [neuron("w1", "relu(w1)", 1), neuron("w2", "relu(w2)", 1), neuron("z", "z", 2)];

test("neuron by neuron", () => {
  expect(stepsOf(NEURONS, "neuron").map(namesOf)).toEqual([["w1", "relu(w1)"], ["w2", "relu(w2)"], ["z"]]);
});

test("layer by layer", () => {
  expect(stepsOf(NEURONS, "layer").map(namesOf)).toEqual([["w1", "relu(w1)", "w2", "relu(w2)"], ["z"]]);
});
