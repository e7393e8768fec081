// Playing: how many steps are done, whether it goes on by itself, and the lines of what is done.
import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ShownLine } from "../../lib/messages";
import type { View } from "./messages";
import { type By, namesOf, type Step, stepsOf } from "./play";
import type { NetworkLab } from "./useNetwork";

const PAUSE = 1500; // milliseconds for a step: long enough to read a sum aloud

export interface Play {
  by: Signal<By>;
  /** How many steps are done; null when nothing is played, and all is shown. */
  done: Signal<number | null>;
  isRunning: Signal<boolean>;
  steps: readonly Step[];
  lines: Signal<readonly ShownLine[]>;
}

export function usePlay(lab: NetworkLab, view: View): Play {
  const by = useSignal<By>("neuron");
  const done = useSignal<number | null>(null);
  const isRunning = useSignal(false);
  const lines = useSignal<readonly ShownLine[]>([]);
  const steps = stepsOf(view.neurons, by.value);
  const known = useRef<{ view: View; lines: Map<string, ShownLine> }>({ view, lines: new Map() });
  useEffect(() => {
    if (done.value !== null && done.value > steps.length) done.value = steps.length;
    if (known.current.view !== view) known.current = { view, lines: new Map() };
    const { lines: told } = known.current;
    const names = steps.slice(0, done.value ?? 0).flatMap(namesOf);
    const show = () => {
      lines.value = names.flatMap((name) => told.get(name) ?? []);
    };
    const missing = names.filter((name) => !told.has(name));
    if (missing.length === 0) {
      show();
      return;
    }
    let isOld = false;
    lab.session.latest(
      "feed",
      { names: missing },
      (fed) => {
        for (const line of fed.lines) told.set(line.name, line);
        if (!isOld) show();
      },
      (error) => {
        lab.error.value = error.message;
      },
    );
    return () => {
      isOld = true; // a step back may have come before the answer
    };
  }, [view, done.value, by.value]);
  useSignalEffect(() => {
    if (!isRunning.value) return;
    const at = done.value ?? 0;
    if (at >= steps.length) {
      isRunning.value = false;
      return;
    }
    const timer = setTimeout(
      () => {
        done.value = at + 1;
      },
      at === 0 ? PAUSE / 3 : PAUSE,
    );
    return () => clearTimeout(timer);
  });
  return { by, done, isRunning, steps, lines };
}
