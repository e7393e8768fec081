"""A fit as text and HTML: its equation, its parameters and its statistics."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from html import escape
from typing import Any

from glassnet.grids import WIDTH, Grid, html_table, text_table
from glassnet.ir.errors import GlassnetError
from glassnet.regression.fit import Fit
from glassnet.words import counted, number


def summary(fit: Fit) -> str:
    """The fit, its parameters and its statistics, as text that fits 80 columns."""
    equation = textwrap.fill(fit.equation, WIDTH, subsequent_indent="    ", break_on_hyphens=False)
    return "\n\n".join([equation, text_table(_parameters(fit)), text_table(_statistics(fit))])


def html(fit: Fit) -> str:
    """The same as HTML."""
    statistics = html_table([["", ""], *_statistics(fit)])
    return f"<p><b>{escape(fit.equation)}</b></p>{html_table(_parameters(fit))}{statistics}"


def _parameters(fit: Fit) -> Grid:
    columns: list[tuple[str, int, Callable[[], Any]]] = [
        ("coefficient", 6, lambda: fit.parameters),
        ("standard error", 6, lambda: fit.standard_errors),
        ("t", 4, lambda: fit.t),
        ("p", 3, lambda: fit.p),
        ("from (95 %)", 6, lambda: fit.confidence_interval()[:, 0]),
        ("to", 6, lambda: fit.confidence_interval()[:, 1]),
    ]
    filled = [(title, _numbers(_available(values), digits, len(fit.names))) for title, digits, values in columns]
    return [
        ["", *(title for title, _ in filled)],
        *map(list, zip(fit.names, *(cells for _, cells in filled), strict=True)),
    ]


def _numbers(values: Any, digits: int, count: int) -> list[str]:
    return ["–"] * count if values is None else [number(float(value), digits) for value in values]


def _statistics(fit: Fit) -> Grid:
    found: list[tuple[str, int, Callable[[], float]]] = [
        ("SSE", 6, lambda: fit.sse),
        ("MSE (SSE/n)", 6, lambda: fit.mse),
        ("residual standard deviation", 6, lambda: fit.residual_standard_deviation),
        ("R²", 6, lambda: fit.r2),
        ("adjusted R²", 6, lambda: fit.adjusted_r2),
        ("F", 6, lambda: fit.anova().f),
        ("p of F", 3, lambda: fit.anova().p),
    ]
    rows = [["observations", str(fit.observations)], ["degrees of freedom", str(fit.degrees_of_freedom)]]
    for name, digits, value in found:
        available = _available(value)
        rows.append([name, "undefined" if available is None else number(available, digits)])
    if fit.walk is not None:
        state = "converged" if fit.walk.converged else "not converged"
        rows.append(["gradient descent", f"{state} after {counted(fit.walk.steps, 'step')}"])
        rows.append(["learning rate", number(fit.walk.learning_rate, 6)])
    return rows


def _available(value: Callable[[], Any]) -> Any:
    """The value, or None where the fit has to refuse it."""
    try:
        return value()
    except GlassnetError:
        return None
