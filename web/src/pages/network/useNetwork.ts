// The page's lab, and what came back for the last guess.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { appearance } from "../../components/Appearance";
import { type Lab, useLab } from "../../lib/lab";
import type { Commands, Guessed, View } from "./messages";

export type NetworkLab = Lab<View, Commands>;
export type Reply = Signal<Guessed | null>;

const NARROW = "(max-width: 60rem)";

export function useNetwork(): { lab: NetworkLab; reply: Reply } {
  const lab = useLab<View, Commands>("network");
  const reply = useSignal<Guessed | null>(null);
  const compact = appearance.value === "projector" || matchMedia(NARROW).matches;
  const isOpen = lab.status.value === "open" && lab.view.value !== null;
  useEffect(() => {
    if (!isOpen) return;
    const show = (view: View) => {
      lab.view.value = view; // how it is drawn is no step of undo, and what was said stays
    };
    lab.session.call("fit", { compact }).then(show, () => {});
  }, [lab, compact, isOpen]);
  return { lab, reply };
}
