"""Least squares in float64, to full accuracy: a rank-revealing QR factorisation, then iterative refinement.

The columns are centred (when there is a constant; within each group of rows, when each group has one) and scaled by
powers of two. QR with column pivoting decides the rank, and says which columns depend on which. Its triangle R then
preconditions the normal equations, whose sums are kept in twice the precision: x ← x + R⁻¹R⁻ᵀ(b − Gx), where RᵀR ≈ G
up to κε, so every round wins as many digits as the columns leave (Björck 1996, "Numerical Methods for Least Squares
Problems", section 6.6: corrected seminormal equations).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from glassnet.ir.errors import DataError
from glassnet.regression.doubles import Double, Floats, power_of_two
from glassnet.regression.inputs import Table
from glassnet.regression.many import fit_many
from glassnet.regression.solution import Solution, centres, named
from glassnet.regression.terms import Design, Rows
from glassnet.regression.uniqueness import dependent

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Factors:
    """The triangle R of A[:, order] = QR, up to the rank of A: (rank, p), its first `rank` columns triangular."""

    R: Floats
    order: list[int]
    rank: int


def pivoted_qr(A: Floats, noise: Floats) -> Factors:
    """QR with the longest remaining column first (Businger & Golub 1965); A is (n, p).

    `noise` (p,) is how long the rounding error in each column may be: where what is left of a column is no longer
    than the rounding of all that went into it could make it, the rank is reached.

    >>> pivoted_qr(np.array([[1.0, 2.0], [1.0, 2.0]]), np.full(2, 1e-15)).rank
    1
    """
    from scipy.linalg import qr

    R, order = qr(A, mode="r", pivoting=True, check_finite=False)
    rank = min(A.shape)
    for j in range(rank):
        combination = solve_upper(R[:j, :j], R[:j, j])
        if abs(R[j, j]) <= noise[order[j]] + np.abs(combination) @ noise[order[:j]]:
            rank = j
            break
    return Factors(R[:rank], order.tolist(), rank)


def solve_upper(R: Floats, b: Floats) -> Floats:
    """R⁻¹b by back substitution; R is (p, p) upper triangular, b (p,) or (p, m)."""
    return _solve_triangular(R, b, 0)


def solve_transposed(R: Floats, b: Floats) -> Floats:
    """R⁻ᵀb by forward substitution; R is (p, p) upper triangular, b (p,) or (p, m)."""
    return _solve_triangular(R, b, 1)


def _solve_triangular(R: Floats, b: Floats, transposed: int) -> Floats:
    from scipy.linalg import solve_triangular

    x: Floats = solve_triangular(R, b, trans=transposed, check_finite=False) if len(R) else np.array(b)
    return x


def combinations(factors: Factors, p: int) -> dict[int, Floats]:
    """The columns that depend on others: {column: factors (p,) of the others}, of columns before it where possible.

    The null vectors [−R₁₁⁻¹R₁₂; I] are reduced from the right, so that the *last* columns come out as the dependent
    ones.
    """
    rank, order = factors.rank, factors.order
    vectors = np.zeros((p - rank, p))
    vectors[:, order[:rank]] = -solve_upper(factors.R[:, :rank], factors.R[:, rank:]).T
    vectors[:, order[rank:]] = np.eye(p - rank)
    found: dict[int, Floats] = {}
    free = list(range(p - rank))
    for column in reversed(range(p)):
        if not free:
            break
        row = max(free, key=lambda i: abs(vectors[i, column]))
        if abs(vectors[row, column]) < 1e-8:
            continue
        free.remove(row)
        vectors[row] /= vectors[row, column]
        for other in range(p - rank):
            if other != row:
                vectors[other] -= vectors[other, column] * vectors[row]
        found[column] = vectors[row]
    for column, vector in found.items():
        found[column] = np.where(np.abs(vector) < 1e-8, 0.0, -vector)
        found[column][column] = 0.0
    return dict(sorted(found.items()))


def solve(design: Design, table: Table, y: Floats, weights: Floats) -> Solution[Double]:
    """Fit y ≈ the design's columns with the least Σ w (y − ŷ)²; NotUniqueError where many do."""
    rows, target, shares = design.rows(table, Double), Double.of(y), Double.of(weights)
    if design.grouping is None and rows.values.is_single:
        found = fit_many(rows.values.hi, y, weights, design.intercept)
        if found is not None:
            means, share = Double.of(found.means[None]), Double.of([design.intercept / found.total])
            inverse = Double.of(found.inverse)
            return Solution(design, rows, target, shares, means, found.level[None], share, found.slopes, inverse)
    for column, name in zip([*rows.values.hi.T, y], [*(f.name for f in design.dense), "y"], strict=True):
        _require_square(column, name)
    means, level, share = centres(design, rows, target, shares)
    centred = rows.values - rows.own(means)
    deviations = (target - rows.own(level)).settled(np.abs(y).max())
    slopes, inverse = _slopes(design, rows, centred, deviations, weights, means)
    return Solution(design, rows, target, shares, means, level, share, slopes, inverse)


def with_parameters(solution: Solution[Double], parameters: Floats) -> Solution[Double]:
    """The solution with other parameters, found by gradient descent, say; its rows are in one group."""
    if not solution.design.intercept:
        return replace(solution, slopes=Double.of(parameters))
    slopes = Double.of(parameters[1:])
    return replace(solution, slopes=slopes, level=(solution.means * slopes).T.sum() + parameters[0])


def _slopes(
    design: Design, rows: Rows[Double], centred: Double, deviations: Double, weights: Floats, means: Double
) -> tuple[Double, Double]:
    """The coefficients of the dense columns, and the inverse of their centred weighted products."""
    k = centred.shape[1]
    if not k:
        return Double.of(np.zeros(0)), Double.of(np.zeros((0, 0)))
    scale, y_scale = power_of_two(centred.hi, axis=0), power_of_two(deviations.hi, axis=0)
    scaled, roots = centred.times(scale), np.sqrt(weights)
    noise = 4 * EPSILON * np.linalg.norm(rows.values.hi * scale * roots[:, None], axis=0)
    factors = pivoted_qr(scaled.hi * roots[:, None], noise)
    if factors.rank < k:
        found = {i: vector * scale / scale[i] for i, vector in combinations(factors, k).items()}
        raise dependent(named(found, design, means.hi))
    weighted = (scaled * weights[:, None]).T
    right = Double.of(np.eye(k)).T.joined((weighted @ deviations.times(y_scale)[:, None]).T).T
    x = _refine(weighted @ scaled, right, factors.R, factors.order)
    slopes = x[:, k].settled(np.abs(x.hi[:, k]).max()) * scale / y_scale
    return slopes, x[:, :k] * scale * scale[:, None]


def _require_square(column: Floats, name: str) -> None:
    """DataError where float64 cannot hold the square of the largest number."""
    largest = float(max(column.max(), -column.min()))
    if largest and not 1e-150 < largest < 1e150:
        raise DataError(f"{name} reaches {largest:.3g}, whose square float64 cannot hold; choose another unit")


def _refine(G: Double, right: Double, R: Floats, order: list[int]) -> Double:
    """The solution x of Gx = right, (p, m), to more digits than float64 has, given R with RᵀR ≈ G[order][:, order]."""
    x = Double.of(np.zeros(right.shape))
    inverse_order = np.argsort(order)
    last = np.inf
    for attempt in range(60):
        error = (right - G @ x).hi[order]
        change = solve_upper(R, solve_transposed(R, error))[inverse_order]
        x = x + change
        size = float((np.abs(change).max(axis=0) / np.maximum(np.abs(x.hi).max(axis=0), 1e-300)).max())
        if size < 1e-28 or (attempt > 2 and size > last / 2):
            break
        last = size
    if min(size, last) > 1e-12:
        raise DataError(
            "the columns are so nearly dependent that float64 cannot tell them apart to 12 digits; "
            'use precision="exact", or fewer or better scaled terms'
        )
    return x
