// The page's side of its Python, with what comes unasked while the network learns: numbers, curves, and paintings.
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Lab, useLab } from "../../lib/lab";
import type { Closer, Commands, Curves, Live, View } from "./messages";

export type PlaygroundLab = Lab<View, Commands>;
const PAINTING = 1;

/** Make other layers of those that there are. */
export function setLayers(lab: PlaygroundLab, change: (layers: readonly number[]) => readonly number[]): void {
  lab.act("set", (now) => ({ name: "layers", text: change(now.settings.layers).join(",") }));
}

export interface Playground {
  lab: PlaygroundLab;
  live: Signal<Live | null>;
  curves: Signal<Curves | null>;
  /** The last painting, as Python's Surfaces describes it. */
  painting: Signal<Float32Array | null>;
  look: (neuron: string, x: string, y: string) => Promise<boolean>;
}

export function usePlayground(): Playground {
  const lab = useLab<View, Commands>("playground");
  const live = useSignal<Live | null>(null);
  const curves = useSignal<Curves | null>(null);
  const painting = useSignal<Float32Array | null>(null);
  useEffect(() => {
    const unsubscribe = lab.view.subscribe((view) => {
      live.value = view?.live ?? null;
      curves.value = view?.curves ?? null;
    });
    lab.session.on<Live>("Live", (news) => {
      if (!lab.view.value?.live.running) return; // it was paused while this was on its way
      live.value = news;
      if (!news.running) lab.act("pause", {});
    });
    lab.session.on<Curves>("Curves", (news) => {
      if (lab.view.value?.live.running) curves.value = news;
    });
    lab.session.paint(PAINTING, ({ numbers }) => {
      painting.value = numbers;
    });
    return unsubscribe;
  }, [lab, live, curves, painting]);
  const look = async (neuron: string, x: string, y: string): Promise<boolean> => {
    try {
      const closer: Closer = await lab.session.call("look", { neuron, x, y });
      if (live.value) live.value = { ...live.value, closer };
      lab.error.value = "";
      return true;
    } catch (error) {
      lab.error.value = (error as Error).message;
      return false;
    }
  };
  return { lab, live, curves, painting, look };
}
