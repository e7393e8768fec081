"""Model files: a network as one safetensors file, and back. Loading executes nothing and trusts nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from glassnet import storage
from glassnet.data.encoding import Encoding
from glassnet.data.series import SeriesColumns
from glassnet.data.tokens import Tokens
from glassnet.files import FileKind
from glassnet.ir.errors import GlassnetError, ModelFileError
from glassnet.ir.specification import TENSORS, Specification, from_json, to_json
from glassnet.ir.types import Array, Shape, Values
from glassnet.layers.activations import ActivationFunction
from glassnet.layers.initializers import Initializer
from glassnet.layers.layer import Layer
from glassnet.layers.penalty import Penalty
from glassnet.model.history import History
from glassnet.model.model import Model
from glassnet.storage.words import shown
from glassnet.words import counted

M = TypeVar("M", bound=Model)
FAMILIES: dict[str, type[Specification]] = {
    family.family: family for family in (Layer, ActivationFunction, Initializer, Penalty)
}
"""What a model file may ask to be built: nothing but these."""
MODEL = FileKind("model", re.compile(rb'\A.{8}\{"__metadata__":\{[^{}]*"glassnet":"\{\\"network\\"', re.DOTALL))
EMBEDDED = "digits"
READERS = (EMBEDDED, "convolution")
"""The names of the models that come with Glassnet and read digits; their cards are beside them, in shipped/."""
SECOND_OPINION = "second_opinion"
"""The one that says whether there is a digit to read."""
HISTORY = ".history."
"""The prefix of the history's arrays: no parameter's name begins with a dot."""


def save(model: Model, path: str | Path) -> None:
    """Write the model: its numbers and its history as tensors, its specification as JSON in the metadata."""
    with storage.naming(path, "saved"):
        specification, arrays = contents(model)
    storage.require_finite(_own(arrays), path)
    storage.write(path, arrays, storage.sealed(arrays, {"network": specification}), MODEL)


def contents(model: Model) -> tuple[dict[str, Any], dict[str, Array]]:
    """The model as its specification in JSON, and named arrays: all that a file holds, and all that is pickled.

    Raises:
        GlassnetError: loading them would be refused, or give another model.
    """
    tensors: dict[str, Array] = {}
    specification = model.specification(tensors)
    measured = {n: column for n, column in model.history.items() if n != "seconds"}  # equal trainings, equal files
    history = {HISTORY + name: np.array(column, np.float64) for name, column in measured.items()}
    own = {name: np.asarray(array) for name, array in model.arrays().items()}
    arrays = {**own, **tensors, **history}
    _require_same(model, _described(specification, arrays, type(model)))
    return specification, arrays


def _require_same(model: Model, again: Model) -> None:
    """Raise GlassnetError if what is loaded, ``again``, has other layers than the model."""
    for layer, loaded in zip(model.root.layers, again.root.layers, strict=True):
        if _said(layer) != _said(loaded):
            raise GlassnetError(
                f"the layer {layer!r:.200} would come back from a file as {loaded!r:.200}: the class "
                f"{type(layer).__name__} makes something else of its own fields; let its __post_init__ leave them alone"
            )
    for layer, loaded in zip(model.layers.values(), again.layers.values(), strict=True):
        cls, now = type(layer), type(loaded)
        if (cls.__module__, cls.__qualname__) != (now.__module__, now.__qualname__):
            raise GlassnetError(
                f"the name {cls.__name__} means the class of {now.__module__} now, not that of {cls.__module__}; "
                "give one of them another name"
            )


def _said(layer: Layer) -> tuple[Any, list[Values]]:
    """All that a file says of a layer."""
    tensors: dict[str, Array] = {}
    return to_json(layer, tensors), [Values(array) for array in tensors.values()]


def load(path: str | Path, kind: type[M]) -> M:
    """Read a model as one of that kind; see :meth:`glassnet.Network.load`."""
    if str(path) in (*READERS, SECOND_OPINION) and not Path(path).exists():
        path = Path(__file__).parent / "shipped" / f"{path}.safetensors"
    arrays, metadata = storage.read(path)
    specification = metadata.get("network")
    if not isinstance(specification, dict):
        raise ModelFileError(f"{path} holds no network" + (": it is a checkpoint" if "checkpoint" in metadata else ""))
    if surplus := metadata.keys() - {"network", storage.SEAL}:  # such as a damaged name of the seal
        raise ModelFileError(f"{path} cannot be used: it has {shown(min(surplus))} beside its network; copy it again")
    storage.require_seal(arrays, metadata, path, missing=True)
    with storage.naming(path):
        model = built(kind, specification, arrays)
    storage.require_finite(model.arrays(), path)
    return model


def built(kind: type[M], specification: dict[str, Any], arrays: dict[str, Array]) -> M:
    """The model of a specification and arrays such as :func:`contents` gives; neither is trusted."""
    model = _described(specification, arrays, kind)
    with np.errstate(all="ignore"):  # numbers out of range are found by whoever reads them
        model.take(_own(arrays))
    return model


def unpickled(kind: type[M], specification: dict[str, Any], arrays: dict[str, Array]) -> M:
    """The model out of a pickle, checked as one out of a file."""
    model = built(kind, specification, arrays)
    storage.require_finite(model.arrays(), "the pickled network")
    return model


def _own(arrays: dict[str, Array]) -> dict[str, Array]:
    """The parameters and running statistics among the arrays of a file."""
    return {name: array for name, array in arrays.items() if not name.startswith((TENSORS, HISTORY))}


def _described(specification: dict[str, Any], arrays: dict[str, Array], kind: type[M]) -> M:
    """The model without its arrays, after checking that these arrays fit it."""
    fields = ("inputs", "dtype", "seed", "layers", "labels", "encoding")
    if not isinstance(specification, dict) or set(specification) - {"columns", "tokens", "series"} != set(fields):
        raise ModelFileError(
            f"a network's specification has the fields {', '.join(fields)}, got {str(specification)[:100]}"
        )
    layers, inputs = from_json(specification["layers"], arrays, FAMILIES), specification["inputs"]
    if not isinstance(layers, tuple) or not isinstance(inputs, list):
        raise ModelFileError("a network's inputs must be a list of sizes, and its layers a list")
    model = kind.described(inputs, layers, specification["seed"], specification["dtype"])
    model.require_arrays(_own(arrays))
    model.labels = _labels(specification["labels"], model)
    if specification["encoding"] is not None:
        model.encoding = _encoding(specification["encoding"], model)
    model.columns = _columns(specification.get("columns"), model)
    model.tokens = _tokens(specification.get("tokens"), model)
    model.series = _series(specification.get("series"), model)
    model.history = _history(storage.under(HISTORY, arrays))
    return model


def _history(columns: dict[str, Array]) -> History:
    if any(column.ndim != 1 or column.dtype != np.float64 for column in columns.values()):
        raise ModelFileError("the history must be rows of float64 numbers, one number an epoch")
    if len({len(column) for column in columns.values()}) > 1:
        raise ModelFileError("the history's rows must have one number for each epoch")
    return History({name: column.tolist() for name, column in columns.items()})


def _labels(labels: Any, model: Model) -> tuple[str, ...] | None:
    """The names of the classes: one for each output, or two for the no and yes of a single one."""
    if labels is None:
        return None
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise ModelFileError(f"the labels must be a list of texts, got {str(labels)[:100]}")
    outputs = _last(model.output.shape)
    if len(labels) != outputs and (outputs, len(labels)) != (1, 2):
        found = counted(len(labels), "label")
        raise ModelFileError(f"the network has {counted(outputs, 'output')}, but {found}")
    return tuple(labels)


def _columns(names: Any, model: Model) -> list[str] | None:
    """The names of the data frame's columns that the inputs were, where it was trained on one."""
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise ModelFileError(f"the columns must be a list of different texts, got {str(names)[:100]}")
    if model.input_shape != (len(names),):
        raise ModelFileError(
            f"the file names {counted(len(names), 'column')}, but the network takes inputs of shape {model.input_shape}"
        )
    return names


def _tokens(content: Any, model: Model) -> Tokens | None:
    """How text becomes the network's inputs, where it was trained on text: a token for each of its outputs."""
    if content is None:
        return None
    tokens, outputs = Tokens.from_json(content), _last(model.output.shape)
    if tokens.size != outputs:
        raise ModelFileError(
            f"the network has {counted(outputs, 'output')}, but the file {counted(tokens.size, 'token')}"
        )
    return tokens


def _series(content: Any, model: Model) -> SeriesColumns | None:
    """What columns of a table a forecast is made from, where it was trained on a series."""
    if content is None:
        return None
    columns = SeriesColumns.from_json(content)
    if model.inputs != (columns.steps, len(columns.names)):
        raise ModelFileError(
            f"a forecast is made from {counted(columns.steps, 'row')} of {counted(len(columns.names), 'column')}, but "
            f"the network takes inputs of shape {model.inputs}"
        )
    return columns


def _encoding(content: Any, model: Model) -> Encoding:
    encoding = Encoding.from_json(content)
    features = len(encoding.features)
    if model.input_shape != (features,):
        raise ModelFileError(
            f"the table's columns make {counted(features, 'input')}, but the network takes inputs of shape "
            f"{model.input_shape}"
        )
    return encoding


def _last(shape: Shape) -> int:
    """The number of outputs for each sample, along the last axis."""
    return next((dim for dim in shape[:0:-1] if isinstance(dim, int)), 1)
