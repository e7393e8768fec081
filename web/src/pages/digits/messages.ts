// Made by `make types` from the Python messages; do not edit.

import type { Ask, Nothing, Script, Shown, Why } from "../../lib/messages";

/** Read with that model. */
export interface Choose {
  model: string;
}

/** What a closer look shows. */
export interface Closer {
  neuron: string;
  sum: Shown;
  value: Shown;
  contributions: readonly Contribution[];
  looks_for: PixelMap;
  digit: number;
  loss: Shown;
  source: string;
  nearest: readonly Near[];
}

/** A term of a neuron's sum: as written, the number that it comes from, and its size beside the largest. */
export interface Contribution {
  name: string;
  text: string;
  share: number;
}

/** The pad's strokes, all of them, and how many times they have been sent. */
export interface Draw {
  strokes: readonly Stroke[];
  serial: number;
}

/** A layer: its title, and its neurons. */
export interface LayerShown {
  title: string;
  neurons: readonly Neuron[];
}

/** Numbers, row by row, each row with its heading. */
export interface Listed {
  headings: readonly string[];
  rows: readonly (readonly Shown[])[];
}

/** Look closer: at the neuron whose value has that name ("" for the likeliest output's), and at that digit. */
export interface Look {
  neuron?: string;
  digit?: number | null;
}

/** A digit that was trained on: its label, and its pixels. */
export interface Near {
  label: string;
  data: string;
}

/** A neuron: the name of its number after the activation, how it is read out ("a1, relu(a1) = 0.71"), and its size */
export interface Neuron {
  name: string;
  label: string;
  share: number;
}

/** Show the drawing of an address's fragment; "" is an empty pad. */
export interface Open {
  fragment?: string;
}

/** One of the ten outputs: its digit, its sum, its probability, and that as a number for its bar. */
export interface Output {
  digit: string;
  sum: Shown;
  probability: Shown;
  share: number;
}

/** One number for each pixel, coloured by their shares of the largest, which is also given by itself. */
export interface PixelMap {
  title: string;
  data: string;
  largest: Shown;
}

/** One pixel of a picture: of the image that is fed, or of what the neuron looks for. */
export interface Point {
  of: "fed" | "looks_for";
  index: number;
}

/** The digits that drawings are compared with are there. */
export interface Ready {
  source: string;
}

/** A movement of the pen or the eraser. */
export interface Stroke {
  tool: "pen" | "eraser";
  width: number;
  points: readonly number[];
}

/** Steps of gradient descent on this drawing, which shows that digit; the learning rate as it was typed. */
export interface Train {
  digit: number;
  steps: number;
  rate: string;
}

/** All that follows a drawing at once. Its ``fragment`` opens the same again. */
export interface View {
  fragment: string;
  serial: number;
  model: string;
  models: readonly string[];
  strokes: readonly Stroke[];
  image: string;
  answer: string;
  digit: number | null;
  fed: string;
  layers: readonly LayerShown[];
  outputs: readonly Output[];
  trained: number;
  has_weights: boolean;
  maps: string;
}

/** The weights of each neuron of the first layer as a picture, and the largest of all. */
export interface Weights {
  neurons: readonly string[];
  pictures: readonly string[];
  largest: Shown;
}

/** All numbers of "fed", or of the layer of that title. */
export interface Which {
  of: string;
}

export interface Commands {
  choose: { args: Choose; result: View };
  clear: { args: Nothing; result: View };
  draw: { args: Draw; result: View };
  look: { args: Look; result: Closer };
  numbers: { args: Which; result: Listed };
  open: { args: Open; result: View };
  photo: { args: Nothing; result: View };
  point: { args: Point; result: Shown };
  python: { args: Nothing; result: Script };
  train: { args: Train; result: View };
  weights: { args: Nothing; result: Weights };
  why: { args: Ask; result: Why };
}

export interface Events {
  Ready: Ready;
}
