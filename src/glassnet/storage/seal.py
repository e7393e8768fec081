"""The seal of a file: a SHA-256 over its arrays and its specification, by which a change of a single bit is noticed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from glassnet.ir.errors import ModelFileError
from glassnet.ir.types import Array
from glassnet.storage.words import shown

SEAL = "sha256"
"""The name of the seal in the metadata."""


def digest(arrays: Mapping[str, Array], metadata: Mapping[str, Any]) -> str:
    """The SHA-256 of the metadata without its seal, of each array's name, type and shape, and of all their bytes.

    It is the same for arrays in another order, and for those that were read back from a file.

    >>> digest({"biases": np.zeros(2, "float32")}, {"units": 2})[:16]
    '7fd174f327db75bb'
    """
    stored = {name: _little(np.asarray(arrays[name])) for name in sorted(arrays)}
    types = [[name, array.dtype.str, list(np.shape(arrays[name]))] for name, array in stored.items()]
    content = {name: value for name, value in metadata.items() if name != SEAL}
    found = hashlib.sha256(json.dumps([content, types], separators=(",", ":"), default=repr).encode())
    for array in stored.values():
        if not array.dtype.hasobject:  # what no file can hold, writing refuses in words
            found.update(array.reshape(-1).view(np.uint8).data)
    return found.hexdigest()


def _little(array: Array) -> Array:
    """The array as it lies in a file: row by row, little-endian."""
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<"))


def sealed(arrays: Mapping[str, Array], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata with the seal of itself and the arrays: what models and checkpoints are written with.

    >>> arrays = {"biases": np.zeros(2)}
    >>> require_seal(arrays, sealed(arrays, {"units": 2}), "digits.safetensors")
    """
    return {**metadata, SEAL: digest(arrays, metadata)}


def require_seal(
    arrays: Mapping[str, Array], metadata: Mapping[str, Any], path: str | os.PathLike[str], *, missing: bool = False
) -> None:
    """Raise ModelFileError unless what was read from ``path`` is what was sealed.

    Args:
        missing: let a file without a seal pass, as earlier versions of Glassnet wrote them.

    >>> arrays = {"biases": np.zeros(2)}
    >>> require_seal({"biases": np.ones(2)}, sealed(arrays, {}), "digits.safetensors")
    Traceback (most recent call last):
    glassnet.ir.errors.ModelFileError: digits.safetensors cannot be used: its content is not what was saved (its \
SHA-256 is another), so some of it was changed or damaged; copy it again, or use an earlier copy
    """
    seal = metadata.get(SEAL)
    if seal is None and missing:
        return
    if seal is None:
        raise ModelFileError(f"{path} cannot be used: it has no SHA-256 of its content; it must be written anew")
    if not isinstance(seal, str) or len(seal) != 64:
        raise ModelFileError(f"{path} cannot be used: {shown(str(seal))} is no SHA-256 of its content; copy it again")
    if seal != digest(arrays, metadata):
        raise ModelFileError(
            f"{path} cannot be used: its content is not what was saved (its SHA-256 is another), so some of it was "
            "changed or damaged; copy it again, or use an earlier copy"
        )
