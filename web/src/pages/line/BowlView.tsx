// The bowl of SSE from above: contours, the way down, the best line and the one that is shown. A click chooses a line.
import { Chart } from "../../components/Chart";
import type { Bowl } from "./messages";
import type { LineLab } from "./useLine";

export function BowlView({ bowl, lab, width, height }: { bowl: Bowl; lab: LineLab; width: number; height: number }) {
  const [first, second] = bowl.names;
  return (
    <Chart
      name={`Contours of SSE over ${first} and ${second}, and the way of gradient descent`}
      width={width}
      height={height}
      x={bowl.first}
      y={bowl.second}
      xLabel={first}
      yLabel={second}
      over={(x, y) => {
        const [left = 0, right = 0] = x.range();
        const [bottom = 0, top = 0] = y.range();
        return (
          <button
            type="button"
            class="line-surface"
            tabIndex={-1}
            aria-label={`Choose ${first} and ${second}`}
            title={`Click to choose ${first} and ${second}`}
            style={{ left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` }}
            onClick={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              const at = [x.invert(left + event.clientX - box.left), y.invert(top + event.clientY - box.top)] as const;
              lab.act("choose", { first: at[0], second: at[1] });
            }}
          />
        );
      }}
    >
      {(x, y) => {
        const points = (places: readonly (readonly [number, number])[]) =>
          places.map(([a, b]) => `${x(a)},${y(b)}`).join(" ");
        return (
          <>
            {bowl.contours.map((contour, i) => (
              <polygon key={i} class="line-contour" points={points(contour)} />
            ))}
            <polyline class="line-path" points={points(bowl.path)} />
            {bowl.path.slice(0, 60).map(([a, b], i) => (
              <circle key={i} class="line-step" cx={x(a)} cy={y(b)} r={2} />
            ))}
            <path class="line-best" d={`M${x(bowl.best[0]) - 6},${y(bowl.best[1])}h12m-6,-6v12`} />
            <circle class="line-at" cx={x(bowl.at[0])} cy={y(bowl.at[1])} r={5} />
          </>
        );
      }}
    </Chart>
  );
}
