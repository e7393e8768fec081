"""Tables of one's own: any CSV file with a header, or a data frame, made ready for training."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import require_moderate
from glassnet.data.encoding import Column, Encoding, Target, number_label, read_asked
from glassnet.data.kinds import BOOLEAN_PAIRS, PARSERS, Kind, find_kind, parse_boolean, parse_number, written
from glassnet.data.records import Cell, Records
from glassnet.grids import html_table
from glassnet.ir.errors import DataError
from glassnet.words import counted, excerpt, number, quoted

Task = Literal["classification", "regression"]

FIRST_ROWS = 5  # of a table, in a notebook
MOST_ALIKE = 5  # notes that say the same of different columns
MOST_CLASSES = 20  # whole numbers with more values than this are numbers, not classes
ROW_NAMES = {
    "id",
    "index",
    "row",
    "nr",
    "no",
    "unnamed: 0",
    "unnamed 1",
}  # what columns that number the rows are called


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """A table made numbers.

    `x`: float64 of shape (rows, inputs), one-hot where a column is a category, not standardised (`encoding.means` and
    `encoding.scales` serve that); `y`: of shape (rows,), int64 indices into `encoding.target.labels` or float64
    numbers; `notes`: sentences on what was left out, filled in or taken for what.

    >>> import glassnet as gn
    >>> rows = [{"area": 50, "rent": 600}, {"area": 90, "rent": 1500}, {"area": 70, "rent": None}]
    >>> points = gn.data.table(rows, target="rent")
    >>> points
    Table(2 rows, 1 input, regression of 'rent')
    >>> points.x, points.y
    (array([[50.],
           [90.]]), array([ 600., 1500.]))
    >>> points.notes
    ("Left out 1 of 3 rows, in which 'rent' is missing.",)
    """

    x: NDArray[np.float64]
    y: NDArray[np.int64] | NDArray[np.float64]
    encoding: Encoding
    notes: tuple[str, ...]

    @property
    def task(self) -> Task:
        return self.encoding.target.task

    def __repr__(self) -> str:
        size = f"{counted(len(self.x), 'row')}, {counted(self.x.shape[1], 'input')}"
        return f"Table({size}, {self.task} of {self.encoding.target.name!r})"

    def _repr_html_(self) -> str:
        """The first rows, as inputs and target, and the notes."""
        target = self.encoding.target
        answers = [target.labels[int(y)] if target.labels else target.written(float(y)) for y in self.y[:FIRST_ROWS]]
        cells = [[number(value, 6) for value in row] for row in self.x[:FIRST_ROWS]]
        rows = [[*row, answer] for row, answer in zip(cells, answers, strict=True)]
        more = [["…"] * (self.x.shape[1] + 1)] * (len(self.x) > FIRST_ROWS)
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        table = html_table([[*self.encoding.features, target.name], *rows, *more])
        return f"<p>{escape(repr(self))}</p>{table}<ul>{notes}</ul>"


@dataclass(frozen=True, eq=False)
class Survey:
    """What the columns of a table are taken for, and its rows as that: numbers plain, what is missing None."""

    records: Records
    columns: tuple[Column, ...]
    target: Target
    notes: tuple[str, ...]


def table(
    source: Any,
    target: str,
    *,
    ignore: str | Sequence[str] = (),
    task: Task | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
) -> Table:
    """The inputs and the `target` column of a CSV file (its path, or the file opened for bytes, which may be in memory
    alone), a pandas or polars frame, a dictionary of columns, or a list of rows, each a dictionary.

    Each column's kind is found from its cells: booleans (true/false, yes/no), numbers (if at most a tenth of the cells
    are something else, those are mistakes and named), ISO dates (days since 1970, in UTC where they have a time zone),
    else categories. Numbers may have decimal commas, thousands marks, one currency or per cent. A missing number is
    filled in with its column's mean; a missing category is none of the categories; rows without a target are left out.
    Cells are missing where they are empty, and among numbers and dates also where they are a dash or one of ?, NA, N/A,
    NaN, NaT, null, None; among texts these are categories like others. Left out are columns with one value or none,
    whole numbers that differ in every row under a name like "id", and texts with more than max(20, rows/10) different
    values (at most 1000), each with a note; and, without, the column or columns in `ignore`.

    The target decides the task. Texts and booleans are classes, and so are at most 20 whole numbers that count from 0
    or 1 without a gap, or are just two, if on average each comes twice. Else it is regression. `task` says otherwise.

    `delimiter` parts the cells of a file (else whichever of comma, semicolon, tab, ``|`` and blank fits); `header` says
    whether its first line has the columns' names (else they are "column 1", "column 2", …), where it cannot be told.

    Raises `DataError` for what cannot be learned from, naming the column, and the line where it is one.

    >>> rows = [{"size": 1.0, "colour": "red", "kind": "a"}, {"size": 3.0, "colour": "blue", "kind": "b"}]
    >>> t = table(rows, target="kind")
    >>> t.x, t.y, t.encoding.features
    (array([[1., 0., 1.],
           [3., 1., 0.]]), array([0, 1]), ('size', 'colour=blue', 'colour=red'))
    >>> t.encoding.means, t.encoding.scales
    (array([2., 0., 0.]), array([1., 1., 1.]))
    >>> table({"size": ["€ 1.250,50", "€ 999"], "kind": ["a", "b"]}, target="kind").x
    array([[1250.5],
           [ 999. ]])
    """
    found = survey(source, target, ignore=ignore, task=task, delimiter=delimiter, header=header)
    cells, records = found.records.columns, found.records
    x = np.concatenate([column.encode(cells[column.name], records) for column in found.columns], axis=1)
    y = found.target.encode(cells[found.target.name], records)
    if found.target.task == "regression":
        require_moderate(found.target.name, y)
    return Table(x, y, Encoding(found.columns, found.target), found.notes)


def survey(
    source: Any,
    target: Any,
    *,
    ignore: Any = (),
    task: Task | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    complete: bool = False,
) -> Survey:
    """The columns' kinds and cells, before they become numbers; with `complete`, without rows that lack a cell."""
    if task not in (None, "classification", "regression"):
        raise DataError(f"task must be 'classification' or 'regression', got {task!r}")
    records, target, ignored = read_asked(source, target, ignore, delimiter, header)
    notes = list(records.notes)
    records, described = _with_target(records, target, task, notes)
    columns, plain, remarks = [], {}, []
    for name in records.columns:
        if name != target and name not in ignored:
            said: list[str] = []
            column, plain[name] = _column(records, name, said, fill=not complete)
            columns += [column] if column else []
            remarks += [(name, note) for note in said]
    notes += _folded(remarks)
    if not columns:
        raise DataError(f"{records.origin} has no inputs for {target!r}. {' '.join(notes)}".rstrip())
    records = records.having(plain)
    if complete:
        records = _complete(records, [column.name for column in columns], notes)
    return Survey(records, tuple(columns), described, tuple(notes))


def _with_target(records: Records, name: str, task: Task | None, notes: list[str]) -> tuple[Records, Target]:
    """The records whose target is there, at least two, and what it is."""
    doubts: list[str] = []
    kind, cells = find_kind(records, name, doubts)
    lacking = {i for i, cell in enumerate(cells) if cell is None}
    if lacking:
        notes.append(f"Left out {len(lacking):,} of {len(records):,} rows, in which {name!r} is missing.")
    notes += doubts
    records = records.having({name: cells}).without(lacking)
    hints = "".join(f" ({doubt.rstrip('.')})" for doubt in doubts)
    if len(records) < 2:
        count = "one row" if len(records) else "no row"
        raise DataError(f"{records.origin} has {count} with a value of {name!r}; at least two are needed")
    try:
        return records, _target(name, kind, [cell for cell in cells if cell is not None], task, notes)
    except DataError as error:
        raise DataError(f"{error}{hints}") from None


def _complete(records: Records, names: Sequence[str], notes: list[str]) -> Records:
    """The records without a missing cell in those columns."""
    lacking = {name: {i for i, cell in enumerate(records.columns[name]) if cell is None} for name in names}
    rows = set().union(*lacking.values())
    if rows:
        where = " or ".join(repr(name) for name in names if lacking[name])
        notes.append(f"Left out {len(rows):,} of {len(records):,} rows, in which {where} is missing.")
    if len(rows) == len(records):
        raise DataError(f"{records.origin} has no row without a missing cell. {' '.join(notes)}")
    return records.without(rows)


def _folded(remarks: Sequence[tuple[str, str]]) -> list[str]:
    """The notes on the columns; of more than a few that say the same of others, the first with the others' names."""
    alike: dict[str, list[tuple[str, str]]] = {}
    for name, note in remarks:
        alike.setdefault(re.sub(r"'.*?'|\d[\d.,e+-]*", "", note.replace(repr(name), "")), []).append((name, note))
    notes = []
    for same in alike.values():
        if len(same) <= MOST_ALIKE:
            notes += [note for _, note in same]
        else:
            others = quoted([name for name, _ in same[1:]], most=5)
            notes.append(f"{same[0][1]} The like holds for {len(same) - 1:,} more columns: {others}.")
    return notes


def _column(records: Records, name: str, notes: list[str], fill: bool) -> tuple[Column | None, list[Cell]]:
    """How an input column becomes numbers, or None with a note where it is no use; and its cells, as its kind reads
    them."""
    if all(cell is None for cell in records.columns[name]):
        notes.append(f"Left out {name!r}: it has no values.")
        return None, list(records.columns[name])
    said: list[str] = []
    kind, cells = find_kind(records, name, said)
    there = [cell for cell in cells if cell is not None]
    if kind == "category":
        column = _category(name, set(there), len(cells), notes)
        filled = "counted as none of its categories"
    else:
        column = _numbers(name, kind, [PARSERS[kind](cell) for cell in there], len(cells), notes)
        filled = "filled in with its mean" + (_mean(column) if column else "")
    if column is None:
        if len(there) < len(cells):
            notes[-1] = f"{notes[-1].removesuffix('.')}, but for {counted(len(cells) - len(there), 'missing cell')}."
        notes += [note for note in said if kind == "category"]  # it may have been left out for a few odd cells
        return None, cells
    notes += said
    if fill and len(there) < len(cells):
        notes.append(f"{len(cells) - len(there):,} missing of {len(cells):,} cells of {name!r}: {filled}.")
    return column, cells


def _mean(column: Column) -> str:
    match column.kind:
        case "boolean":
            return ""
        case "number":
            return f", {column.mean:.4g}"
    return f", {written(column.mean, column.kind)}"


def _category(name: str, values: set[str], rows: int, notes: list[str]) -> Column | None:
    if len(values) == 1:
        notes.append(f"Left out {name!r}: it is always {excerpt(values.pop())}.")
    elif len(values) > _most_categories(rows):
        notes.append(f"Left out {name!r}: {len(values):,} different texts in {rows:,} rows.")
    else:
        return Column(name, "category", tuple(sorted(values)))
    return None


def _numbers(name: str, kind: Kind, values: Sequence[float | None], rows: int, notes: list[str]) -> Column | None:
    numbers = np.array(values, np.float64)
    distinct = len(np.unique(numbers))
    if distinct == 1:
        digits = ", to the 16 digits that are kept of a number" * (abs(float(numbers[0])) > 2**53)
        notes.append(f"Left out {name!r}: it is the same in every row{digits}.")
    elif _looks_like_a_row_name(name) and distinct == rows and np.all(numbers == np.round(numbers)):
        notes.append(f"Left out {name!r}: it numbers the rows.")
    else:
        return Column(name, kind, (), *_mean_and_scale(name, numbers))
    return None


def _mean_and_scale(name: str, numbers: NDArray[np.float64]) -> tuple[float, float]:
    """The mean and the standard deviation (÷ n), computed so that squares neither overflow nor vanish."""
    with np.errstate(over="ignore", invalid="ignore"):
        mean = numbers.mean()
        distances = numbers - mean
        furthest = np.abs(distances).max()
        scale = furthest * np.sqrt(np.mean((distances / furthest) ** 2))
    if not np.isfinite(scale) or scale == 0:
        raise DataError(
            f"the numbers of {name!r} are too large, or too close together, for float64 arithmetic; rescale them"
        )
    return float(mean), float(scale)


def _target(name: str, kind: Kind, cells: Sequence[str], task: Task | None, notes: list[str]) -> Target:
    if task is None:
        task = "classification" if _means_classes(kind, cells) else "regression"
        if task == "classification" and kind == "number":
            notes.append(
                f"The whole numbers of {name!r} are taken as classes; task='regression' (--task regression) takes them "
                "as numbers."
            )
    if task == "classification":
        return _classes(name, kind if kind in ("number", "boolean") else "category", cells)
    if kind in ("category", "boolean"):
        raise DataError(f"the target {name!r} holds texts such as {cells[0]!r}; regression needs numbers")
    if len({PARSERS[kind](cell) for cell in cells}) == 1:
        raise DataError(f"the target {name!r} is {cells[0]} in every row; there is nothing to learn")
    return Target(name, kind)


def _classes(name: str, kind: Kind, cells: Sequence[str]) -> Target:
    if kind == "boolean":
        labels = _boolean_labels(cells)
        there = {labels[parse_boolean(cell) == 1] for cell in cells}
    else:
        there = {number_label(cell) or cell if kind == "number" else cell for cell in cells}
        labels = tuple(sorted(there, key=float if kind == "number" else None))
    if len(there) < 2:
        raise DataError(f"the target {name!r} has only one class, {there.pop()!r}; at least two are needed")
    if len(labels) > _most_categories(len(cells)):
        raise DataError(f"the target {name!r} has {len(labels):,} different values in {len(cells):,} rows: no classes")
    return Target(name, kind, labels)


def _boolean_labels(cells: Sequence[str]) -> tuple[str, ...]:
    """The pair of words in use."""
    return next(pair for pair in BOOLEAN_PAIRS if any(cell.lower() in pair for cell in cells))


def _means_classes(kind: Kind, cells: Sequence[str]) -> bool:
    if kind != "number":
        return kind in ("category", "boolean")
    values = np.unique(np.array([parse_number(cell) for cell in cells], np.float64))
    if np.any(values != np.round(values)) or len(values) > min(MOST_CLASSES, len(cells) / 2):
        return False
    return len(values) == 2 or (values[0] in (0, 1) and values[-1] - values[0] == len(values) - 1)


def _most_categories(rows: int) -> int:
    return min(1000, max(20, rows // 10))


def _looks_like_a_row_name(name: str) -> bool:
    lower = name.lower()
    return lower in ROW_NAMES or lower.endswith(("_id", " id"))
