"""Arrays of fractions, with the arithmetic that arrays of float64 pairs have: nothing is ever rounded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.regression.inputs import Column, fractions


@dataclass(frozen=True, eq=False)
class Rational:
    """An array of fractions, as `Double` is one of float64 pairs.

    >>> third = Rational.of([Fraction(1, 3), Fraction(2, 3)])
    >>> (third * 3 - 1).values.tolist()
    [Fraction(0, 1), Fraction(1, 1)]
    """

    values: NDArray[np.object_]

    # NumPy must leave `array * rational` to us.
    __array_ufunc__ = None

    @staticmethod
    def of(values: Any) -> Rational:
        """Fractions and whole numbers in an array."""
        return values if isinstance(values, Rational) else Rational(np.asarray(values, dtype=object))

    @staticmethod
    def read(column: Column, name: str) -> Rational:
        """The numbers of a column, as they are written."""
        return Rational(fractions(column, name))

    @staticmethod
    def stack(columns: list[Rational], rows: int) -> Rational:
        """Columns of shape (rows,) side by side: (rows, p)."""
        table = np.empty((rows, len(columns)), dtype=object)
        for i, column in enumerate(columns):
            table[:, i] = column.values
        return Rational(table)

    def joined(self, other: Rational) -> Rational:
        """These rows, and those below."""
        return Rational(np.concatenate([self.values, other.values]))

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    @property
    def T(self) -> Rational:
        return Rational(self.values.T)

    @property
    def hi(self) -> NDArray[np.float64]:
        """The float64 nearest to each."""
        return np.array([float(value) for value in self.values.flat]).reshape(self.shape)

    @property
    def number(self) -> Fraction:
        """The one number of an array of shape ()."""
        return Fraction(self.values.item())

    def __getitem__(self, key: Any) -> Rational:
        return Rational.of(self.values[key])

    def __neg__(self) -> Rational:
        return Rational.of(-self.values)

    def __add__(self, other: Any) -> Rational:
        return Rational.of(self.values + Rational.of(other).values)

    def __sub__(self, other: Any) -> Rational:
        return Rational.of(self.values - Rational.of(other).values)

    def __mul__(self, other: Any) -> Rational:
        return Rational.of(self.values * Rational.of(other).values)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Any) -> Rational:
        return Rational.of(self.values / Rational.of(other).values)

    def __matmul__(self, other: Rational) -> Rational:
        return Rational.of(self.values @ other.values)

    def sum(self) -> Rational:
        """The sum over the first axis."""
        return Rational.of(self.values.sum(axis=0))

    def sums(self, group: NDArray[np.intp], groups: int) -> Rational:
        """The sum of each group's rows, shape (groups, …)."""
        total = np.full((groups, *self.shape[1:]), Fraction(0), dtype=object)
        np.add.at(total, group, self.values)
        return Rational(total)

    def settled(self, scale: Any) -> Rational:
        """The numbers as they are: there are no rounding errors."""
        return self

    def roots(self) -> NDArray[np.float64]:
        """The float64 nearest to the square root of each."""
        return np.array([square_root(Fraction(value)) for value in self.values])


def square_root(value: Fraction) -> float:
    """The float64 nearest to the square root of a fraction ≥ 0.

    An integer root of at least 64 bits, its last bit set when anything was cut off, rounds to float64 as the true
    root does.

    >>> square_root(Fraction(2)), square_root(Fraction(1, 9))
    (1.4142135623730951, 0.3333333333333333)
    """
    shift = max(0, 64 - (value.numerator.bit_length() - value.denominator.bit_length()) // 2)
    scaled, remainder = divmod(value.numerator << 2 * shift, value.denominator)
    root = math.isqrt(scaled)
    sticky = int(remainder != 0 or root * root != scaled)
    return float(Fraction(root | sticky, 1 << shift))
