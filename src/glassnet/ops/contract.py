"""Operations that multiply and sum: the matrix product."""

from __future__ import annotations

import numpy as np

from glassnet.ir.errors import ShapeError
from glassnet.ir.expression import Element, Expression, total
from glassnet.ir.graph import Primitive
from glassnet.ir.types import FLOATS, Array, Type, broadcast_shapes
from glassnet.ops.elementwise import broadcast_index
from glassnet.ops.layout import transpose


def _matmul_rule(x: Type, y: Type) -> Type:
    if len(x.shape) < 2 or len(y.shape) < 2 or x.dtype != y.dtype or x.dtype not in FLOATS:
        raise ShapeError("a matrix product needs two operands of at least two axes and one float dtype")
    if x.shape[-1] != y.shape[-2]:
        raise ShapeError(
            f"the first operand's columns ({x.shape[-1]}) must be as many as the second's rows ({y.shape[-2]})"
        )
    return Type((*broadcast_shapes(x.shape[:-2], y.shape[:-2]), x.shape[-2], y.shape[-1]), x.dtype)


def _matmul_element(index: tuple[int, ...], x: Array, y: Array) -> Expression:
    row, column = broadcast_index(index[:-2], x.shape[:-2]), broadcast_index(index[:-2], y.shape[:-2])
    return total([Element(0, (*row, index[-2], k)) * Element(1, (*column, k, index[-1])) for k in range(x.shape[-1])])


matmul: Primitive = Primitive(
    "matmul",
    "The matrix product: each row of x times each column of y, summed; leading axes broadcast.",
    rule=_matmul_rule,
    kernel=np.matmul,
    vjp=lambda g, z, x, y: (g @ transpose(y), transpose(x) @ g),
    example="ops.matmul([[1, 2]], [[10], [100]]) = [[210.0]]",
    element=_matmul_element,
    multiply_adds=lambda x, y: x.shape[-1],
    drawn="edges",
)
