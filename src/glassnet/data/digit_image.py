"""Any drawing or photo of one digit, framed as MNIST's makers framed theirs.

Find the paper and the ink, drop what is not the digit, bring the stroke to a usual thickness, fit it into 20×20 pixels
and put its centre of mass into the middle of 28×28 (the recipe of LeCun, Bottou, Bengio & Burges 1998, section III.A).
"""

from __future__ import annotations

import warnings
from math import isqrt
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.checks import require_file
from glassnet.data.sheet import without_desk
from glassnet.ir.errors import DataError

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

SIDE, BOX = 28, 20
FINE = 8  # a digit is redrawn at 8 times its final size, then averaged down
WORKING_SIDE = 400  # larger drawings are reduced to this before anything else
LARGEST_PIXELS = 100_000_000  # more than any camera's; beyond it lie files made to fill the memory
FAINTEST = 12.0  # grey levels (of 255) between paper and ink below which a drawing counts as blank
RIM = 0.04  # of the picture's shorter side: where a frame may lie
SMALLEST = 0.03  # of the picture's side: smaller than this is no digit
THINNEST, THICKEST = 2.2, 3.8  # MNIST's strokes, in pixels of its 20×20 box: from its 1st fifth to its 95th percentile
BLANK = "the image is blank: no ink stands out from the paper; draw a digit, larger or darker"


class BlankImageError(DataError):
    """There is no ink in a picture, or too little for a digit."""


def digit_image(source: str | PathLike[str] | NDArray[Any] | Any) -> NDArray[np.uint8]:
    """The digit in `source` as MNIST would show it: (784,) uint8, 0 paper to 255 ink.

    source: a file in any format that Pillow reads, a Pillow image, or an array or list (h, w), (h, w, 3 or 4) or, of a
    square, (h·h,), of uint8, of floats from 0 to 1 or 0 to 255, or of bool. Dark ink on light paper or light on dark,
    any size, position and pen; a sheet of paper on a darker desk is found. A picture that is framed like MNIST already
    passes unchanged; one of fewer than 20 pixels, such as scikit-learn's 8×8 digits, is enlarged. Raises DataError for
    a file that is missing, too large or no image, for a blank one and for arrays of another shape.

    >>> canvas = np.full((200, 300), 255, np.uint8)
    >>> canvas[40:140, 60:64] = 0
    >>> digit = digit_image(canvas).reshape(28, 28)
    >>> np.flatnonzero(digit.max(axis=1))[[0, -1]].tolist(), np.flatnonzero(digit.max(axis=0)).tolist()
    ([4, 23], [14, 15])
    """
    pixels = _from_image(source) if _is_image(source) else _from_array(_array(source))
    if max(pixels.shape[:2]) < BOX:
        return _enlarged(pixels.mean(axis=2))
    if (already := _already_framed(pixels)) is not None:
        return already
    pixels = without_desk(_reduce(pixels, WORKING_SIDE))
    ink = _ink(pixels)
    rim = max(round(RIM * min(ink.shape)), 2)
    if _is_framed(ink > 0.25, rim):
        ink = _ink(pixels[rim:-rim, rim:-rim])
    return framed(ink)


def framed(ink: Floats) -> NDArray[np.uint8]:
    """Ink (h, w), from 0 for paper to 1, as MNIST would show it: (784,) uint8. DataError if there is hardly any.

    >>> ink = np.zeros((50, 50), np.float32)
    >>> ink[10:40, 20:24] = 1
    >>> int(framed(ink).reshape(28, 28)[14].max())
    255
    """
    return _frame(_crop(ink, _without_specks(ink > 0.5)))


# Reading ------------------------------------------------------------------------------------------------------------


def _is_image(source: Any) -> bool:
    """Whether Pillow is to read it: a path, an open file or an image of Pillow's; all else is an array."""
    from PIL import Image

    return isinstance(source, str | PathLike | Image.Image) or hasattr(source, "read")


def _array(source: Any) -> NDArray[Any]:
    """Numbers in an array, a list or anything that NumPy takes for one, or DataError."""
    try:
        array = np.asarray(source)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in "buif":
        raise DataError(f"a digit is read from a file, an image or an array of numbers; got {type(source).__name__}")
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
    """Values of any range as 0 to 255, for formats with more than 8 bits."""
    low, high = float(values.min()), float(values.max())
    return (values - low) * np.float32(255 / (high - low)) if high > low else np.zeros_like(values)


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


def _reduce(pixels: Floats, side: int) -> Floats:
    """Average whole squares of pixels until the longer side is at most `side`."""
    step = -(-max(pixels.shape[:2]) // side)
    if step == 1:
        return pixels
    height, width = (max(size // step, 1) for size in pixels.shape[:2])
    pixels = pixels[: height * step, : width * step]
    squares = pixels.reshape(height, min(step, pixels.shape[0]), width, min(step, pixels.shape[1]), -1)
    return np.asarray(squares.mean(axis=(1, 3)))


def _already_framed(pixels: Floats) -> NDArray[np.uint8] | None:
    """The image itself, paper 0, if it is grey and framed like MNIST: 28×28, within 20×20, its mass in the middle."""
    if pixels.shape[:2] != (SIDE, SIDE) or np.ptp(pixels, axis=2).any():
        return None
    light = np.median(pixels[..., 0]) > 127
    grey = np.rint(255 - pixels[..., 0] if light else pixels[..., 0]).astype(np.uint8)
    rows, columns = np.nonzero(grey)
    if len(rows) == 0 or grey.max() < 128:
        return None
    extent = 1 + max(np.ptp(rows), np.ptp(columns))
    centre = [np.average(np.arange(SIDE), weights=grey.sum(axis=axis)) for axis in (0, 1)]
    centred = np.abs(np.array(centre) - SIDE / 2).max() < 1
    return grey.reshape(-1) if centred and BOX - 1 <= extent <= BOX else None


def _enlarged(grey: Floats) -> NDArray[np.uint8]:
    """A small picture (h, w) in the frame: its grey values are shares of ink, and say more than any edge in it."""
    low, high = float(grey.min()), float(grey.max())
    if high - low < FAINTEST:
        raise BlankImageError(BLANK)
    ink = (grey - low) / (high - low)
    if np.median(ink) > 0.5:
        ink = 1 - ink
    rows, columns = (np.flatnonzero(ink.max(axis=axis) > 0.1) for axis in (1, 0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(round(size * BOX / max(ink.shape)), 1) for size in ink.shape)
    return _centred(_resize(ink, height, width, smooth=True))


# Paper and ink ------------------------------------------------------------------------------------------------------


def _ink(pixels: Floats) -> Floats:
    """How much ink (h, w) each pixel (h, w, 3) carries: 0 for paper to 1, with half as the edge of the ink.

    What stands out from the paper with a sharp edge says the ink's colour, so pixels are measured along the line from
    paper to ink, whichever of the two is darker. A wide opening then takes out uneven light.
    """
    rest = pixels - _paper(pixels)
    down, across = np.gradient(pixels, axis=(0, 1))
    sharpness = (down**2 + across**2).sum(axis=2)
    weights = sharpness.astype(np.float64) ** 2 * (rest**2).sum(axis=2)
    towards = np.einsum("hw,hwc->c", weights, rest)
    depth = rest @ (towards / max(float(np.sqrt((towards**2).sum())), 1e-9)).astype(np.float32)
    depth = _smooth(_without_shadows(depth, sharpness))
    low, high = _two_classes(depth)
    return np.asarray(np.clip((depth - low) / (high - low), 0, 1))


def _paper(pixels: Floats) -> Floats:
    """A quadratic surface (h, w, 3) through the paper: robust least squares that starts from the rim."""
    coarse = _reduce(pixels, 80)
    terms, values = _quadratic(*coarse.shape[:2]).astype(np.float64), coarse.reshape(-1, 3)
    rim = np.abs(terms[:, 1:3]).max(axis=1) > 0.9
    surface: NDArray[Any] = np.broadcast_to(np.median(values[rim], axis=0), values.shape)
    for _ in range(6):
        off = np.sqrt(((values - surface) ** 2).sum(axis=1))
        weights = 1 / (1 + (off / max(4.0, 1.5 * float(np.median(off)))) ** 2) ** 2
        weighted = terms * weights[:, None]
        factors = np.linalg.lstsq(weighted.T @ terms, weighted.T @ values, rcond=None)[0]
        surface = terms @ factors
    return np.asarray(_quadratic(*pixels.shape[:2]) @ factors.astype(np.float32)).reshape(pixels.shape)


def _quadratic(height: int, width: int) -> Floats:
    """1, x, y, x², xy and y² of every pixel (h·w, 6), with x and y from −1 to 1."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, size, dtype=np.float32) for size in (height, width)), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2).reshape(-1, 6)


def _without_shadows(depth: Floats, sharpness: Floats) -> Floats:
    """The depth without uneven light: less its opening in the next larger window than the ink's sharp edges need."""
    openings = [depth - _opening(depth, fraction) for fraction in (0.05, 0.1, 0.2, 0.4)]
    strengths = [float(np.square(sharpness * opened, dtype=np.float64).sum()) for opened in openings]
    least = next(i for i, strength in enumerate(strengths) if strength >= 0.3 * strengths[-1])
    return openings[min(least + 1, 3)]


def _opening(depth: Floats, fraction: float) -> Floats:
    """The grey opening, its window that fraction of the longer side: shadows stay, which are wider than strokes."""
    from scipy.ndimage import grey_opening

    coarse = _reduce(depth[..., None], 80)[..., 0]
    window = 2 * max(round(max(coarse.shape) * fraction / 2), 1) + 1
    return _resize(grey_opening(coarse, (window, window), mode="nearest"), depth.shape[0], depth.shape[1])


def _smooth(values: Floats) -> Floats:
    """Quieten noise in large pictures with the binomial 1-2-1 filter both ways; small ones have none to spare."""
    if max(values.shape) < WORKING_SIDE // 4:
        return values
    for _ in range(2):
        padded = np.pad(values, ((1, 1), (0, 0)), mode="edge")
        values = (0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]).T
    return values


def _two_classes(depth: Floats) -> tuple[float, float]:
    """The mean depth of paper and of ink, cut where the two differ most (Otsu 1979), but clear of the paper's noise."""
    low, middle = np.percentile(depth, [16, 50])
    clear = middle + max(4 * (middle - low), FAINTEST / 2)  # 16 % of a bell curve lies below its mean less its spread
    counts, edges = np.histogram(depth, 256)
    centres = (edges[:-1] + edges[1:]) / 2
    below, sums = np.cumsum(counts), np.cumsum(counts * centres)
    above = below[-1] - below
    cuts = np.flatnonzero((edges[1:] > clear) & (above > 0))
    if len(cuts) == 0:
        raise BlankImageError(BLANK)
    means = sums[cuts] / below[cuts], (sums[-1] - sums[cuts]) / above[cuts]
    best = int((below[cuts] * above[cuts] * (means[1] - means[0]) ** 2).argmax())
    if means[1][best] - means[0][best] < FAINTEST:
        raise BlankImageError(BLANK)
    return float(means[0][best]), float(means[1][best])


# The digit ----------------------------------------------------------------------------------------------------------


def _is_framed(mask: Mask, rim: int) -> bool:
    """Whether lines run along the picture's rim, and more than a speck lies inside it.

    They do if they line three of the four sides, or if a long part of the mask keeps to the rim.
    """
    inside = np.zeros_like(mask)
    inside[rim:-rim, rim:-rim] = True
    if _is_speck(_largest_part(mask & inside)):
        return False
    sides = mask[:rim].any(axis=0), mask[-rim:].any(axis=0), mask[:, :rim].any(axis=1), mask[:, -rim:].any(axis=1)
    if sum(side.mean() > 0.6 for side in sides) >= 3:
        return True
    names = _components(mask)
    sizes, within = (np.bincount(names[part], minlength=mask.size) for part in (mask, mask & ~inside))
    keep_to_rim = np.flatnonzero((within > 0.8 * sizes) & (sizes > 0.6 * min(mask.shape)))
    return any(_extent(names == name) > 0.6 * min(mask.shape) for name in keep_to_rim)


def _without_specks(mask: Mask) -> Mask:
    """The mask without parts of less than a thirtieth of its largest part, or DataError if that is a speck itself."""
    largest = _largest_part(mask)
    if _is_speck(largest):
        raise BlankImageError(BLANK)
    names = _components(mask)
    sizes = np.bincount(names[mask], minlength=mask.size)
    return np.asarray(mask & (sizes > np.count_nonzero(largest) / 30)[names])


def _largest_part(mask: Mask) -> Mask:
    """The connected part of a mask with most pixels."""
    names = _components(mask)
    return np.asarray(mask & (names == np.bincount(names[mask], minlength=mask.size).argmax()))


def _is_speck(part: Mask) -> bool:
    """Whether a part is too small for a digit."""
    return bool(_extent(part) < max(SMALLEST * max(part.shape), 3))


def _extent(part: Mask) -> int:
    """The longer side, in pixels, of the box around a part."""
    return max((int(np.ptp(where)) + 1 for where in np.nonzero(part) if len(where)), default=0)


def _components(mask: Mask) -> NDArray[np.int32]:
    """The connected parts (with diagonals) of a mask, numbered from 1; 0 elsewhere."""
    from scipy.ndimage import label

    return np.asarray(label(mask, np.ones((3, 3)))[0])


def _crop(ink: Floats, parts: Mask) -> Mask:
    """Cut out the parts' box and enlarge or reduce it until its longer side is 20·FINE pixels."""
    rows, columns = np.flatnonzero(parts.any(axis=1)), np.flatnonzero(parts.any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    own = np.where(parts | (ink < 0.5), ink, 0)[box]  # the soft rim of the ink too
    scale = BOX * FINE / max(own.shape)
    height, width = (max(round(size * scale), 1) for size in own.shape)
    return np.asarray(_resize(own, height, width) > 0.5)


def _frame(mask: Mask) -> NDArray[np.uint8]:
    """A digit's mask, 20·FINE long, as (784,) grey values: stroke made usual, fitted into 20×20, centred by mass."""
    thickness = _thickness(mask) / FINE
    change = float(np.clip(thickness, THINNEST, THICKEST)) - thickness
    room = 1 - change / BOX  # a stroke that grows makes the digit larger: leave room for it
    height, width = (max(round(size * room), 1) for size in mask.shape)
    outline = _signed_distance(np.pad(_resize(mask, height, width) > 0.5, 2 * FINE))
    redrawn = np.clip(change / 2 * FINE - outline + 0.5, 0, 1)
    rows, columns = (np.flatnonzero(redrawn.max(axis=axis) > 0.5) for axis in (1, 0))
    redrawn = redrawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (min(max(round(size / FINE), 1), BOX) for size in redrawn.shape)
    grey = _resize(redrawn, height, width)
    return _centred(grey)


def _centred(grey: Floats) -> NDArray[np.uint8]:
    """Ink (h, w) from 0 to 1, at most 20 long, with its centre of mass in the middle of 28×28: (784,) grey values."""
    height, width = grey.shape
    grey = np.clip(grey, 0, 1)
    rows_mass, columns_mass = grey.sum(axis=1), grey.sum(axis=0)
    top, left = (
        min(max(round(SIDE / 2 - float(np.average(np.arange(len(mass)), weights=mass))), 0), SIDE - len(mass))
        for mass in (rows_mass, columns_mass)
    )
    framed = np.zeros((SIDE, SIDE), np.uint8)
    framed[top : top + height, left : left + width] = np.rint(grey * 255)
    return framed.reshape(-1)


def _thickness(mask: Mask) -> float:
    """A line drawing's stroke width, in pixels: twice its area over the length of its outline."""
    beside_edge = np.abs(_signed_distance(np.pad(mask, 2))) < 1  # a band two pixels wide
    return 4 * np.count_nonzero(mask) / np.count_nonzero(beside_edge)


def _signed_distance(mask: Mask) -> Floats:
    """How far each pixel lies outside the mask's edge, in pixels; negative inside."""
    from scipy.ndimage import distance_transform_edt

    inside, outside = distance_transform_edt(mask), distance_transform_edt(~mask)
    return np.asarray(np.where(mask, 0.5 - inside, outside - 0.5), np.float32)


def _resize(values: NDArray[Any], height: int, width: int, smooth: bool = False) -> Floats:
    """Values (h, w) at another size: averaged where it shrinks, interpolated where it grows."""
    from PIL import Image

    method = Image.Resampling.BICUBIC if smooth else Image.Resampling.BILINEAR
    image = Image.fromarray(np.ascontiguousarray(values, np.float32))
    return np.asarray(image.resize((width, height), method))
