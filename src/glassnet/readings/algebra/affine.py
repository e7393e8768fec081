"""Affine functions of the input, in exact fractions: the numbers that linear stretches and pieces are read in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from glassnet.ops.numeric import Numeric

Exact = int | Fraction


class NotAffine(ArithmeticError):
    """An operation on affine functions whose result is none."""


class Affine:
    """Σ terms[i] · inputᵢ + constant. Plain numbers are the ones without terms; no term is 0.

    >>> x = Affine({0: Fraction(1)})
    >>> 2 * (x - Fraction("0.3")) + x
    Affine({0: Fraction(3, 1)}, Fraction(-3, 5))
    """

    __slots__ = ("constant", "terms")

    def __init__(self, terms: Mapping[int, Fraction], constant: Exact = Fraction(0)) -> None:
        self.terms = terms
        self.constant = constant

    @staticmethod
    def of(value: Any) -> Affine:
        """A number as a constant, the decimal text of a float taken at its word; an affine function as it is."""
        if isinstance(value, Affine):
            return value
        return Affine({}, value if isinstance(value, int | Fraction) else Fraction(str(value)))

    @staticmethod
    def total(summands: Iterable[Affine]) -> Affine:
        """The sum of any number of them."""
        terms: dict[int, Fraction] = {}
        constant: Exact = 0
        for one in summands:
            if one.constant:
                constant += one.constant
            for i, factor in one.terms.items():
                terms[i] = terms[i] + factor if i in terms else factor
        return Affine({i: factor for i, factor in terms.items() if factor}, constant)

    def at(self, point: Iterable[Exact]) -> Exact:
        """The value where the inputs are these."""
        values = list(point)
        return sum((factor * values[i] for i, factor in self.terms.items()), start=self.constant)

    def times(self, factor: Exact) -> Affine:
        if not factor:
            return Affine({}, 0)
        return Affine({i: factor * own for i, own in self.terms.items()}, factor * self.constant)

    def __add__(self, other: Any) -> Affine:
        return Affine.total((self, Affine.of(other)))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Affine:
        return self + -Affine.of(other)

    def __rsub__(self, other: Any) -> Affine:
        return Affine.of(other) - self

    def __neg__(self) -> Affine:
        return self.times(-1)

    def __mul__(self, other: Any) -> Affine:
        other = Affine.of(other)
        if self.terms and other.terms:
            raise NotAffine("multiply")
        return other.times(self.constant) if other.terms else self.times(other.constant)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Affine:
        other = Affine.of(other)
        if other.terms or not other.constant:
            raise NotAffine("divide")
        return self.times(1 / Fraction(other.constant))

    def __rtruediv__(self, other: Any) -> Affine:
        return Affine.of(other) / self

    def __pow__(self, other: Any) -> Affine:
        exponent = Affine.of(other)
        if exponent.terms or (self.terms and exponent.constant != 1):
            raise NotAffine("power")
        return self if self.terms else Affine.of(Fraction(self.constant) ** Fraction(exponent.constant))

    def __rpow__(self, other: Any) -> Affine:
        return Affine.of(other).__pow__(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Affine) and self.constant == other.constant and self.terms == other.terms

    def __hash__(self) -> int:
        return hash((self.constant, frozenset(self.terms.items())))

    def __repr__(self) -> str:
        return f"Affine({dict(self.terms)}, {self.constant!r})"


class AffineAlgebra:
    """Affine functions as the numbers of a :class:`glassnet.readings.algebra.Reading`.

    Args:
        positive: whether an affine function (with terms) is above 0. Where that depends on the input, it may choose, if
            it keeps to inputs where the choice is right, or raise :class:`NotAffine`.
    """

    total = staticmethod(Affine.total)

    def __init__(self, positive: Callable[[Affine], bool]) -> None:
        self.m = _Functions(positive)

    @staticmethod
    def number(text: str) -> Affine:
        return Affine.of(Fraction(text))


class _Functions:
    """The functions of formulas: those with corners choose a side; the others take only plain numbers.

    A function of plain numbers that gives no fraction, such as a square root, is rounded to float64.
    """

    pi = Affine({}, Fraction(str(np.pi)))

    def __init__(self, positive: Callable[[Affine], bool]) -> None:
        self._decide = positive

    def _positive(self, x: Affine) -> bool:
        return self._decide(x) if x.terms else x.constant > 0

    def maximum(self, x: Any, y: Any) -> Affine:
        return Affine.of(x if self._positive(Affine.of(x) - y) else y)

    def minimum(self, x: Any, y: Any) -> Affine:
        return Affine.of(y if self._positive(Affine.of(x) - y) else x)

    def abs(self, x: Affine) -> Affine:
        return x if self._positive(x) else -x

    def greater(self, x: Any, y: Any) -> Affine:
        return Affine.of(int(self._positive(Affine.of(x) - y)))

    def greater_equal(self, x: Any, y: Any) -> Affine:
        return Affine.of(int(not self._positive(Affine.of(y) - x)))

    def equal(self, x: Any, y: Any) -> Affine:
        """Two affine functions that are not the same are equal only on a boundary between pieces."""
        return Affine.of(int(Affine.of(x) == Affine.of(y)))

    def sign(self, x: Affine) -> Affine:
        return self.greater(x, 0) - self.greater(0, x)

    def where(self, condition: Affine, x: Any, y: Any) -> Affine:
        return Affine.of(x if condition.terms or condition.constant else y)

    def __getattr__(self, name: str) -> Any:
        return partial(self._of_numbers, getattr(Numeric, name))

    @staticmethod
    def _of_numbers(function: Any, *operands: Any) -> Affine:
        numbers = [Affine.of(operand) for operand in operands]
        if any(number.terms for number in numbers):
            raise NotAffine(getattr(function, "__name__", "function"))
        return Affine.of(float(function(*(np.float64(number.constant) for number in numbers))))
