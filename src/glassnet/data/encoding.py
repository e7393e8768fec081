"""How a table's columns become a network's numbers: learned from the training data, kept in the model's file.

An `Encoding` is plain data. It turns new tables into the same inputs in the same order, and knows what outputs mean.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.data.kinds import (
    BOOLEAN_PAIRS,
    KINDS,
    PARSERS,
    Kind,
    missing,
    parse_boolean,
    parse_number,
    read_as,
    written,
)
from glassnet.data.records import Cell, Records, read_records
from glassnet.ir.errors import DataError, ModelFileError
from glassnet.words import counted, excerpt, joined, listed, meant, nearest, quoted


@dataclass(frozen=True)
class Column:
    """One input column: a category gives a 0/1 feature for each of its `categories`, every other kind one number.

    `mean` and `scale` (the standard deviation, ÷ n) are those of the training data; 0 and 1 for a category.
    """

    name: str
    kind: Kind
    categories: tuple[str, ...] = ()
    mean: float = 0.0
    scale: float = 1.0

    @property
    def features(self) -> tuple[str, ...]:
        """What the column's numbers are called: "area", or "town=Graz" for each category."""
        return tuple(f"{self.name}={category}" for category in self.categories) or (self.name,)

    def encode(self, cells: Sequence[Cell], records: Records) -> NDArray[np.float64]:
        """Float64 of shape (records, features): numbers, with the mean where one is missing, or one-hot categories.

        The ``cells`` of the ``records`` are as `read_as` gives them.
        """
        if self.kind == "category":
            return self._one_hot(cells, records)
        parse = PARSERS[self.kind]
        return np.array([self.mean if cell is None else parse(cell) for cell in cells], np.float64).reshape(-1, 1)

    def missing(self, records: Records) -> set[int]:
        """The records in which the column's cell is missing."""
        return missing(records, self.name, self.kind)

    def _one_hot(self, cells: Sequence[Cell], records: Records) -> NDArray[np.float64]:
        index = {category: j for j, category in enumerate(self.categories)}
        x = np.zeros((len(cells), len(index)))
        for i, cell in enumerate(cells):
            if cell is not None:
                if cell not in index:
                    raise DataError(
                        f"{records.place(i)}: {self.name!r} is {excerpt(cell)}, which the training data did not have"
                        f"{meant(cell, self.categories)}; known are {quoted(self.categories)}; leave the cell empty "
                        "where it is missing"
                    )
                x[i, index[cell]] = 1
        return x


@dataclass(frozen=True)
class Target:
    """The column that is predicted: the names of its classes in `labels`, or none of them where it is a number."""

    name: str
    kind: Kind
    labels: tuple[str, ...] = ()

    @property
    def task(self) -> Literal["classification", "regression"]:
        return "classification" if self.labels else "regression"

    def encode(self, cells: Sequence[Cell], records: Records) -> NDArray[np.int64] | NDArray[np.float64]:
        """The classes' indices (int64) or the numbers (float64), of shape (records,)."""
        values = [self._value(cell, records, i) for i, cell in enumerate(cells)]
        return np.array(values, np.int64) if self.labels else np.array(values, np.float64)

    def missing(self, records: Records) -> set[int]:
        """The records in which there is nothing to compare a prediction with."""
        return missing(records, self.name, self.kind)

    def written(self, value: float) -> str:
        """A prediction as it stands in a table: a number, or a date."""
        return written(value, self.kind)

    def _value(self, cell: Cell, records: Records, i: int) -> float:
        if cell is None:
            raise DataError(f"{records.place(i)}: the target {self.name!r} is missing; fill it in or leave the row out")
        value = self._class(cell) if self.labels else PARSERS[self.kind](cell)
        if value is None:
            raise DataError(
                f"{records.place(i)}: {self.name!r} is {excerpt(cell)}; the classes are {quoted(self.labels)}"
            )
        return value

    def _class(self, cell: str) -> float | None:
        if self.kind == "boolean":
            return parse_boolean(cell)
        label = number_label(cell) if self.kind == "number" else cell
        return self.labels.index(label) if label in self.labels else None


def number_label(text: str) -> str | None:
    """What a class with a number for a name is called, however the number is written; None where it is no number.

    >>> number_label("3"), number_label("3.0"), number_label("2.50"), number_label("three")
    ('3', '3', '2.5', None)
    """
    number = parse_number(text)
    return None if number is None else f"{number:.0f}" if number.is_integer() else repr(number)


@dataclass(frozen=True)
class Encoding:
    """What the inputs and the output of a table's network mean.

    >>> import glassnet as gn
    >>> rows = [{"area": 50, "town": "Graz", "rent": 600}, {"area": 90, "town": "Wien", "rent": 1500}]
    >>> encoding = gn.data.table(rows, target="rent").encoding
    >>> encoding.features
    ('area', 'town=Graz', 'town=Wien')
    >>> encoding.encode([{"town": "Wien", "area": 70}])
    array([[70.,  0.,  1.]])
    """

    columns: tuple[Column, ...]
    target: Target

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the inputs, in order."""
        return tuple(feature for column in self.columns for feature in column.features)

    @property
    def means(self) -> NDArray[np.float64]:
        """The mean of each input in the training data, 0 for one-hot inputs: subtract it to standardise."""
        return np.repeat([column.mean for column in self.columns], [len(column.features) for column in self.columns])

    @property
    def scales(self) -> NDArray[np.float64]:
        """The standard deviation of each input in the training data, 1 for one-hot inputs: divide by it."""
        return np.repeat([column.scale for column in self.columns], [len(column.features) for column in self.columns])

    def __repr__(self) -> str:
        columns = ", ".join(f"{c.name} ({listed(c.categories) or c.kind})" for c in self.columns)
        return f"Encoding: {columns} → {self.target.name} ({listed(self.target.labels) or self.target.kind})"

    def encode(self, source: Any) -> NDArray[np.float64]:
        """The inputs, float64 of shape (rows, inputs), of anything that `table` reads.

        The columns may be in any order. A missing number is replaced by the training data's mean, a missing category is
        none of the categories. Warns of that, of columns that are passed over, and of what can be read in two ways.
        Raises `DataError` for a missing column, an unknown category and a cell of another kind.

        >>> town = Column("town", "category", ("Graz", "Wien"))
        >>> encoding = Encoding((town, Column("area", "number", mean=50.0, scale=20.0)), Target("rent", "number"))
        >>> encoding.encode([{"area": 70, "town": "Wien"}, {"area": 50, "town": "Graz"}])
        array([[ 0.,  1., 70.],
               [ 1.,  0., 50.]])
        """
        notes: list[str] = []
        x = self.inputs(read_records(source, expected=self.names), notes)
        for note in notes:
            warnings.warn(note, stacklevel=2)
        return x

    def encode_target(self, source: Any) -> NDArray[np.int64] | NDArray[np.float64]:
        """The outputs, as in `Table.y`, of data that has the target's column: to evaluate on it."""
        notes: list[str] = []
        y = self.outputs(read_records(source, expected=[self.target.name]), notes)
        for note in notes:
            warnings.warn(note, stacklevel=2)
        return y

    @property
    def names(self) -> list[str]:
        """The columns that the inputs are made of."""
        return [column.name for column in self.columns]

    def inputs(self, records: Records, notes: list[str]) -> NDArray[np.float64]:
        """The inputs of records that were read already; what is not certain, or passed over, is noted."""
        require_columns(records, self.names)
        notes += records.notes
        if more := [name for name in records.columns if name not in (*self.names, self.target.name)]:
            notes.append(f"Passed over {quoted(more)}: not among the columns that were learned from.")
        notes += self._filled_in(records)
        parts = [column.encode(read_as(column.kind, records, column.name, notes), records) for column in self.columns]
        return np.concatenate(parts, axis=1)

    def _filled_in(self, records: Records) -> list[str]:
        """A note on the cells that are missing."""
        counts = {column.name: len(column.missing(records)) for column in self.columns}
        names, count = [name for name, missing in counts.items() if missing], sum(counts.values())
        if not count:
            return []
        cells = f"{counted(count, 'missing cell')} {'stands' if count == 1 else 'stand'}"
        return [f"{cells} for the training data's mean, or for no category, of {quoted(names)}."]

    def outputs(self, records: Records, notes: list[str]) -> NDArray[np.int64] | NDArray[np.float64]:
        """The outputs of records that were read already."""
        target = self.target
        require_columns(records, [target.name])
        words = target.labels and target.kind == "boolean"  # the classes are named where a cell is none of them
        cells = records.columns[target.name] if words else read_as(target.kind, records, target.name, notes)
        return target.encode(cells, records)

    def to_json(self) -> dict[str, Any]:
        """The encoding as plain dictionaries, lists, texts and numbers."""
        return {
            "columns": [
                {"name": c.name, "kind": c.kind, "categories": list(c.categories)}
                if c.kind == "category"
                else {"name": c.name, "kind": c.kind, "mean": c.mean, "scale": c.scale}
                for c in self.columns
            ],
            "target": {"name": self.target.name, "kind": self.target.kind, "labels": list(self.target.labels)},
        }

    @classmethod
    def from_json(cls, data: Any) -> Encoding:
        """The encoding that `to_json` gave. Nothing is trusted: raises `ModelFileError` for anything else.

        >>> Encoding.from_json({"columns": [], "target": None})
        Traceback (most recent call last):
        glassnet.ir.errors.ModelFileError: the model's table encoding is damaged: target must have name, kind, labels
        """
        try:
            columns, target = _fields(data, "encoding", "columns", "target")
            encoding = cls(tuple(_column(entry) for entry in _list(columns, "columns")), _target(target))
            names = [column.name for column in encoding.columns]
            _expect(len(set(names)) == len(names) > 0, "it must have columns, each of another name")
            _expect(encoding.target.name not in names, "the target must not be an input")
        except _Damaged as error:
            raise ModelFileError(f"the model's table encoding is damaged: {error}") from error
        return encoding


def read_asked(
    source: Any, target: str | int, ignore: Sequence[str] | str | int, delimiter: str | None, header: bool | None
) -> tuple[Records, str, list[str]]:
    """(the records, the target's name, the names of the columns to leave out), all of which are there.

    >>> records, target, ignored = read_asked({"x": [1], "id": [7], "y": [2]}, " y", "id", None, None)
    >>> target, ignored, list(records.columns)
    ('y', ['id'], ['x', 'id', 'y'])
    """
    target = str(target).strip()
    ignored = [str(name).strip() for name in ([ignore] if isinstance(ignore, str | int) else ignore)]
    records = read_records(source, delimiter=delimiter, header=header, expected=[target, *ignored])
    require_columns(records, [target, *ignored])
    if target in ignored:
        raise DataError(f"the target {target!r} cannot be ignored")
    return records, target, ignored


def require_columns(records: Records, names: Sequence[str]) -> None:
    """Raise `DataError` unless `records` has all the columns called `names`; the nearest name is suggested."""
    lacking = [name for name in names if name not in records.columns]
    if not lacking:
        return
    near = [found for name in lacking if (found := nearest(name, records.columns))]
    hint = f" (did you mean {joined(map(repr, dict.fromkeys(near)))}?)" if near else ""
    raise DataError(f"{records.origin} has no column {quoted(lacking)}{hint}; it has {quoted(records.columns)}")


class _Damaged(Exception):
    """What is wrong with an encoding from a file."""


def _expect(condition: bool, words: str) -> None:
    if not condition:
        raise _Damaged(words)


def _fields(data: Any, what: str, *names: str) -> list[Any]:
    _expect(isinstance(data, Mapping) and data.keys() == set(names), f"{what} must have {', '.join(names)}")
    return [data[name] for name in names]


def _list(value: Any, what: str) -> list[Any]:
    _expect(isinstance(value, list), f"{what} must be a list")
    return list(value)


def _text(value: Any, what: str) -> str:
    _expect(isinstance(value, str), f"{what} must be a text")
    return str(value)


def _texts(value: Any, what: str) -> tuple[str, ...]:
    texts = tuple(_text(entry, f"each of the {what}") for entry in _list(value, what))
    _expect(len(set(texts)) == len(texts), f"{what} must be different")
    return texts


def _finite(value: Any, what: str) -> float:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    _expect(fits, f"{what} must be a finite number")
    return float(value)


def _kind(value: Any) -> Kind:
    for kind in KINDS:
        if value == kind:
            return kind
    raise _Damaged(f"a column's kind must be one of {', '.join(KINDS)}")


def _column(data: Any) -> Column:
    if isinstance(data, Mapping) and data.get("kind") == "category":
        name, _, categories = _fields(data, "a category", "name", "kind", "categories")
        column = Column(_text(name, "a name"), "category", _texts(categories, "categories"))
        _expect(bool(column.categories), "a category must have categories")
        return column
    name, kind, mean, scale = _fields(data, "a column", "name", "kind", "mean", "scale")
    column = Column(_text(name, "a name"), _kind(kind), (), _finite(mean, "a mean"), _finite(scale, "a scale"))
    _expect(column.scale > 0, "a scale must be positive")
    return column


def _target(data: Any) -> Target:
    name, kind, labels = _fields(data, "target", "name", "kind", "labels")
    target = Target(_text(name, "a name"), _kind(kind), _texts(labels, "labels"))
    count = len(target.labels)
    fits = {
        "number": count != 1 and all(parse_number(label) is not None for label in target.labels),
        "boolean": target.labels in BOOLEAN_PAIRS,
        "date": count == 0,
        "datetime": count == 0,
        "moment": count == 0,
        "category": count > 1,
    }
    _expect(fits[target.kind], f"the labels of a {target.kind} target do not fit it")
    return target
