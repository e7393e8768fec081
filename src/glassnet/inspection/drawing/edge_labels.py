"""Labels on edges: each lies along its edge, none covers another, and few other edges run through it."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, hypot

import numpy as np

from glassnet.canvas.scene import Corners, Point, Text, overlap
from glassnet.ir.types import Array

SIZE = 12.0
_STEPS = 61  # places that are tried on each edge
PADDING = 5.0  # pixels of background before and after a label
_DISTANCES = (10.0, 6.0, 3.0)  # pixels around a label: as many as there is room for
_END = 6.0  # pixels between a label and an end of its edge


@dataclass(frozen=True)
class Edge:
    """A straight line between two neurons, with what is to be written on it."""

    start: Point
    end: Point
    text: str
    paint: str


def placed(edges: list[Edge], obstacles: list[Corners]) -> list[Text] | None:
    """A label for each edge, clear of the obstacles and of each other, or None where there is no room for them all.

    Each takes the place where it covers the fewest other edges, then the one nearest to the middle of its edge.
    """
    if not edges:
        return []
    lines = np.array([[*edge.start, *edge.end] for edge in edges])
    choices = [_choices(i, edge, lines) for i, edge in enumerate(edges)]
    return next((texts for distance in _DISTANCES if (texts := _chosen(choices, obstacles, distance))), None)


def _chosen(choices: list[list[Text]], obstacles: list[Corners], distance: float) -> list[Text] | None:
    """Of each list of places the first that keeps the distance to the labels before, the shortest lists first."""
    result: dict[int, Text] = {}
    taken = [_round(corners) for corners in obstacles]
    for i in sorted(range(len(choices)), key=lambda i: (len(choices[i]), i)):
        for label in choices[i]:
            x, y, reach, corners = _round(label.corners)
            near = (c for x1, y1, r, c in taken if hypot(x1 - x, y1 - y) < reach + r + distance)
            if not any(overlap(corners, other, distance) for other in near):
                result[i] = label
                taken.append((x, y, reach, corners))
                break
        else:
            return None
    return [result[i] for i in range(len(choices))]


def _round(corners: Corners) -> tuple[float, float, float, Corners]:
    """The middle and the radius of the circle around a box, and the box."""
    (x0, y0), (x1, y1) = corners[0], corners[2]
    return (x0 + x1) / 2, (y0 + y1) / 2, hypot(x1 - x0, y1 - y0) / 2, corners


def _choices(i: int, edge: Edge, lines: Array) -> list[Text]:
    """The places for a label along its edge, the best first."""
    (x0, y0), (x1, y1) = edge.start, edge.end
    length, angle = hypot(x1 - x0, y1 - y0), degrees(atan2(y1 - y0, x1 - x0))
    flat = Text(0, 0, edge.text, SIZE).corners
    half_width, half_height = (flat[1][0] - flat[0][0]) / 2, (flat[2][1] - flat[0][1]) / 2
    margin = half_width + _END
    if length <= 2 * margin:
        return []
    along = np.linspace(margin, length - margin, _STEPS)
    direction = np.array([x1 - x0, y1 - y0]) / length
    others = np.delete(lines, i, axis=0) - [x0, y0, x0, y0]
    crossed = _crossed(others, direction, along, half_width + PADDING, half_height)
    cost = crossed + np.abs(along / length - 0.5)
    return [
        Text(x0 + share * (x1 - x0), y0 + share * (y1 - y0), edge.text, SIZE, edge.paint, angle=round(angle, 1))
        for share in (along[np.argsort(cost, kind="stable")] / length).tolist()
    ]


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
    ends = np.sort(u0 + t * (u1 - u0), axis=0)
    inside = (t[1] > t[0]) & (ends[1] > along[:, None] - half_width) & (ends[0] < along[:, None] + half_width)
    return np.asarray(inside.sum(axis=1), np.float64)
