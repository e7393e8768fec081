"""Least squares in rational arithmetic: the normal equations, eliminated without a single rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from glassnet.regression.inputs import Table
from glassnet.regression.terms import Design
from glassnet.regression.uniqueness import Combination, dependent

Fractions = NDArray[np.object_]  # arrays of Fraction: NumPy's sums and products stay exact on them


@dataclass(frozen=True, eq=False)
class ExactSolution:
    """A fit in fractions. Where the float64 solution has arrays of floats, so has this one: each correctly rounded.

    `rows` is (n, p) with a leading column of ones where there is an intercept; `exact_parameters` (p,), `inverse` (p,
    p) is (AᵀWA)⁻¹.
    """

    design: Design
    rows: Fractions
    y: Fractions
    exact_weights: Fractions
    exact_parameters: Fractions
    inverse: Fractions

    @property
    def parameters(self) -> NDArray[np.float64]:
        return rounded(self.exact_parameters)

    @property
    def fitted(self) -> NDArray[np.float64]:
        return rounded(self.rows @ self.exact_parameters)

    @property
    def residuals(self) -> NDArray[np.float64]:
        return rounded(self.exact_residuals)

    @cached_property
    def exact_residuals(self) -> Fractions:
        residuals: Fractions = self.y - self.rows @ self.exact_parameters
        return residuals

    @cached_property
    def sse(self) -> Fraction:
        return Fraction((self.exact_residuals**2 * self.exact_weights).sum())

    @cached_property
    def sst(self) -> Fraction:
        weights = self.exact_weights
        mean = (self.y * weights).sum() / weights.sum() if self.design.intercept else Fraction(0)
        return Fraction(((self.y - mean) ** 2 * weights).sum())

    @property
    def total_weight(self) -> Fraction:
        return Fraction(self.exact_weights.sum())

    def standard_errors(self, df: int) -> NDArray[np.float64]:
        variance = self.sse / df
        return np.array([square_root(variance * diagonal) for diagonal in np.diagonal(self.inverse)])

    def predict(self, table: Table) -> NDArray[np.float64]:
        return rounded(exact_rows(self.design, table) @ self.exact_parameters)

    def leverage(self, table: Table) -> NDArray[np.float64]:
        rows = exact_rows(self.design, table)
        return rounded(((rows @ self.inverse) * rows).sum(axis=1))


def rounded(values: Fractions) -> NDArray[np.float64]:
    """Each fraction as the float64 nearest to it."""
    return np.array([float(value) for value in values])


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


def exact_rows(design: Design, table: Table) -> Fractions:
    """The design (n, p) in fractions: a column of ones where there is an intercept, then the columns."""
    columns = design.exact_columns(table)
    ones = np.array([Fraction(1)] * len(columns[0]), dtype=object)
    return np.stack([ones, *columns] if design.intercept else columns, axis=1)


def solve(design: Design, table: Table, y: Fractions, weights: Fractions) -> ExactSolution:
    """Fit y ≈ the design's columns with the least Σ w (y − ŷ)²; NotUniqueError where many do."""
    rows = exact_rows(design, table)
    p = rows.shape[1]
    gram = rows.T @ (rows * weights[:, None])
    identity = np.array([[Fraction(int(i == j)) for j in range(p)] for i in range(p)], dtype=object)
    reduced, pivots = reduce(np.concatenate([gram, identity, (rows.T @ (y * weights))[:, None]], axis=1), p)
    if len(pivots) < p:
        raise dependent(_dependencies(reduced, pivots, design))
    return ExactSolution(design, rows, y, weights, reduced[:, -1], reduced[:, p:-1])


def reduce(matrix: Fractions, columns: int) -> tuple[Fractions, list[int]]:
    """Gauss–Jordan elimination of the first `columns` columns, and which of them got a pivot.

    >>> reduce(np.array([[Fraction(2), Fraction(4)]], dtype=object), 1)[0]
    array([[Fraction(1, 1), Fraction(2, 1)]], dtype=object)
    """
    matrix = matrix.copy()
    pivots: list[int] = []
    for column in range(columns):
        top = len(pivots)
        row = next((i for i in range(top, len(matrix)) if matrix[i, column]), None)
        if row is None:
            continue
        matrix[[top, row]] = matrix[[row, top]]
        matrix[top] /= matrix[top, column]
        for other in range(len(matrix)):
            if other != top and matrix[other, column]:
                matrix[other] -= matrix[other, column] * matrix[top]
        pivots.append(column)
    return matrix, pivots


def _dependencies(reduced: Fractions, pivots: list[int], design: Design) -> dict[str, Combination]:
    names, found = design.names, {}
    for column in sorted(set(range(len(names))) - set(pivots)):
        factors = {names[pivot]: float(reduced[i, column]) for i, pivot in enumerate(pivots) if reduced[i, column]}
        constant = factors.pop("intercept", 0.0) if design.intercept else 0.0
        found[names[column]] = Combination(factors, constant)
    return found
