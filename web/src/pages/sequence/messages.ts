// Made by `make types` from the Python messages; do not edit.

import type { Ask, Cell, Editable, Guess, Guessed, Nothing, Script, Shown, Why } from "../../lib/messages";

/** A number as a bar: whose it is, the number, and its share of the largest, from -1 to 1. */
export interface Bar {
  label: string;
  number: Shown;
  share: number;
}

/** Numbers in rows and columns: as colours, and where there are few as cells. */
export interface Board {
  title: string;
  rows: readonly string[];
  columns: readonly string[];
  cells: readonly Cell[];
  data: string;
  kind: "units" | "looks at" | "numbers";
}

/** A next token: the probability by which it is drawn, and that as a share of the largest. */
export interface Candidate {
  label: string;
  number: Shown | null;
  share: number;
  together: Shown | null;
}

/** Look into the example, or the network, of that name. */
export interface Choose {
  model: string;
}

/** Another number, as it was typed: of an input, or of a weight where there are few. */
export interface Edit {
  name: string;
  text: string;
}

/** Hide all numbers that follow from the input, to be guessed; or show them. */
export interface Hide {
  is_hidden: boolean;
}

/** A layer along the sequence: its name, what it works out and how, and how many heads it has if it is attention. */
export interface LayerShown {
  title: string;
  how: string;
  keeps_state: boolean;
  parts: readonly string[];
  heads: number;
}

/** The view, while an example learns. */
export interface Live {
  view: View;
}

/** Let the network write so many tokens more. */
export interface Next {
  count: number;
}

/** Show what an address's fragment says; "" is the first example. */
export interface Open {
  fragment?: string;
}

/** One number: of which layer, which of its parts ("" for the first) and which head of attention, and where. */
export interface Pick {
  layer: number;
  part: string;
  head: number;
  row: number;
  column: number;
}

/** The number that was chosen, and what belongs to it. */
export interface Picked {
  place: Pick;
  value: Shown;
  title: string;
  is_hidden: boolean;
  parts: readonly Bar[];
  weights: readonly Bar[];
  mixture: readonly Bar[];
  left: readonly Bar[];
}

/** So many steps, where the network takes any number. */
export interface Resize {
  steps: number;
}

/** The weights after so many epochs of training. */
export interface Seek {
  epoch: number;
}

/** Begin with the input of that name. */
export interface Take {
  input: string;
}

/** What a language model reads, and what it expects next. */
export interface Text {
  text: string;
  prompt: string;
  temperature: string;
  top_k: number;
  top_p: string;
  seed: number;
  candidates: readonly Candidate[];
  tokens: number;
  kept: number;
}

/** How far an example's training is: the epoch that is shown, that which is learnt to, and how good it is now. */
export interface Training {
  epoch: number;
  goal: number;
  most: number;
  is_running: boolean;
  said: string;
}

/** How the next token is drawn; ``top_k`` is 0 for all, ``top_p`` "1". */
export interface Tune {
  temperature: string;
  top_k: number;
  top_p: string;
  seed: number;
}

/** All that the page shows. Its ``fragment`` opens the same again. */
export interface View {
  fragment: string;
  model: string;
  models: readonly string[];
  about: string;
  input: string;
  inputs: readonly string[];
  entries: Board;
  text: Text | null;
  can_resize: boolean;
  weights: readonly Editable[];
  layers: readonly LayerShown[];
  board: Board;
  answers: readonly Shown[];
  said: string;
  training: Training | null;
  pick: Pick;
  is_hidden: boolean;
}

/** The text that a language model reads, as it was typed. */
export interface Write {
  text: string;
}

export interface Commands {
  choose: { args: Choose; result: View };
  edit: { args: Edit; result: View };
  guess: { args: Guess; result: Guessed };
  hide: { args: Hide; result: View };
  look: { args: Nothing; result: Picked };
  next: { args: Next; result: View };
  open: { args: Open; result: View };
  pause: { args: Nothing; result: View };
  pick: { args: Pick; result: View };
  python: { args: Nothing; result: Script };
  resize: { args: Resize; result: View };
  seek: { args: Seek; result: View };
  take: { args: Take; result: View };
  train: { args: Nothing; result: View };
  tune: { args: Tune; result: View };
  why: { args: Ask; result: Why };
  write: { args: Write; result: View };
}

export interface Events {
  Live: Live;
}
