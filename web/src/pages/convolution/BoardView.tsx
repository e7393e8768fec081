// A channel as a grid: each number a button where they are few, else colours over which a pointer or the arrow keys go.
// The part from which the chosen number is computed stands in a frame.
import type { ComponentChildren } from "preact";
import { moved, type Place, placeAt } from "./boards";
import type { Board, Cell, Field } from "./messages";
import { Painted } from "./Painted";

export interface BoardViewProps {
  board: Board;
  /** The chosen cell of this board, counted row by row. */
  chosen?: number;
  field?: Field | undefined;
  /** The name of the number that a pool takes. */
  winner?: string;
  isInk?: boolean;
  /** `byKey`: it was chosen without a pointer. */
  choose: (place: Place, cell?: Cell, byKey?: boolean) => void;
}

export function BoardView(props: BoardViewProps) {
  return props.board.cells.length ? <Cells {...props} /> : <Colours {...props} />;
}

function Cells({ board, chosen = -1, field, winner = "", isInk = false, choose }: BoardViewProps) {
  const { columns } = board;
  const seen = new Set(field?.cells);
  const onKey = (event: KeyboardEvent) => {
    const now = Number((event.target as HTMLElement).dataset.cell);
    const next = moved({ row: Math.floor(now / columns), column: now % columns }, event.key, board);
    if (!next) return;
    event.preventDefault();
    const cells = (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[data-cell]");
    cells[next.row * columns + next.column]?.focus();
  };
  return (
    <fieldset
      class={`conv-cells${isInk ? " is-ink" : ""}`}
      aria-label={board.title}
      style={{ "--columns": columns }}
      onKeyDown={onKey}
    >
      {board.cells.map((cell, i) => {
        const classes = [
          "conv-cell",
          seen.has(i) && "is-seen",
          i === chosen && "is-chosen",
          cell.name === winner && "is-winner",
        ];
        return (
          <button
            key={cell.name}
            type="button"
            class={classes.filter(Boolean).join(" ")}
            style={tint(cell.share, isInk)}
            tabIndex={i === Math.max(0, chosen) ? 0 : -1}
            aria-label={`${cell.name} = ${cell.text}`}
            data-cell={i}
            data-number={cell.exact ? cell.name : undefined}
            data-why={cell.exact ? cell.name : undefined}
            onClick={(event) => choose({ row: Math.floor(i / columns), column: i % columns }, cell, event.detail === 0)}
          >
            {cell.text}
          </button>
        );
      })}
      <Frame board={board} field={field} />
    </fieldset>
  );
}

/** The ground of a number: never so dark that it could not be read. */
function tint(share: number, isInk: boolean): Record<string, string> {
  const colour = isInk ? "--ink" : share < 0 ? "--negative" : "--positive";
  const strength = Math.round((isInk ? 26 : 38) * Math.abs(share));
  return { background: `color-mix(in srgb, var(${colour}) ${strength}%, var(--background))` };
}

function Colours({ board, chosen = -1, field, isInk = false, choose }: BoardViewProps) {
  const { columns } = board;
  const place = { row: Math.floor(Math.max(0, chosen) / columns), column: Math.max(0, chosen) % columns };
  return (
    <Asked
      name={`${board.title}: choose a number by the arrow keys`}
      onKeyDown={(event) => {
        const next = moved(place, event.key, board);
        if (!next) return;
        event.preventDefault();
        choose(next);
      }}
      onClick={(event) => {
        const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
        choose(placeAt(box, event.clientX, event.clientY, board));
      }}
    >
      <Painted name={board.title} {...board} isInk={isInk} />
      <Frame board={board} field={field} />
      {chosen >= 0 && <Frame board={board} field={{ ...place, rows: 1, columns: 1 }} isChosen />}
    </Asked>
  );
}

interface AskedProps {
  name: string;
  onKeyDown: (event: KeyboardEvent) => void;
  onClick: (event: MouseEvent) => void;
  children: ComponentChildren;
}

function Asked({ name, children, ...events }: AskedProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: its numbers are chosen by the arrow keys
    <div class="conv-colours" role="application" tabIndex={0} aria-label={name} {...events}>
      {children}
    </div>
  );
}

interface FrameProps {
  board: Board;
  field: Pick<Field, "row" | "column" | "rows" | "columns"> | undefined;
  isChosen?: boolean;
}

export function Frame({ board, field, isChosen = false }: FrameProps) {
  if (!field) return null;
  const share = (part: number, whole: number) => `${(100 * part) / whole}%`;
  const place = {
    left: share(field.column, board.columns),
    top: share(field.row, board.rows),
    width: share(field.columns, board.columns),
    height: share(field.rows, board.rows),
  };
  return <span class={`conv-frame${isChosen ? " is-chosen" : ""}`} style={place} />;
}
