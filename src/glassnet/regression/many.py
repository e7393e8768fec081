"""Least squares of very many observations: the normal equations in float64, refined by more precise residuals.

The matrix G of centred products is summed in float64, block by block. Each round then takes the residuals of the
solution so far, to some 24 digits, and solves G for what is left of them: x ← x + G⁻¹Aᵀ(b − Ax) (Björck 1996, section
6.6). That wins as many digits a round as G has, so it is used only where the columns are far from dependent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.regression.doubles import Double, Floats, power_of_two, two_sum
from glassnet.regression.inputs import each

LEAST = 1_000_000
"""Numbers from which on this is worth it."""
ROWS = 1024  # so few that BLAS multiplies each block in one thread: two blocks at a time are quicker, beside others too
MOST_COLUMNS = 32  # so many products of 26 bits and 21 have a sum of at most 52 bits, which float64 holds exactly
MOST_DEPENDENT = 5e3  # the condition of G up to which its inverse has twelve digits
UPPER = 1.5 * 2.0 ** (52 - 26)  # a sum this large has no bits below 2⁻²⁶
MOST_ROUNDS = 3
SETTLED = 1e-12  # a change, compared with the slopes, after which another round changes nothing


@dataclass(frozen=True)
class Found:
    """The slopes (k,), the value at the centre, the centre (k,), and the inverse (k, k) of the centred products."""

    slopes: Double
    level: Double
    centre: Floats
    inverse: Floats


def fit_many(x: Floats, y: Floats, weights: Floats, constant: bool, largest: Floats) -> Found | None:
    """The fit to x (n, k), y (n,) with weights (n,); None where the columns are too few numbers or too dependent.

    ``largest`` (k,) is the size of each column's largest number.
    """
    n, k = x.shape
    if n * k < LEAST or not 0 < k <= MOST_COLUMNS:
        return None
    columns, total = x.T, float(weights.sum())
    centre = columns @ weights / total if constant else np.zeros(k)
    scale = power_of_two(largest[None], axis=0)
    gram, right, level = _normal(columns, y, weights, centre, total if constant else 0.0)
    gram = scale * gram * scale[:, None]
    sizes = np.sqrt(np.diagonal(gram))
    if not sizes.all() or not np.linalg.cond(gram / sizes / sizes[:, None]) < MOST_DEPENDENT:
        return None
    inverse = np.linalg.inv(gram)
    slopes = Double.of(inverse @ (right * scale))
    for _ in range(MOST_ROUNDS):
        left, mean = _left(columns, y, weights, centre, scale, slopes, level)
        change = inverse @ (left * scale)
        slopes = slopes + change
        level = level + mean / total if constant else level
        if np.abs(change).max() <= SETTLED * np.abs(slopes.hi).max():
            return Found(slopes.times(scale), level, centre, inverse * scale * scale[:, None])
    return None


def _normal(columns: Floats, y: Floats, weights: Floats, centre: Floats, total: float) -> tuple[Floats, Floats, Double]:
    """Σ w (x − centre)(x − centre)ᵀ, (k, k), Σ w (x − centre)(y − ȳ), (k,), and ȳ, 0 where no total is given."""
    gram, right = np.zeros((len(columns), len(columns))), np.zeros(len(columns))
    mean = float(y @ weights) / total if total else 0.0

    def sums(rows: slice) -> tuple[Floats, Floats]:
        part = columns[:, rows] - centre[:, None]
        weighted = part * weights[rows]
        return weighted @ part.T, weighted @ (y[rows] - mean)

    for products, with_y in each(sums, _blocks(len(weights))):
        gram += products
        right += with_y
    return gram, right, Double.of(mean)


def _left(
    columns: Floats, y: Floats, weights: Floats, centre: Floats, scale: Floats, slopes: Double, level: Double
) -> tuple[Floats, float]:
    """Σ w r (x − centre), (k,), and Σ w r, of the residuals r of these slopes, which are of the scaled columns."""
    left, mean = np.zeros(len(columns)), 0.0
    factors, constant = _cut(slopes), level - (Double.of(centre * scale) * slopes).sum()

    def sums(rows: slice) -> tuple[Floats, float]:
        scaled = columns[:, rows] * scale[:, None]
        upper = (scaled + UPPER) - UPPER
        exact = factors @ upper  # each is a sum without rounding, but for the last, which is tiny
        residual, lost = y[rows], np.zeros(1)
        for part in (constant.hi, *exact, slopes.hi @ (scaled - upper) + constant.lo):
            residual, error = two_sum(residual, -part)
            lost = lost + error
        weighted = (residual + lost) * weights[rows]
        return (columns[:, rows] - centre[:, None]) @ weighted, float(weighted.sum())

    for products, total in each(sums, _blocks(len(y))):
        left += products
        mean += total
    return left, mean


def _cut(slopes: Double) -> Floats:
    """The slopes as a sum of three times 21 bits, and the rest: (4, k)."""
    parts, rest = [], slopes
    step = 1 / float(power_of_two(slopes.hi, axis=0))
    for _ in range(3):
        step *= 2.0**-21
        part = np.round(rest.hi / step) * step
        parts.append(part)
        rest = rest - part
    return np.array([*parts, rest.hi])


def _blocks(n: int) -> list[slice]:
    return [slice(start, start + ROWS) for start in range(0, n, ROWS)]
