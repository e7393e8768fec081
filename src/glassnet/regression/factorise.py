"""Least squares in float64, to full accuracy: a rank-revealing QR factorisation, then iterative refinement.

The columns are centred (when there is an intercept) and scaled by powers of two. Householder's QR with column
pivoting decides the rank, and says which columns depend on which. Its triangle R then preconditions the normal
equations, whose sums are kept in twice the precision: x ← x + R⁻¹R⁻ᵀ(b − Gx), where RᵀR ≈ G up to κε, so every round
wins as many digits as the columns leave (Björck 1996, "Numerical Methods for Least Squares Problems", section 6.6:
corrected seminormal equations).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from glassnet.ir.errors import DataError
from glassnet.regression.doubles import Double, Floats

EPSILON = float(np.finfo(np.float64).eps)


class NotUniqueError(DataError):
    """Some columns are combinations of others, so many coefficients fit equally well.

    `dependencies` maps each such column to its combination {other column: factor}; the constant is named "1".
    """

    def __init__(self, message: str, dependencies: dict[str, dict[str, float]]) -> None:
        super().__init__(message)
        self.dependencies = dependencies


@dataclass(frozen=True)
class Factors:
    """A[:, order] = QR, stopped at the rank: R is (rank, p), its first `rank` columns triangular."""

    R: Floats
    order: list[int]
    rank: int


def pivoted_qr(A: Floats, noise: Floats) -> Factors:
    """Householder's QR, the longest remaining column first (Businger & Golub 1965); A is (n, p).

    `noise` (p,) is how long the rounding error in each column may be: where what is left of a column is no longer
    than the rounding of all that went into it could make it, the rank is reached.

    >>> pivoted_qr(np.array([[1.0, 2.0], [1.0, 2.0]]), np.full(2, 1e-15)).rank
    1
    """
    work, order = A.copy(), list(range(A.shape[1]))
    rank = min(A.shape)
    for j in range(min(A.shape)):
        k = j + int(np.argmax(np.einsum("ij,ij->j", work[j:, j:], work[j:, j:])))
        work[:, [j, k]] = work[:, [k, j]]
        order[j], order[k] = order[k], order[j]
        combination = solve_upper(work[:j, :j], work[:j, j])
        length = float(np.linalg.norm(work[j:, j]))
        if length <= noise[order[j]] + np.abs(combination) @ noise[order[:j]]:
            rank = j
            break
        reflector = work[j:, j].copy()
        reflector[0] += np.copysign(length, reflector[0])
        reflector /= np.linalg.norm(reflector)
        work[j:, j:] -= 2 * np.outer(reflector, reflector @ work[j:, j:])
    return Factors(np.triu(work[:rank]), order, rank)


def solve_upper(R: Floats, b: Floats) -> Floats:
    """R⁻¹b by back substitution; R is (p, p) upper triangular, b (p,) or (p, m)."""
    x = np.array(b, dtype=np.float64)
    for i in reversed(range(len(R))):
        x[i] = (x[i] - R[i, i + 1 :] @ x[i + 1 :]) / R[i, i]
    return x


def solve_transposed(R: Floats, b: Floats) -> Floats:
    """R⁻ᵀb by forward substitution; R is (p, p) upper triangular, b (p,) or (p, m)."""
    x = np.array(b, dtype=np.float64)
    for i in range(len(R)):
        x[i] = (x[i] - R[:i, i] @ x[:i]) / R[i, i]
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


@dataclass(frozen=True)
class Solution:
    """A fitted line, plane or hyperplane in float64 pairs; everything a statistic needs.

    `rows` (n, p) are the columns as given, `means` (p,) theirs (0 without an intercept), `deviations` (n,) y less its
    mean; `slopes` (p,) the coefficients, `level` the prediction at the means, `inverse` (p, p) that of the centred
    columns' weighted products.
    """

    rows: Double
    y: Double
    weights: Floats
    intercept: bool
    means: Double
    deviations: Double
    level: Double
    slopes: Double
    inverse: Double

    @property
    def parameters(self) -> Floats:
        if not self.intercept:
            return self.slopes.hi
        parts = self.means * self.slopes
        constant = (self.level - parts.sum()).settled(np.abs(self.level.hi) + np.abs(parts.hi).sum())
        return np.concatenate([[constant.hi], self.slopes.hi])

    @cached_property
    def variances(self) -> Floats:
        """The diagonal of (AᵀWA)⁻¹, shape (p,)."""
        slopes = np.diagonal(self.inverse.hi)
        return np.concatenate([[self._leverage(-self.means[None, :]).hi[0]], slopes]) if self.intercept else slopes

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

    @property
    def sst(self) -> float:
        """Σ w (y − ȳ)², about 0 instead of ȳ where there is no intercept."""
        return float((self.deviations * self.deviations * self.weights).sum().hi)

    @property
    def total_weight(self) -> float:
        return float(Double.of(self.weights).sum().hi)

    def standard_errors(self, df: int) -> Floats:
        return np.sqrt(self.variances * self.sse / df)

    def predict(self, columns: list[Double]) -> Floats:
        return self._predict(Double.stack(columns)).hi

    def _predict(self, rows: Double) -> Double:
        return ((rows - self.means) @ self.slopes[:, None])[:, 0] + self.level

    def leverage(self, columns: list[Double]) -> Floats:
        """aᵀ(AᵀWA)⁻¹a for each row a: the variance of the prediction there, in units of the residual variance."""
        return self._leverage(Double.stack(columns) - self.means).hi

    def _leverage(self, centred: Double) -> Double:
        quadratic = ((centred @ self.inverse) * centred).T.sum()
        return quadratic + 1 / Double.of(self.weights).sum().hi if self.intercept else quadratic

    def with_parameters(self, parameters: Floats) -> Solution:
        """The same data with other parameters (found by gradient descent, say)."""
        if not self.intercept:
            return replace(self, slopes=Double.of(parameters))
        slopes = Double.of(parameters[1:])
        return replace(self, slopes=slopes, level=(self.means * slopes).sum() + parameters[0])


def solve(columns: list[Double], names: list[str], y: Floats, weights: Floats, intercept: bool) -> Solution:
    """Fit y ≈ the columns (+ a constant) with the least Σ w (y − ŷ)²; NotUniqueError where many do."""
    rows, target = Double.stack(columns), Double.of(y)
    for column, name in zip([*rows.hi.T, y], [*names, "y"], strict=True):
        _check_range(column, name)
    p = rows.shape[1]
    means, level = Double.of(np.zeros(p)), Double.of(0.0)
    if intercept:
        total = Double.of(weights).sum()
        means, level = (rows * weights[:, None]).sum() / total, (target * weights).sum() / total
    centred, deviations = rows - means, (target - level).settled(np.abs(y).max())
    scale, y_scale = _power_of_two(centred.hi), _power_of_two(deviations.hi[:, None])
    scaled = centred * scale
    R, order = _factor(scaled, rows.hi * scale, np.sqrt(weights), names, means.hi if intercept else None, scale)
    weighted = (scaled * weights[:, None]).T
    right = Double.stack(
        [*(Double.of(column) for column in np.eye(p)), (weighted @ (deviations * y_scale)[:, None])[:, 0]]
    )
    x = _refine(weighted @ scaled, right, R, order)
    slopes = x[:, p].settled(np.abs(x.hi[:, p]).max()) * scale / y_scale
    inverse = x[:, :p] * scale * scale[:, None]
    return Solution(rows, target, weights, intercept, means, deviations, level, slopes, inverse)


def _check_range(column: Floats, name: str) -> None:
    largest = float(np.abs(column).max())
    if largest and not 1e-150 < largest < 1e150:
        raise DataError(f"{name} reaches {largest:.3g}, whose square float64 cannot hold; choose another unit")


def _power_of_two(A: Floats) -> Floats:
    """For each column the power of two that brings its largest entry near 1 (exact to multiply by), shape (p,)."""
    largest = np.abs(A).max(axis=0)
    return np.ldexp(1.0, -np.frexp(np.where(largest > 0, largest, 1.0))[1])


def _factor(
    scaled: Double, uncentred: Floats, roots: Floats, names: list[str], means: Floats | None, scale: Floats
) -> tuple[Floats, list[int]]:
    """R and the column order of the weighted columns, or NotUniqueError."""
    p = scaled.shape[1]
    noise = 4 * EPSILON * np.linalg.norm(uncentred * roots[:, None], axis=0)
    factors = pivoted_qr(scaled.hi * roots[:, None], noise)
    if factors.rank == p:
        return factors.R, factors.order
    dependencies: dict[str, dict[str, float]] = {}
    for column, vector in combinations(factors, p).items():
        vector = vector * scale / scale[column]
        combination = {names[k]: float(vector[k]) for k in range(p) if vector[k]}
        if means is not None:
            constant = means[column] - vector @ means
            magnitude = abs(means[column]) + np.abs(vector) @ np.abs(means)
            combination["1"] = float(constant) if abs(constant) > 1e-10 * magnitude else 0.0
        dependencies[names[column]] = combination
    raise NotUniqueError(describe(dependencies), dependencies)


def require_enough(observations: int, names: list[str]) -> None:
    """NotUniqueError where there are fewer observations than numbers to find."""
    if observations < len(names):
        noun = "observation" if observations == 1 else "observations"
        raise NotUniqueError(
            f"the best fit is not unique: {observations} {noun} cannot determine {len(names)} numbers "
            f"({', '.join(names)}); give at least {len(names)}, and one more for standard errors",
            {},
        )


def describe(dependencies: dict[str, dict[str, float]]) -> str:
    """The dependencies in words, and what to do."""
    sentences = []
    for name, combination in dependencies.items():
        if set(combination) <= {"1"}:
            sentences.append(f"{name} has the same value {combination.get('1', 0.0):.6g} in every observation")
        else:
            sentences.append(f"{name} = {linear_text(combination)}")
    columns = " and ".join(dependencies)
    remedy = f"Leave out {columns}, or add observations that tell them apart"
    return f"the best fit is not unique: {'; '.join(sentences)}. {remedy}"


def linear_text(combination: dict[str, float]) -> str:
    """A combination as one writes it.

    >>> linear_text({"x1": 2.0, "x2": -1.0, "1": 0.5})
    '2·x1 − x2 + 0.5'
    """
    text = ""
    for name, factor in combination.items():
        size = f"{abs(factor):.6g}"
        if factor:
            term = size if name == "1" else name if size == "1" else f"{size}·{name}"
            text += (" − " if factor < 0 else " + ") + term
    return (
        text.removeprefix(" + ").replace(" − ", "−", 1) if text.startswith(" − ") else text.removeprefix(" + ") or "0"
    )


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
