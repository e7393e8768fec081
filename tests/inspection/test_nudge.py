"""Gradients beside finite differences: every number of a network, moved a little both ways."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

import glassnet as gn
from glassnet.inspection.names import IN_TRAINING, with_place
from glassnet.ir.errors import GlassnetError
from glassnet.lessons.lecture import lecture
from glassnet.network import Network
from tests.readings.explain.reader import evaluate


def smooth(*layers: gn.Layer) -> Network:
    return Network(2, gn.Dense(3, "tanh", name="h"), *layers, seed=5, dtype="float64")


CASES = {
    "lecture": (lecture("2-4-3-1"), [0.4, -0.7], [1.0], "squared error"),
    "relu": (Network(2, gn.Dense(4, "relu"), gn.Dense(1), seed=2, dtype="float64"), [0.4, -0.7], [1.0], "huber"),
    "two outputs": (smooth(gn.Dense(2)), [0.4, -0.7], [1.0, 0.0], "log cosh"),
    "sigmoid": (smooth(gn.Dense(1, "sigmoid")), [0.4, -0.7], [1.0], "binary cross-entropy"),
    "softmax": (smooth(gn.Dense(2, "softmax")), [0.4, -0.7], 1, "categorical cross-entropy"),
    "normalised": (smooth(gn.LayerNorm(), gn.Dense(1)), [0.4, -0.7], [1.0], "squared error"),
    "penalty": (smooth(gn.Dense(1, weights_penalty=gn.Penalty(l2=0.1))), [0.4, -0.7], [1.0], "squared error"),
}


@pytest.mark.parametrize("case", CASES)
def test_every_gradient_agrees_with_its_finite_difference(case: str) -> None:
    network, x, y, loss = CASES[case]
    explanation = network.explain(x, y, loss=loss)
    parameters = (
        with_place(name, place) for name, array in network.parameters.items() for place in np.ndindex(array.shape)
    )
    asked = [*parameters, *explanation.neurons, "u", "v"]
    for name in asked:
        nudge = explanation.nudge(name, 1e-5)
        difference = nudge[f"finite difference for {name}"].value
        assert difference == pytest.approx(nudge.gradient.value, rel=1e-6, abs=1e-9), name


def test_in_training_the_dropped_neurons_stay_dropped() -> None:
    network = Network(
        2, gn.Dense(6, "tanh", name="h"), gn.Dropout(0.5), gn.Dense(2, "softmax"), seed=3, dtype="float64"
    )
    explanation = network.explain([0.4, -0.7], 1, optimizer="sgd")
    found = []
    for i in range(6):
        nudge = explanation.nudge(f"h{i + 1}{IN_TRAINING}", 1e-5)
        difference = nudge[f"finite difference for h{i + 1}{IN_TRAINING}"].value
        assert difference == pytest.approx(nudge.gradient.value, rel=1e-6, abs=1e-9)
        found.append(difference == 0)
    assert 0 < sum(found) < 6


def test_both_losses_are_the_networks_own() -> None:
    network, x, y, _ = CASES["lecture"]
    nudge = network.explain(x, y).nudge("h.weights[1, 2]", 1e-3)
    for sign, by in (("+", 1e-3), ("-", -1e-3)):
        moved = network.copy()
        moved.parameters["h.weights"][1, 2] += by
        assert nudge[f"loss with h.weights[1, 2] {sign} ε"].value == moved.loss([x], [y])


def test_its_lines_give_what_they_say() -> None:
    network, x, y, loss = CASES["softmax"]
    explanation = network.explain(x, y, loss=loss)
    lines = chain.from_iterable(explanation.nudge(name).outline.lines for name in ("h1", "h.weights[0, 1]", "u"))
    for line in lines:
        assert line.number is not None
        arithmetic = line.number.text.split(" = ")[-1].partition(",")[0].split(" ≈ ")
        assert evaluate(arithmetic[0]) == pytest.approx(float(line.number.value), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "epsilon", "said"),
    [
        ("w9", 1e-4, "no number 'w9'"),
        ("target", 1e-4, "no gradient is taken for target"),
        ("w1", 0.0, "ε must be"),
        ("w1", float("nan"), "ε must be"),
        ("w1", 2.0, "ε must be"),
    ],
)
def test_what_cannot_be_nudged_is_said(name: str, epsilon: float, said: str) -> None:
    network, x, y, _ = CASES["lecture"]
    with pytest.raises(GlassnetError, match=said):
        network.explain(x, y).nudge(name, epsilon)


def test_a_step_is_what_is_added() -> None:
    network, x, y, _ = CASES["lecture"]
    for optimizer in (gn.SGD(0.1), gn.Adam(0.01)):
        explanation = network.explain(x, y, optimizer=optimizer)
        new = explanation.update("w.weights[0, 1]")
        assert explanation["w.weights.step[0, 1]"].value == new.value - network.parameters["w.weights"][0, 1]
