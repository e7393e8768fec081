"""Files of values parted by commas or the like: what parts them, whether there is a header, which lines are rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from glassnet.data.checks import decoded, require_file
from glassnet.data.notation import means_missing, plain
from glassnet.ir.errors import DataError
from glassnet.words import counted, joined

DELIMITERS = "\t|;,"  # the likeliest first, where several would fit
BLANK = " "
NAMED_DELIMITERS = {"tab": "\t", "blank": BLANK, "space": BLANK, "comma": ",", "semicolon": ";", "\\t": "\t"}
SHEET_ERRORS = ("#n/a", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!")  # cells without a value, in Excel
LOOKED_AT = 20  # lines: enough to see how a file is parted


@dataclass
class Lines:
    """The rows of a file, the lines that they stand in, and what was passed over."""

    origin: str
    delimiter: str
    rows: list[list[str]]
    places: list[int]
    comments: dict[int, str]  # the lines that begin with #, by their number
    notes: list[str]

    def shown(self, record: int) -> str:
        """The cells of a row, the first few of many."""
        row = self.rows[record]
        return ", ".join(row[:4]) + (", …" if len(row) > 4 else "")


def read(
    source: Path | BinaryIO, delimiter: str | None, header: bool | None, expected: Sequence[str]
) -> tuple[list[str], Lines]:
    """The names of a file's columns and its rows, all as wide; see `records.read_records`."""
    lines = _lines(*_content(source), delimiter)
    if not lines.rows:
        raise DataError(f"{lines.origin} has only lines that begin with #; expected a header line and rows of data")
    names = _names(lines, header, expected)
    _note_comments(lines, len(names))
    for i, row in enumerate(lines.rows):
        if len(row) != len(names):
            raise DataError(_ragged(lines, i, len(names)))
    if not lines.rows:
        raise DataError(" ".join((f"{lines.origin} has a header but no rows of data.", *lines.notes)).removesuffix("."))
    return names, lines


def checked_names(names: Iterable[Any], origin: str) -> list[str]:
    """The names of the columns, all different; one without a name is called by its number."""
    texts = [str(name).strip() or f"unnamed {i}" for i, name in enumerate(names, start=1)]
    if twice := sorted({name for name in texts if texts.count(name) > 1}):
        raise DataError(f"{origin} has more than one column named {joined(map(repr, twice))}; rename one")
    return texts


def _content(source: Path | BinaryIO) -> tuple[str, bytes]:
    """What the file is called, and its bytes; an open file is read from where it is, and may be in memory alone."""
    if not isinstance(source, Path):
        content = source.read()
        if not isinstance(content, bytes):
            raise DataError("an open file must be of bytes: open it with mode 'rb', or use io.BytesIO(text.encode())")
        return Path(str(getattr(source, "name", "the table"))).name, content
    require_file(source)
    try:
        return source.name, source.read_bytes()
    except OSError as error:
        raise DataError(f"{source} cannot be read: {error.strerror or error}") from error


def _decoded(name: str, content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise DataError(f"{name} is a workbook or zip file; save the table as CSV")
    text = decoded(content, name, "save the table as CSV")
    if not text.strip():
        raise DataError(f"{name} is empty; expected a header line and rows of data")
    return text


def _without_comments(text: str) -> tuple[str, dict[int, str]]:
    """The text with each comment line, which begins with #, made blank; and the comments by line number."""
    if "#" not in text:
        return text, {}
    comments: dict[int, str] = {}
    kept, quoted = [], False
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        start = line.lstrip().lower()
        if not quoted and start.startswith("#") and not start.startswith(SHEET_ERRORS):
            comments[number] = line.strip()
            line = "\n"
        quoted ^= line.count('"') % 2 == 1
        kept.append(line)
    return "".join(kept), comments


def _reader(text: str, delimiter: str, strict: bool = False) -> Any:
    lines: Iterable[str] = io.StringIO(text, newline="")
    if delimiter == BLANK:  # any number of blanks and tabs parts two cells
        lines = (line.strip().replace("\t", BLANK) + "\n" for line in lines)
    return csv.reader(lines, delimiter=delimiter, strict=strict, skipinitialspace=True)


def _named(delimiter: str) -> str:
    mark = NAMED_DELIMITERS.get(delimiter, delimiter)
    if len(mark) != 1 or mark in '"\r\n':
        raise DataError(f"the delimiter must be one character, or tab or blank, got {delimiter!r}")
    return mark


def _delimiter(text: str, notes: list[str]) -> str:
    """The delimiter that gives most of the first lines as many cells as the header, and more than one.

    Where several do, it is the one that leaves most cells numbers; then the likelier one, and that is said.
    """
    fits = {mark: _fit(text, mark) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: fits[mark])  # the first of several
    if fits[best][0] == 0:
        return BLANK if _fit(text, BLANK)[0] > 1 else ","
    for other in DELIMITERS:
        if other != best and fits[other] == fits[best]:
            notes.append(f"Its cells are taken to be parted by {best!r}; {other!r} would fit as well (see delimiter).")
    return best


def _fit(text: str, delimiter: str) -> tuple[int, float]:
    """How many of the first lines have as many cells as the first one, and the share of numbers below it."""
    try:
        rows = list(islice((row for row in _reader(text, delimiter) if _has_cells(row)), LOOKED_AT))
    except csv.Error:
        return 0, 0.0
    if not rows or len(rows[0]) < 2:
        return 0, 0.0
    cells = [cell for row in rows[1:] for cell in row]
    numbers = sum(_looks_like_a_value(cell) for cell in cells)
    return sum(len(row) == len(rows[0]) for row in rows), numbers / max(1, len(cells))


def _has_cells(row: Sequence[str]) -> bool:
    return any(cell.strip() for cell in row)


def _lines(name: str, content: bytes, delimiter: str | None) -> Lines:
    """The lines with cells in them, and their numbers."""
    text, comments = _without_comments(_decoded(name, content))
    notes: list[str] = []
    if told := re.match(r"\s*sep=(.)\r?\n", text):  # so Excel writes down what parts the cells
        text = "\n" * told[0].count("\n") + text[told.end() :]
        delimiter = delimiter or told[1]
    mark = _named(delimiter) if delimiter is not None else _delimiter(text, notes)
    lines = Lines(name, mark, [], [], comments, notes)
    reader = _reader(text, mark, strict=True)
    hollow: list[int] = []
    try:
        for row in reader:
            if _has_cells(row):
                lines.rows.append([cell.strip() for cell in row])
                lines.places.append(reader.line_num)
            elif len(row) > 1 and lines.rows:
                hollow.append(reader.line_num)
    except csv.Error as error:
        words = f"{error}; check its quotation marks"
        if "field larger" in str(error):
            words = f"a cell of more than {csv.field_size_limit():,} characters; close its quotes or shorten it"
        raise DataError(f"{name}, line {reader.line_num}: {words}") from error
    if hollow:
        notes.append(f"Passed over {counted(len(hollow), 'line')} without a value (the first is line {hollow[0]}).")
    return lines


def _names(lines: Lines, header: bool | None, expected: Sequence[str]) -> list[str]:
    """The columns' names; the line that has them is taken off the rows."""
    if header is False:
        return [f"column {i}" for i in range(1, len(lines.rows[0]) + 1)]
    if header is None and (doubt := _doubt(lines, expected)):
        return _names_in_a_comment(lines, doubt)
    first = lines.rows.pop(0)
    lines.places.pop(0)
    names = checked_names(first, lines.origin)
    if header is None:
        _drop_repeated_headers(first, lines)
    return names


def _names_in_a_comment(lines: Lines, doubt: str) -> list[str]:
    """The names in the last line that begins with # before the rows, as NumPy writes them."""
    line = max((line for line in lines.comments if line < lines.places[0]), default=0)
    names = _cells_of(lines.comments[line].lstrip("# \t"), lines.delimiter) if line else []
    if len(names) != len(lines.rows[0]):
        raise DataError(f"{lines.origin} {doubt}")
    lines.notes.append(f"Line {line}, which begins with #, is taken as the header.")
    del lines.comments[line]
    return checked_names(names, lines.origin)


def _cells_of(line: str, delimiter: str) -> list[str]:
    return next(_reader(line, delimiter), [])


def _doubt(lines: Lines, expected: Sequence[str]) -> str:
    """Why the first line may not be a header, or nothing."""
    first, below = lines.rows[0], [row for row in lines.rows[1:] if row != lines.rows[0]]
    shown = lines.shown(0)
    what = "add a line of column names, or choose header=False (--no-header)"
    if all(_looks_like_a_value(cell) or means_missing(cell) for cell in first if cell):
        return f"has no header: its first line is {shown}; {what}"
    if any(_names_numbers(cell, [row[i] for row in below[:LOOKED_AT] if i < len(row)]) for i, cell in enumerate(first)):
        return ""
    for i, cell in enumerate(first):
        if cell and not _looks_like_a_value(cell) and any(i < len(row) and row[i] == cell for row in lines.rows[1:]):
            return f"has no header, it seems: {cell!r} of its first line, {shown}, occurs again below it; {what}"
    if any(map(_looks_like_a_value, first)) and not (expected and set(expected) <= set(first)):
        return (
            f"may have no header: its first line, {shown}, looks like the others; choose header=True if it has the "
            "columns' names, header=False if it is data (--header, --no-header)"
        )
    return ""


def _names_numbers(cell: str, column: Sequence[str]) -> bool:
    """Whether the cell is a word above a column of only numbers or dates, and so must be its name."""
    values = [below for below in column if below and not means_missing(below)]
    return bool(cell and values) and not _looks_like_a_value(cell) and all(map(_looks_like_a_value, values))


def _drop_repeated_headers(first: list[str], lines: Lines) -> None:
    """Files put one behind the other have the header again in their middle."""
    again = [i for i, row in enumerate(lines.rows) if row == first]
    if again:
        line = lines.places[again[0]]
        lines.notes.append(
            f"Passed over {counted(len(again), 'line')} with the header again (the first is line {line})."
        )
    for i in reversed(again):
        del lines.rows[i], lines.places[i]


def _looks_like_a_value(cell: str) -> bool:
    """Whether a cell is a number, with a point or a comma, or a date: seldom the name of a column."""
    return plain(cell) is not None or plain(cell, ",") is not None or _is_date(cell)


def _is_date(cell: str) -> bool:
    try:
        date.fromisoformat(cell[:10])
    except ValueError:
        return False
    return len(cell) == 10 or cell[10:11] in ("T", " ")


def _note_comments(lines: Lines, width: int) -> None:
    if not lines.comments:
        return
    count = len(lines.comments)
    text = f"Passed over {counted(count, 'line')} that begin{'s' * (count == 1)} with #"
    alike = (n for n, text in lines.comments.items() if len(_cells_of(text, lines.delimiter)) == width > 1)
    row = next(alike, None)
    lines.notes.append(text + (f"; if line {row} is a row, put its first cell into quotation marks." if row else "."))


def _ragged(lines: Lines, record: int, width: int) -> str:
    cells = f"{counted(len(lines.rows[record]), 'cell')} where the header has {width}"
    where = f"{lines.origin}, line {lines.places[record]}: {cells}"
    if all(len(row) == width + 1 for row in lines.rows):
        return f"{where}, and so in every line; the header lacks a name"
    return f"{where}; add what is missing, or quote cells that contain {lines.delimiter!r}"
