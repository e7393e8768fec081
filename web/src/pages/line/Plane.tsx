// Two inputs: the points and the plane in space, seen from a side that a slider turns.
import { useSignal } from "@preact/signals";
import { scaleLinear } from "d3-scale";
import type { View } from "./messages";
import { column } from "./Plot";

type Corner = readonly [number, number];
const CORNERS: readonly Corner[] = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
];

export function Plane({ view, width, height }: { view: View; width: number; height: number }) {
  const turn = useSignal(35);
  const angle = (turn.value * Math.PI) / 180;
  const [first, second] = [column(view, "x1").values, column(view, "x2").values];
  const ends = (values: readonly number[]) => [Math.min(...values), Math.max(...values)];
  const across = scaleLinear(ends(first), [-1, 1]);
  const along = scaleLinear(ends(second), [-1, 1]);
  const up = scaleLinear(view.y, [-0.9, 0.9]);
  const size = Math.min(width / 3.1, height / 3.4);
  const seen = (a: number, b: number, c: number): string => {
    const right = a * Math.cos(angle) - b * Math.sin(angle);
    const away = a * Math.sin(angle) + b * Math.cos(angle);
    return `${width / 2 + size * right},${height / 2 - size * (0.4 * away + c)}`;
  };
  const predictions = column(view, "prediction").values;
  return (
    <div class="line-plane">
      <svg
        width={width}
        height={height - 40}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label="Points and the plane"
      >
        <polygon class="line-floor" points={CORNERS.map(([a, b]) => seen(a, b, -1)).join(" ")} />
        <polygon
          class="line-sheet"
          points={CORNERS.map(([a, b], i) => seen(a, b, up(view.corners[i] ?? 0))).join(" ")}
        />
        {column(view, "y").values.map((y, i) => {
          const [a, b] = [across(first[i] ?? 0), along(second[i] ?? 0)];
          const [from, to] = [seen(a, b, up(predictions[i] ?? 0)), seen(a, b, up(y))];
          const [x, top] = to.split(",");
          return (
            <g key={i}>
              <polyline class="line-residual" points={`${from} ${to}`} />
              <circle class="line-dot" cx={x} cy={top} r={5} />
            </g>
          );
        })}
      </svg>
      <label class="line-turn">
        Turn{" "}
        <input
          type="range"
          min={-180}
          max={180}
          value={turn.value}
          onInput={(event) => {
            turn.value = Number(event.currentTarget.value);
          }}
        />
      </label>
    </div>
  );
}
