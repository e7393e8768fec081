// The loss before each step, as one line: how it fell, or did not.
import { scaleLinear } from "d3-scale";

const [WIDTH, HEIGHT, ROOM] = [100, 44, 3];

export function Curve({ losses, steps }: { losses: readonly number[]; steps: number }) {
  const x = scaleLinear([0, losses.length - 1], [ROOM, WIDTH - ROOM]);
  const y = scaleLinear([0, Math.max(...losses) || 1], [HEIGHT - ROOM, ROOM]);
  const name = `The loss before each of ${steps} steps and now`;
  return (
    <svg class="learn-curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={name}>
      <line x1={ROOM} x2={WIDTH - ROOM} y1={y(0)} y2={y(0)} />
      <polyline points={losses.map((loss, i) => `${x(i)},${y(loss)}`).join(" ")} />
    </svg>
  );
}
