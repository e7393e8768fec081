"""Numbers of twice the precision: each an unevaluated sum hi + lo of two float64 (about 32 digits).

Error-free transformations after Dekker 1971 and Knuth; see Ogita, Rump & Oishi 2005, "Accurate sum and dot product".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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
        """The numbers themselves, their low parts 0."""
        if isinstance(values, Double):
            return values
        hi = np.asarray(values, dtype=np.float64)
        return Double(hi, np.zeros_like(hi))

    @staticmethod
    def stack(columns: list[Double]) -> Double:
        """Columns of shape (n,) side by side: (n, p)."""
        return Double(np.stack([c.hi for c in columns], axis=1), np.stack([c.lo for c in columns], axis=1))

    @property
    def shape(self) -> tuple[int, ...]:
        return self.hi.shape

    @property
    def T(self) -> Double:
        return Double(self.hi.T, self.lo.T)

    def __getitem__(self, key: Any) -> Double:
        return Double(self.hi[key], self.lo[key])

    def __neg__(self) -> Double:
        return Double(-self.hi, -self.lo)

    def __add__(self, other: Any) -> Double:
        other = Double.of(other)
        high, error = two_sum(self.hi, other.hi)
        low, low_error = two_sum(self.lo, other.lo)
        high, error = two_sum(high, error + low)
        return Double(*two_sum(high, error + low_error))

    def __sub__(self, other: Any) -> Double:
        return self + -Double.of(other)

    def __mul__(self, other: Any) -> Double:
        other = Double.of(other)
        product, error = two_product(self.hi, other.hi)
        return Double(*two_sum(product, error + (self.hi * other.lo + self.lo * other.hi)))

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Any) -> Double:
        other = Double.of(other)
        first = self.hi / other.hi
        second = (self - other * first).hi / other.hi
        return Double(*two_sum(first, second))

    def __matmul__(self, other: Double) -> Double:
        """(n, k) @ (k, m) → (n, m): outer products, as many at a time as fit into the cache, then summed."""
        n, m = self.shape[0], other.shape[1]
        total = Double.of(np.zeros((n, m)))
        block = max(1, 16384 // max(1, n * m))
        for start in range(0, self.shape[1], block):
            left, right = self.T[start : start + block], other[start : start + block]
            total = total + (left[:, :, None] * right[:, None, :]).sum()
        return total

    def settled(self, scale: Any) -> Double:
        """With 0 for what is nothing but this arithmetic's own rounding, beside numbers as large as `scale`."""
        counts = np.abs(self.hi) > 1e-24 * scale
        return Double(np.where(counts, self.hi, 0.0), np.where(counts, self.lo, 0.0))

    def sum(self) -> Double:
        """The sum over the first axis, halving it again and again."""
        total = self
        while (n := total.shape[0]) > 1:
            paired = total[: n // 2] + total[n // 2 : n // 2 * 2]
            total = paired if n % 2 == 0 else _append(paired, total[-1:])
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


def _append(first: Double, second: Double) -> Double:
    return Double(np.concatenate([first.hi, second.hi]), np.concatenate([first.lo, second.lo]))
