"""Piecewise linear networks as what they are: lines with corners over one input, polygons over two."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from glassnet.algebra import numbers
from glassnet.algebra.values import as_input, exact_values, input_names, not_linear, one_place, unknowns
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph
from glassnet.ir.require import require
from glassnet.readings.algebra import Affine, AffineAlgebra, Interval, NotLinear, Polygon, Reading, TooLarge, cut
from glassnet.readings.algebra.reading import Place
from glassnet.readings.algebra.regions import Point
from glassnet.readings.operations import operations

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glassnet.network import Network

MOST_WEIGHTS, MOST_PIECES = 50_000, 5_000
SMALLER = "take a smaller network, or one neuron of it"


@dataclass(frozen=True)
class Piece:
    """slope · x + intercept for low < x < high; None is no bound."""

    low: Fraction | None
    high: Fraction | None
    slope: Fraction
    intercept: Fraction


@dataclass(frozen=True)
class Pieces:
    """A piecewise linear function of one number; print it, or show it in a notebook.

    At a breakpoint, where two pieces meet, either may be used. Where the function jumps (a step), the network decides.

    Attributes:
        name: the neuron.
        input: the name of the input.
        pieces: from left to right.
    """

    name: str
    input: str
    pieces: tuple[Piece, ...]

    @property
    def breakpoints(self) -> tuple[Fraction, ...]:
        """Where the pieces meet, exactly."""
        return tuple(piece.high for piece in self.pieces if piece.high is not None)

    def __len__(self) -> int:
        return len(self.pieces)

    def __call__(self, x: Fraction | float | str) -> Fraction:
        """The exact value at x, a float being taken at its decimal text."""
        at = Fraction(str(x))
        piece = next(piece for piece in self.pieces if piece.high is None or at <= piece.high)
        return piece.slope * at + piece.intercept

    @property
    def expression(self) -> Any:
        """The function as SymPy's Piecewise."""
        import sympy

        x = sympy.Symbol(self.input, real=True)
        rational = sympy.Rational
        cases = [
            (rational(p.slope) * x + rational(p.intercept), True if p.high is None else x <= rational(p.high))
            for p in self.pieces
        ]
        return sympy.Piecewise(*cases)

    @property
    def text(self) -> str:
        """One line a piece."""
        formulas = [self._formula(piece) for piece in self.pieces]
        widest = max(map(len, formulas))
        lines = [
            f"{formula:<{widest}}  for {self._range(piece, '≤')}" if len(self) > 1 else formula
            for formula, piece in zip(formulas, self.pieces, strict=True)
        ]
        return "\n".join(lines)

    @property
    def latex(self) -> str:
        """The function as LaTeX, without dollars."""
        if len(self) == 1:
            return self.text
        relations, formulas = zip(*(self._formula(piece).split(" ", 2)[1:] for piece in self.pieces), strict=True)
        ranges = [self._range(piece, r"\le") for piece in self.pieces]
        cases = r" \\ ".join(f"{formula} & {at}" for formula, at in zip(formulas, ranges, strict=True))
        relation = numbers.LATEX_ABOUT if numbers.ABOUT in relations else "="
        return rf"{self.name} {relation} \begin{{cases}} {cases} \end{{cases}}"

    def _formula(self, piece: Piece) -> str:
        relation = numbers.equals((piece.slope, piece.intercept))
        return f"{self.name} {relation} {numbers.affine([piece.slope], piece.intercept, [self.input])}"

    def _range(self, piece: Piece, at_most: str) -> str:
        low = f"{numbers.shown(piece.low)[0]} {at_most} " if piece.low is not None else ""
        high = f" {at_most} {numbers.shown(piece.high)[0]}" if piece.high is not None else ""
        return f"{low}{self.input}{high}" if low or high else f"all {self.input}"

    def __str__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex}$"


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
        relation = numbers.equals((*region.slopes, region.intercept))
        return f"{self.name} {relation} {numbers.affine(region.slopes, region.intercept, self.inputs)}"

    def __str__(self) -> str:
        lines = [self.formula(region) for region in self.regions[: numbers.LINES]]
        count = f"{len(self)} linear region{'s' if len(self) > 1 else ''}, the largest first:"
        return "\n".join([count, *lines, *[numbers.ELLIPSIS] * (len(self) > numbers.LINES)])

    def plot(self, path: str | os.PathLike[str] | None = None, dark: bool = False) -> Figure:
        """A picture: each region shaded by its value, with its formula where there are few; a line where it is 0.

        path: a .png, .svg or .pdf file to write as well.
        """
        from glassnet.algebra.plot import plot_regions

        return plot_regions(self, path, dark)


def pieces(
    network: Network, neuron: str | None, before_activation: bool, inputs: str | Sequence[str] | None = None
) -> Pieces:
    """What :meth:`glassnet.Network.pieces` does."""
    require(network.input_shape == (1,), f"pieces are for one input; this network has {_count(network)}")
    name, place = one_place(network, neuron, before_activation, "pieces")
    found = _explored(network, place, Interval(None, None))
    ordered = sorted(found, key=lambda pair: (pair[0].low is not None, pair[0].low))
    merged: list[Piece] = []
    for interval, line in ordered:
        slope, intercept = line.factor(0), line.offset
        same = merged and (merged[-1].slope, merged[-1].intercept) == (slope, intercept)
        low = merged.pop().low if same else interval.low
        merged.append(Piece(low, interval.high, slope, intercept))
    return Pieces(name, str(input_names(network, inputs)[0]), tuple(merged))


def regions(
    network: Network,
    low: float | tuple[float, float],
    high: float | tuple[float, float],
    neuron: str | None,
    before_activation: bool,
    inputs: str | Sequence[str] | None = None,
) -> Regions:
    """What :meth:`glassnet.Network.regions` does."""
    require(network.input_shape == (2,), f"regions are drawn over two inputs; this network has {_count(network)}")
    name, place = one_place(network, neuron, before_activation, "regions")
    found = _explored(network, place, _window(low, high))
    made = [Region(part.corners, (form.factor(0), form.factor(1)), form.offset) for part, form in found]
    names = input_names(network, inputs)
    return Regions(name, (names[0], names[1]), tuple(sorted(made, key=lambda region: -region.area)))


def _count(network: Network) -> str:
    return " × ".join(map(str, network.input_shape))


def _window(low: Any, high: Any) -> Polygon:
    (left, bottom), (right, top) = (
        tuple(Fraction(str(v)) for v in (end if isinstance(end, tuple | list) else (end, end))) for end in (low, high)
    )
    require(left < right and bottom < top, f"the window must have low < high, got {low} and {high}")
    return Polygon(((left, bottom), (right, bottom), (right, top), (left, top)))


def _explored(network: Network, place: Place, domain: Any) -> list[tuple[Any, Affine]]:
    """Each part of the domain with the affine function that the neuron is there."""
    var, index = place
    if operations(Graph({"neuron": var})).multiply_adds > MOST_WEIGHTS:
        raise GlassnetError(f"more than {MOST_WEIGHTS:,} weights are more than can be followed exactly; {SMALLER}")
    given = exact_values(network) | as_input(network, unknowns((1, *network.input_shape)))
    try:
        reading = Reading({var: [index]})

        def run(algebra: AffineAlgebra) -> Affine:
            result: Affine = reading(algebra, given)[place]
            return result

        return list(cut(run, domain, MOST_PIECES))
    except NotLinear as error:
        raise not_linear(
            error,
            "only a network of linear layers and corners (relu, leaky relu, absolute, …) consists of linear pieces",
            "for what comes before a smooth output, set before_activation=True",
        ) from None
    except TooLarge as error:
        raise GlassnetError(f"{error}, more than can be followed exactly; {SMALLER}") from None
