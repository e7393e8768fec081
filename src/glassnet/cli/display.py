"""What the commands show: digits as tables of numbers, outputs as bars, confusion matrices, histories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from glassnet.model.history import History, measurement
from glassnet.outlet import Outlet
from glassnet.words import percent, visible

SIDE = 28
CELL = 4  # columns for one number of 0–255 and the space before it
EIGHTHS = " ▏▎▍▌▋▊▉█"
MOST_CLASSES = 20  # a larger confusion matrix is no use on a screen


class SafeConsole(Console):
    """A console on which labels and names of the user's are shown, never obeyed by the terminal."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text, keep="\n"), segment.style)


def new_console(stderr: bool = False, outlives_reader: bool = False) -> Console:
    """The standard output, or error stream; a file or a pipe has 120 columns, so that 28 numbers fit, and unbroken
    lines. A command that is not to end when its reader leaves says so."""
    outlet = cast("IO[str]", Outlet("stdout")) if outlives_reader else None
    console = SafeConsole(highlight=False, markup=False, stderr=stderr, file=outlet)
    if not console.is_terminal:
        console.width, console.soft_wrap = max(console.width, SIDE * CELL + 8), True
    return console


def image_table(image: NDArray[np.uint8], columns: int) -> Text:
    """An image of 784 grey values as its table of numbers, each on its own shade of grey, at most ``columns`` wide.

    Where 28 numbers do not fit beside each other, the empty margin is left out; where the rest does not either, each
    number is the mean of 2×2 pixels.
    """
    pixels = image.reshape(SIDE, SIDE)
    if columns < SIDE * CELL:
        pixels = _without_margin(pixels)
    if pixels.shape[1] * CELL > columns:
        pixels = _halved(image.reshape(SIDE, SIDE))
    lines = [Text().join(Text(f"{value:>{CELL}}", _shade(int(value))) for value in row) for row in pixels]
    return Text("\n").join(lines)


def _without_margin(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The smallest part with all the ink; the whole where there is none."""
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else pixels


def _halved(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    means = pixels.reshape(SIDE // 2, 2, SIDE // 2, 2).mean(axis=(1, 3))
    return np.asarray(np.rint(means), np.uint8)


def _shade(value: int) -> Style:
    """Ink is bright on black; the numbers stay readable on either, and those of the paper keep in the background."""
    ink = "grey42" if value == 0 else "black" if value > 110 else "white"
    return Style.parse(f"{ink} on rgb({value},{value},{value})")


def bars(outputs: NDArray[np.floating], labels: Sequence[str], width: int = 40) -> Text:
    """Each output between 0 and 1 as a bar, the largest marked."""
    labels = list(map(visible, labels))
    best, longest = int(outputs.argmax()), max(map(len, labels))
    lines = []
    for i, (label, value) in enumerate(zip(labels, outputs, strict=True)):
        style = "bold green" if i == best else "grey62"
        lines.append(Text(f"{label:>{longest}} {_bar(float(value), width)} {percent(float(value)):>8}", style))
    return Text("\n").join(lines)


def _bar(share: float, width: int) -> str:
    eighths = round(share * width * 8)
    full, rest = divmod(eighths, 8)
    return (EIGHTHS[8] * full + (EIGHTHS[rest] if rest else "")).ljust(width)


def confusion(matrix: NDArray[np.int64], labels: Sequence[str]) -> Group | Text:
    """How often each class (row) was answered as each (column): right answers in green, mistakes in red."""
    labels = list(map(visible, labels))
    if len(labels) > MOST_CLASSES:
        return _worst_mistakes(matrix, labels)
    short = len("".join(labels)) + 3 * len(labels) < 60
    table = Table(box=None, padding=(0, 0, 0, 1))
    table.add_column("", justify="right", style="bold")
    for i, label in enumerate(labels):
        table.add_column(label if short else str(i), justify="right")
    mistakes = matrix - np.diag(np.diag(matrix))
    for i, label in enumerate(labels):
        cells = [_count(int(n), i == j, int(mistakes.max())) for j, n in enumerate(matrix[i])]
        table.add_row(label if short else f"{label} {i}", *cells)
    return Group(Text("rows: the truth; columns: the answers", "italic"), table)


def _count(count: int, right: bool, most: int) -> Text:
    if right:
        return Text(str(count), "green")
    if not count:
        return Text("·", "grey42")
    fade = 170 * count // most
    return Text(str(count), f"rgb(255,{230 - fade},{200 - fade})")


def _worst_mistakes(matrix: NDArray[np.int64], labels: Sequence[str]) -> Text:
    mistakes = matrix - np.diag(np.diag(matrix))
    worst = np.argsort(mistakes, axis=None)[::-1][:10]
    pairs = [np.unravel_index(k, matrix.shape) for k in worst if mistakes.flat[k]]
    lines = [f"{mistakes[i, j]:>7,} × {labels[i]} taken for {labels[j]}" for i, j in pairs]
    return Text("\n".join(["The most frequent mistakes:", *(lines or ["  none"])]))


def class_table(matrix: NDArray[np.int64], labels: Sequence[str]) -> Table:
    """Precision (of those answered as a class, the share that is) and recall (of those that are, the share found)."""
    table = Table("class", box=None, padding=(0, 0, 0, 2))
    for title in ("precision", "recall", "samples"):
        table.add_column(title, justify="right")
    labels = list(map(visible, labels))
    right, answered, true = np.diag(matrix), matrix.sum(axis=0), matrix.sum(axis=1)
    for i, label in enumerate(labels):
        table.add_row(label, _share(right[i], answered[i]), _share(right[i], true[i]), f"{true[i]:,}")
    return table


def _share(part: int, whole: int) -> str:
    return percent(part / whole) if whole else "–"


def history_table(history: History, most: int = 20) -> Table:
    """One row an epoch; of a long history, evenly chosen ones with the first and the last."""
    table = Table("epoch", box=None, padding=(0, 0, 0, 2))
    names = sorted(history, key=lambda name: (name.startswith("validation_"), name != "loss"))
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    chosen = np.unique(np.linspace(0, history.epochs - 1, min(most, history.epochs)).round().astype(int))
    for epoch in chosen:
        cells = [measurement(name, history[name][epoch]) for name in names]
        table.add_row(str(epoch + 1), *cells)
    return table
