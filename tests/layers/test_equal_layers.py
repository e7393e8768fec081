"""Two layers that compute the same are two: in the graph, in explanations, in formulas and in pictures."""

from collections.abc import Sequence

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir import BATCH, Graph, operand, scope, source
from glassnet.ir.origin import Stage, within
from glassnet.readings import simplify
from glassnet.readings.draw.graph import draw_graph

X = [1.0, -2.0]


def relu(name: str | None = None) -> gn.Activation:
    return gn.Activation("relu", name=name)


def dense(name: str) -> gn.Dense:
    return gn.Dense(2, weights=[[1, 2], [3, 4]], biases=None, name=name)


SIDE_BY_SIDE: dict[str, tuple[gn.Layer, list[str]]] = {
    "activations": (gn.Add(relu("left"), relu("right")), ["left", "right"]),
    "without names": (gn.Add(relu(), relu()), ["activation_1", "activation_2"]),
    "concatenated": (gn.Concatenate(relu("left"), relu("right")), ["left", "right"]),
    "three": (gn.Add(relu("a"), relu("b"), relu("c")), ["a", "b", "c"]),
    "scaled": (gn.Add(gn.Rescale(2, name="left"), gn.Rescale(2, name="right")), ["left", "right"]),
    "functions of several operations": (
        gn.Add(gn.Activation("gelu", name="left"), gn.Activation("gelu", name="right")),
        ["left", "right"],
    ),
    "normalised": (gn.Add(gn.BatchNorm(name="left"), gn.BatchNorm(name="right")), ["left", "right"]),
    "dense of the same weights": (gn.Add(dense("left"), dense("right")), ["left", "right"]),
    "inside containers": (
        gn.Add(gn.Sequential(gn.Sequential(relu("left"))), gn.Sequential(relu("right"), gn.Identity())),
        ["left", "right"],
    ),
    "containers inside": (
        gn.Add(gn.Add(relu("a"), relu("b")), gn.Concatenate(gn.Sequential(gn.Concatenate(relu("c"))))),
        ["a", "b", "c"],
    ),
    "one after another": (gn.Sequential(relu("left"), relu("right")), ["left", "right"]),
}


def paths(graph: Graph) -> set[str]:
    return {var.origin.path for var, _ in graph.equations()} - {""}


@pytest.mark.parametrize(("layer", "names"), SIDE_BY_SIDE.values(), ids=SIDE_BY_SIDE)
def test_both_are_in_the_graph_the_explanation_and_the_picture(layer: gn.Layer, names: Sequence[str]) -> None:
    net = gn.Network(2, layer, gn.Dense(1, weights=gn.Constant(1.0)), dtype="float64")
    assert paths(net.graph) == {*names, "dense_1"}
    explained = net.explain(X, [1.0], optimizer=gn.SGD(0.1))
    assert [title for title in explained.layers if title in names] == list(names)
    assert {*names, "dense_1"} <= {path.rpartition("gradient.")[2] for path in paths(explained.training.graph)}
    for picture in (net.draw(), net.draw(x=X), draw_graph(net.graph)):
        assert all(name in picture.description for name in names)


@pytest.mark.parametrize(("layer", "names"), SIDE_BY_SIDE.values(), ids=SIDE_BY_SIDE)
def test_each_number_is_found_by_its_name(layer: gn.Layer, names: Sequence[str]) -> None:
    net = gn.Network(2, layer, dtype="float64")
    explained = net.explain(X, np.zeros(net([X]).shape[1:]))
    named = [name for name in explained.neurons if "(" not in name]
    assert len(set(named)) == len(named)
    for title, numbers in explained.layers.items():
        for number in numbers:
            assert explained[number.name].value == number.value, title
            assert np.isfinite(explained.gradient(number.name).value), title


def test_the_answer_and_its_gradient_count_both() -> None:
    net = gn.Network(2, gn.Add(relu("left"), relu("right")), gn.Dense(1, weights=[[1], [5]]), dtype="float64")
    assert net([3.0, 2.0]).tolist() == [2 * 3 + 5 * 2 * 2]
    explained = net.explain([3.0, 2.0], [0.0])
    assert explained["left_1"].text == "left_1 = relu(3) = 3"
    assert explained.gradient("left_1").value == explained.gradient("right_1").value == 2 * 26


def test_formulas_know_both() -> None:
    net = gn.Network(2, gn.Add(relu("left"), relu("centre")), dtype="float64")
    assert str(net.formula("centre_1")) == "centre_1 = max(0, u)"
    assert str(net.formula("left_2")) == "left_2 = max(0, v)"


def test_both_are_there_after_loading(tmp_path: object) -> None:
    net = gn.Network(2, gn.Add(relu("left"), relu("right")))
    net.save(f"{tmp_path}/net.safetensors")
    assert paths(gn.load(f"{tmp_path}/net.safetensors").graph) == {"left", "right"}


# ── what is one ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_equal_equations_of_one_layer_are_one_and_of_two_layers_two() -> None:
    x = source("input", "x", (BATCH, 2), "float64")
    with scope("a"):
        first, again = x * 2, x * 2
    with scope("b"):
        other = x * 2
    assert first is again
    assert first is not other
    assert first.inputs == other.inputs, "constants belong to no layer"


def test_simplification_keeps_layers_apart_and_merges_all_else() -> None:
    x = source("input", "x", (BATCH, 2), "float64")
    outputs = {}
    places: tuple[tuple[str, Stage], ...]
    places = ("a", ""), ("b", ""), ("a", "gradient"), ("w", "optimizer"), ("b", "optimizer"), ("", "gradient")
    for path, stage in places:
        with within(path, stage):
            outputs[f"{stage} {path}"] = x * 2
    found = simplify(outputs)
    assert found[" a"] is not found[" b"]
    assert found["gradient a"] is found[" a"]
    assert found["optimizer w"] is found["optimizer b"] is found["gradient "] is found[" a"]


def test_operands_that_were_merged_make_their_results_equal() -> None:
    x = source("input", "x", (BATCH, 2), "float64")
    with within("w", "optimizer"):
        first = (x * 2 + 1) ** 2
    outside = (x * 2 + 1) ** 2
    found = simplify({"first": first, "outside": outside})
    assert found["first"] is found["outside"]


def test_the_losss_gradient_uses_the_softmax_that_the_network_has() -> None:
    net = gn.Network(2, gn.Dense(3, "softmax", name="q"), seed=0, dtype="float64")
    assert "softmax(q1)" in net.explain(X, 1).gradient("q1").tree().text


def test_scalars_of_the_optimiser_are_computed_once() -> None:
    net = gn.Network(2, gn.Dense(3), gn.Dense(1), dtype="float64")
    graph = net.explain(X, [1.0], optimizer=gn.Adam()).training.graph
    powers = [var for var, equation in graph.equations() if equation.primitive.name == "power" and var.shape == ()]
    assert len(powers) == 2, "beta_1 and beta_2 to the power of the step, not once a parameter"


def test_constants_are_one() -> None:
    with scope("a"):
        first = operand([1.0, 2.0], "float64")
    with scope("b"):
        assert operand([1.0, 2.0], "float64") is first
