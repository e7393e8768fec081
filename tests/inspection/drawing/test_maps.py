"""Pictures of networks of pictures: feature maps, kernels, receptive fields and relevance, as scenes of images."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.canvas.colors import shades
from glassnet.canvas.scene import Image, Rectangle, Text

X = np.random.default_rng(0).normal(size=(8, 8))


def net() -> gn.Network:
    layers = gn.Conv2D(3, 3, "relu"), gn.MaxPool2D(2), gn.Conv2D(2, 2, name="d"), gn.Flatten(), gn.Dense(2)
    return gn.Network((8, 8), *layers, seed=1)


def images(picture: gn.drawing.Picture) -> list[Image]:
    return [element for element in picture.scene.elements if isinstance(element, Image)]


def test_feature_maps_are_what_each_filter_makes() -> None:
    drawn = gn.drawing.feature_maps(net(), X)
    assert len(images(drawn)) == 3 + 3 + 2
    texts = [element.text for element in drawn.scene.elements if isinstance(element, Text)]
    assert [text for text in texts if ":" in text] == ["conv2d_1: 6 × 6", "maxpool2d_1: 3 × 3", "d: 2 × 2"]
    alone = gn.drawing.feature_maps(net(), X, "d")
    first = gn.Network((8, 8), *net().root.layers[:3], seed=1)
    made = first(X)
    np.testing.assert_array_equal(images(alone)[1].pixels, shades(made[..., 1] / np.abs(made).max(), False))
    assert alone.title == "The feature maps of d"


def test_kernels_are_drawn_one_for_each_filter_and_channel() -> None:
    first, second = gn.drawing.weights(net()), gn.drawing.weights(net(), layer="d")
    assert [image.pixels.shape for image in images(first)] == [(3, 3, 3)] * 3
    assert len(images(second)) == 2 * 3
    assert second.title == "The weights of 2 kernels of d for 3 channels as images of 2 × 2 pixels"
    array = net().parameters["d.weights"]
    expected = shades(array[:, :, 2, 0] / np.abs(array).max(), False)
    np.testing.assert_array_equal(images(second)[2].pixels, expected)


def test_what_a_neuron_sees_stands_in_a_frame() -> None:
    drawn = gn.drawing.seen(net(), "b2_1_3", X)
    assert drawn.title == "b2_1_3 sees 4 × 4 of the 8 × 8 numbers"
    frame = next(e for e in drawn.scene.elements if isinstance(e, Rectangle) and e.stroke == "positive")
    whole = images(drawn)[0]
    assert (frame.y - whole.y, frame.x - whole.x, frame.width) == (whole.height / 4, 0, whole.width / 2)


@pytest.mark.parametrize("how", ["gradient", "grad-cam", "occlusion"])
def test_relevance_stands_beside_the_picture(how: str) -> None:
    drawn = gn.drawing.relevant(net(), X, "y1", how)
    picture, beside = images(drawn)
    found = net().relevance(X, "y1", how)
    assert picture.pixels.shape == (8, 8, 3)
    np.testing.assert_array_equal(beside.pixels, shades(found / (np.abs(found).max() or 1), False))


def test_what_cannot_be_drawn_is_said() -> None:
    dense = gn.Network(4, gn.Dense(1))
    with pytest.raises(gn.GlassnetError, match="no layer of this network makes pictures"):
        gn.drawing.feature_maps(dense, [1, 2, 3, 4])
    with pytest.raises(gn.GlassnetError, match=r"this is drawn for pictures; .* have the shape \(4,\)"):
        gn.drawing.seen(dense)
    with pytest.raises(gn.GlassnetError, match=r"this is drawn for pictures; .* have the shape \(4,\)"):
        gn.drawing.relevant(dense, [1, 2, 3, 4])
    with pytest.raises(gn.GlassnetError, match="there is no convolution 'c'"):
        gn.drawing.weights(net(), layer="c")
    with pytest.raises(gn.GlassnetError, match="there is no layer of pictures 'c'"):
        gn.drawing.feature_maps(net(), X, "c")
