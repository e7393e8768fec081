"""Explained training steps: the numbers of the very step that fit makes, whatever it is given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.inspection.explanations import NetworkExplanation
from glassnet.inspection.names import state_name
from glassnet.model.model import Model
from tests.inspection.test_explanations import ACTIVATIONS, check_names
from tests.readings.explain.reader import check_tree

X = np.array([[0.4, -0.7, 3.0], [1.0, 2.0, -1.0], [0.5, 0.0, 0.25]])
Y = [0, 1, 1]
OPTIMIZERS = sorted(gn.Optimizer.known)
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "sample weights": {"sample_weight": [1.0, 2.0, 0.5]},
    "class weights": {"class_weight": {0: 2.0, 1: 0.5}},
    "clip_value": {"clip_value": 0.01},
    "clip_norm": {"clip_norm": 0.05},
    "accumulate": {"accumulate": 2},
    "ema": {"ema": 0.75},
    "all": {"sample_weight": [1, 2, 0.5], "clip_value": 0.1, "clip_norm": 0.05, "accumulate": 2, "ema": 0.5},
}


def network() -> gn.Network:
    penalty = gn.Penalty(l1=0.01, l2=0.1)
    layers = gn.Dense(2, "tanh", weights_penalty=penalty), gn.Dropout(0.25), gn.BatchNorm(), gn.Dense(2, "softmax")
    return gn.Network(3, *layers, dtype="float64", seed=1)


def planned(explanation: NetworkExplanation, net: Model) -> dict[str, np.ndarray[Any, Any]]:
    """What the explained step makes of all parameters, statistics and memory, by name."""
    new = {}
    for name, var in explanation.training.graph.outputs.items():
        if name in explanation.training.graph.sources:
            shape = tuple(int(dim) for dim in var.shape)  # type: ignore[arg-type]
            numbers = [explanation.update(name, index).value for index in np.ndindex(*shape)]
            new[name] = np.reshape(numbers, shape)
    return new


def assert_made(net: gn.Network, new: dict[str, np.ndarray[Any, Any]]) -> None:
    """The training has these numbers now, to the last bit."""
    training = net._training
    assert training is not None
    weights = training._raw[0] if training._raw else net.parameters  # fit leaves the average, where it keeps one
    made = {**weights, **net.state, **training.memory}
    assert set(new) == set(made)
    for name, array in new.items():
        np.testing.assert_array_equal(array, made[name], err_msg=name)
        if name.endswith(".ema"):
            np.testing.assert_array_equal(array, net.parameters[state_name(name).removesuffix(".ema")])


STEPS = [(name, given) for name in OPTIMIZERS for given in SETTINGS if name == "adam" or given in ("plain", "all")]
"""Each optimiser with all settings together and with none; one of them with each setting alone."""


@pytest.mark.parametrize(("name", "given"), STEPS)
def test_an_explained_step_is_the_one_that_fit_makes(name: str, given: str) -> None:
    net, settings = network(), {"optimizer": name, **SETTINGS[given]}
    smooth = gn.CategoricalCrossEntropy(label_smoothing=0.1)
    for _ in range(2):
        explanation = net.explain(X, Y, loss=smooth, **settings)
        new = planned(explanation, net)
        net.fit(X, Y, epochs=1, batch_size=3, shuffle=False, loss=smooth, **settings)
        assert_made(net, new)


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "step"])
def test_so_it_is_where_activations_name_what_they_compute(activation: str) -> None:
    net = gn.Network(3, gn.Dense(2, activation, biases="normal"), gn.Dense(2, "softmax"), seed=1)
    new = planned(net.explain(X, Y, optimizer="adam"), net)
    net.fit(X, Y, epochs=1, batch_size=3, shuffle=False, optimizer="adam", engine="numpy")
    assert_made(net, new)


@pytest.mark.parametrize("given", SETTINGS)
def test_after_fit_the_next_step_of_that_training_is_shown(given: str) -> None:
    net = network()
    settings: dict[str, Any] = {"optimizer": "adam", "batch_size": 3, "shuffle": False, **SETTINGS[given]}
    net.fit(X, Y, epochs=3, **settings)
    before = net.arrays()
    weights = {name: settings[name] for name in ("sample_weight", "class_weight") if name in settings}
    explanation = net.explain(X, Y, **weights)
    same = net.explain(X, Y, optimizer="adam", **SETTINGS[given])
    new = planned(explanation, net)
    assert explanation["new dense_1.weights[0, 1]"].text == same["new dense_1.weights[0, 1]"].text
    for array, kept in zip(net.arrays().values(), before.values(), strict=True):
        np.testing.assert_array_equal(array, kept)
    net.fit(X, Y, epochs=1, **settings)
    assert_made(net, new)


@pytest.mark.parametrize("given", SETTINGS)
def test_lines_of_such_steps_give_what_they_say(given: str) -> None:
    net, seen = network(), set[Any]()
    for _ in range(2):
        explanation = net.explain(X, Y, optimizer="adam", **SETTINGS[given])
        for name in explanation.training.graph.outputs:
            if name in explanation.training.graph.sources:
                place = (0,) * len(explanation.training.graph.outputs[name].shape)
                one = explanation.update(name, place)
                check_tree(one, 4, seen)
                check_names(explanation, one, 4)
        net.fit(X, Y, epochs=1, batch_size=3, optimizer="adam", **SETTINGS[given])


def test_clipping_accumulating_and_averaging_are_named() -> None:
    net = gn.Network(1, gn.Dense(1, name="w", weights=[[0.5]]), dtype="float64")
    clipped = net.explain([2.0], [5.0], optimizer=gn.SGD(0.25), clip_norm=1.0)
    assert clipped["new w.biases[0]"].tree().text == "\n".join(
        [
            "new w.biases[0] = w.biases[0] - learning rate · w.biases.clipped gradient[0] = 0 - (0.25)(-0.4472)"
            " ≈ 0.1118, for the bias of w",
            "  learning rate = 0.25 · rate factor = (0.25)(1) = 0.25",
            "  w.biases.clipped gradient[0] = ∂loss/∂w.biases[0] · clipping factor = (-8)(0.0559) ≈ -0.4472",
            "    ∂loss/∂w.biases[0] = δw = -8, for the bias of w",
            "      δw = 2 · (w - target) = (2)(1 - 5) = -8",
            "    clipping factor = 1 / length of the gradient = 1 / 17.89 ≈ 0.0559, since 17.89 ≥ 1",
            "      length of the gradient = sqrt((∂loss/∂w.weights[0, 0])^2 + (∂loss/∂w.biases[0])^2)"
            " = sqrt((-16)^2 + (-8)^2) ≈ 17.89",
        ]
    )
    assert net.explain([2.0], [5.0], optimizer="sgd", clip_value=3.0)["w.weights.bounded gradient[0, 0]"].value == -3
    summed = net.explain([2.0], [5.0], optimizer="sgd", accumulate=4)
    assert summed["w.weights.gradient so far[0, 0]"].text == "w.weights.gradient so far[0, 0] = 0 + (-16) / 4 = -4"
    assert summed["update is due"].value == 0
    weighted = net.explain([[2.0], [1.0]], [5.0, 0.5], sample_weight=[3, 1])
    assert weighted["loss^(1)"].text == "loss⁽¹⁾ = (16)(3) = 48"
    assert weighted["unweighted loss^(1)"].text == "unweighted loss⁽¹⁾ = (1 - 5)^2 = 16"
    assert weighted["loss"].text == "loss = (48 + 0) / 2 = 24"
    assert weighted["sample_weight^(1)"].text == "sample_weight⁽¹⁾ = 3"
    averaged = net.explain([2.0], [5.0], optimizer=gn.SGD(0.25), ema=0.5)
    assert averaged["new w.weights.ema[0, 0]"].value == 0.5 * 0.5 + 0.5 * 4.5


def test_weights_that_go_on_beside_their_average_have_names_of_their_own() -> None:
    net = gn.Network(1, gn.Dense(1, name="w", weights=[[0.5]]), dtype="float64")
    net.fit([[2.0]], [5.0], epochs=1, optimizer=gn.SGD(0.25), ema=0.5)
    explanation = net.explain([2.0], [5.0])
    assert explanation["w.weights[0, 0]"].value == net.parameters["w.weights"][0, 0] == 2.5
    assert explanation["w.weights[0, 0] in training"].text == "w.weights[0, 0] in training = 4.5"
    assert explanation["w in training"].text == "w in training = (2)(4.5) + 2 = 11"
    net.parameters["w.weights"] = [[1.0]]  # no longer the average, so that training starts anew from it
    assert net.explain([2.0], [5.0], optimizer=gn.SGD(0.25), ema=0.5).training["w"].text == "w = (2)(1) + 1 = 3"


def test_the_schedule_of_the_learning_rate_goes_on() -> None:
    net = gn.Network(1, gn.Dense(1, name="w", weights=[[0.5]]), dtype="float64")
    rule = gn.SGD(gn.ExponentialDecay(0.5, every=1, factor=0.5))
    net.fit([[0.0]], [0.0], epochs=2, optimizer=rule)
    assert net.explain([0.0], [0.0])["learning rate"].value == 0.125
    assert net.explain([0.0], [0.0], sample_weight=2.0)["learning rate"].value == 0.125


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"y": None, "optimizer": "sgd"}, "need a target: give y, too"),
        ({"y": None, "sample_weight": [1.0]}, "need a target: give y, too"),
        ({"y": 1.0, "clip_norm": 1.0}, "such a step is an optimizer's: give optimizer, too"),
        ({"y": 1.0, "accumulate": 0}, "such a step is an optimizer's"),
        ({"y": 1.0, "optimizer": "sgd", "accumulate": 0}, "accumulate must be"),
        ({"y": 1.0, "optimizer": "sgd", "sample_weight": [1, 2]}, "sample_weight has 2 numbers for 1 sample"),
    ],
)
def test_what_does_not_fit_is_said(given: dict[str, Any], words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        gn.lecture("1-3-3-1").explain([0.5], **given)
