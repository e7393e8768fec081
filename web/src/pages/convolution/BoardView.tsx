// A channel as a grid: each number a button where they are few, else colours over which a pointer or the arrow keys go.
// The part from which the chosen number is computed stands in a frame.
import { Colours, Frame } from "../../components/Colours";
import { moved, type Place } from "../../lib/boards";
import type { Cell } from "../../lib/messages";
import { tint } from "../../lib/shares";
import type { Board, Field } from "./messages";

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
  return props.board.cells.length ? <Cells {...props} /> : <Colours {...props} chosen={props.chosen ?? -1} />;
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
