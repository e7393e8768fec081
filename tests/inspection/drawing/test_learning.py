"""Numbers in pictures are those of the explanation by their names: values, and the gradients of a loss."""

from __future__ import annotations

from typing import Any

import pytest

import glassnet as gn
from glassnet.canvas.scene import Circle, Scene
from glassnet.inspection.neurons import input_names
from tests.inspection.drawing.test_blackboard import UV, is_readable, lecture, scene, texts


def shown_numbers(drawn: Scene) -> dict[str, float]:
    """The numbers that the picture has, by the names that it gives them: in circles, below and beside them."""
    found = {}
    for circle in (e for e in drawn.elements if isinstance(e, Circle) and e.radius > 9):
        within = [text for text in texts(drawn) if text.x == circle.x and abs(text.y - circle.y) < circle.radius]
        beside = [text for text in texts(drawn) if text.y == circle.y and text.anchor != "middle"]
        near = [text for text in beside if abs(text.x - circle.x) < circle.radius + 10]
        name, value = [text.text for text in (*near, *sorted(within, key=lambda text: text.y))]
        found[name] = value
    found |= [text.text.split(" = ") for text in texts(drawn) if " = " in text.text]
    return {name: float(value.replace("−", "-")) for name, value in found.items()}


def table_network() -> tuple[gn.Network, Any, Any]:
    rows = [
        {
            "petal length": 1.0 + i,
            "width": 0.1 * i * i,
            "town": "AB"[i % 2],
            "kind": ("setosa", "ab", "versicolor")[i % 3],
        }
        for i in range(12)
    ]
    table = gn.data.table(rows, target="kind")
    network = gn.Network(4, gn.Standardize(), gn.Dense(3, "leaky relu"), gn.Dense(3, "softmax"), seed=0)
    network.fit(table.x, table.y, epochs=1)
    network.encoding, network.labels = table.encoding, table.encoding.target.labels
    return network, table.x[1], table.y[1]


NETWORKS = {
    "2-4-3-1": (gn.lecture("2-4-3-1"), [0.4, -0.7], 1.0),
    "1-3-3-1": (gn.lecture("1-3-3-1"), [0.3], 1.0),
    "softmax": (gn.Network(3, gn.Dense(5, "tanh"), gn.Dense(4, "softmax"), seed=3), [0.3, -1.2, 2.0], 2),
    "sigmoid": (gn.Network(2, gn.Dense(4, "elu", name="p"), gn.Dense(2, "sigmoid"), seed=1), [1.0, 2.0], [0, 1]),
    "apart": (gn.Network(2, gn.Dense(3), gn.Activation("relu"), gn.Dense(2), gn.Activation("softmax")), [1.0, 2.0], 1),
    "branches": (
        gn.Network(3, gn.Dense(4, "relu"), gn.Add(gn.Dense(4, "tanh"), gn.Identity()), gn.BatchNorm(), gn.Dense(1)),
        [1.0, 0.5, -2.0],
        0.5,
    ),
    "table": table_network(),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_values_are_those_of_the_explanation_by_their_names(name: str) -> None:
    network, x, y = NETWORKS[name]
    drawn, explanation = scene(network, x), network.explain(x, y)
    found = shown_numbers(drawn)
    assert is_readable(drawn)
    inputs = {str(input_) for input_ in input_names(network).ravel()}
    assert set(found) - inputs == {*explanation.neurons}
    assert {one: explanation[one].value for one in found} == pytest.approx(found, rel=6e-3, abs=6e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_are_those_of_the_explanation_by_their_names(name: str) -> None:
    network, x, y = NETWORKS[name]
    drawn, explanation = network.draw(x=x, y=y).scene, network.explain(x, y)
    found = shown_numbers(drawn)
    assert is_readable(drawn)
    assert {f"∂loss/∂{input_}" for input_ in input_names(network).ravel()} <= set(found)
    sums = [one for one in explanation.neurons if "(" not in one]
    assert {f"δ{one}" for one in sums} <= set(found)
    assert {one: explanation[one].value for one in found} == pytest.approx(found, rel=6e-3, abs=6e-4)
    slopes = network.gradients([x], [y])
    weights = [float(w) for key, array in slopes.items() if key.endswith("weights") for w in array.ravel()]
    shown = [float(text.text.replace("−", "-")) for text in texts(drawn) if text.paint in ("positive", "negative")]
    assert sorted(shown) == pytest.approx(sorted(w for w in weights if w), rel=6e-3)


def test_gradients_are_of_one_sample_with_its_target() -> None:
    with pytest.raises(gn.GlassnetError, match="give x too"):
        lecture().draw(y=1)
    with pytest.raises(gn.GlassnetError, match="give y too"):
        lecture().draw(x=UV, loss="huber")
    with pytest.raises(gn.GlassnetError, match="one sample is drawn at a time"):
        lecture().draw(x=[UV, UV], y=[1, 2])
    description = gn.lecture("2-4-3-1").draw(x=UV, y=1).description
    assert "w2 has gradient 0.615 from u, gradient −1.08 from v, δw2 1.537" in description


@pytest.mark.parametrize("loss", ["squared error", "absolute error", "huber"])
def test_gradients_of_any_loss_and_of_penalties(loss: str) -> None:
    network = gn.Network(1, gn.Dense(1, weights=[[2.0]], weights_penalty=gn.Penalty(l2=0.5)), dtype="float64")
    explained = network.explain([3.0], [1.0], loss=loss)["∂loss/∂dense_1.weights[0, 0]"].value
    assert float(explained) in [
        float(text.text.replace("−", "-"))
        for text in texts(network.draw(x=[3.0], y=[1.0], loss=loss).scene)
        if text.paint == "positive"
    ]


@pytest.mark.parametrize("name", ["2-4-3-1", "1-3-3-1", "sigmoid", "table"])
def test_formulas_of_the_names_in_a_picture_give_its_numbers(name: str) -> None:
    network, x, _ = NETWORKS[name]
    inputs = [str(input_) for input_ in input_names(network).ravel()]
    for shown, value in shown_numbers(scene(network, x)).items():
        if shown not in inputs:
            expression = network.formula(shown)[shown]
            at = {symbol: x[inputs.index(symbol.name)] for symbol in expression.free_symbols}
            assert float(expression.subs(at)) == pytest.approx(value, rel=6e-3, abs=6e-4)
