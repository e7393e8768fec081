"""Tables as users keep them (CSV files, data frames, lists of dictionaries), as named columns of text cells.

Every cell becomes its text, or None where it is missing, so that a CSV file and a data frame of the same table are read
by the same rules.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from glassnet.ir.errors import DataError

Cell = str | None

DELIMITERS = ",;\t"
MISSING = frozenset({"", "?", "na", "n/a", "#n/a", "nan", "<na>", "nat", "null", "none"})  # in lower case
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Records:
    """Columns of equally many cells, in order, and where they came from."""

    origin: str
    columns: Mapping[str, Sequence[Cell]]
    unit: str  # what a record is called in errors: "line" of a file, "row" of a frame or list
    places: Sequence[int]  # the line or row of each record

    def __len__(self) -> int:
        return len(self.places)

    def place(self, record: int) -> str:
        """Where a record is, in words: "points.csv, line 7"."""
        return f"{self.origin}, {self.unit} {self.places[record]}"

    def without(self, records: set[int]) -> Records:
        """All but those records."""
        kept = [i for i in range(len(self)) if i not in records]
        columns = {name: [cells[i] for i in kept] for name, cells in self.columns.items()}
        return Records(self.origin, columns, self.unit, [self.places[i] for i in kept])


def read_records(source: Any) -> Records:
    """The records of a CSV file's path, a pandas or polars data frame, or a list of dictionaries.

    CSV: UTF-8 with or without a byte-order mark, a header line, cells parted by comma, semicolon or tab (whichever
    fits), quoted by ``"`` where needed; where the semicolon parts, numbers may have a decimal comma. Empty lines are
    passed over. A cell is missing where it is empty, or one of ?, NA, N/A, #N/A, NaN, NaT, null, None.

    Raises `DataError` for what cannot be read, with the line.

    >>> read_records([{"x": 1, "colour": "red"}, {"x": None, "colour": "blue"}]).columns
    {'x': ['1', None], 'colour': ['red', 'blue']}
    """
    if isinstance(source, str | os.PathLike):
        return _read_csv(Path(source))
    if hasattr(source, "columns") and hasattr(source, "to_numpy"):
        return _from_frame(source)
    if isinstance(source, Mapping):
        source = [source]
    if isinstance(source, Sequence) and source and all(isinstance(row, Mapping) for row in source):
        return _from_rows(source)
    raise DataError(
        f"a table is the path of a CSV file, a data frame or a list of dictionaries; got {type(source).__name__}"
    )


def _read_csv(path: Path) -> Records:
    text = _decoded(path)
    delimiter = _delimiter(text)
    header: list[str] = []
    rows: list[list[str]] = []
    places: list[int] = []
    reader = _reader(text, delimiter, strict=True)
    try:
        for row in reader:
            if not any(cell.strip() for cell in row) and len(row) <= 1:
                continue
            if not header:
                header = _checked_header([cell.strip() for cell in row], path.name)
                _refuse_numbers(header, path.name)
                continue
            if len(row) != len(header):
                raise DataError(
                    f"{path.name}, line {reader.line_num}: {_count(len(row), 'cell')} where the header has "
                    f"{len(header)}; add what is missing, or quote cells that contain {delimiter!r}"
                )
            rows.append(row)
            places.append(reader.line_num)
    except csv.Error as error:
        raise DataError(f"{path.name}, line {reader.line_num}: {error}; check its quotation marks") from error
    if not rows:
        raise DataError(f"{path.name} has a header but no rows of data")
    cell = _with_decimal_comma if delimiter == ";" else _cell
    columns = {name: [cell(row[i]) for row in rows] for i, name in enumerate(header)}
    return Records(path.name, columns, "line", places)


def _decoded(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    if content.startswith(b"PK\x03\x04"):
        raise DataError(f"{path.name} is a workbook or zip file; save the table as CSV")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path.name}, line {line}: not UTF-8 text; save the table as CSV in UTF-8") from error
    if "\0" in text:
        raise DataError(f"{path.name} is not a text file; save the table as CSV")
    if not text.strip():
        raise DataError(f"{path.name} is empty; expected a header line and rows of data")
    return text


def _reader(text: str, delimiter: str, strict: bool = False) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict, skipinitialspace=True)


def _delimiter(text: str) -> str:
    """Whichever parts most of the first lines into as many cells as the header has, and more than one."""

    def fit(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in islice(_reader(text, delimiter), 20) if row]
        return (sum(width == widths[0] for width in widths) if widths[0] > 1 else 0, widths[0])

    return max(DELIMITERS, key=fit)


def _checked_header(names: Sequence[str], origin: str) -> list[str]:
    """The names of the columns, all different; one without a name is called by its number."""
    names = [name or f"column {i}" for i, name in enumerate(names, start=1)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{origin} has more than one column named {' and '.join(map(repr, twice))}; rename one")
    return names


def _refuse_numbers(header: Sequence[str], origin: str) -> None:
    if all(NUMBER.fullmatch(name) for name in header):
        raise DataError(
            f"{origin} has no header: its first line is {', '.join(header[:4])}; add a line of column names"
        )


def _from_frame(frame: Any) -> Records:
    names = _checked_header([str(name).strip() for name in frame.columns], "the data frame")
    columns = {
        name: [_cell(value) for value in frame[key].to_list()] for name, key in zip(names, frame.columns, strict=True)
    }
    count = len(frame)
    if count == 0 or not names:
        raise DataError(f"the data frame is empty: {_count(count, 'row')}, {_count(len(names), 'column')}")
    return Records("the data frame", columns, "row", range(count))


def _from_rows(rows: Sequence[Mapping[Any, Any]]) -> Records:
    keys = list(rows[0])
    for i, row in enumerate(rows):
        if row.keys() != rows[0].keys():
            raise DataError(f"row {i} has the keys {_listed(row)} where row 0 has {_listed(keys)}")
    names = _checked_header([str(key).strip() for key in keys], "row 0")
    columns = {name: [_cell(row[key]) for row in rows] for name, key in zip(names, keys, strict=True)}
    return Records("the list", columns, "row", range(len(rows)))


def _cell(value: Any) -> Cell:
    """The text of a cell; dates as ISO 8601."""
    text = (value.isoformat() if hasattr(value, "isoformat") else str(value)).strip()
    return None if text.lower() in MISSING else text


def _with_decimal_comma(value: str) -> Cell:
    text = _cell(value)
    return text.replace(",", ".") if text and DECIMAL_COMMA.fullmatch(text) else text


def _listed(names: Any) -> str:
    return ", ".join(repr(str(name)) for name in names)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
