"""Targets: what a user gives as y, checked and brought to the form that the loss compares predictions with."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.data.checks import as_numbers
from glassnet.ir.errors import DataError
from glassnet.ir.graph import Var
from glassnet.ir.types import BATCH, Array
from glassnet.layers.losses import BinaryCrossEntropy, CategoricalCrossEntropy, CustomLoss, Loss


def prepare_targets(y: Any, output: Var, loss: Loss, dtype: str) -> Array:
    """Class numbers as int64 (n,) for cross-entropy over classes; everything else in the shape of the predictions.

    Raises:
        DataError: text, fractions or numbers out of range where class numbers belong, or a shape that does not fit.
    """
    array = as_numbers(y, "y")
    shape = tuple(int(dim) for dim in output.shape[1:] if dim is not BATCH)  # type: ignore[arg-type]
    classes = shape[-1] if shape else 1
    if isinstance(loss, CategoricalCrossEntropy | CustomLoss) and _is_column(array) and classes > 1:
        return _class_numbers(array.reshape(len(array)), classes)
    if array.shape[1:] != shape and array[:1].size == int(np.prod(shape)):
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
    return np.asarray(array, dtype=dtype)


def _is_column(array: Array) -> bool:
    return array.ndim == 1 or (array.ndim == 2 and array.shape[1] == 1)


def _class_numbers(array: Array, classes: int) -> Array:
    if array.dtype.kind == "f" and (array != np.floor(array)).any():
        row = int(np.argmax(array != np.floor(array)))
        raise DataError(f"y must hold class numbers 0..{classes - 1}, got {array[row]} in row {row}")
    _require_range(array, 0, classes - 1, f"y must hold class numbers 0..{classes - 1} for {classes} outputs")
    return array.astype(np.int64)


def _require_range(array: Array, low: int, high: int, rule: str) -> None:
    wrong = (array < low) | (array > high)
    if wrong.any():
        row = int(np.argwhere(wrong)[0][0])
        raise DataError(f"{rule}, got {array[wrong][0]} in row {row}")


def sample_weights(
    sample_weight: Any, class_weight: dict[int, float] | None, labels: Array, dtype: str
) -> Array | None:
    """One weight for each sample, from the user's own and from those of the classes; None where there are none."""
    if sample_weight is None and class_weight is None:
        return None
    n = len(labels)
    weights = np.ones(n) if sample_weight is None else as_numbers(sample_weight, "sample_weight").reshape(-1)
    if len(weights) != n:
        raise DataError(f"sample_weight has {len(weights)} numbers for {n} samples; give one for each")
    if (weights < 0).any():
        raise DataError(f"sample_weight must not be negative, got {weights.min()} in row {int(weights.argmin())}")
    if class_weight is not None:
        if labels.ndim > 1 and labels.shape[1] > 1:
            raise DataError(
                "class_weight needs one class for each sample; for several labels a sample use sample_weight"
            )
        weights = weights * np.vectorize(lambda label: class_weight.get(int(label), 1.0))(labels.reshape(n))
    return np.asarray(weights, dtype=dtype)
