"""Least squares in float64, to full accuracy: a rank-revealing QR factorisation, then iterative refinement.

The columns are centred (when there is a constant; within each group of rows, when each group has one) and scaled by
powers of two. QR with column pivoting decides the rank, and says which columns depend on which. Its triangle R then
preconditions the normal equations, whose sums are kept in twice the precision: x ← x + R⁻¹R⁻ᵀ(b − Gx), where RᵀR ≈ G
up to κε, so every round wins as many digits as the columns leave (Björck 1996, "Numerical Methods for Least Squares
Problems", section 6.6: corrected seminormal equations).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from glassnet.ir.errors import DataError
from glassnet.regression.doubles import Double, Floats, power_of_two
from glassnet.regression.inputs import Table
from glassnet.regression.terms import Design, Rows
from glassnet.regression.uniqueness import Combination, NotUniqueError, dependent

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Factors:
    """A[:, order] = QR, stopped at the rank: R is (rank, p), its first `rank` columns triangular."""

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
    """The columns that depend on others, each with its factors (p,) of the columns before it wherever it can be so
    said.

    The null vectors [−R₁₁⁻¹R₁₂; I] are reduced from the right, so that the *last* columns come out as the dependent
    ones.
    """
    rank, order = factors.rank, factors.order
    vectors = np.zeros((p - rank, p))
    vectors[:, order[:rank]] = -solve_upper(factors.R[:, :rank], factors.R[:, rank:]).T
    vectors[:, order[rank:]] = np.eye(p - rank)
    dependent: dict[int, Floats] = {}
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
        dependent[column] = vectors[row]
    for column, vector in dependent.items():
        dependent[column] = np.where(np.abs(vector) < 1e-8, 0.0, -vector)
        dependent[column][column] = 0.0
    return dict(sorted(dependent.items()))


@dataclass(frozen=True, eq=False)
class Solution:
    """A fitted line, plane or hyperplane in float64 pairs; everything a statistic needs.

    Each group of rows has a constant of its own; there is one group but where a category makes more. Of each group
    `means` (groups, k) are those of the columns and `level` (groups,) that of y, `share` (groups,) is 1 / its weight;
    all three are 0 where there is no constant. `slopes` (k,) are the coefficients of the columns that are written
    out, `inverse` (k, k) that of their centred weighted products; `middle` is the mean of y that R² compares with.
    """

    design: Design
    rows: Rows
    y: Double
    weights: Floats
    means: Double
    level: Double
    share: Double
    middle: Double
    slopes: Double
    inverse: Double

    @cached_property
    def parameters(self) -> Floats:
        parts = self.means * self.slopes
        constants = self.level - parts.T.sum()
        sizes = Double.of(np.abs(self.level.hi) + np.abs(parts.hi).sum(axis=1))
        plus, minus = _of_constants(sizes, self.design)
        plain, compared = _of_constants(constants, self.design)
        return self._placed((plain - compared).settled(plus.hi + minus.hi).hi, self.slopes.hi)

    @cached_property
    def variances(self) -> Floats:
        """The diagonal of (AᵀWA)⁻¹, shape (p,)."""
        plus, minus = _of_constants(self.means, self.design)
        own, other = _of_constants(self.share, self.design)
        return self._placed((own + other + self._quadratic(plus - minus)).hi, np.diagonal(self.inverse.hi))

    def _placed(self, constants: Floats, slopes: Floats) -> Floats:
        placed = np.empty(len(self.design.is_constant))
        placed[self.design.is_constant], placed[~self.design.is_constant] = constants, slopes
        return placed

    @cached_property
    def fitted(self) -> Floats:
        return self._predict(self.rows).hi

    @property
    def residuals(self) -> Floats:
        return self._residuals.hi

    @cached_property
    def _residuals(self) -> Double:
        return (self.y - self._predict(self.rows)).settled(np.abs(self.y.hi).max())

    @cached_property
    def sse(self) -> float:
        """Σ w (y − ŷ)²."""
        return float((self._residuals * self._residuals * self.weights).sum().hi)

    @cached_property
    def sst(self) -> float:
        """Σ w (y − ȳ)², about 0 instead of ȳ where there is no intercept."""
        deviations = (self.y - self.middle).settled(np.abs(self.y.hi).max())
        return float((deviations * deviations * self.weights).sum().hi)

    @property
    def total_weight(self) -> float:
        return float(Double.of(self.weights).sum().hi)

    def standard_errors(self, df: int) -> Floats:
        return np.sqrt(self.variances * self.sse / df)

    def predict(self, table: Table) -> Floats:
        return self._predict(self.design.rows(table)).hi

    def _predict(self, rows: Rows) -> Double:
        centred = rows.values - rows.own(self.means)
        return (centred @ self.slopes[:, None])[:, 0] + rows.own(self.level)

    def leverage(self, table: Table) -> Floats:
        """aᵀ(AᵀWA)⁻¹a for each row a: the variance of the prediction there, in units of the residual variance."""
        rows = self.design.rows(table)
        return (self._quadratic(rows.values - rows.own(self.means)) + rows.own(self.share)).hi

    def _quadratic(self, centred: Double) -> Double:
        return ((centred @ self.inverse) * centred).T.sum()

    def with_parameters(self, parameters: Floats) -> Solution:
        """The same data, in one group, with other parameters (found by gradient descent, say)."""
        if not self.design.intercept:
            return replace(self, slopes=Double.of(parameters))
        slopes = Double.of(parameters[1:])
        return replace(self, slopes=slopes, level=((self.means * slopes).T.sum() + parameters[0]))


def _of_constants(each: Double, design: Design) -> tuple[Double, Double]:
    """Of numbers with one row a group, those of the parameters that come from constants, and of their references."""
    plus, minus = design.contrasts
    none = np.zeros((1, *each.shape[1:]))  # the last row: what stands at -1
    padded = Double(np.concatenate([each.hi, none]), np.concatenate([each.lo, none]))
    return padded[plus], padded[minus]


def solve(design: Design, table: Table, y: Floats, weights: Floats) -> Solution:
    """Fit y ≈ the design's columns with the least Σ w (y − ŷ)²; NotUniqueError where many do."""
    rows, target = design.rows(table), Double.of(y)
    for column, name in zip([*rows.values.hi.T, y], [*(f.name for f in design.dense), "y"], strict=True):
        _check_range(column, name)
    means, level, share = _centres(design, rows, target, weights)
    middle = (target * weights).sum() / Double.of(weights).sum() if design.intercept else Double.of(0.0)
    centred = rows.values - rows.own(means)
    deviations = (target - rows.own(level)).settled(np.abs(y).max())
    slopes, inverse = _slopes(design, rows, centred, deviations, weights, means)
    return Solution(design, rows, target, weights, means, level, share, middle, slopes, inverse)


def _centres(design: Design, rows: Rows, target: Double, weights: Floats) -> tuple[Double, Double, Double]:
    """Of each group the columns' means, the mean of y, and 1 / its weight; zeros where there is no constant."""
    groups, k = design.groups, rows.values.shape[1]
    if not groups:
        return Double.of(np.zeros((1, k))), Double.of(np.zeros(1)), Double.of(np.zeros(1))
    totals = Double.of(weights).sums(rows.group, groups)
    if not totals.hi.all():
        level = design.levels[design.grouping or ""][int(np.flatnonzero(totals.hi == 0)[0])]
        raise NotUniqueError(
            f"the best fit is not unique: every observation with {design.grouping}={level} has weight 0. "
            f"Leave those observations out, or give one of them a weight above 0",
            {},
        )
    means = (rows.values * weights[:, None]).sums(rows.group, groups) / totals[:, None]
    return means, (target * weights).sums(rows.group, groups) / totals, Double.of(1.0) / totals


def _slopes(
    design: Design, rows: Rows, centred: Double, deviations: Double, weights: Floats, means: Double
) -> tuple[Double, Double]:
    """The coefficients of the dense columns, and the inverse of their centred weighted products."""
    k = centred.shape[1]
    if not k:
        return Double.of(np.zeros(0)), Double.of(np.zeros((0, 0)))
    scale, y_scale = power_of_two(centred.hi, axis=0), power_of_two(deviations.hi, axis=0)
    scaled, roots = centred * scale, np.sqrt(weights)
    noise = 4 * EPSILON * np.linalg.norm(rows.values.hi * scale * roots[:, None], axis=0)
    factors = pivoted_qr(scaled.hi * roots[:, None], noise)
    if factors.rank < k:
        raise dependent(_dependencies(factors, design, scale, means.hi))
    weighted = (scaled * weights[:, None]).T
    right = Double.stack(
        [*(Double.of(column) for column in np.eye(k)), (weighted @ (deviations * y_scale)[:, None])[:, 0]]
    )
    x = _refine(weighted @ scaled, right, factors.R, factors.order)
    slopes = x[:, k].settled(np.abs(x.hi[:, k]).max()) * scale / y_scale
    return slopes, x[:, :k] * scale * scale[:, None]


def _check_range(column: Floats, name: str) -> None:
    largest = float(np.abs(column).max())
    if largest and not 1e-150 < largest < 1e150:
        raise DataError(f"{name} reaches {largest:.3g}, whose square float64 cannot hold; choose another unit")


def _dependencies(factors: Factors, design: Design, scale: Floats, means: Floats) -> dict[str, Combination]:
    """Each dense column that depends on others, as a combination of those, of levels and of the constant."""
    names = [feature.name for feature in design.dense]
    constants = [name for name, constant in zip(design.names, design.is_constant, strict=True) if constant]
    found = {}
    for column, vector in combinations(factors, len(names)).items():
        vector = vector * scale / scale[column]
        rest = means[:, column] - means @ vector
        plus, minus = _of_constants(Double.of(rest), design)
        sizes = _of_constants(Double.of(np.abs(means[:, column]) + np.abs(means) @ np.abs(vector)), design)
        differences = np.where(
            np.abs(plus.hi - minus.hi) > 1e-10 * (sizes[0].hi + sizes[1].hi), plus.hi - minus.hi, 0.0
        )
        factor = {name: float(value) for name, value in zip(constants, differences, strict=True) if value}
        constant = factor.pop("intercept", 0.0) if design.intercept else 0.0
        slopes = {names[k]: float(vector[k]) for k in range(len(names)) if vector[k]}
        found[names[column]] = Combination({**slopes, **factor}, constant)
    return found


def _refine(G: Double, right: Double, R: Floats, order: list[int]) -> Double:
    """G⁻¹ right, (p, m), to about float64's last digit and beyond, given R with RᵀR ≈ G[order][:, order]."""
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
