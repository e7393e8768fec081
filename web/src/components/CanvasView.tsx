// A canvas, sharp on every screen, always with a table that says the same.
import { effect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./CanvasView.css";

export interface CanvasViewProps {
  name: string;
  width: number;
  height: number;
  /** Paints in pixels of the page; called again when it is another, and whenever a signal that it reads changes. */
  paint: (context: CanvasRenderingContext2D, width: number, height: number) => void;
  /** The same as a table. */
  twin: ComponentChildren;
}

export function CanvasView({ name, width, height, paint, twin }: CanvasViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context) return;
    const ratio = window.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.current.width !== across) canvas.current.width = across; // which would clear it each time
    if (canvas.current.height !== down) canvas.current.height = down;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return effect(() => {
      paint(context, width, height);
    });
  }, [paint, width, height]);
  return (
    <figure class="canvas-view">
      <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} role="img" aria-label={name} />
      <details>
        <summary>{name} as a table</summary>
        {twin}
      </details>
    </figure>
  );
}
