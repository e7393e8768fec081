// Where in a painting each part lies, and how it is coloured: places and colours are ours, the numbers are Python's.
export const GRID = 60;
export const TILE = 20;

type Color = readonly [number, number, number];

export interface Palette {
  /** One for each class; the first two are also below and above 0. */
  classes: readonly Color[];
  background: Color;
  neutral: Color;
  ink: string;
}

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

/** The theme's colours, as they are now. */
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    classes: ["--negative", "--positive", "--error", "--outline"].map((name) => rgb(read(name))),
    background: rgb(read("--background")),
    neutral: rgb(read("--neutral")),
    ink: read("--ink"),
  };
}

/** The three numbers of #0a5fb4, or of its short form, #fff. */
export function rgb(hex: string): Color {
  const digits = hex.length === 4 ? hex.slice(1).replace(/./g, "$&$&") : hex.slice(1);
  const value = Number.parseInt(digits, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

export function css([r, g, b]: Color): string {
  return `rgb(${r} ${g} ${b})`;
}

/** A colour so far on the way from one to another. */
export function mixed(from: Color, to: Color, share: number): Color {
  const way = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [way(0), way(1), way(2)];
}

/** The colour of a number from −1 to 1. */
export function diverging(colors: Palette, share: number): Color {
  const end = colors.classes[share < 0 ? 0 : 1] ?? colors.neutral;
  return mixed(colors.background, end, Math.min(1, Math.abs(share)));
}

/** The answers all over the plane as pixels. */
export function answerPixels(numbers: Float32Array, colors: Palette, pixels: Uint8ClampedArray): void {
  const places = GRID * GRID;
  for (let i = 0; i < places; i++) {
    const color = colors.classes[numbers[i] ?? 0] ?? colors.neutral;
    put(pixels, i, mixed(colors.background, color, 0.06 + 0.6 * (numbers[places + i] ?? 0)));
  }
}

/** All tiles, one below the other, as pixels. */
export function tilePixels(numbers: Float32Array, layout: Layout, colors: Palette, pixels: Uint8ClampedArray): void {
  const first = layout.tile(0);
  for (let i = 0; i < layout.tiles * TILE * TILE; i++) put(pixels, i, diverging(colors, numbers[first + i] ?? 0));
}

function put(pixels: Uint8ClampedArray, i: number, [r, g, b]: Color): void {
  pixels[4 * i] = r;
  pixels[4 * i + 1] = g;
  pixels[4 * i + 2] = b;
  pixels[4 * i + 3] = 255;
}
