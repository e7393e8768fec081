// What is looked at: what belongs to the chosen number, which comes after each view; and views while it learns.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Lab, useLab } from "../../lib/lab";
import type { Commands, Live, Pick, Picked, View } from "./messages";

export type SequenceLab = Lab<View, Commands>;

export interface Looking {
  lab: SequenceLab;
  /** What belongs to the chosen number; null at first. */
  picked: Signal<Picked | null>;
  /** Choose a number, and ask for its arithmetic. */
  pick: (place: Pick) => void;
}

export function useSequence(): Looking {
  const lab = useLab<View, Commands>("sequence");
  const picked = useSignal<Picked | null>(null);
  const wanted = useRef<Pick | null>(null);
  const view = lab.view.value;
  useEffect(() => {
    lab.session.on<Live>("Live", (news) => {
      const now = lab.view.value;
      if (!now?.training?.is_running || now.fragment !== news.view.fragment) return; // it came too late
      lab.view.value = news.view;
      if (!news.view.training?.is_running) lab.act("pause", {}); // which says in the address how far it has come
    });
  }, [lab]);
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
    lab.session.latest("look", {}, show, failed);
  }, [lab, view, picked]);
  const pick = (place: Pick) => {
    wanted.current = place;
    lab.drag("pick", place); // all that is looked at between two changes is one step of undo
  };
  return { lab, picked, pick };
}

function isSame(one: Pick, other: Pick): boolean {
  return (
    one.layer === other.layer &&
    one.part === other.part &&
    one.head === other.head &&
    one.row === other.row &&
    one.column === other.column
  );
}
