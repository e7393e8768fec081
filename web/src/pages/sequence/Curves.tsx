// The same over time, as lines: the input in ink, the chosen unit in colour. Where the input is one number a step, the
// hand draws it here.
import { useSignal } from "@preact/signals";
import { Chart, type Scale } from "../../components/Chart";
import { Room } from "../../components/Room";
import type { Cell } from "../../lib/messages";
import type { Board, View } from "./messages";
import type { Looking } from "./useSequence";

const MARGIN = 0.1; // of the range, above and below

export function Curves({ view, looking }: { view: View; looking: Looking }) {
  const { entries, board, pick } = view;
  const held = useSignal<readonly [number, number] | null>(null);
  const input = entries.rows.length === 1 ? entries.cells : [];
  const units = board.rows.map((_, i) => rowOf(board, i));
  const range = held.value ?? rangeOf([...input, ...board.cells]);
  const steps = board.columns.length;
  return (
    <div class="seq-curves" style={{ "--columns": steps }}>
      <p class="seq-legend" aria-hidden="true">
        <Swatch class="is-chosen" name={board.rows[pick.row] ?? ""} />
        {units.length > 1 && <Swatch class="" name="the others" />}
        {input.length === steps && <Swatch class="is-input" name="the input: draw it here" />}
      </p>
      <Room>
        {(width, height) => (
          <Chart
            name={`${board.title} of each unit, and the input, over time`}
            width={width}
            height={height}
            x={[0.5, steps + 0.5]}
            y={range}
            xLabel="step"
            over={(x, y) =>
              input.length > 0 && (
                <Drawing
                  entries={entries}
                  looking={looking}
                  x={x}
                  y={y}
                  hold={(on) => (held.value = on ? range : null)}
                />
              )
            }
          >
            {(x, y) => (
              <>
                <line class="chart-line" x1={x(0.5)} x2={x(steps + 0.5)} y1={y(0)} y2={y(0)} />
                <line
                  class="seq-now"
                  x1={x(pick.column + 1)}
                  x2={x(pick.column + 1)}
                  y1={y(range[0])}
                  y2={y(range[1])}
                />
                {units.map((cells, i) => (
                  <Curve key={i} class={i === pick.row ? "is-chosen" : ""} cells={cells} x={x} y={y} />
                ))}
                {input.length === steps && <Curve class="is-input" cells={input} x={x} y={y} />}
              </>
            )}
          </Chart>
        )}
      </Room>
    </div>
  );
}

function Curve({ cells, x, y, ...rest }: { class: string; cells: readonly Cell[]; x: Scale; y: Scale }) {
  const points = cells.flatMap((cell, i) =>
    cell.exact ? [`${x(i + 1).toFixed(1)},${y(Number(cell.exact)).toFixed(1)}`] : [],
  );
  return (
    <g class={`seq-curve ${rest.class}`}>
      <polyline points={points.join(" ")} />
      {points.map((point) => {
        const [cx, cy] = point.split(",");
        return <circle key={point} cx={cx} cy={cy} r={3} />;
      })}
    </g>
  );
}

function Swatch({ name, ...rest }: { class: string; name: string }) {
  return (
    <span>
      <svg class={`seq-curve ${rest.class}`} width="26" height="8" aria-hidden="true">
        <polyline points="0,4 26,4" />
      </svg>{" "}
      {name}
    </span>
  );
}

interface DrawingProps {
  entries: Board;
  looking: Looking;
  x: Scale;
  y: Scale;
  /** Keep the scale while the hand draws. */
  hold: (on: boolean) => void;
}

function Drawing({ entries, looking, x, y, hold }: DrawingProps) {
  const draw = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const step = Math.round(x.invert(event.clientX - box.left)) - 1;
    const cell = entries.cells[Math.min(entries.cells.length - 1, Math.max(0, step))];
    if (!cell) return;
    const text = y.invert(event.clientY - box.top).toFixed(2);
    looking.lab.drag("edit", { name: cell.name, text }, cell.name);
  };
  return (
    <div
      class="seq-drawing"
      title="Draw the input"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        hold(true);
        draw(event);
      }}
      onPointerMove={(event) => event.buttons && draw(event)}
      onPointerUp={() => {
        hold(false);
        looking.lab.release();
      }}
    />
  );
}

function rowOf(board: Board, row: number): readonly Cell[] {
  return board.cells.slice(row * board.columns.length, (row + 1) * board.columns.length);
}

function rangeOf(cells: readonly Cell[]): readonly [number, number] {
  const numbers = cells.flatMap((cell) => (cell.exact ? [Number(cell.exact)] : []));
  const [least, most] = [Math.min(0, ...numbers), Math.max(0, ...numbers)];
  const room = MARGIN * (most - least || 1);
  return [least - room, most + room];
}
