"""Linear regression: the line, plane or hyperplane with the least sum of squared vertical distances to the points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from glassnet.ir.errors import DataError, GlassnetError
from glassnet.regression import descent, exact, factorise, inputs, report
from glassnet.regression.distributions import f_upper, t_quantile, t_two_sided
from glassnet.regression.doubles import Double, Floats
from glassnet.regression.terms import Design, Term

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glassnet.regression.explain import Explanation

Method = Literal["qr", "normal equations", "gradient descent"]
Precision = Literal["float64", "exact"]


@dataclass(frozen=True)
class ExactResults:
    """The fit in fractions; `coefficients` and `residuals` in the order of the model's own."""

    intercept: Fraction
    coefficients: tuple[Fraction, ...]
    residuals: tuple[Fraction, ...]
    sse: Fraction
    mse: Fraction
    r2: Fraction | None


@dataclass(frozen=True)
class _Fit:
    """What one call of fit leaves behind."""

    design: Design
    table: inputs.Table
    y: inputs.Column
    weights: inputs.Column
    observations: int
    solution: Any  # factorise.Solution or exact.ExactSolution: one interface over two arithmetics
    path: descent.Path | None


class LinearRegression:
    """Least squares: y ≈ intercept + Σ coefficient · input, with the least Σ w (y − ŷ)².

    intercept: whether there is a constant (else the fit goes through the origin, and R² compares with 0 instead of
    the mean).
    method: "qr" (the default: as exact as float64 allows, and it knows when the fit is not unique), "normal
        equations" (float64, for teaching: loses digits), "gradient descent" (for teaching: keeps its `path`;
        `learning_rate`, by default half the largest stable one, and at most `steps` steps).
    precision: "float64", or "exact": fractions on the decimals as written (text, or as Python prints a float); see
    `exact`.
    terms: the columns to use, in order: an input's name, `Polynomial(degree, name)`, `Categorical(name)`; all inputs
    by default.

    Where the best fit is not unique, fit raises NotUniqueError, naming the columns that depend on others and how; no
    answer is ever picked from many. After fit, `parameters`, `standard_errors`, `t`, `p` and `confidence_interval()`
    go with `names`, the intercept first; `coefficients` leaves it out.

    >>> line = LinearRegression().fit([1, 2, 3, 4], [2, 4, 5, 8])
    >>> line
    LinearRegression: y = 1.9·x
    >>> LinearRegression(precision="exact").fit(["0.1", "0.2", "0.4"], [1, 2, 3]).exact.coefficients
    (Fraction(45, 7),)
    """

    def __init__(
        self,
        intercept: bool = True,
        method: Method = "qr",
        precision: Precision = "float64",
        terms: Sequence[Term] | None = None,
        learning_rate: float | None = None,
        steps: int = 100_000,
    ) -> None:
        _choose("method", method, ("qr", "normal equations", "gradient descent"))
        _choose("precision", precision, ("float64", "exact"))
        if precision == "exact" and method != "qr":
            raise GlassnetError(f'method="{method}" works in float64 only; leave method out for precision="exact"')
        self.use_intercept = intercept
        self.method = method
        self.precision = precision
        self.terms = terms
        self.learning_rate = learning_rate
        self.steps = steps
        self._result: _Fit | None = None

    def fit(self, x: Any, y: Any, weights: Any = None) -> LinearRegression:
        """Fit to n observations and return self.

        x: a list of numbers, of rows, an array (n,) or (n, inputs), a dictionary or frame of columns (names are
        kept), a series.
        y: n numbers. Numbers may be text ("8.04", "1/3").
        weights: n numbers ≥ 0: an observation's variance is taken to be proportional to 1/weight (so a weight of 2
            counts like a mean of two readings); those of weight 0 do not count as observations.

        DataError for what cannot be used (with its column and row), NotUniqueError where many answers fit equally well,
        DivergenceError where gradient descent runs away.
        """
        table = inputs.table(x)
        target = inputs.single(y, "y")
        shares = [1] * len(target) if weights is None else inputs.single(weights, "weights")
        n = len(next(iter(table.values())))
        for name, column in (("y", target), ("weights", shares)):
            if len(column) != n:
                raise DataError(f"x has {n} observations and {name} has {len(column)}; give one of each an observation")
        numeric_weights = inputs.floats(shares, "weights")
        if (numeric_weights < 0).any() or not numeric_weights.any():
            raise DataError(f"weights must be 0 or more and not all 0, got a least weight of {numeric_weights.min():g}")
        design = Design.plan(table, inputs.named(x), self.terms, self.use_intercept)
        observations = int(np.count_nonzero(numeric_weights))
        factorise.require_enough(observations, [*(["intercept"] if self.use_intercept else []), *design.names])
        columns = design.columns(table, self._numbers)
        if self.precision == "exact":
            solution: Any = exact.solve(
                columns,
                design.names,
                inputs.fractions(target, "y"),
                inputs.fractions(shares, "weights"),
                self.use_intercept,
            )
            path = None
        else:
            numbers = inputs.floats(target, "y")
            solution = factorise.solve(columns, design.names, numbers, numeric_weights, self.use_intercept)
            solution, path = self._teach(solution, numbers, numeric_weights)
        self._result = _Fit(design, table, target, shares, observations, solution, path)
        return self

    def _teach(
        self, solution: factorise.Solution, y: Floats, weights: Floats
    ) -> tuple[factorise.Solution, descent.Path | None]:
        """The solution by the method that was asked for."""
        if self.method == "qr":
            return solution, None
        A = solution.rows.hi
        if self.use_intercept:
            A = np.column_stack([np.ones(len(A)), A])
        if self.method == "normal equations":
            return solution.with_parameters(descent.normal_equations(A, y, weights)), None
        path = descent.gradient_descent(A, y, weights, self.learning_rate, self.steps)
        return solution.with_parameters(path.parameters[-1]), path

    def _numbers(self, column: inputs.Column, name: str) -> Any:
        if self.precision == "exact":
            return inputs.fractions(column, name)
        return Double.of(inputs.floats(column, name))

    @property
    def _fit(self) -> _Fit:
        if self._result is None:
            raise GlassnetError("this regression has not been fitted yet: call .fit(x, y) first")
        return self._result

    @property
    def names(self) -> list[str]:
        """The names that go with `parameters`: "intercept" (where there is one), then the columns."""
        return [*(["intercept"] if self.use_intercept else []), *self._fit.design.names]

    @property
    def parameters(self) -> Floats:
        """Intercept (where there is one) and coefficients, shape (p,)."""
        parameters: Floats = self._fit.solution.parameters
        return parameters

    @property
    def coefficients(self) -> Floats:
        """One factor a column, without the intercept."""
        return self.parameters[int(self.use_intercept) :]

    @property
    def intercept(self) -> float:
        """The value at 0 (0.0 for a regression without intercept)."""
        return float(self.parameters[0]) if self.use_intercept else 0.0

    @property
    def fitted(self) -> Floats:
        """The predictions at the observations, shape (n,)."""
        fitted: Floats = self._fit.solution.fitted
        return fitted

    @property
    def residuals(self) -> Floats:
        """Observed minus fitted, shape (n,)."""
        residuals: Floats = self._fit.solution.residuals
        return residuals

    @property
    def observations(self) -> int:
        """How many observations count (those of weight 0 do not)."""
        return self._fit.observations

    @property
    def degrees_of_freedom(self) -> int:
        """Observations minus parameters."""
        return self.observations - len(self.parameters)

    @property
    def sse(self) -> float:
        """The sum of squared errors Σ w (y − ŷ)²."""
        return float(self._fit.solution.sse)

    @property
    def sst(self) -> float:
        """The total sum of squares Σ w (y − ȳ)² (without an intercept: Σ w y²)."""
        return float(self._fit.solution.sst)

    @property
    def mse(self) -> float:
        """The mean squared error SSE / n (with weights SSE / Σw); see also residual_variance."""
        return float(self._fit.solution.sse / self._fit.solution.total_weight)

    @property
    def residual_variance(self) -> float:
        """SSE / (n − p), the unbiased estimate of the scatter's variance, which statistics books also call MSE."""
        return float(self._fit.solution.sse / self._scatter())

    @property
    def residual_standard_deviation(self) -> float:
        """The square root of residual_variance."""
        return float(np.sqrt(self.residual_variance))

    @property
    def r2(self) -> float:
        """1 − SSE/SST: how much of the spread of y the fit explains; GlassnetError where y has no spread."""
        return float(1 - self._fit.solution.sse / self._spread())

    @property
    def adjusted_r2(self) -> float:
        """1 − (SSE/(n − p)) / (SST/(n − 1)); without an intercept n in place of n − 1."""
        solution, free = self._fit.solution, self.observations - int(self.use_intercept)
        return float(1 - solution.sse * free / (self._spread() * self._scatter()))

    def _spread(self) -> Any:
        total = self._fit.solution.sst
        if total == 0:
            raise GlassnetError("R² is undefined: y is the same in every observation, so there is nothing to explain")
        return total

    def _scatter(self) -> int:
        """The degrees of freedom, where the statistics that need them have a meaning."""
        if self.degrees_of_freedom < 1:
            raise GlassnetError(
                f"{self.observations} observations determine {len(self.parameters)} numbers exactly and leave nothing "
                "to estimate the scatter from: add observations"
            )
        if self._fit.path is not None and not self._fit.path.converged:
            raise GlassnetError(
                f"standard errors belong to the least sum of squares, which gradient descent had not reached after "
                f'{self._fit.path.steps} steps: allow more steps, or use method="qr"'
            )
        return self.degrees_of_freedom

    @property
    def standard_errors(self) -> Floats:
        """The standard error of each parameter, shape (p,)."""
        errors: Floats = self._fit.solution.standard_errors(self._scatter())
        return errors

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
        return np.array([t_two_sided(float(t), self.degrees_of_freedom) for t in self.t])

    def confidence_interval(self, level: float = 0.95) -> Floats:
        """Lower and upper end for each parameter, shape (p, 2).

        >>> line = LinearRegression().fit([1, 2, 3, 4], [2, 4, 5, 8])
        >>> line.confidence_interval(0.95).round(2).tolist()
        [[-3.12, 3.12], [0.76, 3.04]]
        """
        return self._around(self.parameters, self.standard_errors, level)

    def predict(self, x: Any) -> Floats:
        """The fitted values at new inputs, given as for fit (or one number, for one input), shape (m,).

        >>> LinearRegression().fit([1, 2, 3], ["2.5", "4.5", "6.5"]).predict(10)
        array([20.5])
        """
        values: Floats = self._fit.solution.predict(self._columns(x))
        return values

    def mean_interval(self, x: Any, level: float = 0.95) -> Floats:
        """Where the true mean of y lies at new inputs, with this confidence: shape (m, 2)."""
        return self._interval(x, level, 0.0)

    def prediction_interval(self, x: Any, level: float = 0.95) -> Floats:
        """Where one new observation (of weight 1) will lie, with this confidence: shape (m, 2)."""
        return self._interval(x, level, 1.0)

    def _interval(self, x: Any, level: float, own: float) -> Floats:
        columns, solution = self._columns(x), self._fit.solution
        spread = np.sqrt(self.residual_variance * (own + solution.leverage(columns)))
        return self._around(solution.predict(columns), spread, level)

    def _around(self, centre: Floats, spread: Floats, level: float) -> Floats:
        if not 0 < level < 1:
            raise GlassnetError(f"a confidence level lies between 0 and 1 (0.95, say), got {level}")
        reach = t_quantile((1 + level) / 2, self._scatter()) * spread
        return np.column_stack([centre - reach, centre + reach])

    def _columns(self, x: Any) -> list[Any]:
        observations = [x] if isinstance(x, int | float | str) else x
        design = self._fit.design
        return design.columns(design.matching(inputs.table(observations), inputs.named(observations)), self._numbers)

    def anova(self) -> report.Anova:
        """The analysis of variance: what the regression explains, what it leaves, and the F test."""
        solution, df, k = self._fit.solution, self._scatter(), len(self.coefficients)
        explained, unexplained = self._spread() - solution.sse, solution.sse
        f = float(explained * df / (k * unexplained)) if unexplained else float("inf")
        return report.Anova(k, df, float(explained), float(unexplained), self.sst, f, f_upper(f, k, df))

    @property
    def exact(self) -> ExactResults:
        """The fit in fractions, for precision="exact"."""
        solution = self._fit.solution
        if not isinstance(solution, exact.ExactSolution):
            raise GlassnetError('fractions are kept only with LinearRegression(precision="exact")')
        first = int(self.use_intercept)
        return ExactResults(
            solution.exact_parameters[0] if first else Fraction(0),
            tuple(solution.exact_parameters[first:]),
            tuple(solution.exact_residuals),
            solution.sse,
            solution.sse / solution.total_weight,
            1 - solution.sse / solution.sst if solution.sst else None,
        )

    @property
    def path(self) -> descent.Path:
        """Every step of gradient descent: parameters and loss."""
        if self._fit.path is None:
            raise GlassnetError('only method="gradient descent" has a path')
        return self._fit.path

    @property
    def equation(self) -> str:
        """The fit as one writes it, to six digits.

        >>> LinearRegression().fit([0, 1, 2], [1, 3, 5]).equation
        'y = 2·x + 1'
        """
        combination = dict(zip(self._fit.design.names, self.coefficients.tolist(), strict=True))
        return f"y = {factorise.linear_text({**combination, '1': self.intercept})}"

    def summary(self) -> str:
        """The fit and its statistics as a text table."""
        return report.summary(self)

    def explain(self) -> Explanation:
        """The normal equations with their real numbers, and each step to the solution."""
        from glassnet.regression.explain import explain

        fit = self._fit
        return explain(
            fit.design.columns(fit.table, inputs.fractions),
            fit.design.names,
            inputs.fractions(fit.y, "y"),
            inputs.fractions(fit.weights, "weights"),
            self.use_intercept,
        )

    def plot(self, kind: str = "fit", path: str | PathLike[str] | None = None, dark: bool = False) -> Figure:
        """A picture of the fit; see glassnet.regression.plot for the kinds."""
        from glassnet.regression.plot import plot

        return plot(self, kind, path, dark)

    def __repr__(self) -> str:
        return f"LinearRegression: {'not fitted' if self._result is None else self.equation}"

    def _repr_html_(self) -> str:
        return report.html(self)


def _choose(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise GlassnetError(f"unknown {what} {given!r}; choose from {', '.join(map(repr, known))}")
