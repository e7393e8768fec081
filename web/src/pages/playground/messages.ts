// Made by `make types` from the Python messages; do not edit.

import type { Ask, Nothing, Script, Shown, Why } from "../../lib/messages";

/** One point more, of that class's number or value; the points become one's own. */
export interface Add {
  x: number;
  y: number;
  target: number;
}

/** Something to choose: its name in addresses, and what its button says. */
export interface Choice {
  name: string;
  title: string;
}

/** A neuron: its weights and bias, and its sum and value at the chosen point; the values of all neurons there. */
export interface Closer {
  neuron: string;
  x: string;
  y: string;
  weights: readonly Weighed[];
  bias: Shown;
  sum: Shown;
  value: Shown;
  values: readonly string[];
}

/** What was measured after some steps, each of which has been made. */
export interface Curve {
  name: string;
  steps: readonly number[];
  values: readonly number[];
}

/** The losses so far, and the largest of them. */
export interface Curves {
  curves: readonly Curve[];
  highest: number;
}

/** One point less, by its number from 1 on. */
export interface Delete {
  point: number;
}

/** The samples, in the same order: places, targets, and whether they are held out for testing. */
export interface Dots {
  x: readonly number[];
  y: readonly number[];
  target: readonly number[];
  test: readonly boolean[];
}

/** An address to break something with, and what to watch for. */
export interface Example {
  title: string;
  fragment: string;
  watch: string;
}

/** A layer: its name, and the names of its neurons' values. */
export interface LayerShown {
  title: string;
  neurons: readonly string[];
}

/** What changes while the network learns. */
export interface Live {
  step: number;
  last: number;
  position: string;
  running: boolean;
  said: string;
  diverged: boolean;
  losses: readonly Shown[];
  biases: readonly Shown[];
  confusion: readonly (readonly Shown[])[];
  cost: readonly Shown[];
  closer: Closer;
}

/** Look closer at the neuron of that name, at the point with these coordinates. */
export interface Look {
  neuron: string;
  x: string;
  y: string;
}

/** Show the state of an address's fragment; "" is the first one. */
export interface Open {
  fragment?: string;
}

/** A table of one's own as text, or as payload. Its target is the last column unless named. */
export interface Own {
  text?: string;
  target?: string;
}

/** Train the same network with another optimiser beside this one. */
export interface Race {
  optimizer: string;
  rate: string;
}

/** Be at a step that has been made. */
export interface Seek {
  step: number;
}

/** Another value for a setting; one of the samples or of the network begins anew at step 0. */
export interface Set {
  name: "data" | "count" | "noise" | "share" | "features" | "layers" | "activation" | "batch" | "seed" | "data_seed" | "optimizer" | "rate" | "l1" | "l2" | "dropout" | "stop" | "stop_at";
  text: string;
}

/** All settings as texts. */
export interface Settings {
  data: string;
  count: string;
  noise: string;
  share: string;
  features: readonly string[];
  layers: readonly number[];
  activation: string;
  batch: string;
  seed: string;
  data_seed: string;
  optimizer: string;
  rate: string;
  l1: string;
  l2: string;
  dropout: string;
  stop: string;
  stop_at: string;
}

/** Answers at places all over the plane, of a step: columns by x, a row for each y; for classes that are more than */
export interface Sheet {
  step: number;
  x: readonly string[];
  y: readonly string[];
  numbers: readonly (readonly Shown[])[];
  names: readonly (readonly string[])[];
}

/** Train for one batch, or up to the end of this epoch. */
export interface Step {
  unit: "batch" | "epoch";
}

/** Train until told to pause, so many steps a second at most; 0 is as fast as it goes. */
export interface Train {
  speed?: number;
}

/** The same with typed numbers. */
export interface Type {
  x: string;
  y: string;
  target: string;
}

/** All that the page shows. Its ``fragment`` opens the same again. */
export interface View {
  fragment: string;
  settings: Settings;
  sets: readonly Choice[];
  features: readonly string[];
  activations: readonly string[];
  optimizers: readonly string[];
  rules: readonly string[];
  layers: readonly LayerShown[];
  classes: readonly string[];
  dots: Dots;
  x: readonly [number, number];
  y: readonly [number, number];
  tested: boolean;
  rival: string;
  gallery: readonly Example[];
  broken: string;
  live: Live;
  curves: Curves;
}

/** A weight of a neuron, and what it weighs. */
export interface Weighed {
  source: string;
  weight: Shown;
}

export interface Commands {
  add: { args: Add; result: View };
  alone: { args: Nothing; result: View };
  delete: { args: Delete; result: View };
  fork: { args: Nothing; result: View };
  look: { args: Look; result: Closer };
  open: { args: Open; result: View };
  own: { args: Own; result: View };
  pause: { args: Nothing; result: View };
  python: { args: Nothing; result: Script };
  race: { args: Race; result: View };
  reset: { args: Nothing; result: View };
  seek: { args: Seek; result: View };
  set: { args: Set; result: View };
  sheet: { args: Nothing; result: Sheet };
  step: { args: Step; result: View };
  train: { args: Train; result: View };
  type: { args: Type; result: View };
  why: { args: Ask; result: Why };
}

export interface Events {
  Live: Live;
  Curves: Curves;
}
