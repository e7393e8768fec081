// Boards are grids of numbers: where a pointer or a key is on them, and their colours.
export interface Size {
  rows: number;
  columns: number;
}
export interface Place {
  row: number;
  column: number;
}

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

const within = (at: number, size: number) => Math.min(size - 1, Math.max(0, at));

/** Where a key leads to; undefined for one that does not move. */
export function moved(place: Place, key: string, size: Size): Place | undefined {
  const arrow = ARROWS[key];
  return (
    arrow && {
      row: within(place.row + arrow[0], size.rows),
      column: within(place.column + arrow[1], size.columns),
    }
  );
}

/** The cell below a pointer, kept within the board. */
export function placeAt(
  box: { left: number; top: number; width: number; height: number },
  x: number,
  y: number,
  size: Size,
): Place {
  const at = (along: number, whole: number, count: number) => within(Math.floor((along / whole) * count), count);
  return { row: at(y - box.top, box.height, size.rows), column: at(x - box.left, box.width, size.columns) };
}

/** The cells that a pen touches there, row by row: of a fine picture, it is two cells wide. */
export function touched({ row, column }: Place, size: Size): number[] {
  const wide = Math.max(size.rows, size.columns) > 16 ? 2 : 1;
  const cells: number[] = [];
  for (let i = row; i < Math.min(row + wide, size.rows); i++)
    for (let j = column; j < Math.min(column + wide, size.columns); j++) cells.push(i * size.columns + j);
  return cells;
}
