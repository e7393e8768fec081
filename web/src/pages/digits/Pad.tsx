// The drawing pad: a mouse, a finger or the arrow keys move the pen. Strokes are sent as they are drawn; only the
// newest state waits. What is drawn here at once is the line; all that follows from it comes from Python.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { appearance } from "../../components/Appearance";
import { bytes } from "../../lib/shares";
import type { Stroke, View } from "./messages";
import { longer, PAD, placeOn } from "./strokes";

export interface Pen {
  tool: Stroke["tool"];
  width: number;
}

export interface PadProps {
  view: View;
  pen: Pen;
  /** Whether the pen is down; what is costly waits meanwhile. */
  drawing: Signal<boolean>;
  send: (strokes: readonly Stroke[], serial: number) => void;
  /** The pen is up: what was drawn since it was put down is one step of undo. */
  lifted: () => void;
}

type Place = readonly [number, number];

const STEP = 8;
const FINE = 2;
const ARROWS: Record<string, Place> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function Pad({ view, pen, drawing, send, lifted }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const strokes = useRef<readonly Stroke[]>(view.strokes);
  const serial = useRef(0);
  const cursor = useSignal<Place>([PAD / 2, PAD / 2]);
  const focused = useSignal(false);

  const paint = () => paintPad(canvas.current, view.image, strokes.current);
  const change = (changed: readonly Stroke[]) => {
    strokes.current = changed;
    paint();
    send(changed, ++serial.current);
  };
  const begin = ([x, y]: Place) => {
    drawing.value = true;
    change([...strokes.current, { ...pen, points: [x, y] }]);
  };
  const extend = (places: readonly Place[]) => {
    const last = strokes.current.at(-1);
    if (!last) return;
    const extended = places.reduce((stroke, [x, y]) => longer(stroke, x, y), last);
    change([...strokes.current.slice(0, -1), extended]);
  };
  const lift = () => {
    if (drawing.value) lifted();
    drawing.value = false;
  };

  useEffect(() => {
    const isStale = view.serial !== 0 && view.serial < serial.current;
    if (!isStale && !drawing.value) strokes.current = view.strokes;
    paint();
  }, [view, appearance.value]);

  const onKey = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? FINE : STEP;
      const moved = (i: 0 | 1) => Math.min(PAD - 1, Math.max(0, cursor.value[i] + arrow[i] * step));
      cursor.value = [moved(0), moved(1)];
      if (drawing.value) extend([cursor.value]);
    } else if (event.key === " ") {
      if (drawing.value) lift();
      else begin(cursor.value);
    } else return;
    event.preventDefault();
  };

  return (
    <div
      class="digits-pad"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the pen
      tabIndex={0}
      aria-label="Drawing pad"
      aria-describedby="pad-keys"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        begin(placesOf(event)[0] as Place);
      }}
      onPointerMove={(event) => {
        if (drawing.value && event.buttons) extend(placesOf(event));
      }}
      onPointerUp={lift}
      onPointerCancel={lift}
      onKeyDown={onKey}
      onFocus={(event) => {
        focused.value = event.currentTarget.matches(":focus-visible");
      }}
      onBlur={() => {
        focused.value = false;
        lift();
      }}
    >
      <canvas ref={canvas} />
      {focused.value && (
        <span
          class={`digits-cursor${drawing.value ? " is-down" : ""}`}
          style={{ left: `${(cursor.value[0] / PAD) * 100}%`, top: `${(cursor.value[1] / PAD) * 100}%` }}
        />
      )}
      <span id="pad-keys" class="unseen">
        Arrow keys move the pen, with Shift in small steps. Space puts it down and lifts it.
      </span>
    </div>
  );
}

/** Where a pointer has been since the last event; browsers put several places into one. */
function placesOf(event: PointerEvent): Place[] {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  const events = event.getCoalescedEvents?.() ?? [];
  return (events.length ? events : [event]).map((one) => placeOn(box, one.clientX, one.clientY));
}

function paintPad(canvas: HTMLCanvasElement | null, image: string, strokes: readonly Stroke[]): void {
  const context = canvas?.getContext("2d");
  if (!canvas || !context) return;
  const size = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const style = getComputedStyle(canvas);
  const paper = style.getPropertyValue("--background");
  const ink = style.getPropertyValue("--ink");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = paper;
  context.fillRect(0, 0, size, size);
  context.scale(size / PAD, size / PAD);
  if (image) paintBelow(context, bytes(image), ink);
  context.lineCap = context.lineJoin = "round";
  for (const { tool, width, points } of strokes) {
    context.strokeStyle = tool === "pen" ? ink : paper;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(points[0] ?? 0, points[1] ?? 0);
    for (let i = 0; i < points.length; i += 2) context.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
    context.stroke();
  }
}

function paintBelow(context: CanvasRenderingContext2D, pixels: Uint8Array, ink: string): void {
  const side = Math.sqrt(pixels.length);
  const step = PAD / side;
  context.fillStyle = ink;
  pixels.forEach((grey, i) => {
    context.globalAlpha = grey / 255;
    context.fillRect((i % side) * step, Math.floor(i / side) * step, step + 0.3, step + 0.3);
  });
  context.globalAlpha = 1;
}
