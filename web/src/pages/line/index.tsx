// Line: the lecture's first demo. The picture with what changes it on the left; what it comes to on the right.
import { useSignal } from "@preact/signals";
import { appearance } from "../../components/Appearance";
import { NumberShown } from "../../components/NumberShown";
import { PageFrame } from "../../components/PageFrame";
import { useAnswered } from "../../components/panel";
import { Room } from "../../components/Room";
import { Tabs } from "../../components/Tabs";
import { WhyRegion } from "../../components/WhyRegion";
import { BowlView } from "./BowlView";
import { Controls } from "./Controls";
import type { View } from "./messages";
import { NormalEquations } from "./NormalEquations";
import { OwnData } from "./OwnData";
import { Plane } from "./Plane";
import { Plot } from "./Plot";
import { Points } from "./Points";
import { Residuals } from "./Residuals";
import { type LineLab, useLine } from "./useLine";
import "./line.css";

const PANELS = { points: "Points", normal: "Normal equations", own: "Own table" } as const;
/** Large letters leave no room for bowl, table and arithmetic at once. */
const PROJECTED = { bowl: "Bowl", ...PANELS, why: "Why?" } as const;
type Panel = keyof typeof PROJECTED;

export default function LinePage() {
  const lab = useLine();
  const isProjected = appearance.value === "projector";
  const panel = useSignal<Panel>(isProjected ? "bowl" : "points");
  const view = lab.view.value;
  useAnswered(lab, panel);
  const panels: Partial<typeof PROJECTED> = isProjected ? PROJECTED : PANELS;
  const shown = panels[panel.value] ? panel.value : "points";
  return (
    <PageFrame name="line" lab={lab} about={<Prose />}>
      {view && (
        <div class="line">
          <fieldset class="line-tabs">
            <legend class="unseen">Data</legend>
            <Tabs
              titles={Object.fromEntries(view.tabs.map((tab) => [tab.name, tab.title]))}
              chosen={view.data}
              choose={(name) => {
                lab.act("open", { fragment: `data=${name}` });
                panel.value = name === "own" ? "own" : "points";
              }}
            />
          </fieldset>
          <div class="line-left">
            <div class="line-plot">
              <Room>
                {(width, height) =>
                  view.labels.length === 2 ? (
                    <Plot view={view} lab={lab} width={width} height={height} />
                  ) : (
                    <Plane view={view} width={width} height={height} />
                  )
                }
              </Room>
            </div>
            <Controls view={view} lab={lab} />
          </div>
          <div class="line-right">
            <Quality view={view} />
            {!isProjected && <Small view={view} lab={lab} />}
            <Tabs
              titles={panels}
              chosen={shown}
              choose={(name) => {
                panel.value = name;
              }}
            />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
            <section class="line-panel" tabIndex={0} aria-label={panels[shown]}>
              {shown === "bowl" && <Small view={view} lab={lab} />}
              {shown === "points" && <Points view={view} lab={lab} />}
              {shown === "normal" && <NormalEquations view={view} lab={lab} />}
              {shown === "own" && (
                <OwnData
                  lab={lab}
                  done={() => {
                    panel.value = "points";
                  }}
                />
              )}
              {shown === "why" && <WhyRegion lab={lab} />}
            </section>
            {!isProjected && (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
              <div class="line-why" tabIndex={0}>
                <WhyRegion lab={lab} />
              </div>
            )}
          </div>
          <p id="line-keys" class="unseen">
            Arrow keys move the point, with Shift ten times as far; Delete takes it away.
          </p>
        </div>
      )}
    </PageFrame>
  );
}

function Quality({ view }: { view: View }) {
  return (
    <dl class="line-quality" aria-live="polite">
      {view.quality.map((one) => (
        <div key={one.name}>
          <dt>{one.name}</dt>
          <dd>
            <NumberShown {...one} />
          </dd>
        </div>
      ))}
      {view.descent.map((one) => (
        <div key={one.name} class="line-minor">
          <dt>{one.name}</dt>
          <dd>
            <NumberShown {...one} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Small({ view, lab }: { view: View; lab: LineLab }) {
  const { bowl } = view;
  return (
    <div class="line-small">
      <div>
        {bowl ? (
          <Room>{(width, height) => <BowlView bowl={bowl} lab={lab} width={width} height={height} />}</Room>
        ) : (
          <p class="line-hint">{view.no_best}</p>
        )}
      </div>
      <div>
        <Room>{(width, height) => <Residuals view={view} width={width} height={height} />}</Room>
      </div>
    </div>
  );
}

function Prose() {
  return (
    <>
      <p>
        Each point is joined to the line by a segment, its residual. The yellow squares stand on these segments; the
        line with the least sum of their areas, SSE, is the closest.
      </p>
      <p>
        Drag points, or click to add one. Move m and b by hand, go downhill by gradient descent, or press Exact fit. On
        the bowl, seen from above, each place is a line and each contour an SSE.
      </p>
      <p>Anscombe's four sets have the same line and the same R². Look at their residuals.</p>
    </>
  );
}
