"""Where the time goes: each instruction of a step, or of a call, by the clock, beside the processor's own peak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.grids import Grid, html_table, text_table
from glassnet.ir.origin import Origin
from glassnet.words import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STAGES = {"": "forward", "gradient": "gradient", "optimizer": "update"}
HEADING = ["", "µs", "share", "GFLOP/s", "of peak"]


@dataclass(frozen=True)
class Part:
    """One instruction, or one operation of the evaluator.

    Attributes:
        origin: the layer and the stage that it belongs to.
        what: what it does, in words.
        seconds: that it takes in each step.
        operations: floating-point operations in each step, a multiply-add counted as two; 0 for what only moves
            numbers. Columns of the data that are all 0, and left out, count like others.
    """

    origin: Origin
    what: str
    seconds: float
    operations: float

    @property
    def layer(self) -> str:
        """The layer, or whose else it is: "optimizer", "loss"."""
        return "optimizer" if self.origin.stage == "optimizer" else self.origin.layer or "loss"


@dataclass(frozen=True)
class Profile:
    """The time of a step or a call, part by part; printed, shown in a notebook, or drawn by :meth:`plot`.

    Attributes:
        title: what was measured.
        parts: in the order in which they run.
        peak: floating-point operations a second that this processor makes at best, in one thread; 0 where that was not
            measured.
    """

    title: str
    parts: Sequence[Part]
    peak: float

    @property
    def seconds(self) -> float:
        """Of a whole step in one thread."""
        return sum(part.seconds for part in self.parts)

    def by_layer(self) -> dict[str, dict[str, list[Part]]]:
        """The parts by layer, in the order in which layers begin, and in each by stage: forward, gradient, update."""
        found: dict[str, dict[str, list[Part]]] = {}
        for part in self.parts:
            found.setdefault(part.layer, {}).setdefault(STAGES[part.origin.stage], []).append(part)
        return found

    @property
    def layers(self) -> Grid:
        """A row of texts for each layer and stage, under a heading."""
        rows = [
            self._row(name if stage == "update" else f"{name}, {stage}", parts)
            for name, stages in self.by_layer().items()
            for stage, parts in stages.items()
        ]
        return [HEADING, *rows, self._row("all", self.parts)]

    @property
    def instructions(self) -> Grid:
        """A row of texts for each part, the slowest first, under a heading."""
        slowest = sorted(self.parts, key=lambda part: -part.seconds)
        return [HEADING, *(self._row(part.what, [part]) for part in slowest)]

    def _row(self, name: str, parts: Sequence[Part]) -> list[str]:
        seconds, operations = sum(part.seconds for part in parts), sum(part.operations for part in parts)
        speed = operations / seconds if seconds else 0.0
        return [
            name,
            f"{1e6 * seconds:,.1f}",
            f"{seconds / self.seconds:.0%}" if self.seconds else "",
            f"{speed / 1e9:.1f}" if operations else "",
            f"{speed / self.peak:.0%}" if operations and self.peak else "",
        ]

    @property
    def _peak(self) -> str:
        return f"This processor's peak, in one thread, is {self.peak / 1e9:.0f} GFLOP/s." if self.peak else ""

    def __repr__(self) -> str:
        tables = [text_table(_right(self.layers)), text_table(_right(self.instructions))]
        return "\n\n".join([self.title, *tables, *filter(None, [self._peak])])

    def _repr_html_(self) -> str:
        return (
            f"<p>{escape(self.title)}</p>{html_table(self.layers)}"
            f"<details><summary>{counted(len(self.parts), 'instruction')}</summary>{html_table(self.instructions)}"
            f"</details><p>{self._peak}</p>"
        )

    def plot(self, path: str | Path | None = None) -> Figure:
        """A bar for each layer, in its stages' colours; saved where a path is given."""
        from glassnet.canvas.colors import LIGHT
        from glassnet.canvas.plots import new_figure, save_figure

        layers = self.by_layer()
        with new_figure(LIGHT, (7, 1.2 + 0.4 * len(layers))) as figure:
            axes = figure.subplots()
            starts = dict.fromkeys(layers, 0.0)
            for stage in STAGES.values():
                times = {name: 1e6 * sum(p.seconds for p in stages.get(stage, ())) for name, stages in layers.items()}
                if any(times.values()):
                    axes.barh(list(layers), list(times.values()), left=list(starts.values()), label=stage)
                starts = {name: starts[name] + times[name] for name in layers}
            axes.invert_yaxis()
            axes.set(xlabel="microseconds", title=self.title)
            axes.legend()
        return save_figure(figure, path)


def _right(grid: Grid) -> Grid:
    """Numbers under each other."""
    columns = [list(column) for column in zip(*grid, strict=True)]
    for numbers in columns[1:]:
        widest = max(map(len, numbers))
        numbers[:] = [cell.rjust(widest) for cell in numbers]
    return [list(row) for row in zip(*columns, strict=True)]
