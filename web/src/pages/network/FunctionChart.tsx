// What the network is as a function: over one input its curve, or its linear pieces; over two their regions.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Chart } from "../../components/Chart";
import { WhyButton } from "../../components/NumberShown";
import { Room } from "../../components/Room";
import type { Function as Found, View } from "./messages";
import type { NetworkLab } from "./useNetwork";

export function FunctionChart({ view, lab }: { view: View; lab: NetworkLab }) {
  const found = useSignal<Found | null>(null);
  useEffect(() => {
    lab.session.latest(
      "function",
      {},
      (result) => {
        found.value = result;
      },
      () => {
        found.value = null;
      },
    );
  }, [lab, view]);
  const it = found.value;
  if (!it) return null;
  const name = it.inputs.length === 2 ? `Regions of ${it.output}` : `${it.output} over ${it.inputs[0]}`;
  return (
    <section class={view.collapsed ? "" : "network-last"} aria-label="Function">
      <h2>{it.inputs.length === 2 ? `${it.output} over ${it.inputs.join(" and ")}` : name}</h2>
      {(it.curve.length > 0 || it.regions.length > 0) && (
        <div class="network-chart">
          <Room>{(width, height) => <Plot it={it} name={name} width={width} height={height} />}</Room>
        </div>
      )}
      {it.said && <p class="why-hint">{it.said}.</p>}
      <ul class="network-pieces">
        {it.pieces.map((piece) => (
          <li key={piece.text}>
            {piece.text} {piece.name && <WhyButton name={piece.name} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Plot({ it, name, width, height }: { it: Found; name: string; width: number; height: number }) {
  return (
    <Chart
      name={name}
      width={width}
      height={height}
      x={[it.x[0], it.x[1]]}
      y={[it.y[0], it.y[1]]}
      xLabel={it.inputs[0] ?? ""}
      yLabel={it.inputs[1] ?? it.output}
    >
      {(x, y) => (
        <>
          {it.regions.map((region, i) => (
            <polygon
              key={i}
              class={`network-region f-${region.fill}`}
              points={region.corners.map(([a, b]) => `${x(a)},${y(b)}`).join(" ")}
            >
              <title>{region.formula}</title>
            </polygon>
          ))}
          <polyline class="network-curve" points={it.curve.map(([a, b]) => `${x(a)},${y(b)}`).join(" ")} />
          {it.corners.map(([a, b]) => (
            <circle key={a} class="network-corner" cx={x(a)} cy={y(b)} r={4} />
          ))}
          <circle class="network-at" cx={x(it.at[0])} cy={y(it.at[1])} r={5} />
        </>
      )}
    </Chart>
  );
}
