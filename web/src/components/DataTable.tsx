// A table of texts or numbers, each row with a heading; the twin of a picture for those who do not see it.
import type { ComponentChildren } from "preact";

export interface DataTableProps {
  caption: string;
  columns: readonly string[];
  /** Each row's heading, then its cells. */
  rows: readonly (readonly [string, ...ComponentChildren[]])[];
}

export function DataTable({ caption, columns, rows }: DataTableProps) {
  return (
    <table>
      <caption>{caption}</caption>
      {columns.length > 0 && (
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
      )}
      <tbody>
        {rows.map(([heading, ...cells]) => (
          <tr key={heading}>
            <th scope="row">{heading}</th>
            {cells.map((cell, i) => (
              <td key={i}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
