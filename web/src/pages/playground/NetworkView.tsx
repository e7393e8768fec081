// The network: a tile for each feature and neuron with its value all over the plane, and the weights between them.
import { useMemo } from "preact/hooks";
import { appearance } from "../../components/Appearance";
import { CanvasView } from "../../components/CanvasView";
import { DataTable } from "../../components/DataTable";
import { NumberShown } from "../../components/NumberShown";
import type { Live, View } from "./messages";
import { drawn, type Layout, layoutOf, level, type Palette, palette, sheet, TILE, tilePixels } from "./painting";
import { type Playground, setLayers } from "./usePlayground";
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
const NAMES = { projector: 74, desk: 48 }; // beside the features
const SMALL = 500; // pixels of a room in which names stand above small tiles, so that the lines have length
const SMALL_TILE = 28;
const FOOT = 26; // below the output, for its bias

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
  const names = isSmall ? 4 : appearance.value === "projector" ? NAMES.projector : NAMES.desk;
  const narrow = (width - names) / columns.length < NARROW;
  const head = narrow ? TALL_HEAD : HEAD;
  const largest = isSmall ? SMALL_TILE : LARGEST;
  const size = Math.max(24, Math.min(largest, (height - head - FOOT) / tall - 6, width / columns.length - 14));
  const spots = useMemo(
    () => places(columns, size, width, height, head, names),
    [columns, size, width, height, head, names],
  );
  const theme = appearance.value;
  const { closer } = live;
  const paint = useMemo(() => {
    const edges = new Edges(width, height);
    return (context: CanvasRenderingContext2D) => {
      const numbers = play.painting.value;
      context.clearRect(0, 0, width, height);
      if (numbers?.length !== layout.length) return;
      const scene = { numbers, layout, spots, size, colors: palette(theme) };
      if (live.running) edges.drawNext(scene);
      else edges.drawAll(scene);
      context.drawImage(edges.canvas, 0, 0, width, height);
      drawTiles(context, scene);
    };
  }, [play.painting, layout, spots, size, width, height, theme, live.running]);
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
  before: number,
): Spot[][] {
  const room = size / 2 + before;
  const step = (width - room - size / 2 - Math.max(12, before / 2)) / (columns.length - 1);
  const tall = height - head - FOOT;
  return columns.map((names, k) => {
    const gap = Math.min(width < SMALL ? 3 * size : size + 22, tall / names.length);
    const top = head + (tall - gap * names.length) / 2;
    return names.map((name, i) => ({ name, x: room + step * k, y: top + gap * (i + 0.5) }));
  });
}

/** Edges take longest to draw. They have a canvas of their own, on which one layer after the other is drawn anew. */
class Edges {
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #height: number;
  #next = 0;

  constructor(width: number, height: number) {
    const { canvas, context } = sheet(width, height);
    this.canvas = canvas;
    this.#context = context;
    this.#height = height;
  }

  drawAll(scene: Scene): void {
    for (let layer = 1; layer < scene.spots.length; layer++) this.#draw(scene, layer);
    this.#next = 1;
  }

  /** The layer whose turn it is; at first all. */
  drawNext(scene: Scene): void {
    if (this.#next === 0) this.drawAll(scene);
    else this.#draw(scene, this.#next);
    this.#next = 1 + (this.#next % (scene.spots.length - 1));
  }

  /** The edges that lead to the neurons of a layer. */
  #draw({ numbers, layout, spots, size, colors }: Scene, layer: number): void {
    const context = this.#context;
    const [before = [], here = []] = [spots[layer - 1], spots[layer]];
    if (!context || !before[0] || !here[0]) return;
    const [left, right] = [before[0].x + size / 2, here[0].x - size / 2];
    const middle = (left + right) / 2;
    context.clearRect(left - 1, 0, right - left + 2, this.#height);
    for (const [i, from] of before.entries())
      for (const [j, to] of here.entries()) {
        const share = numbers[(layout.weights[layer - 1] ?? 0) + i * here.length + j] ?? 0;
        context.beginPath();
        context.setLineDash(share < 0 ? [6, 3] : []);
        context.strokeStyle = colors.lines[level(share < 0 ? Math.min(share, -0.25) : Math.max(share, 0.25))] ?? "";
        context.lineWidth = 0.4 + 4 * Math.abs(share);
        context.moveTo(left, from.y);
        context.bezierCurveTo(middle, from.y, middle, to.y, right, to.y);
        context.stroke();
      }
  }
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
  const set = (k: number, by: number) =>
    setLayers(play.lab, (now) => now.map((size, i) => (i === k ? size + by : size)).filter(Boolean));
  return (
    <>
      {layers.map((size, k) => (
        <fieldset key={k} class="play-size" style={{ left: `${spots[k + 1]?.[0]?.x ?? 0}px` }}>
          <legend class="unseen">{`Layer ${k + 1}`}</legend>
          <button type="button" aria-label={`Fewer neurons in layer ${k + 1}`} onClick={() => set(k, -1)}>
            −
          </button>
          <span>{size}</span>
          <button type="button" aria-label={`More neurons in layer ${k + 1}`} onClick={() => set(k, 1)}>
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
