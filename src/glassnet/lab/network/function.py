"""The network's output as a function of one or two inputs: its linear pieces, or its curve."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from glassnet.canvas.colors import level
from glassnet.inspection.algebra.decimals import ELLIPSIS
from glassnet.inspection.algebra.pieces import Pieces
from glassnet.ir.errors import GlassnetError
from glassnet.lab.network.messages import Formula, Function, Polygon
from glassnet.lab.network.state import State

PLACES = 241
MOST_REGIONS = 200
Point = tuple[float, float]


def function(state: State, output: str) -> Function:
    """What there is to draw of the first output, whose name is ``output``."""
    names = tuple(state.input_names)
    if len(names) == 1:
        return _of_one(state, output)
    if len(names) == 2:
        return _of_two(state, output)
    said = f"a function of {len(names):,} inputs cannot be drawn; one or two can"
    return Function(output, names, (0, 1), (0, 1), (), (), (), (), (0, 0), said)


def _of_one(state: State, output: str) -> Function:
    network, x = state.network, float(state.x[0])
    pieces: Pieces | None = None
    said = ""
    try:
        pieces = network.pieces(output)
    except GlassnetError as error:
        said = _first_clause(error)
    bends = [float(place) for place in pieces.breakpoints] if pieces else []
    window = _window([x, *bends])
    if pieces is not None:
        places = [window[0], *bends, window[1]]
        curve = [(place, float(pieces(Fraction(place)))) for place in places]
        at = (x, float(pieces(Fraction(x))))
    else:
        across = np.append(np.linspace(*window, PLACES), x)
        values = network(across[:, None])[:, 0].astype(float)
        curve = [*zip(across[:-1].tolist(), values[:-1].tolist(), strict=True)]
        at = (x, float(values[-1]))
    high = [y for _, y in (*curve, at)]
    lines = () if pieces is None else _formulas("piece", pieces.text.splitlines())
    corners = tuple(curve[1:-1]) if pieces else ()
    return Function(output, tuple(state.input_names), window, _around(high), tuple(curve), corners, lines, (), at, said)


def _of_two(state: State, output: str) -> Function:
    window, at = window_of_two(state), (float(state.x[0]), float(state.x[1]))
    try:
        found = state.network.regions(*window, output)
    except GlassnetError as error:
        return Function(output, tuple(state.input_names), window, window, (), (), (), (), at, _first_clause(error))
    shown = found.regions[:MOST_REGIONS]
    values = [float(region.at(*region.centre)) for region in shown]
    largest = max(map(abs, values), default=1.0)
    regions = tuple(
        Polygon(
            tuple((float(x), float(y)) for x, y in region.corners),
            found.formula(region).replace("-", "−"),
            level(value, largest),
        )
        for region, value in zip(shown, values, strict=True)
    )
    lines = _formulas("region", repr(found).splitlines()[1:])
    drawn = regions if len(regions) > 1 else ()
    return Function(output, tuple(state.input_names), window, window, (), (), lines, drawn, at, "")


def window_of_two(state: State) -> Point:
    """From where to where both of two inputs are drawn."""
    reach = max(1.0, *(1.25 * abs(float(x)) for x in state.x))
    return -reach, reach


def _formulas(what: str, lines: Iterable[str]) -> tuple[Formula, ...]:
    """The formulas of the pieces with the names by which they are asked about; none has the one that says "…"."""
    return tuple(
        Formula("" if line == ELLIPSIS else f"{what} {i + 1}", line.replace("-", "−")) for i, line in enumerate(lines)
    )


def _first_clause(error: GlassnetError) -> str:
    return str(error).partition(";")[0]


def _window(places: list[float]) -> Point:
    low, high = min(places), max(places)
    room = max(1.0, 0.35 * (high - low))
    return low - room, high + room


def _around(values: list[float]) -> Point:
    low, high = min(values), max(values)
    room = 0.15 * (high - low) or max(0.5, abs(high) / 2)
    return low - room, high + room
