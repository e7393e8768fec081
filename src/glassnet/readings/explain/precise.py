"""The exact value of an expression as it is displayed: it decides whether a line may be written with = or with ≈."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_05UP, Context, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from math import floor, isfinite, isqrt, lcm, prod
from typing import Any

import numpy as np

from glassnet.ir.expression import Expression, Number, fold
from glassnet.ops.algebra import Algebra, meaning
from glassnet.words import rounded

Show = Callable[[Number], str]
"""How a number is displayed."""
Exact = Any
"""A Fraction wherever the arithmetic stays rational; otherwise an mpmath number of PRECISION digits."""

PRECISION = 400  # decimal digits, so that 1 + e⁻⁷⁰⁰ is not 1: the smallest float64 is 5e-324
HUGE = 10_000  # powers of two beyond which numbers are too long to be written out for rounding
FARTHEST = 3 * 10**9  # powers of two beyond which even the exponent is too long


class Precise(Algebra):
    """Exact numbers: fractions where the result is one, as for 1 / 3; else 400 digits, as for exp(1)."""

    def __init__(self) -> None:
        import mpmath

        super().__init__(self)
        self._mp = mpmath
        self.pi = mpmath.pi

    def number(self, shown: str | Fraction) -> Exact:
        if isinstance(shown, Fraction):
            return shown
        return self._mp.mpf(shown) if "n" in shown else _fraction(shown)  # inf, nan

    def total(self, values: Sequence[Exact]) -> Exact:
        fractions = [v for v in values if isinstance(v, Fraction)]
        below = lcm(*(v.denominator for v in fractions))
        rational = Fraction(sum(v.numerator * (below // v.denominator) for v in fractions), below)  # reduced once
        if len(fractions) == len(values):
            return rational
        return self._mp.fsum([self._mp.mpmathify(rational), *(v for v in values if not isinstance(v, Fraction))])

    def product(self, values: Sequence[Exact]) -> Exact:
        if all(isinstance(v, Fraction) for v in values):
            return Fraction(prod(v.numerator for v in values), prod(v.denominator for v in values))
        values = self._alike(values)
        nothing = any(v == 0 for v in values) and all(map(self._mp.isfinite, values))
        return Fraction(0) if nothing else prod(values)

    def quotient(self, x: Exact, y: Exact) -> Exact:
        if x == 0 and y != 0 and self._mp.isfinite(y):
            return Fraction(0)
        x, y = self._alike((x, y))
        if y == 0:
            return self._mp.mpmathify(x) * self._mp.inf  # 0 / 0 is nan
        return x / y

    def power(self, x: Exact, y: Exact) -> Exact:
        if x == 0 and (y < 0 or y > 0):  # 0⁰ is 1, as in NumPy
            return self._mp.inf if y < 0 else Fraction(0)
        if x == 1 and self._mp.isfinite(y):
            return Fraction(1)
        if isinstance(x, Fraction) and isinstance(y, Fraction):
            if y.denominator == 1 and abs(y) < 1000:
                return x ** int(y)
            if y == Fraction(1, 2):
                return self.sqrt(x)
        x, y = map(self._mp.mpmathify, (x, y))
        return self._real(self._mp.power(x, y))

    def sqrt(self, x: Exact) -> Exact:
        if isinstance(x, Fraction) and x >= 0:
            root = Fraction(isqrt(x.numerator), isqrt(x.denominator))
            if root**2 == x:
                return root
        return self._real(self._mp.sqrt(x))

    def exp(self, x: Exact) -> Exact:
        return Fraction(1) if x == 0 else self._mp.exp(x)

    def log(self, x: Exact) -> Exact:
        return Fraction(0) if x == 1 else self._real(self._mp.log(x))

    def sin(self, x: Exact) -> Exact:
        return x if x == 0 else self._mp.sin(x)

    def cos(self, x: Exact) -> Exact:
        return Fraction(1) if x == 0 else self._mp.cos(x)

    def tanh(self, x: Exact) -> Exact:
        return x if x == 0 else self._mp.tanh(x)

    def erf(self, x: Exact) -> Exact:
        return x if x == 0 else self._mp.erf(x)

    def abs(self, x: Exact) -> Exact:
        return abs(x)

    def sign(self, x: Exact) -> Exact:
        return Fraction((x > 0) - (x < 0)) if x == x else x

    def floor(self, x: Exact) -> Exact:
        return Fraction(floor(x)) if self._mp.isfinite(x) else x

    def maximum(self, x: Exact, y: Exact) -> Exact:
        return x if self.greater(x, y) or x != x else y

    def minimum(self, x: Exact, y: Exact) -> Exact:
        return y if self.greater(x, y) or y != y else x

    def greater(self, x: Exact, y: Exact) -> Fraction:
        x, y = self._alike((x, y))
        return Fraction(int(x > y))

    def greater_equal(self, x: Exact, y: Exact) -> Fraction:
        x, y = self._alike((x, y))
        return Fraction(int(x >= y))

    def equal(self, x: Exact, y: Exact) -> Fraction:
        return Fraction(int(x == y))

    def where(self, condition: Exact, x: Exact, y: Exact) -> Exact:
        return x if condition != 0 else y

    def _alike(self, values: Iterable[Exact]) -> list[Exact]:
        values = list(values)
        rational = all(isinstance(v, (Fraction, int)) for v in values)
        return values if rational else [self._mp.mpmathify(v) for v in values]

    def _real(self, x: Exact) -> Exact:
        return self._mp.nan if isinstance(x, self._mp.mpc) else x


_precise = cache(Precise)
_fraction = lru_cache(4096)(Fraction)
"""What a text says, read once: a number stands in several lines, and each line is tried in fewer and more digits."""


def exactly(
    expression: Expression, show: Callable[[Number], str | Fraction], known: dict[Expression, Exact] | None = None
) -> Exact:
    """The value of an expression with each number as ``show`` displays it, or as the fraction that it gives.

    known: the values of parts that were met before, with the same ``show``; is added to.
    """
    import mpmath

    with mpmath.workdps(PRECISION):
        algebra = _precise()

        def combine(operator: str, values: list[Exact]) -> Exact:
            result = meaning(operator)(algebra, values)
            return Fraction(result) if isinstance(result, int) else result

        return fold(expression, lambda number: algebra.number(show(number)), combine, known)


def precisely(expression: Expression) -> float:
    """The value of an expression, rounded once, at the end: nothing in it overflows, underflows or cancels.

    >>> from glassnet.ir.expression import Number, call
    >>> precisely(call("log", 1 + call("exp", Number(-71)))), precisely(call("log", call("exp", Number(52166))))
    (1.462486227251231e-31, 52166.0)
    """
    return float(exactly(expression, lambda number: in_digits(number.value, 0)))


def in_digits(value: Any, digits: int) -> str:
    """A number in at most so many significant digits; 0: in as many as tell it from all others of its dtype.

    Beyond those it is the exact decimal of the binary number, which only differences of nearly equal numbers need.

    >>> import numpy as np
    >>> [in_digits(np.float32(123456792), digits) for digits in (4, 0, 12)]
    ['1.235e8', '1.2345679e8', '1.23456792e8']
    """
    telling = 9 if np.asarray(value).dtype == np.float32 else 17
    exact = digits > telling and isinstance(value, float | np.floating) and isfinite(value)
    return rounded(Decimal(float(value)) if exact else value, digits or telling)


def written_exactly(exact: Exact) -> str:
    """An exact value as a text that :meth:`Precise.number` reads: a fraction, or all digits of a decimal."""
    import mpmath

    return str(exact) if isinstance(exact, Fraction) else str(mpmath.nstr(exact, PRECISION)).lstrip("+")


def displayed_exactly(exact: Exact, digits: int) -> str:
    """An exact value in so many significant digits, however large or small it is.

    >>> displayed_exactly(Fraction(2997, 2), 4), displayed_exactly(Fraction(2997, 2) + Fraction(1, 10**149), 4)
    ('1498', '1499')
    """
    import mpmath

    if far := too_far(exact):
        return far
    number = mpmath.mpmathify(exact)
    if not number or abs(mpmath.mag(number)) < HUGE:  # infinities have the magnitude inf
        return rounded(_divided(exact) if isinstance(exact, Fraction) else mpmath.nstr(number, 20), digits)
    return str(mpmath.nstr(number, digits)).replace("e+", "e").lstrip("+")


def too_far(exact: Exact) -> str:
    """A number whose exponent has more than nine digits, as one by itself: "0", "inf", "-inf"; "" for any other.

    >>> import mpmath
    >>> too_far(mpmath.mpf("1e-5000000000")), too_far(mpmath.mpf("-1e5000000000")), too_far(Fraction(1, 10**1000))
    ('0', '-inf', '')
    """
    import mpmath

    if isinstance(exact, Fraction) or not mpmath.isfinite(exact) or abs(exponent := mpmath.mag(exact)) < FARTHEST:
        return ""
    return "0" if exponent < 0 else "inf" if exact > 0 else "-inf"


def _divided(exact: Fraction) -> Decimal:
    """The fraction in digits that can be rounded once more: what is just above a half does not end as the half."""
    return Context(prec=20, rounding=ROUND_05UP).divide(Decimal(exact.numerator), Decimal(exact.denominator))


def gives(exact: Exact, shown: str, digits: int) -> bool:
    """Whether the exact value is displayed as ``shown`` when it is rounded to so many significant digits."""
    import mpmath

    if not isinstance(exact, Fraction) and not mpmath.isfinite(exact):
        return str(exact).lstrip("+") == shown
    if far := too_far(exact):
        return shown == far
    if "n" in shown or shown == "0":
        return bool(exact == 0 and shown == "0")
    number = Decimal(shown)
    unit = Fraction(10) ** min(number.adjusted() - digits + 1, max(0, int(number.as_tuple().exponent)))
    low, high = Fraction(shown) - unit / 2, Fraction(shown) + unit / 2
    if not isinstance(exact, Fraction):
        low, high = mpmath.mpmathify(low), mpmath.mpmathify(high)
    return bool(low <= exact <= high)


def is_exactly(exact: Exact, shown: str) -> bool:
    """Whether the displayed decimal is the exact value: 0.5 is 1 / 2, and no decimal is exp(1).

    An exact value that is no fraction comes from a logarithm, an exponential or a root, so no decimal equals it.
    """
    if "n" in shown:  # inf, nan
        return str(exact).lstrip("+") == shown
    return isinstance(exact, Fraction) and exact == Fraction(shown)
