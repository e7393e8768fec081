// The network: a tile for each feature and neuron with its value all over the plane, and the weights between them.
import { useMemo, useRef } from "preact/hooks";
import { appearance } from "../../components/Appearance";
import { CanvasView } from "../../components/CanvasView";
import { DataTable } from "../../components/DataTable";
import { NumberShown } from "../../components/NumberShown";
import type { Live, View } from "./messages";
import { drawn, type Layout, layoutOf, level, type Palette, palette, TILE, tilePixels } from "./painting";
import type { Playground } from "./usePlayground";
import "./NetworkView.css";

interface Spot {
  name: string;
  x: number;
  y: number;
}
const LARGEST = 40;
const HEAD = 34; // above the tiles, for the sizes of the layers; one below the other where columns are narrow
const NARROW = 70;
const TALL_HEAD = 84;
const NAMES = 48; // beside the features
const SMALL = 500; // pixels of a room in which names stand above small tiles, so that the lines have length
const SMALL_TILE = 28;
const FOOT = 26; // below the output, for its bias

/** Edges take longest to draw: while the network learns they are drawn anew only so often, in milliseconds. */
const PATIENCE = 90;

interface Scene {
  numbers: Float32Array;
  layout: Layout;
  spots: readonly (readonly Spot[])[];
  size: number;
  colors: Palette;
}

export interface NetworkProps {
  play: Playground;
  view: View;
  live: Live;
  width: number;
  height: number;
}

export function NetworkView({ play, view, live, width, height }: NetworkProps) {
  const { features } = view.settings;
  const columns = useMemo(() => [features, ...view.layers.map((layer) => layer.neurons)], [features, view.layers]);
  const layout = useMemo(() => layoutOf(columns.map((one) => one.length)), [columns]);
  const tall = Math.max(...columns.map((one) => one.length));
  const isSmall = width < SMALL;
  const narrow = (width - NAMES) / columns.length < NARROW;
  const head = narrow ? TALL_HEAD : HEAD;
  const largest = isSmall ? SMALL_TILE : LARGEST;
  const size = Math.max(24, Math.min(largest, (height - head - FOOT) / tall - 6, width / columns.length - 14));
  const spots = useMemo(() => places(columns, size, width, height, head), [columns, size, width, height, head]);
  const numbers = play.painting.value;
  const theme = appearance.value;
  const { closer } = live;
  const edges = useRef<{ key: unknown; at: number; drawn: HTMLCanvasElement } | null>(null);
  const paint = useMemo(
    () => (context: CanvasRenderingContext2D) => {
      context.clearRect(0, 0, width, height);
      if (numbers?.length !== layout.length) return;
      const scene = { numbers, layout, spots, size, colors: palette(theme) };
      const last = edges.current;
      const isFresh = last?.key === spots && performance.now() - last.at < PATIENCE;
      if (!live.running || !isFresh)
        edges.current = { key: spots, at: performance.now(), drawn: edgesOf(scene, width, height) };
      if (edges.current) context.drawImage(edges.current.drawn, 0, 0, width, height);
      drawTiles(context, scene);
    },
    [numbers, layout, spots, size, width, height, theme, live.running],
  );
  const all = spots.slice(1).flat();
  return (
    <div class={`play-network${narrow ? " play-narrow" : ""}`}>
      <CanvasView
        name="Network"
        width={width}
        height={height}
        paint={paint}
        twin={
          <DataTable
            caption={`Values at x ${closer.x}, y ${closer.y}`}
            columns={["neuron", "value"]}
            rows={all.map((one, i) => [one.name, closer.values[i] ?? ""])}
          />
        }
      />
      {all.map((one, i) => (
        <button
          key={one.name}
          type="button"
          class="play-neuron"
          style={{
            left: `${one.x - size / 2}px`,
            top: `${one.y - size / 2}px`,
            width: `${size}px`,
            height: `${size}px`,
          }}
          aria-label={`${one.name}, ${closer.values[i] ?? ""}`}
          title={one.name}
          aria-pressed={one.name === closer.neuron}
          onClick={() => play.look(one.name, closer.x, closer.y)}
        />
      ))}
      {spots[0]?.map((one) => (
        <span
          key={one.name}
          class={isSmall ? "play-feature is-above" : "play-feature"}
          style={
            isSmall
              ? { left: `${one.x - size / 2}px`, top: `${one.y - size / 2}px` }
              : { right: `${width - one.x + size / 2 + 4}px`, top: `${one.y}px` }
          }
        >
          {one.name}
        </span>
      ))}
      <Sizes play={play} view={view} spots={spots} />
      <Biases live={live} spot={spots.at(-1)?.at(-1)} size={size} />
    </div>
  );
}

function places(
  columns: readonly (readonly string[])[],
  size: number,
  width: number,
  height: number,
  head: number,
): Spot[][] {
  const before = width < SMALL ? 4 : NAMES;
  const room = size / 2 + before;
  const step = (width - room - size / 2 - Math.max(12, before / 2)) / (columns.length - 1);
  const tall = height - head - FOOT;
  return columns.map((names, k) => {
    const gap = Math.min(width < SMALL ? 3 * size : size + 22, tall / names.length);
    const top = head + (tall - gap * names.length) / 2;
    return names.map((name, i) => ({ name, x: room + step * k, y: top + gap * (i + 0.5) }));
  });
}

function edgesOf({ numbers, layout, spots, size, colors }: Scene, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  context.scale(ratio, ratio);
  for (let k = 1; k < spots.length; k++) {
    const [before = [], here = []] = [spots[k - 1], spots[k]];
    for (const [i, from] of before.entries())
      for (const [j, to] of here.entries()) {
        const share = numbers[(layout.weights[k - 1] ?? 0) + i * here.length + j] ?? 0;
        const middle = (from.x + to.x) / 2;
        context.beginPath();
        context.setLineDash(share < 0 ? [6, 3] : []);
        context.strokeStyle = colors.lines[level(share < 0 ? Math.min(share, -0.25) : Math.max(share, 0.25))] ?? "";
        context.lineWidth = 0.4 + 4 * Math.abs(share);
        context.moveTo(from.x + size / 2, from.y);
        context.bezierCurveTo(middle, from.y, middle, to.y, to.x - size / 2, to.y);
        context.stroke();
      }
  }
  return canvas;
}

function drawTiles(context: CanvasRenderingContext2D, { numbers, layout, spots, size, colors }: Scene): void {
  const strip = drawn(TILE, TILE * layout.tiles, (pixels) => tilePixels(numbers, layout, colors, pixels));
  let tile = 0;
  for (const [k, column] of spots.entries())
    for (const [j, { x, y }] of column.entries()) {
      const [left, top] = [x - size / 2, y - size / 2];
      context.drawImage(strip, 0, TILE * tile++, TILE, TILE, left, top, size, size);
      context.strokeStyle = colors.ink;
      context.lineWidth = 1;
      context.strokeRect(left + 0.5, top + 0.5, size - 1, size - 1);
      if (k > 0) {
        context.fillStyle = colors.lines[level(numbers[(layout.biases[k - 1] ?? 0) + j] ?? 0)] ?? "";
        context.fillRect(left - 4, top + size - 5, 9, 9);
        context.strokeRect(left - 3.5, top + size - 4.5, 8, 8);
      }
    }
}

/** Above each hidden layer its size, with fewer and more; at the ends a layer more or less. */
function Sizes({ play, view, spots }: { play: Playground; view: View; spots: readonly (readonly Spot[])[] }) {
  const { layers } = view.settings;
  const set = (next: readonly number[]) => play.lab.act("set", { name: "layers", text: next.join(",") });
  return (
    <>
      {layers.map((size, k) => (
        <fieldset key={k} class="play-size" style={{ left: `${spots[k + 1]?.[0]?.x ?? 0}px` }}>
          <legend class="unseen">{`Layer ${k + 1}`}</legend>
          <button
            type="button"
            aria-label={`Fewer neurons in layer ${k + 1}`}
            onClick={() => set(size > 1 ? layers.with(k, size - 1) : layers.filter((_, i) => i !== k))}
          >
            −
          </button>
          <span>{size}</span>
          <button
            type="button"
            aria-label={`More neurons in layer ${k + 1}`}
            onClick={() => set(layers.with(k, size + 1))}
          >
            +
          </button>
        </fieldset>
      ))}
    </>
  );
}

/** The biases of the output neurons: without them the answer cannot be worked out. */
function Biases({ live, spot, size }: { live: Live; spot: Spot | undefined; size: number }) {
  if (!spot) return null;
  return (
    <span class="play-biases" style={{ right: "0", top: `${spot.y + size / 2 + 4}px` }}>
      {live.biases.length === 1 ? "bias" : "biases"}{" "}
      {live.biases.map((one) => (
        <NumberShown key={one.name} {...one} />
      ))}
    </span>
  );
}
