"""Layers multiplied together: the network that is drawn then, its numbers, and what it comes to."""

from __future__ import annotations

from dataclasses import replace

from glassnet.inspection.algebra.collapse import Collapsed as Product
from glassnet.ir.errors import GlassnetError
from glassnet.lab.network.arithmetic import line_of
from glassnet.lab.network.layers import merged as merged_rows
from glassnet.lab.network.layers import network_of, rows_of
from glassnet.lab.network.messages import Collapsed
from glassnet.lab.network.state import State
from glassnet.lab.shown import Picture, Shape, ShownLine
from glassnet.network import Network

MOST_LINES = 60  # of a product's numbers that are written out


def clipped(state: State, layers: int) -> int:
    """How many layers to draw as one: two at least, all at most; 0 for none."""
    of = len(state.network.layers)
    return of if layers < 0 else 0 if layers < 2 else min(layers, of)


def numbers(state: State) -> Product:
    """The products.

    Raises:
        GlassnetError: an operation is not linear.
    """
    return state.network.collapse()


def merged(state: State) -> Network:
    """The network with its first layers as one; as it is, where they cannot be multiplied together."""
    numbers_now = (state.merged, *(array.tobytes() for array in state.network.parameters.values()))
    if state.seen is None or state.seen[0] != numbers_now:
        state.seen = numbers_now, _merged(state)
    return state.seen[1]


def _merged(state: State) -> Network:
    try:
        rows = rows_of(state.network)
        step = numbers(state).steps[state.merged - 1]
    except GlassnetError:
        return state.network
    return network_of(merged_rows(rows, state.merged, step.A, step.c), "float64")


def is_merged(state: State) -> bool:
    """Whether layers are drawn as one: they are asked to be, and can be."""
    return state.merged > 0 and merged(state) is not state.network


def shown(state: State) -> Collapsed:
    """The last product's numbers, and the whole formula."""
    try:
        found = numbers(state)
    except GlassnetError as error:
        return Collapsed(state.merged, len(state.network.layers), (), "", str(error).partition(";")[0])
    of = len(found.steps)
    k = min(state.merged, of)
    return Collapsed(k, of, _lines(found, k), found.formula.replace("-", "−"), "")


def _lines(found: Product, k: int) -> tuple[ShownLine, ...]:
    step = found.steps[k - 1]
    inputs, units = step.A.shape
    names = [f"A{k}[{i}, {j}]" for i in range(inputs) for j in range(units)] + [f"c{k}[{j}]" for j in range(units)]
    return tuple(line_of(found[name]) for name in names[:MOST_LINES])


def renamed(picture: Picture, state: State) -> Picture:
    """The picture with the names of the products on the numbers of layers that are drawn as one."""
    if not is_merged(state):
        return picture
    path = list(state.network.layers)[state.merged - 1]
    return replace(picture, shapes=tuple(_renamed(shape, path, state.merged) for shape in picture.shapes))


def _renamed(shape: Shape, path: str, k: int) -> Shape:
    for what, letter in (("weights", "A"), ("biases", "c")):
        if shape.of.startswith(f"{path}.{what}["):
            return replace(shape, of=shape.of.replace(f"{path}.{what}", f"{letter}{k}"))
    return shape
