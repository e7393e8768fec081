import { expect, test } from "vitest";
import { pageOf } from "./address";
import { packed } from "./session";

test("a page's name is the last part of its address, below any path", () => {
  expect(["/", "/network", "/lab/", "/lab/network"].map(pageOf)).toEqual(["", "network", "", "network"]);
});

test("a command with a payload says how long it is", () => {
  const whole = packed('{"op":"ü"}', new Uint8Array([7, 8]).buffer);
  expect([...whole.slice(0, 4)]).toEqual([11, 0, 0, 0]);
  expect(new TextDecoder().decode(whole.slice(4, 15))).toBe('{"op":"ü"}');
  expect([...whole.slice(15)]).toEqual([7, 8]);
});
