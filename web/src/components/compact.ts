// Pages that draw a network ask for a compact picture where letters are large, or the window is narrow.
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { appearance } from "./Appearance";

const NARROW = "(max-width: 60rem)";

interface Draws<View> {
  status: Signal<string>;
  view: Signal<View | null>;
  session: { call: (op: "fit", args: { compact: boolean }) => Promise<View> };
}

export function useCompact<View>(lab: Draws<View>): void {
  const compact = appearance.value === "projector" || matchMedia(NARROW).matches;
  const isOpen = lab.status.value === "open" && lab.view.value !== null;
  useEffect(() => {
    if (!isOpen) return;
    const show = (view: View) => {
      lab.view.value = view; // how it is drawn is no step of undo, and what was said stays
    };
    lab.session.call("fit", { compact }).then(show, () => {});
  }, [lab, compact, isOpen]);
}
