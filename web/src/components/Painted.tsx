// Shares of the largest number as colours: blue above zero, orange below; a picture's ink as it is.
import { useEffect, useRef } from "preact/hooks";
import type { Size } from "../lib/boards";
import { bytes, paintShares, signedShare } from "../lib/shares";
import { appearance } from "./Appearance";

export interface PaintedProps extends Size {
  name: string;
  /** In base 64, a byte each, -127 to 127. */
  data: string;
  /** Whether it is a picture, in ink. */
  isInk?: boolean;
}

export function Painted({ name, data, rows, columns, isInk = false }: PaintedProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const given = bytes(data);
    paintShares(canvas.current, (i) => signedShare(given[i] ?? 0), isInk);
  }, [data, rows, columns, isInk, appearance.value]);
  return <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={name} />;
}
