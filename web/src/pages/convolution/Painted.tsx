// Shares of the largest number as colours: blue above zero, orange below; a picture's ink as it is.
import { useEffect, useRef } from "preact/hooks";
import { appearance } from "../../components/Appearance";
import type { Size } from "./boards";

export interface PaintedProps extends Size {
  name: string;
  /** In base 64, a byte each, -127 to 127. */
  data: string;
  /** Whether it is a picture, in ink. */
  isInk?: boolean;
}

export function Painted({ name, data, rows, columns, isInk = false }: PaintedProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => paint(canvas.current, data, isInk), [data, rows, columns, isInk, appearance.value]);
  return <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={name} />;
}

type Colour = readonly [number, number, number];

function paint(canvas: HTMLCanvasElement | null, data: string, isInk: boolean): void {
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return;
  const style = getComputedStyle(canvas);
  const colour = (name: string) => rgb(style.getPropertyValue(name));
  const [none, more, less] = [colour("--background"), colour(isInk ? "--ink" : "--positive"), colour("--negative")];
  const image = context.createImageData(canvas.width, canvas.height);
  const bytes = atob(data.replaceAll("-", "+").replaceAll("_", "/"));
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    const share = ((bytes.charCodeAt(i) << 24) >> 24) / 127;
    const towards = share < 0 ? less : more;
    for (const c of [0, 1, 2] as const) image.data[4 * i + c] = none[c] + (towards[c] - none[c]) * Math.abs(share);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** #14171c or #fff as three numbers. */
function rgb(text: string): Colour {
  const digits = text.trim().slice(1);
  const value = Number.parseInt(digits.length === 3 ? digits.replace(/./g, "$&$&") : digits, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
