"""The t, F and normal distributions, from one function: the regularised incomplete beta function."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

from glassnet.ir.errors import GlassnetError


def incomplete_beta(a: float, b: float, x: float, complement: float | None = None) -> float:
    """I_x(a, b), the chance that a Beta(a, b) variable is at most x; a, b > 0, 0 ≤ x ≤ 1.

    `complement` is 1 − x, for callers who know it more precisely than the subtraction would give.
    Continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions, evaluated by Lentz's method.

    >>> round(incomplete_beta(2, 3, 0.5), 12)  # 11/16
    0.6875
    """
    y = 1 - x if complement is None else complement
    if not (a > 0 and b > 0 and 0 <= x <= 1):
        raise GlassnetError(f"the incomplete beta function needs a, b > 0 and 0 ≤ x ≤ 1, got a={a}, b={b}, x={x}")
    if x == 0 or y == 0:
        return float(y == 0)
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on the other side only
        return 1 - _beta_tail(b, a, y, x)
    return _beta_tail(a, b, x, y)


def _beta_tail(a: float, b: float, x: float, y: float) -> float:
    scale = math.exp(a * math.log(x) + b * math.log(y) - _log_beta(a, b)) / a
    tiny = 1e-300
    value, c, d = 1.0, 1.0, 0.0
    for i in range(1, 10_000):
        k = i // 2
        if i == 1:
            step = 1.0
        elif i % 2 == 0:
            step = -(a + k - 1) * (a + b + k - 1) * x / ((a + 2 * k - 2) * (a + 2 * k - 1))
        else:
            step = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
        d = 1 / ((1 + step * d) or tiny)
        c = (1 + step / c) or tiny
        value *= c * d
        if i > 1 and abs(c * d - 1) < 1e-16:
            break
    return scale * (value - 1)


def _log_beta(a: float, b: float) -> float:
    """ln B(a, b). For large arguments the three log-gammas would cancel, so Stirling's series is subtracted first."""
    small, large = sorted((a, b))
    if large < 20:
        return math.lgamma(small) + math.lgamma(large) - math.lgamma(small + large)
    total = small + large
    shrink = (large - 0.5) * math.log1p(-small / total)  # (large − ½) ln(large / total)
    if small >= 20:
        head = (small - 0.5) * math.log(small / total) - 0.5 * math.log(total) + 0.5 * math.log(2 * math.pi)
        return head + shrink + _stirling(small) + _stirling(large) - _stirling(total)
    return math.lgamma(small) - small * math.log(total) + small + shrink + _stirling(large) - _stirling(total)


def _stirling(z: float) -> float:
    """ln Γ(z) − ((z − ½) ln z − z + ½ ln 2π), for z ≥ 20 (DLMF 5.11.1)."""
    w = 1 / (z * z)
    return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / z


def t_two_sided(t: float, df: float) -> float:
    """The chance that |T| exceeds |t| by luck alone: the two-sided p-value of Student's t with df degrees of freedom.

    >>> round(t_two_sided(2.0, 10), 6)
    0.073388
    """
    if math.isinf(t):
        return 0.0
    total = df + t * t
    return incomplete_beta(df / 2, 0.5, df / total, t * t / total)


def t_quantile(probability: float, df: float) -> float:
    """The t with P(T ≤ t) = probability, for Student's t with df degrees of freedom.

    >>> round(t_quantile(0.975, 9), 6)
    2.262157
    """
    _check_probability(probability)
    tail = 2 * min(probability, 1 - probability)
    size = _solve(lambda t: -t_two_sided(t, df), -tail)
    return math.copysign(size, probability - 0.5)


def f_upper(f: float, df1: float, df2: float) -> float:
    """The chance that an F variable with (df1, df2) degrees of freedom exceeds f ≥ 0.

    >>> round(f_upper(17.98994, 1, 9), 5)  # Anscombe's first data set
    0.00217
    """
    if math.isinf(f):
        return 0.0
    total = df2 + df1 * f
    return incomplete_beta(df2 / 2, df1 / 2, df2 / total, df1 * f / total)


def f_quantile(probability: float, df1: float, df2: float) -> float:
    """The f with P(F ≤ f) = probability.

    >>> round(f_quantile(0.95, 1, 9), 4)
    5.1174
    """
    _check_probability(probability)
    return _solve(lambda f: -f_upper(f, df1, df2), probability - 1)


def normal_cdf(z: float) -> float:
    """P(Z ≤ z) of the standard normal distribution.

    >>> round(normal_cdf(1.96), 4)
    0.975
    """
    return 0.5 * math.erfc(-z / math.sqrt(2))


def normal_quantile(probability: float) -> float:
    """The z with P(Z ≤ z) = probability, for the standard normal distribution.

    >>> round(normal_quantile(0.975), 4)
    1.96
    """
    _check_probability(probability)
    return NormalDist().inv_cdf(probability)


def _check_probability(probability: float) -> None:
    if not 0 < probability < 1:
        raise GlassnetError(f"a quantile needs a probability between 0 and 1 (both excluded), got {probability}")


def _solve(increasing: Callable[[float], float], target: float) -> float:
    """The x ≥ 0 at which an increasing function reaches the target: double until past it, then halve."""
    low, high = 0.0, 1.0
    while increasing(high) < target:
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if increasing(middle) < target else (low, middle)
    return high
