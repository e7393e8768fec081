import { describe, expect, it } from "vitest";
import { GRID, layoutOf, level, paletteOf, TILE } from "./painting";

describe("a painting", () => {
  it("holds the answers, a tile for each feature and neuron, and all weights and biases", () => {
    const layout = layoutOf([2, 4, 1]);
    const first = 2 * GRID * GRID;
    expect(layout.tiles).toBe(7);
    expect(layout.tile(1)).toBe(first + TILE * TILE);
    expect(layout.weights).toEqual([first + 7 * TILE * TILE, first + 7 * TILE * TILE + 12]);
    expect(layout.biases[1]).toBe(layout.length - 1);
  });
});

describe("colours", () => {
  it("tell signs apart, and 0 is nearly the background", () => {
    const named: Record<string, string> = { "--negative": "#f00", "--positive": "#00f", "--background": "#fff" };
    const colors = paletteOf((name) => named[name] ?? "#888");
    expect(colors.lines[level(-1)]).toBe("rgb(255 0 0)");
    expect(colors.lines[level(1)]).toBe("rgb(0 0 255)");
    expect(colors.lines[level(0)]).toBe("rgb(254 254 255)");
    expect(colors.pixels[level(-7)]).toBe(0xff0000ff);
    expect(colors.answers[0]?.[255]).toBe(0xff5757ff);
  });
});
