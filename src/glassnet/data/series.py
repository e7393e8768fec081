"""Series of one's own: a table whose rows follow each other in time, made ready to be forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import require_moderate
from glassnet.data.encoding import read_asked, require_columns
from glassnet.data.kinds import DATES, PARSERS, Kind, find_kind, missing, read_as, written
from glassnet.data.records import Cell, Records, read_records
from glassnet.data.sequences import windows
from glassnet.ir.errors import DataError, ModelFileError
from glassnet.ir.require import require_count
from glassnet.words import counted, quoted

Row = NDArray[np.float64]
MORE, LESS = 1.5, 0.5  # of the usual time between rows: months and years may differ by days


@dataclass(frozen=True)
class SeriesColumns:
    """What a network that forecasts a series reads: its columns, and how many rows of them.

    A network keeps it, ``net.series = series.columns``, and so does its file, so that new rows are read as the first.

    Attributes:
        names: the columns of numbers, the target first.
        kinds: what each of them holds.
        order: the column of dates that the rows are put into the order of, or None.
        steps: how many rows a forecast is made from.

    >>> import glassnet as gn
    >>> columns = gn.data.series({"height": [1.0, 3.0, 2.0, 4.0]}, target="height", steps=2).columns
    >>> columns.read({"height": [5.0, 6.0]}).last.tolist()
    [[5.0], [6.0]]
    """

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    order: str | None
    steps: int

    def read(self, source: Any, delimiter: str | None = None, header: bool | None = None) -> Series:
        """The rows of another table with these columns: at least as many as a forecast is made from.

        Raises:
            DataError: what cannot be read, a column that is not there, too few rows, or no target in the last one.
        """
        expected = [*self.names, *([] if self.order is None else [self.order])]
        records = read_records(source, delimiter=delimiter, header=header, expected=expected)
        require_columns(records, expected)
        if len(records) < self.steps:
            raise DataError(f"{records.origin} has {counted(len(records), 'row')}: a forecast needs {self.steps}")
        return self.of(records, list(records.notes))

    def of(self, records: Records, notes: list[str]) -> Series:
        """These columns of the records, in the order of time; what is put in order or filled in is noted."""
        order = np.arange(len(records)) if self.order is None else _in_time(self.order, records, notes)
        target, last = self.names[0], int(order[-1])
        if last in missing(records, target, self.kinds[0]):
            raise DataError(
                f"{records.place(last)}: {target!r} is missing in the last row, after which it is forecast; fill it "
                "in, or leave the row out"
            )
        filled = []
        for name, kind in zip(self.names, self.kinds, strict=True):
            column = _parsed(read_as(kind, records, name, notes), kind)
            filled.append(_filled(name, column[order], notes))
            require_moderate(name, filled[-1])
        return Series(np.stack(filled, axis=1), self, tuple(notes))

    def written(self, forecast: float) -> str:
        """A forecast as it stands in a table: a number, or a date."""
        return written(forecast, self.kinds[0])

    def to_json(self) -> dict[str, Any]:
        """All of it, for a model file."""
        return {"names": list(self.names), "kinds": list(self.kinds), "order": self.order, "steps": self.steps}

    @classmethod
    def from_json(cls, content: Any) -> SeriesColumns:
        """The inverse of ``to_json``, of content that is not trusted.

        Raises:
            ModelFileError: it is nothing of the kind.
        """
        match content:
            case {
                "names": list(names),
                "kinds": list(kinds),
                "order": str() | None as order,
                "steps": int(steps),
                **rest,
            }:
                texts = all(isinstance(name, str) for name in names) and len({*names, order}) == len(names) + 1
                known = all(kind in PARSERS for kind in kinds if isinstance(kind, str))
                same = len(names) == len(kinds) > 0 and all(isinstance(kind, str) for kind in kinds)
                if texts and known and same and not rest and steps > 0 and not isinstance(steps, bool):
                    return cls(tuple(names), tuple(kinds), order, steps)
        raise ModelFileError(f"the columns of a series are names, kinds, order and steps, got {str(content)[:100]}")


@dataclass(frozen=True, eq=False, repr=False)
class Series:
    """A series made ready: what was, step by step, and what came next.

    Attributes:
        values: the numbers in the order of time, (rows, features); the first column is the target.
        columns: which columns they are, and how many rows a forecast is made from.
        notes: sentences on what was left out, filled in or put in order.

    >>> import glassnet as gn
    >>> waves = gn.data.series({"height": [1.0, 3.0, 2.0, 4.0]}, target="height", steps=2)
    >>> waves.x[:, :, 0].tolist(), waves.y.tolist(), waves.last[:, 0].tolist()
    ([[1.0, 3.0], [3.0, 2.0]], [2.0, 4.0], [2.0, 4.0])
    """

    values: Row
    columns: SeriesColumns
    notes: tuple[str, ...]

    @property
    def features(self) -> tuple[str, ...]:
        """The columns' names."""
        return self.columns.names

    @property
    def steps(self) -> int:
        """How many rows a forecast is made from."""
        return self.columns.steps

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
    columns = _columns(records, target, ignored, steps, notes)
    if len(records) <= steps:
        raise DataError(f"{records.origin} has {counted(len(records), 'row')}: a forecast from {steps} needs more")
    return columns.of(records, notes)


def _columns(records: Records, target: str, ignored: Sequence[str], steps: int, notes: list[str]) -> SeriesColumns:
    """The columns of numbers, the target first, and the first column of dates; what else there is, is noted."""
    kinds: dict[str, Kind] = {}
    order: str | None = None
    for name in [target, *(name for name in records.columns if name not in (target, *ignored))]:
        if name != target and all(cell is None for cell in records.columns[name]):
            notes.append(f"Left out {name!r}: it has no values.")
            continue
        doubts: list[str] = []
        kind, cells = find_kind(records, name, doubts)
        if kind == "category":
            if name == target:
                raise DataError(f"the target {target!r} holds texts such as {cells[0]!r}; a forecast needs numbers")
            notes += [*doubts, f"Left out {name!r}: it holds texts."]
        elif kind not in DATES or name == target:
            kinds[name] = kind
        elif order is None:
            order = name
        else:
            notes.append(f"Left out {name!r}: the rows have an order already.")
    return SeriesColumns(tuple(kinds), tuple(kinds.values()), order, steps)


def _parsed(cells: Sequence[Cell], kind: Any) -> Row:
    return np.array([np.nan if cell is None else PARSERS[kind](cell) for cell in cells], np.float64)


def _in_time(name: str, records: Records, notes: list[str]) -> NDArray[np.int64]:
    """The order of the rows by their dates."""
    kind, cells = find_kind(records, name, notes)
    if kind not in DATES:
        raise DataError(f"{name!r} holds no dates, so the rows have no order")
    dates = _parsed(cells, kind)
    if np.isnan(dates).any():
        raise DataError(f"{name!r} has no date in row {int(np.isnan(dates).argmax()) + 1}, so the rows have no order")
    order = np.argsort(dates, kind="stable")
    if (np.diff(order) != 1).any():
        notes.append(f"Put into the order of {name!r}.")
    _note_uneven(name, dates[order], kind, notes)
    return order


def _note_uneven(name: str, dates: Row, kind: Kind, notes: list[str]) -> None:
    """Note where rows are further apart than most, or closer: a network takes each as one step."""
    apart = np.diff(dates)
    usual = np.quantile(apart, 0.5, method="lower") if len(apart) else 0.0
    uneven = np.flatnonzero((apart > MORE * usual) | (apart < LESS * usual))
    if len(uneven):
        first, last = (written(date, kind) for date in dates[uneven[0] : uneven[0] + 2].tolist())
        those = f"{len(uneven):,} of {counted(len(apart), 'step')} of {name!r} {'is' if len(uneven) == 1 else 'are'}"
        notes.append(
            f"{those} longer or shorter than most, the first from {first} to {last}: each row is taken as one step."
        )


def _filled(name: str, column: Row, notes: list[str]) -> Row:
    """The column with the number of the row before in the place of a missing one; at the start, the first there is."""
    lacking = np.isnan(column)
    if lacking.all():
        raise DataError(f"{name!r} has no numbers")
    if lacking.any():
        start = ", at the start with the first number" if lacking[0] else ""
        said = f"{lacking.sum():,} missing of {len(column):,} cells of {name!r}"
        notes.append(f"{said}: filled in with the row before{start}.")
    known = np.where(lacking, 0, np.arange(len(column)))
    before = np.maximum.accumulate(known)
    first = column[~lacking][0]
    return np.where(np.isnan(column[before]), first, column[before])
