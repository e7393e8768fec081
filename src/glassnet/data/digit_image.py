"""Any drawing or photo of one digit, framed as MNIST's makers framed theirs.

Find the paper and the ink, drop what is not the digit, bring the stroke to a usual thickness, fit it into 20×20 pixels
and put its centre of mass into the middle of 28×28 (the recipe of LeCun, Bottou, Bengio & Burges 1998, section III.A).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.ink import BLANK, FAINTEST, BlankImageError, ink_of
from glassnet.data.parts import extent, inside_frame, is_framed, largest_part, parts_of, without_specks
from glassnet.data.pixels import WORKING_SIDE, paint_over, pixels_of, reduced, resized
from glassnet.data.sheet import without_desk
from glassnet.ir.errors import DataError

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Image = NDArray[np.uint8]

SIDE, BOX = 28, 20
FINE = 8  # a digit is redrawn at 8 times its final size, then averaged down
NARROWEST = 8  # pixels, once the longer side is reduced
RIM = 0.04  # of the picture's shorter side: where a frame may lie
SMALL = 0.15  # of a digit's size: smaller than this is no second digit
FAINT = 0.15  # of a digit's ink: fainter than this is no second digit, but a shadow or a stain
HALO = 4  # pixels around a digit that its blur and a JPEG's ripples may have changed
SHARP = 0.2  # of the ink's depth from pixel to pixel at its edge: less is a shadow's
CLEAR = 0.9  # of what stands beside a digit lies outside its halo
THINNEST, THICKEST = 2.2, 3.8  # MNIST's strokes, in pixels of its 20×20 box: from its 1st fifth to its 95th percentile


@dataclass(frozen=True, eq=False)
class Pair:
    """Two things seen in a picture, each framed (784,): its ink, or the largest connected part of it, and another."""

    one: Image
    other: Image
    size: float  # of the other, where the one's is 1
    distance: float  # between the two, where the one's size is 1


def digit_image(source: str | PathLike[str] | NDArray[Any] | Any) -> NDArray[np.uint8]:
    """The digit in `source` as MNIST would show it: (784,) uint8, 0 paper to 255 ink.

    source: a file in any format that Pillow reads, a Pillow image, or an array or list (h, w), (h, w, 3 or 4) or, of a
    square, (h·h,), of uint8, uint16, floats from 0 to 1 or 0 to 255, or bool. Dark ink on light paper or light on dark,
    any size, position and pen; a sheet of paper on a darker desk is found. A picture that is framed like MNIST already
    passes unchanged; one of fewer than 20 pixels, such as scikit-learn's 8×8 digits, is enlarged. Raises DataError for
    a file that is missing, too large or no image, for a blank one and for arrays of another shape.

    >>> canvas = np.full((200, 300), 255, np.uint8)
    >>> canvas[40:140, 60:64] = 0
    >>> digit = digit_image(canvas).reshape(28, 28)
    >>> np.flatnonzero(digit.max(axis=1))[[0, -1]].tolist(), np.flatnonzero(digit.max(axis=0)).tolist()
    ([4, 23], [14, 15])
    """
    return _seen(source)[0]


def digit_and_company(source: Any) -> tuple[Image, list[Pair]]:
    """The digit as :func:`digit_image` gives it, and the ways to see it and another thing in the picture.

    All of the ink may be the digit, beside which something is fainter, thinner or smaller; or its largest connected
    part may be, beside the other parts.
    """
    image, pixels, ink = _seen(source)
    if pixels is None or ink is None:
        return image, []
    whole = without_specks(ink > 0.5)
    largest = largest_part(whole)
    ways = [whole] if (largest == whole).all() else [whole, largest]
    return image, [pair for part in ways for pair in _pairs(pixels, ink, part)]


def company(ink: Floats) -> Iterator[Pair]:
    """The largest connected part of clean ink (h, w), and each other part that is large enough for a digit."""
    from scipy.ndimage import distance_transform_edt

    whole = without_specks(ink > 0.5)
    one = largest_part(whole)
    others = [other for other in parts_of(whole & ~one) if extent(other) >= SMALL * extent(one)]
    if not others:
        return
    distance, size, framed_one = distance_transform_edt(~one), extent(one), _frame(_crop(ink, one))
    for other in others:
        yield Pair(framed_one, _frame(_crop(ink, other)), extent(other) / size, float(distance[other].min()) / size)


def _pairs(pixels: Floats, ink: Floats, part: Mask) -> Iterator[Pair]:
    """That part of the ink, and each connected part of what is found where it is painted over."""
    from scipy.ndimage import binary_erosion, distance_transform_edt

    distance = distance_transform_edt(~part)
    hidden = distance <= HALO
    try:
        rest = ink_of(paint_over(pixels, hidden))
    except BlankImageError:
        return
    one, size, slope = _frame(_crop(ink, part)), extent(part), np.hypot(*np.gradient(rest))
    for other in parts_of(rest > 0.5):
        clear = other & ~hidden
        if clear.sum() < CLEAR * other.sum() or extent(other) < SMALL * size or ink[clear].mean() < FAINT:
            continue
        if np.median(slope[clear & ~binary_erosion(other)]) > SHARP:
            yield Pair(one, _frame(_crop(rest, other)), extent(other) / size, float(distance[other].min()) / size)


def _seen(source: Any) -> tuple[Image, Floats | None, Floats | None]:
    """The digit's image; and the pixels and the ink (h, w) that it was found in, unless it was framed already."""
    pixels = pixels_of(source)
    if max(pixels.shape[:2]) < BOX:
        return _enlarged(pixels.mean(axis=2)), None, None
    if (already := _already_framed(pixels)) is not None:
        return already, None, None
    pixels = reduced(given := pixels, WORKING_SIDE)
    if min(pixels.shape[:2]) < NARROWEST:
        height, width = given.shape[:2]
        raise DataError(
            f"a picture {width} pixels wide and {height} high is too narrow for a digit; cut it to the digit"
        )
    pixels = without_desk(pixels)
    ink = ink_of(pixels)
    rim = max(round(RIM * min(ink.shape)), 2)
    if is_framed(ink > 0.25, rim):
        pixels = pixels[rim:-rim, rim:-rim]
        ink = ink_of(pixels)
    if (inside := inside_frame(ink > 0.25)) is not None:
        pixels = paint_over(pixels, ~inside)
        ink = ink_of(pixels)
    return framed(ink), pixels, ink


def framed(ink: Floats) -> NDArray[np.uint8]:
    """Ink (h, w), from 0 for paper to 1, as MNIST would show it: (784,) uint8. DataError if there is hardly any.

    >>> ink = np.zeros((50, 50), np.float32)
    >>> ink[10:40, 20:24] = 1
    >>> int(framed(ink).reshape(28, 28)[14].max())
    255
    """
    return _frame(_crop(ink, without_specks(ink > 0.5)))


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
    return _centred(resized(ink, height, width, smooth=True))


def _crop(ink: Floats, parts: Mask) -> Mask:
    """Cut out the parts' box and enlarge or reduce it until its longer side is 20·FINE pixels."""
    rows, columns = np.flatnonzero(parts.any(axis=1)), np.flatnonzero(parts.any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    own = np.where(parts | (ink < 0.5), ink, 0)[box]  # the soft rim of the ink too
    scale = BOX * FINE / max(own.shape)
    height, width = (max(round(size * scale), 1) for size in own.shape)
    return np.asarray(resized(own, height, width) > 0.5)


def _frame(mask: Mask) -> NDArray[np.uint8]:
    """A digit's mask, 20·FINE long, as (784,) grey values: stroke made usual, fitted into 20×20, centred by mass."""
    thickness = _thickness(mask) / FINE
    change = float(np.clip(thickness, THINNEST, THICKEST)) - thickness
    room = 1 - change / BOX  # a stroke that grows makes the digit larger: leave room for it
    height, width = (max(round(size * room), 1) for size in mask.shape)
    outline = _signed_distance(np.pad(resized(mask, height, width) > 0.5, 2 * FINE))
    redrawn = np.clip(change / 2 * FINE - outline + 0.5, 0, 1)
    rows, columns = (np.flatnonzero(redrawn.max(axis=axis) > 0.5) for axis in (1, 0))
    redrawn = redrawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (min(max(round(size / FINE), 1), BOX) for size in redrawn.shape)
    grey = resized(redrawn, height, width)
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
