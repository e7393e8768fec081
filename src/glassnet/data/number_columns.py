"""A column as numbers: which mark is the decimal one, what stands for a missing number, which unit was left off.

What is not certain is said, with the line and the two readings, or refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from glassnet.data.notation import NUMBER, Numeral, means_missing, numeral, plain
from glassnet.data.records import Cell, Records
from glassnet.ir.errors import DataError
from glassnet.words import counted

BAD_SHARE = 0.1  # up to this share of other cells, a column is still meant to hold numbers, and they are mistakes
DECIMAL_COMMA = re.compile(r"[+-]?(\d+(,\d*)?|,\d+)([eE][+-]?\d+)?", re.ASCII)
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})*", re.ASCII)
DAY = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)
WITH_WORD = re.compile(r".*\d[.,]?\s+([^\W\d]\S*)")
WORDS = {".": "a decimal point", ",": "a decimal comma"}


@dataclass
class Numbers:
    """A column read as numbers: each plain or None, those records that hold something else, and what is to be said."""

    cells: list[Cell]
    wrong: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_numbers(records: Records, name: str) -> Numbers:
    """The column as numbers, however they are written.

    Raises:
        DataError: it has both decimal points and decimal commas, numbers of different currencies, or per cent beside
            plain numbers.
    """
    cells = records.columns[name]
    if all(cell is None or NUMBER.fullmatch(cell) for cell in cells) and not _may_be_thousands(records, cells):
        return Numbers(list(cells), notes=_codes(records, name, cells))
    if _has_plain_decimal_commas(cells):
        first = next(i for i, cell in enumerate(cells) if cell and "," in cell)
        notes = [] if records.semicolons else [_read_as(records, name, first, (cells[first] or "").replace(",", "."))]
        return Numbers([cell and cell.replace(",", ".") for cell in cells], notes=notes)
    there = [i for i, cell in enumerate(cells) if cell is not None and not means_missing(cell)]
    unit = _unit_word([cells[i] or "" for i in there])
    texts = {i: (cells[i] or "").removesuffix(unit).rstrip() for i in there}
    taken = {i: found for i, text in texts.items() if (found := numeral(text)) is not None}
    decimal, notes = ".", []
    if len(there) - len(taken) <= BAD_SHARE * len(there):
        decimal, notes = _decimal_mark(records, name, taken)
    plain_cells = [taken[i].plain(decimal) if i in taken else None for i in range(len(cells))]
    wrong = [i for i in there if plain_cells[i] is None]
    if len(wrong) > BAD_SHARE * len(there):
        return Numbers(plain_cells, wrong)
    right = {i: taken[i] for i in there if plain_cells[i] is not None}
    notes = said_missing(records, name) + (notes or _thousands(records, name, taken, decimal))
    notes += [f"{records.shown(name, there[0])} of {name!r} is counted in {unit}."] if unit else []
    notes += _units(records, name, right)
    if odd := [i for i, number in right.items() if number.bookkeeping]:
        notes.append(_read_as(records, name, odd[0], plain_cells[odd[0]]))
    return Numbers(plain_cells, wrong, notes)


def _has_plain_decimal_commas(cells: Sequence[Cell]) -> bool:
    """Whether all cells are written with a decimal comma and nothing else, and not all could have thousands commas.

    The general way comes to the same, but takes five times as long.
    """
    written = all(cell is None or DECIMAL_COMMA.fullmatch(cell) for cell in cells)
    return written and any(cell and "," in cell and not THOUSANDS.fullmatch(cell) for cell in cells)


def _read_as(records: Records, name: str, record: int, number: Cell) -> str:
    return f"{records.shown(name, record)} of {name!r} is read as {number}."


def _unit_word(texts: Sequence[str]) -> str:
    """The word after a blank that ends each of the texts, such as the kg of "5 kg"; nothing where there is none."""
    found = WITH_WORD.fullmatch(texts[0]) if texts else None
    word = found[1] if found else ""
    return word if all((match := WITH_WORD.fullmatch(text)) and match[1] == word for text in texts) else ""


def said_missing(records: Records, name: str) -> list[str]:
    """A note on the cells that say in words, or by a dash, that there is no value."""
    absent = [i for i, cell in enumerate(records.columns[name]) if cell is not None and means_missing(cell)]
    if not absent:
        return []
    return [f"{records.shown(name, absent[0])}, in {counted(len(absent), 'cell')} of {name!r}, is taken as missing."]


def _may_be_thousands(records: Records, cells: Sequence[Cell]) -> bool:
    """Whether all points of a column of plain numbers may be thousands points, and the file does not forbid it."""
    pointed = (cell for cell in cells if cell and "." in cell)
    first = next(pointed, None)
    if first is None or plain(first, ",") is None or any(plain(cell, ",") is None for cell in pointed):
        return False
    return records.semicolons or records.decimal_mark == ","


def _decimal_mark(records: Records, name: str, taken: dict[int, Numeral]) -> tuple[str, list[str]]:
    """The decimal mark of a column, and a note where there was a doubt."""
    only = {
        mark: [i for i, n in taken.items() if n.plain(mark) is not None and n.plain(other) is None]
        for mark, other in ((".", ","), (",", "."))
    }
    if only["."] and only[","]:
        one, two = only["."][0], only[","][0]
        raise DataError(
            f"{records.place(one)}: {name!r} is {records.columns[name][one]!r}, with {WORDS['.']}, and there is "
            f"{records.shown(name, two)}, with {WORDS[',']}; write all in one way"
        )
    if only["."] or only[","]:
        return ("." if only["."] else ","), []
    doubtful = [i for i, n in taken.items() if n.plain(".") != n.plain(",")]
    if not doubtful:
        return ".", []
    known = records.decimal_mark
    used = {mark for i in doubtful for mark in ".," if mark in taken[i].digits}
    if len(used) > 1 and known is None:
        raise DataError(
            f"{records.origin}: {name!r} has {records.shown(name, doubtful[0])} and others, in which point or comma "
            "may be the decimal mark; write all in one way"
        )
    decimal = known or ("," if records.semicolons and used == {","} else ".")
    if used == {decimal} and (known or not records.semicolons):
        return decimal, []
    i, other = doubtful[0], "," if decimal == "." else "."
    reason = f", since other columns have {WORDS[decimal]}" if known else ""
    return decimal, [
        f"{records.shown(name, i)} of {name!r} is read as {taken[i].plain(decimal)}{reason}; with {WORDS[other]} it "
        f"would be {taken[i].plain(other)}."
    ]


def _thousands(records: Records, name: str, taken: dict[int, Numeral], decimal: str) -> list[str]:
    """A note on how numbers with thousands marks, or with an unexpected decimal comma, are read."""
    told = [i for i, n in taken.items() if n.grouped(decimal)]
    if not told and decimal == "," and not records.semicolons:
        told = [i for i, n in taken.items() if "," in n.digits]
    return [_read_as(records, name, told[0], taken[told[0]].plain(decimal))] if told else []


def _units(records: Records, name: str, taken: dict[int, Numeral]) -> list[str]:
    """Says which unit was left off. Raises `DataError` for several of them."""
    first: dict[str, int] = {}
    for i, number in taken.items():
        if number.digits.strip("0.,") or number.unit:  # a zero needs no unit
            first.setdefault(number.unit, i)
    units = [unit for unit in first if unit]
    if len(units) > 1 or (units and units[0] in "%‰" and "" in first):
        one, two = list(first.values())[:2]
        raise DataError(
            f"{records.place(one)}: {name!r} is {records.columns[name][one]!r}, and there is "
            f"{records.shown(name, two)}; write all in one unit"
        )
    if not units:
        return []
    i = first[units[0]]
    without = f" ({records.shown(name, first[''])} has no {units[0]})" if "" in first else ""
    return [f"{records.shown(name, i)} of {name!r} is counted in {units[0]}{without}."]


def _codes(records: Records, name: str, cells: Sequence[Cell]) -> list[str]:
    """A note that codes such as 01067 and dates such as 20200131 are taken for numbers."""
    padded = next((i for i, c in enumerate(cells) if c and len(c) > 1 and c[0] == "0" and c.isdecimal()), None)
    if padded is not None:
        return [f"{records.shown(name, padded)} of {name!r} is taken for a number, without its leading zero."]
    first = next((i for i, cell in enumerate(cells) if cell is not None), None)
    if first is None or not all(DAY.fullmatch(cell) for cell in cells if cell is not None):
        return []
    return [f"{records.shown(name, first)} of {name!r} is taken for a number; a date is written 2020-01-31."]
