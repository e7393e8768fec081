// The page's side of its Python.
import { useCompact } from "../../components/compact";
import { type Lab, useLab } from "../../lib/lab";
import type { Commands, View } from "./messages";

export type LearnLab = Lab<View, Commands>;

export function useLearn(): LearnLab {
  const lab = useLab<View, Commands>("learn");
  useCompact(lab);
  return lab;
}
