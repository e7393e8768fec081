// A small drawing for each card: what the page looks like, in few lines. Nothing in it is a number.
import type { JSX } from "preact";

const COLUMNS: readonly (readonly number[])[] = [[35, 65], [15, 38, 62, 85], [27, 50, 73], [50]];
const X = [40, 80, 120, 160];

function neurons(): JSX.Element[] {
  return COLUMNS.flatMap((ys, i) => ys.map((y) => <circle key={`${i} ${y}`} cx={X[i]} cy={y} r={7} />));
}

function edges(strong: (target: number) => boolean): JSX.Element[] {
  return COLUMNS.slice(1).flatMap((targets, i) =>
    targets.flatMap((to) =>
      (COLUMNS[i] ?? []).map((from) => (
        <line
          key={`${i} ${from} ${to}`}
          class={strong(from + to) ? "is-strong" : "is-weak"}
          x1={X[i]}
          y1={from}
          x2={X[i + 1]}
          y2={to}
        />
      )),
    ),
  );
}

const SKETCHES: Record<string, () => JSX.Element> = {
  digits: () => (
    <>
      <path class="is-ink" d="M55 28 Q75 8 92 26 Q98 42 74 50 Q102 54 96 74 Q80 94 52 76" />
      {[20, 32, 44, 56, 68, 80].map((y, i) => (
        <rect key={y} class={i === 3 ? "is-full" : "is-bar"} x={124} y={y - 4} width={i === 3 ? 46 : 6} height={8} />
      ))}
    </>
  ),
  line: () => (
    <>
      <rect class="is-square" x={62} y={50} width={18} height={18} />
      <rect class="is-square" x={110} y={30} width={14} height={14} />
      <rect class="is-square" x={146} y={24} width={22} height={22} />
      <line class="is-strong" x1={20} y1={80} x2={182} y2={18} />
      {["40 73", "62 50", "110 30", "146 46"].map((place) => (
        <circle key={place} class="is-point" cx={place.split(" ")[0]} cy={place.split(" ")[1]} r={4} />
      ))}
    </>
  ),
  network: () => (
    <>
      {edges((sum) => sum % 2 === 0)}
      {neurons()}
    </>
  ),
  learn: () => (
    <>
      <path class="is-valley" d="M20 14 Q100 156 180 14" />
      <path class="is-way" d="M36 42 L62 68 L84 82 L100 85" />
      {["36 42", "62 68", "84 82", "100 85"].map((place) => (
        <circle key={place} class="is-point" cx={place.split(" ")[0]} cy={place.split(" ")[1]} r={4} />
      ))}
    </>
  ),
  playground: () => (
    <>
      <rect class="is-orange" x={52} y={6} width={96} height={88} />
      <circle class="is-region" cx={100} cy={50} r={30} />
      {["92 42", "108 58", "98 62", "112 44", "60 20", "138 18", "64 82", "136 84"].map((place) => (
        <circle key={place} class="is-point" cx={place.split(" ")[0]} cy={place.split(" ")[1]} r={3} />
      ))}
    </>
  ),
  convolution: () => (
    <>
      {[0, 1, 2, 3, 4, 5].flatMap((i) =>
        [0, 1, 2, 3, 4, 5].map((j) => (
          <rect
            key={`${i} ${j}`}
            class={i + j === 5 ? "is-bar" : "is-sheet"}
            x={20 + 14 * j}
            y={8 + 14 * i}
            width={14}
            height={14}
          />
        )),
      )}
      <rect class="is-strong" x={34} y={22} width={42} height={42} />
      <path class="is-weak" d="M76 22 L142 43 M76 64 L142 57" />
      {[0, 1, 2, 3].flatMap((i) =>
        [0, 1, 2, 3].map((j) => (
          <rect
            key={`map ${i} ${j}`}
            class={i === 1 && j === 1 ? "is-full" : "is-sheet"}
            x={128 + 14 * j}
            y={29 + 14 * i}
            width={14}
            height={14}
          />
        )),
      )}
    </>
  ),
  sequence: () => (
    <>
      {[0, 1, 2, 3, 4].map((i) => (
        <g key={i}>
          <rect class={i === 2 ? "is-bar" : "is-sheet"} x={24 + 34 * i} y={68} width={20} height={20} />
          <rect class={i === 4 ? "is-full" : "is-bar"} x={24 + 34 * i} y={18} width={20} height={20} />
          <path class="is-weak" d={`M${34 + 34 * i} 68 v-30`} />
          {i < 4 && <path class="is-way" d={`M${44 + 34 * i} 28 h14`} />}
        </g>
      ))}
    </>
  ),
  picture: () => (
    <>
      <rect class="is-sheet" x={48} y={8} width={104} height={84} />
      <g transform="translate(56 22) scale(0.45 0.58)">
        {edges(() => false)}
        {neurons()}
      </g>
      <path class="is-way" d="M166 40 v28 m-9 -10 l9 10 l9 -10" />
    </>
  ),
};

export function Sketch({ name }: { name: string }) {
  const draw = SKETCHES[name];
  return (
    <svg class="sketch" viewBox="0 0 200 100" aria-hidden="true">
      {draw?.()}
    </svg>
  );
}
