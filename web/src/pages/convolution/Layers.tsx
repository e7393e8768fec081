// A network's layers: each a small map with the part that the chosen number sees, then all channels of one as tiles.

import { Painted } from "../../components/Painted";
import type { Field, LayerShown, View } from "./messages";
import type { Looking } from "./useConvolution";

export function Layers({ view, looking }: { view: View; looking: Looking }) {
  const { pick, picked } = looking;
  const { layer, channel, row, column } = view.pick;
  const chosen = view.layers[layer];
  return (
    <section class="conv-layers" aria-label="Layers">
      <ol class={view.layers.length > FEW ? "is-many" : ""}>
        {view.layers.map((one, i) => (
          <li key={one.title}>
            <button
              type="button"
              aria-pressed={i === layer}
              onClick={() => pick({ layer: i, row: one.rows >> 1, column: one.columns >> 1, channel: 0 })}
            >
              <Outline layer={one} field={picked.value?.fields.find((field) => field.layer === i)} />
              <b>{one.title}</b>
              <small>
                {one.rows} × {one.columns} × {one.channels}
              </small>
            </button>
          </li>
        ))}
      </ol>
      <ul class="conv-tiles" aria-label={`Channels of ${chosen?.title}`}>
        {view.tiles.map((tile) => (
          <li key={tile.channel}>
            <button
              type="button"
              class={tile.channel === channel ? "is-chosen" : ""}
              aria-pressed={tile.channel === channel}
              aria-label={`channel ${tile.channel + 1}`}
              onClick={() => pick({ layer, row, column, channel: tile.channel })}
            >
              <Painted name={`channel ${tile.channel + 1}`} {...tile} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const FEW = 8; // layers that have room for their outlines
const SIDE = 40;

function Outline({ layer, field }: { layer: LayerShown; field: Field | undefined }) {
  const scale = SIDE / Math.max(layer.rows, layer.columns);
  const size = { width: layer.columns * scale, height: Math.max(2, layer.rows * scale) };
  return (
    <svg class="conv-outline" width={SIDE} height={size.height} aria-hidden="true">
      <rect {...size} />
      {field && (
        <rect
          class="is-seen"
          x={field.column * scale}
          y={field.row * scale}
          width={field.columns * scale}
          height={Math.max(2, field.rows * scale)}
        />
      )}
    </svg>
  );
}
