// The residuals, what is left of y: they show what a line misses. Over x; of a plane, over the predictions.
import { Chart, type Range } from "../../components/Chart";
import type { View } from "./messages";
import { column } from "./Plot";

export function Residuals({ view, width, height }: { view: View; width: number; height: number }) {
  const isLine = view.labels.length === 2;
  const across = column(view, isLine ? "x" : "prediction").values;
  const range: Range = isLine ? view.x : view.y;
  return (
    <Chart
      name="Residuals"
      width={width}
      height={height}
      x={range}
      y={view.residual}
      xLabel={isLine ? (view.labels[0] ?? "") : "prediction"}
      yLabel="residual"
    >
      {(x, y) => (
        <>
          <line class="line-zero" x1={x(range[0])} x2={x(range[1])} y1={y(0)} y2={y(0)} />
          {column(view, "residual").values.map((residual, i) => (
            <g key={i}>
              <line class="line-residual" x1={x(across[i] ?? 0)} x2={x(across[i] ?? 0)} y1={y(0)} y2={y(residual)} />
              <circle class="line-dot" cx={x(across[i] ?? 0)} cy={y(residual)} r={3} />
            </g>
          ))}
        </>
      )}
    </Chart>
  );
}
