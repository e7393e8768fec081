// The page's side of its Python.
import { type Lab, useLab } from "../../lib/lab";
import type { Commands, View } from "./messages";

export type LineLab = Lab<View, Commands>;

export function useLine(): LineLab {
  return useLab<View, Commands>("line");
}
