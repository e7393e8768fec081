"""The analysis of variance of a fit."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.grids import Grid, html_table, text_table
from glassnet.words import number


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

    def rows(self) -> Grid:
        between, within = self.regression / self.df_regression, self.residual / self.df_residual
        return [
            ["source", "df", "sum of squares", "mean square", "F", "p"],
            [
                "regression",
                str(self.df_regression),
                *(number(value, 6) for value in (self.regression, between, self.f)),
                number(self.p, 3),
            ],
            ["residual", str(self.df_residual), number(self.residual, 6), number(within, 6), "", ""],
            ["total", str(self.df_regression + self.df_residual), number(self.total, 6), "", "", ""],
        ]

    def __repr__(self) -> str:
        return text_table(self.rows())

    def _repr_html_(self) -> str:
        return html_table(self.rows())
