"""Room on a canvas: boxes, found by where they are, so that a new one is compared with its neighbours only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import floor

from glassnet.canvas.scene import Corners, overlap

_CELL = 48.0  # pixels: about the length of a label


class Boxes:
    """Boxes, upright or turned, each by its four corners. They are kept by the square cells of the canvas they touch.

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
