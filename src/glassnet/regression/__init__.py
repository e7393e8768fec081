"""Linear regression, exact and by gradient descent: the lecture's analogy, and the yardstick a network has to beat."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from glassnet.regression.factorise import NotUniqueError
from glassnet.regression.linear import LinearRegression
from glassnet.regression.report import Anova, quartet_rows, quartet_table
from glassnet.regression.terms import Categorical, Polynomial

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "Anova",
    "Categorical",
    "LinearRegression",
    "NotUniqueError",
    "Polynomial",
    "plot_quartet",
    "quartet_rows",
    "quartet_table",
]


def plot_quartet(
    sets: Mapping[str, tuple[Any, Any]] | None = None, path: str | PathLike[str] | None = None, dark: bool = False
) -> Figure:
    """Sets of points, each with its line; Anscombe's quartet by default. See glassnet.regression.plot."""
    from glassnet.regression import plot

    return plot.plot_quartet(sets, path, dark)
