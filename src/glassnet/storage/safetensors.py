"""Model files: named arrays and a specification in one safetensors file, written whole or not at all, never trusted.

The file (docs/file-format.md) is eight bytes of length, a JSON header, and the bytes of the arrays. We write and read
it ourselves: the safetensors library puts metadata in an order that changes from run to run, so that equal content
would not give equal files, and its errors do not say what to do. It is the oracle of our tests instead.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from glassnet.files import FileKind, cause, replacing
from glassnet.ir.errors import GlassnetError, ModelFileError
from glassnet.ir.types import Array
from glassnet.storage.header import BFLOAT16, DTYPES, HEADER_LIMIT, Header, Tensor, decode, encode, layout
from glassnet.storage.metadata import from_texts, to_texts
from glassnet.storage.words import Refused, cut_off, foreign, one_line, shown
from glassnet.words import missing

PathLike = str | os.PathLike[str]


def write(
    path: PathLike, arrays: Mapping[str, Array], metadata: Mapping[str, Any], kind: FileKind | None = None
) -> None:
    """Write the named ``arrays`` and ``metadata``, a nested JSON structure, to one safetensors file.

    Either the whole file is there afterwards, also after a loss of power, or an error is raised and what was there
    before is untouched. Equal arrays and metadata give equal bytes; the order of the arrays does not matter, that of
    names within ``metadata`` is kept. Lists and tuples come back as lists.

    Args:
        kind: replace no other file than one of that kind; None replaces any.

    Raises:
        ModelFileError: the file cannot be written (a full disk, no such folder, no permission), or the content cannot
            be kept in one (an array of objects, a NaN in ``metadata``).

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "model.safetensors"
    >>> write(path, {"weights": np.eye(2, dtype="float32")}, {"units": 2})
    >>> read(path)
    ({'weights': array([[1., 0.],
           [0., 1.]], dtype=float32)}, {'units': 2})
    """
    try:
        with replacing(_path(path), kind) as file:
            _write(file, arrays, metadata)
    except Refused as refused:
        raise ModelFileError(f"{path} cannot be saved: {refused}") from None
    except GlassnetError as error:
        raise ModelFileError(str(error)) from error.__cause__


def _write(file: IO[bytes], arrays: Mapping[str, Array], metadata: Mapping[str, Any]) -> None:
    given = {name: np.asarray(array) for name, array in arrays.items()}
    tensors = layout(given)
    file.write(encode(Header(tensors, to_texts(metadata))))
    for name in tensors:
        stored = np.ascontiguousarray(given[name], given[name].dtype.newbyteorder("<"))
        file.write(stored.reshape(-1).view(np.uint8).data)


def require_fits(path: PathLike, arrays: Mapping[str, Array], metadata: Mapping[str, Any]) -> None:
    """Raise ModelFileError where :func:`write` would refuse this content, without writing anything."""
    try:
        encode(Header(layout({name: np.asarray(array) for name, array in arrays.items()}), to_texts(metadata)))
    except Refused as refused:
        raise ModelFileError(f"{path} cannot be saved: {refused}") from None


def read(path: PathLike) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays (writable, contiguous) and the metadata of a file that :func:`write` wrote. The file is not trusted.

    Nothing in it is executed, every size in it is compared with the file's own before memory is taken, and the memory
    stays below 8 times the file's size plus 8 MB.

    Raises:
        ModelFileError: the file is missing, damaged, of another format or from a newer version.

    >>> read("no such folder/model.safetensors")
    Traceback (most recent call last):
    glassnet.ir.errors.ModelFileError: no such folder/model.safetensors does not exist, nor does its folder \
no such folder; check the path
    """
    with _opened(path) as file:
        header = _header(file)
        metadata = from_texts(header.texts)
        return _arrays(file, header), metadata


def read_arrays(path: PathLike) -> dict[str, Array]:
    """The arrays of any safetensors file, a Glassnet model or not; bfloat16 becomes float32, which holds its values.

    Raises:
        ModelFileError: as for :func:`read`, and for numbers that NumPy does not have (8-bit floats).

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "arrays.safetensors"
    >>> write(path, {"biases": np.zeros(2)}, {})
    >>> read_arrays(path)
    {'biases': array([0., 0.])}
    """
    with _opened(path) as file:
        return _arrays(file, _header(file))


def under(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays whose names begin with the prefix, by the rest of their names.

    >>> under("state/", {"state/mean": np.zeros(1), "weights": np.ones(1)})
    {'mean': array([0.])}
    """
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def require_finite(arrays: Mapping[str, Array], path: PathLike) -> None:
    """Raise ModelFileError naming the first of the ``arrays`` from ``path`` that holds a NaN or an infinity.

    >>> require_finite({"biases": np.array([0.5, np.nan])}, "digits.safetensors")
    Traceback (most recent call last):
    glassnet.ir.errors.ModelFileError: digits.safetensors: the array 'biases' has nan at [1] (not finite: 1 of its 2 \
numbers), so the model cannot compute; use an earlier copy or train it again
    """
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not (finite := np.isfinite(array)).all():
            index = tuple(map(int, np.argwhere(~finite)[0]))
            wrong = f"not finite: {array.size - np.count_nonzero(finite):,} of its {array.size:,} numbers"
            raise ModelFileError(
                f"{path}: the array {shown(name)} has {array[index]} at {list(index)} ({wrong}), "
                "so the model cannot compute; use an earlier copy or train it again"
            )


@contextmanager
def naming(path: PathLike, done: str = "used") -> Iterator[None]:
    """A block whose every error becomes one ModelFileError: a short line that begins with the file's name.

    >>> with naming("digits.safetensors"):
    ...     raise GlassnetError("the number of units of Dense must be a whole number of at least 1, got 0")
    Traceback (most recent call last):
    glassnet.ir.errors.ModelFileError: digits.safetensors cannot be used: the number of units of Dense must be a whole \
number of at least 1, got 0
    """
    try:
        yield
    except GlassnetError as error:
        raise ModelFileError(f"{path} cannot be {done}: {one_line(str(error))}") from None


@contextmanager
def _opened(path: PathLike) -> Iterator[IO[bytes]]:
    """The file, open for reading; every error becomes one ModelFileError."""
    checked = _path(path)
    try:
        mode = checked.stat().st_mode  # before opening: that would wait for a pipe's other end
        if not stat.S_ISREG(mode):
            raise Refused(f"it is a {'folder' if stat.S_ISDIR(mode) else 'device or pipe'}; give a model file")
        with checked.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise ModelFileError(f"{path} {missing(checked)}") from error
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {cause(error, checked)}") from error
    except MemoryError as error:
        raise ModelFileError(f"{path} cannot be read: it does not fit into memory; close other programs") from error
    except Refused as refused:
        raise ModelFileError(f"{path} cannot be read: {refused}") from None


def _path(path: PathLike) -> Path:
    if not isinstance(path, str | os.PathLike) or isinstance(os.fspath(path), bytes):
        raise ModelFileError(f"{path!r:.60} is no file name; give one such as 'digits.safetensors'")
    if not os.fspath(path) or "\0" in os.fspath(path):
        raise ModelFileError(f"{path!r} is no file name; give one such as 'digits.safetensors'")
    return Path(path)


def _header(file: IO[bytes]) -> Header:
    """The header; the file is left at its end."""
    size = os.fstat(file.fileno()).st_size
    beginning = file.read(128)
    length = int.from_bytes(beginning[:8], "little")
    if beginning[8:9] != b"{" or length > HEADER_LIMIT:
        raise Refused(foreign(beginning))
    if 8 + length > size:
        raise Refused(cut_off(size, 8 + length))
    file.seek(8)
    return decode(file.read(length), size)


def _arrays(file: IO[bytes], header: Header) -> dict[str, Array]:
    """The arrays, in the header's order."""
    data_begin = file.tell()
    arrays = {}
    for name, tensor in header.tensors.items():
        content = np.empty(tensor.end - tensor.begin, np.uint8)
        file.seek(data_begin + tensor.begin)
        if file.readinto(content.data) < content.size:  # type: ignore[attr-defined]  # open's files have it
            raise Refused("it was cut off while it was read; try again")
        if tensor.dtype == "BOOL" and content.max(initial=0) > 1:
            raise Refused(f"the array {shown(name)} has bytes that are neither true nor false; copy the file again")
        arrays[name] = _decoded(content, tensor)
    return arrays


def _decoded(content: Array, tensor: Tensor) -> Array:
    if tensor.dtype == BFLOAT16:  # the upper half of a float32
        widened = content.view("<u2").astype(np.uint32) << np.uint32(16)
        return widened.view(np.float32).reshape(tensor.shape)
    stored = DTYPES[tensor.dtype]
    return content.view(stored).astype(stored.newbyteorder("="), copy=False).reshape(tensor.shape)
