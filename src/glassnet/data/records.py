"""Tables as users keep them (CSV files, data frames, dictionaries of columns), as named columns of text cells.

Every cell becomes its text, or None where it is empty, so that a CSV file and a data frame of the same table are read
by the same rules. What "NA" or "1.250" means, the column decides: see `kinds`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.data import csv_file
from glassnet.data.checks import is_column, require_same_rows, row_of
from glassnet.data.notation import numeral
from glassnet.ir.errors import DataError
from glassnet.words import counted, excerpt, quoted

Cell = str | None

EMPTY = frozenset({"", "<na>", *csv_file.SHEET_ERRORS})  # in lower case: no one means a value by these
NO_CELLS = (complex, timedelta, bytearray, list, tuple, set, dict, np.ndarray)  # what a network could not be given
NOTHING = frozenset({"none", "nan", "nat", "<na>", "--"})  # so cells without a value are written by Python


@dataclass(frozen=True, eq=False)
class Records:
    """Columns of equally many cells, in order, and where they came from."""

    origin: str
    columns: Mapping[str, Sequence[Cell]]
    unit: str  # what a record is called in errors: "line" of a file, "row" of a frame or list
    places: Sequence[int]  # the line or row of each record
    notes: tuple[str, ...] = ()  # sentences on what was passed over
    semicolons: bool = False  # whether they part the cells: then a comma is a decimal comma as a rule
    source: Records | None = None  # all records as they are written, if these are some of them or rewritten

    def __len__(self) -> int:
        return len(self.places)

    def place(self, record: int) -> str:
        """Where a record is, in words: "points.csv, line 7"."""
        return f"{self.origin}, {self.unit} {self.places[record]}"

    def shown(self, name: str, record: int) -> str:
        """A cell and where it is: "'3 €' (line 2)"."""
        return f"{excerpt(self.columns[name][record])} ({self.unit} {self.places[record]})"

    def without(self, records: set[int]) -> Records:
        """All but those records."""
        kept = [i for i in range(len(self)) if i not in records]
        columns = {name: [cells[i] for i in kept] for name, cells in self.columns.items()}
        return replace(self, columns=columns, places=[self.places[i] for i in kept], source=self.source or self)

    def having(self, columns: Mapping[str, Sequence[Cell]]) -> Records:
        """The records with those columns in the place of theirs."""
        return replace(self, columns={**self.columns, **columns}, source=self.source or self)

    @cached_property
    def decimal_mark(self) -> str | None:
        """The decimal mark, if all columns agree on it and it cannot be a thousands mark; else None."""
        if self.source:
            return self.source.decimal_mark
        texts = {cell for cells in self.columns.values() for cell in cells if cell and ("," in cell or "." in cell)}
        found = set()
        for taken in filter(None, map(numeral, texts)):
            point, comma = taken.plain("."), taken.plain(",")
            if (point is None) != (comma is None):
                found.add("," if point is None else ".")
        return found.pop() if len(found) == 1 else None


def read_records(
    source: Any, *, delimiter: str | None = None, header: bool | None = None, expected: Sequence[str] = ()
) -> Records:
    """The records of a CSV file (its path, or the file opened for bytes, which may be in memory alone), a pandas or
    polars data frame, a dictionary of columns, or a list of rows, each a dictionary (one alone is one row).

    CSV: UTF-8 with or without a byte-order mark; cells parted by comma, semicolon, tab, ``|`` or blanks, whichever fits
    (or by the `delimiter`), quoted by ``"`` where needed. Empty lines, and lines that begin with #, are passed over.
    The first line has the columns' names: where it looks like data, that is refused, unless `header` says whether it is
    one, or it has the `expected` names; without a header the columns are called "column 1", "column 2", …

    Raises `DataError` for what cannot be read, with the line.

    >>> read_records([{"x": 1, "colour": "red"}, {"x": None, "colour": "blue"}]).columns
    {'x': ['1', None], 'colour': ['red', 'blue']}
    >>> read_records({"x": [1, None], "colour": ["red", "blue"]}).columns
    {'x': ['1', None], 'colour': ['red', 'blue']}
    """
    if isinstance(source, str | os.PathLike) or is_open_file(source):
        file = source if is_open_file(source) else Path(source)
        names, lines = csv_file.read(file, delimiter, header, expected)
        columns = {name: [_text(row[i]) for row in lines.rows] for i, name in enumerate(names)}
        return Records(lines.origin, columns, "line", lines.places, tuple(lines.notes), lines.delimiter == ";")
    if delimiter is not None or header is not None:
        raise DataError(f"delimiter and header are for CSV files, not for {type(source).__name__}")
    if isinstance(source, Records):
        return source
    if hasattr(source, "columns") and hasattr(source, "to_numpy"):
        return _from_frame(source)
    if (row := row_of(source)) is not None:
        return _from_rows([row])
    if isinstance(source, Mapping):
        return _from_columns(source)
    if isinstance(source, Sequence) and source and all(isinstance(row, Mapping) for row in source):
        return _from_rows(source)
    raise DataError(
        "a table is the path of a CSV file, that file opened for bytes, a data frame, a dictionary of columns or a list"
        f" of dictionaries; got {type(source).__name__}"
    )


def is_open_file(source: Any) -> bool:
    """Whether it can be read as a file, and is no frame."""
    return hasattr(source, "read") and not hasattr(source, "columns")


def is_table(source: Any) -> bool:
    """Whether the data has named columns, in any order: a frame, dictionaries, or a row of a frame."""
    if (
        isinstance(source, Mapping)
        or row_of(source) is not None
        or (hasattr(source, "columns") and hasattr(source, "to_numpy"))
    ):
        return True
    return isinstance(source, Sequence) and bool(source) and isinstance(source[0], Mapping)


def _from_frame(frame: Any) -> Records:
    names = csv_file.checked_names(frame.columns, "the data frame")
    columns = {name: _cells(frame[key], name) for name, key in zip(names, frame.columns, strict=True)}
    count = len(frame)
    if count == 0 or not names:
        raise DataError(f"the data frame is empty: {counted(count, 'row')}, {counted(len(names), 'column')}")
    index = [str(name) for name in getattr(getattr(frame, "index", None), "names", ()) if name is not None]
    notes = (f"Passed over the index {quoted(index)}; frame.reset_index() makes it a column.",) if index else ()
    return Records("the data frame", columns, "row", range(count), notes)


def _from_columns(source: Mapping[Any, Any]) -> Records:
    names = csv_file.checked_names(source, "the dictionary")
    columns = {}
    for name, values in zip(names, source.values(), strict=True):
        if not is_column(values):
            raise DataError(f"the dictionary has one value for {name!r} and many for others; give each a list")
        columns[name] = _cells(values, name)
    require_same_rows({"columns": source})
    lengths = {name: len(cells) for name, cells in columns.items()}
    count = lengths[names[0]]
    if other := next((name for name in names if lengths[name] != count), None):
        raise DataError(f"{names[0]!r} has {counted(count, 'value')} and {other!r} has {lengths[other]}")
    if not count:
        raise DataError("the dictionary is empty: its columns have no values")
    return Records("the dictionary", columns, "row", range(count))


def _from_rows(rows: Sequence[Mapping[Any, Any]]) -> Records:
    keys = list(rows[0])
    for i, row in enumerate(rows):
        if row.keys() != rows[0].keys():
            raise DataError(f"row {i} has the keys {quoted(row)} where row 0 has {quoted(keys)}")
    names = csv_file.checked_names(keys, "row 0")
    columns = {name: _cells([row[key] for row in rows], name) for name, key in zip(names, keys, strict=True)}
    return Records("the list", columns, "row", range(len(rows)))


def _cells(values: Any, name: str) -> list[Cell]:
    if isinstance(values, set | frozenset):
        raise DataError(f"{name!r} is a set, which has no order; give a list")
    if getattr(values, "ndim", 1) != 1:
        raise DataError(f"{name!r} has the shape {tuple(values.shape)}; a column is one value a row")
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        values = values.astype(str)  # of nanoseconds, tolist makes plain numbers
        return [None if text == "NaT" else text for text in values.tolist()]
    plain = values.to_list() if hasattr(values, "to_list") else values.tolist() if hasattr(values, "tolist") else values
    return [_cell(value, name, i) for i, value in enumerate(plain)]


def _cell(value: Any, name: str, row: int) -> Cell:
    """The text of a value; dates as ISO 8601, bytes as UTF-8."""
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            raise DataError(f"row {row}: {name!r} is {excerpt(value)}, no text in UTF-8; decode it") from None
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, NO_CELLS):
        kind = type(value).__name__
        raise DataError(f"row {row}: {name!r} is a {kind}; expected a number, a text, a boolean or a date: convert it")
    if isinstance(value, Fraction):
        value = float(value)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    if text.lower() in NOTHING:
        return None
    taken = numeral(text)
    # 1.250 is 1250 to some, in a text; a number of Python's is written so that it cannot be taken for that.
    doubtful = taken is not None and taken.plain(",") not in (None, taken.plain("."))
    return f"{text}e0" if doubtful else text


def _text(value: str) -> Cell:
    text = value.strip()
    return None if text.lower() in EMPTY else text
