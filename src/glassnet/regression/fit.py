"""What least squares found, and every statistic that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.regression.anova import Anova
from glassnet.regression.descent import Path
from glassnet.regression.doubles import Double, Floats
from glassnet.regression.exact import ExactSolution
from glassnet.regression.inputs import Column, Table, is_one
from glassnet.regression.solution import Solution
from glassnet.regression.terms import Design
from glassnet.regression.uniqueness import Combination, symbol


@dataclass(frozen=True)
class ExactResults:
    """The fit in fractions; `coefficients` and `residuals` in the order of the model's own."""

    intercept: Fraction
    coefficients: tuple[Fraction, ...]
    residuals: tuple[Fraction, ...]
    sse: Fraction
    mse: Fraction
    r2: Fraction | None


@dataclass(frozen=True, eq=False)
class Fit:
    """What one call of `LinearRegression.fit` found: coefficients, statistics, intervals. It never changes.

    `table`, `y` and `weights` are copies of the data, `target` is the name of y; `solution` holds the numbers, in
    float64 pairs or in fractions, and `walk` the steps of gradient descent, where that found them.

    >>> from glassnet.regression import LinearRegression
    >>> fit = LinearRegression().fit([1, 2, 3, 4], [2, 4, 5, 8]).found
    >>> fit.equation, round(fit.r2, 3)
    ('y = 1.9·x', 0.963)
    """

    design: Design
    table: Table
    y: Column
    weights: Column
    target: str
    observations: int
    solution: Solution[Double] | ExactSolution
    walk: Path | None

    @property
    def names(self) -> list[str]:
        """The names that go with `parameters`: "intercept" (where there is one), then the columns."""
        return self.design.names

    @property
    def parameters(self) -> Floats:
        """Intercept (where there is one) and coefficients, shape (p,)."""
        return np.array(self.solution.parameters)

    @property
    def coefficients(self) -> Floats:
        """One factor a column, without the intercept."""
        return self.parameters[int(self.design.intercept) :]

    @property
    def intercept(self) -> float:
        """The value at 0 (0.0 for a regression without intercept)."""
        return float(self.solution.parameters[0]) if self.design.intercept else 0.0

    @property
    def fitted(self) -> Floats:
        """The predictions at the observations, shape (n,)."""
        return np.array(self.solution.fitted)

    @property
    def residuals(self) -> Floats:
        """Observed minus fitted, shape (n,)."""
        return np.array(self.solution.residuals)

    @property
    def degrees_of_freedom(self) -> int:
        """Observations minus parameters."""
        return self.observations - len(self.names)

    @property
    def sse(self) -> float:
        """The sum of squared errors Σ w (y − ŷ)²."""
        return float(self.solution.sse)

    @property
    def sst(self) -> float:
        """The total sum of squares Σ w (y − ȳ)² (without an intercept: Σ w y²)."""
        return float(self.solution.sst)

    @property
    def mse(self) -> float:
        """The mean squared error SSE / n (with weights SSE / Σw); see also residual_variance."""
        return float(self.solution.sse / self.solution.total_weight)

    @property
    def residual_variance(self) -> float:
        """SSE / (n − p), the unbiased estimate of the scatter's variance, which statistics books also call MSE."""
        return float(self.solution.sse / self._scatter())

    @property
    def residual_standard_deviation(self) -> float:
        """The square root of residual_variance."""
        return float(np.sqrt(self.residual_variance))

    @property
    def r2(self) -> float:
        """1 − SSE/SST: how much of the spread of y the fit explains; GlassnetError where y has no spread."""
        return float(1 - self.solution.sse / self._spread())

    @property
    def adjusted_r2(self) -> float:
        """1 − (SSE/(n − p)) / (SST/(n − 1)); without an intercept n in place of n − 1."""
        free = self.observations - int(self.design.intercept)
        return float(1 - self.solution.sse * free / (self._spread() * self._scatter()))

    def _spread(self) -> float | Fraction:
        total = self.solution.sst
        if total == 0:
            raise GlassnetError("R² is undefined: y is the same in every observation, so there is nothing to explain")
        return total

    def _scatter(self) -> int:
        """The degrees of freedom, where the statistics that need them have a meaning."""
        if self.degrees_of_freedom < 1:
            raise GlassnetError(
                f"{self.observations} observations determine {len(self.names)} numbers exactly and leave nothing "
                "to estimate the scatter from: add observations"
            )
        if self.walk is not None and not self.walk.converged:
            raise GlassnetError(
                f"standard errors belong to the least sum of squares, which gradient descent had not reached after "
                f'{self.walk.steps} steps: allow more steps, or use method="qr"'
            )
        return self.degrees_of_freedom

    @property
    def standard_errors(self) -> Floats:
        """The standard error of each parameter, shape (p,)."""
        return self.solution.standard_errors(self._scatter())

    @property
    def t(self) -> Floats:
        """Parameter / standard error, shape (p,)."""
        errors = self.standard_errors
        if not errors.all():
            raise GlassnetError("t is undefined: the fit is perfect, so the standard errors are 0")
        return self.parameters / errors

    @property
    def p(self) -> Floats:
        """The two-sided p-value of each parameter being 0, by Student's t, shape (p,)."""
        from scipy.special import stdtr

        return np.asarray(2 * stdtr(self.degrees_of_freedom, -np.abs(self.t)))

    def confidence_interval(self, level: float = 0.95) -> Floats:
        """Lower and upper end for each parameter, shape (p, 2)."""
        return self._around(self.parameters, self.standard_errors, level)

    def predict(self, x: Any) -> Floats:
        """The fitted values at new inputs, shape (m,)."""
        return np.array(self.solution.predict(self._matching(x)))

    def mean_interval(self, x: Any, level: float = 0.95) -> Floats:
        """Where the true mean of y lies at new inputs, with this confidence: shape (m, 2)."""
        return self._interval(self._matching(x), level, 0.0)

    def prediction_interval(self, x: Any, level: float = 0.95) -> Floats:
        """Where one new observation (of weight 1) will lie, with this confidence: shape (m, 2)."""
        return self._interval(self._matching(x), level, 1.0)

    def _interval(self, table: Table, level: float, own: float) -> Floats:
        spread = np.sqrt(self.residual_variance * (own + self.solution.leverage(table)))
        return self._around(self.solution.predict(table), spread, level)

    def _around(self, centre: Floats, spread: Floats, level: float) -> Floats:
        from scipy.special import stdtrit

        if not 0 < level < 1:
            raise GlassnetError(f"a confidence level lies between 0 and 1 (0.95, say), got {level}")
        reach = float(stdtrit(self._scatter(), (1 + level) / 2)) * spread
        return np.column_stack([centre - reach, centre + reach])

    def _matching(self, x: Any) -> Table:
        return self.design.matching([x] if is_one(x) else x)

    def anova(self) -> Anova:
        """The analysis of variance: what the regression explains, what it leaves, and the F test."""
        from scipy.special import fdtrc

        df, k = self._scatter(), len(self.design.columns)
        explained, unexplained = self._spread() - self.solution.sse, self.solution.sse
        f = float(explained * df / (k * unexplained)) if unexplained else float("inf")
        return Anova(k, df, float(explained), float(unexplained), self.sst, f, float(fdtrc(k, df, f)))

    @property
    def exact(self) -> ExactResults:
        """The fit in fractions, for precision="exact"."""
        solution = self.solution
        if not isinstance(solution, ExactSolution):
            raise GlassnetError('fractions are kept only with LinearRegression(precision="exact")')
        parameters = [Fraction(value) for value in solution.numbers.values]
        sse, sst = Fraction(solution.sse), Fraction(solution.sst)
        return ExactResults(
            parameters[0] if self.design.intercept else Fraction(0),
            tuple(parameters[int(self.design.intercept) :]),
            tuple(Fraction(value) for value in solution.errors.values),
            sse,
            sse / Fraction(solution.total_weight),
            1 - sse / sst if sst else None,
        )

    @property
    def path(self) -> Path:
        """Every step of gradient descent: parameters and loss."""
        if self.walk is None:
            raise GlassnetError('only method="gradient descent" has a path')
        return self.walk

    @property
    def equation(self) -> str:
        """The fit as one writes it, to six digits."""
        factors = dict(zip(self.design.columns, self.coefficients.tolist(), strict=True))
        return f"{symbol(self.target)} = {Combination(factors, self.intercept)}"
