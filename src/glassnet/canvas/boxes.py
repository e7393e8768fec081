"""Boxes on a canvas, found by where they are: whether there is room for one more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import floor

from glassnet.canvas.scene import Corners, overlap

_CELL = 48.0  # pixels, about as much as a label


class Boxes:
    """Turned boxes, each kept in the square cells of the canvas that it touches; a new one is compared with few.

    >>> from glassnet.canvas.scene import turned
    >>> boxes = Boxes([turned(-10, -5, 10, 5, (0, 0), 0)])
    >>> boxes.is_clear(turned(-10, -5, 10, 5, (0, 12), 0), distance=1)
    True
    >>> boxes.is_clear(turned(-10, -5, 10, 5, (0, 12), 0), distance=3)
    False
    """

    def __init__(self, boxes: Iterable[Corners] = ()) -> None:
        self._cells: dict[tuple[int, int], list[Corners]] = {}
        for box in boxes:
            self.add(box)

    def add(self, box: Corners) -> None:
        for cell in _cells(box, 0):
            self._cells.setdefault(cell, []).append(box)

    def is_clear(self, box: Corners, distance: float) -> bool:
        """Whether no box comes closer to this one than ``distance``."""
        near = (other for cell in _cells(box, distance) for other in self._cells.get(cell, ()))
        return not any(overlap(box, other, distance) for other in near)


def _cells(box: Corners, margin: float) -> Iterator[tuple[int, int]]:
    """The cells that the upright rectangle around a box touches, widened by the margin on all sides."""
    x, y = zip(*box, strict=True)
    across = range(floor((min(x) - margin) / _CELL), floor((max(x) + margin) / _CELL) + 1)
    down = range(floor((min(y) - margin) / _CELL), floor((max(y) + margin) / _CELL) + 1)
    return ((i, j) for i in across for j in down)
