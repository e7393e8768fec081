"""``glassnet regress``: the line, plane or hyperplane of least squares through the rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from glassnet.canvas.picture import PICTURE
from glassnet.cli.display import new_console
from glassnet.cli.sources import IMAGE_SETS, TABLES, records_of
from glassnet.cli.tables import Delimiter, Header, Ignore, note
from glassnet.data.kinds import PARSERS, Kind
from glassnet.data.records import Cell
from glassnet.data.table import survey
from glassnet.files import require_writable
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.regression import Categorical, LinearRegression, quartet_table
from glassnet.regression.plot import usual_kind
from glassnet.words import visible

ANSCOMBE = "anscombe"


def regress(
    source: Annotated[str, typer.Argument(metavar="DATA", help="A CSV file with a header, thermometer or anscombe.")],
    target: Annotated[str | None, typer.Option(help="The column to explain.")] = None,
    ignore: Ignore = None,
    delimiter: Delimiter = None,
    header: Header = None,
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
    require(source not in IMAGE_SETS, f"a line goes through the rows of a table, and {source} is a set of images")
    target = target or TABLES.get(source)
    if target is None:
        raise GlassnetError(f"name the column of {source} to explain with --target")
    if plot is not None:
        require_writable(plot, PICTURE, {"the table": source})
    records = records_of(source, delimiter, header, [target, *(ignore or ())])
    found = survey(records, target, ignore=ignore or (), task="regression", complete=True)
    note(found.notes, new_console())
    terms = [Categorical(column.name) if column.kind == "category" else column.name for column in found.columns]
    model = LinearRegression(precision="exact" if exact else "float64", terms=terms)
    cells = found.records.columns
    inputs = {column.name: _numbers(column.kind, cells[column.name]) for column in found.columns}
    model.fit(inputs, {found.target.name: _numbers(found.target.kind, cells[found.target.name])})
    typer.echo(visible(model.summary(), keep="\n"))
    if explain:
        typer.echo(visible(f"\n{model.explain()}", keep="\n"))
    if plot is not None:
        kind = usual_kind(model.found)
        model.plot(kind, str(plot))
        what = "" if kind == "fit" else " (the residuals: inputs can be drawn if they are one or two, and numbers)"
        typer.echo(f"\nDrawn in {plot}{what}.")


def _anscombe(path: Path) -> None:
    """The four data sets side by side, then what a small network makes of each, and all of it as a picture."""
    from glassnet.lessons.quartet import quartet

    require_writable(path, PICTURE)
    contests = quartet()
    contests.plot(path)
    typer.echo(quartet_table())
    typer.echo(f"\nBy the line, and by a network with four hidden neurons:\n\n{contests}")
    typer.echo(f"\nDrawn in {path}.")


def _numbers(kind: Kind, cells: Sequence[Cell]) -> list[object]:
    """A column as the regression takes it: numbers as they are written, so that they can be exact."""
    if kind in ("number", "category"):
        return list(cells)
    return [PARSERS[kind](cell) for cell in cells if cell is not None]
