"""Series of one's own: a table whose rows follow each other in time, made ready to be forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.encoding import read_asked
from glassnet.data.kinds import DATES, PARSERS, find_kind
from glassnet.data.records import Cell, Records
from glassnet.data.sequences import windows
from glassnet.ir.errors import DataError
from glassnet.ir.require import require_count
from glassnet.words import counted, quoted

Row = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Series:
    """A series made ready: what was, step by step, and what came next.

    Attributes:
        values: the numbers in the order of time, (rows, features); the first column is the target.
        features: the columns' names.
        steps: how many rows a forecast is made from.
        notes: sentences on what was left out, filled in or put in order.

    >>> import glassnet as gn
    >>> waves = gn.data.series({"height": [1.0, 3.0, 2.0, 4.0]}, target="height", steps=2)
    >>> waves.x[:, :, 0].tolist(), waves.y.tolist(), waves.last[:, 0].tolist()
    ([[1.0, 3.0], [3.0, 2.0]], [2.0, 4.0], [2.0, 4.0])
    """

    values: Row
    features: tuple[str, ...]
    steps: int
    notes: tuple[str, ...]

    @property
    def x(self) -> Row:
        """The stretches that forecasts are made from, (n, steps, features)."""
        return windows(self.values, self.steps)[0]

    @property
    def y(self) -> Row:
        """The target in the row after each stretch, (n,)."""
        return windows(self.values, self.steps)[1]

    @property
    def last(self) -> Row:
        """The last rows, (steps, features), from which what comes next is forecast."""
        return self.values[-self.steps :]

    def __repr__(self) -> str:
        columns = quoted(self.features)
        return f"Series({counted(len(self.values), 'row')} of {columns}, {self.features[0]!r} from {self.steps} rows)"


def series(
    source: Any,
    target: str,
    steps: int,
    *,
    ignore: str | Sequence[str] = (),
    delimiter: str | None = None,
    header: bool | None = None,
) -> Series:
    """The rows of a CSV file, frame or other table (as :func:`table` takes them), as a series of the column ``target``.

    Each forecast is made from the last ``steps`` rows of all columns of numbers, the target's among them. Where there
    is a column of dates, the rows are put into its order. Missing numbers are those of the row before.

    Raises:
        DataError: what cannot be read, a target that is no number, or too few rows.

    >>> rows = {"day": ["2024-01-03", "2024-01-02", "2024-01-01"], "close": [3.0, 2.5, 2.0], "volume": [10, None, 30]}
    >>> prices = series(rows, target="close", steps=1)
    >>> prices
    Series(3 rows of 'close', 'volume', 'close' from 1 rows)
    >>> prices.x[:, 0].tolist(), prices.y.tolist(), prices.last.tolist()
    ([[2.0, 30.0], [2.5, 30.0]], [2.5, 3.0], [[3.0, 10.0]])
    >>> prices.notes
    ("Put into the order of 'day'.", "1 missing of 3 cells of 'volume': filled in with the row before.")
    """
    steps = require_count(steps, "the steps of a series")
    records, target, ignored = read_asked(source, target, ignore, delimiter, header)
    notes = list(records.notes)
    columns, order = _columns(records, target, ignored, notes)
    if len(records) <= steps:
        raise DataError(f"{records.origin} has {counted(len(records), 'row')}: a forecast from {steps} needs more")
    filled = [_filled(name, column[order], notes) for name, column in columns.items()]
    return Series(np.stack(filled, axis=1), tuple(columns), steps, tuple(notes))


def _columns(
    records: Records, target: str, ignored: Sequence[str], notes: list[str]
) -> tuple[dict[str, Row], NDArray[np.int64]]:
    """The columns of numbers, the target first, NaN where a cell is missing; and the order of the rows in time."""
    numbers: dict[str, Row] = {}
    order = np.arange(len(records))
    is_dated = False
    for name in [target, *(name for name in records.columns if name not in (target, *ignored))]:
        kind, cells = find_kind(records, name, notes)
        if kind == "category":
            if name == target:
                raise DataError(f"the target {target!r} holds texts such as {cells[0]!r}; a forecast needs numbers")
            notes.append(f"Left out {name!r}: it holds texts.")
        elif kind in DATES and name != target:
            if is_dated:
                notes.append(f"Left out {name!r}: the rows have an order already.")
            is_dated, order = True, order if is_dated else _in_time(name, _parsed(cells, kind), notes)
        else:
            numbers[name] = _parsed(cells, kind)
    return numbers, order


def _parsed(cells: Sequence[Cell], kind: Any) -> Row:
    return np.array([np.nan if cell is None else PARSERS[kind](cell) for cell in cells], np.float64)


def _in_time(name: str, dates: Row, notes: list[str]) -> NDArray[np.int64]:
    """The order of the rows by their dates."""
    if np.isnan(dates).any():
        raise DataError(f"{name!r} has no date in row {int(np.isnan(dates).argmax()) + 1}, so the rows have no order")
    order = np.argsort(dates, kind="stable")
    if (np.diff(order) != 1).any():
        notes.append(f"Put into the order of {name!r}.")
    return order


def _filled(name: str, column: Row, notes: list[str]) -> Row:
    """The column with the number of the row before in the place of a missing one; at the start, the first there is."""
    lacking = np.isnan(column)
    if lacking.all():
        raise DataError(f"{name!r} has no numbers")
    if lacking.any():
        notes.append(f"{lacking.sum():,} missing of {len(column):,} cells of {name!r}: filled in with the row before.")
    known = np.where(lacking, 0, np.arange(len(column)))
    before = np.maximum.accumulate(known)
    first = column[~lacking][0]
    return np.where(np.isnan(column[before]), first, column[before])
