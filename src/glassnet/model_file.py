"""Model files: a network as one safetensors file, and back. Loading executes nothing and trusts nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from glassnet import storage
from glassnet.ir.errors import ModelFileError
from glassnet.ir.specification import TENSORS, Specification, from_json
from glassnet.ir.types import Array
from glassnet.layers.activations import ActivationFunction
from glassnet.layers.initializers import Initializer
from glassnet.layers.layer import Layer
from glassnet.layers.penalty import Penalty
from glassnet.network import Network
from glassnet.train.history import History

FAMILIES: dict[str, type[Specification]] = {
    family.family: family for family in (Layer, ActivationFunction, Initializer, Penalty)
}
"""What a model file may ask to be built: nothing but these."""
EMBEDDED = "digits"
"""The name of the model that comes with Glassnet; models/digits.md is its card."""
HISTORY = ".history."
"""What the names of the history's arrays begin with: no layer's name has a dot."""


def save(network: Network, path: str | Path) -> None:
    """Write the network: its numbers and its history as tensors, its specification as JSON in the metadata."""
    tensors: dict[str, Array] = {}
    specification = network.specification(tensors)
    measured = {n: column for n, column in network.history.items() if n != "seconds"}  # equal trainings, equal files
    history = {HISTORY + name: np.array(column, np.float64) for name, column in measured.items()}
    storage.write(path, {**network.arrays(), **tensors, **history}, {"network": specification})


def load(path: str | Path) -> Network:
    """Read a network that :meth:`glassnet.Network.save` wrote; "digits" is the digit reader that comes with Glassnet.

    Raises:
        ModelFileError: the file is damaged, hostile, from a later version, or not a network.

    >>> import glassnet as gn, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     gn.Network(2, gn.Dense(1)).save(folder + "/net.safetensors")
    ...     gn.load(folder + "/net.safetensors")
    Network: 2 inputs → 1 output, float32, seed 0
    """
    if str(path) == EMBEDDED and not Path(path).exists():
        path = Path(__file__).parent / "models" / f"{EMBEDDED}.safetensors"
    arrays, metadata = storage.read(path)
    specification = metadata.get("network")
    if not isinstance(specification, dict):
        raise ModelFileError(f"{path} holds no network" + (": it is a checkpoint" if "checkpoint" in metadata else ""))
    with storage.naming(path), np.errstate(all="ignore"):  # numbers out of range are found below
        network = _built(specification, arrays)
    storage.require_finite(network.arrays(), path)
    return network


def _built(specification: dict[str, Any], arrays: dict[str, Array]) -> Network:
    fields = ("inputs", "dtype", "seed", "layers", "labels", "encoding")
    if set(specification) != set(fields):
        raise ModelFileError(f"a network's specification has the fields {', '.join(fields)}, got {list(specification)}")
    own = {name: array for name, array in arrays.items() if not name.startswith((TENSORS, HISTORY))}
    layers = from_json(specification["layers"], arrays, FAMILIES)
    inputs = specification["inputs"]
    if not isinstance(layers, tuple) or not isinstance(inputs, list) or len(inputs) > 8:
        raise ModelFileError("a network's inputs must be a list of at most 8 sizes, and its layers a list")
    network = Network._from_specification(inputs, layers, specification["seed"], specification["dtype"], own)
    network.labels = _labels(specification["labels"])
    if specification["encoding"] is not None:
        from glassnet.data.encoding import Encoding

        network.encoding = Encoding.from_json(specification["encoding"])
    network.history = _history({n.removeprefix(HISTORY): a for n, a in arrays.items() if n.startswith(HISTORY)})
    return network


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
