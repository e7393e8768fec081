// Convolution: a kernel that slides over a picture, each product in sight; or the feature maps of a network.
import { NumberShown } from "../../components/NumberShown";
import { PageFrame } from "../../components/PageFrame";
import { usePanel } from "../../components/panel";
import { Tabs } from "../../components/Tabs";
import { WhyRegion } from "../../components/WhyRegion";
import { BoardView } from "./BoardView";
import { Kernel } from "./Kernel";
import { Layers } from "./Layers";
import type { Board, View } from "./messages";
import { PicturePad } from "./PicturePad";
import { Products } from "./Products";
import { type ConvolutionLab, type Looking, useConvolution } from "./useConvolution";
import "./convolution.css";

export default function ConvolutionPage() {
  const looking = useConvolution();
  const view = looking.lab.view.value;
  return (
    <PageFrame name="convolution" lab={looking.lab} about={<Prose />}>
      {view && <Bench looking={looking} view={view} />}
    </PageFrame>
  );
}

const PANELS = { set: "Kernel", maps: "Maps", products: "Products", why: "Why?" } as const;
const OF_MODEL = { ...PANELS, set: "Layers", outputs: "Outputs" } as const;
type Panel = keyof typeof OF_MODEL;

function Bench({ looking, view }: { looking: Looking; view: View }) {
  const { lab, picked } = looking;
  const [picture, ...boards] = view.boards;
  const panel = usePanel<Panel>(lab, "maps", ["maps"]);
  const seen = (name: Panel) => panel.value === null || panel.value === name;
  return (
    <div class={`conv${view.bench ? "" : " has-model"}`}>
      <div class="conv-left">
        {view.models.length > 0 && <Models lab={lab} view={view} />}
        {picture && <PicturePad key={view.model} view={view} board={picture} looking={looking} />}
        {panel.value === null && view.answers.length > 0 && <Answers view={view} />}
      </div>
      {panel.value !== null && (
        <div class="conv-panels">
          <Tabs
            titles={view.bench ? PANELS : OF_MODEL}
            chosen={panel.value}
            choose={(name) => {
              panel.value = name;
            }}
          />
        </div>
      )}
      <div class="conv-middle">
        {seen("set") &&
          (view.bench ? <Kernel lab={lab} view={view} bench={view.bench} /> : <Layers view={view} looking={looking} />)}
        {seen("maps") && (
          <div class="conv-boards">
            {boards.map((board) => (
              <FeatureMap key={board.layer} board={board} view={view} looking={looking} />
            ))}
          </div>
        )}
      </div>
      <div class="conv-right">
        {picked.value && seen("products") && <Products view={view} picked={picked.value} looking={looking} />}
        {panel.value === "outputs" && <Answers view={view} />}
        {seen("why") && <WhyRegion lab={lab} />}
      </div>
    </div>
  );
}

function FeatureMap({ board, view, looking }: { board: Board; view: View; looking: Looking }) {
  const { pick, picked, sliding, slide } = looking;
  const { layer, channel, row, column } = view.pick;
  const isSliding = sliding.value === board.layer;
  const isChosen = layer === board.layer && channel === board.channel;
  const winner = picked.value?.terms.find((term) => term.wins)?.name ?? "";
  return (
    <section aria-label={`Map of ${board.title}`}>
      <header>
        <h2>
          {board.title}{" "}
          <small>
            {board.rows} × {board.columns}
          </small>
        </h2>
        <button
          type="button"
          class="quiet"
          title="The kernel goes over the picture by itself"
          onClick={() => slide(isSliding ? null : board)}
        >
          {isSliding ? "Stop" : "Slide"}
          <span class="unseen"> over {board.title}</span>
        </button>
      </header>
      <BoardView
        board={board}
        chosen={isChosen ? row * board.columns + column : -1}
        field={picked.value?.fields.find((one) => one.layer === board.layer)}
        winner={winner}
        choose={(place) => pick({ layer: board.layer, channel: board.channel, ...place })}
      />
    </section>
  );
}

function Models({ lab, view }: { lab: ConvolutionLab; view: View }) {
  return (
    <label class="conv-model">
      Look into{" "}
      <select value={view.model} onChange={(event) => lab.act("choose", { model: event.currentTarget.value })}>
        <option value="">your own kernel</option>
        {view.models.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

function Answers({ view }: { view: View }) {
  if (!view.answers.length)
    return (
      <p class="why-hint">{view.is_hidden ? "Outputs are hidden, too." : "Too many outputs to list: see Maps."}</p>
    );
  return (
    <section aria-label="Outputs">
      <h2>Outputs</h2>
      <ul class="conv-answers">
        {view.answers.map((one) => (
          <li key={one.number.name}>
            {one.label} <NumberShown {...one.number} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Prose() {
  return (
    <>
      <p>
        A kernel is a small square of weights. It lies on the picture, each weight is multiplied with the number below
        it, the products are added, and the sum is one number of the feature map. Then it moves on: everywhere the same
        weights.
      </p>
      <p>
        Draw on the picture or type a number into it; edit the kernel; select a number of a map to see the window that
        it looks through, and each product. <em>Slide</em> goes from number to number. Behind a pool, the frame in the
        picture grows: that is the receptive field.
      </p>
      <p>
        A network with convolutions, opened by <code>glassnet lab MODEL</code>, shows its layers instead: each channel a
        tile, each number with what of the picture it sees; <em>Edit kernel</em> makes fields of the weights. A picture
        with several channels, such as colours, is shown one channel at a time. Blue is above zero, orange below.
      </p>
      <p>
        Arrow keys move over picture and maps; Space draws, Enter asks. <em>Hide numbers</em> lets you compute one
        first.
      </p>
    </>
  );
}
