"""Tables of one's own: any CSV file with a header, or a data frame, made ready for training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.data.encoding import (
    BOOLEAN_PAIRS,
    PARSERS,
    Column,
    Encoding,
    Kind,
    Target,
    number_label,
    parse_boolean,
    parse_number,
    require_columns,
)
from glassnet.data.records import Records, read_records
from glassnet.ir.errors import DataError

Task = Literal["classification", "regression"]

BAD_SHARE = 0.1  # up to this share of other cells, a column is still meant to hold numbers, and they are mistakes
MOST_CLASSES = 20  # whole numbers with more values than this are numbers, not classes
ROW_NAMES = {"id", "index", "row", "nr", "no", "unnamed: 0", "column 1"}  # what columns that number the rows are called


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
    Table(2 rows, 1 inputs, regression of 'rent')
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
        return f"Table({len(self.x):,} rows, {self.x.shape[1]} inputs, {self.task} of {self.encoding.target.name!r})"


def table(source: Any, target: str, *, ignore: Sequence[str] = (), task: Task | None = None) -> Table:
    """The inputs and the `target` column of a CSV file's path, a pandas or polars frame, or a list of dictionaries.

    Each column's kind is found from its cells: booleans (true/false, yes/no), numbers (if at most a tenth of the cells
    are something else, those are mistakes and named), ISO dates (days since 1970), else categories. A missing number is
    filled in with its column's mean; a missing category is none of the categories; rows without a target are left out.
    So are columns with one value or none, whole numbers that differ in every row under a name like "id", and texts with
    more than max(20, rows/10) different values (at most 1000): each with a note; and, without, the columns in `ignore`.

    The target decides the task. Texts and booleans are classes, and so are at most 20 whole numbers that count from 0
    or 1 without a gap, or are just two, if on average each comes twice. Else it is regression. `task` says otherwise.

    Raises `DataError` for what cannot be learned from, naming the column, and the line where it is one.

    >>> rows = [{"size": 1.0, "colour": "red", "kind": "a"}, {"size": 3.0, "colour": "blue", "kind": "b"}]
    >>> t = table(rows, target="kind")
    >>> t.x, t.y, t.encoding.features
    (array([[1., 0., 1.],
           [3., 1., 0.]]), array([0, 1]), ('size', 'colour=blue', 'colour=red'))
    >>> t.encoding.means, t.encoding.scales
    (array([2., 0., 0.]), array([1., 1., 1.]))
    """
    if task not in (None, "classification", "regression"):
        raise DataError(f"task must be 'classification' or 'regression', got {task!r}")
    records = read_records(source)
    require_columns(records, [target, *ignore])
    if target in ignore:
        raise DataError(f"the target {target!r} cannot be ignored")
    notes: list[str] = []
    records = _with_target(records, target, notes)
    described = _target(records, target, task, notes)
    names = [name for name in records.columns if name != target and name not in ignore]
    columns = [column for name in names if (column := _column(records, name, notes)) is not None]
    if not columns:
        raise DataError(f"{records.origin} has no inputs for {target!r}. {' '.join(notes)}".rstrip())
    encoding = Encoding(tuple(columns), described)
    return Table(encoding.inputs(records), described.encode(records), encoding, tuple(notes))


def _with_target(records: Records, target: str, notes: list[str]) -> Records:
    """The records whose target is there: at least two."""
    lacking = {i for i, cell in enumerate(records.columns[target]) if cell is None}
    if lacking:
        notes.append(f"Left out {len(lacking):,} of {len(records):,} rows, in which {target!r} is missing.")
        records = records.without(lacking)
    if len(records) < 2:
        count = "one row" if len(records) else "no row"
        raise DataError(f"{records.origin} has {count} with a value of {target!r}; at least two are needed")
    return records


def _kind(records: Records, name: str) -> Kind:
    """What a column holds. Raises `DataError` naming the cells that are not numbers (or dates) where nearly all are."""
    present = [(i, cell) for i, cell in enumerate(records.columns[name]) if cell is not None]
    if all(parse_boolean(cell) is not None for _, cell in present):
        return "boolean"
    for kind in ("number", "date"):
        parse = PARSERS[kind]
        bad = [(i, cell) for i, cell in present if parse(cell) is None]
        if not bad:
            return kind
        if len(bad) <= BAD_SHARE * len(present):
            (i, cell), more = bad[0], len(bad) - 1
            others = f" (and {more} more like it)" if more else ""
            raise DataError(f"{records.place(i)}: {name!r} is {cell!r}{others}; expected a {kind}, or an empty cell")
    return "category"


def _column(records: Records, name: str, notes: list[str]) -> Column | None:
    """How an input column becomes numbers, or None with a note where it is no use."""
    cells = records.columns[name]
    values = {cell for cell in cells if cell is not None}
    missing = sum(cell is None for cell in cells)
    if not values:
        notes.append(f"Left out {name!r}: it has no values.")
        return None
    kind = _kind(records, name)
    if kind == "category":
        column = _category(name, values, len(cells), notes)
        filled = "counted as none of its categories"
    else:
        column = _numbers(name, kind, [PARSERS[kind](cell) for cell in cells if cell is not None], len(cells), notes)
        filled = "filled in with its mean" + (f", {column.mean:.4g}" if column and kind == "number" else "")
    if column is not None and missing:
        notes.append(f"{missing:,} missing of {len(cells):,} cells of {name!r}: {filled}.")
    return column


def _category(name: str, values: set[str], rows: int, notes: list[str]) -> Column | None:
    if len(values) == 1:
        notes.append(f"Left out {name!r}: it is always {values.pop()!r}.")
    elif len(values) > _most_categories(rows):
        notes.append(f"Left out {name!r}: {len(values):,} different texts in {rows:,} rows.")
    else:
        return Column(name, "category", tuple(sorted(values)))
    return None


def _numbers(name: str, kind: Kind, values: Sequence[float | None], rows: int, notes: list[str]) -> Column | None:
    numbers = np.array(values, np.float64)
    distinct = len(np.unique(numbers))
    if distinct == 1:
        notes.append(f"Left out {name!r}: it is the same in every row.")
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


def _target(records: Records, name: str, task: Task | None, notes: list[str]) -> Target:
    cells = [cell for cell in records.columns[name] if cell is not None]
    kind = _kind(records, name)
    if task is None:
        task = "classification" if _means_classes(kind, cells) else "regression"
        if task == "classification" and kind == "number":
            notes.append(f"The whole numbers of {name!r} are taken as classes; as numbers with task='regression'.")
    if task == "classification":
        return _classes(name, "category" if kind == "date" else kind, cells)
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
        return kind != "date"
    values = np.unique(np.array([parse_number(cell) for cell in cells], np.float64))
    if np.any(values != np.round(values)) or len(values) > min(MOST_CLASSES, len(cells) / 2):
        return False
    return len(values) == 2 or (values[0] in (0, 1) and values[-1] - values[0] == len(values) - 1)


def _most_categories(rows: int) -> int:
    return min(1000, max(20, rows // 10))


def _looks_like_a_row_name(name: str) -> bool:
    lower = name.lower()
    return lower in ROW_NAMES or lower.endswith(("_id", " id"))
