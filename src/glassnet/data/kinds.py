"""What a column holds (numbers, yes or no, dates, categories): found from its cells, or read as a known kind."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import numpy as np

from glassnet.data.notation import NUMBER, in_ascii, means_missing, plain
from glassnet.data.number_columns import BAD_SHARE, Numbers, read_numbers, said_missing
from glassnet.data.records import Cell, Records
from glassnet.ir.errors import DataError
from glassnet.words import excerpt, quoted

Kind = Literal["number", "boolean", "date", "datetime", "moment", "category"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DATES: tuple[Kind, ...] = ("date", "datetime", "moment")
DESCRIPTIONS: dict[Kind, str] = {
    "number": "a number",
    "boolean": "a boolean",
    "date": "a date",
    "datetime": "a date without a time zone",
    "moment": "a date and time with its time zone",
    "category": "a text",
}

BOOLEANS = {"false": 0.0, "true": 1.0, "no": 0.0, "yes": 1.0}
BOOLEAN_PAIRS = (("false", "true"), ("no", "yes"))
LIKE_BOOLEANS = (*BOOLEAN_PAIRS, ("0", "1"), ("0.0", "1.0"), ("f", "t"), ("n", "y"))  # what stands beside such a pair
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
TIME = re.compile(r"[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?", re.ASCII)
ZONE = re.compile(r" ?(Z|UTC|GMT|[+-]\d{2}(:?\d{2}(:?\d{2})?)?)", re.ASCII)
MOST_UNITS = 4  # more different words behind numbers are no units, but names, say
INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
LIKE_DATES = re.compile(r"\d{1,4}[./-]\d{1,2}([./-]\d{1,4})?([ T]\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?")
EPOCH = datetime(1970, 1, 1)


def parse_number(text: str) -> float | None:
    """The finite number that `text` is, or None.

    >>> parse_number("-1.5e3"), parse_number("1e999"), parse_number("1_000"), parse_number("nan")
    (-1500.0, None, None, None)
    """
    number = float(text) if NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def parse_boolean(text: str) -> float | None:
    """1 for true and yes, 0 for false and no, or None."""
    return BOOLEANS.get(text.lower())


def parse_date(text: str) -> float | None:
    """Days since 1 January 1970 of an ISO 8601 date, with or without a time of day but without a zone, or None.

    >>> parse_date("1970-01-03T12:00"), parse_date("3.1.1970")
    (2.5, None)
    """
    return _days(text) if DAY.match(text) and (len(text) == 10 or TIME.fullmatch(text, 10)) else None


def parse_moment(text: str) -> float | None:
    """Days since the beginning of 1970 in UTC of an ISO 8601 date and time with its zone, or None.

    >>> parse_moment("1970-01-03T12:00+12:00"), parse_moment("1970-01-03T12:00Z"), parse_moment("1970-01-03T12:00")
    (2.0, 2.5, None)
    """
    time = TIME.match(text, 10) if DAY.match(text) else None
    zone = ZONE.fullmatch(text, time.end()) if time else None
    return _days(text[: zone.start()] + zone[1].replace("UTC", "Z").replace("GMT", "Z")) if zone else None


def _days(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return (moment - EPOCH) / timedelta(days=1)
    return (moment - EPOCH.replace(tzinfo=UTC)) / timedelta(days=1)


PARSERS: dict[Kind, Callable[[str], float | None]] = {
    "number": parse_number,
    "boolean": parse_boolean,
    "date": parse_date,
    "datetime": parse_date,
    "moment": parse_moment,
}


def written(value: float, kind: Kind) -> str:
    """A number as its kind is written: days since 1970 as the nearest date, or to the second.

    >>> written(2.6, "date"), written(2.5, "datetime"), written(2.5, "moment"), written(2.5, "number")
    ('1970-01-04', '1970-01-03T12:00:00', '1970-01-03T12:00:00Z', '2.5')
    """
    if kind not in DATES or not abs(value) < 1e11:
        return f"{value:.7g}"
    if kind == "date":
        return str(np.datetime64(0, "D") + round(value))
    return str(np.datetime64(0, "s") + round(value * 86400)) + "Z" * (kind == "moment")


def find_kind(records: Records, name: str, notes: list[str]) -> tuple[Kind, list[Cell]]:
    """What a column holds, and its cells as that kind's parser reads them; what was taken for what is noted.

    Raises:
        DataError: nearly all cells are numbers (or dates): the others are mistakes, and named.
    """
    cells = records.columns[name]
    present = [cell for cell in cells if cell is not None]
    if any({cell.lower() for cell in present} <= set(pair) for pair in BOOLEAN_PAIRS):
        return "boolean", list(cells)
    numbers = read_numbers(records, name)
    _refuse_infinities(records, name, numbers)
    _refuse_a_few(records, name, "number", numbers.wrong, sum(cell is not None for cell in numbers.cells))
    if not numbers.wrong and any(cell is not None for cell in numbers.cells):
        _require_finite(records, name, numbers.cells)
        notes += numbers.notes
        return "number", numbers.cells
    if kind := _date_kind(records, name):
        return kind, _without_words(records, name, notes)
    notes += _doubts(records, name, numbers)
    return "category", list(cells)


def read_as(kind: Kind, records: Records, name: str, notes: list[str]) -> list[Cell]:
    """The cells of a column that is known to be of that kind, as its parser reads them.

    Raises:
        DataError: a cell is something else.
    """
    cells = records.columns[name]
    if kind == "category":
        return list(cells)
    if kind == "number":
        numbers = read_numbers(records, name)
        if numbers.wrong:
            raise _unexpected(records, name, numbers.wrong[0], kind)
        _require_finite(records, name, numbers.cells)
        notes += numbers.notes
        return numbers.cells
    for i, cell in enumerate(cells):
        if cell is not None and not means_missing(cell) and PARSERS[kind](cell) is None:
            raise _unexpected(records, name, i, kind)
    return _without_words(records, name, notes)


def missing(records: Records, name: str, kind: Kind) -> set[int]:
    """The records in which a column of that kind has no value: in texts, words such as none are values."""
    words = kind != "category"
    cells = records.columns[name]
    return {i for i, cell in enumerate(cells) if cell is None or (words and means_missing(cell))}


def _without_words(records: Records, name: str, notes: list[str]) -> list[Cell]:
    """The cells without those that say that there is no value, which is noted."""
    notes += said_missing(records, name)
    return [None if cell is None or means_missing(cell) else cell for cell in records.columns[name]]


def _date_kind(records: Records, name: str) -> Kind | None:
    """Which kind of dates a column holds, if it does."""
    there = [(i, cell) for i, cell in enumerate(records.columns[name]) if cell is not None and not means_missing(cell)]
    with_zone = [i for i, cell in there if parse_moment(cell) is not None]
    without = [i for i, cell in there if parse_date(cell) is not None]
    if not (with_zone or without):
        return None
    dates = {*with_zone, *without}
    wrong = [i for i, _ in there if i not in dates]
    _refuse_a_few(records, name, "date", wrong, len(dates))
    if wrong:
        return None
    if with_zone and without:
        i, j = without[0], with_zone[0]
        raise DataError(
            f"{records.place(i)}: {name!r} is {records.columns[name][i]!r}, without a time zone, and there is "
            f"{records.shown(name, j)}, with one; give all of them a zone, or none"
        )
    if with_zone:
        return "moment"
    return "date" if all((parse_date(cell) or 0.0).is_integer() for _, cell in there) else "datetime"


def _refuse_a_few(records: Records, name: str, kind: Kind, wrong: Sequence[int], right: int) -> None:
    if wrong and len(wrong) <= BAD_SHARE * (len(wrong) + right):
        raise _unexpected(records, name, wrong[0], kind, len(wrong) - 1)


def _refuse_infinities(records: Records, name: str, numbers: Numbers) -> None:
    for i in numbers.wrong:
        if INFINITE.fullmatch(records.columns[name][i] or "") and any(numbers.cells):
            raise _unexpected(records, name, i, "number")


def _unexpected(records: Records, name: str, i: int, kind: Kind, more: int = 0) -> DataError:
    others = f" (and {more} more like it)" if more else ""
    cell = records.columns[name][i]
    return DataError(
        f"{records.place(i)}: {name!r} is {excerpt(cell)}{others}; expected {DESCRIPTIONS[kind]}, or an empty cell"
    )


def _require_finite(records: Records, name: str, cells: Sequence[Cell]) -> None:
    for i, cell in enumerate(cells):
        if cell is not None and parse_number(cell) is None:
            raise _unexpected(records, name, i, "number")


def _doubts(records: Records, name: str, numbers: Numbers) -> list[str]:
    """What might have been meant by the cells of a column that is taken for categories."""
    cells = records.columns[name]
    there = [i for i, cell in enumerate(cells) if cell is not None and not means_missing(cell)]
    words = [i for i, cell in enumerate(cells) if cell is not None and means_missing(cell)]
    notes = []
    if words and there:
        found = quoted({cells[i]: None for i in words})
        notes.append(
            f"{name!r} is {found} in {len(words):,} of {len(cells):,} rows (the first is {records.unit} "
            f"{records.places[words[0]]}): a category like others; leave a cell empty where it is missing."
        )
    if mixed := _mixed_booleans(records, name, there):
        notes.append(mixed)
    elif 0 < len(numbers.wrong) <= len(there) / 2 and not _nearly([cells[i] or "" for i in numbers.wrong]):
        notes.append(
            f"{name!r} has numbers, and texts such as {records.shown(name, numbers.wrong[0])}: taken for categories; "
            "leave those cells empty to have numbers."
        )
    elif there and (advice := _nearly([cells[i] or "" for i in there])):
        notes.append(f"{name!r} has texts such as {records.shown(name, there[0])}: taken for categories; {advice}.")
    spellings: dict[str, str] = {}
    for cell in dict.fromkeys(cells[i] or "" for i in there):
        if (other := spellings.setdefault(cell.casefold(), cell)) != cell:
            notes.append(f"{name!r} has {excerpt(other)} and {excerpt(cell)}: two categories, as they are written.")
            break
    return notes


def _mixed_booleans(records: Records, name: str, there: Sequence[int]) -> str:
    """A note where yes or no is written in more than one way: as true, no and 1."""
    cells = records.columns[name]
    firsts: dict[tuple[str, str] | None, int] = {}
    for i in there:
        cell = (cells[i] or "").lower()
        firsts.setdefault(next((pair for pair in LIKE_BOOLEANS if cell in pair), None), i)
    if None in firsts or len(firsts) == 1 or not firsts.keys() & set(BOOLEAN_PAIRS):
        return ""
    first, other = list(firsts.values())[:2]
    return (
        f"{name!r} has {records.shown(name, first)} and {records.shown(name, other)}: taken for categories, as they "
        "are written; write true or false in every row, or yes or no, to have booleans."
    )


def _nearly(texts: Sequence[str]) -> str:
    """A note where the texts are nearly all numbers or dates, or where categories differ only in writing."""
    if all(map(LIKE_DATES.fullmatch, texts)):
        return "dates are written 2020-01-31 or 2020-01-31T12:00, and fractions 0.5"
    if any(text != in_ascii(text) and NUMBER.fullmatch(in_ascii(text)) for text in texts):
        return "digits are written 0 to 9 to have numbers"
    around = set()
    for text in texts:
        match = re.fullmatch(r"([^\w\s.,+-]*)\s*([\d.,].*?)(\s*\D*)", text)
        if not match or (plain(match[2]) is None and plain(match[2], ",") is None):
            return ""
        around.add((match[1], match[3]))
    if len(around) == 1:
        return f"leave {''.join(around.pop()).strip()!r} off to have numbers"
    units = all(before or re.fullmatch(r"(\s+\S+)?", after) for before, after in around)
    return "write all in one unit to have numbers" if units and len(around) <= MOST_UNITS else ""
