"""Where the scores of an attention lie whose heads are narrower than a vector: those of all heads side by side.

Scores, and what is made of them number by number, have the shape (samples, heads, queries, keys). In memory their heads
follow each other, then the queries, then the keys. So a vector has all heads of a few queries: a softmax over the keys
needs no sum within a vector, and a mixture of values reads the shares of all heads at once
(:mod:`glassnet.compile.kernels.heads`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glassnet.compile.clusters import is_elementwise
from glassnet.compile.instructions import Address, Argument, Instruction
from glassnet.compile.kernels import heads as kernels
from glassnet.compile.kernels.products import tile
from glassnet.compile.places import Place, Strides, transpose
from glassnet.ir.graph import Var
from glassnet.ir.types import BATCH

KEYS = 16
"""Keys up to which all scores of a query stay in registers."""


def strides(var: Var, places: Mapping[Var, Place]) -> Strides | None:
    """How a result lies, if it has to do with such scores."""
    operands = [places[x] for x in var.inputs if x in places and len(places[x].shape) == len(var.shape) == 4]
    if is_elementwise(var):
        alike = [place for place in operands if place.shape == var.shape and are_side_by_side(place)]
        return alike[0].strides if alike else None
    if not var.is_result_of("matmul") or len(operands) != 2 or var.shape[0] is not BATCH:
        return None
    a, b, (heads, rows, columns) = *operands, _numbers(var.shape)
    if _are_scores(a, b):
        return heads * rows * columns, 1, heads, heads * rows
    if _is_mixture(a, b):
        return heads * rows * columns, columns, heads * columns, 1
    return (heads * rows * columns, rows, 1, heads * rows) if _is_mixture(_turned(b), _turned(a)) else None


def are_side_by_side(place: Place) -> bool:
    """Whether these are scores whose heads follow each other, and then the queries."""
    shape = place.shape
    return len(shape) == 4 and shape[0] is BATCH and shape[1] != 1 and place.strides[1:3] == (1, shape[1])


def product(a: Place, b: Place, c: Place, what: str) -> Instruction | None:
    """c = a·b for each head, as scores or as a mixture; None where it is neither, or something lies in another way."""
    if len(c.shape) != 4 or any(place.shape[:1] != (BATCH,) or len(place.shape) != 4 for place in (a, b)):
        return None
    if are_side_by_side(c) and _are_scores(a, b):
        return _scores(a, _turned(b), c, what)
    for x, y, z in ((a, b, c), (_turned(b), _turned(a), _turned(c))):
        if _is_mixture(x, y) and _has_features(z):
            return _mixed(x, y, z, what)
    return None


def _numbers(shape: Any) -> tuple[int, int, int]:
    _, heads, rows, columns = shape
    return heads, rows, columns


def _turned(place: Place) -> Place:
    return transpose(place, (0, 1, 3, 2))


def _has_features(place: Place) -> bool:
    """Whether the features of a head follow each other, and then those of the next head."""
    return place.strides[3] == 1 and place.strides[1] == place.shape[3]


def _fills(place: Place) -> bool:
    """Whether whole heads fill vectors, several each."""
    (heads, _, size), lanes = _numbers(place.shape), tile(place.dtype).lanes
    return 2 * size <= lanes and lanes % size == 0 and heads * size % lanes == 0


def _are_scores(a: Place, b: Place) -> bool:
    """Whether all heads of a few queries fill a vector."""
    (heads, rows, _), lanes = _numbers(a.shape), tile(a.dtype).lanes
    fills = _fills(a) and lanes % heads == 0 and rows * heads % lanes == 0
    return (
        fills
        and _has_features(a)
        and _has_features(_turned(b))
        and b.shape[1] == heads
        and _numbers(b.shape)[2] <= KEYS
    )


def _is_mixture(a: Place, b: Place) -> bool:
    return a.strides[1] == 1 and a.shape[1] == b.shape[1] != 1 and _has_features(b) and _fills(b)


def _scores(a: Place, b: Place, c: Place, what: str) -> Instruction:
    (heads, rows, size), columns = _numbers(a.shape), _numbers(b.shape)[1]
    numbers: dict[str, Argument] = {
        "a": Address(a), "a_sample": a.strides[0], "a_row": a.strides[2], "b": Address(b), "b_sample": b.strides[0],
        "b_row": b.strides[2], "c": Address(c), "c_sample": c.strides[0], "c_row": c.strides[3], "rows": rows,
        "columns": columns,
    }  # fmt: skip
    return Instruction(
        kernels.scores_name(c.dtype, heads, size), lambda: [kernels.write_scores(c.dtype, heads, size)],
        [numbers[name] for name in kernels.SCORES], {a.buffer, b.buffer}, {c.buffer}, what, rows=True,
        work=float(heads * rows * size * columns),
    )  # fmt: skip


def _mixed(a: Place, b: Place, c: Place, what: str) -> Instruction:
    heads, k, size = _numbers(b.shape)
    rows = _numbers(c.shape)[1]
    numbers: dict[str, Argument] = {
        "a": Address(a), "a_sample": a.strides[0], "a_row": a.strides[2], "a_column": a.strides[3], "b": Address(b),
        "b_sample": b.strides[0], "b_row": b.strides[2], "c": Address(c), "c_sample": c.strides[0],
        "c_row": c.strides[2], "rows": rows, "k": k, "vectors": heads * size // tile(c.dtype).lanes,
    }  # fmt: skip
    return Instruction(
        kernels.mixed_name(c.dtype, size), lambda: [kernels.write_mixed(c.dtype, size)],
        [numbers[name] for name in kernels.MIXED], {a.buffer, b.buffer}, {c.buffer}, what, rows=True,
        work=float(heads * rows * k * size),
    )  # fmt: skip
