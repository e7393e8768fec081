"""Operations that move numbers without changing them: reshape, transpose, join, cut, look up."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from glassnet.ir.errors import DataError, ShapeError
from glassnet.ir.expression import Element, Expression, Number, call, total
from glassnet.ir.graph import Primitive, Var
from glassnet.ir.types import BATCH, DTYPES, FLOATS, Array, Shape, Type, broadcast_shapes
from glassnet.ops.elementwise import broadcast_index, each_by_itself


def _size(shape: Shape) -> tuple[int, int]:
    """(how often the batch axis appears, product of the other sizes)"""
    product = 1
    for dim in shape:
        product *= dim if isinstance(dim, int) else 1
    return sum(dim is BATCH for dim in shape), product


def _reshape_rule(x: Type, shape: Shape) -> Type:
    if _size(x.shape) != _size(shape) or _size(shape)[0] > 1:
        raise ShapeError(f"{x.shape} cannot be reshaped to {shape}: the number of elements must stay the same")
    return Type(shape, x.dtype)


def _reshape_at_all_steps(steps: int, along: Sequence[bool], x: Type, shape: Shape) -> dict[str, Any] | None:
    """Sample by sample, and step by step."""
    return {"shape": (*shape[:1], steps, *shape[1:])} if shape[:1] == x.shape[:1] else None


reshape: Primitive = Primitive(
    "reshape",
    "The same numbers in the same order in another shape.",
    rule=_reshape_rule,
    kernel=lambda x, shape: np.reshape(x, tuple(-1 if dim is BATCH else dim for dim in shape)),
    vjp=lambda g, y, x, shape: (reshape(g, shape=x.shape),),
    example="ops.reshape([1, 2, 3, 4], shape=(2, 2)) = [[1.0, 2.0], [3.0, 4.0]]",
    element=lambda index, x, shape: Element(0, _same_place(index, shape, x.shape)),
    at_all_steps=_reshape_at_all_steps,
    moves=True,
    drawn="nothing",
)


def _same_place(index: tuple[int, ...], shape: Shape, source: tuple[int, ...]) -> tuple[int, ...]:
    """The place in the array of shape ``source`` of the number that is at ``index`` after reshaping."""
    known = _size(shape)[1]
    sizes = tuple(prod(source) // known if dim is BATCH else dim for dim in shape)
    place = np.unravel_index(np.ravel_multi_index(index, sizes), source) if source else ()  # type: ignore[arg-type]
    return tuple(int(i) for i in place)


def _transpose_rule(x: Type, axes: tuple[int, ...]) -> Type:
    if sorted(axes) != list(range(len(x.shape))):
        raise ShapeError(f"the axes must be an order of {tuple(range(len(x.shape)))}, not {axes}")
    return Type(tuple(x.shape[axis] for axis in axes), x.dtype)


_transpose: Primitive = Primitive(
    "transpose",
    "The axes in another order.",
    rule=_transpose_rule,
    kernel=lambda x, axes: np.transpose(x, axes),
    vjp=lambda g, y, x, axes: (_transpose(g, axes=tuple(axes.index(axis) for axis in range(len(axes)))),),
    element=lambda index, x, axes: Element(0, tuple(index[axes.index(axis)] for axis in range(len(axes)))),
    moves=True,
)


def transpose(x: Var, axes: tuple[int, ...] | None = None) -> Var:
    """The axes of x in another order; by default the last two change places.

    >>> from glassnet.ir import operand
    >>> from glassnet.readings import value
    >>> x = operand([[1, 2], [3, 4]], "float64")
    >>> value(transpose(x))
    array([[1., 3.],
           [2., 4.]])
    """
    if axes is None:
        rank = len(x.shape)
        axes = (*range(rank - 2), rank - 1, rank - 2)
    return _transpose(x, axes=axes)


def _broadcast_rule(x: Type, like: Type) -> Type:
    if broadcast_shapes(x.shape, like.shape) != like.shape:
        raise ShapeError(f"{x.shape} cannot be repeated to {like.shape}")
    return Type(like.shape, x.dtype)


broadcast: Primitive = Primitive(
    "broadcast",
    "x repeated to the shape of another variable, whose values do not matter.",
    rule=_broadcast_rule,
    kernel=lambda x, like: np.broadcast_to(x, like.shape),
    vjp=lambda g, y, x, like: (g, None),  # differentiation undoes every repetition itself
    example="ops.broadcast([1, 2], [[0, 0], [0, 0]]) = [[1.0, 2.0], [1.0, 2.0]]",
    element=lambda index, x, like: Element(0, broadcast_index(index, x.shape)),
    like=True,
    at_all_steps=each_by_itself,
    moves=True,
)


def _cast_rule(x: Type, dtype: str) -> Type:
    if dtype not in DTYPES:
        raise ShapeError(f"the dtype must be one of {', '.join(DTYPES)}, not {dtype!r}")
    return Type(x.shape, dtype)


cast: Primitive = Primitive(
    "cast",
    "The same numbers in another dtype; no gradient passes through whole numbers.",
    rule=_cast_rule,
    kernel=lambda x, dtype: np.asarray(x).astype(dtype),
    vjp=lambda g, y, x, dtype: (cast(g, dtype=x.dtype) if x.dtype in FLOATS and dtype in FLOATS else None,),
    example="ops.cast([1.5, -2.5], dtype='int64') = [1, -2]",
    element=lambda index, x, dtype: _cast_element(Element(0, index), dtype in FLOATS or x.dtype.kind in "iu"),
    at_all_steps=each_by_itself,
    moves=True,
)


def _cast_element(number: Expression, stays: bool) -> Expression:
    """The number itself; where it becomes a whole number, its part before the decimal point: −2 for −2.5."""
    towards_zero = call("where", call("greater", number, 0), call("floor", number), -call("floor", -number))
    return number if stays else towards_zero


stop_gradient: Primitive = Primitive(
    "stop_gradient",
    "The same numbers, as if they were constant: no gradient passes.",
    rule=lambda x: x,
    kernel=lambda x: x,
    vjp=lambda g, y, x: (None,),
    example="ops.stop_gradient([1, 2]) = [1.0, 2.0]",
    element=lambda index, x: Element(0, index),
    at_all_steps=each_by_itself,
    moves=True,
)


def _fixed(x: Type, axis: int) -> int:
    """The size along an axis; ShapeError for an axis that does not exist or is the batch axis."""
    if not 0 <= axis < len(x.shape):
        raise ShapeError(f"there is no axis {axis}; the {len(x.shape)} axes of {x} count from 0")
    size = x.shape[axis]
    if not isinstance(size, int):
        raise ShapeError("the batch axis cannot be joined, cut or padded; its size is known only when the graph runs")
    return size


def _resized(x: Type, axis: int, size: int) -> Type:
    return Type((*x.shape[:axis], size, *x.shape[axis + 1 :]), x.dtype)


def _along_at_all_steps(
    steps: int, along: Sequence[bool], *types: Type, axis: int, **params: Any
) -> dict[str, Any] | None:
    """Along the same axis, after that of the steps."""
    return {**params, "axis": axis + 1} if axis and all(along) else None


def _concatenate_rule(*types: Type, axis: int) -> Type:
    first, joined = types[0], _fixed(types[0], axis)
    for other in types[1:]:
        same = len(other.shape) == len(first.shape) and other.dtype == first.dtype
        if not same or _without(other.shape, axis) != _without(first.shape, axis):
            raise ShapeError(f"{first} and {other} cannot be joined along axis {axis}: the other axes must be equal")
        joined += _fixed(other, axis)
    return _resized(first, axis, joined)


def _without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def _concatenate_gradient(g: Var, y: Var, *xs: Var, axis: int) -> tuple[Var, ...]:
    pieces, start = [], 0
    for x in xs:
        size = _fixed(x.type, axis)
        pieces.append(slice_(g, axis=axis, start=start, stop=start + size))
        start += size
    return tuple(pieces)


def _piece(index: tuple[int, ...], sizes: list[int], axis: int) -> Element:
    """The operand, and the place in it, that a number of the joined array comes from."""
    operand, place = 0, index[axis]
    while place >= sizes[operand]:
        place -= sizes[operand]
        operand += 1
    return Element(operand, (*index[:axis], place, *index[axis + 1 :]))


_concatenate: Primitive = Primitive(
    "concatenate",
    "Arrays joined along an axis.",
    rule=_concatenate_rule,
    kernel=lambda *xs, axis: np.concatenate(xs, axis=axis),
    vjp=_concatenate_gradient,
    element=lambda index, *xs, axis: _piece(index, [x.shape[axis] for x in xs], axis),
    at_all_steps=_along_at_all_steps,
    moves=True,
)


def concatenate(xs: list[Var] | tuple[Var, ...], axis: int = -1) -> Var:
    """Arrays joined along an axis (the last by default).

    >>> from glassnet.ir import operand
    >>> from glassnet.readings import value
    >>> x = operand([[1, 2], [3, 4]], "float64")
    >>> value(concatenate([x, x], axis=0)).shape, value(concatenate([x, x])).shape
    ((4, 2), (2, 4))
    """
    return _concatenate(*xs, axis=axis + len(xs[0].shape) if axis < 0 else axis)


def _slice_rule(x: Type, axis: int, start: int, stop: int) -> Type:
    if not 0 <= start < stop <= _fixed(x, axis):
        raise ShapeError(f"there is no stretch {start}:{stop} along axis {axis} of {x.shape}")
    return _resized(x, axis, stop - start)


def _slice_gradient(g: Var, y: Var, x: Var, axis: int, start: int, stop: int) -> tuple[Var]:
    return (pad(g, axis=axis, before=start, after=_fixed(x.type, axis) - stop),)


slice_: Primitive = Primitive(
    "slice",
    "A stretch of an axis, from start up to but not including stop.",
    rule=_slice_rule,
    kernel=lambda x, axis, start, stop: x[(slice(None),) * axis + (slice(start, stop),)],
    vjp=_slice_gradient,
    example="ops.slice_([1, 2, 3, 4], axis=0, start=1, stop=3) = [2.0, 3.0]",
    element=lambda index, x, axis, start, stop: Element(0, _moved(index, axis, start)),
    at_all_steps=_along_at_all_steps,
    moves=True,
)


named: Primitive = Primitive(
    "named",
    "The number itself, which explanations call by this name: the mean in a normalisation, say.",
    rule=lambda x, name: x,
    kernel=lambda x, name: x,
    vjp=lambda g, y, x, name: (g,),
    element=lambda index, x, name: Element(0, index),
    at_all_steps=each_by_itself,
    moves=True,
    drawn="nothing",
    example="ops.named(2, name='mean') = 2.0",
)


def _moved(index: tuple[int, ...], axis: int, by: int) -> tuple[int, ...]:
    return (*index[:axis], index[axis] + by, *index[axis + 1 :])


def _pad_rule(x: Type, axis: int, before: int, after: int) -> Type:
    if before < 0 or after < 0:
        raise ShapeError(f"an axis cannot be padded by {before} and {after}: neither may be negative")
    return _resized(x, axis, before + _fixed(x, axis) + after)


def _pad_kernel(x: Array, axis: int, before: int, after: int) -> Array:
    return np.pad(x, [(before, after) if a == axis else (0, 0) for a in range(x.ndim)])


def _pad_gradient(g: Var, y: Var, x: Var, axis: int, before: int, after: int) -> tuple[Var]:
    return (slice_(g, axis=axis, start=before, stop=before + _fixed(x.type, axis)),)


def _pad_element(index: tuple[int, ...], x: Array, axis: int, before: int, after: int) -> Expression:
    inside = before <= index[axis] < before + x.shape[axis]
    return Element(0, _moved(index, axis, -before)) if inside else Number(0.0)


pad: Primitive = Primitive(
    "pad",
    "Zeros put before and after along an axis.",
    rule=_pad_rule,
    kernel=_pad_kernel,
    vjp=_pad_gradient,
    element=_pad_element,
    example="ops.pad([1, 2], axis=0, before=1, after=2) = [0.0, 1.0, 2.0, 0.0, 0.0]",
    at_all_steps=_along_at_all_steps,
    moves=True,
)


def _take_rule(table: Type, index: Type) -> Type:
    if index.dtype != "int64" or len(table.shape) != 2:
        raise ShapeError(f"rows are taken from a table of two axes by int64 numbers, not from {table} by {index}")
    return Type((*index.shape, table.shape[1]), table.dtype)


def _take_kernel(table: Array, index: Array) -> Array:
    wrong = (index < 0) | (index >= len(table))
    if wrong.any():
        raise DataError(f"rows are looked up by whole numbers from 0 to {len(table) - 1}, got {index[wrong][0]}")
    return table[index]


take: Primitive = Primitive(
    "take",
    "Rows of a table, looked up by their numbers.",
    rule=_take_rule,
    kernel=_take_kernel,
    vjp=lambda g, y, table, index: (scatter_add(g, index, table), None),
    example="ops.take([[1, 2], [3, 4]], ops.cast([1, 1], dtype='int64')) = [[3, 4], [3, 4]]",
    element=lambda place, table, index: Element(0, (int(index[place[:-1]]) % len(table), place[-1])),
    moves=True,
)


def _scatter_kernel(g: Array, index: Array, like: Array) -> Array:
    result = np.zeros(like.shape, g.dtype)
    np.add.at(result, index.ravel(), g.reshape(-1, like.shape[1]))
    return result


scatter_add: Primitive = Primitive(
    "scatter_add",
    "Each row of g added to the row of a table of zeros that index names; the shape is that of ``like``.",
    rule=lambda g, index, like: Type(like.shape, g.dtype),
    kernel=_scatter_kernel,
    like=True,
    vjp=lambda h, y, g, index, like: (take(h, index), None, None),
    example="ops.scatter_add([[1], [10]], ops.cast([1, 1], dtype='int64'), [[0], [0]]) = [[0], [11]]",
    element=lambda place, g, index, like: total(
        [Element(0, (*(int(i) for i in row), place[1])) for row in np.argwhere(index % len(like) == place[0])]
    ),
)


def _one_hot_rule(index: Type, size: int, dtype: str) -> Type:
    if index.dtype != "int64":
        raise ShapeError(f"labels must be int64, not {index.dtype}")
    return Type((*index.shape, size), dtype)


one_hot: Primitive = Primitive(
    "one_hot",
    "A row for each label: 1 at the label's place, else 0.",
    rule=_one_hot_rule,
    kernel=lambda index, size, dtype: (np.asarray(index)[..., None] == np.arange(size)).astype(dtype),
    vjp=lambda g, y, index, size, dtype: (None,),
    example="ops.one_hot(ops.cast([2, 0], dtype='int64'), size=3, dtype='int64') = [[0, 0, 1], [1, 0, 0]]",
    element=lambda place, index, size, dtype: call("equal", Element(0, place[:-1]), place[-1]),
)

__all__: list[Any] = [
    "broadcast", "cast", "concatenate",
    "named", "one_hot", "pad", "reshape", "scatter_add", "slice_", "stop_gradient", "take",
    "transpose",
]  # fmt: skip
