// What is looked at: what the chosen number is made of, which comes after each view; and the tool over the picture.
import { effect, type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Lab, useLab } from "../../lib/lab";
import type { Board, Commands, Pick, Picked, View } from "./messages";

export type ConvolutionLab = Lab<View, Commands>;
export type Tool = "pen" | "eraser" | "select";

const PACE = 500; // milliseconds at each number, once it is there, while the kernel slides by itself

export interface Looking {
  lab: ConvolutionLab;
  /** What the chosen number is made of; null at first. */
  picked: Signal<Picked | null>;
  /** Which channel of what it sees is shown; -1 for the strongest. */
  channel: Signal<number>;
  tool: Signal<Tool>;
  /** Choose a number of a map, and ask for its arithmetic. */
  pick: (place: Pick) => void;
  /** Change a number; whether it could be done, once what the chosen number is made of shows it too. */
  edit: (name: string, text: string) => Promise<boolean>;
  /** The layer over whose map it slides by itself; null for none. */
  sliding: Signal<number | null>;
  /** Slide over a map from the chosen number on, else from its first; stop with null. */
  slide: (board: Board | null) => void;
}

export function useConvolution(): Looking {
  const lab = useLab<View, Commands>("convolution");
  const picked = useSignal<Picked | null>(null);
  const channel = useSignal(-1);
  const tool = useSignal<Tool>("pen");
  const wanted = useRef<Pick | null>(null);
  const looked = useRef(Promise.resolve());
  useEffect(
    () =>
      effect(() => {
        if (lab.view.value) looked.current = look(channel.value);
      }),
    [lab],
  );
  const look = (of: number) => {
    const show = (found: Picked) => {
      picked.value = found;
      if (!wanted.current || !isSame(found.place, wanted.current)) return;
      wanted.current = null;
      if (!found.is_hidden) lab.ask(found.value.name);
    };
    const failed = (error: Error) => {
      lab.error.value = error.message;
    };
    return lab.session.latest("look", { channel: of }, show, failed);
  };
  const edit = async (name: string, text: string) => {
    const done = await lab.act("edit", { name, text });
    await looked.current;
    return done;
  };
  const pick = async (place: Pick) => {
    wanted.current = place;
    channel.value = -1;
    await lab.drag("pick", place); // all that is looked at between two changes is one step of undo
    await looked.current;
  };
  const sliding = useSignal<number | null>(null);
  useEffect(() => {
    if (sliding.value === null) return;
    let timer = setTimeout(goOn, PACE);
    let isOver = false;
    async function goOn() {
      const next = lab.view.value && after(lab.view.value);
      if (next?.layer === sliding.value) await pick(next);
      else sliding.value = null;
      if (!isOver) timer = setTimeout(goOn, PACE);
    }
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [lab, sliding.value]);
  const slide = (board: Board | null) => {
    const now = lab.view.value;
    if (board && now && (now.pick.layer !== board.layer || !after(now)))
      pick({ layer: board.layer, channel: board.channel, row: 0, column: 0 });
    sliding.value = board?.layer ?? null;
  };
  return { lab, picked, channel, tool, pick, edit, sliding, slide };
}

/** The place after the chosen one, row by row; undefined at the end. */
function after({ pick, layers }: View): Pick | undefined {
  const { row, column } = pick;
  const { rows = 0, columns = 0 } = layers[pick.layer] ?? {};
  if (column + 1 < columns) return { ...pick, column: column + 1 };
  return row + 1 < rows ? { ...pick, row: row + 1, column: 0 } : undefined;
}

function isSame(one: Pick, other: Pick): boolean {
  return (
    one.layer === other.layer && one.row === other.row && one.column === other.column && one.channel === other.channel
  );
}
