"""The history's metrics are those of all the epoch's predictions, as evaluate gives them where nothing changes."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.train.metrics import metrics_by_name
from glassnet.train.tally import Tally
from tests.train import job

R = np.random.default_rng(5)
X = R.normal(size=(103, 4))
TARGETS = {
    "values": (X @ [[1.0], [2], [3], [-1]] + 1e6, gn.Dense(1)),
    "several values": (X @ R.normal(size=(4, 3)), gn.Dense(3)),
    "classes": ((X[:, 0] > 0).astype(int) + (X[:, 1] > 0), gn.Dense(3, "softmax")),
    "probabilities": (np.eye(3)[R.integers(0, 3, 103)], gn.Dense(3, "softmax")),
    "yes or no": ((X[:, 0] > 0).astype(int), gn.Dense(1, "sigmoid")),
    "yes or no each": ((X[:, :2] > 0).astype(float), gn.Dense(2, "sigmoid")),
}


def median_error(y: np.ndarray, prediction: np.ndarray) -> float:
    return float(np.median(abs(y.reshape(len(y), -1) - prediction).max(axis=-1)))


def pairs_in_order(y: np.ndarray, prediction: np.ndarray) -> np.float32:
    """The area under the ROC curve: undefined for a batch of one class."""
    high, low = prediction[y.ravel() == 1], prediction[y.ravel() == 0]
    if not len(high) or not len(low):
        raise ZeroDivisionError
    return np.float32((high[:, None] > low).mean())


CLASSES: list[Any] = ["accuracy", "precision", "recall", "f1", median_error]
METRICS: dict[str, list[Any]] = {
    "values": ["r2", "mae", median_error],
    "several values": ["mae", "r2", median_error],
    "classes": [*CLASSES[:-1], "top_2"],
    "probabilities": [*CLASSES[:-1], "top_2"],
    "yes or no": [*CLASSES, pairs_in_order],
    "yes or no each": CLASSES,
}


@pytest.mark.parametrize("size", [1, 8, 103])
@pytest.mark.parametrize("kind", METRICS)
def test_as_evaluate_gives_them(kind: str, size: int) -> None:
    y, last = TARGETS[kind]
    net = gn.Network(4, last, dtype="float64", seed=2)
    still = {"optimizer": gn.SGD(1e-300), "batch_size": size, "sample_weight": R.random(103)}
    if kind == "yes or no each":
        del still["sample_weight"]
    history = net.fit(X, y, epochs=1, metrics=METRICS[kind], **still)
    expected = net.evaluate(X, y, metrics=METRICS[kind], sample_weight=still.get("sample_weight"))
    assert list(history) == [*expected, "seconds"]
    for name, value in expected.items():
        assert history[name][0] == pytest.approx(value, rel=1e-9, abs=1e-12), name


def test_with_a_penalty_and_from_a_stream() -> None:
    net = gn.Network(4, gn.Dense(2, weights_penalty=gn.Penalty(l2=0.1)), gn.Dense(1), dtype="float64")
    y = TARGETS["values"][0]
    batches = [(X[i : i + 10], y[i : i + 10]) for i in range(0, 103, 10)]
    history = net.fit(batches, epochs=2, optimizer=gn.SGD(1e-300), metrics=["r2", median_error])
    expected = net.evaluate(X, y, metrics=["r2", median_error])
    assert list(history) == [*expected, "seconds"]
    for name, value in expected.items():
        assert history[name] == pytest.approx([value, value], rel=1e-9), name


@pytest.mark.parametrize("step", range(1, 13))
def test_resumed_in_the_middle_of_an_epoch(step: int, tmp_path: Path) -> None:
    class Crash(gn.Callback):
        def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
            if training.position["step"] == step:
                raise ZeroDivisionError

    y, last = TARGETS["yes or no"]

    def fit(*callbacks: gn.Callback, resume: Path | None = None) -> dict[str, list[float]]:
        net = gn.Network(4, last)
        settings: dict[str, Any] = {"epochs": 3, "batch_size": 27, "metrics": ["f1", "accuracy", median_error]}
        return dict(net.fit(X, y, callbacks=callbacks, resume=resume, **settings))

    whole = fit()
    with pytest.raises(ZeroDivisionError):
        fit(gn.Checkpoint(tmp_path, every_steps=1), Crash())
    resumed = fit(gn.Checkpoint(tmp_path, every_steps=1), resume=tmp_path)
    assert list(resumed) == list(whole)
    assert {**resumed, "seconds": 0} == {**whole, "seconds": 0}


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


def named(name: str) -> Any:
    def metric(y: np.ndarray, prediction: np.ndarray) -> float:
        return 0.0

    metric.__name__ = name
    return metric


def equal_to_all(name: str) -> Any:
    class Equal:
        __hash__ = object.__hash__

        def __eq__(self, other: object) -> bool:
            return True

        def __call__(self, y: np.ndarray, prediction: np.ndarray) -> float:
            return 0.0

    found: Any = Equal()
    found.__name__ = name
    return found


def test_ours_may_be_given_as_functions_and_twice() -> None:
    net = gn.Network(4, gn.Dense(1))
    measured = net.evaluate(X, X[:, 0], metrics=["mae", gn.metrics.mae, "MAE", gn.metrics.r2])
    assert list(measured) == ["loss", "mae", "r2"]


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ([lambda y, p: 1.0, lambda y, p: 2.0], "two metrics are named '<lambda>'; give each a name of its own"),
        ([partial(median_error), partial(median_error)], "two metrics are named 'partial'"),
        ([median_error, named("median_error")], "two metrics are named 'median_error'"),
        (["mae", named("mae")], "a metric of your own cannot be named 'mae', by which a history means Glassnet's"),
        ([named("accuracy")], r"cannot be named 'accuracy', .*; rename the function, or give metrics=\['accuracy'\]"),
        ([named("f1"), "accuracy"], "a metric of your own cannot be named 'f1'"),
        ([named("r2")], "a metric of your own cannot be named 'r2'"),
        ([named("top_3")], "a metric of your own cannot be named 'top_3'"),
        ([equal_to_all("precision")], "a metric of your own cannot be named 'precision'"),
        (["top_0"], "there is no metric 'top_0'"),
        ([named("loss")], "a metric cannot be named 'loss', which the history needs"),
        ([named("seconds")], "a metric cannot be named 'seconds'"),
        ([named("penalty")], "a metric cannot be named 'penalty'"),
        ([named("validation_loss")], "a metric cannot be named 'validation_loss'"),
        ([lambda y, p: p], r"the metric '<lambda>' must return one number, got an array of shape"),
        ([lambda y, p: None], r"the metric '<lambda>' must return one number, got None"),
        ([lambda y, p: "good"], r"the metric '<lambda>' must return one number, got 'good'"),
        (["f1"], "y has no class numbers"),
        ("mae", r"metrics must be a list, got 'mae'; write \['mae'\]"),
    ],
)
def test_metrics_that_say_nothing_clear(metrics: Any, said: str) -> None:
    net = gn.Network(4, gn.Dense(1))
    y = X[:, 0]
    with pytest.raises(gn.GlassnetError, match=said):
        net.evaluate(X, y, metrics=metrics)
    with pytest.raises(gn.GlassnetError, match=said):
        net.fit(X, y, epochs=1, metrics=metrics)


def test_what_makes_no_sense_is_said_before_the_first_step() -> None:
    net = job.network()
    before = net.arrays()
    with pytest.raises(gn.GlassnetError, match="for classes use 'accuracy'"):
        net.fit(job.X, job.Y, metrics=["r2"])
    job.assert_same(net.arrays(), before)


def test_the_same_metric_twice_is_one() -> None:
    history = gn.Network(4, gn.Dense(1)).fit(X, X[:, 0], epochs=1, metrics=["mae", gn.metrics.mae, "r2"])
    assert list(history) == ["loss", "mae", "r2", "seconds"]


def test_class_numbers_are_counted_whatever_the_last_activation_is() -> None:
    net = gn.Network(4, gn.Dense(6, "softplus"), gn.Dense(3, "softplus"))
    history = net.fit(job.X, job.Y, epochs=1, loss="categorical cross-entropy")
    assert list(history) == ["loss", "accuracy", "seconds"]


@pytest.mark.parametrize("shape", [(37, 1), (37, 5), (37, 3, 4)])
@pytest.mark.parametrize("sizes", [[8, 8, 8, 8, 5], [37], [16, 16, 5], [1] * 37])
def test_several_batches_at_once_are_tallied_as_one_by_one(shape: tuple[int, ...], sizes: list[int]) -> None:
    """To the same bits."""
    values, outputs = R.normal(size=shape), R.random(shape).astype("float32")
    labels = R.integers(0, max(2, shape[-1]), shape[:-1])
    for names, y in ((["mae"], values), (["accuracy", "top_1"] if shape[-1] > 1 else ["accuracy"], labels)):
        at_once, one_by_one = (Tally(metrics_by_name(names)) for _ in range(2))
        last: dict[str, float] = {}
        for batch in np.split(np.arange(37), np.cumsum(sizes)[:-1]):
            last = one_by_one.add({}, y[batch], outputs[batch])
        assert at_once.add_steps(np.array(sizes), {}, y, outputs) == last
        assert at_once.row() == one_by_one.row()
