"""Small tables of text cells, as text for the terminal and as HTML for notebooks."""

from __future__ import annotations

import textwrap
from html import escape

Grid = list[list[str]]

WIDTH = 80  # columns of the terminal
NAME = 30  # columns for a name; a longer one goes on in the next line


def text_table(grid: Grid) -> str:
    """The cells in columns, at most 80 characters wide: columns that do not fit follow below, with the names again.

    >>> print(text_table([["", "coefficient", "t"], ["intercept", "3", "2.7"], ["x", "0.5", "4.2"]]))
               coefficient  t
    intercept  3            2.7
    x          0.5          4.2
    """
    widths = [max(len(row[i]) for row in grid) for i in range(len(grid[0]))]
    widths[0] = min(widths[0], NAME)
    blocks, block = [], [0]
    for i in range(1, len(widths)):
        if len(block) > 1 and sum(widths[k] + 2 for k in [*block, i]) - 2 > WIDTH:
            blocks.append(block)
            block = [0]
        block.append(i)
    return "\n\n".join("\n".join(_line(row, block, widths) for row in grid) for block in [*blocks, block])


def _line(row: list[str], block: list[int], widths: list[int]) -> str:
    name = textwrap.wrap(row[0], widths[0]) or [""]
    cells = [name[0].ljust(widths[0]), *(row[i].ljust(widths[i]) for i in block[1:])]
    return "\n".join(["  ".join(cells).rstrip(), *(f"  {rest}" for rest in name[1:])])


def html_table(grid: Grid) -> str:
    """The cells as an HTML table; the first row is the heading, if it has any text."""
    heading = f"<thead>{_html_row(grid[0], 'th')}</thead>" if any(grid[0]) else ""
    return f"<table>{heading}<tbody>{''.join(_html_row(row, 'td') for row in grid[1:])}</tbody></table>"


def _html_row(cells: list[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
