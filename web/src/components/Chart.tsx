// The scaffold of a chart: axes with few ticks and faint lines, in pixels; what is drawn in it comes from the page.
import { type ScaleLinear, scaleLinear } from "d3-scale";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { appearance } from "./Appearance";
import "./Chart.css";

export type Scale = ScaleLinear<number, number>;
export type Range = readonly [number, number];

export interface ChartProps {
  /** What it shows, in words. */
  name: string;
  width: number;
  height: number;
  x: Range;
  y: Range;
  xLabel?: string;
  yLabel?: string;
  children: (x: Scale, y: Scale) => ComponentChildren;
  /** What lies over it and can be used, such as buttons, in the same coordinates. */
  over?: (x: Scale, y: Scale) => ComponentChildren;
}

const LEFT = 48;
const BOTTOM = 36;
const ROOM = 12;
const PROJECTED = 5 / 3;

export function Chart({ name, width, height, x, y, xLabel = "", yLabel = "", children, over }: ChartProps) {
  const clip = useId();
  const larger = appearance.value === "projector" ? PROJECTED : 1;
  const [left, bottom] = [LEFT * larger, height - BOTTOM * larger];
  const across = scaleLinear(x, [left, width - ROOM]);
  const top = (yLabel ? 2 * ROOM : ROOM) * larger; // the label stands above the highest level
  const up = scaleLinear(y, [bottom, top]);
  const ticks = Math.max(2, Math.min(6, Math.floor(width / (70 * larger))));
  const levels = Math.max(2, Math.min(5, Math.floor(height / (40 * larger))));
  return (
    <div class="chart-room">
      <svg class="chart" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={name}>
        <clipPath id={clip}>
          <rect x={left} y={top} width={Math.max(0, width - ROOM - left)} height={Math.max(0, bottom - top)} />
        </clipPath>
        {up.ticks(levels).map((tick) => (
          <g key={tick}>
            <line class="chart-line" x1={left} x2={width - ROOM} y1={up(tick)} y2={up(tick)} />
            <text x={left - 6} y={up(tick) + 4} text-anchor="end">
              {up.tickFormat(levels)(tick)}
            </text>
          </g>
        ))}
        {across.ticks(ticks).map((tick) => (
          <text
            key={tick}
            x={across(tick)}
            y={bottom + 16 * larger}
            text-anchor={across(tick) > width - 2 * ROOM * larger ? "end" : "middle"}
          >
            {across.tickFormat(ticks)(tick)}
          </text>
        ))}
        <text x={width - ROOM} y={height - 4} text-anchor="end">
          {xLabel}
        </text>
        <text x={4} y={ROOM * larger} text-anchor="start">
          {yLabel}
        </text>
        <g clip-path={`url(#${clip})`}>{children(across, up)}</g>
      </svg>
      {over?.(across, up)}
    </div>
  );
}
