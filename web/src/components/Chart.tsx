// The scaffold of a chart: axes with few ticks and faint lines, in pixels; what is drawn in it comes from the page.
import { scaleLinear } from "d3-scale";
import type { ComponentChildren } from "preact";
import "./Chart.css";

export type Scale = (value: number) => number;
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
}

const LEFT = 48;
const BOTTOM = 36;
const ROOM = 12;

export function Chart({ name, width, height, x, y, xLabel = "", yLabel = "", children }: ChartProps) {
  const across = scaleLinear(x, [LEFT, width - ROOM]);
  const up = scaleLinear(y, [height - BOTTOM, ROOM]);
  return (
    <svg class="chart" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={name}>
      {up.ticks(5).map((tick) => (
        <g key={tick}>
          <line class="chart-line" x1={LEFT} x2={width - ROOM} y1={up(tick)} y2={up(tick)} />
          <text x={LEFT - 6} y={up(tick) + 4} text-anchor="end">
            {up.tickFormat(5)(tick)}
          </text>
        </g>
      ))}
      {across.ticks(6).map((tick) => (
        <text key={tick} x={across(tick)} y={height - BOTTOM + 16} text-anchor="middle">
          {across.tickFormat(6)(tick)}
        </text>
      ))}
      <text x={width - ROOM} y={height - 4} text-anchor="end">
        {xLabel}
      </text>
      <text x={4} y={ROOM} text-anchor="start">
        {yLabel}
      </text>
      {children(across, up)}
    </svg>
  );
}
