// Where in a painting each part lies, and how it is coloured: places and colours are ours, the numbers are Python's.
import { type Color, mixed, rgb } from "../../lib/shares";

export const GRID = 60;
export const TILE = 20;

export interface Palette {
  /** One for each class; the first two are also below and above 0. */
  classes: readonly Color[];
  background: Color;
  neutral: Color;
  ink: string;
  /** Of numbers from −1 to 1, in LEVELS steps: as pixels, and as colours of lines. */
  pixels: Uint32Array;
  lines: readonly string[];
  /** Of each class, by how sure the answer is. */
  answers: readonly Uint32Array[];
}

const LEVELS = 256;

/** What a painting of these layers holds. */
export interface Layout {
  tiles: number;
  length: number;
  /** Where the tile of the feature or neuron with that number begins. */
  tile: (index: number) => number;
  /** Where the weights from a layer's inputs to its neurons begin, row by row, and its biases. */
  weights: readonly number[];
  biases: readonly number[];
}

/** Of so many features, then layers of so many neurons.
 *
 * layoutOf([2, 4, 1]) has 7 tiles.
 */
export function layoutOf(sizes: readonly number[]): Layout {
  const tiles = sizes.reduce((sum, size) => sum + size, 0);
  let at = 2 * GRID * GRID + tiles * TILE * TILE;
  const weights: number[] = [];
  const biases: number[] = [];
  for (let layer = 1; layer < sizes.length; layer++) {
    const [before = 0, size = 0] = [sizes[layer - 1], sizes[layer]];
    weights.push(at);
    at += before * size;
    biases.push(at);
    at += size;
  }
  return { tiles, length: at, tile: (index) => 2 * GRID * GRID + index * TILE * TILE, weights, biases };
}

let known: readonly [string, Palette] | undefined;

/** The colours of a theme; they are read once. */
export function palette(theme: string): Palette {
  if (known?.[0] !== theme) {
    const style = getComputedStyle(document.documentElement);
    known = [theme, paletteOf((name) => style.getPropertyValue(name).trim())];
  }
  return known[1];
}

export function paletteOf(read: (name: string) => string): Palette {
  const classes = ["--negative", "--positive", "--error", "--outline"].map((name) => rgb(read(name)));
  const [background, neutral] = [rgb(read("--background")), rgb(read("--neutral"))];
  const [below = neutral, above = neutral] = classes;
  const levels = Array.from({ length: LEVELS }, (_, i) => (2 * i) / (LEVELS - 1) - 1);
  const ramp = levels.map((share) => mixed(background, share < 0 ? below : above, Math.abs(share)));
  return {
    classes,
    background,
    neutral,
    ink: read("--ink"),
    pixels: Uint32Array.from(ramp, pixel),
    lines: ramp.map(css),
    answers: classes.map((color) =>
      Uint32Array.from(levels, (_, i) => pixel(mixed(background, color, 0.06 + (0.6 * i) / (LEVELS - 1)))),
    ),
  };
}

/** A colour as the four bytes of an opaque pixel, red first in memory. */
function pixel([r, g, b]: Color): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

export function css([r, g, b]: Color): string {
  return `rgb(${r} ${g} ${b})`;
}

/** The place of a number from −1 to 1 among the colours. */
export function level(share: number): number {
  return Math.round(((Math.max(-1, Math.min(1, share)) + 1) / 2) * (LEVELS - 1));
}

/** The answers all over the plane as pixels. */
export function answerPixels(numbers: Float32Array, colors: Palette, pixels: Uint32Array): void {
  const places = GRID * GRID;
  for (let i = 0; i < places; i++) {
    const sure = Math.round((numbers[places + i] ?? 0) * (LEVELS - 1));
    pixels[i] = colors.answers[numbers[i] ?? 0]?.[sure] ?? 0;
  }
}

/** All tiles, one below the other, as pixels. */
export function tilePixels(numbers: Float32Array, layout: Layout, colors: Palette, pixels: Uint32Array): void {
  const first = layout.tile(0);
  const count = layout.tiles * TILE * TILE;
  for (let i = 0; i < count; i++) pixels[i] = colors.pixels[level(numbers[first + i] ?? 0)] ?? 0;
}

/** A canvas that is not shown itself, sharp where it is drawn with these sizes in pixels of the page. */
export function sheet(width: number, height: number) {
  const canvas = document.createElement("canvas");
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context?.scale(ratio, ratio);
  return { canvas, context };
}

const kept = new Map<string, { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D; image: ImageData }>();

/** A picture of so many pixels, to be drawn larger at once: the next of its size is drawn in its place. */
export function drawn(width: number, height: number, fill: (pixels: Uint32Array) => void): HTMLCanvasElement {
  const name = `${width} ${height}`;
  let found = kept.get(name);
  if (!found) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    if (!context) return canvas;
    found = { canvas, context, image: context.createImageData(width, height) };
    kept.set(name, found);
  }
  fill(new Uint32Array(found.image.data.buffer));
  found.context.putImageData(found.image, 0, 0);
  return found.canvas;
}
