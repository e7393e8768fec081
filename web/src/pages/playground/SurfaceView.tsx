// The answer all over the plane, with the samples: filled ones are learnt from, hollow ones tested on.
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { appearance } from "../../components/Appearance";
import { CanvasView } from "../../components/CanvasView";
import { NumberShown } from "../../components/NumberShown";
import type { Sheet, View } from "./messages";
import { answerPixels, css, drawn, GRID, level, type Palette, palette, sheet } from "./painting";
import type { Playground } from "./usePlayground";
import "./SurfaceView.css";

export interface SurfaceProps {
  play: Playground;
  view: View;
  size: number;
  /** The class or value that a click adds a point of. */
  brush: string;
}

export function SurfaceView({ play, view, size, brush }: SurfaceProps) {
  const theme = appearance.value;
  const paint = useMemo(() => {
    const colors = palette(theme);
    const dots = dotsOf(view, colors, size);
    return (context: CanvasRenderingContext2D) => {
      const numbers = play.painting.value;
      context.clearRect(0, 0, size, size);
      if (numbers) drawAnswer(context, numbers, colors, size);
      context.drawImage(dots, 0, 0, size, size);
    };
  }, [play.painting, view, size, theme]);
  const [left, right] = view.x;
  const [bottom, top] = view.y;
  return (
    <div class="play-surface">
      <CanvasView name="Decision surface" width={size} height={size} paint={paint} twin={<Twin play={play} />} />
      <button
        type="button"
        class="play-draw"
        style={{ width: `${size}px`, height: `${size}px` }}
        aria-label="Add a point"
        title="Click to add a point; the points become your own"
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const byKey = event.detail === 0;
          const across = byKey ? 0.5 : (event.clientX - box.left) / size;
          const down = byKey ? 0.5 : (event.clientY - box.top) / size;
          const target = view.classes.length ? Math.max(0, view.classes.indexOf(brush)) : Number(brush) || 0;
          play.lab.act("add", { x: left + across * (right - left), y: top + down * (bottom - top), target });
        }}
      />
    </div>
  );
}

function drawAnswer(context: CanvasRenderingContext2D, numbers: Float32Array, colors: Palette, size: number): void {
  context.imageSmoothingEnabled = true;
  const answers = drawn(GRID, GRID, (pixels) => answerPixels(numbers, colors, pixels));
  context.drawImage(answers, 0, 0, size, size);
}

/** The samples, on a canvas of their own: they stay while the answers change. */
function dotsOf(view: View, colors: Palette, size: number): HTMLCanvasElement {
  const { canvas, context } = sheet(size, size);
  if (context) drawDots(context, view, colors, size);
  return canvas;
}

function drawDots(context: CanvasRenderingContext2D, view: View, colors: Palette, size: number): void {
  const { dots, classes } = view;
  const [left, right] = view.x;
  const [bottom, top] = view.y;
  const highest = Math.max(1e-9, ...dots.target.map(Math.abs));
  for (const [i, x] of dots.x.entries()) {
    const target = dots.target[i] ?? 0;
    const color = classes.length
      ? css(colors.classes[target] ?? colors.neutral)
      : colors.lines[level((target < 0 ? -0.3 : 0.3) + (0.7 * target) / highest)];
    const at = [((x - left) / (right - left)) * size, (((dots.y[i] ?? 0) - top) / (bottom - top)) * size] as const;
    shape(context, classes.length ? target : target < 0 ? 3 : 2, at, 4);
    context.lineWidth = 1.5;
    context.fillStyle = (dots.test[i] ? css(colors.background) : color) ?? colors.ink;
    context.strokeStyle = (dots.test[i] ? color : css(colors.background)) ?? colors.ink;
    context.fill();
    context.stroke();
  }
}

/** A mark for each class: circle, square, triangle, diamond; values have triangles upwards and diamonds below 0. */
function shape(context: CanvasRenderingContext2D, kind: number, [x, y]: readonly [number, number], r: number): void {
  context.beginPath();
  if (kind === 0) context.arc(x, y, r, 0, 2 * Math.PI);
  else if (kind === 1) context.rect(x - r + 0.5, y - r + 0.5, 2 * r - 1, 2 * r - 1);
  else {
    context.moveTo(x, y - r - 1);
    context.lineTo(x + r, y + (kind === 2 ? r : 0));
    if (kind !== 2) context.lineTo(x, y + r + 1);
    context.lineTo(x - r, y + (kind === 2 ? r : 0));
    context.closePath();
  }
}

function Twin({ play }: { play: Playground }) {
  const sheet = useSignal<Sheet | null>(null);
  const found = sheet.value;
  return (
    <>
      <button
        type="button"
        onClick={async () => {
          sheet.value = await play.lab.session.call("sheet", {});
        }}
      >
        {found ? "Work out anew" : "Work out the answers"}
      </button>
      {found && (
        <table class="play-sheet">
          <caption>Answers at step {found.step}</caption>
          <thead>
            <tr>
              <th scope="col">y \ x</th>
              {found.x.map((x) => (
                <th key={x} scope="col">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.y.map((y, i) => (
              <tr key={y}>
                <th scope="row">{y}</th>
                {found.numbers[i]?.map((one) => (
                  <td key={one.name}>
                    <NumberShown {...one} />
                  </td>
                ))}
                {found.names[i]?.map((name, j) => (
                  <td key={j}>{name}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
