"""Linear regression: the line, plane or hyperplane with the least sum of squared vertical distances to the points."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from glassnet.data.checks import require_same_rows
from glassnet.ir.elsewhere import REGRESSION, attribute_error_in_words, in_our_words
from glassnet.ir.errors import DataError, GlassnetError
from glassnet.ir.require import require_flag
from glassnet.readings.threads import one_thread
from glassnet.regression.anova import Anova
from glassnet.regression.descent import Path, gradient_descent, normal_equations
from glassnet.regression.doubles import Double, Floats
from glassnet.regression.exact import ExactSolution
from glassnet.regression.exact import solve as solve_exactly
from glassnet.regression.explain import explain
from glassnet.regression.factorise import solve, with_parameters
from glassnet.regression.fit import ExactResults, Fit
from glassnet.regression.inputs import floats, fractions, single
from glassnet.regression.plot import plot
from glassnet.regression.report import html, summary
from glassnet.regression.solution import Solution
from glassnet.regression.steps import Explanation
from glassnet.regression.terms import Categorical, Design, Polynomial, Term
from glassnet.regression.uniqueness import require_enough
from glassnet.words import Shown, meant

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Method = Literal["qr", "normal equations", "gradient descent"]
Precision = Literal["float64", "exact"]


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
    go with `names`, the intercept first; `coefficients` leaves it out. `found` holds all of it.

    >>> line = LinearRegression().fit([1, 2, 3, 4], [2, 4, 5, 8])
    >>> line
    LinearRegression: y = 1.9·x
    >>> LinearRegression(precision="exact").fit(["0.1", "0.2", "0.4"], [1, 2, 3]).exact.coefficients
    (Fraction(45, 7),)
    """

    if not TYPE_CHECKING:  # type checkers know by themselves what is not there
        __getattr__ = attribute_error_in_words(REGRESSION)

    @in_our_words
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
        if isinstance(terms, str | Polynomial | Categorical):
            raise GlassnetError(f"terms is a list; for this one term write terms=[{terms!r}]")
        require_flag(intercept, "intercept")
        self.use_intercept = intercept
        self.method = method
        self.precision = precision
        self.terms = None if terms is None else tuple(terms)
        self.learning_rate = learning_rate
        self.steps = steps
        self._found: Fit | None = None

    def fit(self, x: Any, y: Any, weights: Any = None) -> LinearRegression:
        """Fit to n observations and return self. The data are copied: changing them afterwards changes nothing here.

        x: a list of numbers, of rows, of dictionaries, an array (n,) or (n, inputs), a dictionary or frame of columns
        (names are kept), a series.
        y: n numbers. Numbers may be text ("8.04", "1/3").
        weights: n numbers ≥ 0: an observation's variance is taken to be proportional to 1/weight (so a weight of 2
            counts like a mean of two readings); those of weight 0 do not count as observations.

        DataError for what cannot be used (with its column and row), NotUniqueError where many answers fit equally well,
        DivergenceError where gradient descent runs away.
        """
        require_same_rows({"x": x, "y": y, "weights": weights})
        target, outcome = single(y, "y")
        shares = np.ones(len(outcome), np.int64) if weights is None else single(weights, "weights")[1]
        design, table = Design.plan(x, self.terms, self.use_intercept, group=self.method == "qr")
        n = len(next(iter(table.values())))
        for name, column in (("y", outcome), ("weights", shares)):
            if len(column) != n:
                raise DataError(f"x has {n} observations and {name} has {len(column)}; give one of each an observation")
        numeric_weights = floats(shares, "weights")
        if (numeric_weights < 0).any() or not numeric_weights.any():
            raise DataError(f"weights must be 0 or more and not all 0, got a least weight of {numeric_weights.min():g}")
        observations = int(np.count_nonzero(numeric_weights))
        require_enough(observations, design.names)
        solution: Solution[Double] | ExactSolution
        path = None
        if self.precision == "exact":
            solution = solve_exactly(design, table, fractions(outcome, "y"), fractions(shares, "weights"))
        else:
            numbers = floats(outcome, "y")
            with one_thread():  # two of ours share the observations, and the library's would be in their way
                found = solve(design, table, numbers, numeric_weights)
            solution, path = self._teach(found, numbers, numeric_weights)
        target = "target" if target in table else target
        self._found = Fit(design, table, outcome, shares, target, observations, solution, path)
        return self

    def _teach(self, solution: Solution[Double], y: Floats, weights: Floats) -> tuple[Solution[Double], Path | None]:
        """The solution by the method that was asked for."""
        if self.method == "qr":
            return solution, None
        A = solution.rows.values.hi
        if self.use_intercept:
            A = np.column_stack([np.ones(len(A)), A])
        if self.method == "normal equations":
            return with_parameters(solution, normal_equations(A, y, weights)), None
        path = gradient_descent(A, y, weights, self.learning_rate, self.steps)
        return with_parameters(solution, path.parameters[-1]), path

    @property
    def found(self) -> Fit:
        """What the last fit found; GlassnetError before the first."""
        if self._found is None:
            raise GlassnetError("this regression has not been fitted yet: call .fit(x, y) first")
        return self._found

    @property
    def names(self) -> list[str]:
        """The names that go with `parameters`: "intercept" (where there is one), then the columns."""
        return self.found.names

    @property
    def parameters(self) -> Floats:
        """Intercept (where there is one) and coefficients, shape (p,)."""
        return self.found.parameters

    @property
    def coefficients(self) -> Floats:
        """One factor a column, without the intercept."""
        return self.found.coefficients

    @property
    def intercept(self) -> float:
        """The value at 0 (0.0 for a regression without intercept)."""
        return self.found.intercept

    @property
    def fitted(self) -> Floats:
        """The predictions at the observations, shape (n,)."""
        return self.found.fitted

    @property
    def residuals(self) -> Floats:
        """Observed minus fitted, shape (n,)."""
        return self.found.residuals

    @property
    def observations(self) -> int:
        """How many observations count (those of weight 0 do not)."""
        return self.found.observations

    @property
    def degrees_of_freedom(self) -> int:
        """Observations minus parameters."""
        return self.found.degrees_of_freedom

    @property
    def sse(self) -> float:
        """The sum of squared errors Σ w (y − ŷ)²."""
        return self.found.sse

    @property
    def sst(self) -> float:
        """The total sum of squares Σ w (y − ȳ)² (without an intercept: Σ w y²)."""
        return self.found.sst

    @property
    def mse(self) -> float:
        """The mean squared error SSE / n (with weights SSE / Σw)."""
        return self.found.mse

    @property
    def residual_variance(self) -> float:
        """SSE / (n − p), the unbiased estimate of the scatter's variance."""
        return self.found.residual_variance

    @property
    def residual_standard_deviation(self) -> float:
        """The square root of residual_variance."""
        return self.found.residual_standard_deviation

    @property
    def r2(self) -> float:
        """1 − SSE/SST: how much of the spread of y the fit explains."""
        return self.found.r2

    @property
    def adjusted_r2(self) -> float:
        """1 − (SSE/(n − p)) / (SST/(n − 1)); without an intercept n in place of n − 1."""
        return self.found.adjusted_r2

    @property
    def standard_errors(self) -> Floats:
        """The standard error of each parameter, shape (p,)."""
        return self.found.standard_errors

    @property
    def t(self) -> Floats:
        """Parameter / standard error, shape (p,)."""
        return self.found.t

    @property
    def p(self) -> Floats:
        """The two-sided p-value of each parameter being 0, by Student's t, shape (p,)."""
        return self.found.p

    @property
    def exact(self) -> ExactResults:
        """The fit in fractions, for precision="exact"."""
        return self.found.exact

    @property
    def equation(self) -> str:
        """The fit as one writes it, to six digits.

        >>> LinearRegression().fit([0, 1, 2], [1, 3, 5]).equation
        'y = 2·x + 1'
        """
        return self.found.equation

    @property
    def path(self) -> Path:
        """Every step of gradient descent: parameters and loss."""
        return self.found.path

    def confidence_interval(self, level: float = 0.95) -> Floats:
        """Lower and upper end for each parameter, shape (p, 2).

        >>> line = LinearRegression().fit([1, 2, 3, 4], [2, 4, 5, 8])
        >>> line.confidence_interval(0.95).round(2).tolist()
        [[-3.12, 3.12], [0.76, 3.04]]
        """
        return self.found.confidence_interval(level)

    def predict(self, x: Any) -> Floats:
        """The fitted values at new inputs, given as for fit, shape (m,).

        One observation may be one number (for one input), or a dictionary with a value for each input.

        >>> LinearRegression().fit([1, 2, 3], ["2.5", "4.5", "6.5"]).predict(10)
        array([20.5])
        """
        return self.found.predict(x)

    def mean_interval(self, x: Any, level: float = 0.95) -> Floats:
        """Where the true mean of y lies at new inputs, with this confidence: shape (m, 2)."""
        return self.found.mean_interval(x, level)

    def prediction_interval(self, x: Any, level: float = 0.95) -> Floats:
        """Where one new observation (of weight 1) will lie, with this confidence: shape (m, 2)."""
        return self.found.prediction_interval(x, level)

    def anova(self) -> Anova:
        """The analysis of variance: what the regression explains, what it leaves, and the F test."""
        return self.found.anova()

    def summary(self) -> str:
        """The fit and its statistics as a text table, at most 80 characters wide."""
        return Shown(summary(self.found))

    def explain(self) -> Explanation:
        """The normal equations with their real numbers, and each step to the solution."""
        return explain(self.found)

    def plot(self, kind: str = "fit", path: str | PathLike[str] | None = None, dark: bool = False) -> Figure:
        """A picture of the fit; see glassnet.regression.plot for the kinds."""
        return plot(self.found, kind, path, dark)

    def __repr__(self) -> str:
        return f"LinearRegression: {'not fitted' if self._found is None else self.equation}"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" if self._found is None else html(self.found)


def _choose(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise GlassnetError(
            f"unknown {what} {given!r}{meant(str(given), known)}; choose from {', '.join(map(repr, known))}"
        )
