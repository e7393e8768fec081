"""Data of the user's (lists, arrays, frames, dictionaries, numbers as text) become named columns.

Columns are copies: what the user does to an array afterwards does not reach the fit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import refuse_masked
from glassnet.ir.errors import DataError
from glassnet.regression.blocks import PART, blocks, each
from glassnet.words import joined

Column = Sequence[Any] | NDArray[Any]
Table = dict[str, Column]
CACHED = 1024
"""Rows that are copied at a time."""


def table(x: Any) -> Table:
    """The named columns of x: a frame or a dictionary keeps its names, others get x, or x1, x2, ….

    A flat list is one input with many observations; a list of lists, or a two-dimensional array, has one row an
    observation. A dictionary of single values is one observation.

    >>> table([1, 2, 3])
    {'x': [1, 2, 3]}
    >>> table([[1, "a"], [2, "b"]])
    {'x1': [1, 2], 'x2': ['a', 'b']}
    >>> table({"size": 50, "city": "Rome"})
    {'size': [50], 'city': ['Rome']}
    """
    columns = _columns(x, "x")
    if not columns:
        raise DataError("x has no columns: give at least one input")
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise DataError(f"the inputs have different lengths: {found}; give every input one value an observation")
    if not next(iter(lengths.values())):
        raise DataError("x is empty: give at least one observation")
    return columns


def single(values: Any, what: str) -> tuple[str, Column]:
    """One column (y, or the weights) and its name: a list, an array (n,) or (n, 1), a series, a frame of one column.

    >>> single({"rent": [600, 900]}, "y"), single([600, 900], "y")
    (('rent', [600, 900]), ('y', [600, 900]))
    """
    columns = _columns(values, what)
    if len(columns) != 1:
        raise DataError(
            f"{what} must be one column, got {len(columns)} ({', '.join(columns)}); fit one output at a time"
        )
    return next(iter(columns.items()))


def named(x: Any) -> bool:
    """Whether the columns of x carry names of their own.

    >>> named({"age": [1, 2]}), named([1, 2])
    (True, False)
    """
    return isinstance(x, Mapping) or hasattr(x, "columns") or _is_named_series(x) or _are_mappings(x)


def _columns(x: Any, what: str) -> Table:
    refuse_masked(x, what)
    if isinstance(x, Mapping):
        return _of_mapping(x, what)
    if hasattr(x, "columns"):  # a frame of pandas or polars
        names = _distinct([str(name) for name in x.columns], what)
        return {name: _copied(x[key], name) for name, key in zip(names, x.columns, strict=True)}
    if _is_named_series(x):
        return {str(x.name): _copied(x, str(x.name))}
    if _are_mappings(x):
        return _of_rows_with_names(x, what)
    if isinstance(x, np.ndarray) and x.ndim > 1:
        return _numbered(list(_transposed(x)), what)
    rows = _copied(x, what)
    if isinstance(rows, np.ndarray):
        return {what: rows} if rows.ndim == 1 else _numbered(list(_transposed(rows)), what)
    if all(is_one(row) for row in rows):
        return {what: rows}
    widths = [1 if is_one(row) else len(row) for row in rows]
    for i, width in enumerate(widths):
        if width != widths[0]:
            raise DataError(f"ragged rows: row {i} has {width} values, row 0 has {widths[0]} (rows are counted from 0)")
    return _numbered([list(column) for column in zip(*rows, strict=True)], what)


def _transposed(rows: NDArray[Any]) -> NDArray[Any]:
    """A copy, column by column; some rows at a time, which stay in the processor's cache."""
    if rows.ndim > 2:
        raise DataError(f"expected an array of shape (n,) or (n, inputs), got {rows.shape}; flatten each observation")
    columns = np.empty(rows.shape[::-1], rows.dtype)

    def copy(part: slice) -> None:
        for some in blocks(part.stop, CACHED, part.start):
            columns[:, some] = rows[some].T

    for _ in each(copy, blocks(len(rows), PART)):
        pass
    return columns


def _of_mapping(x: Mapping[Any, Any], what: str) -> Table:
    names = _distinct([str(name) for name in x], what)
    alone = [is_one(value) for value in x.values()]
    if any(alone) and not all(alone):
        raise DataError(
            f"{names[alone.index(True)]} is a single value and {names[alone.index(False)]} is not; "
            "give every input one value an observation"
        )
    columns = (
        [value] if one else _copied(value, name) for name, value, one in zip(names, x.values(), alone, strict=True)
    )
    return dict(zip(names, columns, strict=True))


def _of_rows_with_names(rows: Sequence[Mapping[Any, Any]], what: str) -> Table:
    for i, row in enumerate(rows):
        if row.keys() != rows[0].keys():
            raise DataError(
                f"row {i} of {what} has the names {', '.join(map(str, row))}, row 0 has {', '.join(map(str, rows[0]))} "
                "(rows are counted from 0)"
            )
    names = _distinct([str(name) for name in rows[0]], what)
    return {name: [row[key] for row in rows] for name, key in zip(names, rows[0], strict=True)}


def _distinct(names: list[str], what: str) -> list[str]:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{what} has more than one column named {joined(map(repr, twice))}; rename one")
    return names


def _numbered(columns: list[Any], what: str) -> Table:
    if len(columns) == 1:
        return {what: columns[0]}
    return {f"{what}{i}": column for i, column in enumerate(columns, 1)}


def is_one(value: Any) -> bool:
    """Whether a value stands alone, and is no column of values.

    >>> is_one(3), is_one("Rome"), is_one(np.float32(3)), is_one([3])
    (True, True, True, False)
    """
    return (
        value is None or isinstance(value, str | bytes | Number | np.generic) or np.ndim(value) == 0 == _length(value)
    )


def _length(value: Any) -> int:
    return len(value) if hasattr(value, "__len__") and not isinstance(value, np.ndarray) else 0


def _is_named_series(x: Any) -> bool:
    return hasattr(x, "to_list") and getattr(x, "name", None) not in (None, "")


def _are_mappings(x: Any) -> bool:
    return isinstance(x, list | tuple) and bool(x) and all(isinstance(row, Mapping) for row in x)


def _copied(values: Any, what: str) -> Any:
    """The values copied: into an array where they are numbers in one, else into a list."""
    refuse_masked(values, what)
    if isinstance(values, str | bytes | bytearray | memoryview | set | frozenset) or not hasattr(values, "__len__"):
        raise DataError(
            f"expected a list, array or frame of observations for {what}, got {type(values).__name__} {values!r}"
        )
    if isinstance(values, np.ndarray):
        return np.array(values)
    if hasattr(values, "to_numpy") and (numbers := np.array(values.to_numpy())).dtype.kind in "fiub":
        return numbers
    return values.to_list() if hasattr(values, "to_list") else list(values)


def floats(column: Column, name: str) -> NDArray[np.float64]:
    """The column as finite float64 of shape (n,), itself if it is that; DataError names the row of anything else."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "fiub":
        numbers = column.astype(np.float64, copy=False)
    else:
        numbers = np.array([_float(value, name, i) for i, value in enumerate(column)], dtype=np.float64)
    if not np.isfinite(numbers).all():
        row = int(np.flatnonzero(~np.isfinite(numbers))[0])
        raise DataError(f"{_place(name, row)} is {numbers[row]}: fill in or drop this observation")
    return numbers


def _float(value: Any, name: str, row: int) -> float:
    if isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return float(_fraction(value, name, row))


def fractions(column: Column, name: str) -> NDArray[np.object_]:
    """The column as exact fractions of shape (n,): text as written, a float as the decimal Python prints for it."""
    return np.array([_fraction(value, name, i) for i, value in enumerate(column)], dtype=object)


def _fraction(value: Any, name: str, row: int) -> Fraction:
    _refuse_missing(value, name, row)
    if isinstance(value, Fraction):
        return value
    try:
        return Fraction(int(value) if isinstance(value, bool | np.bool_) else str(value).strip().replace("−", "-"))
    except (ValueError, ZeroDivisionError):
        pass
    if str(value).strip().lower() in {"nan", "inf", "-inf"}:
        raise DataError(f"{_place(name, row)} is {value}: fill in or drop this observation")
    hint = (
        "; write decimals with a point"
        if "," in str(value)
        else f'; if {name} is a category, use Categorical("{name}")'
    )
    raise DataError(f"{_place(name, row)} is {str(value)!r}, which is not a number{hint}")


def levels(column: Column, name: str) -> list[str]:
    """The category of each observation as text; a whole number is the same level however it is stored.

    >>> levels(["a", 2, 2.0, True], "c")
    ['a', '2', '2', 'True']
    """
    from_numpy = isinstance(column, np.ndarray) and column.dtype.kind == "U"
    cells = column.tolist() if isinstance(column, np.ndarray) else column
    return [_level(value, name, i, from_numpy) for i, value in enumerate(cells)]


def _level(value: Any, name: str, row: int, from_numpy: bool) -> str:
    _refuse_missing(value, name, row)
    if from_numpy and value == "nan":
        raise DataError(
            f"{_place(name, row)} is 'nan', which is what NumPy makes of a missing value among texts: drop this "
            "observation, or give the texts in a list if it is one of them"
        )
    whole = isinstance(value, float | np.floating | Decimal | Fraction) and value == value // 1
    return str(int(value)) if whole else str(value)


def _refuse_missing(value: Any, name: str, row: int) -> None:
    if isinstance(value, bytes | bytearray):
        raise DataError(f"{_place(name, row)} is the bytes {bytes(value)!r}: decode them to text first")
    if is_missing(value):
        shown = "empty" if value is None or isinstance(value, str) else f"{value} (missing)"
        raise DataError(f"{_place(name, row)} is {shown}: fill in or drop this observation")


def is_missing(value: Any) -> bool:
    """Whether a cell is missing: None, NaN, NaT, NA, masked, an empty text."""
    if value is None or value is np.ma.masked or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    return isinstance(value, Number) and bool(value != value)


def _place(name: str, row: int) -> str:
    return f"{name}, row {row} (counted from 0),"
