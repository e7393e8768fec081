"""A sheet of paper on a desk: the same digit must come out as of the sheet alone, and no digit may pass for one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from glassnet.data.digit_image import digit_image
from tests.data.canvas import on_desk
from tests.data.two import difference, two


@pytest.fixture(scope="module")
def expected() -> NDArray[np.uint8]:
    return digit_image(two())


DESKS = [0, 60, 120, 180, 210]


BORDERS = {
    "left and right": (80, 0, 80, 0),
    "narrow, left and right": (10, 0, 10, 0),
    "above and below": (0, 60, 0, 60),
    "on the left": (50, 0, 0, 0),
    "in a corner": (0, 0, 60, 30),
    "all around": (80, 80, 80, 80),
    "a little all around": (4, 4, 4, 4),
}


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("borders", BORDERS.values(), ids=list(BORDERS))
def test_the_desk_is_no_ink(desk: int, borders: tuple[int, int, int, int], expected: NDArray[np.uint8]) -> None:
    assert difference(digit_image(on_desk(two(), desk, borders)), expected) < 0.25


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("turn", [-10, -3, 5])
def test_the_sheet_may_lie_aslant_under_a_shadow(desk: int, turn: int) -> None:
    photo = on_desk(two(), desk, (70, 40, 50, 60), turn, seed=desk)
    straight = digit_image(two().rotate(turn, Image.Resampling.BICUBIC, fillcolor=255))
    moved = [np.roll(digit_image(photo).reshape(28, 28), shift, (0, 1)).reshape(-1) for shift in np.ndindex(3, 3)]
    assert min(difference(one, np.roll(straight.reshape(28, 28), 1, (0, 1)).reshape(-1)) for one in moved) < 0.4


def test_a_dark_sheet_on_a_light_desk(expected: NDArray[np.uint8]) -> None:
    board = two().point(lambda grey: 220 - 0.7 * grey)
    assert difference(digit_image(on_desk(board, 240, (60, 30, 40, 0), seed=1)), expected) < 0.25


def test_ink_of_any_thickness_on_a_desk() -> None:
    for pen in (0.01, 0.03, 0.08):
        canvas = two(pen=pen, height=0.6)
        photo = on_desk(canvas, 90, (80, 0, 30, 10), seed=3)
        assert difference(digit_image(photo), digit_image(canvas)) < 0.35


def test_a_shadow_across_the_digit_is_no_desk(expected: NDArray[np.uint8]) -> None:
    for seed in range(6):
        assert difference(digit_image(on_desk(two(), 0, (0, 0, 0, 0), seed=seed)), expected) < 0.25


@pytest.mark.parametrize("pen", [0.08, 0.12, 0.16])
@pytest.mark.parametrize("shape", ["0", "8", "6", "1"])
@pytest.mark.parametrize("light", [False, True])
def test_a_thick_digit_is_no_sheet_of_paper(shape: str, pen: float, light: bool) -> None:
    canvas = Image.new("L", (300, 300), 255)
    draw, width = ImageDraw.Draw(canvas), round(300 * pen)
    rings = {"0": [(90, 60, 210, 240)], "8": [(95, 40, 205, 150), (90, 135, 210, 260)], "6": [(90, 130, 210, 250)]}
    for ring in rings.get(shape, []):
        draw.ellipse(ring, outline=0, width=width)
    if shape in "16":
        draw.line([(150, 50), (105, 180)], 0, width)
    picture = Image.eval(canvas, lambda grey: 255 - grey) if light else canvas
    rows = np.flatnonzero((np.asarray(canvas) < 128).any(axis=1))
    columns = np.flatnonzero((np.asarray(canvas) < 128).any(axis=0))
    digit = digit_image(picture).reshape(28, 28)
    height, width = (np.ptp(np.flatnonzero((digit > 128).any(axis=axis))) + 1 for axis in (1, 0))
    assert height == 20
    assert width / height == pytest.approx(len(columns) / len(rows), abs=0.12)
