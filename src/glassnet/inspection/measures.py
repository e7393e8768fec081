"""The metrics as variables, so that they are explained like all else: accuracy = (1 + 0 + 1) / 3.

Each is what :mod:`glassnet.train.metrics` computes, over the samples of one explanation.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glassnet import ops
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var, operand, source
from glassnet.ir.types import BATCH, Array
from glassnet.model.answer import Answer
from glassnet.readings.evaluate import evaluate
from glassnet.train.metrics import Metric, accuracy, answers, mae, metric_called

Values = dict[str, Array]
MOST_CLASSES = 20
"""Of which it is counted how often each was taken for each other."""


def metric_name(name: str) -> str:
    """The name that a metric is explained by: "F1" is f1, "top-3" top_3; empty for what is no metric.

    >>> metric_name("F1"), metric_name("top-3"), metric_name("w1")
    ('f1', 'top_3', '')
    """
    found = metric_called(name)
    return found[0] if found else ""


def measures(kind: Answer, prediction: Var, values: Mapping[str, Array], k: int) -> tuple[dict[str, Var], Values]:
    """(the metrics that such targets have, by name; the numbers that they need besides).

    Args:
        prediction: the outputs, of samples "x" whose targets are "y" among the values.
        k: of top_k.
    """
    outputs = evaluate(Graph({"prediction": prediction}), values)["prediction"]
    labels = kind.labels(values["y"])
    own = {"class": labels.astype(np.float64), "answer": answers(outputs).astype(np.float64)}
    given: Values = {**values, **own}
    targets = source("input", "y", prediction.shape, prediction.dtype)
    found = _of_values(prediction, targets, labels) if _measures(mae, labels, outputs) else {}
    if _measures(accuracy, labels, outputs):
        if labels.shape == outputs.shape and labels.shape[1:] not in ((), (1,)):
            found |= _of_questions(prediction, targets, given)
        else:
            given["class"] = own["class"].reshape(given["answer"].shape)
            found |= _of_classes(prediction, given, k)
    return found, {name: given[name] for name in own}


def _measures(one: Metric, labels: Array, outputs: Array) -> bool:
    try:
        one(labels, outputs)
    except GlassnetError:
        return False
    return True


def _of_values(prediction: Var, targets: Var, labels: Array) -> dict[str, Var]:
    true, given = (ops.cast(var, dtype="float64") for var in (targets, prediction))
    found = {"mae": _named("mae", ops.mean(_named("absolute error", ops.absolute(true - given))))}
    error = _named("sum of squared errors", ops.sum((true - given) ** 2))
    middle = _named("mean of the targets", ops.mean(true, 0))
    if np.ptp(labels, axis=0).any():
        around = _named("sum of squares about the mean", ops.sum((true - middle) ** 2))
        return {**found, "r2": _named("r2", 1 - error / around)}
    return {**found, "r2": _named("r2", ops.equal(error, 0.0))}


def _of_questions(prediction: Var, targets: Var, values: Values) -> dict[str, Var]:
    """The metrics of outputs that are each a yes or no."""
    answered = _named("answer", ops.greater(prediction, 0.5))
    true = ops.greater(targets, 0.5)
    found = {"accuracy": _accuracy(ops.equal(answered, true))}
    return found | _shares(ops.cast(answered, dtype="float64"), ops.cast(true, dtype="float64"), values)


def _of_classes(prediction: Var, values: Values, k: int) -> dict[str, Var]:
    """The metrics of one class of many, or of one yes or no: for each sample, or for each step of sequences."""
    *rows, size = prediction.shape
    labels, outputs = (source("input", name, tuple(rows), "float64") for name in ("class", "answer"))
    assert isinstance(size, int)
    if size == 1:
        column = ops.reshape(prediction, shape=tuple(rows))
        outputs = _named("answer", ops.cast(ops.greater(column, 0.5), dtype="float64"))
    found = {"accuracy": _accuracy(ops.equal(outputs, labels))}
    highest = int(values["class"].max())
    if highest < MOST_CLASSES and len(rows) == 1:
        found["confusion"] = _confusion(labels, outputs, max(2, size, highest + 1))
    if highest < size:
        of_class = ops.one_hot(ops.cast(labels, dtype="int64"), size=size, dtype=prediction.dtype)
        of_truth = _named("output of the class", ops.sum(of_class * prediction, -1, keepdims=True))
        larger = _named("larger outputs", ops.sum(ops.greater(prediction, of_truth), -1))
        found[f"top_{k}"] = _named(f"top_{k}", ops.mean(_named(f"among the top {k}", ops.greater(float(k), larger))))
    classes = np.arange(size <= 2, max(2, size, highest + 1), dtype=np.float64)
    each = [
        ops.equal(ops.reshape(var, shape=(*rows, 1)), operand(classes[None], "float64")) for var in (outputs, labels)
    ]
    return found | _shares(each[0], each[1], values)


def _confusion(labels: Var, answered: Var, classes: int) -> Var:
    """How often each class was answered as each: a row for each true class."""
    each = operand(np.arange(classes, dtype=np.float64)[None], "float64")
    true, given = (
        ops.cast(ops.equal(ops.reshape(v, shape=(BATCH, 1)), each), dtype="float64") for v in (labels, answered)
    )
    return _named("confusion", ops.transpose(true) @ given)


def _accuracy(right: Var) -> Var:
    return _named("accuracy", ops.mean(_named("right", right)))


def _shares(answered: Var, true: Var, values: Values) -> dict[str, Var]:
    """Precision, recall and F1 of 1 for each sample that was answered as a class, or that is of it, else 0."""
    rows = tuple(range(len(true.shape) - 1))
    hits = _named("hits", ops.sum(answered * true, rows))
    as_class, of_class = _named("answered", ops.sum(answered, rows)), _named("members", ops.sum(true, rows))
    return {
        "precision": _mean_share("precision", hits, as_class, values),
        "recall": _mean_share("recall", hits, of_class, values),
        "f1": _mean_share("f1", 2 * hits, as_class + of_class, values),
    }


def _mean_share(name: str, part: Var, whole: Var, values: Values) -> Var:
    """The mean over classes of part / whole, 0 for a class without any: its part is 0, too."""
    some = evaluate(Graph({"whole": whole}), values)["whole"].all()
    shares = part / (whole if some else ops.maximum(whole, 1.0))
    if whole.shape == (1,):
        return _named(name, ops.reshape(shares, shape=()))
    return _named(name, ops.mean(_named(name, shares)))


def _named(name: str, var: Var) -> Var:
    return ops.named(var, name=name)
