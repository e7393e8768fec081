// A board of colours over which a pointer or the arrow keys go; the chosen number, and a part of it, stand in a frame.
import { moved, type Place, placeAt, type Size } from "../lib/boards";
import "./Colours.css";
import { Painted } from "./Painted";

/** A part of a board. */
export type Box = Place & Size;

export interface ColoursProps {
  board: Size & { title: string; data: string };
  /** The chosen cell, counted row by row; -1 for none. */
  chosen: number;
  field?: Box | undefined;
  isInk?: boolean;
  choose: (place: Place) => void;
}

export function Colours({ board, chosen, field, isInk = false, choose }: ColoursProps) {
  const { columns } = board;
  const place = { row: Math.floor(Math.max(0, chosen) / columns), column: Math.max(0, chosen) % columns };
  return (
    <div
      class="colours"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: its numbers are chosen by the arrow keys
      tabIndex={0}
      aria-label={`${board.title}: choose a number by the arrow keys`}
      onKeyDown={(event) => {
        const next = moved(place, event.key, board);
        if (!next) return;
        event.preventDefault();
        choose(next);
      }}
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        choose(placeAt(box, event.clientX, event.clientY, board));
      }}
    >
      <Painted name={board.title} {...board} isInk={isInk} />
      <Frame board={board} field={field} />
      {chosen >= 0 && <Frame board={board} field={{ ...place, rows: 1, columns: 1 }} isChosen />}
    </div>
  );
}

interface FrameProps {
  board: Size;
  field: Box | undefined;
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
  return <span class={`colours-frame${isChosen ? " is-chosen" : ""}`} style={place} />;
}
