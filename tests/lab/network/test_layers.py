"""The layers of a small network edited: what stays keeps its numbers, and what does not fit is said."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir.errors import GlassnetError
from glassnet.lab.network.layers import (
    activated,
    activations,
    network_of,
    resized,
    rows_of,
    why_fixed,
    with_layer,
    without_layer,
)

NET = gn.lecture("2-4-3-1")
ROWS = rows_of(NET)
INPUTS = np.random.default_rng(0).normal(size=(50, 2))


def test_rows_make_the_same_network() -> None:
    np.testing.assert_array_equal(network_of(ROWS, "float64")(INPUTS), NET(INPUTS))


@pytest.mark.parametrize(("column", "size"), [(0, 3), (0, 1), (1, 5), (1, 2), (2, 1), (3, 4)])
def test_a_column_of_another_size_keeps_the_numbers_of_what_stays(column: int, size: int) -> None:
    net = network_of(resized(ROWS, column, size), "float64")
    sizes = [2, 4, 3, 1]
    sizes[column] = size
    assert [net.input_shape[0], *(row.units for row in rows_of(net))] == sizes
    for name, before in NET.parameters.items():
        after = net.parameters[name]
        kept = tuple(slice(min(old, new)) for old, new in zip(before.shape, after.shape, strict=True))
        np.testing.assert_array_equal(after[kept], before[kept])
        np.testing.assert_allclose(after, after.round(1))
        assert after.all(), "new weights are none of 0"


def test_back_to_the_size_before_is_the_network_before() -> None:
    np.testing.assert_array_equal(network_of(resized(resized(ROWS, 1, 6), 1, 4), "float64")(INPUTS), NET(INPUTS))


def test_a_layer_more_and_the_same_less_is_the_network_before() -> None:
    for column in range(4):
        longer = with_layer(ROWS, column)
        assert len(longer) == 4
        np.testing.assert_array_equal(network_of(without_layer(longer, column + 1), "float64")(INPUTS), NET(INPUTS))


def test_names_stay_unless_they_list_the_neurons() -> None:
    rows = rows_of(gn.lecture("1-3-3-1"))
    assert [row.name for row in resized(rows, 1, 4)] == ["g", "D, E, F", "y"]
    assert [row.name for row in resized(ROWS, 1, 5)] == ["w", "h", "z"]


def test_activations_change_no_numbers() -> None:
    for name in activations():
        net = activated(NET, "w", name)
        expected = gn.Network(
            2,
            *(gn.Dense(row.units, name if row.name == "w" else "linear", row.weights, row.biases) for row in ROWS),
            dtype="float64",
        )
        np.testing.assert_array_equal(net(INPUTS), expected(INPUTS))


def test_activations_of_any_network_can_be_changed() -> None:
    digits = gn.load("digits")
    net = activated(digits, "dense_1", "tanh")
    assert net.layers["dense_1"].activation == gn.Tanh()
    assert net.labels == digits.labels
    np.testing.assert_array_equal(net.parameters["dense_2.weights"], digits.parameters["dense_2.weights"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: resized(ROWS, 1, 0), "1 to 24 neurons"),
        (lambda: resized(ROWS, 1, 25), "1 to 24 neurons"),
        (lambda: resized(ROWS, 4, 2), "no column 4"),
        (lambda: resized(ROWS, -1, 2), "no column -1"),
        (lambda: without_layer(ROWS[:1], 1), "at least one layer"),
        (lambda: without_layer(ROWS, 0), "no layer 0"),
        (lambda: network_of(resized(resized(resized(ROWS, 0, 24), 1, 24), 2, 24), "float64"), "500 fit here"),
        (lambda: network_of(9 * ROWS[:1], "float64"), "1 to 8 layers"),
        (lambda: activated(NET, "w", "rellu"), "did you mean 'relu'"),
        (lambda: activated(gn.load("digits"), "rescale_1", "relu"), "no activation that can be changed"),
    ],
)
def test_what_does_not_fit_is_said(change, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(GlassnetError, match=said):
        change()


@pytest.mark.parametrize(
    "net",
    [
        gn.load("digits"),
        gn.Network((2, 2), gn.Flatten(), gn.Dense(1)),
        gn.Network(2, gn.Dense(2, biases=None)),
        gn.Network(2, gn.Dense(2, connected=[[1, 0], [0, 1]])),
        gn.Network(2, gn.Dense(2, gn.PRelu())),
        gn.Network(40, gn.Dense(20)),
        gn.Network(2, gn.Dense(2, name="a:b")),
    ],
)
def test_other_networks_keep_their_layers(net: gn.Network) -> None:
    assert "keeps its layers" in why_fixed(net) or "fully connected" in why_fixed(net)
    with pytest.raises(GlassnetError):
        rows_of(net)
