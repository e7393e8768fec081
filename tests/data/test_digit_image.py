"""Any picture of a digit, framed like MNIST: the same digit must come out however it was drawn, saved and lit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from glassnet.data import mnist
from glassnet.data.digit_image import digit_image
from glassnet.ir.errors import DataError
from glassnet.network import load
from tests.data.canvas import mouse_drawings, redrawn, thin
from tests.data.idx_files import real_mnist
from tests.data.two import difference, two

REAL = real_mnist()
needs_mnist = pytest.mark.skipif(REAL is None, reason="the full MNIST is not in GLASSNET_DATA/mnist")


@pytest.fixture(scope="module")
def expected() -> NDArray[np.uint8]:
    return digit_image(two())


# --- the frame


def test_a_digit_fills_twenty_pixels_with_its_mass_in_the_middle(expected: NDArray[np.uint8]) -> None:
    assert (expected.shape, expected.dtype) == ((784,), np.uint8)
    rows, columns = np.nonzero(expected.reshape(28, 28))
    assert max(np.ptp(rows), np.ptp(columns)) == 19
    mass = expected.reshape(28, 28).astype(float)
    assert np.average(np.arange(28), weights=mass.sum(axis=1)) == pytest.approx(14, abs=0.51)
    assert np.average(np.arange(28), weights=mass.sum(axis=0)) == pytest.approx(14, abs=0.51)


def test_what_is_framed_already_stays_as_it_is(expected: NDArray[np.uint8]) -> None:
    assert (digit_image(expected) == expected).all()
    assert (digit_image(255 - expected.reshape(28, 28)) == expected).all()


@needs_mnist
def test_mnist_passes_through_files_unchanged(tmp_path: Path) -> None:
    images = mnist(REAL).x_test[:200].reshape(-1, 28, 28)
    for i, image in enumerate(images):
        path = tmp_path / f"{i}.png"
        Image.fromarray(image if i % 2 else 255 - image).save(path)
        assert (digit_image(path) == image.reshape(-1)).all()


@needs_mnist
def test_mnist_enlarged_comes_back_nearly_the_same() -> None:
    images = mnist(REAL).x_test[:30].reshape(-1, 28, 28)
    back = [digit_image(Image.fromarray(image).resize((280, 280), Image.Resampling.BICUBIC)) for image in images]
    assert np.median([difference(a, b.reshape(-1)) for a, b in zip(back, images, strict=True)]) < 0.35


# --- however it was drawn


@pytest.mark.parametrize(
    "canvas",
    [
        two(at=(0.02, 0.02)),
        two(at=(0.55, 0.45)),
        two(height=0.8, pen=0.08, at=(0.2, 0.1)),
        two(size=120),
        two(size=1000),
        two(size=60),
        two().crop((60, 40, 280, 230)),
    ],
    ids=["corner", "other corner", "large", "120 pixels", "1000 pixels", "60 pixels", "cropped"],
)
def test_place_and_size_do_not_matter(canvas: Image.Image, expected: NDArray[np.uint8]) -> None:
    assert difference(digit_image(canvas), expected) < 0.25


@pytest.mark.parametrize("pen", [0.007, 0.02, 0.05, 0.1])
def test_thin_pens_and_markers_give_a_usual_stroke(pen: float) -> None:
    grey = digit_image(two(pen=pen, size=500)).reshape(28, 28) / 255
    length = thin(np.pad(np.kron(grey > 0.5, np.ones((5, 5), bool)), 1)).sum() / 5
    assert 1.5 < grey.sum() / length < 4.5


@pytest.mark.parametrize(
    ("paper", "ink"),
    [
        ((255, 255, 255), (255, 0, 0)),
        ((255, 255, 255), (255, 225, 60)),
        ((0, 0, 0), (255, 255, 255)),
        ((20, 60, 30), (255, 240, 150)),
        ((90, 140, 90), (140, 90, 140)),
        ((128, 128, 128), (90, 90, 90)),
    ],
)
def test_colours_do_not_matter(paper: tuple[int, ...], ink: tuple[int, ...], expected: NDArray[np.uint8]) -> None:
    share = 1 - np.asarray(two(), float)[..., None] / 255
    picture = (np.array(paper) + share * (np.array(ink) - paper)).astype(np.uint8)
    assert difference(digit_image(picture), expected) < 0.25


@pytest.mark.parametrize("side", [8, 12, 19])
@pytest.mark.parametrize("top", [1, 16, 255])
def test_a_few_grey_pixels_are_enlarged(side: int, top: int, expected: NDArray[np.uint8]) -> None:
    """As in scikit-learn's digits, of 8×8 pixels from 0 to 16; tests/oracles reads those themselves."""
    reduced = np.asarray(two().crop((60, 40, 240, 220)).resize((side, side), Image.Resampling.BOX), float)
    values = np.rint((255 - reduced) / 255 * top) if top > 1 else 1 - reduced / 255
    for picture in (values, values.reshape(-1), top - values):
        digit = digit_image(picture)
        assert difference(digit, expected) < 1
        assert load("digits").predict(digit) == 2


# --- however it was lit


def photo(light: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]) -> Image.Image:
    """The 2 in dark grey on light grey paper with noise, under light that depends on place (both 0 to 1)."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:500, 0:500] / 500
    pixels = (60 + 0.6 * np.asarray(two(500), float)) * light(y, x) + rng.normal(0, 4, y.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1))


@pytest.mark.parametrize(
    "light",
    [
        lambda y, x: np.ones_like(x),
        lambda y, x: 1.1 - 0.5 * x,
        lambda y, x: 0.7 + 0.4 * y * x,
        lambda y, x: np.where(x + 0.5 * y > 0.9, 0.7, 1.0),
        lambda y, x: 1.1 - 0.8 * ((x - 0.4) ** 2 + (y - 0.4) ** 2),
    ],
    ids=["even", "from the left", "from a corner", "a sharp shadow", "a vignette"],
)
def test_uneven_light(light: Callable[..., NDArray[np.float64]], expected: NDArray[np.uint8]) -> None:
    assert difference(digit_image(photo(light)), expected) < 0.2


# --- on paper with specks and frames


def test_specks_and_frames_are_left_out(expected: NDArray[np.uint8]) -> None:
    canvas = two()
    draw = ImageDraw.Draw(canvas)
    for x, y in [(20, 20), (280, 30), (40, 270), (250, 200)]:
        draw.ellipse((x - 2, y - 2, x + 2, y + 2), 40)
    draw.rectangle((1, 1, 298, 298), outline=0, width=3)
    assert difference(digit_image(canvas), expected) < 0.25


@pytest.mark.parametrize("line", [1, 3, 10])
@pytest.mark.parametrize("shape", ["rectangle", "ellipse"])
def test_a_line_around_the_digit_is_left_out(shape: str, line: int, expected: NDArray[np.uint8]) -> None:
    canvas = two(at=(0.38, 0.3), height=0.4)
    getattr(ImageDraw.Draw(canvas), shape)((40, 25, 280, 275), outline=0, width=line)
    assert difference(digit_image(canvas), expected) < 0.25


def test_a_dot_inside_a_zero_is_kept() -> None:
    canvas = Image.new("L", (200, 200), 255)
    draw = ImageDraw.Draw(canvas)
    draw.ellipse((60, 40, 140, 160), outline=0, width=12)
    draw.ellipse((92, 92, 108, 108), fill=0)
    digit = digit_image(canvas).reshape(28, 28)
    assert digit[14, 14] > 200
    assert digit[[4, 23]].max() > 200


@pytest.mark.parametrize("size", [(10_000, 10), (10, 10_000), (10_000, 8), (3_000, 40), (50_000, 100), (9, 500)])
def test_pictures_too_narrow_for_a_digit(size: tuple[int, int]) -> None:
    narrow = Image.new("L", size, 255)
    ImageDraw.Draw(narrow).line([(size[0] // 2, 2), (size[0] // 2, size[1] - 3)], 0, 2)
    with pytest.raises(DataError, match="too narrow for a digit"):
        digit_image(narrow)


@needs_mnist
def test_mnist_enlarged_on_paper_is_read() -> None:
    """Of these, one in fourteen was taken for a sheet of paper when digits were thick."""
    data = mnist(REAL)
    enlarged = [
        Image.fromarray(255 - np.pad(image.reshape(28, 28), 3)).resize((272, 272), Image.Resampling.BICUBIC)
        for image in data.x_test[:150]
    ]
    assert (read([digit_image(image) for image in enlarged]) == data.y_test[:150]).mean() > 0.97


def test_a_part_that_stands_apart_is_kept() -> None:
    canvas = Image.new("L", (200, 200), 255)
    draw = ImageDraw.Draw(canvas)
    draw.line([(70, 60), (65, 100), (110, 100), (125, 130), (100, 160), (60, 155)], 0, 8, joint="curve")
    draw.line([(85, 40), (140, 36)], 0, 8)  # the hat of a 5
    digit = digit_image(canvas).reshape(28, 28)
    assert (digit[4:6].max(axis=0) > 128).sum() > 5


# --- what cannot be read


@pytest.mark.parametrize(
    "blank",
    [
        np.zeros((100, 100), np.uint8),
        np.full((100, 100), 255, np.uint8),
        np.full((28, 28), 7, np.uint8),
        np.zeros((100, 100, 4), np.uint8),
        np.clip(np.random.default_rng(0).normal(200, 5, (300, 300)), 0, 255).astype(np.uint8),
        np.linspace(100, 200, 90000).reshape(300, 300).astype(np.uint8),
        np.asarray(Image.new("L", (400, 400), 255).point(lambda _: 250)),
    ],
    ids=["black", "white", "28×28", "transparent", "noise", "a gradient", "nearly white"],
)
def test_blank_images_are_said_to_be_blank(blank: NDArray[np.uint8]) -> None:
    with pytest.raises(DataError, match="blank"):
        digit_image(blank)


def test_a_speck_alone_is_no_digit() -> None:
    canvas = np.full((400, 400), 255, np.uint8)
    canvas[200:204, 100:104] = 0
    with pytest.raises(DataError, match="blank"):
        digit_image(canvas)


# --- all together


def read(images: list[NDArray[np.uint8]]) -> NDArray[np.int64]:
    """The digits that the model that comes with Glassnet reads."""
    return load("digits").predict(np.stack(images))


def test_mouse_drawings_can_be_read() -> None:
    drawings = list(mouse_drawings(40, seed=1))
    answers = read([digit_image(image) for image, _ in drawings])
    assert (answers == [digit for _, digit in drawings]).mean() > 0.93


@needs_mnist
def test_real_digits_redrawn_with_another_pen_can_be_read() -> None:
    real = mnist(REAL)
    images = real.x_test[:30].reshape(-1, 28, 28)
    answers = read([digit_image(image) for image in redrawn(images, seed=1)])
    assert (answers == real.y_test[:30]).mean() > 0.9
