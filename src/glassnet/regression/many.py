"""Least squares of very many observations: the normal equations in float64, once corrected by more precise residuals.

The first pass over the observations sums the products of the columns, of y and of 1; from the equations Gx = Aᵀb come
the slopes, to as many digits as G has. They are cut to so few bits that their products with the columns are exact, the
second pass sums what these residuals have in common with the columns, and the same equations say what is missing:
x = x₁ + G⁻¹Aᵀ(b − Ax₁) (Björck 1996, section 6.6). So the digits of G come on top of those of x₁. Where the columns are
nearly dependent, G has too few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.regression.blocks import PART, blocks, each
from glassnet.regression.doubles import Double, Floats, power_of_two, two_sum

LEAST = 1_000_000
"""Numbers from which on this is worth it."""
ROWS = 3072
"""Rows that are worked on at a time."""
SAMPLED = 4096
"""Rows from which the means are guessed."""
LARGEST = 1e150  # of numbers whose squares float64 can hold
MOST_LOST = 100  # so many times smaller may the products become when their columns are centred
MOST_DEPENDENT = 5e3  # the condition of G up to which its inverse has twelve digits
MOST_COLUMNS = 32  # so many products of 27 bits and 20 have a sum of at most 52 bits, which float64 holds exactly
SHORT, UPPER = 2.0**-20, 2.0**-26  # the last bit of the cut slopes, and of the columns' upper halves
AGREED = 1e-10
"""How far apart the slopes of both passes may be, compared with the largest."""


@dataclass(frozen=True)
class Found:
    """The slopes (k,), the value at the means (k,), and the inverse (k, k) of the centred products; Σ w.

    Without a constant the means are 0, and so is the value there.
    """

    slopes: Double
    level: Double
    means: Floats
    inverse: Floats
    total: float


@dataclass(frozen=True)
class First:
    """The same after the first pass, slopes and inverse of the columns times ``scale`` (k,)."""

    slopes: Floats
    level: float
    means: Floats
    inverse: Floats
    total: float
    scale: Floats


def fit_many(x: Floats, y: Floats, weights: Floats, constant: bool) -> Found | None:
    """The fit to x (n, k), y (n,) with weights (n,); None where that is for the way for few to do, or to refuse."""
    n, k = x.shape
    if n * k < LEAST or not 0 < k <= MOST_COLUMNS:
        return None
    first = _first(x.T, y, weights, constant)
    if first is None:
        return None
    means, scale = first.means, first.scale
    centre = _cut(means * scale, UPPER) / scale
    cut = _cut(first.slopes, SHORT / power_of_two(first.slopes, axis=0))
    slopes, off = cut * scale, means - centre
    level = first.level - float(off @ slopes)
    common, rest = _left(x.T, y, weights, centre, slopes, level, scale)
    change = first.inverse @ ((common - off * rest) * scale)
    if not np.abs(cut + change - first.slopes).max() <= AGREED * np.abs(cut).max():
        return None
    at_means = (Double.of(off) * slopes).sum() + level + rest / first.total
    return Found(
        (Double.of(cut) + change).times(scale),
        at_means if constant else Double.of(0.0),
        means,
        first.inverse * scale * scale[:, None],
        first.total,
    )


def _first(columns: Floats, y: Floats, weights: Floats, constant: bool) -> First | None:
    """The first pass; None where the columns are too dependent, or float64 cannot hold the squares of their numbers."""
    k, n = columns.shape
    sampled = slice(None, None, -(-n // SAMPLED))
    with np.errstate(all="ignore"):  # what cannot be used is seen in the sums
        origin = np.array([*columns[:, sampled].mean(axis=1), y[sampled].mean()]) * constant
        products, sizes = _products(columns, y, weights, origin)
    if not ((sizes > 1 / LARGEST) & (sizes < LARGEST)).all():
        return None
    total, shift = products[-1, -1], products[-1, :-1] / products[-1, -1] * constant
    centred = products[:-1, :-1] - total * np.outer(shift, shift)
    scale = power_of_two(sizes[None, :k], axis=0)
    gram, whole = scale * centred[:k, :k] * scale[:, None], np.diagonal(products)[:k] * scale**2
    squares = np.diagonal(gram)
    if not (squares * MOST_LOST > whole).all():
        return None
    if not np.linalg.cond(gram / np.sqrt(np.outer(squares, squares))) < MOST_DEPENDENT:
        return None
    inverse, means = np.linalg.inv(gram), origin + shift
    return First(inverse @ (centred[:k, k] * scale), means[k], means[:k], inverse, float(total), scale)


def _cut(numbers: Floats, step: Floats | float) -> Floats:
    """The numbers, rounded to multiples of the step."""
    rounded: Floats = np.round(numbers / step) * step
    return rounded


def _products(columns: Floats, y: Floats, weights: Floats, origin: Floats) -> tuple[Floats, Floats]:
    """Σ w zzᵀ (k + 2, k + 2) of z = (x, y, 1), x and y less their origin; a bound (k + 1,) of the sizes of x and y."""
    k, n = columns.shape
    roots = None if (weights == 1).all() else np.sqrt(weights)

    def sums(part: slice) -> tuple[Floats, Floats]:
        products, sizes, memory = np.zeros((k + 2, k + 2)), np.zeros(k + 2), np.empty((k + 2, ROWS))
        for rows in blocks(part.stop, ROWS, part.start):
            z = memory[:, : rows.stop - rows.start]
            np.subtract(columns[:, rows], origin[:k, None], out=z[:k])
            np.subtract(y[rows], origin[k], out=z[k])
            z[k + 1] = 1
            sizes = np.maximum(sizes, np.maximum(z.max(axis=1), -z.min(axis=1)))
            if roots is not None:
                z *= roots[rows]
            products += z @ z.T
        return products, sizes[:-1]

    products, sizes = zip(*each(sums, blocks(n, PART)), strict=True)
    return np.sum(products, axis=0), np.max(sizes, axis=0) + np.abs(origin)


def _left(
    columns: Floats, y: Floats, weights: Floats, centre: Floats, slopes: Floats, level: float, scale: Floats
) -> tuple[Floats, float]:
    """Σ w r (x − centre), (k,), and Σ w r, of the residuals r of y = level + (x − centre)·slopes."""
    k, n = columns.shape
    rounding = 1.5 * 2.0**52 * (UPPER / scale)[:, None]  # a sum this large has no bits below those of the upper half
    and_centring = rounding + centre[:, None]

    def sums(part: slice) -> tuple[Floats, float]:
        common, rest, memory = np.zeros(k), 0.0, np.empty((2, k, ROWS))
        for rows in blocks(part.stop, ROWS, part.start):
            halves = memory[:, :, : rows.stop - rows.start]
            upper, lower = halves  # of x − centre, exactly
            np.add(columns[:, rows], rounding, out=lower)
            np.subtract(lower, and_centring, out=upper)
            np.subtract(lower, rounding, out=lower)
            np.subtract(columns[:, rows], lower, out=lower)
            exact, tiny = slopes @ halves
            residual, lost = two_sum(y[rows], np.array(-level))
            residual, error = two_sum(residual, -exact)
            weighted = (residual + (lost + error - tiny)) * weights[rows]
            common += (halves @ weighted).sum(axis=0)
            rest += float(weighted.sum())
        return common, rest

    common, rest = zip(*each(sums, blocks(n, PART)), strict=True)
    return np.sum(common, axis=0), float(np.sum(rest))
