"""What neurons are called: by their layer's name, by their class, or by a letter that layers without neurons leave."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.inspection.neurons import input_names, letters
from glassnet.inspection.neurons import layers as found_layers
from glassnet.ir.graph import Graph
from tests.inspection.networks import CORNERS, networks


def names(inputs: Any, *layers: gn.Layer, labels: tuple[str, ...] | None = None) -> list[str]:
    network = gn.Network(inputs, *layers)
    network.labels = labels
    return letters(network, list(found_layers(network.graph)))


def test_rescaled_numbers_leave_the_letter_a_to_the_first_neurons() -> None:
    assert names(2, gn.Rescale(0.5), gn.Dense(2), gn.Dense(1)) == ["s", "a", "y"]
    assert names(2, gn.Dense(2), gn.Rescale(0.5), gn.Dense(3), gn.Dense(1)) == ["a", "s", "b", "y"]
    assert names(2, gn.Rescale(0.5), gn.Dense(2), gn.Dense(1), gn.Rescale(2.0)) == ["s", "a", "b", "y"]


def test_a_second_one_and_one_of_a_name_are_told_apart() -> None:
    two = names(2, gn.Rescale(0.5), gn.Rescale([1, 2]), gn.Dense(2), gn.Dense(1))
    assert two == ["s", "rescale_2", "a", "y"]
    assert names(2, gn.Rescale(0.5), gn.Dense(2, name="s"), gn.Dense(1)) == ["rescale_1", "s", "y"]
    assert names(2, gn.Rescale(0.5, name="scaled"), gn.Dense(2), gn.Dense(1)) == ["scaled", "a", "y"]


def test_what_only_moves_numbers_takes_no_letter() -> None:
    assert names((2, 2), gn.Flatten(), gn.Dense(2), gn.Dense(1)) == ["flatten_1", "a", "y"]
    assert names(4, gn.Dense(4), gn.Reshape((2, 2)), gn.Flatten(), gn.Dense(1)) == ["a", "reshape_1", "flatten_1", "y"]


@pytest.mark.parametrize(
    ("labels", "called"),
    [
        (("setosa", "versicolor"), "setosa, versicolor"),
        (("0", "1"), "y0, y1"),
        (("A", "B"), "y_A, y_B"),
        (("a1", "b2"), "y_a1, y_b2"),
        (("Iris-setosa", "Iris versicolor"), "Iris_setosa, Iris_versicolor"),
        (("größer, als", "kleiner"), "größer_als, kleiner"),
        (("loss", "gain"), "y_loss, y_gain"),
        (("right", "wrong"), "y_right, y_wrong"),
        (("δa", "εb"), "y_δa, y_εb"),
        (("18–30", "31+"), "y18_30, y31"),
        (("a b", "a-b"), "y"),  # not to be told apart
        (("hidden", "shown"), "y"),  # there is a layer of that name
        (("u", "v", "w"), "y"),  # not as many as outputs
    ],
)
def test_outputs_are_called_like_their_classes(labels: tuple[str, ...], called: str) -> None:
    assert names(2, gn.Dense(2, name="hidden"), gn.Dense(2, "softmax"), labels=labels)[-1] == called


def test_explanations_formulas_and_pictures_say_the_class() -> None:
    network = gn.Network(1, gn.Dense(2, "softmax", weights=[[0.5, -0.5]]), dtype="float64")
    network.labels = ("setosa", "versicolor")
    explanation = network.explain([2], 1, optimizer=gn.SGD(0.1))
    assert explanation["setosa"].text == "setosa = (2)(0.5) + 0 = 1"
    assert "softmax(versicolor) = exp(-1) / (exp(1) + exp(-1))" in str(explanation)
    assert explanation.gradient("versicolor").text.startswith("δversicolor = ")
    assert "y1" not in str(explanation) + str(network.formula())
    assert str(network.formula()).startswith("softmax(setosa) = ")
    assert "setosa has weight 0.5" in network.draw().description


def test_one_yes_or_no_keeps_the_name_y() -> None:
    assert names(2, gn.Dense(1, "sigmoid"), labels=("no", "yes")) == ["y"]


# ── one name, one number ────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=40)
@given(networks(), st.integers(0, 2**32))
def test_formulas_and_explanations_call_one_number_by_one_name(net: gn.Network, seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=net.input_shape)
    explanation = net.explain(x)
    named = explanation.neurons
    assert set(net.formula().expressions) <= set(named)
    for name in named[:: max(1, len(named) // 5)]:
        found = net.formula(name)
        value = sympy.lambdify(found.inputs, found[name], "math")(*x.tolist())
        assert value == pytest.approx(explanation[name].value, rel=1e-9, abs=1e-9)


@settings(max_examples=20)
@given(networks(inputs=1, activations=CORNERS, outputs=1), st.integers(-20, 20))
def test_pieces_and_explanations_call_one_number_by_one_name(net: gn.Network, at: int) -> None:
    explanation = net.explain([at / 8])
    for name in explanation.neurons:
        assert float(net.pieces(name)(at / 8)) == pytest.approx(explanation[name].value, rel=1e-9, abs=1e-9)


def test_the_sum_and_the_value_are_two_numbers() -> None:
    net = gn.Network(2, gn.Dense(2, "leaky relu", name="p", weights=[[1, -1], [2, 0.5]]), gn.Dense(1, "sigmoid"))
    assert str(net.formula("p2")) == "p2 = -u + 0.5v"
    assert str(net.formula("leaky_relu(p2)")).startswith("leaky_relu(p2) = (-u + 0.5v if -u + 0.5v > 0 else ")
    assert str(net.regions(-1, 1, "p2")) == "1 linear region, the largest first:\np2 = -u + 0.5v"
    assert net.formula().expressions.keys() == {"sigmoid(y)"}
    with pytest.raises(gn.GlassnetError, match=r"no neuron 'relu\(p2\)'; did you mean 'leaky_relu\(p2\)'"):
        net.formula("relu(p2)")


def test_activations_of_ones_own_are_called_by_their_name() -> None:
    @gn.activation
    def doubled_relu(x: gn.ops.Var) -> gn.ops.Var:
        return 2 * gn.ops.relu(x)

    net = gn.Network(1, gn.Dense(1, doubled_relu, weights=[[3]]))
    assert str(net.formula()) == "doubled_relu(y) = 2·max(0, 3x)"
    assert net.explain([1.0])["doubled_relu(y)"].value == 6


@pytest.mark.parametrize(
    "name",
    ["δw1", "∂loss/∂w", "new w", "w in training", "relu(w)", "w[0]", "w⁽²⁾", "w^(2)", " w", "A,,B", "A, δb", ","],
)
def test_names_that_read_like_other_numbers_are_refused(name: str) -> None:
    with pytest.raises(gn.GlassnetError) as error:
        gn.Network(2, gn.Dense(2, name=name))
    assert f"{name!r} cannot be a layer's name" in str(error.value)


@pytest.mark.parametrize(
    ("layers", "called"),
    [
        ([gn.Dense(2, name="w"), gn.Dense(1, name="w1")], ["w1", "w2", "w1_1"]),
        ([gn.Dense(1, name="w1"), gn.Dense(2, name="w")], ["w1", "w_1", "w_2"]),
        ([gn.Dense(2, name="A, A"), gn.Dense(1)], ["A_1", "A_2", "y"]),
        ([gn.Dense(2, name="A, B"), gn.Dense(1, name="B")], ["A", "B", "B_1"]),
        ([gn.Dense(1, name="loss"), gn.Dense(2, name="penalty")], ["loss_1", "penalty_1", "penalty_2"]),
        ([gn.Dense(1, name="loss"), gn.Dense(1, name="loss_1")], ["loss_1", "loss_1_1"]),
        ([gn.Dense(1, name="u"), gn.Dense(1, name="v")], ["u_1", "v_1"]),  # the inputs are u and v
        ([gn.Dense(2, name="target"), gn.Dense(1)], ["target_1", "target_2", "y"]),
        ([gn.Dense(2), gn.Dense(1, name="a1")], ["a1", "a2", "a1_1"]),
        ([gn.Dense(2, name="h"), gn.Dense(2, name="h1"), gn.Dense(1)], ["h1", "h2", "h1_1", "h1_2", "y"]),
        ([gn.Dense(2), gn.Dense(1), gn.Dense(1, name="y")], ["a1", "a2", "b", "y"]),
        ([gn.Dense(1, name="learning rate"), gn.Dense(1, name="penalty")], ["learning rate_1", "penalty_1"]),
        ([gn.Dense(1, name="accuracy"), gn.Dense(1, name="step")], ["accuracy_1", "step_1"]),
        ([gn.Dense(2, name="top"), gn.Dense(1, name="f1")], ["top__1", "top__2", "f1_1"]),
        ([gn.Dense(2, name="answer, right"), gn.Dense(1)], ["answer_1", "right_2", "y"]),
        ([gn.Dense(3, name="target_1, b, c"), gn.Dense(2)], ["target_1_1", "b_2", "c_3", "y1", "y2"]),
    ],
)
def test_names_that_collide_are_told_apart(layers: list[gn.Layer], called: list[str]) -> None:
    net = gn.Network(2, *layers, dtype="float64")
    explanation = net.explain([0.5, -1.0], [0.25] * net.output.shape[-1])
    assert list(explanation.neurons) == called
    values = [explanation[name].value for name in called]
    formulas = [net.formula(name) for name in called]
    found = [sympy.lambdify(formula.inputs, *formula.expressions.values())(0.5, -1.0) for formula in formulas]
    np.testing.assert_allclose(values, found, rtol=1e-9)
    drawn = net.draw(x=[0.5, -1.0]).description
    assert all(f"{name} has weight" in drawn for name in called)


# ── columns of tables ───────────────────────────────────────────────────────────────────────────────────────────────


def of_table(columns: list[str]) -> gn.Network:
    """A linear network of a table with these columns, for a number."""
    table = gn.data.table({**{name: [1.0, 2.0, 4.0] for name in columns}, "goal": [1.0, 2.0, 3.0]}, target="goal")
    network = gn.Network(len(columns), gn.Dense(1, weights=gn.Constant(1.0)), dtype="float64")
    network.encoding = table.encoding
    return network


@pytest.mark.parametrize(
    ("net", "samples"),
    [
        (gn.Network((6, 6), gn.Conv2D(2, 3, "relu"), gn.MaxPool2D(2), gn.Flatten(), gn.Dense(2, "softmax")), 1),
        (gn.Network((3, 2), gn.LSTM(2, sequence=True), gn.Attention(2), gn.GRU(2), gn.Dense(1)), 1),
        (gn.Network(2, gn.Dense(3, "relu", name="A, B, C"), gn.LayerNorm(), gn.Dense(2, name="w1"), gn.Dense(1)), 3),
    ],
    ids=["maps", "steps", "several samples"],
)
def test_a_number_is_found_by_the_digits_of_its_name_as_among_all_names(net: gn.Network, samples: int) -> None:
    x = np.random.default_rng(0).normal(size=(samples, *net.input_shape))
    numbers = net.explain(x)._forward
    found = {name: numbers.find(name) for name in numbers.by_name}
    assert found == numbers.by_name
    assert len(found) > 10


def test_of_a_large_network_only_the_names_that_are_asked_for_are_written() -> None:
    net = gn.Network((40, 40), gn.Conv2D(8, 3, "relu"), gn.BatchNorm(), gn.Conv2D(8, 3, name="maps"), gn.Flatten())
    explanation = net.explain(np.eye(40))
    names = ("a38_2_8", "relu(a38_2_8)", "maps_36_1_3")
    assert [explanation[name].name for name in names] == list(names)
    assert "by_name" not in vars(explanation._forward)
    for name in ("a39_1_1", "a0_1_1", "a1_1", f"a{'9' * 5000}_1_1"):
        with pytest.raises(gn.GlassnetError, match="no number 'a"):
            explanation[name]


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (["petal length", "width"], ["petal_length", "width"]),
        (["day"], ["day"]),
        (["loss", "2nd", "target 1"], ["x_loss", "x_2nd", "x_target_1"]),
        (["δx", "Größe (m²)"], ["x_δx", "Größe_m"]),
        (["a", "b", "y"], ["a", "b", "y"]),
        (["a b", "a-b"], ["u", "v"]),  # they cannot be told apart
    ],
)
def test_inputs_are_called_like_the_columns_of_their_table(columns: list[str], names: list[str]) -> None:
    network = of_table(columns)
    assert [str(name) for name in input_names(network)] == names
    x = list(range(1, len(columns) + 1))
    explanation = network.explain(x, 1.0)
    for name, value in zip(names, x, strict=True):
        assert explanation[name].value == value
        assert explanation[f"∂loss/∂{name}"].value == pytest.approx(2 * (sum(x) - 1))
    formula = network.formula()
    assert {symbol.name for expression in formula.expressions.values() for symbol in expression.free_symbols} == set(
        names
    )
    assert all(
        f"{name} has value {value}" in network.draw(x=x).description for name, value in zip(names, x, strict=True)
    )
    assert network.formula(inputs=[f"q{i}" for i in x]).text.count("q") == len(x)


def test_the_steps_of_a_recurrent_layer_of_ones_own_are_named_by_their_number() -> None:
    @dataclass(frozen=True)
    class NeuronsFading(gn.ops.Cell):
        def __call__(self, state, steps, constants):
            return 0.5 * state + 0.5 * steps[0]

    @dataclass(frozen=True)
    class NeuronsAverage(gn.Layer):
        def __call__(self, x):
            return gn.ops.scan(NeuronsFading(), gn.ops.mean(x, 1), [x])

    net = gn.Network((3, 2), NeuronsAverage(), gn.Flatten(), gn.Dense(1), dtype="float64")
    explanation = net.explain([[0, 1], [3, 1], [3, 1]])
    assert explanation["neuronsaverage_1.step_2_1"].text.endswith("(0.5)(1) + (0.5)(3) = 2")
    assert explanation.neurons[-1] == "y"


def test_what_a_layer_makes_of_its_parameters_alone_is_none_of_its_neurons() -> None:
    """Where that came last in a layer, names for its numbers were looked for without end: it has no samples."""

    @dataclass(frozen=True)
    class NeuronsKeeping(gn.ops.Cell):
        def __call__(self, state, steps, constants):
            return state * constants[0] + steps[0]

    @dataclass(frozen=True)
    class NeuronsKept(gn.Layer):
        def __call__(self, x):
            start = gn.ops.mean(x, 1)
            kept = gn.ops.sigmoid(gn.parameter("kept", (2,), gn.Constant(0.5)))
            return gn.ops.scan(NeuronsKeeping(), start, [x], [kept])

    net = gn.Network((3, 2), NeuronsKept())
    step = [var for var, _ in net.unrolled.equations() if var.origin.path.endswith("step_3")][-1]
    found = list(found_layers(Graph({"prediction": step})))
    assert [(path, var.shape[1:]) for path, var in found][::3] == [
        ("neuronskept_1", (2,)),
        ("neuronskept_1.step_3", (2,)),
    ]
    assert letters(net, found)[-1] == "neuronskept_1.step_3"
