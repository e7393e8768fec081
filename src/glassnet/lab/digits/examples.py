"""The digits that a drawing is compared with: MNIST's where it lies on this machine, else drawn by the program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from glassnet.data import mnist, strokes
from glassnet.folders import cache_folder
from glassnet.ir.errors import DataError

MOST, DRAWN = 10_000, 4_000


@dataclass(frozen=True, eq=False)
class Examples:
    """Digits with their labels.

    Attributes:
        source: where they are from, in words.
        images: (n, 784) uint8; labels: (n,).
    """

    source: str
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def nearest(self, image: NDArray[np.uint8], count: int) -> NDArray[np.int64]:
        """The places of those whose pixels differ least, by the sum of the squares, the nearest first.

        >>> some = Examples("", np.array([[0, 0], [9, 9], [5, 4]], np.uint8), np.arange(3))
        >>> some.nearest(np.array([4, 4], np.uint8), 2).tolist()
        [2, 0]
        """
        x = image.astype(np.float32)
        distances = np.concatenate(
            [np.square(self.images[i : i + 1000] - x).sum(axis=1) for i in range(0, len(self.images), 1000)]
        )
        return np.asarray(np.argsort(distances, kind="stable")[:count])


def examples() -> Examples:
    """The digits of this machine, read once; nothing is downloaded."""
    with _READING:
        return _read()


_READING = Lock()


def _folders() -> Iterator[str | Path]:
    """Where the images may lie."""
    if named := os.environ.get("GLASSNET_DATA"):
        yield named
    with suppress(DataError):  # a user without a home has no cache
        yield cache_folder()


@cache
def _read() -> Examples:
    for folder in _folders():
        try:
            data = mnist(folder)
        except DataError:
            continue
        return Examples("MNIST's training digits", data.x_train[:MOST].copy(), data.y_train[:MOST])
    images, labels = strokes(DRAWN)
    return Examples("digits drawn by the program", images, labels)
