// The tab's connection to its Python: commands with answers, news, and frames of numbers. It finds a restarted server
// again by itself; whoever holds state gives it anew each time the connection opens.
import { type Signal, signal } from "@preact/signals";
import { address } from "./address";

export type Status = "connecting" | "open" | "lost" | "full";
type Waiting = { resolve: (result: never) => void; reject: (error: Error) => void };
/** Commands of one kind that wait, what each is about, and the promise that all of them are answered. */
type Line = { waiting: { of: unknown; send: () => Promise<void> }[]; still: Promise<void> };
export type Frame = { step: number; numbers: Float32Array };

const TOO_MANY = 4429;
const PAUSES = [250, 500, 1000, 2000];
const HEADER = 12;

/** What the lab says in words about a command that cannot be done. */
export class LabError extends Error {}

export class Session<Commands extends { [name in keyof Commands]: { args: unknown; result: unknown } }> {
  readonly status: Signal<Status> = signal("connecting");
  #socket: WebSocket | null = null;
  #next = 1;
  #tries = 0;
  #timer = 0;
  #closed = false;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, (data: never) => void>();
  readonly #painters = new Map<number, (frame: Frame) => void>();
  /** Frames that have come, each to be painted in a frame of the screen of its own. */
  #frames: { kind: number; sequence: number; frame: Frame }[] = [];
  readonly #lines = new Map<string, Line>();

  constructor(
    readonly page: string,
    readonly opened: () => void,
  ) {
    this.#connect();
  }

  /** Ask the page's Python; the promise fails with a LabError in words. */
  call<Op extends keyof Commands & string>(
    op: Op,
    args: Commands[Op]["args"],
    payload?: ArrayBuffer,
  ): Promise<Commands[Op]["result"]> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return Promise.reject(new LabError("the lab does not answer"));
    const id = this.#next++;
    const text = JSON.stringify({ id, op, args });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      socket.send(payload === undefined ? text : packed(text, payload));
    });
  }

  /**
   * For what moves with the hand: one command of that kind is on its way at a time, and only the newest waits, of those
   * that are about the same thing, such as a slider. The promise is kept once all of that kind are answered.
   */
  latest<Op extends keyof Commands & string>(
    op: Op,
    args: Commands[Op]["args"],
    done: (result: Commands[Op]["result"]) => void,
    failed: (error: Error) => void,
    of: unknown = null,
  ): Promise<void> {
    const line: Line = this.#lines.get(op) ?? { waiting: [], still: Promise.resolve() };
    if (line.waiting.at(-1)?.of === of) line.waiting.pop();
    line.waiting.push({ of, send: () => this.call(op, args).then(done, failed) });
    if (!this.#lines.has(op)) {
      this.#lines.set(op, line);
      line.still = this.#work(op, line);
    }
    return line.still;
  }

  async #work(op: string, line: Line): Promise<void> {
    try {
      for (let next = line.waiting.shift(); next; next = line.waiting.shift()) await next.send();
    } finally {
      this.#lines.delete(op);
    }
  }

  /** Whether a command of that kind waits for the one that is on its way. */
  waits(op: string): boolean {
    return Boolean(this.#lines.get(op)?.waiting.length);
  }

  /** Hear news of that name. */
  on<Data>(event: string, listener: (data: Data) => void): void {
    this.#listeners.set(event, listener as (data: never) => void);
  }

  /** Paint frames of that kind; each is acknowledged once painted, and stale ones never come. */
  paint(kind: number, painter: (frame: Frame) => void): void {
    this.#painters.set(kind, painter);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #connect(): void {
    const socket = new WebSocket(address(`session/${this.page}`));
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => {
      this.#tries = 0;
      this.status.value = "open";
      this.opened();
    };
    socket.onmessage = ({ data }) => (typeof data === "string" ? this.#hear(data) : this.#show(data));
    socket.onclose = ({ code }) => this.#lose(code);
  }

  #lose(code: number): void {
    for (const { reject } of this.#waiting.values()) reject(new LabError("the lab does not answer"));
    this.#waiting.clear();
    this.#frames = [];
    if (this.#closed) return;
    this.status.value = code === TOO_MANY ? "full" : "lost";
    const pause = PAUSES[Math.min(this.#tries++, PAUSES.length - 1)];
    this.#timer = window.setTimeout(() => this.#connect(), pause);
  }

  #hear(text: string): void {
    const message = JSON.parse(text);
    if ("event" in message) {
      this.#listeners.get(message.event)?.(message.data as never);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ("error" in message) waiting?.reject(new LabError(message.error));
    else waiting?.resolve(message.result as never);
  }

  #show(data: ArrayBuffer): void {
    const view = new DataView(data);
    const frame = { step: view.getUint32(4, true), numbers: new Float32Array(data, HEADER) };
    this.#frames.push({ kind: view.getUint16(8, true), sequence: view.getUint32(0, true), frame });
    if (this.#frames.length === 1) requestAnimationFrame(this.#paint);
  }

  readonly #paint = () => {
    const next = this.#frames.shift();
    if (!next) return;
    if (this.#frames.length) requestAnimationFrame(this.#paint);
    this.#painters.get(next.kind)?.(next.frame);
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ ack: next.sequence }));
  };
}

/** A command with a payload as bytes: the length of its JSON, the JSON, the payload. */
export function packed(text: string, payload: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const command = new TextEncoder().encode(text);
  const whole = new Uint8Array(4 + command.length + payload.byteLength);
  new DataView(whole.buffer).setUint32(0, command.length, true);
  whole.set(command, 4);
  whole.set(new Uint8Array(payload), 4 + command.length);
  return whole;
}
