// Picture & export: the file as it will be, with a Why? on each number in it, and what decides how it looks.
import { Field } from "../../components/Field";
import { PageFrame } from "../../components/PageFrame";
import { PictureView } from "../../components/PictureView";
import { WhyRegion } from "../../components/WhyRegion";
import { type Lab, useAsk, useLab } from "../../lib/lab";
import { Choice } from "./Choice";
import { Files } from "./Files";
import type { Commands, Look, View, Written } from "./messages";
import "./picture.css";

export type PictureLab = Lab<View, Commands>;

export default function PicturePage() {
  const lab: PictureLab = useLab<View, Commands>("picture");
  const view = lab.view.value;
  return (
    <PageFrame name="picture" lab={lab} about={<Prose />}>
      {view && (
        <div class="export">
          <div class={`export-room is-${view.look.ground}`}>
            <PictureView picture={view.picture} image={`data:image/svg+xml;base64,${view.image}`}>
              {view.written.map((number) => (
                <NumberButton key={number.name} {...number} />
              ))}
            </PictureView>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
          <section class="export-side" tabIndex={0} aria-label="How it is drawn">
            <Content view={view} lab={lab} />
            <Style look={view.look} lab={lab} />
            <Files view={view} lab={lab} />
          </section>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
          <div class="export-why" tabIndex={0}>
            <WhyRegion lab={lab} />
          </div>
        </div>
      )}
    </PageFrame>
  );
}

/** A number of the picture, to be clicked where it stands. */
function NumberButton({ name, text, x, y, width, height, angle }: Written) {
  const ask = useAsk();
  const place = {
    left: `${x}px`,
    top: `${y}px`,
    width: `${width + 4}px`,
    height: `${height}px`,
    transform: `translate(-50%, -50%) rotate(${angle}deg)`,
  };
  return (
    <button
      type="button"
      class="export-number"
      style={place}
      aria-label={`${name}, ${text}`}
      data-number={name}
      data-why={name}
      onClick={() => ask(name)}
    />
  );
}

function Content({ view, lab }: { view: View; lab: PictureLab }) {
  const { given } = view;
  return (
    <div class="export-content">
      <label>
        Network{" "}
        <select value={view.example} onChange={(event) => lab.act("choose", { fragment: event.currentTarget.value })}>
          {view.examples.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <Field
        name="Input"
        label="Input"
        class="export-typed"
        answers={false}
        exact={given.input}
        commit={(input) => lab.act("feed", (now) => ({ ...now.given, input }))}
      />
      <Field
        name="Target"
        label="Target"
        class="export-typed"
        answers={false}
        exact={given.target}
        commit={(target) => lab.act("feed", (now) => ({ ...now.given, target }))}
      />
      <small>
        Input: {view.hint}; or nothing, for a picture without values. With a target, the gradients stand on the edges.
      </small>
    </div>
  );
}

function Style({ look, lab }: { look: Look; lab: PictureLab }) {
  const draw = (change: Partial<Look>) => lab.act("draw", (now) => ({ ...now.look, ...change }));
  const yes = (is: boolean | undefined) => (is ? "yes" : "no");
  return (
    <div class="export-style">
      <Choice
        name="Ground"
        value={look.ground ?? "light"}
        choices={{ light: "Light", dark: "Dark", reader: "Reader's" }}
        choose={(ground) => draw({ ground })}
      />
      <Choice
        name="Colours"
        value={look.colors ?? "signs"}
        choices={{ signs: "Blue, orange", ink: "Black" }}
        choose={(colors) => draw({ colors })}
      />
      <Choice
        name="Lines"
        value={yes(look.weights)}
        choices={{ yes: "By weight", no: "All alike" }}
        choose={(weights) => draw({ weights: weights === "yes" })}
      />
      <Choice
        name="Labels"
        value={yes(look.labels)}
        choices={{ yes: "All", no: "None" }}
        choose={(labels) => draw({ labels: labels === "yes" })}
      />
      <Field
        name="Neurons of a layer, at most"
        label="Neurons of a layer, at most"
        class="export-most"
        answers={false}
        exact={String(look.most)}
        commit={(most) => draw({ most: Number(most) })}
      />
    </div>
  );
}

function Prose() {
  return (
    <>
      <p>
        What you see is the SVG file itself. It has no scripts and no fonts from elsewhere, and looks the same in
        browsers, Inkscape and LibreOffice. PDF and PNG are drawn from the same scene; TikZ is for LaTeX: \\input it,
        with the package tikz.
      </p>
      <p>
        Of a wide layer, the first and the last neurons are drawn and the others counted. The Python call makes the same
        files, to the last byte; Show Python has it whole.
      </p>
    </>
  );
}
