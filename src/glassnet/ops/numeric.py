"""The algebra of NumPy arrays, what ``m.exp`` is when a kernel runs; and one that tells whether a kernel is exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.ir.types import Array
from glassnet.ops.error_function import erf

SIMPLE = (2, 0.5, -1)
"""Exponents of which kernels make products, roots and quotients."""

VANISHED = -1100.0
"""A power of 2 that is less than half of the smallest number of any format, which makes it 0."""


def _mask(comparison: np.ufunc) -> Any:
    """A comparison that gives 1 and 0 in the operands' own dtype, so that its results can be multiplied."""

    def compare(x: Array, y: Array) -> Array:
        dtype = x.dtype if isinstance(x, np.ndarray | np.generic) else y.dtype
        return np.asarray(comparison(x, y)).astype(dtype)

    return compare


class Numeric:
    """NumPy's functions under the names that formulas use."""

    pi = float(np.pi)
    exp, expm1, log, log1p, sqrt = np.exp, np.expm1, np.log, np.log1p, np.sqrt
    abs, sign, floor = np.abs, np.sign, np.floor
    sin, cos, tanh = np.sin, np.cos, np.tanh
    maximum, minimum = np.maximum, np.minimum
    greater, greater_equal, equal = _mask(np.greater), _mask(np.greater_equal), _mask(np.equal)

    @staticmethod
    def where(condition: Array, x: Array, y: Array) -> Array:
        return np.where(condition != 0, x, y)

    @staticmethod
    def power(x: Array, y: Array) -> Array:
        """x ** y; small constant exponents by products and roots, which NumPy's power does ten times slower."""
        if np.ndim(y) == 0:
            if y == 2:
                return x * x
            if y == 0.5:
                return np.sqrt(x)
            if y == -1:
                return 1 / x
        elif np.ndim(x) == 0 and 0 < x < 1:
            return _powers(x, y)
        return np.power(x, y)

    @staticmethod
    def sigmoid(x: Array) -> Array:
        """Never e to a positive power, which overflows. What the sum 1 + e loses is made good."""
        e = np.exp(-np.abs(x))
        total = 1 + e
        lost = e - (total - 1)
        share = np.where(x > 0, 1, e) / total
        result: Array = share - share * lost
        return result

    @staticmethod
    def erf(x: Array) -> Array:
        wide = np.asarray(x, np.float64)
        return np.asarray(erf(Numeric, wide).astype(np.asarray(x).dtype))


def _powers(x: Array, y: Array) -> Array:
    """xʸ of one x below 1: where that is too small for any number, NumPy takes ten times longer to say 0.

    As βᵗ is of all steps but the first thousands of a training.
    """
    vanished = y * np.log2(x) < VANISHED
    if not vanished.any():
        return np.power(x, y)
    return np.power(x, y, where=~vanished, out=np.zeros(y.shape, np.result_type(x, y)))


@dataclass(frozen=True)
class Bits:
    """A number of which nothing is known but whether every NumPy gives it the same bits."""

    are_certain: bool = True

    def _with(self, *others: Any) -> Bits:
        return Bits(self.are_certain and all(other.are_certain for other in others if isinstance(other, Bits)))

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _with

    def __pow__(self, exponent: Any) -> Bits:
        return Bits(False)

    __rpow__ = __pow__


def _keeps(*numbers: Any) -> Bits:
    return Bits()._with(*numbers)


def _spoils(*numbers: Any) -> Bits:
    return Bits(False)


class Exact:
    """The algebra that tells whether a kernel has one right result (IEEE 754), which every NumPy gives.

    Sums, products, quotients and square roots are rounded in one way; whatever only compares and chooses is not rounded
    at all. Exponentials and powers are rounded by each library in its own way, and so is what is made of them.

    >>> x = Bits()
    >>> Exact().maximum(x, 0), Exact().sqrt(1 + x * x), 1 / (1 + Exact().exp(-x))
    (Bits(are_certain=True), Bits(are_certain=True), Bits(are_certain=False))
    """

    pi = Bits()
    sqrt = abs = sign = floor = maximum = minimum = greater = greater_equal = equal = where = staticmethod(_keeps)

    @staticmethod
    def power(x: Any, y: Any) -> Bits:
        """Products, roots and quotients, where it is one of these."""
        return _keeps(x) if y in SIMPLE else _spoils(x)

    def __getattr__(self, name: str) -> Any:
        return _spoils
