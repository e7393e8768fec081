// The picture: drawn with a pen, or typed number by number. The arrow keys move over it, Space draws.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Field } from "../../components/Field";
import { WhyButton } from "../../components/NumberShown";
import { type Place, placeAt, touched } from "../../lib/boards";
import { useAsk } from "../../lib/lab";
import type { Cell } from "../../lib/messages";
import { BoardView } from "./BoardView";
import type { Board, View } from "./messages";
import type { Looking, Tool } from "./useConvolution";

const TOOLS: Record<Tool, string> = { pen: "Pen", eraser: "Eraser", select: "Select" };

export function PicturePad({ view, board, looking }: { view: View; board: Board; looking: Looking }) {
  const { lab, tool, picked } = looking;
  const ask = useAsk();
  const cursor = useSignal<Place>({ row: 0, column: 0 });
  const cell = useCell(view, board, looking, cursor.value);
  const gesture = useRef<Set<number> | null>(null);
  const draw = (place: Place) => {
    cursor.value = place;
    for (const one of touched(place, board)) gesture.current?.add(one);
    const used = tool.value === "eraser" ? "eraser" : "pen";
    const [first, ...others] = gesture.current ?? [];
    if (first !== undefined) lab.drag("paint", { cells: [first, ...others], tool: used }, first);
  };
  const begin = (place: Place) => {
    lab.release(); // what was looked at before is another step of undo
    gesture.current = new Set();
    draw(place);
  };
  const end = () => {
    if (gesture.current) lab.release();
    gesture.current = null;
  };
  const at = (event: PointerEvent) => {
    const grid = (event.currentTarget as HTMLElement).firstElementChild as HTMLElement;
    return placeAt(grid.getBoundingClientRect(), event.clientX, event.clientY, board);
  };
  const choose = (place: Place, chosen?: Cell, byKey = false) => {
    cursor.value = place;
    if (chosen && (byKey || tool.value === "select")) ask(chosen.name);
  };
  return (
    <section class="conv-picture" aria-label="Picture">
      <header>
        <h2>
          Picture{" "}
          <small>
            {board.rows} × {board.columns}
          </small>
        </h2>
        {board.channels > 1 && (
          <select
            aria-label="Channel of the picture"
            value={board.channel}
            onChange={(event) => lab.act("turn", { channel: Number(event.currentTarget.value) })}
          >
            {Array.from({ length: board.channels }, (_, i) => (
              <option key={i} value={i}>
                channel {i + 1}
              </option>
            ))}
          </select>
        )}
        <select
          aria-label="Picture to begin with"
          value={view.picture}
          onChange={(event) => lab.act("take", { picture: event.currentTarget.value })}
        >
          {view.pictures.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </header>
      {board.channels > 1 && (
        <p class="conv-below">One of its {board.channels} channels is shown at a time; the pen draws into all.</p>
      )}
      <fieldset
        aria-label="Drawing pad"
        aria-describedby="conv-keys"
        class={`conv-pad${tool.value === "select" ? "" : " is-drawn"}`}
        onPointerDown={(event) => {
          if (event.button !== 0 || tool.value === "select") return;
          event.currentTarget.setPointerCapture(event.pointerId);
          begin(at(event));
        }}
        onPointerMove={(event) => gesture.current && event.buttons && draw(at(event))}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={(event) => {
          const i = Number((event.target as HTMLElement).dataset.cell ?? Number.NaN);
          if (event.key !== " ") return;
          event.preventDefault();
          begin(Number.isNaN(i) ? cursor.value : { row: Math.floor(i / board.columns), column: i % board.columns });
          end();
        }}
        onFocusIn={(event) => {
          const i = Number((event.target as HTMLElement).dataset.cell ?? Number.NaN);
          if (!Number.isNaN(i)) cursor.value = { row: Math.floor(i / board.columns), column: i % board.columns };
        }}
      >
        <BoardView
          board={board}
          isInk
          chosen={cursor.value.row * board.columns + cursor.value.column}
          field={picked.value?.fields.find((one) => one.layer === board.layer)}
          choose={choose}
        />
        <span id="conv-keys" class="unseen">
          Arrow keys move over the picture, Space draws, Enter asks for the arithmetic.
        </span>
      </fieldset>
      <div class="conv-tools">
        {(Object.keys(TOOLS) as Tool[]).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={tool.value === name}
            onClick={() => {
              tool.value = name;
            }}
          >
            {TOOLS[name]}
          </button>
        ))}
        <button type="button" onClick={() => lab.act("take", { picture: "blank" })}>
          Clear
        </button>
        {cell && (
          <span class="conv-number">
            <Field
              name={cell.name}
              label={cell.name}
              shown={cell.text}
              exact={cell.exact}
              commit={(text) => lab.act("edit", { name: cell.name, text })}
            />
            <WhyButton name={cell.name} />
          </span>
        )}
      </div>
    </section>
  );
}

/** The number below the cursor: one of the board's, or of a board in colours fetched. */
function useCell(view: View, board: Board, { lab }: Looking, { row, column }: Place): Cell | null {
  const fetched = useSignal<Cell | null>(null);
  const isInColours = !board.cells.length;
  useEffect(() => {
    const show = (cell: Cell | null) => {
      fetched.value = cell;
    };
    if (!isInColours) return;
    const { layer, channel } = board;
    lab.session.call("point", { layer, channel, row, column }).then(show, () => show(null));
  }, [lab, view, row, column, isInColours]);
  return isInColours ? fetched.value : (board.cells[row * board.columns + column] ?? null);
}
