"""Labels on edges: each lies along its edge, none covers another, and few other edges run through it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import atan2, degrees, hypot

import numpy as np

from glassnet.canvas.boxes import Boxes
from glassnet.canvas.scene import Corners, Point, Text
from glassnet.ir.types import Array

SIZE = 12.0
_STEPS = 61  # places that are tried on each edge
PADDING = 5.0  # pixels of background before and after a label
_DISTANCES = (10.0, 6.0, 3.0)  # pixels around a label: as many as there is room for
_COMPACT_DISTANCES = (6.0, 3.0, 1.0)
_NEIGHBOURS = 256  # edges before and after, in their order from top to bottom, that a label is kept off
_END = 6.0  # pixels between a label and an end of its edge


@dataclass(frozen=True)
class Edge:
    """A straight line between two neurons, with what is to be written on it."""

    start: Point
    end: Point
    text: str
    paint: str
    of: str = ""

    def label(self, share: float) -> Text:
        """The text along the edge, with its middle that far on the way from the start to the end."""
        (x0, y0), (x1, y1) = self.start, self.end
        angle = round(degrees(atan2(y1 - y0, x1 - x0)), 1)
        return Text(
            x0 + share * (x1 - x0), y0 + share * (y1 - y0), self.text, SIZE, self.paint, angle=angle, of=self.of
        )


@lru_cache(64)
def placed(edges: tuple[Edge, ...], obstacles: tuple[Corners, ...], is_compact: bool = False) -> list[Text] | None:
    """A label for each edge, clear of the obstacles and of each other, or None where there is no room for them all.

    Each takes the place where it covers the fewest other edges, then the one nearest to the middle of its edge.
    """
    if not edges:
        return []
    lines = np.array([[*edge.start, *edge.end] for edge in edges])
    choices = [_choices(i, edge, lines) for i, edge in enumerate(edges)]
    if not all(choices):
        return None
    distances = _COMPACT_DISTANCES if is_compact else _DISTANCES
    return next((texts for distance in distances if (texts := _chosen(edges, choices, obstacles, distance))), None)


def _chosen(
    edges: tuple[Edge, ...], choices: list[list[float]], obstacles: tuple[Corners, ...], distance: float
) -> list[Text] | None:
    """For each edge the label at the first of its places that keeps the distance to the labels before."""
    taken = Boxes(obstacles)
    result = []
    for edge, shares in zip(edges, choices, strict=True):
        labels = (edge.label(share) for share in shares)
        label = next((label for label in labels if taken.is_clear(label.corners, distance)), None)
        if label is None:
            return None
        result.append(label)
        taken.add(label.corners)
    return result


def _choices(i: int, edge: Edge, lines: Array) -> list[float]:
    """The places for a label along its edge, as shares of its length, the best first."""
    (x0, y0), (x1, y1) = edge.start, edge.end
    length = hypot(x1 - x0, y1 - y0)
    flat = Text(0, 0, edge.text, SIZE).corners
    half_width, half_height = (flat[1][0] - flat[0][0]) / 2, (flat[2][1] - flat[0][1]) / 2
    margin = half_width + _END
    if length <= 2 * margin:
        return []
    along = np.linspace(margin, length - margin, _STEPS)
    direction = np.array([x1 - x0, y1 - y0]) / length
    first = max(0, i - _NEIGHBOURS)
    others = np.delete(lines[first : i + _NEIGHBOURS], i - first, axis=0) - [x0, y0, x0, y0]
    crossed = _crossed(others, direction, along, half_width + PADDING, half_height)
    order = np.argsort(crossed + np.abs(along / length - 0.5), kind="stable")
    return [float(share) for share in along[order] / length]


def _crossed(others: Array, direction: Array, along: Array, half_width: float, half_height: float) -> Array:
    """For each place along an edge, how many other edges run through the label there.

    In coordinates (u, v) along and across the edge, a line is inside |v| ≤ half_height for an interval of u.
    """
    across = np.array([-direction[1], direction[0]])
    u0, v0, u1, v1 = (
        others[:, :2] @ direction,
        others[:, :2] @ across,
        others[:, 2:] @ direction,
        others[:, 2:] @ across,
    )
    rise = np.where(v1 == v0, 1e-9, v1 - v0)
    t = np.sort([(-half_height - v0) / rise, (half_height - v0) / rise], axis=0).clip(0, 1)
    low, high = np.sort(u0 + t * (u1 - u0), axis=0)[:, t[1] > t[0]]
    starts, ends = along - half_width, along + half_width
    return np.searchsorted(np.sort(low), ends, "left") - np.searchsorted(np.sort(high), starts, "right")
