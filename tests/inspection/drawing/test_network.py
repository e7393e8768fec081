"""How much of a network is drawn: weights or the shape alone, labels or none, few or many neurons, which colours."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageFilter

import glassnet as gn
from glassnet.canvas.colors import DARK, LIGHT
from glassnet.canvas.picture import Picture
from glassnet.canvas.scene import Circle, Path, Text
from tests.canvas.measure import covered, overlapping

UV = [0.4, -0.7]
MASKED = gn.Network(2, gn.Dense(3, "relu", connected=[[1, 1, 0], [0, 1, 1]]), gn.Dense(30), gn.Dense(1), seed=3)


def words(picture: Picture) -> list[str]:
    return [element.text for element in picture.scene.elements if isinstance(element, Text)]


def lines(picture: Picture, stroke: str = "") -> int:
    paths = [e for e in picture.scene.elements if isinstance(e, Path) and e.stroke != "background"]
    return sum(len(path.lines) for path in paths if stroke in ("", path.stroke))


def circles(picture: Picture) -> list[Circle]:
    return [e for e in picture.scene.elements if isinstance(e, Circle) and e.radius > 2]


@pytest.mark.parametrize("x", [None, UV])
def test_the_shape_alone(x: list[float] | None) -> None:
    """All lines are alike and there are no weights or biases, but each neuron, edge, name and value."""
    for net in (gn.lecture(), MASKED):
        whole, shape = net.draw(x=x), net.draw(x=x, weights=False)
        assert lines(shape, "outline") == lines(shape) == lines(whole) - 2  # the legend's
        assert len(circles(shape)) == len(circles(whole))
        assert "weight" not in shape.description
        assert "bias" not in " ".join(words(shape))
        assert {e.of for e in circles(shape)} == {e.of for e in circles(whole)}
        assert overlapping(shape.scene.elements) == covered(shape.scene.elements) == []


@pytest.mark.parametrize("x", [None, UV])
def test_without_labels(x: list[float] | None) -> None:
    bare = gn.lecture().draw(x=x, labels=False)
    assert {circle.radius for circle in circles(bare)} == {9}
    assert lines(bare) == 23 + 2
    assert not {"0.71", "w1", "0.3", "bias 0.1"} & set(words(bare))
    assert words(bare).count("−") == (0 if x is None else 7)  # −0.7 and all sums but w1 and h2
    assert not overlapping(bare.scene.elements)


@pytest.mark.parametrize(("most", "drawn"), [(2, 2), (3, 3), (7, 7), (29, 29), (30, 30), (1000, 30)])
def test_as_many_neurons_as_one_likes(most: int, drawn: int) -> None:
    picture = MASKED.draw(x=UV, most=most)
    count = [sum(e.x == x for e in circles(picture)) for x in sorted({e.x for e in circles(picture)})]
    assert count == [2, min(3, most), drawn, 1]
    assert (f"{30 - drawn} more" in words(picture)) == (drawn < 30)
    assert not overlapping(picture.scene.elements)
    for number in picture.scene.elements:  # what is left out is left out in the middle
        if isinstance(number, Circle) and number.of.startswith("a"):
            assert number.of in {2: ("a1", "a3")}.get(most, ("a1", "a2", "a3"))


@pytest.mark.parametrize("most", [-1, 0, 1, 1001])
def test_how_many_is_said(most: int) -> None:
    with pytest.raises(gn.GlassnetError, match=f"2 to 1,000 neurons of a layer can be drawn, not {most}"):
        gn.lecture().draw(most=most)


@pytest.mark.parametrize("dark", [None, False, True])
def test_ink_alone(dark: bool | None) -> None:
    """Neither blue nor orange is left, and negative weights are dashed."""
    picture = gn.lecture().draw(x=UV, dark=dark, colors="ink")
    used = set(re.findall("#[0-9a-f]{6}", picture.svg))
    for color in used:
        red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
        assert max(red, green, blue) - min(red, green, blue) <= 30, color
    assert not used & {LIGHT.positive, LIGHT.negative, DARK.positive, DARK.negative}
    assert any(isinstance(e, Path) and e.dashed for e in picture.scene.elements)
    with pytest.raises(gn.GlassnetError, match="sepia"):
        gn.lecture().draw(colors="sepia")


@pytest.mark.parametrize(
    "picture",
    [gn.lecture().draw(x=UV, dark=False), MASKED.draw(x=UV, dark=True), gn.lecture().draw(x=UV, y=1, colors="ink")],
    ids=["light", "dark", "ink"],
)
def test_another_renderer_draws_the_same(picture: Picture) -> None:
    """Resvg draws the SVG as matplotlib draws the scene: texts and lines within a pixel or two of each other."""
    import resvg_py

    drawn = Pillow.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=picture.svg))))
    ours = Pillow.open(io.BytesIO(picture.encoded("png"))).resize(drawn.size)
    first, second = (
        np.asarray(image.convert("RGB").filter(ImageFilter.GaussianBlur(3)), np.float64) for image in (drawn, ours)
    )
    assert np.abs(first - second).max() < 80
    assert np.abs(first - second).mean() < 1.5
