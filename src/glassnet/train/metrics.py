"""Metrics: what people read off a trained network. Each is ``metric(y, prediction)`` with the network's outputs.

``y`` holds class numbers (n,), rows of 0/1 for labels that do not exclude each other (n, k), or values; ``prediction``
the network's outputs (n, k). Of sequences they are (n, steps) and (n, steps, k), and each step counts as a sample does.

>>> import glassnet as gn
>>> x, y = gn.data.vertical()
>>> net = gn.Network(2, gn.Dense(3, "softmax", weights=[[-1, 0, 1], [0, 0, 0]], biases=[0.5, 0.2, -0.5]))
>>> {name: round(value, 2) for name, value in net.evaluate(x, y, metrics=["accuracy", "top_2", "f1"]).items()}
{'loss': 0.92, 'accuracy': 0.66, 'top_2': 0.98, 'f1': 0.64}
>>> gn.metrics.confusion_matrix(y, net(x))
array([[100,   0,   0],
       [ 39,  61,   0],
       [  0,  64,  36]])
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from glassnet.ir.elsewhere import face, loss_named, unknown_name
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.words import canonical

__all__ = [
    "accuracy",
    "answers",
    "confusion_matrix",
    "f1",
    "mae",
    "precision",
    "r2",
    "recall",
    "top_k",
]
__getattr__, __dir__ = face("metrics", __all__)

Metric = Callable[[Array, Array], float]


def answers(prediction: Array) -> Array:
    """Outputs (…, k) as labels (…): the largest of several outputs, or whether a single one is above one half.

    >>> answers(np.array([[0.2, 0.7, 0.1], [0.6, 0.1, 0.3]]))
    array([1, 0])
    >>> answers(np.array([[0.2], [0.7]]))
    array([0, 1])
    """
    if prediction.ndim > 1 and prediction.shape[-1] > 1:
        return np.asarray(prediction.argmax(axis=-1))
    return (prediction.reshape(_rows(prediction)) > 0.5).astype(np.int64)


def _rows(prediction: Array) -> tuple[int, ...]:
    """The shape of what there is one of for each row of outputs: (n,), or (n, steps) of sequences."""
    return prediction.shape[:-1] if prediction.ndim > 1 else prediction.shape


def _labels(y: Array, prediction: Array) -> tuple[Array, Array]:
    """(true, answered) labels, both class numbers or both rows of 0/1."""
    if y.ndim > 1 and y.shape == prediction.shape and y.shape[-1] > 1:
        return y > 0.5, prediction > 0.5
    return _classes(y, prediction), answers(prediction)


def _classes(y: Array, prediction: Array) -> Array:
    """Class numbers as int64, one for each row of outputs, or an error where there are none."""
    rows = _rows(prediction)
    if y.size != prod(rows) or (y < 0).any() or (y != np.floor(y)).any():
        raise GlassnetError("y has no class numbers 0, 1, …, which accuracy and its like count; use 'mae' or 'r2'")
    return y.reshape(rows).astype(np.int64)


def accuracy(y: Array, prediction: Array) -> float:
    """The share of labels that are right, between 0 and 1.

    >>> accuracy(np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]]))
    0.6666666666666666
    """
    return float(np.mean(_right(y, prediction)))


def _right(y: Array, prediction: Array) -> Array:
    true, answered = _labels(y, prediction)
    return np.asarray(true == answered)


@dataclass(frozen=True)
class _TopK:
    k: int

    @property
    def __name__(self) -> str:
        return f"top_{self.k}"

    def __call__(self, y: Array, prediction: Array) -> float:
        return float(np.mean(self.right(y, prediction)))

    def right(self, y: Array, prediction: Array) -> Array:
        true, classes = _classes(y, prediction), prediction.shape[-1]
        if true.max() >= classes:
            raise GlassnetError(
                f"{self.__name__} needs one output for each class, got {classes} for classes 0..{true.max()}"
            )
        of_truth = np.take_along_axis(prediction, true[..., None], axis=-1)
        return np.asarray((prediction > of_truth).sum(axis=-1) < self.k)


def top_k(k: int) -> Metric:
    """The share of samples whose class is among the k largest outputs.

    >>> top_k(2)(np.array([2]), np.array([[0.5, 0.1, 0.4]]))
    1.0
    """
    return _TopK(k)


def confusion_matrix(y: Array, prediction: Array, classes: int | None = None) -> Array:
    """How often class i (row) was answered as class j (column): an int64 array (classes, classes).

    >>> confusion_matrix(np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]]))
    array([[1, 0],
           [1, 1]])
    """
    true, answered = _classes(y, prediction).ravel(), answers(prediction).ravel()
    classes = classes or max(2, prediction.shape[-1], int(true.max()) + 1)
    return np.bincount(true * classes + answered, minlength=classes**2).reshape(classes, classes)


def _counts(y: Array, prediction: Array) -> tuple[Array, Array, Array]:
    """(right, answered, true) for each class: for two classes, or rows of 0/1, the positive ones only."""
    if y.ndim > 1 and y.shape == prediction.shape and y.shape[-1] > 1:
        true, answered = (labels.reshape(-1, y.shape[-1]) for labels in _labels(y, prediction))
        return (true & answered).sum(axis=0), answered.sum(axis=0), true.sum(axis=0)
    matrix = confusion_matrix(y, prediction)
    counts = np.diag(matrix), matrix.sum(axis=0), matrix.sum(axis=1)
    return counts if prediction.shape[-1] > 2 else (counts[0][1:], counts[1][1:], counts[2][1:])


def _mean_share(part: Array, whole: Array) -> float:
    """The mean over classes of part / whole, a class without any counting as 0."""
    return float(np.mean(np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)))


def precision(y: Array, prediction: Array) -> float:
    """Of those answered as a class, the share that is; the plain mean over classes ("macro") when there are several.

    A class that is never answered counts as 0.

    >>> y, prediction = np.array([0, 1, 1, 1]), np.array([[0.2], [0.9], [0.7], [0.1]])  # answered: 0, 1, 1, 0
    >>> round(precision(y, prediction), 3)
    1.0
    """
    right, answered, _ = _counts(y, prediction)
    return _mean_share(right, answered)


def recall(y: Array, prediction: Array) -> float:
    """Of those of a class, the share that was answered so; the plain mean over classes ("macro") when several.

    A class that never occurs counts as 0.

    >>> y, prediction = np.array([0, 1, 1, 1]), np.array([[0.2], [0.9], [0.7], [0.1]])  # answered: 0, 1, 1, 0
    >>> round(recall(y, prediction), 3)
    0.667
    """
    right, _, true = _counts(y, prediction)
    return _mean_share(right, true)


def f1(y: Array, prediction: Array) -> float:
    """The harmonic mean of precision and recall; the plain mean over classes ("macro") when there are several.

    2 · right / (answered + true), which is the same and never divides by 0 where one of them is not.

    >>> y, prediction = np.array([0, 1, 1, 1]), np.array([[0.2], [0.9], [0.7], [0.1]])  # answered: 0, 1, 1, 0
    >>> round(f1(y, prediction), 3)
    0.8
    """
    right, answered, true = _counts(y, prediction)
    return _mean_share(2 * right, answered + true)


def r2(y: Array, prediction: Array) -> float:
    """1 − (sum of squared errors) / (sum of squared distances from the mean): 1 is perfect, 0 is as good as the mean.

    >>> r2(np.array([1.0, 2.0, 3.0]), np.array([[1.0], [2.0], [2.0]]))
    0.5
    """
    true, given = _values(y, prediction)
    spread = float(((true - true.mean(axis=0)) ** 2).sum())
    error = float(((true - given) ** 2).sum())
    return 1 - error / spread if spread > 0 else float(error == 0)


def mae(y: Array, prediction: Array) -> float:
    """The mean absolute error.

    >>> mae(np.array([1.0, 2.0]), np.array([[1.5], [2.0]]))
    0.25
    """
    return float(np.mean(_distances(y, prediction)))


def _distances(y: Array, prediction: Array) -> Array:
    true, given = _values(y, prediction)
    return np.asarray(np.abs(true - given))


def _values(y: Array, prediction: Array) -> tuple[Array, Array]:
    """(true, predicted) values as float64 (n, k), or an error where they are not as many."""
    if y.size != prediction.size:
        raise GlassnetError(
            f"'mae' and 'r2' compare number by number, but y has the shape {y.shape} and the outputs "
            f"{prediction.shape}; for classes use 'accuracy'"
        )
    return y.reshape(len(y), -1).astype(np.float64), prediction.reshape(len(y), -1).astype(np.float64)


METRICS: dict[str, Metric] = {metric.__name__: metric for metric in (accuracy, precision, recall, f1, r2, mae)}
TOP = re.compile("top_?([1-9][0-9]*)")
"""The names of top-k accuracies, which are made as they are asked for."""


def metric(given: str | Metric) -> tuple[str, Metric]:
    """(name, function) of a metric by name (also "top_3") or a function of the user's own.

    Raises:
        GlassnetError: there is no metric of that name; the message has the nearest.

    >>> metric("top-3")[0]
    'top_3'
    >>> metric(accuracy)[0]
    'accuracy'
    """
    if callable(given):
        return getattr(given, "__name__", type(given).__name__), given
    if not isinstance(given, str):
        raise GlassnetError(f"a metric is a name or a function of (y, prediction), got {given!r}")
    if (found := metric_called(given)) is not None:
        return found
    if (loss := loss_named(given)) is not None:
        raise GlassnetError(f'{given!r} is a loss, not a metric: fit(x, y, loss={loss!r}) measures it as "loss"')
    raise GlassnetError(unknown_name("metric", given, [*METRICS, "top_3"]))


def metric_called(given: str) -> tuple[str, Metric] | None:
    """(name, function) of the metric of ours of that name; None for other names.

    >>> metric_called("w1") is None
    True
    """
    name = canonical(given)
    if top := TOP.fullmatch(name):
        return f"top_{top[1]}", top_k(int(top[1]))
    return (name, METRICS[name]) if name in METRICS else None


def require_measurable(metrics: Mapping[str, Metric], y: Array, output: Var) -> None:
    """Raise GlassnetError, before the first step, where a metric of ours makes no sense of such targets."""
    outputs = np.zeros((len(y), *(dim for dim in output.shape[1:] if isinstance(dim, int))))
    for given in metrics.values():
        if _is_ours(given):
            given(y, outputs)


def _is_ours(metric: Metric) -> bool:
    return isinstance(metric, _TopK) or any(metric is one for one in METRICS.values())


def is_mean(metric: Metric) -> bool:
    """Whether the metric is a mean over samples, so that it can be summed batch by batch.

    >>> is_mean(accuracy), is_mean(top_k(3)), is_mean(r2), is_mean(f1)
    (True, True, False, False)
    """
    return _averaged(metric) is not None


def _averaged(metric: Metric) -> Callable[[Array, Array], Array] | None:
    """What the metric is the mean of, for each sample; None of what is no mean over samples."""
    if isinstance(metric, _TopK):
        return metric.right
    return _right if metric is accuracy else _distances if metric is mae else None


def batch_means(metric: Metric, y: Array, prediction: Array, samples: Array) -> Array:
    """What a mean over samples is of each of several batches, all of one size but the last one.

    >>> batch_means(mae, np.array([1.0, 2.0, 3.0]), np.array([[1.5], [2.0], [2.0]]), np.array([2, 1]))
    array([0.25, 1.  ])
    """
    averaged = _averaged(metric)
    assert averaged is not None
    each = averaged(y, prediction).reshape(len(y), -1)
    whole = len(samples) - 1
    first, last = each[: whole * samples[0]], each[whole * samples[0] :]
    return np.append(first.reshape(whole, samples[0] * each.shape[1]).mean(axis=1), last.mean())


def measured(name: str, metric: Metric, y: Array, prediction: Array) -> float:
    """What a metric measures, as a number.

    Raises:
        GlassnetError: a metric of the user's gave something else.
    """
    value = metric(y, prediction)
    if np.ndim(value) or not isinstance(value, bool | int | float | np.generic | np.ndarray):
        got = f"an array of shape {np.shape(value)}" if np.ndim(value) else repr(value)
        raise GlassnetError(f"the metric {name!r} must return one number, got {got}")
    return float(value)


MEASURED_ANYWAY = ("loss", "penalty", "seconds", "samples", "epoch")


def metrics_by_name(given: Sequence[str | Metric]) -> dict[str, Metric]:
    """Metrics by the names that they have in the history.

    Raises:
        GlassnetError: two of them have one name, or one has a name that means something else in a history: that of
            another measurement, or of a metric of Glassnet's.

    >>> list(metrics_by_name(["accuracy", "top_3"]))
    ['accuracy', 'top_3']
    """
    require(not isinstance(given, str), f"metrics must be a list, got {given!r}; write [{given!r}]")
    found: dict[str, Metric] = {}
    for name, chosen in map(metric, given):
        taken = name in MEASURED_ANYWAY or name.startswith("validation_")
        require(not taken, f"a metric cannot be named {name!r}, which the history needs; rename the function")
        ours = name in METRICS or TOP.fullmatch(name)
        require(
            not ours or _is_ours(chosen),
            f"a metric of your own cannot be named {name!r}, by which a history means Glassnet's; rename the "
            f"function, or give metrics=[{name!r}]",
        )
        require(
            found.get(name, chosen) == chosen,
            f"two metrics are named {name!r}; give each a name of its own (def share(y, prediction): …), by which the "
            "history knows it",
        )
        found[name] = chosen
    return found
