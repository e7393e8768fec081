// Made by `make types` from the Python messages; do not edit.

import type { Ask, Editable, Fit, Nothing, Picture, Script, Shown, ShownLine, Why } from "../../lib/messages";

/** Another ``loss`` or ``optimizer``, by its name; how many ``samples``; or the number of the ``sample`` drawn. */
export interface Choose {
  what: string;
  name: string;
}

/** Give an input, a target, a weight, a bias, ε, the learning rate or another setting of the optimiser a value. */
export interface Edit {
  name: string;
  text: string;
}

/** Go to a sub-step of this step; 0 is before the first. */
export interface Go {
  at: number;
}

/** A neuron: the name that its circle has, of its value after the activation, and how it is read out. */
export interface Neuron {
  name: string;
  value: string;
  label: string;
}

/** Show the state of an address: ``example=2-4-3-1&optimizer=adam&steps=3&at=5``; "" is the first example. */
export interface Open {
  fragment?: string;
}

/** A way from the loss to the selected number, by the places of the neurons on it. */
export interface Route {
  places: readonly (readonly [number, number])[];
}

/** A weight or bias in the table of the update; what is not computed yet is None. */
export interface Row {
  old: Editable;
  gradient: Shown | null;
  step: Shown | null;
  new: Shown | null;
}

/** Select a number, whose gradient is followed and checked. */
export interface Select {
  name: string;
}

/** Finish this step, and take as many whole ones as make so many. */
export interface Steps {
  count: number;
}

/** A sub-step: the part of the step that it belongs to, and the layer; "" where it is of all. */
export interface SubStep {
  part: string;
  layer: string;
}

/** All that the page shows. Its ``fragment`` opens the same again. */
export interface View {
  fragment: string;
  example: string;
  examples: readonly string[];
  loss: string;
  losses: readonly string[];
  optimizer: string;
  optimizers: readonly string[];
  rate: Editable;
  settings: readonly Editable[];
  samples: number;
  counts: readonly number[];
  drawn: number;
  sample: readonly Editable[];
  picture: Picture;
  neurons: readonly Neuron[];
  edges: readonly string[];
  routes: readonly Route[];
  sub_steps: readonly SubStep[];
  at: number;
  can_go_back: boolean;
  title: string;
  lines: readonly ShownLine[];
  loss_now: Shown | null;
  curve: readonly number[];
  steps: number;
  said: string;
  missing: string;
  diverged: string;
  rows: readonly Row[];
  selected: string;
  selectable: readonly string[];
  paths: readonly ShownLine[];
  no_paths: string;
  epsilon: Editable;
  nudge: readonly Shown[];
  nudge_lines: readonly ShownLine[];
}

export interface Commands {
  back: { args: Nothing; result: View };
  choose: { args: Choose; result: View };
  edit: { args: Edit; result: View };
  fit: { args: Fit; result: View };
  go: { args: Go; result: View };
  open: { args: Open; result: View };
  python: { args: Nothing; result: Script };
  select: { args: Select; result: View };
  step: { args: Nothing; result: View };
  steps: { args: Steps; result: View };
  why: { args: Ask; result: Why };
}

export type Events = Record<never, never>;
