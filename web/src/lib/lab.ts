// What every page holds: its session, what it shows, undo, and the answer to the last Why?.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { fragment, setFragment } from "./address";
import { History } from "./history";
import type { Ask, Nothing, Script, Why } from "./messages";
import { Session } from "./session";

/** What a page shows: its fragment opens the same again, after a reload, from a link, on a new server. */
export interface Shows {
  fragment: string;
}

/** The commands that each page has. */
export interface Basic<View> {
  open: { args: { fragment?: string }; result: View };
  why: { args: Ask; result: Why };
  python: { args: Nothing; result: Script };
}
type Specs<C> = { [name in keyof C]: { args: unknown; result: unknown } };

/** The names of the commands that answer with a new view. */
type Acts<C extends Specs<C>, View> = {
  [Op in keyof C & string]: C[Op]["result"] extends View ? Op : never;
}[keyof C & string];

export class Lab<View extends Shows, C extends Basic<View> & Specs<C>> {
  readonly view: Signal<View | null> = signal(null);
  readonly error = signal("");
  readonly answer: Signal<Why | null> = signal(null);
  readonly levels = signal(1);
  /** The state as Python, while it is shown. */
  readonly script: Signal<string | null> = signal(null);
  readonly history = new History();
  readonly session: Session<C>;
  /** Moves whose answer is still to come: undoing waits for them, and what follows from the view that they lead to. */
  readonly #moving = new Set<string | symbol>();
  readonly #isMoving = signal(false);
  readonly #waiting: (() => void)[] = [];

  /** Whether there is anything to take back: also what is on its way. */
  readonly canUndo: ReadonlySignal<boolean> = computed(() => this.#isMoving.value || this.history.canUndo.value);

  constructor(page: string) {
    this.session = new Session<C>(page, () => this.#open(this.history.now || fragment(), "start"));
    addEventListener("hashchange", this.#onHash);
  }

  get status(): ReadonlySignal<Session<C>["status"]["value"]> {
    return this.session.status;
  }

  /**
   * A command that answers with a new view; it can be undone. Whether it succeeded: `error` says why not. Arguments that
   * follow from what is shown, such as one more than now, are a function of it: of the newest view, once what was done
   * before is answered.
   */
  act<Op extends Acts<C, View>>(
    op: Op,
    args: C[Op]["args"] | ((now: View) => C[Op]["args"]),
    payload?: ArrayBuffer,
  ): Promise<boolean> {
    if (typeof args !== "function") return this.#act(op, args, payload);
    const made = args as (now: View) => C[Op]["args"];
    return new Promise((done) => {
      this.#whenStill(() => done(this.#act(op, made(this.view.value as View), payload)));
    });
  }

  async #act<Op extends Acts<C, View>>(op: Op, args: C[Op]["args"], payload?: ArrayBuffer): Promise<boolean> {
    const move = Symbol(op);
    this.#begun(move);
    try {
      this.#show((await this.session.call(op, args, payload)) as View, "move");
      return true;
    } catch (error) {
      this.#fail(error as Error);
      return false;
    } finally {
      this.#moved(move);
    }
  }

  /**
   * The same for what moves with the hand, and what it holds, of several things: until `release`, all of it is one step
   * of undo. The promise is kept once all is answered.
   */
  drag<Op extends Acts<C, View>>(op: Op, args: C[Op]["args"], of: unknown = null): Promise<void> {
    const drag = this.history.hold;
    this.#begun(op);
    const then = (answer: () => void) => {
      answer();
      if (!this.session.waits(op)) this.#moved(op);
    };
    const show = (view: C[Op]["result"]) => then(() => this.#show(view as View, "move", drag));
    return this.session.latest(op, args, show, (error) => then(() => this.#fail(error)), of);
  }

  release(): void {
    this.history.release();
  }

  /** Ask for the arithmetic of a number; the region Why shows it, and keeps it up to date. */
  ask(name: string, levels = 1): void {
    this.levels.value = levels;
    this.#ask(name);
  }

  /** Show the state as Python, and keep it up to date; or no longer. */
  showPython(isShown: boolean): void {
    this.script.value = isShown ? "" : null;
    if (isShown) this.#askScript();
  }

  undo(): void {
    this.#whenStill(() => this.#open(this.history.undo(), "keep"));
  }

  redo(): void {
    this.#whenStill(() => this.#open(this.history.redo(), "keep"));
  }

  close(): void {
    removeEventListener("hashchange", this.#onHash);
    this.session.close();
  }

  #whenStill(next: () => void): void {
    if (this.#moving.size) this.#waiting.push(next);
    else next();
  }

  #begun(move: string | symbol): void {
    this.#moving.add(move);
    this.#isMoving.value = true;
  }

  #moved(move: string | symbol): void {
    this.#moving.delete(move);
    this.#isMoving.value = this.#moving.size > 0;
    while (!this.#moving.size && this.#waiting.length) this.#waiting.shift()?.();
  }

  readonly #onHash = () => {
    if (fragment() !== this.history.now) this.#open(fragment(), "move");
  };

  #open(state: string | undefined, how: "start" | "keep" | "move"): void {
    if (state === undefined) return;
    const opening = this.session.call("open", { fragment: state });
    opening.then(
      (view) => this.#show(view as View, how),
      (error) => {
        this.#fail(error);
        if (this.view.value === null && state) this.#open("", how);
      },
    );
  }

  #show(view: View, how: "start" | "keep" | "move", drag?: number): void {
    if (how === "start" && this.view.value === null) this.history.start(view.fragment);
    else if (how === "move") this.history.move(view.fragment, drag);
    if (how !== "start") this.error.value = "";
    this.view.value = view;
    setFragment(view.fragment);
    if (this.answer.value) this.#ask(this.answer.value.name);
    if (this.script.value !== null) this.#askScript();
  }

  #ask(name: string): void {
    const show = (why: C["why"]["result"]) => {
      this.answer.value = why as Why;
    };
    this.session.latest("why", { name, levels: this.levels.value }, show, (error) => {
      this.answer.value = null; // the number that was asked for is not there any more
      this.#fail(error);
    });
  }

  #askScript(): void {
    const show = (script: C["python"]["result"]) => {
      if (this.script.value !== null) this.script.value = (script as Script).text;
    };
    this.session.latest("python", {}, show, (error) => this.#fail(error));
  }

  #fail(error: Error): void {
    this.error.value = error.message;
  }
}

/** A page's lab, for as long as it is shown. */
export function useLab<View extends Shows, C extends Basic<View> & Specs<C>>(page: string): Lab<View, C> {
  const [lab] = useState(() => new Lab<View, C>(page));
  useEffect(() => () => lab.close(), [lab]);
  return lab;
}

export type Asking = (name: string) => void;

/** How a number asks Why?; PageFrame provides it. */
export const AskContext = createContext<Asking>(() => {});

export function useAsk(): Asking {
  return useContext(AskContext);
}
