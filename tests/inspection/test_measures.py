"""Explained metrics: each is the number that its function gives, as counts and sums; and the parts of the loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.train.metrics import METRICS, metric
from tests.inspection.test_explanations import check_names
from tests.readings.explain.reader import check_tree

TASKS: dict[str, tuple[gn.Dense, Any]] = {
    "one class of many": (gn.Dense(4, "softmax"), [0, 3, 1, 1, 2]),
    "classes as rows": (gn.Dense(3, "softmax"), np.eye(3)[[0, 2, 2, 1, 2]]),
    "a class without samples": (gn.Dense(5, "softmax"), [0, 3, 1, 1, 0]),
    "one of two": (gn.Dense(2, "softmax"), [0, 1, 1, 0, 0]),
    "ties": (gn.Dense(3, "softmax", weights="zeros"), [0, 1, 2, 0, 1]),
    "yes or no": (gn.Dense(1, "sigmoid"), [0, 1, 1, 0, 1]),
    "never yes": (gn.Dense(1, "sigmoid", weights="zeros", biases=[-3.0]), [0, 1, 1, 0, 1]),
    "several questions": (gn.Dense(3, "sigmoid"), [[0, 1, 1], [0, 0, 1], [1, 1, 1], [0, 0, 0], [1, 0, 0]]),
    "a value": (gn.Dense(1), [0.5, -1.25, 2.0, 0.0, 1.5]),
    "values": (gn.Dense(2), [[0.5, -1], [2, 0.25], [1, 1], [0, -3], [1.5, 2]]),
    "equal values": (gn.Dense(1, weights="zeros"), [0.0] * 5),
}


def why_not(ask: Callable[[], object]) -> str:
    """The message of what cannot be measured; empty for what can."""
    try:
        ask()
    except gn.GlassnetError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("task", TASKS)
def test_every_metric_is_explained(task: str, dtype: str) -> None:
    last, y = TASKS[task]
    x = np.random.default_rng(3).normal(size=(5, 3))
    net = gn.Network(3, gn.Dense(3, "tanh"), last, dtype=dtype, seed=2)
    explanation, labels, explained = net.explain(x, y), net.answer.labels(np.asarray(y, float)), 0
    for name in (*METRICS, "top_2", "top_3"):
        if said := why_not(lambda name=name: net.evaluate(x, y, metrics=[name])):
            assert why_not(lambda name=name: explanation[name]) == said
            continue
        value = net.evaluate(x, y, metrics=[name])[name]
        assert value == metric(name)[1](
            labels.astype(int) if labels.ndim == 1 and net.is_classifier else labels, net(x)
        )
        one, explained = explanation[name], explained + 1
        assert one.value == pytest.approx(value, rel=1e-12)
        assert one.name == name
        check_tree(one, 4)
        check_names(explanation, one, 4)
    assert explained >= 2


def test_accuracy_is_a_share_of_samples() -> None:
    net = gn.Network(1, gn.Dense(2, "softmax", weights=[[1.0, -1.0]], name="p"), dtype="float64")
    explanation = net.explain([[1.0], [2.0], [-1.0]], [0, 1, 1])
    assert explanation["accuracy"].tree().text == "\n".join(
        [
            "accuracy = (1 + 0 + 1) / 3 ≈ 0.6667",
            "  right⁽¹⁾ = 1, since 0 = 0",
            "  right⁽²⁾ = 0, since 0 ≠ 1",
            "  right⁽³⁾ = 1, since 1 = 1",
        ]
    )
    assert explanation["F1"].text == "f1 = (2)(1) / (1 + 2) ≈ 0.6667"
    assert explanation["hits"].text == "hits = (0 == 1)(0 == 1) + (0 == 1)(1 == 1) + (1 == 1)(1 == 1) = 1"
    assert (explanation["answer^(2)"].value, explanation["class^(2)"].value) == (0, 1)
    assert explanation["top-1"].text == "top_1 = (1 + 0 + 1) / 3 ≈ 0.6667"
    assert explanation["larger outputs^(2)"].text.startswith("larger outputs⁽²⁾ = 1, since 0.982 > 0.01799 and ")


def test_a_metric_that_does_not_fit_says_why() -> None:
    explanation = gn.lecture("1-3-3-1").explain([0.5], 0.25)
    with pytest.raises(gn.GlassnetError, match="which accuracy and its like count; use 'mae' or 'r2'"):
        explanation["accuracy"]
    with pytest.raises(gn.GlassnetError, match="there is no number 'mae'"):
        gn.lecture("1-3-3-1").explain([0.5])["mae"]


@pytest.mark.parametrize("name", ["top_0", "", "new", "δ", "∂/∂", "loss^(9)", "learning rate"])
def test_what_there_is_not_is_said_with_what_there_is(name: str) -> None:
    explanation = gn.Network(2, gn.Dense(2, "softmax", name="q")).explain([[1, 2], [2, 3]], [0, 1])
    with pytest.raises(gn.GlassnetError, match=r"there is no number .* There are: loss, loss⁽¹⁾, loss⁽²⁾, q1⁽¹⁾"):
        explanation[name]


def test_each_penalty_and_the_loss_without_them() -> None:
    penalties = gn.Penalty(l2=0.5), gn.Penalty(l1=0.25)
    first = gn.Dense(1, name="w", weights=[[2.0]], weights_penalty=penalties[0])
    last = gn.Dense(1, name="z", weights=[[-3.0]], weights_penalty=penalties[1])
    net = gn.Network(1, first, last, dtype="float64")
    explanation = net.explain([[1.0], [2.0]], [0.0, 0.0], optimizer="sgd")
    assert explanation.loss.tree(2).text == "\n".join(
        [
            "loss = 90 + 2.75 = 92.75",
            "  loss without penalty = (36 + 144) / 2 = 90",
            "    loss⁽¹⁾ = (-6 - 0)^2 = 36",
            "    loss⁽²⁾ = (-12 - 0)^2 = 144",
            "  penalty = 2 + 0.75 = 2.75",
            "    w.weights.penalty = (0.5)(4) = 2",
            "    z.weights.penalty = (0.25)(3) = 0.75",
        ]
    )
    for name in ("loss", "penalty", "loss without penalty", "w.weights.penalty", "loss⁽²⁾"):
        assert explanation[name].value == explanation.training[name].value
    check_names(explanation, explanation.loss, 3)
    alone = gn.Network(1, first, dtype="float64").explain([1.0], 5.0)
    assert alone["penalty"].text == "penalty = w.weights.penalty = 2"
    assert alone["loss without penalty"].text == "loss without penalty = (2 - 5)^2 = 9"
    with pytest.raises(gn.GlassnetError, match="there is no number 'penalty'"):
        gn.lecture("1-3-3-1").explain([0.5], 0.25)["penalty"]


@pytest.mark.parametrize("classes", [2, 3])
def test_each_number_of_the_confusion_matrix(classes: int) -> None:
    x, y = gn.data.blobs(samples=10, classes=classes)
    last = gn.Dense(1, "sigmoid") if classes == 2 else gn.Dense(classes, "softmax")
    net = gn.Network(2, last)
    explained, matrix = net.explain(x, y), gn.metrics.confusion_matrix(y, net(x), classes)
    for (i, j), count in np.ndenumerate(matrix):
        explanation = explained[f"confusion[{i}, {j}]"]
        assert explanation.value == count
        check_tree(explanation)


def test_of_a_metric_of_ones_own_is_said_why_it_is_not_explained() -> None:
    def within(y: Any, prediction: Any) -> float:
        return float(np.mean(np.abs(y - prediction) < 0.25))

    def measured_since(y: Any, prediction: Any) -> float:
        return 0.0

    x, y = [[0.0], [1.0]], [[0.0], [1.0]]
    net = gn.Network(1, gn.Dense(1), dtype="float64", seed=1)
    net.fit(x, y, epochs=1, metrics=[within, "mae"], validation=(x, y))
    explanation = net.explain(x, y)
    own: tuple[Any, ...] = ("within", within, measured_since)
    for asked in own:
        said = why_not(lambda asked=asked: explanation[asked])
        assert "is a function of your own, which computes outside of the network's graph" in said
    assert "metrics=[within]) gives its value" in why_not(lambda: explanation["within"])
    assert "of the validation samples: net.explain(x, y)['mae']" in why_not(lambda: explanation["validation_mae"])
    assert "there is no number 'seconds'" in why_not(lambda: explanation["seconds"])
    assert "asked for by its name" in why_not(lambda: explanation[3])  # type: ignore[index]
    assert explanation[gn.metrics.mae].value == net.evaluate(x, y, metrics=["mae"])["mae"]


def test_a_neuron_may_be_called_as_a_metric_of_ones_own() -> None:
    def within(y: Any, prediction: Any) -> float:
        return 0.0

    net = gn.Network(1, gn.Dense(1, name="within"), dtype="float64", seed=1)
    net.fit([[0.0], [1.0]], [[0.0], [1.0]], epochs=1, metrics=[within])
    assert net.explain([[1.0]])["within"].value == net([[1.0]]).item()
