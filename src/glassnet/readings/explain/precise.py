"""Displayed numbers, and the exact value of a displayed expression: what keeps explanations honest."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from glassnet.ir.expression import Expression, Number, Operation
from glassnet.ir.graph import PRIMITIVES

Show = Callable[[Expression], str]
DIGITS = 50


class Precise:
    """mpmath's functions under the names that formulas use, at fifty digits."""

    def __init__(self) -> None:
        import mpmath

        self.pi = mpmath.pi
        self.exp, self.log, self.sqrt, self.erf = mpmath.exp, mpmath.log, mpmath.sqrt, mpmath.erf
        self.sin, self.cos, self.tanh = mpmath.sin, mpmath.cos, mpmath.tanh
        self.expm1, self.log1p = mpmath.expm1, mpmath.log1p
        self.abs, self.sign, self.floor = abs, mpmath.sign, mpmath.floor
        self.maximum, self.minimum = max, min

    def greater(self, x: Any, y: Any) -> Any:
        return int(x > y)

    def greater_equal(self, x: Any, y: Any) -> Any:
        return int(x >= y)

    def equal(self, x: Any, y: Any) -> Any:
        return int(x == y)

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        return x if condition else y

    def power(self, x: Any, y: Any) -> Any:
        return x**y


def exactly(expression: Expression, show: Show) -> Any:
    """The value of an expression with each number as ``show`` displays it, to fifty digits (an mpmath number)."""
    import mpmath

    with mpmath.workdps(DIGITS):
        return _evaluate(expression, show, Precise())


def _evaluate(expression: Expression, show: Show, m: Precise) -> Any:
    import mpmath

    if not isinstance(expression, Operation):
        return mpmath.mpf(show(expression))
    values = [_evaluate(argument, show, m) for argument in expression.arguments]
    match expression.operator:
        case "sum":
            return mpmath.fsum(values)
        case "product":
            return mpmath.fprod(values)
        case "quotient":
            return values[0] / values[1] if values[1] else mpmath.nan
        case "power":
            return values[0] ** values[1]
        case "negative":
            return -values[0]
        case "max":
            return max(values)
    return PRIMITIVES[expression.operator].formula(m, *values)  # type: ignore[attr-defined]


def displayed(value: Any, digits: int) -> str:
    """A number in at most so many significant digits, as few as it needs.

    >>> import numpy as np
    >>> displayed(np.float32(0.3), 4), displayed(2 / 3, 4), displayed(1e-7, 4), displayed(-120.0, 4)
    ('0.3', '0.6667', '1e-7', '-120')
    """
    number = Decimal(str(value))
    if not number.is_finite() or number == 0:
        return "0" if number == 0 else str(value)
    if len(number.as_tuple().digits) > digits:
        number = Decimal(f"{number:.{digits - 1}e}")
    number = number.normalize()
    if -5 <= number.adjusted() < 12:
        return f"{number:f}"
    return f"{number:e}".replace("e+", "e")


def rounds_to(exact: Any, shown: str) -> bool:
    """Whether the exact value, rounded to the decimals of ``shown``, is ``shown``."""
    import mpmath

    exponent = Decimal(shown).as_tuple().exponent
    with mpmath.workdps(DIGITS):
        return bool(abs(exact - mpmath.mpf(shown)) * 2 <= mpmath.mpf(10) ** int(exponent))


def is_exactly(exact: Any, shown: str) -> bool:
    """Whether the two are equal, as far as fifty digits can tell."""
    import mpmath

    with mpmath.workdps(DIGITS):
        target = mpmath.mpf(shown)
        return bool(abs(exact - target) <= abs(target) * mpmath.mpf(10) ** (8 - DIGITS))


def number_of(expression: Expression) -> Any:
    """The value that a number or an operand stands for."""
    assert isinstance(expression, Number)
    return expression.value
