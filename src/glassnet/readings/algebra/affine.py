"""Affine functions of the input in exact fractions, such as 0.3u − 0.7v + 0.1: what linear networks are read in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any

import numpy as np

from glassnet.ops.algebra import Algebra
from glassnet.ops.numeric import Numeric


class NotAffine(ArithmeticError):
    """An operation whose result is not affine, such as u · v or the sine of u."""


class Affine:
    """An affine function (Σ terms[i] · inputᵢ + constant) / denominator, all in whole numbers.

    A plain number is one without terms. No term is 0, and the denominator is above 0. The fraction need not be in
    lowest terms: finding them takes longer than it saves.

    >>> x = Affine.of_input(0)
    >>> y = 2 * (x - Fraction("0.3")) + x
    >>> y.factor(0), y.offset
    (Fraction(3, 1), Fraction(-3, 5))
    """

    __slots__ = ("constant", "denominator", "terms")

    def __init__(self, terms: Mapping[int, int], constant: int = 0, denominator: int = 1) -> None:
        self.terms = terms
        self.constant = constant
        self.denominator = denominator

    @staticmethod
    def of(value: Any) -> Affine:
        """The value as an affine function: 0.1 becomes the constant 1/10, not the fraction that its float64 is."""
        if isinstance(value, Affine):
            return value
        exact = value if isinstance(value, int | Fraction) else Fraction(str(value))
        return Affine({}, exact.numerator, exact.denominator)

    @staticmethod
    def of_input(i: int) -> Affine:
        """The i-th input itself."""
        return Affine({i: 1})

    @staticmethod
    def total(summands: Iterable[Affine]) -> Affine:
        """The sum of any number of them."""
        parts = [part for part in summands if part.constant or part.terms]
        if len(parts) == 1:
            return parts[0]
        denominator = lcm(*{part.denominator for part in parts})
        terms: dict[int, int] = {}
        constant = 0
        for part in parts:
            scale = denominator // part.denominator
            constant += scale * part.constant
            for i, factor in part.terms.items():
                terms[i] = terms.get(i, 0) + scale * factor
        return Affine({i: factor for i, factor in terms.items() if factor}, constant, denominator)

    @staticmethod
    def scalar_product(xs: Iterable[Affine], ys: Iterable[Affine]) -> Affine:
        """The sum of the products of pairs, of which one each is a plain number."""
        numbers: list[Affine] = []
        forms: list[Affine] = []
        for x, y in zip(xs, ys, strict=True):
            number, form = (y, x) if x.terms else (x, y)
            if number.terms:
                raise NotAffine("multiply")
            if number.constant and (form.constant or form.terms):
                numbers.append(number)
                forms.append(form)
        over = lcm(*{number.denominator for number in numbers})
        under = lcm(*{form.denominator for form in forms})
        terms: dict[int, int] = {}
        constant = 0
        for number, form in zip(numbers, forms, strict=True):
            factor = number.constant
            if number.denominator != over or form.denominator != under:
                factor *= (over // number.denominator) * (under // form.denominator)
            constant += factor * form.constant
            for i, own in form.terms.items():
                terms[i] = terms.get(i, 0) + factor * own
        return Affine({i: own for i, own in terms.items() if own}, constant, over * under)

    def factor(self, i: int) -> Fraction:
        """The factor of the i-th input: 0.3 for the first input of 0.3u − 0.7v."""
        return Fraction(self.terms.get(i, 0), self.denominator)

    @property
    def offset(self) -> Fraction:
        """The value where all inputs are 0."""
        return Fraction(self.constant, self.denominator)

    def at(self, point: Sequence[Fraction]) -> Fraction:
        """The value where the inputs are these."""
        scale = lcm(*(x.denominator for x in point))
        value = scale * self.constant
        for i, factor in self.terms.items():
            value += factor * point[i].numerator * (scale // point[i].denominator)
        return Fraction(value, scale * self.denominator)

    def _times(self, number: Affine) -> Affine:
        factor = number.constant
        if not factor:
            return Affine({})
        terms = {i: factor * own for i, own in self.terms.items()}
        return Affine(terms, factor * self.constant, number.denominator * self.denominator)

    def __add__(self, other: Any) -> Affine:
        return Affine.total((self, Affine.of(other)))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Affine:
        return self + -Affine.of(other)

    def __rsub__(self, other: Any) -> Affine:
        return Affine.of(other) - self

    def __neg__(self) -> Affine:
        return Affine({i: -factor for i, factor in self.terms.items()}, -self.constant, self.denominator)

    def __mul__(self, other: Any) -> Affine:
        other = Affine.of(other)
        if self.terms and other.terms:
            raise NotAffine("multiply")
        return other._times(self) if other.terms else self._times(other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Affine:
        other = Affine.of(other)
        if other.terms or not other.constant:
            raise NotAffine("divide")
        return self._times(Affine.of(1 / other.offset))

    def __rtruediv__(self, other: Any) -> Affine:
        return Affine.of(other) / self

    def __pow__(self, other: Any) -> Affine:
        exponent = Affine.of(other)
        if exponent.terms or (self.terms and exponent.offset != 1):
            raise NotAffine("power")
        return self if self.terms else Affine.of(self.offset**exponent.offset)

    def __rpow__(self, other: Any) -> Affine:
        return Affine.of(other).__pow__(self)

    def is_same_as(self, other: Affine) -> bool:
        """Whether both are the same function."""
        difference = self - other
        return not difference.terms and not difference.constant


class AffineAlgebra(Algebra):
    """Affine functions as the numbers of a :class:`glassnet.readings.algebra.Reading`.

    Args:
        positive: says whether an affine function (with terms) is above 0. Where that depends on the input, it chooses a
            side, and the result holds on that side; or it raises :class:`NotAffine`.
    """

    def __init__(self, positive: Callable[[Affine], bool]) -> None:
        super().__init__(_Functions(positive))

    def number(self, text: str) -> Affine:
        return Affine.of(Fraction(text))

    def total(self, terms: Sequence[Affine]) -> Affine:
        return Affine.total(terms)

    def scalar_product(self, xs: Sequence[Affine], ys: Sequence[Affine]) -> Affine:
        return Affine.scalar_product(xs, ys)


class _Functions:
    """The functions of formulas. Those with corners choose a side; the others take plain numbers only.

    Their results, such as a square root, are rounded to float64.
    """

    pi = Affine.of(np.pi)

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
        return Affine.of(int(Affine.of(x).is_same_as(Affine.of(y))))

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
        return Affine.of(float(function(*(np.float64(float(number.offset)) for number in numbers))))
