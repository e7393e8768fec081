// The sequence from left to right: what is fed, a part of the layer below it, and the effect of each input on the
// chosen number. All stand in columns by step.
import { useSignal } from "@preact/signals";
import { Colours } from "../../components/Colours";
import { Field } from "../../components/Field";
import { WhyButton } from "../../components/NumberShown";
import { moved } from "../../lib/boards";
import { useAsk } from "../../lib/lab";
import { tint } from "../../lib/shares";
import type { Bar, Board, Pick, Picked, View } from "./messages";
import type { Looking } from "./useSequence";

export function Timeline({ view, looking }: { view: View; looking: Looking }) {
  const { entries, board, pick } = view;
  const isOver =
    !view.text && board.cells.length > 0 && board.columns.length === entries.columns.length && isStates(view);
  return (
    <div class="seq-time">
      {!view.text && <Entries view={view} looking={looking} />}
      {isOver && looking.picked.value && <Left picked={looking.picked.value} entries={entries} />}
      <BoardGrid
        board={board}
        chosen={pick.row * board.columns.length + pick.column}
        isHeaded={!isOver}
        corner={isStates(view) || board.rows.length !== board.columns.length ? "" : "looks at"}
        choose={(row, column) => looking.pick({ ...pick, row, column })}
      />
      {!isOver && looking.picked.value && <Left picked={looking.picked.value} entries={entries} />}
    </div>
  );
}

/** Whether the chosen layer keeps a state. */
export function isStates(view: View): boolean {
  return !view.layers[view.pick.layer]?.is_attention;
}

/** What is fed: fields, or where it is much, colours. */
function Entries({ view, looking }: { view: View; looking: Looking }) {
  const { entries } = view;
  const asked = useSignal("");
  if (!entries.cells.length) return <ColourBoard board={entries} chosen={-1} choose={() => {}} />;
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
  choose: (row: number, column: number) => void;
}

function BoardGrid({ board, chosen, isHeaded, corner, choose }: GridProps) {
  if (!board.cells.length) return <ColourBoard board={board} chosen={chosen} choose={choose} />;
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
      class={`seq-grid seq-board${size.rows > MANY ? " is-tall" : ""}`}
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

function ColourBoard({ board, chosen, choose }: Omit<GridProps, "isHeaded" | "corner">) {
  const size = { title: board.title, data: board.data, rows: board.rows.length, columns: board.columns.length };
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

const columnsOf = (board: Board) => ({ "--columns": board.columns.length });

/** Which of a layer's parts, and of attention which head. */
export function Parts({ view, looking }: { view: View; looking: Looking }) {
  const { pick, layers } = view;
  const layer = layers[pick.layer];
  const go = (place: Partial<Pick>) => looking.lab.act("pick", { ...pick, ...place });
  return (
    <div class="seq-parts">
      {layers.length > 1 && (
        <label class="seq-choice">
          Layer{" "}
          <select
            aria-label="Layer"
            value={pick.layer}
            onChange={(event) => go({ layer: Number(event.currentTarget.value), part: "", head: 0, row: 0, column: 0 })}
          >
            {layers.map((one, i) => (
              <option key={one.title} value={i}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
      )}
      <span class="tabs">
        {layer?.parts.map((part) => (
          <button key={part} type="button" aria-pressed={part === pick.part} onClick={() => go({ part })}>
            {part}
          </button>
        ))}
      </span>
      {layer && layer.heads > 1 && (
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
