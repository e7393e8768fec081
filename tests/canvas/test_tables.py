"""A digit as its numbers, and a confusion matrix: every number where it belongs, and readable on its ground."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.canvas.colors import DARK, LIGHT
from glassnet.canvas.scene import Image, Rectangle, Scene, Text
from tests.canvas.measure import overlapping
from tests.canvas.test_formats import contrast

DIGIT = np.random.default_rng(0).integers(0, 256, (28, 28)) * (np.random.default_rng(1).random((28, 28)) < 0.4)


def table(drawn: Scene) -> list[list[str]]:
    """The texts in rows, from the upper left."""
    texts = [element for element in drawn.elements if isinstance(element, Text)]
    rows = sorted({text.y for text in texts})
    return [[t.text for t in sorted(texts, key=lambda t: t.x) if t.y == y] for y in rows]


@pytest.mark.parametrize(
    "given", [DIGIT, DIGIT.astype(np.uint8).ravel(), DIGIT / 255, (DIGIT / 255).astype("f4")[None]]
)
def test_a_digit_is_its_table_of_numbers(given: Any) -> None:
    drawn = gn.drawing.numbers(given).scene
    assert table(drawn) == [[str(v) for v in row] for row in DIGIT]
    (image,) = (element for element in drawn.elements if isinstance(element, Image))
    assert (image.pixels == 255 - DIGIT[..., None]).all()
    assert overlapping(drawn.elements) == []


def test_its_numbers_are_readable_on_every_shade() -> None:
    drawn = gn.drawing.numbers(np.arange(256).reshape(16, 16)).scene
    for element in drawn.elements:
        if isinstance(element, Text):
            grey = 255 - int(element.text)
            assert contrast(element.paint, f"#{grey:02x}{grey:02x}{grey:02x}") > 4.5
            assert element.size >= 12


@pytest.mark.parametrize(
    "given", [np.zeros((65, 2)), np.zeros(783), np.full((2, 2), 256), np.full((2, 2), -1), np.full((2, 2), np.nan),
              np.zeros((3, 3, 3)), np.zeros((0, 0)), [["a"]]]
)  # fmt: skip
def test_what_is_no_image_is_refused(given: Any) -> None:
    with pytest.raises(gn.DataError, match=r"an image to print is|grey values are"):
        gn.drawing.numbers(given)


MATRIX = np.array([[950, 0, 7], [12, 1100, 1], [0, 40, 30]])


@pytest.mark.parametrize("dark", [False, True])
def test_a_confusion_matrix_has_all_counts(dark: bool) -> None:
    drawn = gn.drawing.confusion(MATRIX, ["cat", "a dog with a long name", "x"], dark).scene
    found = table(drawn)
    assert ["950", "·", "7"] in [row[-3:] for row in found]
    assert ["12", "1,100", "1"] in [row[-3:] for row in found]
    assert overlapping(drawn.elements) == []
    theme = DARK if dark else LIGHT
    for ground, text in pairwise(drawn.elements):
        if isinstance(ground, Rectangle) and isinstance(text, Text):
            assert ground.fill is not None
            assert contrast(theme[text.paint], theme[ground.fill]) > 3.0, (text.text, ground.fill)
    fills = [element.fill for element in drawn.elements if isinstance(element, Rectangle)]
    assert [fill[0] if fill else "" for fill in fills] == list("pbnnpnbnp")


@pytest.mark.parametrize(
    ("matrix", "labels"), [(np.ones((2, 3)), None), (np.ones((2, 2)), ["a"]), (np.ones((41, 41)), None), (3, None),
                           ([[-1]], None), (np.zeros((0, 0)), None)]
)  # fmt: skip
def test_what_is_no_confusion_matrix_is_refused(matrix: Any, labels: Any) -> None:
    with pytest.raises(gn.DataError, match="a confusion matrix is counts of shape"):
        gn.drawing.confusion(matrix, labels)
