"""Feature maps: all numbers of all layers, by the names and with the values of explanations."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.inspection.feature_maps import INPUT, FeatureMaps

NETWORKS = {
    "pictures": gn.Network(
        (8, 8, 3), gn.Conv2D(4, 3, "relu"), gn.MaxPool2D(2), gn.Conv2D(2, 2, "tanh"), gn.Flatten(), gn.Dense(3)
    ),
    "rows of pixels": gn.Network(64, gn.Reshape((8, 8, 1)), gn.Conv2D(2, 3), gn.GlobalMaxPool(), gn.Dense(1)),
    "grey values": gn.Network(
        36, gn.Rescale(1 / 255, 0.5), gn.Reshape((6, 6, 1)), gn.Conv2D(2, 3), gn.BatchNorm(), gn.Flatten(), gn.Dense(2)
    ),
    "pictures that it makes": gn.Network(4, gn.Dense(9), gn.Reshape((3, 3, 1)), gn.Conv2DTranspose(1, 2), gn.Flatten()),
    "sequences": gn.Network((10, 2), gn.Conv1D(3, 3, "relu"), gn.MaxPool1D(2), gn.Flatten(), gn.Dense(1)),
    "a residual block": gn.Network(
        (6, 6), gn.Conv2D(2, 3), gn.Add(gn.Identity(), gn.Conv2D(2, 3, "relu", padding="same")), gn.GlobalAveragePool()
    ),
}


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_names_and_values_are_those_of_explanations(network: gn.Network) -> None:
    maps = FeatureMaps(network)
    x = np.random.default_rng(0).normal(size=network.input_shape)
    explanation = network.explain(x)
    for layer, values in zip(maps.layers, maps(x), strict=True):
        assert values.shape == layer.shape
        for place in np.random.default_rng(1).integers(layer.shape, size=(3, 3)):
            at = tuple(map(int, place))
            np.testing.assert_allclose(explanation[layer.name(at)].value, values[at], rtol=1e-5, atol=1e-6)
            assert explanation[layer.sum_name(at)].name == layer.sum_name(at)
    for name, value in maps.answers(x):
        np.testing.assert_allclose(explanation[name].value, value, rtol=1e-5, atol=1e-6)
    assert [value for _, value in maps.answers(x)] == pytest.approx(network(x).ravel().tolist(), rel=1e-4, abs=1e-6)


def test_the_shapes_of_inputs() -> None:
    shapes = {name: FeatureMaps(network).shape for name, network in NETWORKS.items()}
    assert shapes == {
        "pictures": (8, 8, 3),
        "rows of pixels": (8, 8, 1),
        "grey values": (6, 6, 1),
        "pictures that it makes": (1, 4, 1),
        "sequences": (1, 10, 2),
        "a residual block": (6, 6, 1),
    }


def test_the_input_in_another_shape_or_scale_is_no_layer() -> None:
    layers = {name: [layer.title for layer in FeatureMaps(NETWORKS[name]).layers] for name in NETWORKS}
    assert layers["rows of pixels"] == ["conv2d_1"]
    assert layers["grey values"] == ["conv2d_1", "batchnorm_1"]
    assert layers["pictures that it makes"] == ["reshape_1", "conv2dtranspose_1"]


def test_fields_in_all_layers_before() -> None:
    maps = FeatureMaps(NETWORKS["pictures"])
    fields = maps.fields(2, (1, 0, 1))
    assert {layer: int(field.sum()) for layer, field in fields.items()} == {
        INPUT: 6 * 6 * 3,
        0: 4 * 4 * 4,
        1: 2 * 2 * 4,
    }
    assert fields[1][1:3, 0:2].all()


def test_layers_that_are_not_on_the_way_have_no_field() -> None:
    network = gn.Network((6, 6), gn.Concatenate(gn.Conv2D(1, 3, name="u"), gn.Conv2D(1, 3, name="v")), gn.Flatten())
    maps = FeatureMaps(network)
    titles = [layer.title for layer in maps.layers]
    assert set(maps.fields(titles.index("v"), (0, 0, 0))) == {INPUT}


def test_a_network_without_maps_is_said() -> None:
    with pytest.raises(gn.GlassnetError, match=r"makes feature maps, as gn.Conv2D does"):
        FeatureMaps(gn.lecture())
    with pytest.raises(gn.GlassnetError, match=r"makes feature maps"):
        FeatureMaps(gn.Network((3, 2), gn.Dense(2), gn.Flatten()))
