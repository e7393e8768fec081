"""What neurons are called: by their layer's name, by their class, or by a letter that layers without neurons leave."""

from typing import Any

import pytest

import glassnet as gn
from glassnet.inspection.neurons import layers as found_layers
from glassnet.inspection.neurons import letters


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
    assert str(network.formula()).startswith("setosa = ")
    assert "setosa has weight 0.5" in network.draw().description


def test_one_yes_or_no_keeps_the_name_y() -> None:
    assert names(2, gn.Dense(1, "sigmoid"), labels=("no", "yes")) == ["y"]
