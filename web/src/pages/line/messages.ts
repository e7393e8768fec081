// Made by `make types` from the Python messages; do not edit.

import type { Ask, Nothing, Script, Shown, Why } from "../../lib/messages";

/** A new point at a place on the plot; without one, in its middle. */
export interface Add {
  x?: number | null;
  y?: number | null;
}

/** Contours of SSE over two numbers of the line, the descent's places, the best line and the one that is shown. */
export interface Bowl {
  names: readonly [string, string];
  first: readonly [number, number];
  second: readonly [number, number];
  contours: readonly (readonly (readonly [number, number])[])[];
  path: readonly (readonly [number, number])[];
  best: readonly [number, number];
  at: readonly [number, number];
}

/** Choose the line at a place of the bowl. */
export interface Choose {
  first: number;
  second: number;
}

/** A number of each point; ``exact`` has all digits of those that can be typed. */
export interface Column {
  name: string;
  values: readonly number[];
  texts: readonly string[];
  exact: readonly string[];
}

/** Take a point away. */
export interface Delete {
  point: number;
}

/** Give a number another value, as it was typed: m, b, the learning rate, "x of point 3". */
export interface Edit {
  name: string;
  text: string;
}

/** A number that can be typed, with few digits and with all, and where a slider for it ends. */
export interface Editable {
  name: string;
  text: string;
  exact: string;
  value: number;
  least: number;
  most: number;
  step: number;
}

/** Move a point, counted from 1, to a place on the plot. */
export interface Move {
  point: number;
  x: number;
  y: number;
}

/** The normal equations with their real numbers. */
export interface Normal {
  sections: readonly Section[];
}

/** Move a point by so many of the smallest steps. */
export interface Nudge {
  point: number;
  x: number;
  y: number;
}

/** Show the points and the line of an address's fragment: ``data=anscombe-I&line=0.5,3``; "" is the first set. */
export interface Open {
  fragment?: string;
}

/** A table of one's own, as text (a file's bytes come along instead): its target, the last column where "", and */
export interface Own {
  text?: string;
  target?: string;
  inputs?: string;
}

/** A part of the normal equations: its title, and its lines, word for word the library's. */
export interface Section {
  title: string;
  lines: readonly string[];
}

/** So many steps of gradient descent. */
export interface Step {
  count: number;
}

/** A set of points that can be chosen. */
export interface Tab {
  name: string;
  title: string;
}

/** All that the page shows. Its ``fragment`` opens the same again. */
export interface View {
  fragment: string;
  data: string;
  tabs: readonly Tab[];
  labels: readonly string[];
  columns: readonly Column[];
  x: readonly [number, number];
  y: readonly [number, number];
  line: readonly [number, number];
  residual: readonly [number, number];
  corners: readonly number[];
  parameters: readonly Editable[];
  rate: Editable;
  new: readonly Editable[];
  prediction: Shown;
  quality: readonly Shown[];
  descent: readonly Shown[];
  steps: string;
  diverged: string;
  is_fitted: boolean;
  is_standard: boolean;
  bowl: Bowl | null;
  no_best: string;
}

export interface Commands {
  add: { args: Add; result: View };
  choose: { args: Choose; result: View };
  delete: { args: Delete; result: View };
  edit: { args: Edit; result: View };
  fit: { args: Nothing; result: View };
  move: { args: Move; result: View };
  normal: { args: Nothing; result: Normal };
  nudge: { args: Nudge; result: View };
  open: { args: Open; result: View };
  own: { args: Own; result: View };
  python: { args: Nothing; result: Script };
  standardize: { args: Nothing; result: View };
  step: { args: Step; result: View };
  why: { args: Ask; result: Why };
}

export type Events = Record<never, never>;
