import { expect, test } from "vitest";
import { longer, placeOn } from "./strokes";

const box = { left: 10, top: 20, width: 512, height: 512 };

test("a pointer is placed on the pad, and kept within it", () => {
  expect(placeOn(box, 10, 20)).toEqual([0, 0]);
  expect(placeOn(box, 266, 276)).toEqual([128, 128]);
  expect(placeOn(box, -100, 9999)).toEqual([0, 255]);
});

test("a stroke keeps points that are apart", () => {
  const dot = { tool: "pen", width: 16, points: [10, 10] } as const;
  expect(longer(dot, 11, 10)).toBe(dot);
  expect(longer(dot, 12, 10).points).toEqual([10, 10, 12, 10]);
});
