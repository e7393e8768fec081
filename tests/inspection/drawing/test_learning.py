"""Numbers in pictures are those of the explanation by their names: values, and the gradients of a loss."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.canvas.scene import Circle, Scene
from glassnet.inspection.drawing.blackboard import network_scene
from glassnet.inspection.drawing.columns import Numbers
from glassnet.inspection.drawing.learning import Step
from glassnet.inspection.drawing.network import Columns
from glassnet.inspection.names import IN_TRAINING
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


def test_a_step_with_dropout_is_drawn_with_its_own_numbers() -> None:
    """In training: half of the neurons are dropped, and the gradients are those of what is left."""
    layers = gn.Dense(4, "tanh", name="h"), gn.Dropout(0.5), gn.Dense(1, name="y")
    network = gn.Network(2, *layers, seed=3, dtype="float64")
    training = network.explain(UV, [1.0], optimizer="sgd").training
    step = Step(training)
    values, slopes = Columns(network, step=step).all(), Columns(network, learning=step).all()
    for column in values[1:]:
        for numbers in filter(None, (column.inside, column.below)):
            known = [training[name + IN_TRAINING].value for name in numbers.names]
            assert numbers.values.tolist() == known
    [dropped] = [column for column in values if column.title == "Dropout"]
    assert dropped.inside is not None
    assert 0 < (dropped.inside.values == 0).sum() < 4
    for column in slopes[1:]:
        assert column.inside is not None
        known = [
            training.gradient(name.removeprefix("δ").removeprefix("∂loss/∂")).value for name in column.inside.names
        ]
        assert column.inside.values.tolist() == known


def test_hidden_numbers_keep_their_room() -> None:
    columns = Columns(lecture(), np.array([UV])).all()
    shown, names = network_scene(columns, ""), ["w1", "w2", "w3", "w4"]
    hidden = [*columns[:1], *(replace(one, inside=replace(one.inside, are_hidden=True)) for one in columns[1:])]
    drawn = network_scene(hidden, "")
    places = [[(e.x, e.y) for e in each.elements if isinstance(e, Circle)] for each in (shown, drawn)]
    assert places[0] == places[1]
    assert {text.text for text in texts(drawn)} >= set(names)
    assert "0.71" in {text.text for text in texts(shown)}
    assert "0.71" not in {text.text for text in texts(drawn)}
    assert "0.71" not in drawn.description


def test_deltas_stand_in_the_place_of_the_biases() -> None:
    columns = Columns(lecture(), np.array([UV])).all()
    deltas = [replace(one, deltas=Numbers([f"δ{name}" for name in one.names], one.inside.values)) for one in columns]
    drawn = network_scene(deltas, "")
    assert {"δw1 = 0.71", "δz = −0.601"} <= {text.text for text in texts(drawn)}
    assert not [text for text in texts(drawn) if text.text.startswith("bias")]
    assert "δw1 = 0.71" in drawn.description
