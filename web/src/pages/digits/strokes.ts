// The pen's way over the pad, in whole units of the pad: where points lie, and which are worth keeping.
import type { Stroke } from "./messages";

export const PAD = 256;

/** The place of a pointer on the pad, kept within it. */
export function placeOn(box: { left: number; top: number; width: number; height: number }, x: number, y: number) {
  const unit = (along: number, size: number) => Math.min(PAD - 1, Math.max(0, Math.round((along / size) * PAD)));
  return [unit(x - box.left, box.width), unit(y - box.top, box.height)] as const;
}

/** The stroke with one more point, unless the pen has hardly moved. */
export function longer(stroke: Stroke, x: number, y: number): Stroke {
  const [before, beside] = stroke.points.slice(-2);
  const isNew = before === undefined || beside === undefined || Math.hypot(x - before, y - beside) >= 2;
  return isNew ? { ...stroke, points: [...stroke.points, x, y] } : stroke;
}
