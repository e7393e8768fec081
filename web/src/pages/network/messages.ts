// Made by `make types` from the Python messages; do not edit.

import type { Ask, Fit, Guess, Guessed, Nothing, Picture, Script, Shown, ShownLine, Why } from "../../lib/messages";

/** Give a column another activation. */
export interface Activate {
  column: number;
  activation: string;
}

/** A new layer after a column. */
export interface Add {
  column: number;
}

/** A question that is ready: its title, and the address that asks it. */
export interface Check {
  title: string;
  fragment: string;
}

/** Compare the outputs with the target by another loss; "" is the one that belongs to the outputs. */
export interface Choose {
  loss: string;
}

/** Linear layers multiplied into one. */
export interface Collapsed {
  merged: number;
  of: number;
  lines: readonly ShownLine[];
  formula: string;
  error: string;
}

/** Give an input, a weight, a bias or a target another value, as it was typed; a target may be empty. */
export interface Edit {
  name: string;
  text: string;
}

/** A number that can be typed: its name, its text, and what it is in words. */
export interface Editable {
  name: string;
  text: string;
  label: string;
}

/** A line for each number. */
export interface Fed {
  lines: readonly ShownLine[];
}

/** Write out the sums of these neurons. */
export interface Feed {
  names: readonly string[];
}

/** What a linear piece comes to, in words of algebra, and the name by which it answers *Why?*; "" for no answer. */
export interface Formula {
  name: string;
  text: string;
}

/** The last neuron's sum as a function of one or two inputs. */
export interface Function {
  output: string;
  inputs: readonly string[];
  x: readonly [number, number];
  y: readonly [number, number];
  curve: readonly (readonly [number, number])[];
  corners: readonly (readonly [number, number])[];
  pieces: readonly Formula[];
  regions: readonly Polygon[];
  at: readonly [number, number];
  said: string;
}

/** Hide exactly these neurons' numbers. */
export interface Hide {
  names: readonly string[];
}

/** The terms that matter most for a number, the largest first; none for a number that is no sum. */
export interface Mattered {
  name: string;
  terms: readonly Term[];
}

/** Draw the first so many layers multiplied into one; 0 or 1 draws the network as it is, -1 all in one. */
export interface Merge {
  layers?: number;
}

/** A neuron: the name of its sum, of its value after the activation, how it is read out ("w1, 0.71"), its column, */
export interface Neuron {
  name: string;
  value: string;
  label: string;
  column: number;
  is_hidden: boolean;
}

/** Show the network of an address's fragment: ``example=1-3-3-1&x=0.3&w.weights[0,1]=0.5``; "" is the first. */
export interface Open {
  fragment?: string;
}

/** A region of two inputs on which the output is linear, with its formula and its colour. */
export interface Polygon {
  corners: readonly (readonly [number, number])[];
  formula: string;
  fill: string;
}

/** Take a column away. */
export interface Remove {
  column: number;
}

/** Give a column another number of neurons; column 0 are the inputs. */
export interface Resize {
  column: number;
  neurons: number;
}

/** A column of the picture: its title, its middle, its neurons, and its activation; "" where it has none. */
export interface Stage {
  title: string;
  x: number;
  y: number;
  neurons: number;
  activation: string;
}

/** One term of a neuron's sum: the name of the number that it begins with, as it is written, its value, its size */
export interface Term {
  name: string;
  text: string;
  value: string;
  share: number;
}

/** All that the page shows. Its ``fragment`` opens the same again. */
export interface View {
  fragment: string;
  example: string;
  examples: readonly string[];
  picture: Picture;
  is_compact: boolean;
  neurons: readonly Neuron[];
  inputs: readonly Editable[];
  parameters: readonly Editable[];
  derived: readonly Shown[];
  outputs: readonly Shown[];
  stages: readonly Stage[];
  fixed: string;
  activations: readonly string[];
  targets: readonly Editable[];
  losses: readonly string[];
  chosen_loss: string;
  loss: Shown | null;
  hidden: readonly string[];
  checks: readonly Check[];
  collapsed: Collapsed | null;
}

export interface Commands {
  activate: { args: Activate; result: View };
  add: { args: Add; result: View };
  choose: { args: Choose; result: View };
  edit: { args: Edit; result: View };
  feed: { args: Feed; result: Fed };
  fit: { args: Fit; result: View };
  function: { args: Nothing; result: Function };
  guess: { args: Guess; result: Guessed };
  hide: { args: Hide; result: View };
  mattered: { args: Ask; result: Mattered };
  merge: { args: Merge; result: View };
  open: { args: Open; result: View };
  python: { args: Nothing; result: Script };
  remove: { args: Remove; result: View };
  resize: { args: Resize; result: View };
  why: { args: Ask; result: Why };
}

export type Events = Record<never, never>;
