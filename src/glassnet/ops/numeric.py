"""The algebra of NumPy arrays: what ``m.exp`` is when a kernel runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.ir.types import Array


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
        return erf(x)


def _polynomial(x: Array, *coefficients: float) -> Array:
    """Horner's rule, lowest power first."""
    total = np.full_like(x, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = total * x + coefficient
    return total


def erf(x: Array) -> Array:
    """The error function, by the rational approximations of fdlibm's s_erf.c (Sun Microsystems 1993); error < 1 ulp.

    >>> float(erf(np.float64(0.5)))
    0.5204998778130465
    """
    x = np.asarray(x)
    wide = x.astype(np.float64)
    a = np.minimum(np.abs(wide), 6.0)
    result = np.where(a < 0.84375, _erf_small(a), np.where(a < 1.25, _erf_middle(a), 1.0 - _erfc_large(a)))
    result = np.where(a >= 6.0, 1.0, result)
    return np.asarray(np.where(np.isnan(wide), wide, np.copysign(result, wide)).astype(x.dtype))


def _erf_small(a: Array) -> Array:
    z = a * a
    p = _polynomial(z, 1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
                    -5.77027029648944159157e-03, -2.37630166566501626084e-05)  # fmt: skip
    q = _polynomial(z, 1.0, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03,
                    1.32494738004321644526e-04, -3.96022827877536812320e-06)  # fmt: skip
    return a + a * (p / q)


def _erf_middle(a: Array) -> Array:
    s = a - 1.0
    p = _polynomial(s, -2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01,
                    3.18346619901161753674e-01, -1.10894694282396677476e-01, 3.54783043256182359371e-02,
                    -2.16637559486879084300e-03)  # fmt: skip
    q = _polynomial(s, 1.0, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
                    1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02)  # fmt: skip
    return 8.45062911510467529297e-01 + p / q


def _erfc_large(a: Array) -> Array:
    a = np.maximum(a, 1.25)
    s = 1.0 / (a * a)
    near = _polynomial(s, -9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e01,
                       -6.23753324503260060396e01, -1.62396669462573470355e02, -1.84605092906711035994e02,
                       -8.12874355063065934246e01, -9.81432934416914548592e00) / _polynomial(
        s, 1.0, 1.96512716674392571292e01, 1.37657754143519042600e02, 4.34565877475229228821e02,
        6.45387271733267880336e02, 4.29008140027567833386e02, 1.08635005541779435134e02, 6.57024977031928170135e00,
        -6.04244152148580987438e-02)  # fmt: skip
    far = _polynomial(s, -9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e01,
                      -1.60636384855821916062e02, -6.37566443368389627722e02, -1.02509513161107724954e03,
                      -4.83519191608651397019e02) / _polynomial(
        s, 1.0, 3.03380607434824582924e01, 3.25792512996573918826e02, 1.53672958608443695994e03,
        3.19985821950859553908e03, 2.55305040643316442583e03, 4.74528541206955367215e02,
        -2.24409524465858183362e01)  # fmt: skip
    z = a.astype(np.float32).astype(np.float64)  # exp(-a²) without losing the low half of a²
    exponential = np.exp(-z * z - 0.5625) * np.exp((z - a) * (z + a) + np.where(a < 1 / 0.35, near, far))
    return np.asarray(exponential / a)
