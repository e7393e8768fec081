"""The connected parts of a picture's ink: which are the digit, and which a frame or dust."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glassnet.data.ink import BLANK, BlankImageError

Mask = NDArray[np.bool_]

SMALLEST = 0.03  # of the picture's side: smaller than this is no digit
FILLS = 0.3  # of a ring's size: what stands in it is smaller in a dotted 0, larger in a frame


def is_framed(mask: Mask, rim: int) -> bool:
    """Whether lines run along the picture's rim, and more than a speck lies inside it.

    They do if they line three of the four sides, or if a long part of the mask keeps to the rim.
    """
    inside = np.zeros_like(mask)
    inside[rim:-rim, rim:-rim] = True
    if is_speck(largest_part(mask & inside)):
        return False
    sides = mask[:rim].any(axis=0), mask[-rim:].any(axis=0), mask[:, :rim].any(axis=1), mask[:, -rim:].any(axis=1)
    if sum(side.mean() > 0.6 for side in sides) >= 3:
        return True
    names = _components(mask)
    sizes, within = (np.bincount(names[part], minlength=mask.size) for part in (mask, mask & ~inside))
    keep_to_rim = np.flatnonzero((within > 0.8 * sizes) & (sizes > 0.6 * min(mask.shape)))
    return any(extent(names == name) > 0.6 * min(mask.shape) for name in keep_to_rim)


def without_specks(mask: Mask) -> Mask:
    """The mask without parts of less than a thirtieth of its largest part, or DataError if that is a speck itself."""
    largest = largest_part(mask)
    if is_speck(largest):
        raise BlankImageError(BLANK)
    names = _components(mask)
    sizes = np.bincount(names[mask], minlength=mask.size)
    return np.asarray(mask & (sizes > np.count_nonzero(largest) / 30)[names])


def parts_of(mask: Mask) -> list[Mask]:
    """The connected parts of a mask that are no specks."""
    names = _components(mask)
    least = max(SMALLEST * max(mask.shape), 3)
    return [names == 1 + i for i in np.flatnonzero(_boxes(names) >= least)]


def largest_part(mask: Mask) -> Mask:
    """The connected part of a mask with most pixels."""
    names = _components(mask)
    return np.asarray(mask & (names == np.bincount(names[mask], minlength=mask.size).argmax()))


def is_speck(part: Mask) -> bool:
    """Whether a part is too small for a digit."""
    return bool(extent(part) < max(SMALLEST * max(part.shape), 3))


def inside_frame(mask: Mask) -> Mask | None:
    """The pixels inside a closed line that is drawn around the rest, such as a box or a ring; None if there is none."""
    from scipy.ndimage import binary_dilation, binary_fill_holes

    names = _components(mask)
    boxes = _boxes(names)
    if not len(boxes):
        return None
    frame = names == 1 + int(boxes.argmax())
    inside = binary_fill_holes(frame) & ~binary_dilation(frame, iterations=2)
    fills = extent(largest_part(mask & inside)) >= FILLS * boxes.max()
    return np.asarray(inside) if fills else None


def extent(part: Mask) -> int:
    """The longer side, in pixels, of the box around a part."""
    return max((int(np.ptp(where)) + 1 for where in np.nonzero(part) if len(where)), default=0)


def _components(mask: Mask) -> NDArray[np.int32]:
    """The connected parts (with diagonals) of a mask, numbered from 1; 0 elsewhere."""
    from scipy.ndimage import label

    return np.asarray(label(mask, np.ones((3, 3)))[0])


def _boxes(names: NDArray[np.int32]) -> NDArray[np.int64]:
    """The longer side of the box around each numbered part."""
    from scipy.ndimage import find_objects

    return np.array([max(side.stop - side.start for side in box) for box in find_objects(names)], int)
