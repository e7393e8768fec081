import { describe, expect, test } from "vitest";
import { History } from "./history";

describe("undo", () => {
  test("goes back as far as there is anything, and forth again", () => {
    const history = new History();
    history.start("a");
    for (const state of ["b", "c"]) history.move(state);
    expect([history.undo(), history.undo(), history.undo()]).toEqual(["b", "a", undefined]);
    expect([history.redo(), history.redo(), history.redo()]).toEqual(["b", "c", undefined]);
  });

  test("takes a whole drag back at once", () => {
    const history = new History();
    history.start("a");
    for (const state of ["b", "c", "d"]) history.move(state, history.hold);
    history.release();
    history.move("e", history.hold);
    expect([history.undo(), history.undo(), history.canUndo.value]).toEqual(["d", "a", false]);
  });

  test("takes an answer that comes late for its drag", () => {
    const history = new History();
    history.start("a");
    const drag = history.hold;
    history.move("b", drag);
    history.release();
    history.move("c", drag);
    expect(history.undo()).toBe("a");
  });

  test("begins a step of its own where the hand goes on after undo", () => {
    const history = new History();
    history.start("a");
    history.move("b", history.hold);
    history.undo();
    history.move("c", history.hold);
    expect([history.undo(), history.canUndo.value]).toEqual(["a", false]);
  });

  test("forgets what was undone once something else is done", () => {
    const history = new History();
    history.start("a");
    history.move("b");
    history.undo();
    history.move("c");
    expect(history.canRedo.value).toBe(false);
    expect(history.undo()).toBe("a");
  });

  test("has no step for what changes nothing", () => {
    const history = new History();
    history.start("a");
    history.move("a");
    expect(history.canUndo.value).toBe(false);
  });
});
