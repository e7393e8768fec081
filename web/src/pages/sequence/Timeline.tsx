// The sequence from left to right: what is fed, a part of the layer below it, and the effect of each input on the
// chosen number. All stand in columns by step.
import { useSignal } from "@preact/signals";
import { Colours } from "../../components/Colours";
import { Field } from "../../components/Field";
import { WhyButton } from "../../components/NumberShown";
import { moved } from "../../lib/boards";
import { useAsk } from "../../lib/lab";
import { tint } from "../../lib/shares";
import type { Bar, Board, LayerShown, Picked, Pick as Place, View } from "./messages";
import type { Looking } from "./useSequence";

interface TimelineProps {
  view: View;
  looking: Looking;
  /** Whether labels are large, so that there is no room for many rows of numbers. */
  isProjected: boolean;
}

export function Timeline({ view, looking, isProjected }: TimelineProps) {
  const { entries, board, pick } = view;
  const isOver =
    !view.text && board.cells.length > 0 && board.columns.length === entries.columns.length && board.kind === "units";
  return (
    <div class="seq-time">
      {!view.text && <Entries view={view} looking={looking} />}
      {isOver && looking.picked.value && <Left picked={looking.picked.value} entries={entries} />}
      <BoardGrid
        board={board}
        chosen={pick.row * board.columns.length + pick.column}
        isHeaded={!isOver}
        corner={board.kind === "looks at" ? board.kind : ""}
        isPainted={isProjected && board.rows.length > MOST}
        isText={view.text !== null}
        choose={(row, column) => looking.pick({ ...pick, row, column })}
      />
      {!isOver && looking.picked.value && <Left picked={looking.picked.value} entries={entries} />}
    </div>
  );
}

/** What is fed: fields, or where it is much, colours. */
function Entries({ view, looking }: { view: View; looking: Looking }) {
  const { entries } = view;
  const asked = useSignal("");
  if (!entries.cells.length) return <ColourBoard board={entries} chosen={-1} isText={false} choose={() => {}} />;
  const last = entries.cells.find((one) => one.name === asked.value) ?? entries.cells[0];
  return (
    <section class="seq-grid" style={columnsOf(entries)} aria-label="Input">
      <Head board={entries} />
      {entries.rows.map((row, i) => (
        <RowOf key={row} label={row}>
          {entries.columns.map((_, j) => {
            const cell = entries.cells[i * entries.columns.length + j];
            if (!cell) return null;
            return (
              <span
                key={cell.name}
                class="seq-entry"
                style={tint(cell.share)}
                onFocusIn={() => {
                  asked.value = cell.name;
                }}
              >
                <Field
                  name={cell.name}
                  shown={cell.text}
                  exact={cell.exact}
                  answers={cell === last}
                  commit={(text) => looking.lab.act("edit", { name: cell.name, text })}
                />
              </span>
            );
          })}
        </RowOf>
      ))}
      {last && (
        <span class="seq-asked">
          {last.name} <WhyButton name={last.name} />
        </span>
      )}
    </section>
  );
}

/** ∂ the chosen number / ∂ each input. */
function Left({ picked, entries }: { picked: Picked; entries: Board }) {
  const ask = useAsk();
  if (!picked.left.length) return null;
  const features = entries.rows.length;
  const bars = (row: number): readonly Bar[] => picked.left.filter((_, i) => i % features === row);
  return (
    <section
      class="seq-grid seq-left"
      style={columnsOf(entries)}
      aria-label="Effect of each input on the chosen number"
    >
      {entries.rows.map((row, i) => (
        <RowOf key={row} label={features > 1 ? `of ${row}` : "effect"}>
          {bars(i).map((bar) => (
            <button
              key={bar.number.name}
              type="button"
              class="seq-cell"
              style={tint(bar.share)}
              aria-label={`${bar.number.name} = ${bar.number.text}`}
              data-number={bar.number.name}
              data-why={bar.number.name}
              onClick={() => ask(bar.number.name)}
            >
              {bar.number.text}
            </button>
          ))}
        </RowOf>
      ))}
    </section>
  );
}

interface GridProps {
  board: Board;
  /** Counted row by row. */
  chosen: number;
  isHeaded: boolean;
  /** What the heads of columns are to those of rows. */
  corner: string;
  /** Whether it is shown as colours, though there are few numbers. */
  isPainted: boolean;
  /** Whether the columns are tokens. */
  isText: boolean;
  choose: (row: number, column: number) => void;
}

function BoardGrid({ board, chosen, isHeaded, corner, isPainted, isText, choose }: GridProps) {
  if (isPainted || !board.cells.length)
    return <ColourBoard board={board} chosen={chosen} isText={isText} choose={choose} />;
  const columns = board.columns.length;
  const size = { rows: board.rows.length, columns };
  const onKey = (event: KeyboardEvent) => {
    const now = Number((event.target as HTMLElement).dataset.cell);
    const next = moved({ row: Math.floor(now / columns), column: now % columns }, event.key, size);
    if (!next) return;
    event.preventDefault();
    const cells = (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[data-cell]");
    cells[next.row * columns + next.column]?.focus();
  };
  return (
    <fieldset
      class={`seq-grid seq-board${size.rows > MOST ? " is-tallest" : size.rows > MANY ? " is-tall" : ""}`}
      style={columnsOf(board)}
      aria-label={board.title}
      onKeyDown={onKey}
    >
      {isHeaded && <Head board={board} corner={corner} />}
      {board.rows.map((row, i) => (
        <RowOf key={i} label={row}>
          {board.columns.map((_, j) => {
            const at = i * columns + j;
            const cell = board.cells[at];
            if (!cell) return null;
            return (
              <button
                key={at}
                type="button"
                class={`seq-cell${at === chosen ? " is-chosen" : ""}`}
                style={tint(cell.share)}
                tabIndex={at === chosen ? 0 : -1}
                disabled={!cell.name}
                aria-label={cell.name ? `${cell.name} = ${cell.text}` : "no number"}
                data-cell={at}
                data-number={cell.exact ? cell.name : undefined}
                data-why={cell.exact ? cell.name : undefined}
                onClick={() => choose(i, j)}
              >
                {cell.text}
              </button>
            );
          })}
        </RowOf>
      ))}
    </fieldset>
  );
}

function ColourBoard({ board, chosen, isText, choose }: Pick<GridProps, "board" | "chosen" | "isText" | "choose">) {
  const size = { title: board.title, data: board.data, rows: board.rows.length, columns: board.columns.length };
  if (isText)
    return (
      <div class="seq-grid seq-painted" style={columnsOf(board)}>
        <Head board={board} />
        <RowOf label={`${size.rows} units`}>
          <Colours board={size} chosen={chosen} choose={({ row, column }) => choose(row, column)} />
        </RowOf>
      </div>
    );
  return (
    <div class="seq-colours">
      <h2>
        {board.title}{" "}
        <small>
          {size.rows} × {size.columns}
        </small>
      </h2>
      <Colours board={size} chosen={chosen} choose={({ row, column }) => choose(row, column)} />
    </div>
  );
}

function Head({ board, corner = "" }: { board: Board; corner?: string }) {
  return (
    <RowOf label={corner}>
      {board.columns.map((column, i) => (
        <span key={i} class="seq-head">
          {column}
        </span>
      ))}
    </RowOf>
  );
}

function RowOf({ label, children }: { label: string; children: preact.ComponentChildren }) {
  return (
    <>
      <span class="seq-label">{label}</span>
      {children}
    </>
  );
}

const MANY = 8; // rows
const MOST = 12;

interface Member {
  title: string;
  /** Which of all layers it is. */
  at: number;
}

/** Layers that follow one another within the same one, transformerblock_1 say, which then need not say so. */
function grouped(layers: readonly LayerShown[]): { container: string; members: Member[] }[] {
  const groups: { container: string; members: Member[] }[] = [];
  layers.forEach(({ title }, at) => {
    const end = title.lastIndexOf(".");
    const container = title.slice(0, Math.max(0, end));
    if (groups.at(-1)?.container !== container) groups.push({ container, members: [] });
    groups.at(-1)?.members.push({ title: title.slice(end + 1), at });
  });
  return groups;
}

function Option({ title, at }: Member) {
  return (
    <option key={at} value={at}>
      {title}
    </option>
  );
}

const columnsOf = (board: Board) => ({ "--columns": board.columns.length });

/** Which of a layer's parts, and of attention which head. */
export function Parts({ view, looking }: { view: View; looking: Looking }) {
  const { pick, layers } = view;
  const layer = layers[pick.layer];
  const go = (place: Partial<Place>) => looking.lab.act("pick", { ...pick, ...place });
  const walk = (to: number) => go({ layer: to, part: "", row: -1 });
  return (
    <div class="seq-parts">
      {layers.length > 1 && (
        <span class="seq-steps">
          <button
            type="button"
            aria-label="Layer before"
            disabled={pick.layer === 0}
            onClick={() => walk(pick.layer - 1)}
          >
            ‹
          </button>
          <select aria-label="Layer" value={pick.layer} onChange={(event) => walk(Number(event.currentTarget.value))}>
            {grouped(layers).map(({ container, members }) =>
              container ? (
                <optgroup key={members[0]?.at} label={container}>
                  {members.map(Option)}
                </optgroup>
              ) : (
                members.map(Option)
              ),
            )}
          </select>
          <button
            type="button"
            aria-label="Layer after"
            disabled={pick.layer === layers.length - 1}
            onClick={() => walk(pick.layer + 1)}
          >
            ›
          </button>
        </span>
      )}
      <span class="tabs">
        {layer?.parts.map((part) => (
          <button key={part} type="button" aria-pressed={part === pick.part} onClick={() => go({ part, row: -1 })}>
            {part}
          </button>
        ))}
      </span>
      {view.board.kind !== "units" && layer && layer.heads > 1 && (
        <label class="seq-choice">
          Head{" "}
          <select
            aria-label="Head"
            value={pick.head}
            onChange={(event) => go({ head: Number(event.currentTarget.value) })}
          >
            {Array.from({ length: layer.heads }, (_, i) => (
              <option key={i} value={i}>
                {i + 1}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
