"""∂anything/∂anything: the slopes of outputs, neurons and single losses, against differences and the chain rule."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from tests.inspection.test_explanations import check_names
from tests.readings.explain.reader import check_tree

X = np.array([[0.4, -0.7], [1.0, 2.0], [0.5, 0.25]])
Y = [0, 1, 1]
STEP = 1e-6
NETWORKS: dict[str, tuple[gn.Layer, ...]] = {
    "dense": (gn.Dense(2, "tanh", name="w"), gn.Dense(2, "softmax", name="q")),
    "layernorm": (gn.Dense(2, "gelu", name="w"), gn.LayerNorm(), gn.Dense(2, "softmax", name="q")),
    "batchnorm": (gn.Dense(2, "tanh", name="w"), gn.BatchNorm(), gn.Dense(2, "softmax", name="q")),
    "shortcut": (
        gn.Dense(2, "softplus", name="w"),
        gn.Add(gn.Dense(2), gn.Identity()),
        gn.Dense(2, "softmax", name="q"),
    ),
}
ASKED = ("q2⁽²⁾", "softmax(q1⁽³⁾)", "loss⁽²⁾", "loss", "w1⁽²⁾")


def network(name: str) -> gn.Network:
    return gn.Network(2, *NETWORKS[name], dtype="float64", seed=1)


@pytest.mark.parametrize("mode", ["", " in training"])
@pytest.mark.parametrize("name", NETWORKS)
def test_slopes_are_those_of_small_differences(name: str, mode: str) -> None:
    net = network(name)
    explanation = net.explain(X, Y, optimizer="sgd")
    mark = explanation.training.mark if mode else ""
    for of in ASKED:
        for by, array, place in (("u⁽²⁾", X, (1, 0)), ("w.weights[0, 1]", net.parameters["w.weights"], (0, 1))):
            found = []
            for shift in (STEP, -2 * STEP, STEP):
                array[place] += shift
                found.append(net.explain(X, Y, optimizer="sgd")[of + mark].value)
            one = explanation[f"∂{of}/∂{by}{mark}"]
            assert one.value == pytest.approx((found[0] - found[1]) / (2 * STEP), abs=1e-7)
            assert one.name == f"∂{of}/∂{by}{mark}"
            check_tree(one, 3)
            check_names(explanation, one, 3)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_chain_rule_holds_between_any_numbers(name: str) -> None:
    explanation = network(name).explain(X, Y)
    for of in ASKED[:4]:
        through = sum(explanation[f"∂{of}/∂w{i}⁽²⁾"].value * explanation[f"∂w{i}⁽²⁾/∂v⁽²⁾"].value for i in (1, 2))
        assert explanation[f"∂{of}/∂v⁽²⁾"].value == pytest.approx(through, abs=1e-12)
    each = sum(explanation[f"∂loss^({i})/∂w.biases[0]"].value for i in (1, 2, 3))
    assert explanation["∂loss/∂w.biases[0]"].value == pytest.approx(each / 3, abs=1e-12)


def test_the_slope_of_an_output_is_written_along_its_path() -> None:
    explanation = gn.lecture("2-4-3-1").explain([0.4, -0.7])  # without a target
    assert explanation["∂z/∂w1"].tree().text == "\n".join(
        [
            "∂z/∂w1 = Σ_j ∂z/∂h_j · weight(w1→h_j) = (-0.7)(1) + (-0.8)(0.2) + (-0.6)(-0.3) = -0.68",
            "  ∂z/∂h1 = ∂z/∂z · weight(h1→z) = (1)(-0.7) = -0.7",
            "    ∂z/∂z = 1",
            "  ∂z/∂h2 = ∂z/∂z · weight(h2→z) = (1)(-0.8) = -0.8",
            "    and ∂z/∂z from above",
            "  ∂z/∂h3 = ∂z/∂z · weight(h3→z) = (1)(-0.6) = -0.6",
            "    and ∂z/∂z from above",
        ]
    )
    assert explanation["∂w1/∂z"].value == 0
    assert explanation["∂z/∂h.weights[0, 1]"].value == pytest.approx(0.71 * -0.8)


def test_what_layers_name_has_a_slope_too() -> None:
    explanation = network("layernorm").explain(X, Y)
    assert explanation["∂loss/∂layernorm_1.mean⁽²⁾"].name == "∂loss/∂layernorm_1.mean⁽²⁾"
    assert explanation["∂q1⁽²⁾/∂layernorm_1.mean⁽²⁾"].value != 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("∂w9/∂u⁽²⁾", "there is no number 'w9'"),
        ("∂q1⁽²⁾/∂w9", "there is no number 'w9'"),
        ("∂loss⁽²⁾/∂loss", "no gradient is taken for loss"),
        ("∂q1⁽²⁾", "there is no number '∂q1⁽²⁾'"),
    ],
)
def test_what_has_no_slope_is_said(asked: str, words: str) -> None:
    explanation = network("dense").explain(X, Y)
    with pytest.raises(gn.GlassnetError) as error:
        explanation[asked]
    assert words in str(error.value)
