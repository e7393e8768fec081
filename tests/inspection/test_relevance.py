"""What speaks for a neuron: by gradient × input, by Grad-CAM and by occlusion, each against its definition."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn

X = np.random.default_rng(0).normal(size=(6, 5, 2))


def small() -> gn.Network:
    layers = gn.Conv2D(3, 3, "tanh", name="c"), gn.Conv2D(2, 2, "relu", name="d"), gn.Flatten(), gn.Dense(3, "softmax")
    return gn.Network((6, 5, 2), *layers, dtype="float64", seed=4)


def test_of_a_linear_network_the_terms_add_up_to_the_answer() -> None:
    layers = gn.Conv2D(3, 3, padding="same"), gn.AveragePool2D(2), gn.Flatten(), gn.Dense(1)
    net = gn.Network((6, 5, 2), *layers, dtype="float64")
    found = net.relevance(X)
    assert found.shape == X.shape
    assert found.sum() == pytest.approx(net(X)[0], rel=1e-12)


def test_gradient_times_input_is_that_of_the_explanation() -> None:
    net = small()
    explanation = net.explain(X, 1)
    slope = explanation["∂y2/∂x2_3_1"].value
    assert net.relevance(X, "y2")[1, 2, 0] == pytest.approx(slope * X[1, 2, 0], rel=1e-12)


@pytest.mark.parametrize("layer", [None, "c", "d"])
def test_class_activation_weighs_maps_by_their_mean_gradient(layer: str | None) -> None:
    net = small()
    explanation = net.explain(X, 1)
    name, shape = ("tanh(c", (4, 3, 3)) if layer == "c" else ("relu(d", (3, 2, 2))
    names = np.array([f"{name}{i + 1}_{j + 1}_{k + 1})" for i, j, k in np.ndindex(shape)]).reshape(shape)
    maps = np.vectorize(lambda one: explanation[one].value)(names)
    slopes = np.vectorize(lambda one: explanation[f"∂y3/∂{one}"].value)(names)
    expected = np.maximum((maps * slopes.mean(axis=(0, 1))).sum(axis=-1), 0)
    np.testing.assert_allclose(net.relevance(X, "y3", "grad-cam", layer=layer), expected, rtol=1e-10, atol=1e-14)


def test_occlusion_is_what_is_lost_under_a_square() -> None:
    net = gn.Network((3, 3), gn.Flatten(), gn.Dense(1, weights=[[w] for w in range(9)]), dtype="float64")
    x = np.ones((3, 3))
    np.testing.assert_allclose(net.relevance(x, how="occlusion", size=1), np.arange(9.0).reshape(3, 3))
    assert net.relevance(x, how="occlusion", size=3)[1, 1] == pytest.approx(36)
    corner = net.relevance(x, how="occlusion", size=2)[0, 0]
    assert corner == pytest.approx(0 + 1 + 3 + 4), "only one square covers the corner"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"how": "magic"}, "there is no way to tell what is relevant 'magic'"),
        ({"layer": "c"}, "a layer is asked of how='grad-cam', not of how='gradient'"),
        ({"how": "grad-cam", "layer": "e"}, "there is no layer of pictures before the neuron 'e'"),
        ({"how": "occlusion", "size": 6}, r"a square of 6 × 6 must fit into \(6, 5, 2\)"),
        ({"how": "occlusion", "size": 0}, "the size of what is covered must be a whole number of at least 1"),
        ({"x": [X, X]}, "one sample at a time: give x of the input's shape"),
    ],
)
def test_what_makes_no_sense_is_said(how: dict[str, Any], words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        small().relevance(**{"x": X, "neuron": "y1", **how})


def test_a_network_without_pictures_has_no_class_activation() -> None:
    with pytest.raises(gn.GlassnetError, match="no layer before this neuron makes pictures"):
        gn.Network(2, gn.Dense(1)).relevance([1, 2], how="grad-cam")
