import { expect, test } from "vitest";
import { bytes, mixed, rgb, signedShare } from "./shares";

test("bytes come in either alphabet of base 64", () => {
  expect([...bytes("QIEA")]).toEqual([64, 129, 0]);
  expect([...bytes("-_8=")]).toEqual([...bytes("+/8=")]);
});

test("bytes above 127 are shares below 0", () => {
  expect([127, 0, 129].map(signedShare)).toEqual([1, 0, -1]);
});

test("colours are read and mixed", () => {
  expect(rgb("#0a5fb4")).toEqual([10, 95, 180]);
  expect(rgb("#f80")).toEqual([255, 136, 0]);
  expect(mixed([0, 0, 0], [200, 100, 50], 0.5)).toEqual([100, 50, 25]);
});
