"""Regression results as text and HTML: the summary, the analysis of variance, and data sets side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from glassnet.ir.errors import GlassnetError

if TYPE_CHECKING:
    from glassnet.regression.linear import LinearRegression

Rows = list[list[str]]


@dataclass(frozen=True)
class Anova:
    """The analysis of variance table.

    >>> print(Anova(1, 9, 27.51, 13.7627, 41.2727, 17.9899, 0.00217))
    source      df  sum of squares  mean square  F        p
    regression  1   27.51           27.51        17.9899  0.00217
    residual    9   13.7627         1.52919
    total       10  41.2727
    """

    df_regression: int
    df_residual: int
    regression: float
    residual: float
    total: float
    f: float
    p: float

    def rows(self) -> Rows:
        between, within = self.regression / self.df_regression, self.residual / self.df_residual
        return [
            ["source", "df", "sum of squares", "mean square", "F", "p"],
            ["regression", str(self.df_regression), *map(_number, (self.regression, between, self.f, self.p))],
            ["residual", str(self.df_residual), _number(self.residual), _number(within), "", ""],
            ["total", str(self.df_regression + self.df_residual), _number(self.total), "", "", ""],
        ]

    def __str__(self) -> str:
        return _text_table(self.rows())

    def _repr_html_(self) -> str:
        return _html_table(self.rows())


def summary(model: LinearRegression) -> str:
    """The fit, its parameters and its statistics, as text."""
    statistics = _text_table([[name, value] for name, value in _statistics(model)])
    return "\n\n".join([model.equation, _text_table(_parameter_rows(model)), statistics])


def html(model: LinearRegression) -> str:
    """The same as HTML; an unfitted model is one line."""
    if model._result is None:
        return f"<p>{escape(repr(model))}</p>"
    statistics = _html_table([["", ""], *([name, value] for name, value in _statistics(model))])
    return f"<p><b>{escape(model.equation)}</b></p>{_html_table(_parameter_rows(model))}{statistics}"


def _parameter_rows(model: LinearRegression) -> Rows:
    columns: list[tuple[str, Callable[[], Any]]] = [
        ("coefficient", lambda: model.parameters),
        ("standard error", lambda: model.standard_errors),
        ("t", lambda: model.t),
        ("p", lambda: model.p),
        ("from (95 %)", lambda: model.confidence_interval()[:, 0]),
        ("to", lambda: model.confidence_interval()[:, 1]),
    ]
    filled = [(title, _available(values)) for title, values in columns]
    header = ["", *(title for title, _ in filled)]
    cells = [
        [_number(float(values[i])) if values is not None else "–" for _, values in filled]
        for i in range(len(model.names))
    ]
    return [header, *([name, *row] for name, row in zip(model.names, cells, strict=True))]


def _statistics(model: LinearRegression) -> list[tuple[str, str]]:
    found: list[tuple[str, Callable[[], float]]] = [
        ("SSE", lambda: model.sse),
        ("MSE (SSE/n)", lambda: model.mse),
        ("residual standard deviation", lambda: model.residual_standard_deviation),
        ("R²", lambda: model.r2),
        ("adjusted R²", lambda: model.adjusted_r2),
        ("F", lambda: model.anova().f),
        ("p of F", lambda: model.anova().p),
    ]
    rows = [("observations", str(model.observations)), ("degrees of freedom", str(model.degrees_of_freedom))]
    for name, value in found:
        number = _available(value)
        rows.append((name, "undefined" if number is None else _number(number)))
    if model.method == "gradient descent":
        path = model.path
        state = "converged" if path.converged else "not converged"
        rows.append(("gradient descent", f"{state} after {path.steps} steps, learning rate {path.learning_rate:.6g}"))
    return rows


def _available(value: Callable[[], Any]) -> Any:
    """The value, or None where the model has to refuse it."""
    try:
        return value()
    except GlassnetError:
        return None


STATISTICS: dict[str, Callable[[Any, Any, LinearRegression], str]] = {
    "n": lambda x, y, line: str(len(x)),
    "mean of x": lambda x, y, line: f"{_mean(x):.2f}",
    "variance of x": lambda x, y, line: f"{_covariance(x, x):.2f}",
    "mean of y": lambda x, y, line: f"{_mean(y):.2f}",
    "variance of y": lambda x, y, line: f"{_covariance(y, y):.2f}",
    "correlation": lambda x, y, line: f"{_covariance(x, y) / math.sqrt(_covariance(x, x) * _covariance(y, y)):.2f}",
    "intercept": lambda x, y, line: f"{line.intercept:.2f}",
    "slope": lambda x, y, line: f"{line.coefficients[0]:.2f}",
    "exact slope": lambda x, y, line: str(line.exact.coefficients[0]),
    "R²": lambda x, y, line: f"{line.r2:.2f}",
    "SSE": lambda x, y, line: f"{line.sse:.2f}",
}


def quartet_rows(sets: Mapping[str, tuple[Any, Any]] | None = None) -> Rows:
    """The statistics of sets of points (x, y) to two decimals, one column a set; Anscombe's quartet by default."""
    from glassnet.regression import inputs
    from glassnet.regression.linear import LinearRegression

    sets = quartet() if sets is None else sets
    columns = []
    for x, y in sets.values():
        line = LinearRegression(precision="exact").fit(x, y)
        points = inputs.floats(inputs.single(x, "x"), "x"), inputs.floats(inputs.single(y, "y"), "y")
        columns.append([compute(*points, line) for compute in STATISTICS.values()])
    return [["", *sets], *([name, *cells] for name, *cells in zip(STATISTICS, *columns, strict=True))]


def quartet_table(sets: Mapping[str, tuple[Any, Any]] | None = None) -> str:
    """The statistics of several sets of points side by side, as text; Anscombe's quartet by default.

    >>> print(quartet_table({"A": ([1, 2, 3], [2, 4, 5]), "B": ([1, 2, 3], [3, 3, 6])}).splitlines()[8])
    slope          1.50  1.50
    """
    return _text_table(quartet_rows(sets))


def quartet() -> dict[str, tuple[Any, Any]]:
    """Anscombe's four data sets {name: (x, y)}."""
    from glassnet import data

    return {name: (x, y) for name, (x, y) in data.anscombe().items()}


def _mean(values: Any) -> float:
    return math.fsum(values) / len(values)


def _covariance(a: Any, b: Any) -> float:
    return math.fsum((a - _mean(a)) * (b - _mean(b))) / (len(a) - 1)


def _number(value: float) -> str:
    return f"{value:.6g}".replace("-", "−")


def _text_table(rows: Rows) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _html_table(rows: Rows) -> str:
    def line(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    header = f"<thead>{line(rows[0], 'th')}</thead>" if any(rows[0]) else ""
    return f"<table>{header}<tbody>{''.join(line(row, 'td') for row in rows[1:])}</tbody></table>"
