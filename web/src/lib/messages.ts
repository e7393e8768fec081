// Made by `make types` from the Python messages; do not edit.

/** The question *Why?* of a number, going back so many levels. */
export interface Ask {
  name: string;
  levels?: number;
}

/** A number of a board: its name, its text, all its digits, and its share of the largest, from -1 to 1. */
export interface Cell {
  name: string;
  text: string;
  exact: string;
  share: number;
}

/** A number that is typed: its name, its text, and all its digits. */
export interface Editable {
  name: string;
  text: string;
  exact: string;
}

/** How to draw: compactly, for large letters on a small screen, or not. */
export interface Fit {
  compact: boolean;
}

/** What a hidden number is, as it was typed. */
export interface Guess {
  name: string;
  text: string;
}

/** What comes back for a guess: that it is right, or which slip gives it. */
export interface Guessed {
  name: string;
  text: string;
  is_right: boolean;
}

/** A message that says only that. */
export type Nothing = Record<never, never>;

/** A scene of the library, to be drawn by the browser in the theme that it is in. */
export interface Picture {
  width: number;
  height: number;
  title: string;
  description: string;
  shapes: readonly Shape[];
}

/** A page's state as a Python script. */
export interface Script {
  text: string;
}

/** An element of a scene. Fields that its kind does not have are 0 or empty; colours are names of the theme. */
export interface Shape {
  kind: "circle" | "rectangle" | "path" | "text" | "image";
  x: number;
  y: number;
  width: number;
  height: number;
  radius: number;
  fill: string;
  stroke: string;
  thickness: number;
  dashed: boolean;
  data: string;
  text: string;
  size: number;
  baseline: number;
  anchor: "start" | "middle" | "end";
  bold: boolean;
  angle: number;
  of: string;
}

/** A number as a page shows it: the name by which it is asked about, and its text. */
export interface Shown {
  name: string;
  text: string;
}

/** A line of an explanation: how far it is indented, its text, and whose arithmetic it is, else "". */
export interface ShownLine {
  level: number;
  text: string;
  name: string;
}

/** The answer to *Why?*: the number's name, the lines of its arithmetic, itself first, and the Python that gives it. */
export interface Why {
  name: string;
  lines: readonly ShownLine[];
  python: string;
}
