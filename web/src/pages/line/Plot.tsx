// The points, the line, and the squares of the errors. Points are buttons over the chart: dragged, or moved by arrows.
import { useRef } from "preact/hooks";
import { Chart, type Scale } from "../../components/Chart";
import type { Column, View } from "./messages";
import type { LineLab } from "./useLine";

/** The column of that name: its numbers stand in the order of the points. */
export function column(view: View, name: string): Column {
  const found = view.columns.find((one) => one.name === name);
  if (!found) throw new Error(`there is no column ${name}`);
  return found;
}

export function Plot({ view, lab, width, height }: { view: View; lab: LineLab; width: number; height: number }) {
  const held = useRef<View | null>(null); // while a point is dragged, the axes stay
  const axes = held.current ?? view;
  const hold = (down: boolean) => {
    held.current = down ? view : null;
    if (!down) lab.release();
  };
  const [xLabel = "", yLabel = ""] = view.labels;
  return (
    <Chart
      name="Points, the line, and the squares of the residuals"
      width={width}
      height={height}
      x={axes.x}
      y={axes.y}
      xLabel={xLabel}
      yLabel={yLabel}
      over={(x, y) => (
        <>
          <Surface x={x} y={y} lab={lab} />
          {column(view, "x").values.map((at, i) => (
            <PointButton key={i} view={view} point={i} at={at} x={x} y={y} lab={lab} hold={hold} />
          ))}
        </>
      )}
    >
      {(x, y) => <Drawn view={view} x={x} y={y} />}
    </Chart>
  );
}

function Drawn({ view, x, y }: { view: View; x: Scale; y: Scale }) {
  const ys = column(view, "y").values;
  const predictions = column(view, "prediction").values;
  const [first, last] = view.line;
  const [start, end] = view.x;
  const right = x(end);
  return (
    <>
      {column(view, "x").values.map((at, i) => {
        const [from, to] = [y(predictions[i] ?? 0), y(ys[i] ?? 0)];
        const side = Math.abs(to - from);
        const left = x(at) + side > right ? x(at) - side : x(at);
        return (
          <g key={i}>
            <rect class="line-square" x={left} y={Math.min(from, to)} width={side} height={side} />
            <line class="line-residual" x1={x(at)} x2={x(at)} y1={from} y2={to} />
          </g>
        );
      })}
      <line class="line-line" x1={x(start)} x2={x(end)} y1={y(first)} y2={y(last)} />
    </>
  );
}

/** A click on free room adds a point there; by the keyboard, in the middle. */
function Surface({ x, y, lab }: { x: Scale; y: Scale; lab: LineLab }) {
  const [left = 0, right = 0] = x.range();
  const [bottom = 0, top = 0] = y.range();
  const place = { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` };
  return (
    <button
      type="button"
      class="line-surface"
      style={place}
      aria-label="Add a point"
      title="Click to add a point"
      onClick={(event) => {
        const byKey = event.detail === 0;
        const box = event.currentTarget.getBoundingClientRect();
        lab.act(
          "add",
          byKey ? {} : { x: x.invert(left + event.clientX - box.left), y: y.invert(top + event.clientY - box.top) },
        );
      }}
    />
  );
}

interface PointProps {
  view: View;
  point: number;
  at: number;
  x: Scale;
  y: Scale;
  lab: LineLab;
  hold: (down: boolean) => void;
}

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function PointButton({ view, point, at, x, y, lab, hold }: PointProps) {
  const dragged = useRef(false);
  const [xs, ys] = [column(view, "x"), column(view, "y")];
  const place = { left: `${x(at)}px`, top: `${y(ys.values[point] ?? 0)}px` };
  return (
    <button
      type="button"
      class="line-point"
      style={place}
      aria-label={`point ${point + 1}: x ${xs.texts[point]}, y ${ys.texts[point]}`}
      aria-describedby="line-keys"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        dragged.current = true;
        hold(true);
      }}
      onPointerMove={(event) => {
        if (!dragged.current) return;
        const box = event.currentTarget.parentElement?.getBoundingClientRect();
        if (!box) return;
        const to = { x: x.invert(event.clientX - box.left), y: y.invert(event.clientY - box.top) };
        lab.drag("move", { point: point + 1, ...to }, point);
      }}
      onLostPointerCapture={() => {
        dragged.current = false;
        hold(false);
      }}
      onKeyDown={(event) => {
        const arrow = ARROWS[event.key];
        const by = event.shiftKey ? 10 : 1;
        if (arrow) lab.act("nudge", { point: point + 1, x: by * arrow[0], y: by * arrow[1] });
        else if (event.key === "Delete" || event.key === "Backspace") lab.act("delete", { point: point + 1 });
        else return;
        event.preventDefault();
      }}
    />
  );
}
