"""Simplifying: a smaller network, equal outputs."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from tests.inspection.networks import networks


def kinds(net: gn.Network) -> list[str]:
    return [type(layer).__name__ for layer in net.root.layers]


@settings(max_examples=60)
@given(networks(), st.integers(0, 2**32))
def test_the_outputs_stay_and_nothing_grows(net: gn.Network, seed: int) -> None:
    small = net.simplify()
    x = np.random.default_rng(seed).normal(size=(5, *net.input_shape))
    np.testing.assert_allclose(small(x), net(x), rtol=1e-10, atol=1e-11)
    before, after = net.operations(), small.operations()
    assert 2 * after.multiply_adds + after.others <= 2 * before.multiply_adds + before.others + 1
    assert kinds(small.simplify()) == kinds(small)


def test_a_linear_network_becomes_one_layer() -> None:
    net = gn.lecture("2-4-3-1").simplify()
    assert kinds(net) == ["Dense"]
    np.testing.assert_allclose(net.parameters["z.weights"], [[-0.621], [-0.082]], rtol=1e-14)
    np.testing.assert_allclose(net.parameters["z.biases"], [-0.41], rtol=1e-14)


def test_neighbours_of_every_kind_merge() -> None:
    mask = np.random.default_rng(0).integers(0, 2, (16, 8))
    net = gn.Network(
        40,
        gn.Rescale(1 / 255, offset=-0.5), gn.Dropout(0.1), gn.Dense(16), gn.BatchNorm(), gn.Identity(),
        gn.Dense(8, gn.PRelu(), connected=mask), gn.GaussianNoise(0.1),
        gn.Sequential(gn.Dense(6, biases=None), gn.BatchNorm()), gn.Dense(3, "softmax", name="answer"),
    )  # fmt: skip
    for name, array in net.state.items():
        array[...] = np.random.default_rng(len(name)).uniform(0.5, 2, array.shape)
    net.parameters["dense_2.slope"] = np.linspace(0, 1, 8)
    net.labels = ("a", "b", "c")
    small = net.simplify()
    assert kinds(small) == ["Dense", "Dense"]
    assert list(small.parameters) == [
        "dense_1.weights", "dense_1.biases", "dense_1.slope", "answer.weights", "answer.biases",
    ]  # fmt: skip
    x = np.random.default_rng(1).uniform(0, 255, (20, 40))
    np.testing.assert_allclose(small(x), net(x), atol=2e-6)
    assert small.labels == net.labels
    assert small.dtype == "float32"


def test_a_bottleneck_stays_and_an_expansion_goes() -> None:
    assert kinds(gn.Network(50, gn.Dense(3), gn.Dense(50)).simplify()) == ["Dense", "Dense"]
    assert kinds(gn.Network(3, gn.Dense(50), gn.Dense(3)).simplify()) == ["Dense"]
    zigzag = gn.Network(4, gn.Dense(100), gn.Dense(3), gn.Dense(100), gn.Dense(4))
    assert [layer.units for layer in zigzag.simplify().root.layers] == [4]  # type: ignore[attr-defined]


def test_what_is_not_linear_stays_as_it_is() -> None:
    net = gn.Network((2, 2), gn.Rescale(2), gn.Flatten(), gn.LayerNorm(), gn.Dense(2, "relu"), gn.Activation("tanh"))
    assert kinds(net.simplify()) == ["Rescale", "Flatten", "LayerNorm", "Dense", "Activation"]
    half = gn.Network(2, gn.Concatenate(gn.Identity(), gn.Activation("relu")), gn.Dense(1))
    assert kinds(half.simplify()) == ["Concatenate", "Dense"]
    assert kinds(gn.Network(2, gn.Embedding(3, 2)).simplify()) == ["Embedding"]


def test_a_network_that_does_nothing_is_left_with_that() -> None:
    net = gn.Network(2, gn.Dropout(0.5), gn.Activation("linear")).simplify()
    assert kinds(net) == ["Identity"]


def test_the_original_is_untouched_and_the_new_one_can_be_saved(tmp_path: object) -> None:
    net = gn.lecture("1-3-3-1")
    before = {name: array.copy() for name, array in net.arrays().items()}
    small = net.simplify()
    small.parameters["y.biases"] = [7]
    assert all((net.arrays()[name] == array).all() for name, array in before.items())
    path = f"{tmp_path}/small.safetensors"
    small.save(path)
    np.testing.assert_array_equal(gn.load(path)([[0.3]]), small([[0.3]]))


@pytest.mark.parametrize("biases", [None, "normal"], ids=["without biases", "with biases"])
@pytest.mark.parametrize(
    "layer", [gn.Conv2D(4, 3, groups=2, stride=2), gn.Conv2DTranspose(4, 2), gn.Conv2D(4, 3, "relu")], ids=str
)
def test_a_batch_normalisation_becomes_part_of_the_kernels_before_it(layer: gn.Layer, biases: str | None) -> None:
    given = dataclasses.replace(layer, biases=biases)  # type: ignore[call-arg]
    net = gn.Network((6, 5, 2), given, gn.BatchNorm(), gn.Flatten(), gn.Dense(2), dtype="float64")
    generator = np.random.default_rng(0)
    for array in net.arrays().values():
        array[...] = generator.uniform(0.5, 2, array.shape)
    x, simple = generator.normal(size=(3, 6, 5, 2)), net.simplify()
    np.testing.assert_allclose(simple(x), net(x), rtol=1e-12)
    assert ("batchnorm_1" in simple.layers) is (given.activation == gn.Relu())  # type: ignore[attr-defined]
