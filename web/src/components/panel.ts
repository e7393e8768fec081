// On a projector, where labels are large, one part of a page at a time stands beside what is worked on.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Why } from "../lib/messages";
import { appearance } from "./Appearance";

interface Answers {
  answer: Signal<Why | null>;
}

/** The part that is shown; null where all have room. */
export function usePanel<Name extends string>(
  lab: Answers,
  first: Name,
  keeps: readonly Name[] = [],
): Signal<Name | null> {
  const projected = appearance.value === "projector";
  const panel = useSignal<Name | null>(projected ? first : null);
  useEffect(() => {
    panel.value = projected ? first : null;
  }, [projected, panel, first]);
  useAnswered(lab, panel, keeps);
  return panel;
}

/** There, a question leads to the part "why", where it is answered; but for those in which one goes on asking. */
export function useAnswered<Name extends string | null>(
  lab: Answers,
  panel: Signal<Name>,
  keeps: readonly Name[] = [],
): void {
  const projected = appearance.value === "projector";
  const asked = lab.answer.value?.name;
  useEffect(() => {
    if (projected && asked && !keeps.includes(panel.value)) panel.value = "why" as Name;
  }, [projected, asked, panel]);
}
