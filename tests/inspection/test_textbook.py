"""Explanations say it as a textbook does: δ = p − t, …"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.inspection.explanations import NetworkExplanation
from tests.readings.explain.reader import check, check_tree

# ── δ = p − t ───────────────────────────────────────────────────────────────────────────────────────────────────────

YES = {"weights": [[0.5], [-1.0]], "name": "p"}
CLASSES = {"weights": [[1, -1, 0], [0.5, 0.3, 1]], "name": "q"}


def of(layer: gn.Layer, x: Any, y: Any, loss: gn.Loss | None = None) -> NetworkExplanation:
    return gn.Network(2, layer, dtype="float64").explain(x, y, loss=loss)


def test_delta_of_a_sigmoid_is_the_probability_less_the_target() -> None:
    explanation = of(gn.Dense(1, "sigmoid", **YES), [1.0, 0.5], 1)
    assert explanation["δp"].text == "δp = 0.5 - 1 = -0.5"
    assert [child.name for child in explanation["δp"].children] == ["sigmoid(p)"]
    assert of(gn.Dense(1, "sigmoid", **YES), [1.0, 0.5], 0)["δp"].text == "δp = 0.5 - 0 = 0.5"


def test_delta_is_divided_by_the_samples_and_by_the_outputs() -> None:
    batch = of(gn.Dense(1, "sigmoid", **YES), [[1.0, 0.5], [2.0, 1.0]], [1, 0])
    assert batch["δp^(1)"].text == "δp⁽¹⁾ = (1 / 2)(0.5 - 1) = -0.25"
    three = of(gn.Dense(3, "sigmoid", **CLASSES), [[1.0, -2.0], [2.0, 1.0]], [[1, 0, 1], [0, 0, 1]])
    assert three["δq1^(1)"].text == "δq1⁽¹⁾ = (1 / 2 / 3)(0.5 - 1) ≈ -0.08333"
    classes = of(gn.Dense(3, "softmax", **CLASSES), [[1.0, -2.0], [2.0, 1.0]], [1, 0])
    assert classes["δq2^(1)"].text == "δq2⁽¹⁾ = (1 / 2)(0.151 - 1) ≈ -0.4245"


def test_targets_that_are_probabilities_and_smoothed_ones() -> None:
    row = of(gn.Dense(3, "softmax", **CLASSES), [1.0, -2.0], [0.25, 0.75, 0.0])
    assert row["δq2"].text == "δq2 = 0.151 - 0.75 ≈ -0.599"
    smooth = gn.CategoricalCrossEntropy(label_smoothing=0.1)
    for y in (1, [0, 1, 0]):
        explanation = of(gn.Dense(3, "softmax", **CLASSES), [1.0, -2.0], y, smooth)
        assert explanation["δq2"].text == "δq2 = 0.15098 - 0.93333 ≈ -0.7824"
        assert "smoothed target_2" in [child.name for child in explanation["δq2"].children]
    smooth_yes = of(gn.Dense(1, "sigmoid", **YES), [1.0, 0.5], 1, gn.BinaryCrossEntropy(label_smoothing=0.1))
    assert smooth_yes["δp"].text == "δp = 0.5 - 0.95 = -0.45"
    assert smooth_yes["smoothed target"].text == "smoothed target = (1)(0.9) + 0.05 = 0.95"


def test_targets_that_do_not_sum_to_one_are_not_said_to() -> None:
    explanation = of(gn.Dense(3, "softmax", **CLASSES), [1.0, -2.0], [0.25, 0.7509, 0.0])
    assert explanation["δq2"].text == "δq2 = (0.15098)(1.0009) - 0.7509 ≈ -0.5998"


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
def test_delta_is_the_slope_of_the_loss(activation: str, smoothing: float) -> None:
    """By finite differences of the loss as it is evaluated."""
    kind = gn.BinaryCrossEntropy if activation == "sigmoid" else gn.CategoricalCrossEntropy
    loss, x, y = kind(label_smoothing=smoothing), np.array([[1.0, -2.0], [0.3, 0.2]]), [[0.2, 0.5, 0.3], [0, 1, 0]]
    net = gn.Network(2, gn.Dense(3, activation, **CLASSES), dtype="float64")
    explanation = net.explain(x, y, loss=loss)
    for unit in range(3):
        slopes = []
        for step in (1e-5, -1e-5):
            net.parameters["q.biases"] = np.eye(3)[unit] * step
            slopes.append(net.loss(x, y, loss))
        both = sum(float(explanation[f"δq{unit + 1}^({sample})"].value) for sample in (1, 2))
        assert both == pytest.approx((slopes[0] - slopes[1]) / 2e-5, abs=1e-8)
        check(explanation[f"δq{unit + 1}^(1)"])
        check_tree(explanation.gradient("q.weights", (1, unit)), depth=9)
