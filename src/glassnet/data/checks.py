"""Numbers from users: whatever holds them becomes one NumPy array, or one clear error that names the place."""

from __future__ import annotations

import math
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from glassnet.ir.errors import DataError
from glassnet.words import counted, meant, missing, quoted

BLOCK = 1 << 18  # numbers checked at a time: their flags stay in the processor's cache


def require_moderate(name: str, numbers: NDArray[Any]) -> None:
    """Raise DataError where numbers of a column are so large that they have no mean or deviation.

    >>> require_moderate("price", np.array([1e308, 1e308]))
    Traceback (most recent call last):
    glassnet.ir.errors.DataError: the numbers of 'price' are too large for float64 arithmetic; rescale them
    """
    with np.errstate(over="ignore", invalid="ignore"):
        fits = np.isfinite(numbers.mean()) and np.isfinite(numbers.std())
    if not fits:
        raise DataError(f"the numbers of {name!r} are too large for float64 arithmetic; rescale them")


def as_numbers(data: Any, what: str, dtype: DTypeLike | None = None) -> NDArray[Any]:
    """`data` as an array of finite numbers, at least one; `what` names it in errors ("x", "the labels").

    Takes arrays, nested lists, pandas and polars frames and series, and whatever else NumPy can read. An array that is
    fine is returned itself, not copied: uint8 images stay bytes. `dtype` asks for another type; memory maps keep theirs
    all the same (they may be larger than memory), but are read through once. Rows and columns are counted from 0.

    Raises `DataError` for text, missing or ragged cells, NaN, infinity, what does not fit `dtype`, and no data at all.

    >>> as_numbers([[1, 2], [3, 4]], "x", "float32")
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    >>> as_numbers([[1.0, 2.0], [3.0, float("nan")]], "x")
    Traceback (most recent call last):
    glassnet.ir.errors.DataError: x has nan in row 1, column 1; remove that row or fill the cell in
    """
    names = column_names(data)
    array = _as_array(data, what, names)
    if array.size == 0:
        raise DataError(f"{what} is empty (its shape is {array.shape}); at least one number is needed")
    check_finite(array, what, names)
    if dtype is None or array.dtype == dtype:
        return array
    if isinstance(array, np.memmap):
        if not holds(dtype, array.dtype):
            _refuse(_first_not_finite(array, dtype), array, what, dtype, names)
        return array
    return _converted(array, what, np.dtype(dtype), names)


def holds(wide: DTypeLike, narrow: DTypeLike) -> bool:
    """Whether a float dtype has room for every number of another dtype, rounded.

    >>> holds("float32", "int64"), holds("float32", ">f8"), holds("float64", "float16")
    (True, False, True)
    """
    wide, narrow = np.dtype(wide), np.dtype(narrow)
    return narrow.kind in "biu" or (narrow.kind == "f" and narrow.itemsize <= wide.itemsize)


def check_finite(array: NDArray[Any], what: str, names: Sequence[str] | None = None) -> None:
    """Raise `DataError` naming the first NaN or infinity of `array`, if it has one. Integers are not looked at.

    >>> check_finite(np.array([1.0, np.inf]), "the loss")
    Traceback (most recent call last):
    glassnet.ir.errors.DataError: the loss has inf in row 1; remove that row or fill the cell in
    """
    if array.dtype.kind == "f" and (index := _first_not_finite(array)) is not None:
        raise DataError(f"{what} has {array[index]} in {_place(index, names)}; remove that row or fill the cell in")


def refuse_masked(data: Any, what: str, names: Sequence[str] | None = None) -> None:
    """Raise `DataError` for a masked cell in a masked array, or a list of such: NumPy would give the number beneath.

    >>> refuse_masked(np.ma.masked_greater([1.0, 999.0], 100), "x")
    Traceback (most recent call last):
    glassnet.ir.errors.DataError: x has masked cells, the first in row 1; remove those rows or fill the cells in
    """
    if isinstance(data, list | tuple) and any(isinstance(row, np.ma.MaskedArray) and row.ndim for row in data):
        for i, row in enumerate(data):
            refuse_masked(row, f"{what}[{i}]", names)
    if isinstance(data, np.ma.MaskedArray) and np.ma.is_masked(data):
        first = tuple(map(int, np.argwhere(np.ma.getmaskarray(data))[0]))
        raise DataError(
            f"{what} has masked cells, the first in {_place(first, names)}; remove those rows or fill the cells in"
        )


def in_order(data: Any, names: Sequence[str] | None, what: str) -> Any:
    """A data frame or a row of one in the order of the ``names``; anything else, or without names, as it is.

    Raises `DataError` for columns that are missing, more, or of the same name.

    >>> import pandas as pd
    >>> in_order(pd.DataFrame({"b": [1], "a": [2]}), ["a", "b"], "x").to_numpy()
    array([[2, 1]])
    """
    row = None if names is None else row_of(data, names)
    given = column_names(data) if row is None else [str(name) for name in row]
    if given is None or names is None or given == list(names):
        return data if row is None else list(row.values())
    if sorted(given) != sorted(names):
        surplus = [name for name in given if name not in names]
        hint = meant(surplus[0], [name for name in names if name not in given]) if surplus else ""
        raise DataError(f"{what} has the columns {quoted(given)}{hint}; learned from were {quoted(names)}")
    if row is not None:
        cells = dict(zip(given, row.values(), strict=True))
        return [cells[name] for name in names]
    keys = {str(key): key for key in data.columns}
    return data[[keys[name] for name in names]]


def row_of(data: Any, names: Sequence[str] = ()) -> Mapping[Any, Any] | None:
    """The data as one row by the names of its columns, if it is one: a dictionary of single values, a named tuple, or a
    row of a pandas frame, which is named by texts or by the ``names``.

    >>> import pandas as pd
    >>> row_of({"x": 1, "y": "a"}), row_of({"x": [1], "y": ["a"]}), row_of([1, 2])
    ({'x': 1, 'y': 'a'}, None, None)
    >>> row_of(pd.Series([3.0, 9.0], [1, 0])), row_of(pd.Series([3.0, 9.0], [1, 0]), ["0", "1"])
    (None, {1: 3.0, 0: 9.0})
    """
    if isinstance(data, Mapping):
        return None if any(map(is_column, data.values())) else data
    if isinstance(data, tuple):
        return data._asdict() if hasattr(data, "_asdict") else None
    if not (hasattr(data, "to_dict") and hasattr(data, "index")) or hasattr(data, "columns"):
        return None
    labels = list(data.index)
    named = all(isinstance(label, str) for label in labels) or sorted(map(str, labels)) == sorted(names)
    return dict(zip(labels, data, strict=True)) if named and len(set(labels)) == len(labels) else None


def is_column(values: Any) -> bool:
    """Whether these are the values of a column, not one value."""
    return hasattr(values, "__len__") and not isinstance(values, str | bytes | Mapping)


def require_same_rows(parts: Mapping[str, Any]) -> None:
    """Raise `DataError` where pandas objects of one length, whose rows are paired by position, name them differently.

    The parts are named for the message, as in `{"x": x, "y": y}`; a dictionary of columns is looked into.

    >>> import pandas as pd
    >>> require_same_rows({"x": pd.DataFrame({"a": [1, 2]}, index=[4, 7]), "y": pd.Series([0, 1])})
    Traceback (most recent call last):
    glassnet.ir.errors.DataError: x and y have different indexes (row 0 is 4 in x and 0 in y), and rows are paired by \
position: give y.loc[x.index] to pair them by index, or y.to_numpy() if they belong together as they stand
    """
    indexed = list(_indexes(parts))
    for name, index in indexed[1:]:
        first, reference = indexed[0]
        if len(index) == len(reference) and not index.equals(reference):
            row = next((i for i, (a, b) in enumerate(zip(reference, index, strict=True)) if a != b), 0)
            raise DataError(
                f"{first} and {name} have different indexes (row {row} is {_shown(reference[row])} in {first} and "
                f"{_shown(index[row])} in {name}), and rows are paired by position: give {name}.loc[{first}.index] to "
                f"pair them by index, or {name}.to_numpy() if they belong together as they stand"
            )


def _indexes(parts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The indexes of the pandas objects among the parts, and among the columns of dictionaries, by name."""
    for name, data in parts.items():
        if isinstance(data, Mapping):
            yield from _indexes({f"{name}[{key!r}]": column for key, column in data.items()})
        elif hasattr(index := getattr(data, "index", None), "equals"):
            yield name, index


def column_names(data: Any) -> list[str] | None:
    """The names of a data frame's columns; None for anything else."""
    return [str(name) for name in data.columns] if hasattr(data, "columns") and hasattr(data, "to_numpy") else None


def _as_array(data: Any, what: str, names: Sequence[str] | None) -> NDArray[Any]:
    if hasattr(data, "to_numpy"):
        data = data.to_numpy()
    refuse_masked(data, what, names)
    try:
        array = data if isinstance(data, np.ndarray) else np.asarray(data)
    except (ValueError, TypeError, OverflowError) as error:
        raise DataError(_ragged(data, what) or f"{what} cannot be read as numbers: {error}") from error
    if array.dtype.kind in "fiu":
        return array
    if array.dtype.kind == "b":
        return array.view(np.uint8)
    if array.dtype.kind in "OUS":
        return _from_objects(data, array, what, names)
    raise DataError(f"{what} holds {array.dtype} values; expected real numbers")


def _from_objects(data: Any, array: NDArray[Any], what: str, names: Sequence[str] | None) -> NDArray[np.float64]:
    """Cells that NumPy sees no numbers in: each converted, or named."""
    cells = array if isinstance(data, np.ndarray) else np.asarray(data, dtype=object)  # NumPy turns [1, "a"] into texts
    if cells.ndim == 0:
        file = "; a file is read by gn.data.table(path, target=…)" if isinstance(data, str | PurePath) else ""
        raise DataError(f"{what} is {_shown(data)}; expected numbers in an array, a list or a data frame{file}")
    numbers = np.empty(cells.shape)
    for index in np.ndindex(cells.shape):
        try:
            numbers[index] = _number(cells[index])
        except (TypeError, ValueError, OverflowError):
            kind = "the text " if isinstance(cells[index], str) else ""
            where = _place(index, names)
            raise DataError(f"{what} has {kind}{_shown(cells[index])} in {where}; expected a number") from None
    return numbers


def _number(cell: Any) -> float:
    if isinstance(cell, str | bytes):
        raise TypeError
    return float(cell)


def _converted(array: NDArray[Any], what: str, dtype: np.dtype[Any], names: Sequence[str] | None) -> NDArray[Any]:
    with np.errstate(over="ignore", invalid="ignore"):
        converted = array.astype(dtype)
    if dtype.kind == "f":
        index = _first_not_finite(converted) if array.dtype.kind == "f" and array.itemsize > dtype.itemsize else None
    else:
        wrong = np.asarray(converted != array)
        index = tuple(map(int, np.argwhere(wrong)[0])) if wrong.any() else None
    _refuse(index, array, what, dtype, names)
    return converted


def _refuse(
    index: tuple[int, ...] | None, array: NDArray[Any], what: str, dtype: DTypeLike, names: Sequence[str] | None
) -> None:
    if index is not None:
        raise DataError(f"{what} has {array[index]} in {_place(index, names)}, which does not fit {dtype}")


@np.errstate(over="ignore")
def _first_not_finite(array: NDArray[Any], dtype: DTypeLike | None = None) -> tuple[int, ...] | None:
    """The index of the first NaN or infinity, once converted to the dtype if one is given; looked for in blocks."""
    if array.ndim == 0:
        return None if math.isfinite(array) else ()
    rows = max(1, BLOCK * len(array) // max(1, array.size))
    for start in range(0, len(array), rows):
        finite = np.isfinite(np.asarray(array[start : start + rows], dtype))
        if not finite.all():
            row, *rest = np.argwhere(~finite)[0]
            return (start + int(row), *map(int, rest))
    return None


def _place(index: tuple[int, ...], names: Sequence[str] | None) -> str:
    """The place of a cell in words, such as row 3, column 'age'."""
    if not index:
        return "its only cell"
    words = [f"row {index[0]}"]
    if len(index) == 2:
        words.append(f"column {names[index[1]]!r}" if names else f"column {index[1]}")
    elif len(index) > 2:
        words.append(f"cell {index[1:]}")
    return ", ".join(words)


def _ragged(data: Any, what: str) -> str | None:
    """What is uneven about a nested list, if anything is: the first row of another length than row 0."""
    if not isinstance(data, Sequence) or isinstance(data, str) or not data:
        return None
    lengths = [len(row) if hasattr(row, "__len__") and not isinstance(row, str) else None for row in data]
    for row, length in enumerate(lengths):
        if length != lengths[0]:
            return (
                f"{what} is ragged: row {row} has {_length(length)} but row 0 has {_length(lengths[0])}; "
                "all rows must be equally long"
            )
    return next((found for i, row in enumerate(data) if (found := _ragged(row, f"row {i} of {what}"))), None)


def _length(length: int | None) -> str:
    return "a single value" if length is None else counted(length, "value")


def _shown(value: Any) -> str:
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= 40 else f"a value of type {type(value).__name__}"


def require_file(path: Path) -> None:
    """Raise DataError for no file, a folder, device or pipe: opening a pipe waits for its other end, perhaps for ever.

    >>> require_file(Path("."))
    Traceback (most recent call last):
    glassnet.ir.errors.DataError: . is a folder; give the path of a file
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise DataError(f"{path} {missing(path)}") from None
    except (OSError, ValueError):
        return  # whoever opens it says so
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a device or pipe, which cannot be read twice"
        raise DataError(f"{path} is {what}; give the path of a file")


def decoded(content: bytes, name: str, remedy: str) -> str:
    """UTF-8 as text, with or without a byte-order mark; DataError with the line and the ``remedy`` for other bytes.

    >>> decoded(bytes([233]), "menu.txt", "save it as plain text")
    Traceback (most recent call last):
    glassnet.ir.errors.DataError: menu.txt, line 1: not UTF-8 text; save it as plain text in UTF-8
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{name}, line {line}: not UTF-8 text; {remedy} in UTF-8") from None
    if "\0" in text:
        raise DataError(f"{name} is not a text file; {remedy}")
    return text
