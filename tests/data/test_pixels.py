"""A digit saved in any kind of file or held in any kind of array, and what cannot be read as a picture."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from glassnet.data.digit_image import digit_image
from glassnet.ir.errors import DataError
from tests.data.two import difference, two


@pytest.fixture(scope="module")
def expected() -> NDArray[np.uint8]:
    return digit_image(two())


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


@pytest.mark.parametrize(("low", "high"), [(0, 65535), (30000, 34000), (17, 60001), (65000, 65535)])
def test_sixteen_bits_over_any_range(low: int, high: int, expected: NDArray[np.uint8]) -> None:
    values = low + np.asarray(two(), float) / 255 * (high - low)
    assert difference(digit_image(Image.fromarray(values.astype(np.uint16))), expected) < 0.25


def test_an_array_of_sixteen_bits(expected: NDArray[np.uint8]) -> None:
    """As OpenCV and imageio give those of files."""
    array = np.asarray(two()).astype(np.uint16) * 257
    assert difference(digit_image(array), expected) < 0.25
    assert difference(digit_image(np.stack([array] * 3, axis=2)), expected) < 0.25


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
