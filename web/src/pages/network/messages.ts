// Made by `make types` from the Python messages; do not edit.

import type { Ask, Nothing, Picture, Script, Shown, Why } from "../../lib/messages";

/** Give an input, a weight or a bias another value, as it was typed. */
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

/** A neuron: the name of its sum, of its value after the activation, and how it is read out ("w1, 0.71"). */
export interface Neuron {
  name: string;
  value: string;
  label: string;
}

/** Show the network of an address's fragment: ``example=1-3-3-1&x=0.3&w.weights[0,1]=0.5``; "" is the first. */
export interface Open {
  fragment?: string;
}

/** All that the page shows. Its ``fragment`` opens the same again. */
export interface View {
  fragment: string;
  example: string;
  examples: readonly string[];
  picture: Picture;
  neurons: readonly Neuron[];
  inputs: readonly Editable[];
  parameters: readonly Editable[];
  outputs: readonly Shown[];
}

export interface Commands {
  edit: { args: Edit; result: View };
  open: { args: Open; result: View };
  python: { args: Nothing; result: Script };
  why: { args: Ask; result: Why };
}

export type Events = Record<never, never>;
