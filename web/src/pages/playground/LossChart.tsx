// The losses against the steps. Each point was measured; the penalty has a line of its own.
import { Chart } from "../../components/Chart";
import type { Curves, Live } from "./messages";
import "./LossChart.css";

const KINDS: Record<string, string> = {
  loss: "play-loss",
  "test loss": "play-test",
  penalty: "play-penalty",
  "other loss": "play-other",
};

export function LossChart({
  curves,
  live,
  width,
  height,
}: {
  curves: Curves;
  live: Live;
  width: number;
  height: number;
}) {
  return (
    <Chart
      name={`${curves.curves.map((one) => one.name).join(", ")}, by steps`}
      width={width}
      height={height}
      x={[0, Math.max(live.last, 10)]}
      y={[0, curves.highest]}
      xLabel="step"
    >
      {(x, y) => (
        <>
          {curves.curves.map((one) => (
            <polyline
              key={one.name}
              class={`play-curve ${KINDS[one.name] ?? ""}`}
              points={one.steps.map((step, i) => `${x(step).toFixed(1)},${y(one.values[i] ?? 0).toFixed(1)}`).join(" ")}
            />
          ))}
          <line class="play-now" x1={x(live.step)} x2={x(live.step)} y1={y(0)} y2={y(curves.highest)} />
        </>
      )}
    </Chart>
  );
}

export function Legend({ curves }: { curves: Curves }) {
  const hasPenalty = curves.curves.some((one) => one.name === "penalty");
  return (
    <span class="play-legend">
      {curves.curves.map((one) => (
        <span key={one.name}>
          <svg width="22" height="8" aria-hidden="true">
            <line class={`play-curve ${KINDS[one.name] ?? ""}`} x1="0" x2="22" y1="4" y2="4" />
          </svg>
          {one.name === "loss" && hasPenalty ? "loss without penalty" : one.name}
        </span>
      ))}
    </span>
  );
}
