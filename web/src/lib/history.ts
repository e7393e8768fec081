// Unlimited undo. A state is the fragment of an address, so that undoing is opening an earlier one.
import { computed, type ReadonlySignal, signal } from "@preact/signals";

export class History {
  readonly #past = signal<readonly string[]>([]);
  readonly #future = signal<readonly string[]>([]);
  #now = "";
  #held: number | undefined;

  readonly canUndo: ReadonlySignal<boolean> = computed(() => this.#past.value.length > 0);
  readonly canRedo: ReadonlySignal<boolean> = computed(() => this.#future.value.length > 0);

  get now(): string {
    return this.#now;
  }

  /** The state that was opened: nothing lies before it. */
  start(state: string): void {
    this.#now = state;
    this.#past.value = [];
    this.#future.value = [];
  }

  /** The number of the drag that is going on, or that comes next. */
  hold = 1;

  /** A new state; all states of one drag count as one, also those that come when the hand has let go. */
  move(state: string, held?: number): void {
    if (state === this.#now) return;
    if (held === undefined || held !== this.#held) this.#past.value = [...this.#past.value, this.#now];
    this.#held = held;
    this.#future.value = [];
    this.#now = state;
  }

  /** A drag has ended. */
  release(): void {
    this.hold++;
  }

  undo(): string | undefined {
    const before = this.#past.value.at(-1);
    if (before === undefined) return undefined;
    this.#held = undefined;
    this.#past.value = this.#past.value.slice(0, -1);
    this.#future.value = [...this.#future.value, this.#now];
    this.#now = before;
    return before;
  }

  redo(): string | undefined {
    const after = this.#future.value.at(-1);
    if (after === undefined) return undefined;
    this.#held = undefined;
    this.#future.value = this.#future.value.slice(0, -1);
    this.#past.value = [...this.#past.value, this.#now];
    this.#now = after;
    return after;
  }
}
