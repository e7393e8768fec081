// Made by `make types` from the Python messages; do not edit.

import type { Ask, Nothing, Picture, Script, Why } from "../../lib/messages";

/** Make a file. */
export interface Export {
  kind: "svg" | "pdf" | "png" | "tex";
}

/** A file to be saved by the browser: what it is called, its media type, and its bytes in base64. */
export interface File {
  name: string;
  media: string;
  data: string;
}

/** The input and the target, as they were typed; "" for none. With a target, the picture is of the gradients. */
export interface Given {
  input: string;
  target: string;
}

/** How it is drawn. */
export interface Look {
  ground?: "light" | "dark" | "reader";
  colors?: "signs" | "ink";
  weights?: boolean;
  labels?: boolean;
  most?: number;
}

/** Show the picture of an address's fragment: ``example=1-3-3-1&input=0.3&ground=dark``; "" is the first. */
export interface Open {
  fragment?: string;
}

/** All that the page shows. Its ``fragment`` opens the same again; ``image`` is the SVG file in base64. */
export interface View {
  fragment: string;
  example: string;
  examples: readonly string[];
  look: Look;
  given: Given;
  hint: string;
  picture: Picture;
  image: string;
  written: readonly Written[];
  call: string;
}

/** A number as it stands in the picture, with its place there: the middle of a box that is turned by the angle. */
export interface Written {
  name: string;
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  angle: number;
}

export interface Commands {
  choose: { args: Open; result: View };
  draw: { args: Look; result: View };
  export: { args: Export; result: File };
  feed: { args: Given; result: View };
  open: { args: Open; result: View };
  python: { args: Nothing; result: Script };
  why: { args: Ask; result: Why };
}

export type Events = Record<never, never>;
