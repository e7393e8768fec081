"""A sheet as pages of A4, with matplotlib."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from glassnet.canvas.colors import LIGHT
from glassnet.practice.exercise import Exercise, Table
from glassnet.practice.writing import typeset

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT, MARGIN = 595, 842, 48  # points
INK, GREY = LIGHT.ink, LIGHT.muted
PIXEL = 0.75 * 0.9  # points; pictures are drawn a little smaller than on a screen
GAP = 16  # between a picture and its tables
LETTER = 0.56  # mean width of a letter, of its size
LINE = 1.45  # distance of lines, of the size of letters


def pdf(title: str, note: str, exercises: Sequence[Exercise], answers: bool) -> bytes:
    """The pages as a file; equal sheets are equal files."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import PdfPages

    with rc_context({"font.family": "DejaVu Sans"}):
        pages = _Pages()
        pages.add([_Line(title, 17, bold=True, space=4), _Line(note, 9, GREY, space=6)])
        for number, exercise in enumerate(exercises, 1):
            pages.add(_blocks(number, exercise, answers))
        file = io.BytesIO()
        with PdfPages(file, metadata={"Title": title, "Creator": "Glassnet", "CreationDate": None}) as book:
            for figure in pages.figures:
                book.savefig(figure)
    return file.getvalue()


@dataclass(frozen=True)
class _Line:
    """A line of text, broken where it is too long; ``blank`` draws a line to write on after it."""

    text: str
    size: float
    color: str = INK
    bold: bool = False
    space: float = 0  # above
    after: str = ""
    blank: bool = False

    @property
    def lines(self) -> list[str]:
        columns = int((WIDTH - 2 * MARGIN) / (self.size * LETTER))
        return textwrap.wrap(self.text, columns, subsequent_indent="    ", break_long_words=False) or [""]

    @property
    def height(self) -> float:
        return self.space + len(self.lines) * self.size * LINE

    def draw(self, figure: Figure, top: float) -> None:
        for i, line in enumerate(self.lines):
            at = top + self.space + (i + 0.8) * self.size * LINE
            _write(figure, MARGIN, at, line, self.size, self.color, fontweight="bold" if self.bold else "normal")
        if self.blank:
            _draw_blank(figure, at)
            _write(figure, MARGIN + 350, at, self.after, 8.5, GREY)


@dataclass(frozen=True)
class _NetworkBlock:
    """The picture of the network, and its tables beside it."""

    exercise: Exercise

    @property
    def _picture_size(self) -> tuple[float, float]:
        scene = self.exercise.network.draw(dark=False).scene
        scale = min(PIXEL, (WIDTH - 2 * MARGIN - GAP - self._tables_width) / scene.width)
        return scene.width * scale, scene.height * scale

    @property
    def _tables_width(self) -> float:
        return max(sum(_widths(table)) for table in self.exercise.tables)

    @property
    def height(self) -> float:
        return 8 + max(self._picture_size[1], sum(map(_table_height, self.exercise.tables)))

    def draw(self, figure: Figure, top: float) -> None:
        from matplotlib import image

        from glassnet.canvas.raster import rendered

        width, height = self._picture_size
        pixels = image.imread(io.BytesIO(rendered(self.exercise.network.draw(dark=False).scene, "png")))
        box = (MARGIN / WIDTH, 1 - (top + 4 + height) / HEIGHT, width / WIDTH, height / HEIGHT)
        axes = figure.add_axes(box)
        axes.imshow(pixels, aspect="auto", interpolation="none")  # with all its dots
        axes.set_axis_off()
        for table in self.exercise.tables:
            _draw_table(figure, table, WIDTH - MARGIN - self._tables_width, top)
            top += _table_height(table)


_Block = _Line | _NetworkBlock


def _blocks(number: int, exercise: Exercise, answers: bool) -> list[_Block]:
    blocks: list[_Block] = [_Line(f"{number}. {exercise.title}", 12, bold=True, space=16)]
    if answers:
        lines = [_Line(typeset(question.arithmetic), 9.5, space=3) for question in exercise.questions]
        return [*blocks, *lines]
    blocks += [_Line(typeset(rule), 8.5, GREY) for rule in exercise.rules]
    blocks += [_Line(typeset(line), 9.5) for line in exercise.given]
    blocks.append(_NetworkBlock(exercise))
    asked = exercise.questions
    return [*blocks, *(_Line(f"{q.name} =", 9.5, space=7, after=q.about, blank=True) for q in asked)]


class _Pages:
    """Pages that are filled from the top; what belongs together stays on one page where it can."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []
        self._top = float(HEIGHT)

    def add(self, blocks: Sequence[_Block]) -> None:
        if self._top + sum(block.height for block in blocks) > HEIGHT - MARGIN:
            self._begin()
        for block in blocks:
            if self._top + block.height > HEIGHT - MARGIN:
                self._begin()
            block.draw(self.figures[-1], self._top)
            self._top += block.height

    def _begin(self) -> None:
        from matplotlib.figure import Figure

        self.figures.append(Figure(figsize=(WIDTH / 72, HEIGHT / 72), facecolor="white"))
        self._top = MARGIN
        _write(self.figures[-1], WIDTH - MARGIN, HEIGHT - 24, str(len(self.figures)), 8, GREY, ha="right")


def _table_height(table: Table) -> float:
    return 13 * (len(table.rows) + 2) + 6


def _widths(table: Table) -> list[float]:
    """Of the columns."""
    longest = [max(map(len, column)) for column in zip(table.header, *table.rows, strict=True)]
    return [letters * 8 * LETTER + 10 for letters in longest]


def _draw_table(figure: Figure, table: Table, left: float, top: float) -> None:
    widths = _widths(table)
    _write(figure, left, top + 10, table.title, 8, GREY)
    for i, row in enumerate((table.header, *table.rows)):
        right = left
        for k, cell in enumerate(row):
            right += widths[k]
            weight = "bold" if k == 0 else "normal"
            _write(figure, right, top + 23 + 13 * i, typeset(cell), 8, INK, ha="right", fontweight=weight)


def _draw_blank(figure: Figure, at: float) -> None:
    from matplotlib.lines import Line2D

    ends = [(MARGIN + 160) / WIDTH, (MARGIN + 340) / WIDTH]
    figure.add_artist(Line2D(ends, [1 - at / HEIGHT] * 2, color=GREY, linewidth=0.6))


def _write(figure: Figure, left: float, at: float, text: str, size: float, color: str, **look: Any) -> None:
    """Text whose base line is so many points from the top."""
    figure.text(left / WIDTH, 1 - at / HEIGHT, text, fontsize=size, color=color, parse_math=False, **look)
