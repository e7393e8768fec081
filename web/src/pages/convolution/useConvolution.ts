// What is looked at: what the chosen number is made of, which comes after each view; and the tool over the picture.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Lab, useLab } from "../../lib/lab";
import type { Commands, Pick, Picked, View } from "./messages";

export type ConvolutionLab = Lab<View, Commands>;
export type Tool = "pen" | "eraser" | "select";

export interface Looking {
  lab: ConvolutionLab;
  /** What the chosen number is made of; null at first. */
  picked: Signal<Picked | null>;
  /** Which channel of what it sees is shown; -1 for the strongest. */
  channel: Signal<number>;
  tool: Signal<Tool>;
  /** Choose a number of a map, and ask for its arithmetic. */
  pick: (place: Pick) => void;
}

export function useConvolution(): Looking {
  const lab = useLab<View, Commands>("convolution");
  const picked = useSignal<Picked | null>(null);
  const channel = useSignal(-1);
  const tool = useSignal<Tool>("pen");
  const wanted = useRef<Pick | null>(null);
  const view = lab.view.value;
  useEffect(() => {
    if (!view) return;
    const show = (found: Picked) => {
      picked.value = found;
      if (!wanted.current || !isSame(found.place, wanted.current)) return;
      wanted.current = null;
      if (!found.is_hidden) lab.ask(found.value.name);
    };
    const failed = (error: Error) => {
      lab.error.value = error.message;
    };
    lab.session.latest("look", { channel: channel.value }, show, failed);
  }, [lab, view, channel.value]);
  const pick = (place: Pick) => {
    wanted.current = place;
    channel.value = -1;
    lab.drag("pick", place); // all that is looked at between two changes is one step of undo
  };
  return { lab, picked, channel, tool, pick };
}

function isSame(one: Pick, other: Pick): boolean {
  return (
    one.layer === other.layer && one.row === other.row && one.column === other.column && one.channel === other.channel
  );
}
