// The samples, and what the network is given of them.
import type { Set as SetMessage, View } from "./messages";
import { ChosenSetting, TypedSetting } from "./Setting";
import type { PlaygroundLab } from "./usePlayground";
import "./Samples.css";

export function Samples({ lab, view }: { lab: PlaygroundLab; view: View }) {
  const { settings } = view;
  const set = (name: SetMessage["name"]) => (text: string) => lab.act("set", { name, text });
  return (
    <fieldset class="play-samples" aria-label="Samples">
      <h2>Samples</h2>
      <ChosenSetting
        label="Data"
        value={settings.data}
        choices={view.sets.map((one) => [one.name, one.title])}
        change={set("data")}
      />
      {settings.data !== "own" && (
        <>
          <TypedSetting label="Samples" value={settings.count} change={set("count")} />
          <TypedSetting label="Noise" value={settings.noise} change={set("noise")} />
        </>
      )}
      <TypedSetting label="Test share" value={settings.share} change={set("share")} />
      <TypedSetting label="Data seed" value={settings.data_seed} change={set("data_seed")} />
      <fieldset class="play-features">
        <legend>Features</legend>
        {view.features.map((name) => {
          const chosen = settings.features.includes(name);
          const next = view.features.filter((one) => settings.features.includes(one) !== (one === name));
          return (
            <button key={name} type="button" aria-pressed={chosen} onClick={() => set("features")(next.join(","))}>
              {name}
            </button>
          );
        })}
      </fieldset>
      <h2>Order and weights</h2>
      <TypedSetting label="Batch" value={settings.batch} change={set("batch")} />
      <TypedSetting label="Seed" value={settings.seed} change={set("seed")} />
      <button type="button" onClick={() => set("seed")(String(Number(settings.seed) + 1))}>
        New weights
      </button>
    </fieldset>
  );
}
