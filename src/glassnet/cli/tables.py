"""Tables on the command line: how their files are read, what their columns were taken for, what is to be noted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as Grid

from glassnet.cli.display import new_console
from glassnet.cli.sources import encoding_for, is_image_set, records_of, test_images
from glassnet.data import Encoding, Table
from glassnet.data.encoding import Column
from glassnet.data.kinds import DATES, Kind, written
from glassnet.data.records import Records
from glassnet.ir.errors import GlassnetError
from glassnet.ir.types import Array
from glassnet.network import Network
from glassnet.words import counted, listed, visible

Delimiter = Annotated[
    str | None, typer.Option(help="What parts the cells of the file, such as ';', tab or blank; else found out.")
]
Header = Annotated[
    bool | None, typer.Option("--header/--no-header", help="Whether the file's first line names its columns.")
]
Ignore = Annotated[list[str] | None, typer.Option(help="A column to leave out; may be repeated.")]

MOST_COLUMNS = 20  # more than these on the screen are not read by anyone


def note(notes: Iterable[str], console: Console | None = None) -> None:
    """Print the notes on a table: on the console, or else on the error stream, so that the output stays a table."""
    console = console or new_console(stderr=True)
    for text in notes:
        console.print(f"Note: {text}")


def columns_of(source: str, delimiter: str | None, header: bool | None) -> str:
    """The names of a file's columns, for a message."""
    return listed(records_of(source, delimiter, header).columns, MOST_COLUMNS)


def rows_for(encoding: Encoding, path: str | Path, delimiter: str | None, header: bool | None) -> Records:
    """The rows of a table for a network that was trained on one."""
    records = records_of(path, delimiter, header, encoding.names)
    lacking = [name for name in encoding.names if name not in records.columns]
    if header is False and lacking:
        raise GlassnetError(
            f"{path} without a header has {listed(records.columns)}, and the network was trained on "
            f"{listed(encoding.names)}; give the file a header with these names"
        )
    return records


def some_rows(
    network: Network, name: str, source: str, rows: str, delimiter: str | None, header: bool | None, folder: Path | None
) -> tuple[Array, Array | None]:
    """The inputs of those rows of a table, or test images of a set, and their targets where they have them."""
    console = new_console(stderr=True)
    if is_image_set(source):
        images = test_images(network, name, source, folder, console)
        places = row_numbers(rows, len(images.x_test), source)
        return images.x_test[places], images.y_test[places]
    encoding = encoding_for(network, name, source)
    records = rows_for(encoding, source, delimiter, header)
    chosen = row_numbers(rows, len(records), source)
    records = records.without(set(range(len(records))) - set(chosen))
    notes: list[str] = []
    x, target = encoding.inputs(records, notes), encoding.target
    has_target = target.name in records.columns and not target.missing(records)
    y = encoding.outputs(records, notes) if has_target else None
    note(notes, console)
    return x, y


def row_numbers(text: str, count: int, source: str) -> list[int]:
    """The places, counted from 0, of rows that are counted from 1: "3", "1-5" or "1,4,7-9".

    >>> row_numbers("1,4-6", 10, "points.csv")
    [0, 3, 4, 5]
    """
    if not re.fullmatch(r"\d+(-\d+)?(,\d+(-\d+)?)*", text := re.sub(r"\s", "", text)):
        raise GlassnetError(f"--rows takes numbers such as 3, 1-5 or 1,4,7-9, got {text!r}")
    ends = [[int(end) for end in part.split("-")] for part in text.split(",")]
    for first, *last in ends:
        if not 1 <= first <= max(last, default=first) <= count:
            part = "-".join(map(str, (first, *last)))
            raise GlassnetError(f"{source} has rows 1 to {count:,}, and --rows asks for {part}")
    places = {place for first, *last in ends for place in range(first - 1, max(last, default=first))}
    return sorted(places)


def unit_of(network: Network) -> str:
    """What errors are counted in, where it is known: the last of the measurements is the mean absolute error."""
    return " days" if kind_of_target(network) in DATES else ""


def kind_of_target(network: Network) -> Kind:
    """What a network's value is, where the column is known that it is of."""
    if network.encoding is not None:
        return network.encoding.target.kind
    return "number" if network.series is None else network.series.kinds[0]


def show_table(table: Table, source: str, console: Console) -> None:
    """What the columns of a table were taken for."""
    grid = Grid("column", "kind", "what it holds", box=None, padding=(0, 2, 0, 0))
    columns, target = table.encoding.columns, table.encoding.target
    for column in columns[:MOST_COLUMNS]:
        grid.add_row(visible(column.name), column.kind, _held(column))
    if more := columns[MOST_COLUMNS:]:
        kinds = Counter(column.kind for column in more)
        grid.add_row(f"… and {len(more):,} more", ", ".join(f"{count:,} {kind}" for kind, count in kinds.items()), "")
    grid.add_row(f"{visible(target.name)} (target)", target.kind, _held_target(table), style="bold")
    console.print(f"{source}: {counted(len(table.x), 'row')}, {table.task} of {target.name!r}.")
    console.print(grid)
    note(table.notes, console)


def _held(column: Column) -> str:
    """What a column holds, in a few words."""
    if column.kind == "category":
        return _listed(column.categories)
    return _around(column.mean, column.scale, column.kind)


def _held_target(table: Table) -> str:
    target = table.encoding.target
    if target.labels:
        return _listed(target.labels)
    mean, scale = float(table.y.mean()), float(table.y.std())
    return _around(mean, scale, target.kind)


def _around(mean: float, scale: float, kind: Kind) -> str:
    if kind in DATES:
        return f"around {written(mean, 'date')} ± {scale:,.0f} days"
    return f"mean {mean:.4g} ± {scale:.4g}"


def _listed(names: tuple[str, ...]) -> str:
    return listed(map(visible, names), MOST_COLUMNS)
