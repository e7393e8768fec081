// Made by `make types` from the Python messages; do not edit.

import type { Ask, Cell, Editable, Guess, Guessed, Nothing, Script, Shown, Why } from "../../lib/messages";

/** An output: the class that it is the probability of, else its name; and the number. */
export interface Answer {
  label: string;
  number: Shown;
}

/** One's own kernel: its rows, its bias, and how it slides. */
export interface Bench {
  kernel: readonly (readonly Editable[])[];
  bias: Editable;
  preset: string;
  setting: Set;
}

/** One channel of the picture or of a layer, as numbers where there are few, and as colours. */
export interface Board {
  layer: number;
  channel: number;
  channels: number;
  title: string;
  rows: number;
  columns: number;
  cells: readonly Cell[];
  data: string;
}

/** Look into that network; "" is one's own kernel. */
export interface Choose {
  model: string;
}

/** Another number, as it was typed: a cell of the picture, a weight of the kernel, its bias. */
export interface Edit {
  name: string;
  text: string;
}

/** The part of a board from which the chosen number is computed: the box around it, and its cells, row by row. */
export interface Field {
  layer: number;
  row: number;
  column: number;
  rows: number;
  columns: number;
  cells: readonly number[];
}

/** Hide all numbers that follow from the picture, to be guessed; or show them. */
export interface Hide {
  is_hidden: boolean;
}

/** A layer of maps: its name, what it does, and the sizes of its maps. */
export interface LayerShown {
  title: string;
  what: string;
  rows: number;
  columns: number;
  channels: number;
}

/** What the chosen number is made of: the window in which channel of what it sees, from 0; -1 for the strongest. */
export interface Look {
  channel?: number;
}

/** Show what an address's fragment says; "" is the first picture and kernel. */
export interface Open {
  fragment?: string;
}

/** Draw over these cells of the picture, counted row by row, all that the pen has touched since it was put down. */
export interface Paint {
  cells: readonly number[];
  tool: "pen" | "eraser";
}

/** One number: of which layer, and where, all counted from 0; layer -1 is the picture. */
export interface Pick {
  layer: number;
  row: number;
  column: number;
  channel: number;
}

/** The number that was chosen, and what it is made of. */
export interface Picked {
  place: Pick;
  value: Shown;
  sum: Shown;
  is_hidden: boolean;
  sees: string;
  fields: readonly Field[];
  rows: number;
  columns: number;
  terms: readonly Term[];
  bias: string;
  weights: Weights | null;
  seen_channel: number;
  seen_channels: number;
  mattered: readonly Term[];
}

/** Take the kernel of that name. */
export interface Preset {
  kernel: string;
}

/** How the kernel slides, and what follows it. */
export interface Set {
  size: number;
  stride: number;
  padding: "valid" | "same";
  dilation: number;
  activation: string;
  pooling: "none" | "max" | "average";
}

/** Begin with the picture of that name. */
export interface Take {
  picture: string;
}

/** A term of the chosen number: as written, the number that it comes from, where in the window, its share of the */
export interface Term {
  name: string;
  text: string;
  row: number;
  column: number;
  share: number;
  wins: boolean;
}

/** A channel of the layer that is looked into, small: its number, from 0, and its colours. */
export interface Tile {
  channel: number;
  rows: number;
  columns: number;
  data: string;
}

/** Show that channel of the picture, from 0. */
export interface Turn {
  channel: number;
}

/** All that the page shows. Its ``fragment`` opens the same again. */
export interface View {
  fragment: string;
  model: string;
  models: readonly string[];
  picture: string;
  pictures: readonly string[];
  boards: readonly Board[];
  layers: readonly LayerShown[];
  tiles: readonly Tile[];
  answers: readonly Answer[];
  bench: Bench | null;
  presets: readonly string[];
  activations: readonly string[];
  pick: Pick;
  is_hidden: boolean;
}

/** The kernel of a channel, in one channel of what it sees: its rows, and the bias where there is one. */
export interface Weights {
  rows: readonly (readonly Editable[])[];
  bias: Editable | null;
}

export interface Commands {
  choose: { args: Choose; result: View };
  edit: { args: Edit; result: View };
  guess: { args: Guess; result: Guessed };
  hide: { args: Hide; result: View };
  look: { args: Look; result: Picked };
  open: { args: Open; result: View };
  paint: { args: Paint; result: View };
  pick: { args: Pick; result: View };
  point: { args: Pick; result: Cell };
  preset: { args: Preset; result: View };
  python: { args: Nothing; result: Script };
  set: { args: Set; result: View };
  take: { args: Take; result: View };
  turn: { args: Turn; result: View };
  why: { args: Ask; result: Why };
}

export type Events = Record<never, never>;
