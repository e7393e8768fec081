"""Explanations say it as a textbook does: δ = p − t, the branch that counts, first in names, path by path."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.inspection.explanations import NetworkExplanation
from glassnet.readings.explain import Explanation
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


# ── the branch that counts, in words ────────────────────────────────────────────────────────────────────────────────

BRANCHES = {
    "relu": ("relu'(w1) = 1, since 1.25 > 0", "relu'(w2) = 0, since -0.85 ≤ 0"),
    "leaky relu": ("leaky_relu'(w1) = 1, since 1.25 > 0", "leaky_relu'(w2) = 0.01, since -0.85 ≤ 0"),
    "prelu": ("prelu'(w1) = 1, since 1.25 > 0", "prelu'(w2) = w.slope[1] = 0.25, since -0.85 ≤ 0"),
    "elu": ("elu'(w1) = 1, since 1.25 > 0", "elu'(w2) = exp(-0.85) ≈ 0.4274, since -0.85 ≤ 0"),
    "selu": ("selu'(w1) ≈ 1.051, since 1.25 > 0", None),
    "hard sigmoid": ("hard_sigmoid'(w1) = 1 / 6 ≈ 0.1667, since 1.25 + 3 > 0 and 1.25 + 3 < 6", None),
    "tanh": ("tanh'(w1) = 1 - (0.8483)^2 ≈ 0.2804", None),
    "sigmoid": ("sigmoid'(w1) = (0.7773)(1 - 0.7773) ≈ 0.1731", None),
    "softplus": ("softplus'(w1) = 1 / (1 + exp(-1.25)) ≈ 0.7773", None),
    "silu": ("silu'(w1) = 0.7773 + (1.25)(0.7773)(1 - 0.7773) ≈ 0.9937", None),
}
VALUES = {
    "leaky relu": (
        "leaky_relu(w1) = w1 = 1.25, since 1.25 > 0",
        "leaky_relu(w2) = (0.01)(-0.85) = -0.0085, since -0.85 ≤ 0",
    ),
    "elu": ("elu(w1) = w1 = 1.25, since 1.25 > 0", "elu(w2) = exp(-0.85) - 1 ≈ -0.5726, since -0.85 ≤ 0"),
    "hard sigmoid": ("hard_sigmoid(w3) = 6 / 6 = 1, since 4.5 + 3 ≥ 6",),
    "relu": ("relu(w1) = relu(1.25) = 1.25", "relu(w2) = relu(-0.85) = 0"),
}  # fmt: skip


def activated(activation: str) -> NetworkExplanation:
    hidden = gn.Dense(3, activation, name="w", weights=[[1, -1, 4], [0.5, 0.3, 1]])
    net = gn.Network(2, hidden, gn.Dense(1, weights=[[0.5], [-1], [0.25]]), dtype="float64")
    return net.explain([1.0, 0.5], 1.0)


@pytest.mark.parametrize("activation", BRANCHES)
def test_the_derivative_of_an_activation_has_a_name_and_says_its_branch(activation: str) -> None:
    explanation = activated(activation)
    for line in filter(None, BRANCHES[activation]):
        name = line.partition(" ")[0]
        assert explanation[name].text == line
        delta = explanation[f"δ{name.partition('(')[2][:-1]}"]
        assert [child.name for child in delta.children] == [f"∂loss/∂{name.replace(chr(39), '')}", name]


@pytest.mark.parametrize("activation", VALUES)
def test_an_activation_says_its_branch(activation: str) -> None:
    explanation = activated(activation)
    for line in VALUES[activation]:
        assert explanation[line.partition(" ")[0]].text == line


@pytest.mark.parametrize(
    "activation", sorted(set(gn.activations.ActivationFunction.known) - {"softmax", "step", "linear", "custom"})
)
def test_derivatives_are_those_by_finite_differences(activation: str) -> None:
    hidden = gn.Dense(3, activation, name="w", weights=[[1, -1, 4], [0.5, 0.3, 1]])
    net = gn.Network(2, hidden, dtype="float64")
    explanation = net.explain([1.0, 0.5], [0.0, 0.0, 0.0], loss="squared error")
    derivatives = [name for name in map(str, gradient_names(explanation)) if "'(" in name]
    assert len(derivatives) == 3
    for unit, name in enumerate(sorted(derivatives)):
        values = []
        for step in (1e-6, -1e-6):
            net.parameters["w.biases"] = np.eye(3)[unit] * step
            values.append(net([1.0, 0.5])[unit])
        assert float(explanation[name].value) == pytest.approx((values[0] - values[1]) / 2e-6, abs=1e-8)
        assert check_tree(explanation[name], depth=9) >= 1


def gradient_names(explanation: NetworkExplanation) -> set[str]:
    """The names of all numbers on the ways back from the neurons' δ."""
    return {line.number.name for unit in "123" for line in explanation[f"δw{unit}"].tree(None).lines if line.number}


@pytest.mark.parametrize(
    ("loss", "y", "line"),
    [
        ("huber", 3.0, "loss = |0.5 - 3| - 0.5 = 2, since |0.5 - 3| > 1"),
        ("huber", 0.25, "loss = (0.5)(0.5 - 0.25)^2 = 0.03125, since |0.5 - 0.25| ≤ 1"),
        ("hinge", 1.0, "loss = 1 - 0.5 = 0.5, since 0.5 ≤ 1"),
    ],
)  # fmt: skip
def test_a_loss_says_its_branch(loss: str, y: float, line: str) -> None:
    net = gn.Network(1, gn.Dense(1, weights=[[0.5]]), dtype="float64")
    assert net.explain([1.0], y, loss=loss).loss.text == line


# ── every line has a name ───────────────────────────────────────────────────────────────────────────────────────────

RULES = {
    **{name: rule() for name, rule in gn.Optimizer.known.items()},
    "nesterov": gn.SGD(0.1, momentum=0.9, nesterov=True),
    "rmsprop with momentum": gn.RMSprop(0.1, momentum=0.5),
    "lion with decay": gn.Lion(0.1, weight_decay=0.1),
    "muon with decay": gn.Muon(0.1, weight_decay=0.1),
    "short lbfgs": gn.LBFGS(history=2),
    "step decay": gn.SGD(gn.StepDecay(0.1, every=2)),
    "exponential decay": gn.SGD(gn.ExponentialDecay(0.1, every=2)),
    "inverse time decay": gn.SGD(gn.InverseTimeDecay(0.1, decay=0.5)),
    "polynomial decay": gn.SGD(gn.PolynomialDecay(0.1, steps=10, power=2.0)),
    "cosine decay": gn.SGD(gn.CosineDecay(0.1, period=10)),
    "restarts": gn.SGD(gn.CosineDecay(0.1, period=2, restarts=True)),
    "longer restarts": gn.SGD(gn.CosineDecay(0.1, period=2, restarts=True, growth=2.0)),
    "warm-up": gn.SGD(gn.WarmUp(0.1, steps=10)),
    "one cycle": gn.SGD(gn.OneCycle(0.1, steps=10)),
}


def unnamed(explanation: NetworkExplanation, *names: str) -> list[str]:
    """The lines without a name in the trees of these numbers."""
    lines = [line for name in names for line in explanation[name].tree(None).lines]
    return [line.text for line in lines if line.number is not None and not line.number.name]


def two_layers() -> gn.Network:
    hidden = gn.Dense(2, "tanh", name="w", weights=[[0.5, -1], [1, 0.3]], weights_penalty=gn.Penalty(l1=0.1, l2=0.2))
    return gn.Network(2, hidden, gn.Dense(1, name="z", weights=[[1], [2]]), dtype="float64")


@pytest.mark.parametrize("rule", RULES)
def test_every_line_of_a_step_has_a_name_that_can_be_asked_for(rule: str) -> None:
    net, x, y = two_layers(), [[1.0, 0.5], [-0.2, 0.1]], [[3.0], [0.5]]
    for _ in range(2):
        net.train_on_batch(x, y, optimizer=RULES[rule])
    explanation = net.explain(x, y, optimizer=RULES[rule])
    update = explanation["new w.weights[0, 1]"]
    assert unnamed(explanation, "new w.weights[0, 1]", "new z.biases[0]") == []
    for line in update.tree(None).lines:
        if line.number is not None:
            assert explanation[line.number.name].text == line.number.text
    check_tree(update, depth=6)


@pytest.mark.parametrize("loss", sorted(set(gn.Loss.known) - {"customloss"}))
def test_every_line_of_a_loss_has_a_name(loss: str) -> None:
    last = "softmax" if loss in ("categoricalcrossentropy", "kullbackleibler") else "sigmoid"
    net = gn.Network(2, gn.Dense(3, last, name="w", weights=CLASSES["weights"]), dtype="float64")
    explanation = net.explain([[1.0, -0.5], [0.3, 0.2]], [[0.3, 0.7, 0], [0, 0, 1]], loss=loss)
    assert unnamed(explanation, "loss", "∂loss/∂w.weights[0, 1]", f"∂loss/∂{last}(w1⁽¹⁾)") == []


@pytest.mark.parametrize("layer", [gn.BatchNorm(), gn.LayerNorm(), gn.Dropout(0.5), gn.GaussianNoise(0.1)], ids=repr)
@pytest.mark.parametrize("settings", [{"clip_norm": 0.1, "ema": 0.9}, {"clip_value": 0.1, "accumulate": 2}], ids=str)
def test_every_line_of_a_layer_has_a_name(layer: gn.Layer, settings: dict[str, Any]) -> None:
    net = gn.Network(2, gn.Dense(2, "elu", name="w"), layer, gn.Dense(1, name="z"), dtype="float64", seed=3)
    explanation = net.explain([[1.0, -0.5], [0.3, 0.2], [2, 1]], [[0.3], [0.0], [2]], optimizer="adam", **settings)
    new = [name for name in explanation.training.graph.outputs if name in explanation.training.graph.sources]
    firsts = [(name, (0,) * len(explanation.training.graph.outputs[name].shape)) for name in new]
    assert [line.text for name, at in firsts for line in explanation.update(name, at).tree(None).lines
            if line.number is not None and not line.number.name] == []  # fmt: skip


def test_batch_normalisation_goes_back_as_its_paper_does() -> None:
    """∂loss/∂x by way of the normalised value, of the variance and of the mean (Ioffe & Szegedy 2015)."""
    net = gn.Network(1, gn.Dense(1, name="w", weights=[[2.0]]), gn.BatchNorm(), dtype="float64")
    explanation = net.explain([[1.0], [2.0], [4.0]], [1.0, 0.0, 2.0], optimizer="sgd")
    delta = explanation["δw^(1) in training"]
    assert [child.name for child in delta.children] == [
        "δy⁽¹⁾ in training",
        "batchnorm_1.deviation in training",
        "∂loss/∂batchnorm_1.variance in training",
        "w⁽¹⁾ in training",
        "batchnorm_1.mean in training",
        "∂loss/∂batchnorm_1.mean in training",
    ]
    deltas = [float(explanation[f"δw^({sample}) in training"].value) for sample in (1, 2, 3)]
    assert sum(deltas) == pytest.approx(0, abs=1e-12)  # whatever is added to all of a batch changes nothing
    check_tree(delta, depth=9)


# ── first in names, then in numbers ─────────────────────────────────────────────────────────────────────────────────


def meant(explanation: NetworkExplanation, number: Explanation) -> float:
    """What a line means in names: each name's own number put in, and Σ_j written out."""
    symbols = re.sub(r"Σ_j (.*)", lambda match: summed(match[1], number), number.symbols)
    known = {one.symbol or one.name: one for one in number._explained((number.whole.shown,), also_given=True)}
    for name, one in sorted(known.items(), key=lambda pair: -len(pair[0])):
        assert explanation[name].value == one.value, name  # whatever is printed can be asked for
        symbols = symbols.replace(name, f"({float(one.value)!r})")
    for sign, python in ((" · ", " * "), ("^", "**"), ("samples", str(SAMPLES)), ("outputs", str(OUTPUTS))):
        symbols = symbols.replace(sign, python)
    symbols = re.sub(r"\|([^|]*)\|", r"abs(\1)", symbols)
    relu = {"relu": lambda x: max(x, 0.0), "maximum": max, "sign": np.sign}
    return float(eval(symbols, {"sqrt": math.sqrt, "exp": math.exp, "log": math.log, "tanh": math.tanh, **relu}))


def summed(pattern: str, number: Explanation) -> str:
    terms = range(1, len(number.whole.terms) + 1)
    raised = {j: str(j).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")) for j in terms}
    return " + ".join(f"({pattern.replace('_j', str(j)).replace('ʲ', raised[j])})" for j in terms)


SAMPLES, OUTPUTS = 3, 4
X = [[1.0, 0.5], [-0.2, 0.1], [0.3, -0.7]]


@pytest.mark.parametrize("rule", ["sgd", "adam", "nadam", "rmsprop", "adamax", "adadelta"])
@pytest.mark.parametrize("activation", ["relu", "silu", "elu", "sigmoid"])
def test_a_line_in_names_means_the_number(activation: str, rule: str) -> None:
    layers = (gn.Dense(5, activation, name="w"), gn.Dense(3, "tanh", name="h"), gn.Dense(OUTPUTS, "sigmoid", name="q"))
    net = gn.Network(2, *layers, dtype="float64", seed=4)
    explanation = net.explain(X, [[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 0, 0]], optimizer=rule)
    told = 0
    for name in ("new w.weights[1, 2]", "new q.biases[3]", "δw2^(3)"):
        for line in explanation[name].tree(None).lines:
            if isinstance(line.number, Explanation) and line.number.is_backward and line.number.symbols:
                assert meant(explanation, line.number) == pytest.approx(float(line.number.value), rel=1e-9, abs=1e-12)
                assert line.text.startswith(f"{line.number.name} = {line.number.symbols} = ")
                told += 1
    assert told > 30


def test_many_terms_of_one_kind_are_a_sum_over_j() -> None:
    wide = gn.Network(20, gn.Dense(16, "relu"), gn.Dense(10, "softmax"), seed=0).explain(np.arange(20) / 20, 3)
    assert wide["∂loss/∂relu(a2)"].symbols == "Σ_j δy_j · weight(relu(a2)→y_j)"
    assert wide["∂loss/∂x5"].symbols == "Σ_j δa_j · weight(x5→a_j)"
    samples = gn.lecture().explain([[0.4, -0.7], [1, 2], [0, 1]], [1, 0, 2])
    assert samples["∂loss/∂w.weights[0, 1]"].symbols == "Σ_j u⁽ʲ⁾ · δw2⁽ʲ⁾"
    assert samples["∂loss/∂w.biases[1]"].symbols == "Σ_j δw2⁽ʲ⁾"
    letters = gn.lecture("1-3-3-1").explain([0.3], 1)
    assert letters["δA"].symbols == "δD · weight(A→D) + δE · weight(A→E) + δF · weight(A→F)"


def test_weights_say_what_they_connect() -> None:
    explanation = gn.lecture().explain([0.4, -0.7], 1, optimizer="adam")
    assert explanation["weight(w2→h3)"].text == "h.weights[1, 2] = 0.4"
    assert explanation["∂loss/∂w.weights[0, 1]"].role == "the weight from u to w2"
    assert explanation["new h.weights[1, 2]"].role == "the weight from w2 to h3"
    assert explanation["∂loss/∂h.biases[2]"].role == "the bias of h3"
    layer = gn.Dense(2, "relu", name="w", connected=[[1, 0], [1, 1]])
    masked = gn.Network(2, layer, gn.Dense(1), dtype="float64", seed=2)
    assert masked.explain([1, 2], 1)["∂loss/∂w.weights[1, 0]"].role == "the weight from v to w1"
    image = gn.Network((2, 2), gn.Flatten(), gn.Dense(2, name="w"), dtype="float64")
    assert image.explain(np.ones((2, 2)), [1, 2])["∂loss/∂w.weights[3, 1]"].role == "the weight from x2_2 to w2"
    with pytest.raises(gn.GlassnetError, match="there is no number 'weight"):
        _ = explanation["weight(w2→z)"]


def test_what_was_fed_forward_stands_apart() -> None:
    tree = gn.lecture("1-3-3-1").explain([0.3], 1)["δD"].tree(None)
    title = [line.words for line in tree.lines].index("fed forward")
    numbers = [line.number for line in tree.lines if line.number is not None]
    assert [number.name for number in numbers[:2]] == ["δD", "δy"]
    assert all(not number.is_backward for number in (line.number for line in tree.lines[title + 1 :]) if number)
    assert len({number.name for number in numbers}) == len(numbers)  # each once
    forward = gn.lecture("1-3-3-1").explain([0.3], 1).loss.tree(None)
    assert "fed forward" not in forward.text


# ── path by path ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_gradient_is_the_sum_of_its_paths() -> None:
    explanation = gn.lecture("2-4-3-1").explain([0.4, -0.7], 1)
    assert explanation.paths("w.weights[0,1]").text == "\n".join(
        [
            "∂loss/∂w.weights[0, 1] = 0.71725 - 0.40986 + 0.30739 ≈ 0.6148, for the weight from u to w2",
            "  w2 → h1 → z = u · weight(w2→h1) · weight(h1→z) · δz = (0.4)(0.8)(-0.7)(-3.202) ≈ 0.7172",
            "  w2 → h2 → z = u · weight(w2→h2) · weight(h2→z) · δz = (0.4)(-0.4)(-0.8)(-3.202) ≈ -0.4099",
            "  w2 → h3 → z = u · weight(w2→h3) · weight(h3→z) · δz = (0.4)(0.4)(-0.6)(-3.202) ≈ 0.3074",
        ]
    )


@pytest.mark.parametrize("activation", ["relu", "leaky relu", "gelu", "tanh"])
@pytest.mark.parametrize("name", ["w.weights[1, 2]", "w.biases[0]", "w2^(2)", "x", "q.weights[0, 1]"])
def test_paths_of_other_networks(activation: str, name: str) -> None:
    layers = (gn.Dense(3, activation, name="w"), gn.Dense(2, "sigmoid", name="h"), gn.Dense(3, "softmax", name="q"))
    net = gn.Network(2, *layers, dtype="float64", seed=4)
    explanation = net.explain(X, [0, 2, 1])
    name = "u^(1)" if name == "x" else name
    first, *others = explanation.paths(name).lines
    whole = gn.Network.explain(net, X, [0, 2, 1], whole=True).paths(name).lines[1:]
    values = [float(line.number.value) for line in whole if line.number is not None]
    assert sum(values) == pytest.approx(float(explanation.gradient(name).value), abs=1e-14)
    for line in (first, *others):
        if isinstance(line.number, Explanation):
            check(line.number)


def test_a_product_of_factors_by_hand() -> None:
    """relu passes, tanh' is 1 − tanh², δ is 2 (y − t)."""
    layers = (gn.Dense(1, "relu", name="r", weights=[[2.0]]), gn.Dense(1, "tanh", name="t", weights=[[0.25]]))
    net = gn.Network(1, *layers, gn.Dense(1, name="y", weights=[[3.0]], biases=None), dtype="float64")
    [_, line] = net.explain([0.5], 1.0).paths("r.weights[0, 0]").lines
    t = math.tanh(0.25)
    assert float(line.number.value) == pytest.approx(0.5 * 1 * 0.25 * (1 - t**2) * 3 * 2 * (3 * t - 1))
    assert line.text.startswith("r → t → y = x · relu'(r) · weight(relu(r)→t) · tanh'(t) · weight(tanh(t)→y) · δy = ")


def test_too_many_paths_are_refused_beforehand() -> None:
    net = gn.Network(2, *(gn.Dense(20) for _ in range(4)), gn.Dense(1), dtype="float64", seed=1)
    with pytest.raises(gn.GlassnetError, match="more than 2000 paths lead through δa1; ask for the tree"):
        net.explain([1.0, 2.0], 1.0).paths("u")
    shown = gn.Network(2, gn.Dense(16), gn.Dense(1), dtype="float64", seed=1).explain([1.0, 2.0], 1.0).paths("u")
    assert shown.lines[-1].text == "… and 10 more"


def test_what_gradients_name_within_themselves_can_be_asked_for() -> None:
    hidden = gn.Dense(2, "softmax", name="w", weights=[[1.0, -1.0]])
    explanation = gn.Network(1, hidden, gn.Dense(2, "relu", name="z"), dtype="float64", seed=1).explain([[0.5], [0.2]])
    names = ["w.mean slope⁽²⁾ of z1⁽²⁾", "w.mean slope⁽²⁾ of z2⁽²⁾", "relu'(z1⁽¹⁾)"]
    assert [explanation[name].name for name in names] == names  # without a target
    assert explanation[names[0]].value != explanation[names[1]].value
    for name in ("∂z1⁽²⁾/∂w1⁽²⁾", "∂relu(z2⁽¹⁾)/∂w1⁽¹⁾"):
        for line in explanation[name].tree(None).lines:
            if line.number is not None:
                assert explanation[line.number.name].text == line.number.text


def test_latex_has_the_names_first_as_the_text_has() -> None:
    net = gn.Network(2, gn.Dense(3, name="h"), gn.Dense(5, "tanh", name="g"), gn.Dense(1, name="z"), seed=1)
    explanation = net.explain([[1.0, 2.0], [0.5, 1.5]], [[0.0], [1.0]], optimizer="adam")
    assert explanation["δh1^(2)"].latex.startswith(
        r"\delta_{h_{1}^{(2)}} = \sum_{j} \delta_{g_{j}^{(2)}} \cdot \operatorname{weight}(h_{1} \to g_{j}) = \left("
    )
    assert r" = u^{(1)} \cdot \delta_{h_{2}^{(1)}} + u^{(2)} \cdot " in explanation["dloss/dh.weights[0, 1]"].latex
    assert r"1 - \left(0.9\right)^{\text{steps}} = 1 -" in explanation["bias correction of m"].latex
    assert r"\cdot" not in explanation["h1^(1)"].latex
    assert explanation["steps"].value == 1
    assert str(explanation["rate factor"]) == "rate factor = 1 (1 unless a callback has lowered the learning rate)"


def test_a_yes_or_no_is_told_by_its_name() -> None:
    net = gn.Network(1, gn.Dense(1, name="w", weights=[[0.5]]), dtype="float64")
    new = net.explain([2.0], [5.0], optimizer="lbfgs")["new optimizer.steps[9, 0]"]
    assert new.text.endswith(", since to be remembered = 0")
    assert new.latex.endswith(r"\text{, since }\text{to be remembered} = 0")
