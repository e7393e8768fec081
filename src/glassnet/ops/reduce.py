"""Operations that turn many numbers into one: sums and maxima along axes, and the softmax built on them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from glassnet.ir.errors import ShapeError
from glassnet.ir.expression import Element, Expression, Number, Operation, call, total
from glassnet.ir.graph import Primitive, Var, operand
from glassnet.ir.types import FLOATS, Array, Shape, Type
from glassnet.ops.elementwise import exp, log, sqrt
from glassnet.ops.layout import broadcast, named, reshape
from glassnet.ops.pieces import equal

Axes = tuple[int, ...]


def _axes(rank: int, axes: int | Axes | None) -> Axes:
    """The axes as sorted numbers from 0, where −1 is the last; None means all of them."""
    if axes is None:
        return tuple(range(rank))
    given = (axes,) if isinstance(axes, int) else axes
    return tuple(sorted(axis + rank if axis < 0 else axis for axis in given))


def _check_axes(x: Type, axes: Axes) -> None:
    rank = len(x.shape)
    if len(set(axes)) < len(axes) or any(not 0 <= axis < rank for axis in axes):
        raise ShapeError(f"the axes {axes} must be different axes of an array of {rank}, counted from 0")


def _reduced(shape: Shape, axes: Axes, keepdims: bool) -> Shape:
    if keepdims:
        return tuple(1 if axis in axes else dim for axis, dim in enumerate(shape))
    return tuple(dim for axis, dim in enumerate(shape) if axis not in axes)


def _rule(x: Type, axes: Axes, keepdims: bool) -> Type:
    if x.dtype not in FLOATS:
        raise ShapeError(f"the operand must be float32 or float64, not {x.dtype}; use cast")
    _check_axes(x, axes)
    return Type(_reduced(x.shape, axes, keepdims), x.dtype)


def _spread(g: Var, x: Var, axes: Axes) -> Var:
    """A sum or maximum along axes, repeated along them to the shape of x."""
    kept = _reduced(x.shape, axes, keepdims=True)
    return broadcast(g if g.shape == kept else reshape(g, shape=kept), x)


def _reduced_elements(index: tuple[int, ...], shape: tuple[int, ...], axes: Axes, keepdims: bool) -> list[Expression]:
    """The numbers of the operand that make the number at ``index`` of the result."""
    kept = iter(i for axis, i in enumerate(index) if not (keepdims and axis in axes))
    ranges = [range(size) if axis in axes else [next(kept)] for axis, size in enumerate(shape)]
    return [Element(0, place) for place in product(*ranges)]


def _at_all_steps(steps: int, along: Sequence[bool], x: Type, axes: Axes, **params: Any) -> dict[str, Any] | None:
    """The same axes, after that of the steps."""
    return {**params, "axes": tuple(axis + 1 for axis in axes)} if 0 not in axes else None


_sum: Primitive = Primitive(
    "sum",
    "The sum along axes.",
    rule=_rule,
    kernel=lambda x, axes, keepdims: x.sum(axis=axes, keepdims=keepdims),
    vjp=lambda g, y, x, axes, keepdims: (_spread(g, x, axes),),
    element=lambda index, x, axes, keepdims: total(_reduced_elements(index, x.shape, axes, keepdims)),
    at_all_steps=_at_all_steps,
)

_max: Primitive = Primitive(
    "max",
    "The largest number along axes; equal largest numbers share the gradient.",
    rule=_rule,
    kernel=lambda x, axes, keepdims: x.max(axis=axes, keepdims=keepdims),
    vjp=lambda g, y, x, axes, keepdims: (_max_gradient(g, y, x, axes),),
    element=lambda index, x, axes, keepdims: call("max", *_reduced_elements(index, x.shape, axes, keepdims)),
    at_all_steps=_at_all_steps,
)


def _max_gradient(g: Var, y: Var, x: Var, axes: Axes) -> Var:
    largest = equal(x, _spread(y, x, axes))
    return _spread(g, x, axes) * largest / sum(largest, axes, keepdims=True)


def _count_rule(x: Type, axes: Axes) -> Type:
    _check_axes(x, axes)
    return Type((), x.dtype)


def _check_first(x: Type, axes: Axes) -> None:
    if any(not isinstance(x.shape[axis], int) for axis in axes):
        raise ShapeError("which of equal numbers is the first cannot be told along the batch axis; use max")


def _first_max_rule(x: Type, axes: Axes, keepdims: bool) -> Type:
    result = _rule(x, axes, keepdims)
    _check_first(x, axes)
    return result


_first_max: Primitive = Primitive(
    "first_max",
    "The largest number along axes; of equal largest numbers the first has the gradient.",
    rule=_first_max_rule,
    kernel=lambda x, axes, keepdims: x.max(axis=axes, keepdims=keepdims),
    vjp=lambda g, y, x, axes, keepdims: (_spread(g, x, axes) * _winner(x, axes=axes),),
    meaning=lambda x, axes, keepdims: _max(x, axes=axes, keepdims=keepdims),
    element=lambda index, x, axes, keepdims: call("max", *_reduced_elements(index, x.shape, axes, keepdims)),
)


def _winner_rule(x: Type, axes: Axes) -> Type:
    _check_axes(x, axes)
    _check_first(x, axes)
    return x


def _winner_kernel(x: Array, axes: Axes) -> Array:
    others = [axis for axis in range(x.ndim) if axis not in axes]
    order = (*others, *axes)
    rows = x.transpose(order).reshape(*(x.shape[axis] for axis in others), -1)
    won = rows.argmax(axis=-1)[..., None] == np.arange(rows.shape[-1])
    places = tuple(order.index(axis) for axis in range(x.ndim))
    return np.asarray(won.reshape([x.shape[axis] for axis in order]).transpose(places).astype(x.dtype))


def _winner_meaning(x: Var, axes: Axes) -> Var:
    """Of the equal largest numbers, the one from which on there are most."""
    sizes = [x.shape[axis] if axis in axes else 1 for axis in range(len(x.shape))]
    from_here = np.arange(prod(sizes), 0, -1).reshape(sizes)  # type: ignore[arg-type]
    largest = equal(x, max(x, axes, keepdims=True)) * operand(from_here, x.dtype)
    return equal(largest, max(largest, axes, keepdims=True))


def _winner_element(index: tuple[int, ...], x: Array, axes: Axes) -> Expression:
    """More than each number before it, and no less than each after it."""
    ranges = [range(size) if axis in axes else [index[axis]] for axis, size in enumerate(x.shape)]
    own = Element(0, index)
    comparisons = [
        call("greater" if place < index else "greater_equal", own, Element(0, place))
        for place in product(*ranges)
        if place != index
    ]
    return Operation("product", tuple(comparisons)) if comparisons else Number(1.0)


_winner: Primitive = Primitive(
    "winner",
    "1 at the first of the largest numbers along axes, 0 elsewhere.",
    rule=_winner_rule,
    kernel=_winner_kernel,
    vjp=lambda g, y, x, axes: (None,),
    meaning=_winner_meaning,
    element=_winner_element,
)

_count: Primitive = Primitive(
    "count",
    "How many numbers there are along axes.",
    rule=_count_rule,
    like=True,
    kernel=lambda x, axes: np.asarray(np.prod([x.shape[axis] for axis in axes], dtype=np.int64), x.dtype),
    vjp=lambda g, y, x, axes: (None,),
    element=lambda index, x, axes: Number(prod(x.shape[axis] for axis in axes)),
    at_all_steps=_at_all_steps,
)


def sum(x: Var, axes: int | Axes | None = None, keepdims: bool = False) -> Var:
    """The sum of x along axes (all of them by default).

    >>> from glassnet.ir import operand
    >>> from glassnet.readings import value
    >>> x = operand([[1, 2], [3, 4]], "float64")
    >>> value(sum(x, axes=0))
    array([4., 6.])
    """
    return _sum(x, axes=_axes(len(x.shape), axes), keepdims=keepdims)


def max(x: Var, axes: int | Axes | None = None, keepdims: bool = False) -> Var:
    """The largest number of x along axes (all of them by default).

    >>> from glassnet.ir import operand
    >>> from glassnet.readings import value
    >>> x = operand([[1, 2], [3, 4]], "float64")
    >>> value(max(x, axes=-1, keepdims=True))
    array([[2.],
           [4.]])
    """
    return _max(x, axes=_axes(len(x.shape), axes), keepdims=keepdims)


def first_max(x: Var, axes: int | Axes | None = None, keepdims: bool = False) -> Var:
    """The largest number of x along axes, as :func:`max`; of equal ones the first has the gradient, none is shared.

    >>> from glassnet.ir import source
    >>> from glassnet.readings import gradients, value
    >>> x = source("input", "x", (3,), "float64")
    >>> [[shared], [first]] = [gradients(largest(x), [x]) for largest in (max, first_max)]
    >>> value(shared, x=[1, 5, 5]), value(first, x=[1, 5, 5])
    (array([0. , 0.5, 0.5]), array([0., 1., 0.]))
    """
    return _first_max(x, axes=_axes(len(x.shape), axes), keepdims=keepdims)


def count(x: Var, axes: int | Axes | None = None) -> Var:
    """How many numbers x has along axes, as a scalar of its dtype; it depends on the batch.

    >>> from glassnet.ir import operand
    >>> from glassnet.readings import value
    >>> x = operand([[1, 2], [3, 4]], "float64")
    >>> value(count(x, axes=-1))
    array(2.)
    """
    return _count(x, axes=_axes(len(x.shape), axes))


def mean(x: Var, axes: int | Axes | None = None, keepdims: bool = False) -> Var:
    """The mean of x along axes (all of them by default).

    >>> from glassnet.ir import operand
    >>> from glassnet.readings import value
    >>> x = operand([[1, 2], [3, 4]], "float64")
    >>> value(mean(x)), value(mean(x, axes=0))
    (array(2.5), array([2., 3.]))
    """
    return sum(x, axes, keepdims) / count(x, axes)


def variance(x: Var, axes: int | Axes | None = None, keepdims: bool = False) -> Var:
    """The mean squared distance from the mean (divided by the count, not by the count − 1).

    >>> from glassnet.ir import operand
    >>> from glassnet.readings import value
    >>> x = operand([[1, 2], [3, 4]], "float64")
    >>> value(variance(x))
    array(1.25)
    """
    return mean((x - mean(x, axes, keepdims=True)) ** 2, axes, keepdims)


def norm(x: Var) -> Var:
    """The root of the sum of squares of all numbers of x.

    >>> from glassnet.ir import operand
    >>> from glassnet.readings import value
    >>> value(norm(operand([3, 4], "float64")))
    array(5.)
    """
    return sqrt(sum(x**2))


def _last_axis(x: Type) -> Type:
    if not x.shape or x.dtype not in FLOATS:
        raise ShapeError("the operand must have at least one axis, and be float32 or float64")
    return x


def _shifted(x: Array) -> Array:
    """x less its largest number, so that no exponential is above 1."""
    result: Array = x - x.max(axis=-1, keepdims=True)
    return result


def _softmax_kernel(x: Array) -> Array:
    e = np.exp(_shifted(x))
    e /= e.sum(axis=-1, keepdims=True)
    return e


def _log_softmax_kernel(x: Array) -> Array:
    shifted = _shifted(x)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def _sum_of_exponentials(index: tuple[int, ...], x: Array) -> Expression:
    return total([call("exp", Element(0, (*index[:-1], i))) for i in range(x.shape[-1])])


def _below_one(x: Var) -> Var:
    """x less its largest number, so that no exponential is above 1."""
    return x - max(x, -1, keepdims=True)


def _safe_softmax(x: Var) -> Var:
    e = exp(_below_one(x))
    return e / sum(e, -1, keepdims=True)


def _safe_log_softmax(x: Var) -> Var:
    below = _below_one(x)
    return below - log(sum(exp(below), -1, keepdims=True))


softmax: Primitive = Primitive(
    "softmax",
    "Positive numbers that sum to 1 along the last axis: eˣⁱ / Σ eˣʲ",
    rule=_last_axis,
    kernel=_softmax_kernel,
    vjp=lambda g, y, x: (y * (g - named(sum(g * y, -1, keepdims=True), name="mean slope")),),
    meaning=lambda x: exp(x) / sum(exp(x), -1, keepdims=True),
    safe=_safe_softmax,
    example="ops.softmax([1, 2, 3]) = [0.09, 0.2447, 0.6652]",
    element=lambda index, x: call("exp", Element(0, index)) / _sum_of_exponentials(index, x),
)

log_softmax: Primitive = Primitive(
    "log_softmax",
    "The logarithm of the softmax along the last axis, without its overflow: xᵢ − ln Σ eˣʲ",
    rule=_last_axis,
    kernel=_log_softmax_kernel,
    vjp=lambda g, y, x: (g - softmax(x) * sum(g, -1, keepdims=True),),
    meaning=lambda x: x - log(sum(exp(x), -1, keepdims=True)),
    safe=_safe_log_softmax,
    example="ops.log_softmax([0, 1000]) = [-1000.0, 0.0]",
    element=lambda index, x: Element(0, index) - call("log", _sum_of_exponentials(index, x)),
)


def _cross_entropy_rule(x: Type, t: Type) -> Type:
    if _last_axis(x) != t:
        raise ShapeError("the targets must have the type of the logits")
    return Type(x.shape[:-1], x.dtype)


def _cross_entropy_gradients(g: Var, y: Var, x: Var, t: Var) -> tuple[Var, Var]:
    g = _spread(g, x, (len(x.shape) - 1,))
    return g * (softmax(x) * sum(t, -1, keepdims=True) - t), -(g * log_softmax(x))


def _cross_entropy_element(index: tuple[int, ...], x: Array, t: Array) -> Expression:
    places = [(*index, i) for i in range(x.shape[-1])]
    logarithm = call("log", _sum_of_exponentials((*index, 0), x))
    return total([Element(1, place) for place in places]) * logarithm - total(
        [Element(1, place) * Element(0, place) for place in places]
    )


softmax_cross_entropy: Primitive = Primitive(
    "softmax_cross_entropy",
    "−Σ t ln softmax(x) along the last axis; its derivative is softmax(x) − t where the targets sum to 1",
    rule=_cross_entropy_rule,
    kernel=lambda x, t: (t * -_log_softmax_kernel(x)).sum(axis=-1),
    vjp=_cross_entropy_gradients,
    meaning=lambda x, t: -sum(t * (x - log(sum(exp(x), -1, keepdims=True))), -1),
    safe=lambda x, t: -sum(t * _safe_log_softmax(x), -1),
    example="ops.softmax_cross_entropy([0, 1000], [0, 1]) = 0.0",
    element=_cross_entropy_element,
)

__all__: list[Any] = [
    "count", "first_max", "log_softmax", "max", "mean", "norm", "softmax", "softmax_cross_entropy", "sum", "variance",
]  # fmt: skip
