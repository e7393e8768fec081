// The page's side of its Python.
import { type Lab, useLab } from "../../lib/lab";
import type { Commands, View } from "./messages";

export type LearnLab = Lab<View, Commands>;

export function useLearn(): LearnLab {
  return useLab<View, Commands>("learn");
}
