"""A sheet of paper photographed on a desk: where its edges are, and the photo without the desk.

An edge of the sheet is a straight line beyond which all is darker than just inside (for dark paper on a light desk:
lighter), all along the sheet. A pen's line is none, as beyond it lies paper again; and no shadow disturbs that, as it
lies on both sides. Edges are looked for on a coarse copy of the photo.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from glassnet.data.pixels import paint_over

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

COARSE = 100  # pixels along the longer side of the copy in which edges are looked for
SMALLEST_PICTURE = 40  # pixels along the shorter side: smaller pictures are no photos
SMALLEST_SHEET = 0.3  # of the picture
SLOPES = np.linspace(-0.3, 0.3, 17)  # of an edge against the picture's side: up to 17 degrees
STEP = 10.0  # grey levels (of 255) between desk and paper, at least
STROKE = 21  # coarse pixels: wider than a pen's stroke
SHORTEST = 0.1  # edge, as a part of the picture's side
BLUR = 2  # coarse pixels across an edge that are neither desk nor paper
ALONG = (0.35, 0.6, 0.85)  # the part of an edge where the step shows: of a side of the picture, at last of the sheet


def without_desk(pixels: Floats) -> Floats:
    """The photo (h, w, 3) cut to its sheet; what is left of the desk in the corners is painted as the paper beside it.

    A photo in which no sheet is found comes back as it is.

    >>> photo = np.full((60, 90, 3), 70, np.float32)
    >>> photo[:, 20:75] = 240
    >>> photo[20:40, 45:48] = 10
    >>> without_desk(photo).shape[1] <= 55, float(without_desk(photo)[0, 0, 0])
    (True, 240.0)
    """
    if min(pixels.shape[:2]) < SMALLEST_PICTURE:
        return pixels
    step = -(-max(pixels.shape[:2]) // COARSE)
    height, width = (size // step for size in pixels.shape[:2])
    grey = pixels[: height * step, : width * step].mean(axis=2)
    grey = grey.reshape(height, step, width, step).mean(axis=(1, 3))
    for light in (grey, -grey):
        sheet = _sheet(light)
        if _is_sheet(light, sheet) and _is_written_on(light, sheet):
            return _cut(pixels, np.kron(sheet, np.ones((step, step), bool)))
    return pixels


def _is_sheet(grey: Floats, sheet: Mask) -> bool:
    """Whether a sheet that was found is large enough for one, and lighter than what lies around it.

    A thick 0 on plain paper has edges like a sheet's, but is small, or has the same paper on both sides of them.
    """
    if sheet.all() or sheet.mean() < SMALLEST_SHEET:
        return False
    return bool(np.median(grey[sheet]) - np.percentile(grey[~sheet], 25) > STEP)


def _cut(pixels: Floats, sheet: Mask) -> Floats:
    """The pixels (h, w) or (h, w, 3) in the box around the sheet; those off the sheet are as the nearest on it."""
    rows, columns = np.flatnonzero(sheet.any(axis=1)), np.flatnonzero(sheet.any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return paint_over(pixels[box], ~sheet[box])


def _is_written_on(grey: Floats, sheet: Mask) -> bool:
    """Whether a sheet in a picture (h, w) has narrow dark marks on it, and more of them than light ones."""
    if not (_ink(grey) & sheet).any():
        return False
    cut = _cut(grey, sheet)
    width = max(max(cut.shape) // 12, 3)
    dark, light = (float((_marks(x, width, "nearest") ** 2).sum()) for x in (cut, -cut))
    return dark > light


def _ink(grey: Floats) -> Mask:
    """The narrow dark marks in a picture (h, w)."""
    marks = _marks(grey, STROKE, "constant")
    return np.asarray(marks > max(marks.max() / 2, STEP))


def _marks(grey: Floats, width: int, mode: str) -> Floats:
    """How much darker each pixel is than what is around it, where it is dark on less than so many pixels."""
    from scipy.ndimage import grey_closing

    return np.asarray(grey_closing(grey, (width, width), mode=mode, cval=grey.min()) - grey)


def _sheet(grey: Floats) -> Mask:
    """The mask of the sheet in a picture (h, w): all beyond its edges is cut off, one side after the other."""
    ink = _ink(grey)
    sides = np.ones((4, *grey.shape), bool)
    for along in ALONG:
        for side in range(4):
            others = np.delete(sides, side, axis=0).all(axis=0)
            right = _right_of_edge(np.rot90(grey, side), np.rot90(ink, side), np.rot90(others, side), along)
            sides[side] = np.rot90(right, -side)
        if sides.all():
            break
    return np.asarray(sides.all(axis=0))


def _right_of_edge(grey: Floats, ink: Mask, sheet: Mask, along: float) -> Mask:
    """The pixels right of the straight line, down the picture, where the step from dark to light shows most; or all.

    The step is from the lightest on the line's left to what lies just right of it.
    """
    height, width = grey.shape
    step = np.full(grey.shape, np.nan, np.float32)
    lightest = np.maximum.accumulate(np.where(sheet, grey, -np.inf), axis=1)
    step[:, BLUR:-1] = grey[:, BLUR + 1 :] - lightest[:, : -BLUR - 1]
    written = np.logical_or.accumulate(ink & sheet, axis=1)
    step[:, BLUR:][written[:, :-BLUR]] = 0  # what has writing on it is no desk
    step[~sheet | np.isinf(step)] = np.nan
    columns = np.arange(width)
    known, shows = np.isfinite(step), step > STEP  # a comparison with NaN is False
    size = np.where(known, step.clip(0, 4 * STEP), 0)
    if shows.any(axis=1).mean() <= SHORTEST:
        return np.ones(grey.shape, bool)
    shifts, lines = _lines(height, width)
    off = np.float32(0)
    shown, possible, total = (
        np.append(each.astype(np.float32), off)[lines].sum(axis=1) for each in (shows, known, size)
    )
    total = np.where(shown >= along * possible.astype(float), total, 0)
    slope, at = np.unravel_index(total.argmax(), total.shape)
    return columns >= at + shifts[slope] + BLUR if total[slope, at] > 0 else np.ones(grey.shape, bool)


@lru_cache(maxsize=8)
def _lines(height: int, width: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Straight lines down a picture: how far each slope shifts a row (slopes, h, 1), and the pixels on it, numbered.

    Of the pixels (slopes, h, w) those of one line are a column; off the picture, the number is the one after the last.
    """
    rows, columns = np.arange(height)[:, None], np.arange(width)
    shifts = np.rint(SLOPES[:, None, None] * (rows - height / 2)).astype(np.intp)
    line = columns + shifts
    return shifts, np.where((line >= 0) & (line < width), rows * width + line, height * width)
