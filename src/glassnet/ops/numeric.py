"""The algebra of NumPy arrays: what ``m.exp`` is when a kernel runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.ir.types import Array
from glassnet.ops.error_function import erf


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
        return np.power(x, y)

    @staticmethod
    def erf(x: Array) -> Array:
        wide = np.asarray(x, np.float64)
        return np.asarray(erf(Numeric, wide).astype(np.asarray(x).dtype))
