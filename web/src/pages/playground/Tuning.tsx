// What may change while the network learns; and the rest of what decides its steps.
import type { Set as SetMessage, View } from "./messages";
import { ChosenSetting, TypedSetting } from "./Setting";
import type { PlaygroundLab } from "./usePlayground";

export function Tuning({ lab, view }: { lab: PlaygroundLab; view: View }) {
  const { settings } = view;
  const set = (name: SetMessage["name"]) => (text: string) => lab.act("set", { name, text });
  return (
    <fieldset class="play-tuning" aria-label="Training">
      <ChosenSetting
        label="Optimiser"
        value={settings.optimizer}
        choices={view.optimizers.map((name) => [name, name])}
        change={set("optimizer")}
      />
      <TypedSetting label="Learning rate" value={settings.rate} change={set("rate")} />
      <TypedSetting label="L1" value={settings.l1} change={set("l1")} />
      <TypedSetting label="L2" value={settings.l2} change={set("l2")} />
      <TypedSetting label="Dropout" value={settings.dropout} change={set("dropout")} />
      <StopRule lab={lab} view={view} />
    </fieldset>
  );
}

const RULES: Record<string, string> = {
  never: "when I say so",
  steps: "at a step",
  loss: "below a loss",
  "test loss": "when the test loss rises",
};

function StopRule({ lab, view }: { lab: PlaygroundLab; view: View }) {
  return (
    <span class="play-rule">
      <ChosenSetting
        label="Stop"
        value={view.settings.stop}
        choices={view.rules.map((rule) => [rule, RULES[rule] ?? rule])}
        change={(text) => lab.act("set", { name: "stop", text })}
      />
      {view.settings.stop !== "never" && (
        <TypedSetting
          label={view.settings.stop === "test loss" ? "epochs" : view.settings.stop === "loss" ? "below" : "at"}
          value={view.settings.stop_at}
          change={(text) => lab.act("set", { name: "stop_at", text })}
        />
      )}
    </span>
  );
}
