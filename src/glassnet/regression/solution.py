"""The solution of a least-squares problem, in float64 pairs or in fractions, from which all statistics follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Generic

import numpy as np

from glassnet.regression.doubles import Double, Floats
from glassnet.regression.inputs import Table
from glassnet.regression.terms import Design, Numbers, Rows
from glassnet.regression.uniqueness import Combination, NotUniqueError


@dataclass(frozen=True, eq=False)
class Solution(Generic[Numbers]):
    """A fitted line, plane or hyperplane.

    Each group of rows has a constant of its own. There is one group, or one for each level of the grouping category.

    means: (groups, k), the mean of each dense column in each group; 0 where there is no constant.
    level: (groups,), the mean of y in each group; likewise.
    share: (groups,), 1 / the total weight of each group; likewise.
    slopes: (k,), the coefficients of the dense columns.
    inverse: (k, k), the inverse of the matrix of their centred, weighted products.
    """

    design: Design
    rows: Rows[Numbers]
    y: Numbers
    weights: Numbers
    means: Numbers
    level: Numbers
    share: Numbers
    slopes: Numbers
    inverse: Numbers

    @cached_property
    def numbers(self) -> Numbers:
        """The parameters, shape (p,)."""
        parts = self.means * self.slopes
        sizes = Double.of(np.abs(self.level.hi) + np.abs(parts.hi).sum(axis=1))
        largest, other = of_constants(sizes, self.design)
        plain, compared = of_constants(self.level - parts.T.sum(), self.design)
        return self._placed((plain - compared).settled(largest.hi + other.hi), self.slopes)

    @property
    def parameters(self) -> Floats:
        """The parameters in float64, shape (p,)."""
        return self.numbers.hi

    @cached_property
    def variances(self) -> Numbers:
        """The diagonal of (AᵀWA)⁻¹, shape (p,)."""
        plain, compared = of_constants(self.means, self.design)
        own, other = of_constants(self.share, self.design)
        i = np.arange(len(self.inverse.hi))
        return self._placed(own + other + self._quadratic(plain - compared), self.inverse[i, i])

    def _placed(self, constants: Numbers, slopes: Numbers) -> Numbers:
        return constants.joined(slopes)[self.design.places]

    @cached_property
    def errors(self) -> Numbers:
        """y − ŷ, shape (n,)."""
        return (self.y - self._predict(self.rows)).settled(np.abs(self.y.hi).max())

    @property
    def residuals(self) -> Floats:
        return self.errors.hi

    @cached_property
    def fitted(self) -> Floats:
        return self._predict(self.rows).hi

    @cached_property
    def sse(self) -> float | Fraction:
        """Σ w (y − ŷ)²."""
        return (self.errors * self.errors * self.weights).sum().number

    @cached_property
    def middle(self) -> Numbers:
        """The mean of y, which R² compares with; 0 without an intercept."""
        total = self.weights.sum()
        return (self.y * self.weights).sum() / total if self.design.intercept else total * 0

    @cached_property
    def sst(self) -> float | Fraction:
        """Σ w (y − ȳ)², about 0 instead of ȳ where there is no intercept."""
        deviations = (self.y - self.middle).settled(np.abs(self.y.hi).max())
        return (deviations * deviations * self.weights).sum().number

    @property
    def total_weight(self) -> float | Fraction:
        return self.weights.sum().number

    def standard_errors(self, df: int) -> Floats:
        return (self.variances * self.sse / df).roots()

    def predict(self, table: Table) -> Floats:
        return self._predict(self._rows(table)).hi

    def leverage(self, table: Table) -> Floats:
        """aᵀ(AᵀWA)⁻¹a for each row a: the variance of the prediction there, in units of the residual variance."""
        rows = self._rows(table)
        return (self._quadratic(rows.values - rows.own(self.means)) + rows.own(self.share)).hi

    def _rows(self, table: Table) -> Rows[Numbers]:
        return self.design.rows(table, type(self.y))

    def _predict(self, rows: Rows[Numbers]) -> Numbers:
        centred = rows.values - rows.own(self.means)
        return (centred @ self.slopes[:, None])[:, 0] + rows.own(self.level)

    def _quadratic(self, centred: Numbers) -> Numbers:
        return ((centred @ self.inverse) * centred).T.sum()


def of_constants(each: Numbers, design: Design) -> tuple[Numbers, Numbers]:
    """The rows of the parameters that come from constants, and of the levels they are compared with (or zeros).

    `each` has one row a group.
    """
    plus, minus = design.contrasts
    padded = each.joined(each[:1] * 0)  # the last row, at -1: no reference
    return padded[plus], padded[minus]


def centres(design: Design, rows: Rows[Numbers], y: Numbers, weights: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The means of the columns and of y in each group, and 1 / the group's weight; zeros where there is no constant."""
    totals = weights.sums(rows.group, max(1, design.groups))
    if not design.groups:
        none = totals * 0
        return none[:, None] * rows.values[:1], none, none
    if not totals.hi.all():
        level = design.levels[design.grouping or ""][int(np.flatnonzero(totals.hi == 0)[0])]
        raise NotUniqueError(
            f"the best fit is not unique: every observation with {design.grouping}={level} has weight 0. "
            f"Leave those observations out, or give one of them a weight above 0",
            {},
        )
    means = (rows.values * weights[:, None]).sums(rows.group, design.groups) / totals[:, None]
    return means, (y * weights).sums(rows.group, design.groups) / totals, (totals * 0 + 1) / totals


def named(dependent: Mapping[int, Floats], design: Design, means: Floats) -> dict[str, Combination]:
    """Dense columns that depend on others, as combinations of those, of levels and of the constant."""
    names = [feature.name for feature in design.dense]
    constants = [name for name, constant in zip(design.names, design.is_constant, strict=True) if constant]
    found = {}
    for column, vector in dependent.items():
        rest = means[:, column] - means @ vector
        plain, compared = of_constants(Double.of(rest), design)
        largest, other = of_constants(Double.of(np.abs(means[:, column]) + np.abs(means) @ np.abs(vector)), design)
        differences = plain.hi - compared.hi
        counts = np.abs(differences) > 1e-10 * (largest.hi + other.hi)
        factors = {name: float(value) for name, value, one in zip(constants, differences, counts, strict=True) if one}
        constant = factors.pop("intercept", 0.0) if design.intercept else 0.0
        slopes = {name: float(value) for name, value in zip(names, vector, strict=True) if value}
        found[names[column]] = Combination({**slopes, **factors}, constant)
    return found
