"""Surfaces and weights as images: each pixel is what the network computes there."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.canvas.colors import CLASSES
from glassnet.canvas.scene import Circle, Image, Path, Scene, Text
from glassnet.inspection.drawing.surfaces import _ticks
from tests.canvas.measure import overlapping


def images(drawn: Scene) -> list[Image]:
    return [element for element in drawn.elements if isinstance(element, Image)]


def is_blue(pixels: Any) -> Any:
    return pixels[..., 2].astype(int) - pixels[..., 0] > 15


def is_orange(pixels: Any) -> Any:
    return pixels[..., 0].astype(int) - pixels[..., 2] > 15


def words(drawn: Scene) -> set[str]:
    return {element.text for element in drawn.elements if isinstance(element, Text)}


def plane(activation: str = "linear") -> gn.Network:
    """u − v: positive below the diagonal that rises to the right."""
    return gn.Network(2, gn.Dense(1, activation, weights=[[4.0], [-4.0]]), dtype="float64")


@pytest.mark.parametrize("activation", ["linear", "sigmoid"])
@pytest.mark.parametrize("dark", [False, True])
def test_the_surface_of_a_plane(activation: str, dark: bool) -> None:
    (image,) = images(gn.drawing.surfaces(plane(activation), dark=dark).scene)
    rows, columns, _ = image.pixels.shape
    row, column = np.mgrid[0:rows, 0:columns]
    u, v = (column + 0.5) / columns, 1 - (row + 0.5) / rows
    assert is_blue(image.pixels)[u - v > 0.3].all()
    assert is_orange(image.pixels)[v - u > 0.3].all()


def test_hidden_neurons_have_their_own_surfaces() -> None:
    network = gn.Network(2, gn.Dense(2, weights=[[1.0, 0.0], [0.0, 1.0]], name="h"), gn.Dense(3, "softmax"))
    drawn = gn.drawing.surfaces(network).scene
    _, first, second = images(drawn)
    half = first.pixels.shape[0] // 2
    assert is_blue(first.pixels[:, half + 5 :]).all()
    assert is_orange(first.pixels[:, : half - 5]).all()
    assert is_blue(second.pixels[: half - 5]).all()
    assert is_orange(second.pixels[half + 5 :]).all()
    assert {"h1", "h2", "Output", "class 0", "class 2", "u", "v"} <= words(drawn)
    assert overlapping(drawn.elements) == []


def test_points_lie_where_they_belong_in_the_colours_of_their_classes() -> None:
    x, y = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 4.0], [10.0, 4.0]]), [0, 1, 2, 1]
    drawn = gn.drawing.surfaces(gn.Network(2, gn.Dense(3, "softmax")), x, y).scene
    (image,) = images(drawn)
    points = [element for element in drawn.elements if isinstance(element, Circle) and element.radius == 3.5]
    assert [point.fill for point in points] == [CLASSES[k] for k in y]
    share = 0.08 / 1.16  # the margin around the points
    for point, (u, v) in zip(points, x / [10, 4], strict=True):
        assert point.x == pytest.approx(image.x + image.width * (share + u * (1 - 2 * share)))
        assert point.y == pytest.approx(image.y + image.height * (1 - share - v * (1 - 2 * share)))


def test_the_classes_of_a_softmax_have_their_regions() -> None:
    network = gn.Network(2, gn.Dense(2, "softmax", weights=[[-50.0, 50.0], [0.0, 0.0]]))
    (image,) = images(gn.drawing.surfaces(network).scene)
    half = image.pixels.shape[1] // 2
    left, right = image.pixels[:, : half - 5].astype(int), image.pixels[:, half + 5 :].astype(int)
    assert (left[..., 2] > left[..., 0] + 50).all()  # class 0 is blue
    assert (right[..., 0] > right[..., 2] + 50).all()  # class 1 is orange


def test_many_points_are_thinned_and_wide_layers_cut() -> None:
    x, y = gn.data.moons(700)
    drawn = gn.drawing.surfaces(gn.Network(2, gn.Dense(30, "relu"), gn.Dense(1, "sigmoid")), x, y).scene
    assert len([e for e in drawn.elements if isinstance(e, Circle)]) == 600
    assert len(images(drawn)) == 1 + 24
    assert any("the first 24" in word for word in words(drawn))


def test_one_point_and_targets_in_a_column() -> None:
    drawn = gn.drawing.surfaces(plane(), [[3.0, 3.0]], [[2.0]]).scene
    assert len([e for e in drawn.elements if isinstance(e, Circle)]) == 1


@pytest.mark.parametrize(
    ("network", "x", "y", "words"),
    [
        (gn.Network(3, gn.Dense(1)), None, None, "networks with 2 inputs"),
        (plane(), [[1.0, 2.0, 3.0]], None, r"the shape \(n, 2\)"),
        (plane(), [[1.0, 2.0]], [1, 2], "x has 1 points and y has 2"),
        (plane(), [[1.0, float("nan")]], None, "nan"),
    ],
)
def test_what_has_no_surface(network: gn.Network, x: Any, y: Any, words: str) -> None:
    with pytest.raises(gn.DataError, match=words):
        gn.drawing.surfaces(network, x, y)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 1e-9), (-3e8, 7e8), (12.3, 12.9), (0, 365)])
def test_ticks_are_few_round_numbers_within_the_range(low: float, high: float) -> None:
    ticks = _ticks(low, high)
    assert 3 <= len(ticks) <= 8
    assert all(low - 1e-12 <= tick <= high + 1e-12 for tick in ticks)
    assert len({round(b - a, 10) for a, b in pairwise(ticks)}) == 1


def test_axes_have_ticks() -> None:
    drawn = gn.drawing.surfaces(plane()).scene
    assert {"−1", "0", "1"} <= words(drawn)
    assert len([e for e in drawn.elements if isinstance(e, Path)]) == 6


# ── weights as images ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("inputs", [(784,), (28, 28)])
def test_each_neuron_is_the_image_of_its_weights(inputs: tuple[int, ...]) -> None:
    layers = [gn.Flatten()] if len(inputs) == 2 else []
    network = gn.Network(inputs, *layers, gn.Dense(60, "relu"), gn.Dense(10, "softmax"))
    picture = gn.drawing.weights(network)
    found = images(picture.scene)
    weights = network.parameters["dense_1.weights"]
    assert len(found) == 48
    strong = 0.5 * np.abs(weights).max()
    for k, image in enumerate(found):
        own = weights[:, k].reshape(28, 28)
        assert is_blue(image.pixels)[own > strong].all()
        assert is_orange(image.pixels)[own < -strong].all()
    assert "12 more neurons" in picture.description
    assert overlapping(picture.scene.elements) == []


def test_images_need_not_be_square() -> None:
    network = gn.Network((4, 6), gn.Rescale(1 / 255), gn.Flatten(), gn.Dense(3))
    assert images(gn.drawing.weights(network).scene)[0].pixels.shape == (4, 6, 3)


@pytest.mark.parametrize("network", [gn.Network(3, gn.Dense(2)), gn.Network(9, gn.Activation("relu")), plane()])
def test_networks_of_no_images_have_no_weight_images(network: gn.Network) -> None:
    with pytest.raises(gn.GlassnetError, match="for networks of images"):
        gn.drawing.weights(network)


@pytest.mark.parametrize(("classes", "more"), [(16, None), (17, "1 more"), (40, "24 more")])
def test_classes_that_the_legend_has_no_room_for_are_counted(classes: int, more: str | None) -> None:
    drawn = gn.drawing.surfaces(gn.Network(2, gn.Dense(classes, "softmax"))).scene
    found = [element.text for element in drawn.elements if isinstance(element, Text)]
    assert sum(text.startswith("class ") for text in found) == 16
    assert [text for text in found if text.endswith(" more")] == ([more] if more else [])


def test_surfaces_are_called_like_the_numbers_of_the_explanation() -> None:
    network = gn.Network(2, gn.Dense(3, "relu", name="h"), gn.Dense(2), gn.Dense(1, "sigmoid"), seed=2)
    shown = [e.text for e in gn.drawing.surfaces(network).scene.elements if isinstance(e, Text)]
    names = ["relu(h1)", "relu(h2)", "relu(h3)", "a1", "a2"]
    assert [text for text in shown if text in network.explain([1.0, 2.0]).neurons] == names
    corners = network.explain([[u, v] for u in (-1.0, 1.0) for v in (-1.0, 1.0)])
    for name in names:
        inside = name.removesuffix(")")
        last = ")" if name.endswith(")") else ""
        values = [float(corners[f"{inside}^({k}){last}"].value) for k in range(1, 5)]
        low, high = shown[shown.index(name) + 1].replace("−", "-").split(" to ")
        assert (float(low), float(high)) == pytest.approx((min(values), max(values)), abs=0.1)
