// The picture as far as the step is played, its numbers as buttons, and the ways of the chain rule over it.
import { NeuronButton } from "../../components/NeuronButton";
import { PictureView } from "../../components/PictureView";
import type { Shape } from "../../lib/messages";
import type { Route, View } from "./messages";

const LETTER = 7; // pixels of a letter in a scene
const HEIGHT = 24;

export interface DiagramProps {
  view: View;
  /** The ways that are drawn over it. */
  routes: readonly Route[];
  /** What a click on a weight, a gradient or a δ does. */
  follow: (name: string) => void;
}

export function Diagram({ view, routes, follow }: DiagramProps) {
  const neurons = new Map(view.neurons.map((one) => [one.name, one]));
  const edges = new Set(view.edges);
  return (
    <PictureView picture={view.picture}>
      <Routes view={view} routes={routes} />
      {view.picture.shapes.map((shape) => {
        const neuron = shape.kind === "circle" ? neurons.get(shape.of) : undefined;
        if (neuron) return <NeuronButton key={`neuron ${shape.of}`} shape={shape} neuron={neuron} />;
        const isEdge = shape.kind === "text" && edges.has(shape.of);
        return isEdge ? <NumberButton key={shape.of} shape={shape} choose={follow} /> : null;
      })}
    </PictureView>
  );
}

function Routes({ view, routes }: { view: View; routes: readonly Route[] }) {
  return (
    <svg class="learn-routes" width={view.picture.width} height={view.picture.height} aria-hidden="true">
      {routes.map((route, i) => (
        <polyline key={i} points={route.places.map(([x, y]) => `${x},${y}`).join(" ")} />
      ))}
    </svg>
  );
}

/** A button over a weight, bias, gradient or δ: its arithmetic, and its gradient followed. */
function NumberButton({ shape, choose }: { shape: Shape; choose: (name: string) => void }) {
  const place = {
    left: `${shape.x}px`,
    top: `${shape.y}px`,
    width: `${Math.max(24, shape.text.length * LETTER)}px`,
    height: `${HEIGHT}px`,
    transform: `translate(-50%, -50%) rotate(${shape.angle}deg)`,
  };
  return (
    <button
      type="button"
      class="learn-number"
      style={place}
      aria-label={`${shape.of}: ${shape.text}`}
      data-number={shape.of}
      data-why={shape.of}
      onClick={() => choose(shape.of)}
    />
  );
}
