"""Least squares in rational arithmetic: the normal equations, eliminated without a single rounding."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from glassnet.regression.inputs import Table
from glassnet.regression.rationals import Rational
from glassnet.regression.solution import Solution, centres, named
from glassnet.regression.terms import Design
from glassnet.regression.uniqueness import dependent

Fractions = NDArray[np.object_]  # arrays of Fraction


class ExactSolution(Solution[Rational]):
    """A fit in fractions. What it gives in float64 is correctly rounded."""


def solve(design: Design, table: Table, y: Fractions, weights: Fractions) -> ExactSolution:
    """Fit y ≈ the design's columns with the least Σ w (y − ŷ)²; NotUniqueError where many do."""
    rows, target, shares = design.rows(table, Rational), Rational(y), Rational(weights)
    means, level, share = centres(design, rows, target, shares)
    weighted = rows.values * shares[:, None]
    sums = weighted.sums(rows.group, len(means.values))
    gram = weighted.T @ rows.values - sums.T @ means
    right = weighted.T @ target[:, None] - sums.T @ level[:, None]
    k = len(gram.values)
    identity = np.array([[Fraction(int(i == j)) for j in range(k)] for i in range(k)], dtype=object).reshape(k, k)
    reduced, pivots = reduce(np.concatenate([gram.values, identity, right.values], axis=1), k)
    if len(pivots) < k:
        raise dependent(named(_combinations(reduced, pivots, k), design, means.hi))
    slopes, inverse = Rational(reduced[:, -1]), Rational(reduced[:, k:-1])
    return ExactSolution(design, rows, target, shares, means, level, share, slopes, inverse)


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


def _combinations(reduced: Fractions, pivots: list[int], k: int) -> dict[int, NDArray[np.float64]]:
    """The columns without a pivot, each with its factors (k,) of the columns that have one."""
    found = {}
    for column in sorted(set(range(k)) - set(pivots)):
        found[column] = np.zeros(k)
        found[column][pivots] = [float(value) for value in reduced[: len(pivots), column]]
    return found
