"""The softmax over what a mask allows: the weights of attention."""

from __future__ import annotations

import numpy as np

from glassnet.ir.errors import ShapeError
from glassnet.ir.expression import Element, Expression, Number, call, total
from glassnet.ir.graph import Primitive, Var
from glassnet.ir.types import FLOATS, Array, Type, broadcast_shapes
from glassnet.ops.elementwise import broadcast_index, exp
from glassnet.ops.layout import named
from glassnet.ops.pieces import maximum, minimum, where
from glassnet.ops.reduce import max, sum


def _masked_rule(x: Type, mask: Type) -> Type:
    if not x.shape or x.dtype not in FLOATS:
        raise ShapeError("the operand must have at least one axis, and be float32 or float64")
    if x.dtype != mask.dtype or broadcast_shapes(x.shape, mask.shape) != x.shape:
        raise ShapeError("the mask must have the dtype of the numbers, and a shape that is repeated to theirs")
    return x


def _masked_kernel(x: Array, mask: Array) -> Array:
    allowed = np.broadcast_to(mask != 0, x.shape)
    largest = np.where(allowed, x, np.finfo(x.dtype).min / 2).max(axis=-1, keepdims=True)
    e = np.exp(np.where(allowed, x - largest, -np.inf))
    e /= np.maximum(e.sum(axis=-1, keepdims=True), 1)  # it is 1 or more, unless nothing is allowed
    return np.asarray(e)


def _safe_masked(x: Var, mask: Var) -> Var:
    lowest = float(np.finfo(x.dtype).min) / 2
    below = x - max(where(mask, x, lowest), -1, keepdims=True)
    e = where(mask, exp(minimum(below, 0.0)), 0.0)
    return e / maximum(sum(e, -1, keepdims=True), 1.0)


def _masked_element(index: tuple[int, ...], x: Array, mask: Array) -> Expression:
    row = [(*index[:-1], i) for i in range(x.shape[-1])]
    allowed = [place for place in row if mask[broadcast_index(place, mask.shape)]]
    if index not in allowed:
        return Number(0.0)
    return call("exp", Element(0, index)) / total([call("exp", Element(0, place)) for place in allowed])


masked_softmax: Primitive = Primitive(
    "masked_softmax",
    "The softmax over those numbers of the last axis whose mask is not 0; the others, and rows without any, get 0.",
    rule=_masked_rule,
    kernel=_masked_kernel,
    vjp=lambda g, y, x, mask: (y * (g - named(sum(g * y, -1, keepdims=True), name="mean slope")), None),
    safe=_safe_masked,
    example="ops.masked_softmax([1, 2, 3], [1, 1, 0]) = [0.2689, 0.7311, 0.0]",
    element=_masked_element,
)
