"""Sets of points side by side, each with its line: Anscombe's quartet, equal in numbers, not in pictures."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.canvas.colors import DARK, LIGHT
from glassnet.canvas.plots import new_figure, save_figure
from glassnet.data import anscombe
from glassnet.grids import Grid, text_table
from glassnet.regression.inputs import floats, single
from glassnet.regression.linear import LinearRegression
from glassnet.regression.plot import draw_points, title

if TYPE_CHECKING:
    from glassnet.canvas.figure import ShownFigure

Sets = Mapping[str, tuple[Any, Any]]

STATISTICS: dict[str, Callable[[Any, Any, LinearRegression], str]] = {
    "n": lambda x, y, line: str(len(x)),
    "mean of x": lambda x, y, line: f"{_mean(x):.2f}",
    "variance of x": lambda x, y, line: f"{_covariance(x, x):.2f}",
    "mean of y": lambda x, y, line: f"{_mean(y):.2f}",
    "variance of y": lambda x, y, line: f"{_covariance(y, y):.2f}",
    "correlation": lambda x, y, line: f"{_covariance(x, y) / math.sqrt(_covariance(x, x) * _covariance(y, y)):.3f}",
    "intercept": lambda x, y, line: f"{line.intercept:.2f}",
    "slope": lambda x, y, line: f"{line.coefficients[0]:.2f}",
    "exact slope": lambda x, y, line: str(line.exact.coefficients[0]),
    "R²": lambda x, y, line: f"{line.r2:.2f}",
    "SSE": lambda x, y, line: f"{line.sse:.2f}",
}


def quartet_rows(sets: Sets | None = None) -> Grid:
    """The statistics of sets of points (x, y), one column a set; Anscombe's quartet by default."""
    sets = anscombe() if sets is None else sets
    columns = []
    for x, y in sets.values():
        line = LinearRegression(precision="exact").fit(x, y)
        points = floats(single(x, "x")[1], "x"), floats(single(y, "y")[1], "y")
        columns.append([compute(*points, line) for compute in STATISTICS.values()])
    return [["", *sets], *([name, *cells] for name, *cells in zip(STATISTICS, *columns, strict=True))]


def quartet_table(sets: Sets | None = None) -> str:
    """The statistics of several sets of points side by side, as text; Anscombe's quartet by default.

    >>> print(quartet_table({"A": ([1, 2, 3], [2, 4, 5]), "B": ([1, 2, 3], [3, 3, 6])}).splitlines()[8])
    slope          1.50   1.50
    """
    return text_table(quartet_rows(sets))


def plot_quartet(
    sets: Sets | None = None, path: str | os.PathLike[str] | None = None, dark: bool = False
) -> ShownFigure:
    """Several sets of points (x, y), each with its line, on the same axes; Anscombe's quartet by default.

    >>> [axes.get_title() for axes in plot_quartet({"A": ([1, 2, 3], [2, 4, 9]), "B": ([1, 2, 4], [3, 3, 6])}).axes]
    ['A:  y = 3.5·x − 2,  R² = 0.94', 'B:  y = 1.07143·x + 1.5,  R² = 0.89']
    """
    sets = anscombe() if sets is None else sets
    theme = DARK if dark else LIGHT
    lines = {name: LinearRegression().fit(x, y) for name, (x, y) in sets.items()}
    columns = min(2, len(sets))
    rows = -(-len(sets) // columns)
    with new_figure(theme, (3.6 * columns, 2.9 * rows)) as figure:
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes, (name, line) in zip(grid.flat, lines.items(), strict=False):
            draw_points(axes, line.found, theme)
            title(axes, f"{name}:  {line.equation},  R² = {line.r2:.2f}", size=9, width=44)
        ends = np.array(grid.flat[0].get_xlim())
        for axes, line in zip(grid.flat, lines.values(), strict=False):
            axes.plot(ends, line.predict(ends), color=theme.line, linewidth=1.5, zorder=2)
        grid.flat[0].set_xlim(*ends)
        grid.flat[0].locator_params(integer=True)
        for axes in list(grid.flat)[len(sets) :]:
            axes.remove()
    return save_figure(figure, path)


def _mean(values: Any) -> float:
    return math.fsum(values) / len(values)


def _covariance(a: Any, b: Any) -> float:
    return math.fsum((a - _mean(a)) * (b - _mean(b))) / (len(a) - 1)
