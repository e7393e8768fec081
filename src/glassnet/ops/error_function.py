"""The error function of float64 numbers, in any algebra: fdlibm's s_erf.c (Sun Microsystems 1993); error < 1 ulp.

>>> from glassnet.ops.numeric import Numeric
>>> import numpy as np
>>> float(erf(Numeric, np.float64(0.5)))
0.5204998778130465
"""

from __future__ import annotations

from typing import Any

SMALL = (
    (1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
     -5.77027029648944159157e-03, -2.37630166566501626084e-05),
    (1.0, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03,
     1.32494738004321644526e-04, -3.96022827877536812320e-06),
)  # fmt: skip
MIDDLE = (
    (-2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01,
     3.18346619901161753674e-01, -1.10894694282396677476e-01, 3.54783043256182359371e-02,
     -2.16637559486879084300e-03),
    (1.0, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
     1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02),
)  # fmt: skip
NEAR = (
    (-9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e01,
     -6.23753324503260060396e01, -1.62396669462573470355e02, -1.84605092906711035994e02,
     -8.12874355063065934246e01, -9.81432934416914548592e00),
    (1.0, 1.96512716674392571292e01, 1.37657754143519042600e02, 4.34565877475229228821e02,
     6.45387271733267880336e02, 4.29008140027567833386e02, 1.08635005541779435134e02, 6.57024977031928170135e00,
     -6.04244152148580987438e-02),
)  # fmt: skip
FAR = (
    (-9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e01,
     -1.60636384855821916062e02, -6.37566443368389627722e02, -1.02509513161107724954e03,
     -4.83519191608651397019e02),
    (1.0, 3.03380607434824582924e01, 3.25792512996573918826e02, 1.53672958608443695994e03,
     3.19985821950859553908e03, 2.55305040643316442583e03, 4.74528541206955367215e02,
     -2.24409524465858183362e01),
)  # fmt: skip
"""Coefficients of a numerator and a denominator, lowest power first; each pair for a stretch of |x|."""


def erf(m: Any, x: Any) -> Any:
    """erf x of float64 numbers; NaN stays."""
    a = m.minimum(m.abs(x), 6.0)
    small = a + a * _quotient(a * a, SMALL)
    middle = 8.45062911510467529297e-01 + _quotient(a - 1.0, MIDDLE)
    large = 1.0 - _erfc(m, m.maximum(a, 1.25))
    size = m.where(m.greater(0.84375, a), small, m.where(m.greater(1.25, a), middle, large))
    size = m.where(m.greater_equal(a, 6.0), 1.0, size)
    return m.where(m.equal(x, 0.0), x, m.sign(x) * size)


def _quotient(x: Any, coefficients: tuple[tuple[float, ...], tuple[float, ...]]) -> Any:
    numerator, denominator = coefficients
    return _polynomial(x, numerator) / _polynomial(x, denominator)


def _polynomial(x: Any, coefficients: tuple[float, ...]) -> Any:
    """Horner's rule."""
    total = coefficients[-1] + 0 * x
    for coefficient in reversed(coefficients[:-1]):
        total = total * x + coefficient
    return total


def _erfc(m: Any, a: Any) -> Any:
    """1 − erf a for a ≥ 1.25; z is a with zeros at its end, so that z² is exact."""
    s = 1.0 / (a * a)
    z = m.floor(a * 2.0**20) * 2.0**-20
    rest = m.where(m.greater(1 / 0.35, a), _quotient(s, NEAR), _quotient(s, FAR))
    return m.exp(-z * z - 0.5625) * m.exp((z - a) * (z + a) + rest) / a
