"""Pictures and kernels to begin with: small ones, the program's digits, and samples that came with a network."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from glassnet.data import strokes
from glassnet.data.digit_image import SIDE
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lab.page import Lab
from glassnet.layers.shape import Rescale
from glassnet.network import Network
from glassnet.words import unknown

BITMAPS = {
    "seven": "........ .######. .....##. ....##.. ...##... ..##.... ..##.... ........",
    "cross": "........ ...##... ...##... .######. .######. ...##... ...##... ........",
    "edge": "....#### ....#### ....#### ....#### ....#### ....#### ....#### ....####",
    "diagonal": "#....... .#...... ..#..... ...#.... ....#... .....#.. ......#. .......#",
    "frame": "........ .######. .#....#. .#....#. .#....#. .#....#. .######. ........",
    "chessboard": "##..##.. ##..##.. ..##..## ..##..## ##..##.. ##..##.. ..##..## ..##..##",
    "blank": "........ ........ ........ ........ ........ ........ ........ ........",
}
"""8 × 8 each; larger pictures repeat each cell."""
DIGITS = 50  # the drawings of the program among which one of each digit is
MOST_SAMPLES = 20


def ink(network: Network) -> float:
    """The number of a cell that is drawn: 255 for a network that divides by it first, else 1.

    >>> import glassnet as gn
    >>> ink(gn.Network((8, 8), gn.Rescale(1 / 255), gn.Conv2D(1, 3))), ink(gn.Network((8, 8), gn.Conv2D(1, 3)))
    (255.0, 1.0)
    """
    first = next(iter(network.layers.values()), None)
    return 255.0 if isinstance(first, Rescale) and first.scale == 1 / 255 else 1.0


def names(shape: tuple[int, int, int], lab: Lab, model: str) -> list[str]:
    """The pictures that there are for an input of so many rows, columns and channels; the first is shown at first."""
    samples = len(lab.x[:MOST_SAMPLES]) if lab.x is not None and model and model == lab.chosen else 0
    digits = [f"digit {d}" for d in (3, 0, 1, 2, 4, 5, 6, 7, 8, 9)] if shape == (SIDE, SIDE, 1) else []
    return [*(f"sample {i + 1}" for i in range(samples)), *digits, *BITMAPS]


def picture(name: str, shape: tuple[int, int, int], lab: Lab, model: str, full: float) -> Array:
    """The numbers of a picture, (rows, columns, channels), where ``full`` is black."""
    known = names(shape, lab, model)
    require(name in known, unknown("picture", name, known))
    kind, _, which = name.partition(" ")
    if kind == "sample" and lab.x is not None:
        return np.asarray(lab.x[int(which) - 1], np.float64).reshape(shape)
    if kind == "digit":
        return _digit(int(which)) * (full / 255)
    rows, columns = (np.arange(size) * 8 // size for size in shape[:2])
    bits = np.array([[one == "#" for one in row] for row in BITMAPS[name].split()], np.float64)
    return np.repeat(full * bits[np.ix_(rows, columns)][..., None], shape[2], axis=-1)


@cache
def _digit(digit: int) -> Array:
    images, labels = strokes(DIGITS, wildness=0)
    return np.asarray(images[labels.tolist().index(digit)], np.float64).reshape(SIDE, SIDE, 1)


# ── kernels ─────────────────────────────────────────────────────────────────────────────────────────────────────────

KERNELS = {
    "edges": [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
    "vertical edges": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "horizontal edges": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "nothing": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}
"""Kernels of 3 × 3; beside them "blur", the mean of what a kernel of any size sees."""
SIZES = (3, 5)


def kernel(name: str, size: int) -> list[float]:
    """The numbers of a kernel, row by row; one of 3 × 3 in a larger one has zeros around it.

    >>> kernel("nothing", 3), kernel("blur", 5)[0]
    ([0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0], 0.04)
    """
    if name == "blur":
        return [1 / size**2] * size**2
    require(name in KERNELS, unknown("kernel", name, [*KERNELS, "blur"]))
    return resized([float(one) for row in KERNELS[name] for one in row], size)


def resized(numbers: list[float], size: int) -> list[float]:
    """The same kernel with zeros around it, or its middle.

    >>> resized([1, 2, 3, 4, 5, 6, 7, 8, 9], 1)
    [5.0]
    """
    before = round(len(numbers) ** 0.5)
    wide = np.pad(np.reshape(numbers, (before, before)), max(0, (size - before) // 2))
    cut = (len(wide) - size) // 2
    return [float(one) for one in wide[cut : cut + size, cut : cut + size].ravel()]


def kernels_named(numbers: tuple[float, ...]) -> Iterator[str]:
    """The names of the kernels that these numbers are."""
    size = round(len(numbers) ** 0.5)
    return (name for name in (*KERNELS, "blur") if tuple(kernel(name, size)) == numbers)
