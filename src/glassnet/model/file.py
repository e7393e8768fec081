"""Model files: a network as one safetensors file, and back. Loading executes nothing and trusts nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from glassnet import storage
from glassnet.data.encoding import Encoding
from glassnet.files import FileKind
from glassnet.ir.errors import ModelFileError
from glassnet.ir.specification import TENSORS, Specification, from_json
from glassnet.ir.types import Array
from glassnet.layers.activations import ActivationFunction
from glassnet.layers.initializers import Initializer
from glassnet.layers.layer import Layer
from glassnet.layers.penalty import Penalty
from glassnet.model.history import History
from glassnet.model.model import Model

M = TypeVar("M", bound=Model)
FAMILIES: dict[str, type[Specification]] = {
    family.family: family for family in (Layer, ActivationFunction, Initializer, Penalty)
}
"""What a model file may ask to be built: nothing but these."""
MODEL = FileKind("model", re.compile(rb'\A.{8}\{"__metadata__":\{[^{}]*"glassnet":"\{\\"network\\"', re.DOTALL))
EMBEDDED = "digits"
"""The name of the model that comes with Glassnet; models/digits.md is its card."""
HISTORY = ".history."
"""What the names of the history's arrays begin with: no layer's name has a dot."""


def save(model: Model, path: str | Path) -> None:
    """Write the model: its numbers and its history as tensors, its specification as JSON in the metadata."""
    tensors: dict[str, Array] = {}
    specification = model.specification(tensors)
    measured = {n: column for n, column in model.history.items() if n != "seconds"}  # equal trainings, equal files
    history = {HISTORY + name: np.array(column, np.float64) for name, column in measured.items()}
    arrays = {**model.arrays(), **tensors, **history}
    storage.write(path, arrays, storage.sealed(arrays, {"network": specification}))


def load(path: str | Path, kind: type[M]) -> M:
    """Read a model as one of that kind; see :meth:`glassnet.Network.load`."""
    if str(path) == EMBEDDED and not Path(path).exists():
        path = Path(__file__).parent / "shipped" / f"{EMBEDDED}.safetensors"
    arrays, metadata = storage.read(path)
    specification = metadata.get("network")
    if not isinstance(specification, dict):
        raise ModelFileError(f"{path} holds no network" + (": it is a checkpoint" if "checkpoint" in metadata else ""))
    storage.require_seal(arrays, metadata, path, missing=True)
    with storage.naming(path), np.errstate(all="ignore"):  # numbers out of range are found below
        model = _built(specification, arrays, kind)
    storage.require_finite(model.arrays(), path)
    return model


def _built(specification: dict[str, Any], arrays: dict[str, Array], kind: type[M]) -> M:
    fields = ("inputs", "dtype", "seed", "layers", "labels", "encoding")
    if set(specification) != set(fields):
        raise ModelFileError(f"a network's specification has the fields {', '.join(fields)}, got {list(specification)}")
    own = {name: array for name, array in arrays.items() if not name.startswith((TENSORS, HISTORY))}
    layers = from_json(specification["layers"], arrays, FAMILIES)
    inputs = specification["inputs"]
    if not isinstance(layers, tuple) or not isinstance(inputs, list) or len(inputs) > 8:
        raise ModelFileError("a network's inputs must be a list of at most 8 sizes, and its layers a list")
    model = kind.from_specification(inputs, layers, specification["seed"], specification["dtype"], own)
    model.labels = _labels(specification["labels"])
    if specification["encoding"] is not None:
        model.encoding = Encoding.from_json(specification["encoding"])
    model.history = _history({n.removeprefix(HISTORY): a for n, a in arrays.items() if n.startswith(HISTORY)})
    return model


def _history(columns: dict[str, Array]) -> History:
    if any(column.ndim != 1 or column.dtype != np.float64 for column in columns.values()):
        raise ModelFileError("the history must be rows of float64 numbers, one number an epoch")
    if len({len(column) for column in columns.values()}) > 1:
        raise ModelFileError("the history's rows must have one number for each epoch")
    return History({name: column.tolist() for name, column in columns.items()})


def _labels(labels: Any) -> tuple[str, ...] | None:
    if labels is None:
        return None
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise ModelFileError(f"the labels must be a list of texts, got {str(labels)[:100]}")
    return tuple(labels)
