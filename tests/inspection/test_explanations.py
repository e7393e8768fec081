"""Every number of a network explained: the lecture's by heart, all others by a sceptical reader."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.inspection.explanations import NetworkExplanation
from glassnet.layers.activations import ActivationFunction
from glassnet.readings.explain import Explainer, Explanation
from tests.readings.explain.reader import check, check_tree
from tests.readings.explain.test_honesty import check_latex

DTYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])


# ── the lecture ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_2_4_3_1() -> None:
    net = gn.lecture("2-4-3-1")
    explanation = net.explain([0.4, -0.7], 1)
    assert explanation.neurons == ("w1", "w2", "w3", "w4", "h1", "h2", "h3", "z")
    assert explanation["w1"].text == "w1 = (0.4)(0.3) + (-0.7)(-0.7) + 0.1 = 0.71"
    assert explanation["w2"].text == "w2 = (0.4)(-0.3) + (-0.7)(0.1) - 0.2 = -0.39"
    assert explanation["w3"].text == "w3 = (0.4)(0.7) + (-0.7)(0.6) - 0.1 = -0.24"
    assert explanation["w4"].text == "w4 = (0.4)(-0.5) + (-0.7)(-0.6) - 0.8 = -0.58"
    assert explanation["h1"].text == "h1 = (0.71)(1) + (-0.39)(0.8) + (-0.24)(0.2) + (-0.58)(0.3) - 0.9 = -0.724"
    assert explanation["h2"].text == "h2 = (0.71)(0.2) + (-0.39)(-0.4) + (-0.24)(0.3) + (-0.58)(-1) + 0.6 = 1.406"
    assert explanation["h3"].text == "h3 = (0.71)(-0.3) + (-0.39)(0.4) + (-0.24)(0.5) + (-0.58)(0.7) - 0.3 = -1.195"
    assert explanation["z"].text == "z = (-0.724)(-0.7) + (1.406)(-0.8) + (-1.195)(-0.6) - 0.7 = -0.601"
    assert explanation["w1"].latex == (
        r"w_{1} = \left(0.4\right)\left(0.3\right) + \left(-0.7\right)\left(-0.7\right) + 0.1 = 0.71"
    )


def test_the_lines_of_the_lecture_are_equal_not_about() -> None:
    lines = [
        line
        for name, x in (("2-4-3-1", [0.4, -0.7]), ("1-3-3-1", [0.3]))
        for line in str(gn.lecture(name).explain(x)).splitlines()
        if "=" in line or "≈" in line
    ]
    assert (len(lines), sum(" = " in line and "≈" not in line for line in lines)) == (15, 15)


def test_1_3_3_1() -> None:
    explanation = gn.lecture("1-3-3-1").explain([0.3])
    assert str(explanation) == "\n".join(
        [
            "A, B, C",
            "  A = (0.3)(0.2) + 1 = 1.06",
            "  B = (0.3)(-0.6) - 1 = -1.18",
            "  C = (0.3)(0.7) - 0.5 = -0.29",
            "",
            "D, E, F",
            "  D = (1.06)(-1) + (-1.18)(-0.9) + (-0.29)(0.2) + 0.3 = 0.244",
            "  E = (1.06)(-1) + (-1.18)(-0.4) + (-0.29)(-0.3) - 0.5 = -1.001",
            "  F = (1.06)(-1) + (-1.18)(-0.2) + (-0.29)(-0.7) + 0.7 = 0.079",
            "",
            "y",
            "  y = (0.244)(-0.8) + (-1.001)(-0.4) + (0.079)(-0.6) - 0.4 = -0.2422",
        ]
    )
    net = gn.lecture("1-3-3-1")
    x = np.linspace(-2, 2, 9)[:, None]
    assert net(x) == pytest.approx(0.026 * x - 0.25, abs=1e-15)


def test_there_are_no_other_networks_in_the_lecture() -> None:
    with pytest.raises(gn.GlassnetError, match=r"there is no lecture network '1-2-1'\. There are: 1-3-3-1, 2-4-3-1"):
        gn.lecture("1-2-1")


def test_the_chain_rule_as_in_the_textbook() -> None:
    explanation = gn.lecture("2-4-3-1").explain([0.4, -0.7], 1)
    assert explanation.loss.text == "loss = (-0.601 - 1)^2 ≈ 2.563"
    assert explanation.gradient("w.weights", (0, 1)).tree(3).text == "\n".join(
        [
            "∂loss/∂w.weights[0, 1] = u · δw2 = (0.4)(1.537) ≈ 0.6148, for the weight from u to w2",
            "  δw2 = Σ_j δh_j · weight(w2→h_j) = (2.2414)(0.8) + (2.5616)(-0.4) + (1.9212)(0.4) ≈ 1.537",
            "    δh1 = δz · weight(h1→z) = (-3.202)(-0.7) ≈ 2.241",
            "      δz = 2 · (z - target) = (2)(-0.601 - 1) = -3.202",
            "    δh2 = δz · weight(h2→z) = (-3.202)(-0.8) ≈ 2.562",
            "      and δz from above",
            "    δh3 = δz · weight(h3→z) = (-3.202)(-0.6) ≈ 1.921",
            "      and δz from above",
        ]
    )


# ── any number ──────────────────────────────────────────────────────────────────────────────────────────────────────


def small(*layers: gn.Layer, dtype: str = "float64", inputs: Any = 3, seed: int = 0) -> gn.Network:
    return gn.Network(inputs, *layers, dtype=dtype, seed=seed)


def test_values_are_the_networks_own() -> None:
    net = small(gn.Dense(4, "relu"), gn.Dense(2, "softmax"))
    x, y = [0.5, -1.0, 2.0], 1
    explanation = net.explain(x, y, optimizer=gn.SGD(0.5, momentum=0.9))
    assert [explanation[f"softmax(y{i})"].value for i in (1, 2)] == net(x).tolist()
    assert explanation.loss.value == pytest.approx(net.loss([x], [y]))
    gradients = net.gradients([x], [y])
    for name, gradient in gradients.items():
        for index in np.ndindex(*gradient.shape):
            assert explanation.gradient(name, index).value == gradient[index]
    net.train_on_batch([x], [y], optimizer=gn.SGD(0.5, momentum=0.9))
    for name, array in net.parameters.items():
        for index in np.ndindex(*array.shape):
            assert explanation.update(name, index).value == array[index]


def test_updates_go_on_where_train_on_batch_is() -> None:
    net = small(gn.Dense(2))
    x, y, rule = [[0.5, -1.0, 2.0]], [[1.0, 2.0]], gn.Adam(0.1)
    for _ in range(3):
        net.train_on_batch(x, y, optimizer=rule)
    explanation = net.explain(x, y, optimizer=rule)
    assert "(0.9)^4" in explanation.update("dense_1.biases[1]").tree(2).text
    fresh = net.explain(x, y, optimizer=gn.Adam(0.2))
    assert "(0.9)^1" in fresh.update("dense_1.biases[1]").tree(2).text
    planned = {name: explanation.update(name, (0,)).value for name in ("dense_1.biases", "optimizer.dense_1.biases.m")}
    net.train_on_batch(x, y, optimizer=rule)
    assert planned["dense_1.biases"] == net.parameters["dense_1.biases"][0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("maxpool1d_1", "maxpool1d_1 is a layer: explanation.layers['maxpool1d_1'] has its numbers, the first is b1_1"),
        ("dense_1", "dense_1 is a layer: explanation.layers['dense_1'] has its numbers, the first is y"),
        ("flatten_1", "flatten_1 is a layer that only moves numbers elsewhere; ask for a number by its name"),
    ],
)
def test_a_layer_is_no_number(name: str, words: str) -> None:
    net = small(gn.Conv1D(2, 2), gn.MaxPool1D(2), gn.Flatten(), gn.Dense(1), inputs=(4, 1))
    for explanation in net.explain(np.ones((4, 1))), net.explain(np.ones((4, 1)), [1.0]):
        with pytest.raises(gn.GlassnetError, match=f"^{re.escape(words)}$"):
            explanation[name]


def test_names_say_what_a_number_is() -> None:
    net = small(gn.Dense(2, "relu", name="hidden"), gn.Dense(3, "gelu"), gn.BatchNorm(), gn.Dense(1, "tanh"))
    explanation = net.explain([1.0, 2.0, 3.0], 0.5)
    assert explanation.neurons == (
        *("hidden_1", "hidden_2", "relu(hidden_1)", "relu(hidden_2)"),
        *("a1", "a2", "a3", "gelu(a1)", "gelu(a2)", "gelu(a3)"),
        *("b1", "b2", "b3"),
        *("y", "tanh(y)"),
    )
    assert list(explanation.layers) == ["hidden", "dense_1", "batchnorm_1", "dense_2"]
    assert explanation.gradient("hidden.weights[0,1]").name == "∂loss/∂hidden.weights[0, 1]"
    assert explanation.gradient("hidden_1").name == "δhidden_1"
    assert explanation.gradient("relu(hidden_1)").name == "∂loss/∂relu(hidden_1)"


def test_layers_that_only_move_numbers_are_not_shown() -> None:
    net = small(gn.Flatten(), gn.Dense(2), gn.Reshape((2, 1)), inputs=(3, 1))
    assert list(net.explain(np.ones((3, 1))).layers) == ["dense_1"]


def test_the_same_layer_has_the_same_name_in_training() -> None:
    net = small(gn.Dense(2), gn.Dropout(0.5), gn.Dense(2), gn.Dense(1))
    explanation = net.explain([1.0, 2.0, 3.0], 0.5, optimizer="sgd")
    assert list(explanation.layers) == ["dense_1", "dense_2", "dense_3"]
    assert [name[0] for name in explanation.training.neurons] == ["a", "a", "c", "c", "b", "b", "y"]
    assert re.search(r"c1 in training = \(.*\)\([01]\) / 0\.5 ", explanation.training["c1"].text)
    assert explanation["c1 in training"].text == explanation.training["c1"].text


def test_what_containers_do_is_a_layer_too() -> None:
    ones = {"weights": np.ones((3, 3))}
    net = small(gn.Add(gn.Dense(3, **ones), gn.Identity()), gn.Concatenate(gn.Add(gn.Dense(3, **ones), gn.Identity())))
    explanation = net.explain([1.0, 2.0, 3.0])
    assert list(explanation.layers) == ["dense_1", "add", "dense_2", "add 2"]
    assert explanation["b1"].text == "b1 = 6 + 1 = 7"
    assert explanation["y2"].text == "y2 = 24 + 8 = 32"


def test_a_batch_names_its_samples() -> None:
    net = small(gn.Dense(1, weights=[[1], [1], [1]], name="w"))
    explanation = net.explain([[1, 2, 3], [2, 2, 2]], [5, 8], optimizer=gn.SGD(0.5))
    assert explanation.neurons == ("w⁽¹⁾", "w⁽²⁾")
    assert explanation.loss.text == "loss = (1 + 4) / 2 = 2.5"
    assert explanation["loss^(2)"].text == "loss⁽²⁾ = (6 - 8)^2 = 4"
    assert explanation.gradient("w.biases[0]").tree(1).text == "\n".join(
        [
            "∂loss/∂w.biases[0] = δw⁽¹⁾ + δw⁽²⁾ = 1 - 2 = -1, for the bias of w",
            "  δw⁽¹⁾ = (1 / samples) · 2 · (w⁽¹⁾ - target⁽¹⁾) = (1 / 2)(2)(6 - 5) = 1",
            "  δw⁽²⁾ = (1 / samples) · 2 · (w⁽²⁾ - target⁽²⁾) = (1 / 2)(2)(6 - 8) = -2",
        ]
    )


def test_a_missing_edge_is_not_there() -> None:
    net = small(gn.Dense(1, weights=[[1], [1], [1]], connected=[[1], [0], [1]], name="w"))
    assert net.explain([2, 3, 4])["w"].text == "w = (2)(1) + (4)(1) + 0 = 6"


def test_cross_entropy_of_a_class_is_that_of_its_probability() -> None:
    net = small(gn.Dense(3, "softmax", weights=np.eye(3)))
    explanation = net.explain([1, 2, 3], 2)
    assert explanation.loss.text == "loss = -log(0.66524) ≈ 0.4076"
    assert explanation["softmax(y3)"].text == "softmax(y3) = exp(3) / (exp(1) + exp(2) + exp(3)) ≈ 0.6652"
    assert [explanation.gradient(f"y{i}").text for i in (1, 3)] == [
        "δy1 = softmax(y1) ≈ 0.09003",
        "δy3 = 0.6652 - 1 ≈ -0.3348",
    ]


def test_penalties_are_part_of_the_loss() -> None:
    net = small(gn.Dense(1, weights=[[1], [2], [3]], weights_penalty=gn.Penalty(l2=0.1), name="w"))
    explanation = net.explain([1, 1, 1], 5)
    assert explanation.loss.value == pytest.approx(1 + 0.1 * 14)
    check_tree(explanation.loss)
    assert explanation.gradient("w.weights[2,0]").value == net.gradients([[1, 1, 1]], [5])["w.weights"][2, 0]
    check_tree(explanation.gradient("w.weights[2,0]"))


# ── wide networks ───────────────────────────────────────────────────────────────────────────────────────────────────


def wide() -> tuple[gn.Network, np.ndarray[Any, Any]]:
    x = np.random.default_rng(0).integers(0, 256, 784)
    return small(gn.Rescale(1 / 255), gn.Dense(20, "relu"), gn.Dense(10, "softmax"), inputs=784, dtype="float32"), x


def test_long_sums_show_their_largest_terms() -> None:
    net, x = wide()
    neuron = net.explain(x)["a3"]
    assert len(neuron.terms) == 7
    assert "[779 more terms: " in neuron.text
    shown = sorted(abs(value) for _, value in neuron.terms[:-1])
    every = sorted(abs(value) for _, value in neuron.whole.terms)
    assert len(every) == 785
    assert shown == every[-6:]
    assert sum(value for _, value in neuron.terms) == pytest.approx(neuron.value, rel=1e-5)
    assert len(neuron.children) == 6
    assert neuron.whole.text.count(")(") == 784
    check(neuron)
    check(neuron.whole)


def test_wide_layers_are_cut_short_unless_the_whole_is_asked_for() -> None:
    net, x = wide()
    text = str(net.explain(x, 3))
    assert "… and 14 more" in text
    assert "… and 778 more" in text
    assert "softmax(y10)" in text
    assert len(str(gn.Network(20, gn.Dense(20)).explain(np.ones(20), whole=True)).splitlines()) == 21


# ── data, notebooks and errors ──────────────────────────────────────────────────────────────────────────────────────


def test_as_data() -> None:
    neuron = gn.lecture().explain([0.4, -0.7])["h1"]
    assert neuron.value == pytest.approx(-0.724)
    assert neuron.terms[0] == ("(0.71)(1)", pytest.approx(0.71))
    assert neuron.terms[-1] == ("-0.9", -0.9)
    assert [child.name for child in neuron.children] == ["w1", "w2", "w3", "w4"]
    assert neuron.children[0].children == ()


def test_in_notebooks() -> None:
    net = small(gn.Dense(1, "relu", name="<i>"))
    explanation = net.explain([1, 2, 3], 1)
    html = explanation._repr_html_()
    assert "<b>&lt;i&gt;</b>" in html
    assert html.count("<details open>") == html.count("</details>") == 2
    assert explanation["<i>"]._repr_latex_().startswith(r"$\text{<i>} = ")


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda e: e["w9"], "there is no number 'w9'"),
        (lambda e: e.gradient("w.weights"), r"w.weights has the shape \(2, 4\); say which number"),
        (lambda e: e.gradient("w.weights", (2, 0)), r"there is no number \[2, 0\] in it: write w.weights\[1, 3\]"),
        (lambda e: e.gradient("w.weights", (-1, 0)), r"there is no number \[-1, 0\] in it"),
        (lambda e: e.gradient("v.weights", (0, 0)), "there is no number 'v.weights'; did you mean"),
        (lambda e: e.update("w.weights", (0, 0)), "no optimizer was given"),
    ],
)
def test_errors(ask: Any, words: str) -> None:
    explanation = gn.lecture().explain([0.4, -0.7], 1)
    with pytest.raises(gn.GlassnetError, match=words):
        ask(explanation)


def test_of_a_wide_network_no_layer_is_left_out_of_the_names_that_there_are() -> None:
    net = gn.Network(30, gn.Dense(64, "relu"), gn.Dense(1))
    words = "'z'. There are: a1 … a64, dense_1.biases, dense_1.weights, dense_2.biases, dense_2.weights, relu"
    with pytest.raises(gn.GlassnetError, match=rf"{words}\(a1\) … relu\(a64\), x1 … x30, y$"):
        net.explain(np.zeros(30))["z"]
    with pytest.raises(gn.GlassnetError, match=r"'a65'; did you mean 'a\d+'\? There are: a1 … a64, relu\(a1\) … .* y$"):
        net.formula("a65")


def test_without_a_target_there_is_no_loss() -> None:
    with pytest.raises(gn.GlassnetError, match="no target was given, so there is no loss"):
        _ = gn.lecture().explain([0.4, -0.7]).loss


SOFTMAX = {"weights": [[1, -1], [0.5, 0.3]], "name": "q"}


def test_a_gradient_by_a_probability_is_that_of_the_logarithm() -> None:
    explanation = gn.Network(2, gn.Dense(2, "softmax", **SOFTMAX), dtype="float64").explain([1.0, 0.5], 1)
    p = explanation["softmax(q2)"].value
    slope = explanation.gradient("softmax(q2)")
    assert slope.value == pytest.approx(-1 / p)
    assert slope.value == pytest.approx(-9.1662, abs=1e-4)
    assert explanation["∂loss/∂softmax(q2)"].text == slope.text
    assert explanation.gradient("softmax(q1)").value == 0
    yes = small(gn.Dense(1, "sigmoid", name="s"), inputs=2).explain([1.0, 0.5], 1)
    assert yes["∂loss/∂sigmoid(s)"].value == pytest.approx(-1 / yes["sigmoid(s)"].value)


def test_delta_of_a_softmax_is_the_probability_less_the_target() -> None:
    explanation = gn.Network(2, gn.Dense(2, "softmax", **SOFTMAX), dtype="float64").explain([1.0, 0.5], 1)
    assert explanation["δq2"].text == "δq2 = 0.1091 - 1 ≈ -0.8909"
    assert explanation.loss.text == "loss = -log(0.109097) ≈ 2.216"


def test_a_probability_of_next_to_nothing_has_a_loss_too() -> None:
    net = gn.Network(1, gn.Dense(2, "softmax", weights=[[0, 1000]], name="q"), dtype="float64")
    assert net.explain([1.0], 0).loss.text == "loss = log(exp(0) + exp(1000)) - 0 ≈ 1000"


def test_given_numbers_are_asked_for_by_their_names() -> None:
    explanation = gn.lecture().explain([0.4, -0.7], 1, optimizer="adam")
    names = ["u", "v", "w.weights[0, 1]", "w.biases[3]", "target", "w.weights.m[0, 0]", "δw1", "new w.biases[1]"]
    assert [explanation[name].text for name in names[:6]] == [
        "u = 0.4", "v = -0.7", "w.weights[0, 1] = -0.3", "w.biases[3] = -0.8", "target = 1", "w.weights.m[0, 0] = 0",
    ]  # fmt: skip
    assert explanation["δw1"].text == explanation.gradient("w1").text
    assert explanation["∂loss/∂u"].value == pytest.approx(
        explanation["δw1"].value * 0.3
        + sum(explanation[f"δw{i}"].value * w for i, w in ((2, -0.3), (3, 0.7), (4, -0.5)))
    )
    assert explanation["new w.biases[1]"].text == explanation.update("w.biases[1]").text
    assert explanation["new w.weights.m[0,0]"].text == explanation.update("w.weights.m", (0, 0)).text


def test_a_number_in_training_has_a_name_of_its_own() -> None:
    net = small(gn.Dense(1, weights=[[2.0]], name="w"), gn.BatchNorm(), inputs=1)
    batch = net.explain([[1.0], [2.0], [4.0]], [1.0, 0.0, 2.0], optimizer="sgd")
    assert batch["y⁽³⁾"].value != batch["y⁽³⁾ in training"].value
    in_use, in_training = batch["∂loss/∂w.weights[0, 0]"], batch["∂loss/∂w.weights[0, 0] in training"]
    assert in_use.value != in_training.value
    assert in_training.name == "∂loss/∂w.weights[0, 0] in training"
    plain = small(gn.Dense(1, name="w")).explain([1.0, 2.0, 3.0], 1.0, optimizer="sgd")
    assert plain.training["w"].name == "w"


def test_the_step_function_has_a_loss_but_no_gradient() -> None:
    explanation = small(gn.Dense(1, "step"), gn.Dense(1)).explain([1, 2, 3], 0.5)
    check_tree(explanation.loss)
    with pytest.raises(gn.GlassnetError, match="forward only"):
        explanation.gradient("dense_1.weights[0,0]")


# ── honesty, for everything there is ────────────────────────────────────────────────────────────────────────────────


def everything(explanation: NetworkExplanation) -> Iterator[Explanation]:
    """Neurons and activations, the loss, a gradient and an update of each parameter."""
    for layer in explanation.layers.values():
        yield from layer
    yield explanation.loss
    for name, array in explanation._network.parameters.items():
        index = tuple(size - 1 for size in array.shape)
        yield explanation.gradient(name, index)
        if explanation._training is not None:
            yield explanation.update(name, index)


def read(explanation: NetworkExplanation, depth: int = 2) -> None:
    seen: set[Any] = set()
    asked: dict[Any, int] = {}
    for one in everything(explanation):
        check_tree(one, depth, seen)
        check_names(explanation, one, depth, asked)


def check_names(
    explanation: NetworkExplanation, one: Explanation, depth: int, known: dict[Any, int] | None = None
) -> None:
    """Every name that is printed is one number's: asked for, it is that number. ``known``: to what depth, by place."""
    known = {} if known is None else known
    if known.get(key := (one.place, one.name), -1) >= depth:
        return
    known[key] = depth
    if one.name:
        asked = explanation[one.name]
        assert asked.name == one.name
        assert np.array_equal(asked.value, one.value, equal_nan=True), one.text
    for child in one.children if depth else ():
        check_names(explanation, child, depth - 1, known)


ACTIVATIONS = sorted(set(ActivationFunction.known) - {"custom"})
INPUTS = ([0.4, -0.7, 3.0], [0.0, 1e-8, -1e-8], [60.0, -300.0, 900.0])


@DTYPES
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name: str, dtype: str) -> None:
    net = small(gn.Dense(2, name), gn.Dense(2), dtype=dtype, seed=3)
    for x in INPUTS if dtype == "float64" else INPUTS[-1:]:
        explanation = net.explain(x, [0.5, -1.0])
        if name == "step":
            for neuron in explanation.neurons:
                check_tree(explanation[neuron])
        else:
            read(explanation)


LOSSES = sorted(set(gn.Loss.known) - {"customloss"})


@DTYPES
@pytest.mark.parametrize("name", LOSSES)
def test_every_loss(name: str, dtype: str) -> None:
    last = "softmax" if name in ("categoricalcrossentropy", "kullbackleibler") else "sigmoid"
    net = small(gn.Dense(2, "tanh"), gn.Dense(2, last), dtype=dtype, seed=5)
    for target in ([0.25, 0.75], [1.0, 0.0]):
        read(net.explain([0.4, -0.7, 3.0], target, loss=name), depth=3)
    read(net.explain([[0.4, -0.7, 3.0], [300.0, 0.5, -200.0]], [[1, 0], [0, 1]], loss=name))


@pytest.mark.parametrize("name", ["gelu", "elu", "softplus", "leaky relu"])
def test_latex_is_read_by_another_parser(name: str) -> None:
    net = small(gn.Dense(2, name), gn.LayerNorm(), gn.Dense(2, "softmax"), dtype="float32")
    for one in everything(net.explain([0.4, -700.0, 3.0], 1, optimizer="adam")):
        check_latex(one)


def test_class_numbers_as_targets() -> None:
    net = small(gn.Dense(4, "relu"), gn.Dense(3, "softmax"))
    smooth = gn.CategoricalCrossEntropy(label_smoothing=0.1)
    for loss in (None, smooth):
        read(net.explain([[0.4, -0.7, 3.0], [1, 2, 3]], [2, 0], loss=loss, optimizer="adam"), depth=3)


OPTIMIZERS = sorted(gn.Optimizer.known)


@DTYPES
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer(name: str, dtype: str) -> None:
    net = small(gn.Dense(2, "tanh"), gn.Dense(2), dtype=dtype, seed=1)
    x, y = [[0.4, -0.7, 3.0]], [[0.5, -1.0]]
    for _ in range(2):
        read(net.explain(x, y, optimizer=name), depth=2)
        net.train_on_batch(x, y, optimizer=name)


def test_schedules_and_nesterov() -> None:
    net = small(gn.Dense(2))
    rule = gn.SGD(gn.ExponentialDecay(0.1, every=1, factor=0.9), momentum=0.9, nesterov=True)
    x, y = [[0.4, -0.7, 3.0]], [[0.5, -1.0]]
    for _ in range(2):
        read(net.explain(x, y, optimizer=rule), depth=4)
        net.train_on_batch(x, y, optimizer=rule)


COLUMN = gn.Reshape((3, 1))
"""Three numbers as a picture of one column."""
LAYERS: dict[str, tuple[gn.Layer, ...]] = {
    "activation": (gn.Activation("relu"), gn.Dense(2)),
    "attention": (gn.Reshape((3, 1)), gn.Dense(2), gn.Attention(2, causal=True), gn.Flatten(), gn.Dense(2)),
    "add": (gn.Add(gn.Dense(3, "relu"), gn.Identity()), gn.Dense(2)),
    "averagepool1d": (gn.AveragePool1D(2, stride=1), gn.Flatten(), gn.Dense(2)),
    "averagepool2d": (COLUMN, gn.AveragePool2D((2, 1), stride=1, padding="same"), gn.Flatten(), gn.Dense(2)),
    "batchnorm": (gn.BatchNorm(), gn.Dense(2)),
    "bidirectional": (gn.Reshape((3, 1)), gn.Bidirectional(gn.RNN(1)), gn.Dense(2)),
    "concatenate": (gn.Concatenate(gn.Dense(2), gn.Activation("tanh")), gn.Dense(2)),
    "conv1d": (gn.Conv1D(2, 2, "tanh", padding="same"), gn.Flatten(), gn.Dense(2)),
    "conv2d": (COLUMN, gn.Conv2D(2, (2, 1), "relu"), gn.Flatten(), gn.Dense(2)),
    "conv2dtranspose": (COLUMN, gn.Conv2DTranspose(1, (2, 1), stride=(2, 1)), gn.Flatten(), gn.Dense(2)),
    "crop": (gn.Reshape((3, 1)), gn.Crop(1, 1), gn.Flatten(), gn.Dense(2)),
    "crossattention": (
        *(gn.Reshape((3, 1)), gn.CrossAttention(gn.Dense(2), gn.Crop(1), gn.Attention(2)), gn.Flatten(), gn.Dense(2)),
    ),
    "dense": (gn.Dense(2, "sigmoid", connected=[[1, 0], [1, 1], [0, 1]], biases=None), gn.Dense(2)),
    "dropout": (gn.Dense(4), gn.Dropout(0.5), gn.Dense(2)),
    "dropout2d": (gn.Conv1D(4, 2), gn.Dropout2D(0.5), gn.Flatten(), gn.Dense(2)),
    "embedding": (gn.Embedding(4, 2), gn.Flatten(), gn.Dense(2)),
    "flatten": (gn.Flatten(), gn.Dense(2)),
    "gaussiannoise": (gn.GaussianNoise(0.1), gn.Dense(2)),
    "globalaveragepool": (gn.Conv1D(2, 2), gn.GlobalAveragePool(), gn.Dense(2)),
    "globalmaxpool": (gn.Conv1D(2, 2), gn.GlobalMaxPool(), gn.Dense(2)),
    "gru": (gn.Reshape((3, 1)), gn.GRU(2, mask=0.0), gn.Dense(2)),
    "identity": (gn.Identity(), gn.Dense(2)),
    "layernorm": (gn.Dense(3), gn.LayerNorm(), gn.Dense(2)),
    "lstm": (gn.Reshape((3, 1)), gn.LSTM(2), gn.Dense(2)),
    "maxpool1d": (gn.Conv1D(2, 1), gn.MaxPool1D(2, stride=1), gn.Flatten(), gn.Dense(2)),
    "maxpool2d": (COLUMN, gn.MaxPool2D((2, 1), padding="same"), gn.Flatten(), gn.Dense(2)),
    "positionembedding": (gn.Reshape((3, 1)), gn.PositionEmbedding(4), gn.Flatten(), gn.Dense(2)),
    "rmsnorm": (gn.Dense(3), gn.RMSNorm(), gn.Dense(2)),
    "rescale": (gn.Rescale(1 / 255, 0.5), gn.Dense(2)),
    "reshape": (gn.Reshape((3, 1)), gn.Dense(1), gn.Reshape((3,)), gn.Dense(2)),
    "rnn": (gn.Reshape((3, 1)), gn.RNN(2, sequence=True), gn.RNN(1, initial="normal"), gn.Dense(2)),
    "sequential": (gn.Sequential(gn.Dense(2, "relu"), gn.Dense(2)),),
    "standardize": (gn.Standardize(), gn.Dense(2)),
    "upsample2d": (COLUMN, gn.UpSample2D((2, 1)), gn.Flatten(), gn.Dense(2)),
    "zeropad2d": (COLUMN, gn.ZeroPad2D(((1, 0), (0, 1))), gn.Flatten(), gn.Dense(2)),
    "transformerblock": (gn.Reshape((3, 1)), gn.Dense(2), gn.TransformerBlock(1, 3), gn.Flatten(), gn.Dense(2)),
    "unembedding": (gn.Embedding(4, 2), gn.Unembedding("embedding_1", "tanh"), gn.Flatten(), gn.Dense(2)),
}


def test_every_layer_is_in_the_list() -> None:
    modules = {name: sys.modules.get(layer.__module__) for name, layer in gn.Layer.known.items()}
    ours = {  # not those that a docstring's example defines
        name
        for name, layer in gn.Layer.known.items()
        if layer.__module__.startswith("glassnet.") and getattr(modules[name], layer.__name__, None) is layer
    }
    assert set(LAYERS) == ours


@DTYPES
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer(name: str, dtype: str) -> None:
    net = small(*LAYERS[name], dtype=dtype, seed=2)
    x = [[1.0, 3.0, 0.0], [2.0, 2.0, 1.0], [0.0, 3.0, 3.0]]
    if dtype == "float64":
        read(net.explain(x, [[0.5, -1.0], [1.0, 2.0], [0.0, 0.0]], optimizer="adam"), depth=4)
    read(net.explain(x[0], [0.5, -1.0], optimizer="sgd"), depth=3)


@pytest.mark.parametrize("seed", range(6))
def test_random_networks(seed: int) -> None:
    random = np.random.default_rng(seed)
    choice = [name for name in ACTIVATIONS if name not in ("step", "softmax")]
    layers: list[gn.Layer] = []
    for _ in range(random.integers(1, 4)):
        layers.append(gn.Dense(int(random.integers(1, 15)), str(random.choice(choice)), weights=gn.Normal(2.0)))
        layers += [gn.BatchNorm(), gn.LayerNorm(), gn.Dropout(0.3)][: random.integers(0, 2)]
    net = small(*layers, gn.Dense(2), dtype=str(random.choice(["float32", "float64"])), seed=seed, inputs=15)
    x = random.normal(size=15) * 10.0 ** random.integers(-4, 3)
    explanation = net.explain(x, random.normal(size=2), optimizer=str(random.choice(OPTIMIZERS)))
    read(explanation, depth=2)


def test_arithmetic_is_written_once_however_many_ways_lead_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Muon's five Newton-Schulz steps use each number several times: 3^10 ways and more lead to the gradient."""
    calls, filled = 0, Explainer._filled

    def counted(self: Explainer, *arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        assert calls < 5_000
        return filled(self, *arguments, **options)

    monkeypatch.setattr(Explainer, "_filled", counted)
    net = gn.Network(1, gn.Dense(1, weights=[[0.5]]))
    update = net.explain([0.3], [1.0], optimizer=gn.Muon()).update("dense_1.weights[0, 0]")
    assert update.text.startswith("new dense_1.weights[0, 0] = 0.5 - (0.02)(")
    assert update.value == pytest.approx(0.5139, abs=1e-4)


@pytest.mark.parametrize(
    ("activation", "weights", "value", "slope"),
    [
        ("relu", [0.1, 0.2, -0.3], None, "relu'(a) = 1 [0 by hand]"),
        ("relu", [-0.1, -0.2, 0.3], None, "relu'(a) = 0, since -5.551e-17 ≤ 0"),  # by hand as well
        ("relu", [0.5, 0.25, -0.75], None, "relu'(a) = 0, since 0 ≤ 0"),
        ("relu", [0.1, 0.2, 0.3], None, "relu'(a) = 1, since 0.6 > 0"),
        (
            "leaky relu",
            [0.1, 0.2, -0.3],
            "5.551e-17 [0 by hand], since 5.551e-17 > 0",
            "= 1 [0.01 by hand]",
        ),
        ("step", [0.1, 0.2, -0.3], "= 1 [0 by hand]", None),
        (
            "prelu",
            [0.1, 0.2, -0.3],
            "5.551e-17 [0 by hand], since 5.551e-17 > 0",
            "= 1 [0.25 by hand]",
        ),
    ],
)
def test_at_a_corner_the_result_by_hand_stands_beside_the_machines(
    activation: str, weights: list[float], value: str | None, slope: str | None
) -> None:
    layers = gn.Dense(1, activation, weights=np.array(weights)[:, None], biases=None), gn.Dense(1, weights=[[2.0]])
    explanation = gn.Network(3, *layers, dtype="float64").explain([1.0, 1.0, 1.0], [1.0])
    name = activation.replace(" ", "_")
    shown = explanation[f"{name}(a)"].text
    assert shown.endswith(value) if value else "by hand" not in shown
    if slope:
        assert explanation[f"{name}'(a)"].text.partition(", since 5")[0].endswith(slope)


def test_numbers_that_are_alike_by_hand_share_the_gradient_of_a_maximum() -> None:
    @gn.activation
    def larger(x: gn.ops.Var) -> gn.ops.Var:
        return gn.ops.maximum(x, 0.3)

    layers = gn.Dense(1, larger, weights=[[0.1], [0.2]], biases=None), gn.Dense(1, weights=[[2.0]])
    explanation = gn.Network(2, *layers, dtype="float64").explain([1.0, 1.0], [1.0])
    assert explanation["larger'(a)"].text == "larger'(a) = 1 [0.5 by hand], since 0.30000000000000004 > 0.3"


def test_by_hand_all_terms_of_a_long_sum_count() -> None:
    weights = np.tile([0.1, 0.2, -0.3], 10)[:, None]
    net = gn.Network(30, gn.Dense(1, "relu", weights=weights, biases=None), gn.Dense(1), dtype="float64")
    explanation = net.explain(np.ones(30), [1.0])
    is_positive = explanation["a"].value > 0  # which depends on the order in which the machine adds
    assert explanation["relu'(a)"].text.startswith(f"relu'(a) = {'1 [0 by hand]' if is_positive else 0}, since ")
