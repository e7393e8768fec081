// The page's lab, and what came back for the last guess.
import { type Signal, useSignal } from "@preact/signals";
import { useCompact } from "../../components/compact";
import { type Lab, useLab } from "../../lib/lab";
import type { Guessed } from "../../lib/messages";
import type { Commands, View } from "./messages";

export type NetworkLab = Lab<View, Commands>;
export type Reply = Signal<Guessed | null>;

export function useNetwork(): { lab: NetworkLab; reply: Reply } {
  const lab = useLab<View, Commands>("network");
  const reply = useSignal<Guessed | null>(null);
  useCompact(lab);
  return { lab, reply };
}
