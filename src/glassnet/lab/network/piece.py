"""Why a linear piece has its formula: the slope in each input, and what they leave of the output.

Inside a piece every corner is on one side, so that the slopes are the output's gradient at any place there.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import count

import numpy as np

from glassnet.inspection.algebra.pieces import Piece
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.require import require
from glassnet.lab.network.function import window_of_two
from glassnet.lab.network.state import State
from glassnet.lab.shown import Why, lines
from glassnet.readings.explain import Explainer, Explanation

PIECE = re.compile(r"(?:piece|region) ([1-9]\d{0,3})")
BESIDE = 2  # how far beyond its only corner an unbounded piece is looked at


def is_piece(name: str) -> bool:
    """Whether it is the name of a linear piece, over one input or two: piece 2, region 1."""
    return PIECE.fullmatch(name) is not None


def why_piece(state: State, output: str, name: str, levels: int) -> Why:
    """The arithmetic of a piece's numbers at a place inside it: the slopes, the intercept, and the output in that.

    Raises:
        GlassnetError: there is no such piece, or the network has none.
    """
    place = _inside(state, output, name)
    explanation = state.network.explain(place)
    value = explanation[output]
    slopes = [explanation[f"∂{output}/∂{one}"] for one in state.input_names]
    rest = _intercept(f"intercept of {name}", value, slopes, place)
    found = [line for slope in slopes for line in lines(slope.tree(levels))]
    return Why(
        name,
        (*found, *lines(rest.tree(0)), *lines(value.tree(max(0, levels - 1)))),
        f'net.explain({json.dumps(place)})["{slopes[0].name}"]',
    )


def _inside(state: State, output: str, name: str) -> list[float]:
    """An input inside the piece."""
    match = PIECE.fullmatch(name)
    number = int(match[1]) if match else 0
    if len(state.input_names) == 1:
        pieces = state.network.pieces(output).pieces
        require(number <= len(pieces), f"there is no {name}")
        return [float(_place(pieces[number - 1], Fraction(str(float(state.x[0])))))]
    regions = state.network.regions(*window_of_two(state), output).regions
    require(number <= len(regions), f"there is no {name}")
    return [float(number) for number in regions[number - 1].centre]


def _place(piece: Piece, fed: Fraction) -> Fraction:
    """The input that is fed, if it is in the piece; else a number of few digits near its middle.

    >>> slope, intercept = Fraction(1), Fraction(0)
    >>> _place(Piece(Fraction(-5), Fraction(-5, 3), slope, intercept), Fraction("0.3"))
    Fraction(-3, 1)
    >>> _place(Piece(None, Fraction(0), slope, intercept), Fraction(5))
    Fraction(-1, 1)
    """
    corners = [corner for corner in (piece.low, piece.high) if corner is not None] or [fed]
    low = corners[0] - BESIDE if piece.low is None else piece.low
    high = corners[-1] + BESIDE if piece.high is None else piece.high
    short = (Fraction(round((low + high) / 2, digits)) for digits in count())
    is_in = (piece.low is None or piece.low < fed) and (piece.high is None or fed < piece.high)
    return fed if is_in else next(place for place in short if low < place < high)


def _intercept(name: str, value: Explanation, slopes: list[Explanation], place: list[float]) -> Explanation:
    """What is left of the output without the slopes times the inputs."""
    numbers: dict[str, float] = {}

    def given(called: str, number: float) -> Var:
        numbers[called] = number
        return source("input", called, (), "float64")

    rest = given(value.name, float(value.value))
    for i, (slope, at) in enumerate(zip(slopes, place, strict=True)):
        rest = rest - given(slope.name, float(slope.value)) * given(f"input {i}", at)
    explainer = Explainer(Graph({name: rest}), {one: np.asarray(number) for one, number in numbers.items()})
    return explainer(rest, (), name)
