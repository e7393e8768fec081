"""The pixels of any picture that a user gives: a file, an image of Pillow's, or numbers."""

from __future__ import annotations

import warnings
from math import isqrt
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import require_file
from glassnet.ir.errors import DataError

Floats = NDArray[np.float32]

WORKING_SIDE = 400  # larger pictures are reduced to this before anything else
LARGEST_PIXELS = 100_000_000  # more than any camera's; beyond it lie files made to fill the memory


def pixels_of(source: Any) -> Floats:
    """Pixels (h, w, 3) from 0 to 255 of a file, a Pillow image or an array; DataError if it is none of these."""
    return _from_image(source) if _is_image(source) else _from_array(_array(source))


def _is_image(source: Any) -> bool:
    """Whether Pillow is to read it: a path, an open file or an image of Pillow's; all else is an array."""
    from PIL import Image

    return isinstance(source, str | PathLike | Image.Image) or hasattr(source, "read")


def _array(source: Any) -> NDArray[Any]:
    """Numbers in an array, a list or anything that NumPy takes for one, or DataError."""
    if np.ma.is_masked(source):
        raise DataError("a digit's picture has masked pixels; fill them, for example with picture.filled(255)")
    try:
        array = np.asarray(source)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in "buif":
        given = f"an array of {array.dtype}" if isinstance(source, np.ndarray) else type(source).__name__
        raise DataError(f"a digit is read from a file, an image or an array of numbers; got {given}")
    return array


def _from_image(source: Any) -> Floats:
    """Pixels (h, w, 3) from 0 to 255 of an image file or Pillow image: upright, without transparency."""
    from PIL import Image, UnidentifiedImageError

    if isinstance(source, str | PathLike):
        require_file(Path(source))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about damaged metadata and large images: both are judged here
            if isinstance(source, Image.Image):
                return _pixels(source)
            with Image.open(source) as image:
                return _pixels(image)
    except Image.DecompressionBombError:
        limit = LARGEST_PIXELS // 1_000_000
        raise DataError(f"{source} has more than {limit} million pixels; reduce the image first") from None
    except UnidentifiedImageError:
        raise DataError(f"{source} is not an image that can be read; give a PNG, JPEG, GIF, BMP or WebP") from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise DataError(f"{source} cannot be read as an image: {error}") from None


def _pixels(image: Any) -> Floats:
    """Pixels (h, w, 3) of a Pillow image, as `_from_image` gives them."""
    from PIL import Image, ImageOps

    if image.width * image.height > LARGEST_PIXELS:
        raise Image.DecompressionBombError
    image.draft("RGB", (2 * WORKING_SIDE, 2 * WORKING_SIDE))  # decodes large JPEGs at a fraction of their size
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith(("I", "F")):
        return _from_array(_stretch(np.asarray(image, np.float32)))
    return _from_array(np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB")))


def _stretch(values: Floats) -> Floats:
    """Values of any range as 0 to 255, for formats with more than 8 bits; NaN and infinity stay."""
    if not np.isfinite(values).all():
        return values
    low, high = float(values.min()), float(values.max())
    return ((values - low) * np.float32(255 / (high - low))).clip(0, 255) if high > low else np.zeros_like(values)


def _from_array(array: NDArray[Any]) -> Floats:
    """Pixels (h, w, 3) from 0 to 255 of an array of pixels, or DataError."""
    if array.ndim == 1 and (side := isqrt(len(array))) ** 2 == len(array):
        array = array.reshape(side, side)
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4) or min(array.shape[:2]) < 8:
        raise DataError(
            "a digit's image has shape (h, w), (h, w, 3), (h, w, 4) or, of a square, (h·h,), 8×8 or more; "
            f"got {array.shape}"
        )
    if array.dtype == np.uint16 and array.size and array.max() > 255:
        array = _stretch(array.astype(np.float32))
    if array.dtype != np.uint8:
        array = array.astype(np.float32)
        if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 255):
            raise DataError("a digit's pixels lie between 0 and 1, or 0 and 255; found values outside, or NaN")
        array = array * 255 if array.max() <= 1 else array
    pixels = array.astype(np.float32)
    if array.shape[2] == 4:
        colour, alpha = pixels[..., :3], pixels[..., 3:] / 255
        mean = (colour * alpha).sum() / max(3 * alpha.sum(), 1)
        paper = np.float32(255 if mean < 128 else 0)  # light ink needs dark paper behind it
        return np.asarray(colour * alpha + paper * (1 - alpha), np.float32)
    return np.broadcast_to(pixels, (*pixels.shape[:2], 3))


def reduced(pixels: Floats, side: int) -> Floats:
    """Average whole squares of pixels until the longer side is at most `side`."""
    step = -(-max(pixels.shape[:2]) // side)
    if step == 1:
        return pixels
    height, width = (max(size // step, 1) for size in pixels.shape[:2])
    pixels = pixels[: height * step, : width * step]
    rows = pixels.reshape(height, -1, *pixels.shape[1:]).mean(
        axis=1
    )  # whole rows are added fastest, so they come first
    return np.asarray(rows.reshape(height, width, -1, *pixels.shape[2:]).mean(axis=2))


def resized(values: NDArray[Any], height: int, width: int, smooth: bool = False) -> Floats:
    """Values (h, w) at another size: averaged where it shrinks, interpolated where it grows."""
    from PIL import Image

    method = Image.Resampling.BICUBIC if smooth else Image.Resampling.BILINEAR
    image = Image.fromarray(np.ascontiguousarray(values, np.float32))
    return np.asarray(image.resize((width, height), method))


def paint_over(pixels: Floats, hidden: NDArray[np.bool_]) -> Floats:
    """The pixels (h, w) or (h, w, 3), those hidden as the nearest of the others."""
    from scipy.ndimage import distance_transform_edt

    nearest = distance_transform_edt(hidden, return_distances=False, return_indices=True)
    return np.asarray(pixels[tuple(nearest)])
