// Above the picture: which network, feeding forward, predicting, multiplying layers together.
import type { View } from "./messages";
import { PlayBar } from "./PlayBar";
import type { NetworkLab, Reply } from "./useNetwork";
import type { Play } from "./usePlay";

export interface ToolsProps {
  view: View;
  lab: NetworkLab;
  play: Play;
  reply: Reply;
}

export function Tools({ view, lab, play, reply }: ToolsProps) {
  return (
    <div class="network-tools">
      <label>
        Example{" "}
        <select
          value={view.example}
          onChange={(event) =>
            lab.act("open", { fragment: `example=${encodeURIComponent(event.currentTarget.value)}` })
          }
        >
          {!view.example && <option value="">own</option>}
          {view.examples.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <PlayBar play={play} />
      <Predict view={view} lab={lab} play={play} reply={reply} />
      {view.collapsed ? (
        <button type="button" onClick={() => lab.act("merge", { layers: 0 })}>
          As it was
        </button>
      ) : (
        <button type="button" onClick={() => lab.act("merge", {})}>
          Collapse
        </button>
      )}
    </div>
  );
}

/** Hide numbers that are to be guessed: a question that is ready, or all of this network. */
function Predict({ view, lab, play, reply }: ToolsProps) {
  const names = (of: View) =>
    of.neurons.flatMap(({ name, value }) => (name === value ? [name] : [name, value])).slice(0, MOST_HIDDEN);
  const choose = (chosen: string) => {
    play.isRunning.value = false;
    play.done.value = null;
    reply.value = null;
    if (chosen === "all") lab.act("hide", { names: names(view) });
    else if (chosen === "none") lab.act("hide", { names: [] });
    else lab.act("open", { fragment: chosen });
  };
  return (
    <select
      class="network-predict"
      aria-label="Predict"
      value=""
      onChange={(event) => choose(event.currentTarget.value)}
    >
      <option value="" disabled hidden>
        Predict …
      </option>
      {view.checks.map((check) => (
        <option key={check.fragment} value={check.fragment}>
          {check.title}
        </option>
      ))}
      <option value="all">Hide all neurons</option>
      {view.hidden.length > 0 && <option value="none">Reveal all</option>}
    </select>
  );
}

const MOST_HIDDEN = 200;
