"""Numbers of twice the precision: each an unevaluated sum hi + lo of two float64 (about 32 digits).

Error-free transformations after Dekker 1971 and Knuth; see Ogita, Rump & Oishi 2005, "Accurate sum and dot product".
Matrix products after Ozaki et al. 2012, "Error-free transformations of matrix multiplication".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.regression.blocks import blocks
from glassnet.regression.inputs import Column, floats

Floats = NDArray[np.float64]

SLICES, BITS = 6, 21  # a number is cut into six slices of 21 bits …
BLOCK = 1024  # … and the sum of 2¹⁰ products of two slices has at most 53 bits: float64 holds it exactly
CACHED = 1 << 14  # numbers worked on at a time: what is made of them on the way stays in the processor's cache


def two_sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a + b as the rounded sum and its rounding error, exactly.

    >>> [float(part) for part in two_sum(np.float64(1), np.float64(1e-20))]
    [1.0, 1e-20]
    """
    total = a + b
    from_b = total - a
    return total, (a - (total - from_b)) + (b - from_b)


def two_product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a · b as the rounded product and its rounding error, exactly (short of overflow above about 1e300)."""
    product = a * b
    a_high, b_high = _upper_half(a), _upper_half(b)
    a_low, b_low = a - a_high, b - b_high
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _upper_half(a: Floats) -> Floats:
    """The upper 26 bits of each number (Veltkamp's splitting)."""
    shifted = 134217729.0 * a  # 2²⁷ + 1
    return shifted - (shifted - a)


def power_of_two(values: Floats, axis: int) -> Floats:
    """Along an axis, the power of two that brings the largest number near 1: exact to multiply by.

    >>> power_of_two(np.array([[3.0, 0.0], [5.0, 0.25]]), axis=0)
    array([0.125, 2.   ])
    """
    largest = np.abs(values).max(axis=axis, initial=0.0)
    return np.ldexp(1.0, -np.frexp(np.where(largest > 0, largest, 1.0))[1])


@dataclass(frozen=True, eq=False)
class Double:
    """An array of numbers hi + lo, |lo| at most half a unit in the last place of hi; both of one shape, float64.

    >>> third = Double.of(1.0) / Double.of(3.0)
    >>> float((third * 3.0 - 1.0).hi)  # one third to 32 digits, times three
    0.0
    """

    hi: Floats
    lo: Floats

    # NumPy must leave `array * double` to us.
    __array_ufunc__ = None

    @staticmethod
    def of(values: Any) -> Double:
        """The numbers, with low parts of 0."""
        if isinstance(values, Double):
            return values
        hi = np.asarray(values, dtype=np.float64)
        return Double(hi, _zeros(hi.shape))

    @staticmethod
    def read(column: Column, name: str) -> Double:
        """The numbers of a column, each rounded to float64."""
        return Double.of(floats(column, name))

    @staticmethod
    def stack(columns: list[Double], rows: int) -> Double:
        """Columns of shape (rows,) side by side: (rows, p)."""
        hi = _stacked([column.hi for column in columns], rows)
        if all(column.is_single for column in columns):
            return Double(hi.T, _zeros(hi.T.shape))
        return Double(hi.T, _stacked([column.lo for column in columns], rows).T)

    @property
    def is_single(self) -> bool:
        """Whether all low parts are 0."""
        return not (self.lo if any(self.lo.strides) else self.lo[(slice(1),) * self.lo.ndim]).any()

    def joined(self, other: Double) -> Double:
        """These rows, and those below."""
        return Double(np.concatenate([self.hi, other.hi]), np.concatenate([self.lo, other.lo]))

    @property
    def shape(self) -> tuple[int, ...]:
        return self.hi.shape

    @property
    def T(self) -> Double:
        return Double(self.hi.T, self.lo.T)

    @property
    def number(self) -> float:
        """The one number of an array of shape ()."""
        return float(self.hi)

    def __getitem__(self, key: Any) -> Double:
        return Double(self.hi[key], self.lo[key])

    def __neg__(self) -> Double:
        return Double(-self.hi, -self.lo)

    def __add__(self, other: Any) -> Double:
        return _by_rows(_sum, self, Double.of(other))

    def __sub__(self, other: Any) -> Double:
        return self + -Double.of(other)

    def __mul__(self, other: Any) -> Double:
        return _by_rows(_product, self, Double.of(other))

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Any) -> Double:
        other = Double.of(other)
        first = self.hi / other.hi
        second = (self - other * first).hi / other.hi
        return Double(*two_sum(first, second))

    def __matmul__(self, other: Double) -> Double:
        """The product (n, k) @ (k, m), from float64 products of slices so short that nothing is rounded."""
        n, m = self.shape[0], other.shape[1]
        hi, lo = np.zeros((2, n, m))
        for rows in blocks(n, BLOCK):
            total = Double.of(np.zeros_like(hi[rows]))
            for inner in blocks(self.shape[1], BLOCK):
                total = total + _matrix_product(self[rows, inner], other[inner])
            hi[rows], lo[rows] = total.hi, total.lo
        return Double(hi, lo)

    def times(self, power: Any) -> Double:
        """The numbers times a power of two, exactly."""
        return Double(self.hi * power, self.lo * power)

    def roots(self) -> Floats:
        """The square roots, in float64."""
        return np.sqrt(self.hi)

    def settled(self, scale: Any) -> Double:
        """The numbers, with 0 for those that are only rounding errors of numbers as large as `scale`."""
        counts = np.abs(self.hi) > 1e-24 * scale
        return Double(np.where(counts, self.hi, 0.0), np.where(counts, self.lo, 0.0))

    def sum(self) -> Double:
        """The sum over the first axis, halving it again and again."""
        total = self
        while (n := total.shape[0]) > 1:
            paired = total[: n // 2] + total[n // 2 : n // 2 * 2]
            total = paired if n % 2 == 0 else paired.joined(total[-1:])
        return total[0] if len(total.hi) else Double.of(np.zeros(self.shape[1:]))

    def sums(self, group: NDArray[np.intp], groups: int) -> Double:
        """The sum of each group's rows, shape (groups, …): neighbours are added again and again, each pair in a group.

        >>> Double.of([1.0, 2.0, 4.0]).sums(np.array([1, 0, 1]), 3).hi
        array([2., 5., 0.])
        """
        if groups == 1:
            return self.sum()[None]
        order = np.argsort(group, kind="stable")
        total, group = self[order], group[order]
        while (group[1:] == group[:-1]).any():
            place = np.arange(len(group))
            first = np.maximum.accumulate(np.where(np.diff(group, prepend=-1) != 0, place, 0))
            second = (place - first) % 2 == 1
            paired = (np.cumsum(~second) - 1)[second]  # where, among those kept, the first of each pair is
            kept = total[~second]
            both = kept[paired] + total[second]
            kept.hi[paired], kept.lo[paired] = both.hi, both.lo
            total, group = kept, group[~second]
        hi, lo = np.zeros((2, groups, *self.shape[1:]))
        hi[group], lo[group] = total.hi, total.lo
        return Double(hi, lo)


def _zeros(shape: tuple[int, ...]) -> Floats:
    """Zeros; many are one number, repeated."""
    return np.zeros(shape) if math.prod(shape) <= CACHED else np.broadcast_to(np.zeros(()), shape)


def _stacked(columns: list[Floats], rows: int) -> Floats:
    """The columns one after the other, (p, rows): where they lie, if that is so there."""
    whole = columns[0].base if columns else None
    if isinstance(whole, np.ndarray) and whole.shape == (len(columns), rows) and whole.dtype == np.float64:
        places = zip(columns, whole, strict=True)
        if all(column.base is whole and column.ctypes.data == row.ctypes.data for column, row in places):
            return whole
    return np.array(columns).reshape(len(columns), rows)


def _sum(a: Double, b: Double) -> Double:
    high, error = two_sum(a.hi, b.hi)
    low, low_error = two_sum(a.lo, b.lo)
    high, error = two_sum(high, error + low)
    return Double(*two_sum(high, error + low_error))


def _product(a: Double, b: Double) -> Double:
    product, error = two_product(a.hi, b.hi)
    return Double(*two_sum(product, error + (a.hi * b.lo + a.lo * b.hi)))


def _by_rows(operation: Callable[[Double, Double], Double], a: Double, b: Double) -> Double:
    """The result of an elementwise operation, computed some rows at a time."""
    shape = np.broadcast_shapes(a.shape, b.shape)
    if math.prod(shape) <= CACHED:
        return operation(a, b)
    hi, lo = np.empty((2, *shape))
    a, b = (Double(np.broadcast_to(x.hi, shape), np.broadcast_to(x.lo, shape)) for x in (a, b))
    step = max(1, CACHED * shape[0] // math.prod(shape))
    for start in range(0, shape[0], step):
        rows = slice(start, start + step)
        done = operation(a[rows], b[rows])
        hi[rows], lo[rows] = done.hi, done.lo
    return Double(hi, lo)


def _matrix_product(a: Double, b: Double) -> Double:
    """The product (n, k) @ (k, m), for k up to BLOCK."""
    balance = power_of_two(b.hi, axis=1)  # no factor is larger than its term: columns may have any unit
    m = b.shape[1]
    slices = np.concatenate(list(_slices(b.times(balance[:, None]), 0)), axis=1)
    total = Double.of(np.zeros((a.shape[0], m)))
    for i, part in enumerate(_slices(a.times(1 / balance), 1)):
        products = part @ slices[:, : m * (SLICES - i)]  # the others are too small to count
        for j in reversed(range(SLICES - i)):
            total = _sum(total, Double.of(products[:, m * j : m * (j + 1)]))
    return total


def _slices(numbers: Double, axis: int) -> Iterator[Floats]:
    """The numbers' leading bits, then the next ones, …: multiples of a power of two that is common along the axis."""
    rest, low = numbers.hi, numbers.lo
    step = np.expand_dims(1 / power_of_two(rest, axis), axis)
    for _ in range(SLICES):
        step = step * 2.0**-BITS
        shift = 1.5 * 2.0**52 * step  # a sum this large has no bits below the step
        part = (rest + shift) - shift
        yield part
        rest = rest - part  # 0, or a multiple of its last bit, so never shorter than low
        whole = rest + low
        rest, low = whole, low - (whole - rest)
