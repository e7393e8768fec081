"""Targets: what a user gives as y, checked and brought to the form that the loss compares predictions with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from glassnet.data.checks import as_numbers
from glassnet.ir.errors import DataError
from glassnet.ir.graph import Var
from glassnet.ir.require import require, require_number
from glassnet.ir.types import BATCH, Array
from glassnet.layers.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    CustomLoss,
    KullbackLeibler,
    Loss,
    Poisson,
)
from glassnet.words import counted, quoted


def prepare_targets(y: Any, output: Var, loss: Loss, dtype: str) -> Array:
    """Class numbers as int64 for cross-entropy over classes, else numbers in the shape of the predictions.

    There is a class number for each row of outputs: (n,), or (n, steps) for outputs of shape (n, steps, classes).

    Raises:
        DataError: text, fractions or numbers out of range where class numbers belong, or a shape that does not fit.
    """
    array = np.atleast_1d(as_numbers(y, "y"))
    shape = tuple(int(dim) for dim in output.shape[1:] if dim is not BATCH)  # type: ignore[arg-type]
    classes = shape[-1] if shape else 1
    if isinstance(loss, CategoricalCrossEntropy) and classes == 1:
        raise DataError(
            "categorical cross-entropy needs one output for each class, but the network has one; end it with "
            "Dense(classes, 'softmax'), or with one 'sigmoid' for a yes or no"
        )
    is_one_a_row = array.shape[1:] != shape and array[:1].size == prod(shape[:-1])
    if isinstance(loss, CategoricalCrossEntropy | CustomLoss) and is_one_a_row and classes > 1:
        return _class_numbers(array.reshape(len(array), *shape[:-1]), classes)
    if array.shape[1:] != shape and array[:1].size == prod(shape):
        array = array.reshape(len(array), *shape)
    if array.shape[1:] != shape:
        raise DataError(
            f"y has the shape {array.shape}, but the network gives {('n', *shape)}".replace("'", "")
            + f" and {type(loss).__name__} compares number by number; give y that shape"
            + (
                f", or use the loss 'categorical cross-entropy' for class numbers 0..{classes - 1}"
                if classes > 1
                else ""
            )
        )
    if isinstance(loss, BinaryCrossEntropy):
        _require_range(array, 0, 1, "binary cross-entropy needs targets from 0 to 1")
    if isinstance(loss, Poisson):
        _require_range(array, 0, np.inf, "the Poisson loss needs counts, at least 0")
    if isinstance(loss, CategoricalCrossEntropy | KullbackLeibler):
        _require_probabilities(array, type(loss).__name__)
    return as_numbers(array, "y", dtype)


def texts_of(y: Any) -> list[str] | None:
    """The targets as texts, if all of them are texts, such as names of classes; else None."""
    if y is None or isinstance(y, str | bytes) or not hasattr(y, "__len__") or len(y) == 0:
        return None
    flat = np.asarray(y, dtype=object).ravel().tolist()
    return flat if all(isinstance(text, str) for text in flat) else None


def class_numbers(texts: list[str], labels: Sequence[str] | None, output: Var, is_classifier: bool) -> Array:
    """The number of each text's class, for networks whose outputs are classes.

    Raises:
        DataError: the network answers with values, knows no classes, not that many, or none of that name.
    """
    if not is_classifier:
        raise DataError(
            f"y has the text {texts[0]!r} in row 0, and the network gives numbers; for classes, end it with "
            "Dense(classes, 'softmax'), or with one 'sigmoid' for two"
        )
    if labels is None:
        raise DataError(f"y has texts such as {texts[0]!r}, and the network has no labels yet; fit gives it some")
    if len(labels) == 1:
        raise DataError(f"all samples are of class {labels[0]!r}; a classifier needs samples of at least two classes")
    outputs = int(output.shape[-1])  # type: ignore[arg-type]
    if len(labels) != max(2, outputs):
        raise DataError(
            f"y has {counted(len(labels), 'different text')}, {quoted(labels)}, and the network "
            f"{counted(outputs, 'output')}; end it with Dense({len(labels)}, 'softmax')"
        )
    places = {label: i for i, label in enumerate(labels)}
    for row, text in enumerate(texts):
        if text not in places:
            raise DataError(f"y has the class {text!r} in row {row}; the network knows {quoted(labels)}")
    return np.array([places[text] for text in texts])


def _is_column(array: Array) -> bool:
    return array.ndim == 1 or (array.ndim == 2 and array.shape[1] == 1)


def _class_numbers(array: Array, classes: int) -> Array:
    if array.dtype.kind == "f" and (broken := array != np.floor(array)).any():
        row = int(np.argwhere(broken)[0][0])
        raise DataError(f"y must hold class numbers 0..{classes - 1}, got {array[broken][0]} in row {row}")
    if array.size and array.min() == 1 and array.max() == classes:
        raise DataError(f"y counts its {classes} classes from 1, and class numbers count from 0: give y - 1")
    _require_range(
        array, 0, classes - 1, f"y must hold class numbers 0..{classes - 1} for {counted(classes, 'output')}"
    )
    return array.astype(np.int64)


def _require_range(array: Array, low: float, high: float, rule: str) -> None:
    wrong = (array < low) | (array > high)
    if wrong.any():
        row = int(np.argwhere(wrong)[0][0])
        raise DataError(f"{rule}, got {array[wrong][0]} in row {row}")


def _require_probabilities(array: Array, loss: str) -> None:
    wrong = (array < 0).any(axis=-1) | (abs(array.sum(axis=-1) - 1) > 1e-3)
    if wrong.any():
        row = int(np.argwhere(wrong)[0][0])
        raise DataError(
            f"{loss} needs rows of probabilities, from 0 to 1 and together 1, got {array[row]} in row {row}"
        )


def require_two_classes(y: Array, loss: Loss) -> None:
    """Raise DataError where a classifier would be shown one class only, and so learn to answer it always."""
    are_numbers = _is_column(y) or y.dtype == np.int64
    counts_classes = isinstance(loss, CategoricalCrossEntropy | BinaryCrossEntropy) and are_numbers
    if counts_classes and (y == np.floor(y.flat[0])).all():
        samples = f"all {len(y)} samples are" if len(y) > 1 else "the only sample is"
        raise DataError(f"{samples} of class {int(y.flat[0])}; a classifier needs samples of at least two classes")


def sample_weights(
    sample_weight: Any, class_weight: Mapping[int, float] | None, labels: Array, dtype: str, classes: int = 2
) -> Array | None:
    """One weight for each sample, from the user's own and from those of the classes; None where there are none."""
    if sample_weight is None and class_weight is None:
        return None
    n = len(labels)
    weights = np.ones(n) if sample_weight is None else as_numbers(sample_weight, "sample_weight").reshape(-1)
    if len(weights) != n:
        raise DataError(
            f"sample_weight has {counted(len(weights), 'number')} for {counted(n, 'sample')}; give one for each"
        )
    if (weights < 0).any():
        raise DataError(f"sample_weight must not be negative, got {weights.min()} in row {int(weights.argmin())}")
    if class_weight is not None:
        weights = weights * _class_weights(class_weight, labels, classes)
    if not weights.any():
        raise DataError("every sample has the weight 0, so there is nothing to learn from")
    return np.asarray(weights, dtype=dtype)


def _class_weights(given: Mapping[int, float], labels: Array, classes: int) -> Array:
    """The weight of each sample's class; 1 for a class that has none."""
    if not _is_column(labels) or (labels != np.floor(labels)).any():
        raise DataError("class_weight needs one class for each sample; otherwise give each its own by sample_weight")
    fits = isinstance(given, Mapping) and all(label in range(classes) for label in given)
    require(fits, f"class_weight must be a weight by class, such as {{0: 1.0, {classes - 1}: 2.0}}, got {given!r}")
    for label, weight in given.items():
        require_number(weight, f"the weight of class {label}", 0)
    return np.array([given.get(label, 1.0) for label in range(classes)])[labels.reshape(len(labels)).astype(np.int64)]
