"""Piecewise linear networks as what they are: lines with corners over one input, polygons over two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from glassnet.inspection.algebra import decimals
from glassnet.inspection.algebra.places import as_input, exact_values, input_names, not_linear, one_place, unknowns
from glassnet.inspection.algebra.regions import Region, Regions
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph
from glassnet.ir.require import require, require_number
from glassnet.model.model import Model
from glassnet.readings.algebra import Affine, AffineAlgebra, Interval, NotLinear, Polygon, Reading, TooLarge, cut
from glassnet.readings.algebra.reading import Place
from glassnet.readings.operations import operations
from glassnet.words import latex_name

MOST_WEIGHTS, MOST_PIECES = 50_000, 5_000
MOST_WORK = 40_000_000  # steps of exact arithmetic: some 20 seconds
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
        relation = decimals.LATEX_ABOUT if decimals.ABOUT in relations else "="
        return rf"{latex_name(self.name)} {relation} \begin{{cases}} {cases} \end{{cases}}"

    def _formula(self, piece: Piece) -> str:
        relation = decimals.equals((piece.slope, piece.intercept))
        return f"{self.name} {relation} {decimals.affine([piece.slope], piece.intercept, [self.input])}"

    def _range(self, piece: Piece, at_most: str) -> str:
        low = f"{decimals.shown(piece.low)[0]} {at_most} " if piece.low is not None else ""
        high = f" {at_most} {decimals.shown(piece.high)[0]}" if piece.high is not None else ""
        return f"{low}{self.input}{high}" if low or high else f"all {self.input}"

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex}$"


def pieces(network: Model, neuron: str | None, inputs: str | Sequence[str] | None = None) -> Pieces:
    """What :meth:`glassnet.Network.pieces` does."""
    require(network.input_shape == (1,), f"pieces are for one input; this network has {_count(network)}")
    name, place = one_place(network, neuron, "pieces")
    (x,) = input_names(network, inputs, [name])
    found = _explored(network, name, place, Interval(None, None))
    ordered = sorted(found, key=lambda pair: (pair[0].low is not None, pair[0].low))
    merged: list[Piece] = []
    for interval, line in ordered:
        slope, intercept = line.factor(0), line.offset
        same = merged and (merged[-1].slope, merged[-1].intercept) == (slope, intercept)
        low = merged.pop().low if same else interval.low
        merged.append(Piece(low, interval.high, slope, intercept))
    return Pieces(name, str(x), tuple(merged))


def regions(
    network: Model,
    low: float | tuple[float, float],
    high: float | tuple[float, float],
    neuron: str | None,
    inputs: str | Sequence[str] | None = None,
) -> Regions:
    """What :meth:`glassnet.Network.regions` does."""
    require(network.input_shape == (2,), f"regions are drawn over two inputs; this network has {_count(network)}")
    name, place = one_place(network, neuron, "regions")
    names = input_names(network, inputs, [name])
    found = _explored(network, name, place, _window(low, high))
    made = [Region(part.corners, (form.factor(0), form.factor(1)), form.offset) for part, form in found]
    return Regions(name, (names[0], names[1]), tuple(sorted(made, key=lambda region: -region.area)))


def _count(network: Model) -> str:
    return " × ".join(map(str, network.input_shape))


def _window(low: Any, high: Any) -> Polygon:
    (left, bottom), (right, top) = (_corner(low, "low"), _corner(high, "high"))
    require(left < right and bottom < top, f"the window must have low < high, got {low} and {high}")
    return Polygon(((left, bottom), (right, bottom), (right, top), (left, top)))


def _corner(end: Any, what: str) -> tuple[Fraction, Fraction]:
    """A corner of the window: a number for both inputs, or one for each."""
    ends = tuple(end) if isinstance(end, tuple | list | np.ndarray) else (end, end)
    require(len(ends) == 2, f"{what} is a number for both inputs or one for each of the two, got {end!r}")
    for one in ends:
        require_number(one, f"the window's {what} end", float("-inf"))
    return Fraction(str(ends[0])), Fraction(str(ends[1]))


def _instead(name: str) -> str:
    """What to ask for instead of a smooth activation's value: relu(p2) is that of the sum p2."""
    before = name.partition("(")[2].removesuffix(")")
    return f"ask for the sum that goes into it, {before!r}" if before else "ask for a neuron of an earlier layer"


def _explored(network: Model, name: str, place: Place, domain: Any) -> list[tuple[Any, Affine]]:
    """Each part of the domain with the affine function that the neuron is there."""
    var, index = place
    if operations(Graph({"neuron": var})).multiply_adds > MOST_WEIGHTS:
        raise GlassnetError(f"more than {MOST_WEIGHTS:,} weights are more than can be followed exactly; {SMALLER}")
    given = exact_values(network) | as_input(network, unknowns((1, *network.input_shape)))
    try:
        reading = Reading({var: [index]})

        left = MOST_WORK

        def run(algebra: AffineAlgebra, numbers: list[Affine]) -> Affine:
            nonlocal left
            left -= reading.work(numbers)
            if left < 0:
                raise GlassnetError(f"the pieces take more than {MOST_WORK:,} steps of exact arithmetic; {SMALLER}")
            reading.go_on(algebra, numbers)
            return numbers[reading.slots[place]]

        return list(cut(run, domain, MOST_PIECES, reading.given(AffineAlgebra(bool), given)))
    except NotLinear as error:
        raise not_linear(
            error,
            "only a network of linear layers and corners (relu, leaky relu, absolute, …) consists of linear pieces",
            _instead(name) if error.layer == var.origin.path else "ask for a neuron of an earlier layer",
        ) from None
    except TooLarge as error:
        raise GlassnetError(f"{error}, more than can be followed exactly; {SMALLER}") from None
