"""Operations that multiply and sum: the matrix product, and the contraction of several axes at once."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from glassnet.ir.errors import ShapeError
from glassnet.ir.expression import Element, Expression, total
from glassnet.ir.graph import Primitive, Var
from glassnet.ir.types import BATCH, FLOATS, Array, Shape, Type, broadcast_shapes
from glassnet.ops.elementwise import broadcast_index
from glassnet.ops.layout import reshape, transpose
from glassnet.ops.reduce import sum

BLOCK = 8 << 20
"""Bytes of the first operand that are brought in order at once, where its numbers do not lie so already."""

# ── the matrix product ──────────────────────────────────────────────────────────────────────────────────────────────


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


def _matmul_gradients(g: Var, z: Var, x: Var, y: Var) -> tuple[Var, Var]:
    of_x = g @ transpose(y)
    rows = len(x.shape) - 1
    if len(y.shape) == 2 < len(x.shape):  # summed over all rows as it is multiplied: no product for each sample
        return of_x, contract(_first(x, rows), g, axes=rows)
    return of_x, transpose(x) @ g


def _matmul_at_all_steps(steps: int, along: Sequence[bool], x: Type, y: Type) -> dict[str, Any] | None:
    """Rows of all steps times one matrix."""
    return {} if tuple(along) == (True, False) and len(x.shape) == len(y.shape) == 2 else None


matmul: Primitive = Primitive(
    "matmul",
    "The matrix product: each row of x times each column of y, summed; leading axes broadcast.",
    rule=_matmul_rule,
    kernel=np.matmul,
    vjp=_matmul_gradients,
    example="ops.matmul([[1, 2]], [[10], [100]]) = [[210.0]]",
    element=_matmul_element,
    multiply_adds=lambda x, y: x.shape[-1],
    at_all_steps=_matmul_at_all_steps,
    drawn="edges",
)

# ── several axes at once ────────────────────────────────────────────────────────────────────────────────────────────


def _contract_rule(x: Type, y: Type, axes: int) -> Type:
    if x.dtype != y.dtype or x.dtype not in FLOATS:
        raise ShapeError("a contraction needs two operands of one float dtype")
    kept = len(x.shape) - axes
    if not 0 <= axes <= min(len(x.shape), len(y.shape)) or x.shape[kept:] != y.shape[:axes]:
        raise ShapeError(f"the last {axes} axes of the first operand must be as long as the second's first {axes}")
    return Type(x.shape[:kept] + y.shape[axes:], x.dtype)


def _contract_kernel(x: Array, y: Array, axes: int) -> Array:
    """A product of two matrices; in blocks, where the first operand's numbers would have to be copied to be one."""
    kept = x.ndim - axes
    shape = x.shape[:kept] + y.shape[axes:]
    rows, summed = prod(x.shape[:kept]), prod(y.shape[:axes])
    y = y.reshape(summed, prod(y.shape[axes:]))
    if axes == 0 or (kept > 0 and x.strides[0] >= x.strides[kept]):
        return _product(x, (rows, summed), y).reshape(shape)
    transposed = x.transpose((*range(kept, x.ndim), *range(kept)))
    return _transposed_product(transposed, (summed, rows), y).reshape(shape)


def _product(x: Array, sizes: tuple[int, int], y: Array) -> Array:
    """x, as a matrix of these sizes, times y."""
    if x.flags.c_contiguous:
        return np.asarray(x.reshape(sizes) @ y)
    result = np.empty((sizes[0], y.shape[1]), x.dtype)
    for block, rows in _blocks(x, sizes[0]):
        np.matmul(x[block].reshape(-1, sizes[1]), y, out=result[rows])
    return result


def _transposed_product(x: Array, sizes: tuple[int, int], y: Array) -> Array:
    """x, as a matrix of these sizes, transposed, times y."""
    if x.flags.c_contiguous:
        return np.asarray(x.reshape(sizes).T @ y)
    result = np.zeros((sizes[1], y.shape[1]), x.dtype)
    for block, rows in _blocks(x, sizes[0]):
        result += x[block].reshape(-1, sizes[1]).T @ y[rows]
    return result


def _blocks(x: Array, rows: int) -> list[tuple[slice, slice]]:
    """The first axis in stretches of about ``BLOCK`` bytes; and which of the matrix's rows each of them is."""
    step, each = max(1, BLOCK * len(x) // x.nbytes), rows // len(x)
    return [(slice(i, i + step), slice(i * each, (i + step) * each)) for i in range(0, len(x), step)]


def _first(x: Var, axes: int) -> Var:
    """The last axes of x, from that one on, before the others."""
    return transpose(x, (*range(axes, len(x.shape)), *range(axes)))


def _contract_gradients(g: Var, z: Var, x: Var, y: Var, axes: int) -> tuple[Var, Var]:
    """∂/∂x sums over what only y has, and ∂/∂y over what only x has."""
    kept, more = len(x.shape) - axes, len(y.shape) - axes
    return contract(g, _first(y, axes), axes=more), contract(_first(x, kept), g, axes=kept)


def _contract_element(index: tuple[int, ...], x: Array, y: Array, axes: int) -> Expression:
    kept = x.ndim - axes
    summed = np.ndindex(x.shape[kept:])
    return total([Element(0, (*index[:kept], *k)) * Element(1, (*k, *index[kept:])) for k in summed])


def _contract_meaning(x: Var, y: Var, axes: int) -> Var:
    """By products of matrices; one for each sample, where it is samples and more that are summed over."""
    kept = len(x.shape) - axes
    before, summed, after = x.shape[:kept], x.shape[kept:], y.shape[axes:]
    if BATCH in after:
        both = BATCH in before or BATCH in summed
        return contract(x, y, axes=axes) if both else _turned(x, y, axes)
    if BATCH not in summed or len(summed) == 1:
        size = BATCH if BATCH in summed else _size(summed)
        rows = reshape(x, shape=(*(before if BATCH in before else (_size(before),)), size))
        return reshape(rows @ reshape(y, shape=(size, _size(after))), shape=before + after)
    sample = summed.index(BATCH)
    size = _size(summed)
    of_x = reshape(_with_first(x, kept + sample), shape=(BATCH, _size(before), size))
    of_y = reshape(_with_first(y, sample), shape=(BATCH, size, _size(after)))
    return reshape(sum(of_x @ of_y, 0), shape=before + after)


def _turned(x: Var, y: Var, axes: int) -> Var:
    """(yᵀ xᵀ)ᵀ"""
    kept = len(x.shape) - axes
    return _first(_contract_meaning(_first(y, axes), _first(x, kept), axes), len(y.shape) - axes)


def _with_first(x: Var, axis: int) -> Var:
    """That axis of x before the others."""
    return transpose(x, (axis, *(other for other in range(len(x.shape)) if other != axis)))


def _size(shape: Shape) -> int:
    return prod(dim for dim in shape if isinstance(dim, int))


contract: Primitive = Primitive(
    "contract",
    "The last ``axes`` axes of x with the first of y, multiplied and summed: a matrix product where that is one.",
    rule=_contract_rule,
    kernel=_contract_kernel,
    vjp=_contract_gradients,
    meaning=_contract_meaning,
    example="ops.contract([[1, 2], [3, 4]], [[10, 0], [0, 1]], axes=2) = 14.0",
    element=_contract_element,
    multiply_adds=lambda x, y, axes: prod(x.shape[len(x.shape) - axes :]),
)
