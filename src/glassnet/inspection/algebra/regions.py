"""Linear regions: convex polygons of two inputs on which a neuron is linear, and their picture."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from glassnet.canvas.colors import DARK, LIGHT
from glassnet.canvas.plots import new_figure, save_figure
from glassnet.inspection.algebra import decimals
from glassnet.readings.algebra.regions import Point, Polygon, between
from glassnet.words import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from glassnet.canvas.figure import ShownFigure

LABELLED = 9  # so many regions have their formulas written into them
COLOURS = "cividis"  # equal to the eye of the colour-blind, and dark to light in grey


@dataclass(frozen=True)
class Region:
    """A convex polygon of inputs (x, y), by its corners, on which the neuron is slopes · (x, y) + intercept."""

    corners: tuple[Point, ...]
    slopes: tuple[Fraction, Fraction]
    intercept: Fraction

    @property
    def area(self) -> Fraction:
        return Polygon(self.corners).area

    @property
    def centre(self) -> Point:
        """A point inside."""
        return Polygon(self.corners).centre

    def at(self, x: Fraction, y: Fraction) -> Fraction:
        """The value of the formula at a point."""
        return self.slopes[0] * x + self.slopes[1] * y + self.intercept


@dataclass(frozen=True)
class Regions:
    """The linear regions of a neuron in a window of two inputs: exact polygons, each with its formula.

    Attributes:
        name: the neuron.
        inputs: the names of the two inputs.
        regions: largest first.
    """

    name: str
    inputs: tuple[str, str]
    regions: tuple[Region, ...]

    def __len__(self) -> int:
        return len(self.regions)

    def __iter__(self) -> Iterator[Region]:
        return iter(self.regions)

    def formula(self, region: Region) -> str:
        """``y = 0.3u - 0.7v + 0.1``"""
        relation = decimals.equals((*region.slopes, region.intercept))
        return f"{self.name} {relation} {decimals.affine(region.slopes, region.intercept, self.inputs)}"

    def __repr__(self) -> str:
        lines = [self.formula(region) for region in self.regions[: decimals.LINES]]
        count = f"{counted(len(self), 'linear region')}, the largest first:"
        return "\n".join([count, *lines, *[decimals.ELLIPSIS] * (len(self) > decimals.LINES)])

    def _repr_png_(self) -> bytes:
        return self.plot()._repr_png_()

    def plot(self, path: str | os.PathLike[str] | None = None, dark: bool = False) -> ShownFigure:
        """A picture: each region shaded by its value, with its formula where there are few; a line where it is 0.

        path: a .png, .svg or .pdf file to write as well.
        """
        return _plot(self, path, dark)


def _plot(found: Regions, path: str | os.PathLike[str] | None = None, dark: bool = False) -> ShownFigure:
    """Each region shaded by the neuron's value at its centre; the line where the value is 0."""
    from matplotlib.collections import LineCollection, PolyCollection
    from matplotlib.patheffects import withStroke

    theme = DARK if dark else LIGHT
    with new_figure(theme, (6.4, 5.2)) as figure:
        axes = figure.subplots()
        shapes = [[(float(x), float(y)) for x, y in region.corners] for region in found]
        values = [float(region.at(*region.centre)) for region in found]
        shaded = PolyCollection(shapes, array=values, cmap=COLOURS, edgecolors=theme.background, linewidths=0.8)
        axes.add_collection(shaded)
        zeros = [_floats(line) for region in found if len(line := zero_line(region)) == 2]
        axes.add_collection(
            LineCollection(
                zeros, colors="black", linewidths=2, path_effects=[withStroke(linewidth=4, foreground="white")]
            )
        )
        axes.autoscale_view()
        axes.margins(0)
        axes.grid(visible=False)
        axes.set(xlabel=found.inputs[0], ylabel=found.inputs[1])
        zero = f"; {found.name} = 0 on the line" if zeros else ""
        axes.set_title(f"{counted(len(found), 'linear region')} of {found.name}{zero}", fontsize=11)
        figure.colorbar(shaded, ax=axes, label=f"{found.name} at each region's centre")
        if len(found) <= LABELLED:
            _label(axes, found)
    return save_figure(figure, path)


def _label(axes: Axes, found: Regions) -> None:
    box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    for region in found:
        x, y = map(float, region.centre)
        axes.text(x, y, found.formula(region), fontsize=7, ha="center", va="center", color="black", bbox=box)


def zero_line(region: Region) -> list[Point]:
    """The ends of the stretch on which the neuron is 0 inside the region; empty where it is nowhere 0."""
    heights = [region.at(*corner) for corner in region.corners]
    ends: list[Point] = []
    for i, (here, corner) in enumerate(zip(heights, region.corners, strict=True)):
        before, previous = heights[i - 1], region.corners[i - 1]
        if here == 0:
            ends.append(corner)
        elif before * here < 0:
            share = before / (before - here)
            ends.append(between(previous, corner, share))
    return ends


def _floats(points: list[Point]) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in points]
