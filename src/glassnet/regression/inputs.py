"""Reading what the user gives: lists, arrays, frames, dictionaries, numbers as text; into named columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.ir.errors import DataError

Column = Sequence[Any] | NDArray[Any]
Table = dict[str, Column]


def table(x: Any) -> Table:
    """The named columns of x: a frame or a dictionary keeps its names, others get x, or x1, x2, ….

    A flat list is one input with many observations; a list of lists, or a two-dimensional array, has one row an
    observation.

    >>> table([1, 2, 3])
    {'x': [1, 2, 3]}
    >>> table([[1, "a"], [2, "b"]])
    {'x1': [1, 2], 'x2': ['a', 'b']}
    """
    columns = _named_columns(x)
    if not columns:
        raise DataError("x has no columns: give at least one input")
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise DataError(f"the inputs have different lengths: {found}; give every input one value an observation")
    if not next(iter(lengths.values())):
        raise DataError("x is empty: give at least one observation")
    return columns


def named(x: Any) -> bool:
    """Whether the columns of x carry names of their own.

    >>> named({"age": [1, 2]}), named([1, 2])
    (True, False)
    """
    return isinstance(x, Mapping) or hasattr(x, "columns") or bool(hasattr(x, "to_list") and getattr(x, "name", None))


def single(values: Any, name: str) -> Column:
    """One column (y, or the weights): a list, an array (n,) or (n, 1), a series, a frame of one column."""
    columns = _named_columns(values)
    if len(columns) != 1:
        raise DataError(
            f"{name} must be one column, got {len(columns)} ({', '.join(columns)}); fit one output at a time"
        )
    return next(iter(columns.values()))


def _named_columns(x: Any) -> Table:
    if isinstance(x, Mapping):
        return {str(name): _plain(column) for name, column in x.items()}
    if hasattr(x, "columns"):  # a frame of pandas or polars
        return {str(name): _plain(x[name]) for name in x.columns}
    if hasattr(x, "to_list") and getattr(x, "name", None):  # a series
        return {str(x.name): _plain(x)}
    if isinstance(x, str) or not hasattr(x, "__len__"):
        raise DataError(f"expected a list, array or frame of observations, got {type(x).__name__} {x!r}")
    rows = _plain(x)
    if isinstance(rows, np.ndarray):
        if rows.ndim > 2:
            raise DataError(
                f"expected an array of shape (n,) or (n, inputs), got {rows.shape}; flatten each observation"
            )
        return {"x": rows} if rows.ndim == 1 else _numbered(list(rows.T))
    if not any(_is_row(row) for row in rows):
        return {"x": rows}
    widths = [len(row) if _is_row(row) else 1 for row in rows]
    for i, width in enumerate(widths):
        if width != widths[0]:
            raise DataError(f"ragged rows: row {i} has {width} values, row 0 has {widths[0]} (rows are counted from 0)")
    return _numbered([list(column) for column in zip(*rows, strict=True)])


def _numbered(columns: list[Any]) -> Table:
    if len(columns) == 1:
        return {"x": columns[0]}
    return {f"x{i}": column for i, column in enumerate(columns, 1)}


def _is_row(row: Any) -> bool:
    return hasattr(row, "__len__") and not isinstance(row, str)


def _plain(values: Any) -> Any:
    """A NumPy array stays one; anything else becomes a list."""
    if isinstance(values, np.ndarray):
        return values
    return values.to_list() if hasattr(values, "to_list") else list(values)


def floats(column: Column, name: str) -> NDArray[np.float64]:
    """The column as finite float64 of shape (n,); DataError names the row of anything else."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "fiub":
        numbers = column.astype(np.float64)
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
    if value is None or str(value).strip() == "":
        raise DataError(f"{_place(name, row)} is empty: fill in or drop this observation")
    if isinstance(value, Fraction):
        return value
    try:
        return Fraction(int(value) if isinstance(value, bool | np.bool_) else str(value).strip().replace("−", "-"))
    except (ValueError, ZeroDivisionError):
        pass
    if str(value).strip().lower() in {"nan", "inf", "-inf", "<na>", "nat"}:
        raise DataError(f"{_place(name, row)} is {value}: fill in or drop this observation")
    hint = (
        "; write decimals with a point"
        if "," in str(value)
        else f'; if {name} is a category, use Categorical("{name}")'
    )
    raise DataError(f"{_place(name, row)} is {str(value)!r}, which is not a number{hint}")


def _place(name: str, row: int) -> str:
    return f"{name}, row {row} (counted from 0),"
