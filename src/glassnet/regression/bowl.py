"""The bowl that the sum of squared errors makes over the numbers of a line, seen from above: its contours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.regression.doubles import Floats
from glassnet.regression.fit import Fit
from glassnet.regression.inputs import floats

AROUND = 60  # points of a contour


@dataclass(frozen=True, eq=False)
class Bowl:
    """SSE over two numbers of a line or a plane: over m and b, or over m1 and m2 with the b that is best for them.

    It is SSE* + dᵀ M d, where d leads from the best fit, so its contours are ellipses around that.

    Attributes:
        best: the two numbers of the best fit, shape (2,).
        least: SSE there.
        curvature: M, shape (2, 2).
    """

    best: Floats
    least: float
    curvature: Floats

    def contour(self, sse: float) -> Floats:
        """Where SSE is that: points around an ellipse, shape (61, 2), the last as the first.

        GlassnetError for less than the least SSE.

        >>> from glassnet.regression import LinearRegression
        >>> bowl = bowl_of(LinearRegression().fit([1, 2, 4], [2, 3, 6]).found)
        >>> bowl.contour(1.0).shape, bool(np.allclose([bowl(*at) for at in bowl.contour(1.0)], 1.0))
        ((61, 2), True)
        """
        if sse < self.least:
            raise GlassnetError(f"SSE is {self.least:.6g} at least, so there is no contour of {sse:.6g}")
        angle = np.linspace(0, 2 * np.pi, AROUND + 1)
        circle = np.stack([np.cos(angle), np.sin(angle)])
        circle[:, -1] = circle[:, 0]
        axes = np.linalg.inv(np.linalg.cholesky(self.curvature)).T
        return np.asarray(self.best + np.sqrt(sse - self.least) * (axes @ circle).T)

    def __call__(self, first: float, second: float) -> float:
        """SSE at two numbers."""
        off = np.array([first, second]) - self.best
        return float(self.least + off @ self.curvature @ off)


def bowl_of(fit: Fit) -> Bowl:
    """The bowl of a fit with one input and an intercept, or with two.

    GlassnetError for another fit, or for weights that are not all 1.

    >>> from glassnet.regression import LinearRegression
    >>> bowl = bowl_of(LinearRegression().fit([1, 2, 4], [2, 3, 6]).found)
    >>> bowl.best.round(6), round(bowl(1, 1), 6)
    (array([1.357143, 0.5     ]), 1.0)
    """
    inputs = len(fit.design.columns)
    is_plain = fit.design.intercept and all(f.level is None for f in fit.design.features)
    if not is_plain or inputs not in (1, 2) or (floats(fit.weights, "weights") != 1).any():
        raise GlassnetError("a bowl is drawn of a line or a plane with an intercept, without weights")
    x = _columns(fit)
    if inputs == 1:
        rows = np.column_stack([x[0], np.ones(len(x[0]))])
        return Bowl(np.array([fit.coefficients[0], fit.intercept]), fit.sse, rows.T @ rows)
    centred = np.column_stack([column - column.mean() for column in x])
    return Bowl(fit.coefficients, fit.sse, centred.T @ centred)


def _columns(fit: Fit) -> list[Any]:
    return [floats(fit.table[feature.column], feature.name) ** feature.degree for feature in fit.design.features]
