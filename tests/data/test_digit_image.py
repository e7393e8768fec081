"""Any picture of a digit, framed like MNIST: the same digit must come out however it was drawn, saved and lit."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from glassnet.data import mnist
from glassnet.data.digit_image import digit_image
from glassnet.ir.errors import DataError
from glassnet.network import load
from tests.data.canvas import mouse_drawings, on_desk, redrawn, thin
from tests.data.idx_files import real_mnist

REAL = real_mnist()
needs_mnist = pytest.mark.skipif(REAL is None, reason="the full MNIST is not in GLASSNET_DATA/mnist")


def two(size: int = 300, at: tuple[float, float] = (0.3, 0.2), height: float = 0.5, pen: float = 0.05) -> Image.Image:
    """A 2 in black on a white canvas; place, height and pen in shares of the canvas."""
    path = [(0.1, 0.25), (0.2, 0.05), (0.45, 0), (0.65, 0.15), (0.6, 0.4), (0.35, 0.7), (0, 1), (0.35, 0.97), (0.75, 1)]
    canvas = Image.new("L", (4 * size, 4 * size), 255)
    points = [(4 * size * (at[0] + height * x), 4 * size * (at[1] + height * y)) for x, y in path]
    radius = 2 * size * pen
    draw = ImageDraw.Draw(canvas)
    draw.line(points, 0, round(2 * radius), joint="curve")
    for x, y in points:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), 0)
    return canvas.resize((size, size), Image.Resampling.BOX)


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """How much of the ink is elsewhere: 0 for equal images, 2 for images without common ink."""
    return float(abs(one.astype(float) - other).sum() / ((one.sum(dtype=float) + other.sum(dtype=float)) / 2))


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


@pytest.mark.parametrize("ink", [0, 255])
def test_transparent_paper(ink: int, expected: NDArray[np.uint8]) -> None:
    alpha = 255 - np.asarray(two())
    picture = np.stack([np.full_like(alpha, ink)] * 3 + [alpha], axis=2)
    assert difference(digit_image(picture), expected) < 0.25
    assert difference(digit_image(Image.fromarray(picture)), expected) < 0.25


@pytest.mark.parametrize(
    "convert",
    [
        lambda array: array / 255.0,
        lambda array: array.astype(np.float32),
        lambda array: array < 128,
        lambda array: np.stack([array] * 3, axis=2),
        lambda array: array[..., None],
    ],
    ids=["0 to 1", "0 to 255", "bool", "three channels", "one channel"],
)
def test_kinds_of_array(convert: Callable[[NDArray[np.uint8]], NDArray[Any]], expected: NDArray[np.uint8]) -> None:
    assert difference(digit_image(convert(np.asarray(two()))), expected) < 0.25


@pytest.mark.parametrize("convert", [list, tuple, np.ndarray.tolist], ids=["list", "tuple", "list of lists"])
def test_lists_of_numbers(convert: Callable[[NDArray[np.uint8]], Any], expected: NDArray[np.uint8]) -> None:
    assert (digit_image(convert(expected)) == expected).all()
    assert (digit_image(convert(expected.reshape(28, 28))) == expected).all()
    with pytest.raises(DataError, match="blank"):
        digit_image(convert(np.zeros(784)))


@pytest.mark.parametrize(
    "source", [None, {"a": 1}, ["1", "2", "3"], [[0] * 28, [0] * 27], iter([0] * 784), b"\x89PNG", 7]
)
def test_what_is_neither_a_file_nor_numbers_is_refused(source: object) -> None:
    with pytest.raises(DataError, match="digit"):
        digit_image(source)


def test_an_open_file(tmp_path: Path, expected: NDArray[np.uint8]) -> None:
    two().save(tmp_path / "two.png")
    with (tmp_path / "two.png").open("rb") as file:
        assert difference(digit_image(file), expected) < 0.25


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


# --- however it was saved


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "bmp", "webp", "tiff", "ppm"])
def test_formats(suffix: str, tmp_path: Path, expected: NDArray[np.uint8]) -> None:
    path = tmp_path / f"two.{suffix}"
    two().save(path)
    assert difference(digit_image(path), expected) < 0.25
    assert (digit_image(str(path)) == digit_image(path)).all()


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGB", "RGBA", "CMYK", "I", "F", "I;16"])
def test_modes(mode: str, tmp_path: Path, expected: NDArray[np.uint8]) -> None:
    sixteen = Image.fromarray(np.asarray(two()).astype(np.uint16) * 257)
    assert difference(digit_image(sixteen if mode == "I;16" else two().convert(mode)), expected) < 0.25


def test_photos_taken_sideways_are_set_upright(tmp_path: Path, expected: NDArray[np.uint8]) -> None:
    path, exif = tmp_path / "two.jpg", Image.Exif()
    exif[0x0112] = 6  # to be shown turned clockwise by a quarter
    two().transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)
    assert difference(digit_image(path), expected) < 0.25


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


# --- on a desk


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


@pytest.mark.parametrize(("low", "high"), [(0, 65535), (30000, 34000), (17, 60001), (65000, 65535)])
def test_sixteen_bits_over_any_range(low: int, high: int, expected: NDArray[np.uint8]) -> None:
    values = low + np.asarray(two(), float) / 255 * (high - low)
    assert difference(digit_image(Image.fromarray(values.astype(np.uint16))), expected) < 0.25


def test_an_array_of_sixteen_bits(expected: NDArray[np.uint8]) -> None:
    """As OpenCV and imageio give those of files."""
    array = np.asarray(two()).astype(np.uint16) * 257
    assert difference(digit_image(array), expected) < 0.25
    assert difference(digit_image(np.stack([array] * 3, axis=2)), expected) < 0.25


@pytest.mark.parametrize("size", [(10_000, 10), (10, 10_000), (10_000, 8), (3_000, 40), (50_000, 100), (9, 500)])
def test_pictures_too_narrow_for_a_digit(size: tuple[int, int]) -> None:
    narrow = Image.new("L", size, 255)
    ImageDraw.Draw(narrow).line([(size[0] // 2, 2), (size[0] // 2, size[1] - 3)], 0, 2)
    with pytest.raises(DataError, match="too narrow for a digit"):
        digit_image(narrow)


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_holes_in_a_picture_are_refused(hole: float) -> None:
    with_hole = np.asarray(two(), np.float32).copy()
    with_hole[7, 7] = hole
    for picture in (Image.fromarray(with_hole), with_hole):
        with pytest.raises(DataError, match="or NaN"):
            digit_image(picture)
    masked = np.ma.masked_greater(np.asarray(two()), 250)
    with pytest.raises(DataError, match="masked pixels; fill them"):
        digit_image(masked)


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


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    begin = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return begin + struct.pack(">I", 1000) + b"IDAT" + zlib.compress(bytes(100))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("note.txt", b"seven", "not an image"),
        ("empty.png", b"", "not an image"),
        ("bomb.png", png_header(60_000, 60_000), "million pixels"),
        ("large.png", png_header(12_000, 10_000), "million pixels"),
        ("cut.png", png_header(100, 100), "cannot be read"),
    ],
)
def test_files_that_are_no_image(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        digit_image(path)
    assert name in str(caught.value)


def test_a_file_cut_short(tmp_path: Path) -> None:
    for suffix in ("png", "jpg", "gif"):
        path = tmp_path / f"two.{suffix}"
        two().save(path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(DataError, match="cannot be read"):
            digit_image(path)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "nowhere.png", "does not exist; check the path"), (tmp_path, "is a folder; give")):
        with pytest.raises(DataError, match=words):
            digit_image(path)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(10),
        np.zeros((5, 300)),
        np.zeros((20, 20, 2)),
        np.zeros((2, 28, 28, 1)),
        np.full((28, 28), np.nan),
        np.full((28, 28), 300),
        np.full((28, 28), -1),
    ],
)
def test_other_arrays_are_refused(array: NDArray[Any]) -> None:
    with pytest.raises(DataError, match="digit's"):
        digit_image(array)


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
