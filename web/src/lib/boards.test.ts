import { expect, test } from "vitest";
import { moved, placeAt, touched } from "./boards";

const size = { rows: 8, columns: 4 };

test("arrows move by one cell, and stay within", () => {
  expect(moved({ row: 0, column: 3 }, "ArrowDown", size)).toEqual({ row: 1, column: 3 });
  expect(moved({ row: 0, column: 3 }, "ArrowRight", size)).toEqual({ row: 0, column: 3 });
  expect(moved({ row: 0, column: 3 }, "Enter", size)).toBeUndefined();
});

test("a pointer is in one cell", () => {
  const box = { left: 10, top: 20, width: 40, height: 80 };
  expect(placeAt(box, 10, 20, size)).toEqual({ row: 0, column: 0 });
  expect(placeAt(box, 31, 55, size)).toEqual({ row: 3, column: 2 });
  expect(placeAt(box, 999, -5, size)).toEqual({ row: 0, column: 3 });
});

test("the pen touches one cell of a coarse picture and four of a fine one", () => {
  expect(touched({ row: 1, column: 2 }, size)).toEqual([6]);
  expect(touched({ row: 0, column: 0 }, { rows: 28, columns: 28 })).toEqual([0, 1, 28, 29]);
  expect(touched({ row: 27, column: 27 }, { rows: 28, columns: 28 })).toEqual([783]);
});
