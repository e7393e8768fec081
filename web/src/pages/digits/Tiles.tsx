// The neurons of a wide layer as tiles: each a button, the fuller the larger its value. Arrow keys go from one to another.
import { useSignal } from "@preact/signals";
import { useAsk } from "../../lib/lab";
import type { LayerShown, Neuron } from "./messages";

const FEW = 128; // neurons that have room for tiles of full size

/** How far a key goes, where so many tiles stand in a row. */
const steps = (row: number): Record<string, number> => ({
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -row,
  ArrowDown: row,
});

export interface TilesProps {
  layer: LayerShown;
  chosen: string;
  choose: (name: string) => void;
  /** Opens the table of the same numbers. */
  table: () => void;
}

export function Tiles({ layer, chosen, choose, table }: TilesProps) {
  const reached = useSignal(0);
  const move = (event: KeyboardEvent) => {
    const tiles = event.currentTarget as Element;
    const row = getComputedStyle(tiles).gridTemplateColumns.split(" ").length;
    const next = reached.value + (steps(row)[event.key] ?? Number.NaN);
    const tile = tiles.querySelectorAll("button")[next];
    if (!tile) return;
    event.preventDefault();
    reached.value = next;
    tile.focus();
  };
  return (
    <section class="digits-layer" aria-label={layer.title}>
      <header>
        <h2>
          {layer.title} <small>{layer.neurons.length} neurons</small>
        </h2>
        <button type="button" class="quiet" onClick={table}>
          Table<span class="unseen"> of {layer.title}</span>
        </button>
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons within */}
      <div class={`digits-tiles${layer.neurons.length > FEW ? " is-many" : ""}`} onKeyDown={move}>
        {layer.neurons.map((neuron, i) => (
          <Tile
            key={neuron.name}
            neuron={neuron}
            isChosen={neuron.name === chosen}
            isReached={i === reached.value}
            choose={() => {
              reached.value = i;
              choose(neuron.name);
            }}
          />
        ))}
      </div>
    </section>
  );
}

interface TileProps {
  neuron: Neuron;
  isChosen: boolean;
  isReached: boolean;
  choose: () => void;
}

function Tile({ neuron, isChosen, isReached, choose }: TileProps) {
  const ask = useAsk();
  const { name, label, share } = neuron;
  return (
    <button
      type="button"
      class={`digits-tile${isChosen ? " is-chosen" : ""}${share < 0 ? " is-negative" : ""}`}
      tabIndex={isReached ? 0 : -1}
      aria-label={label}
      title={label}
      data-number={name}
      data-why={name}
      onClick={() => {
        choose();
        ask(name);
      }}
    >
      <span style={{ opacity: Math.abs(share) }} />
    </button>
  );
}
