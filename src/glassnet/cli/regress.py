"""``glassnet regress``: the line, plane or hyperplane of least squares through the rows of a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from glassnet import data
from glassnet.cli.sources import require_folder
from glassnet.data.encoding import PARSERS, Column
from glassnet.data.records import Records, read_records
from glassnet.ir.errors import GlassnetError
from glassnet.regression import Categorical, LinearRegression, quartet_table

ANSCOMBE = "anscombe"


def regress(
    source: Annotated[str, typer.Argument(metavar="DATA", help="A CSV file with a header, or anscombe.")],
    target: Annotated[str | None, typer.Option(help="The column to explain.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="A column to leave out; may be repeated.")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Compute in fractions, without any rounding.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the arithmetic, step by step.")] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw it: a .png, .svg or .pdf file (anscombe is always drawn).")
    ] = None,
) -> None:
    """Fit a line, plane or hyperplane: linear regression.

    The coefficients with their standard errors, R² and more: what a network has to beat.
    """
    if source == ANSCOMBE:
        _anscombe(plot or Path("anscombe.png"))
        return
    if target is None:
        raise GlassnetError(f"name the column of {source} to explain with --target")
    if plot is not None:
        require_folder(plot, "the plot")
    table = data.table(source, target, ignore=ignore or (), task="regression")
    for note in table.notes:
        typer.echo(f"Note: {note}")
    columns = table.encoding.columns
    records = _complete(read_records(source), [*(column.name for column in columns), target])
    terms = [Categorical(column.name) if column.kind == "category" else column.name for column in columns]
    model = LinearRegression(precision="exact" if exact else "float64", terms=terms)
    model.fit({column.name: _cells(column, records) for column in columns}, records.columns[target])
    typer.echo(model.summary())
    if explain:
        typer.echo(f"\n{model.explain()}")
    if plot is not None:
        model.plot(path=str(plot))
        typer.echo(f"\nDrawn in {plot}.")


def _anscombe(path: Path) -> None:
    """The four data sets side by side, then what a small network makes of each, and all of it as a picture."""
    from glassnet.lessons.quartet import quartet

    require_folder(path, "the plot")
    contests = quartet()
    contests.plot(path)
    typer.echo(quartet_table())
    typer.echo(f"\nBy the line, and by a network with four hidden neurons:\n\n{contests}")
    typer.echo(f"\nDrawn in {path}.")


def _complete(records: Records, names: list[str]) -> Records:
    """The rows without a missing cell."""
    lacking = {i for name in names for i, cell in enumerate(records.columns[name]) if cell is None}
    if lacking:
        typer.echo(f"Note: left out {len(lacking):,} rows with missing cells.")
    return records.without(lacking)


def _cells(column: Column, records: Records) -> list[object]:
    """A column as the regression takes it: numbers as they are written, so that they can be exact."""
    cells = records.columns[column.name]
    if column.kind in ("number", "category"):
        return list(cells)
    return [PARSERS[column.kind](cell) for cell in cells if cell is not None]
