"""A picture before it has a format: shapes, texts and images on a canvas, in pixels from its upper left corner.

Colours are names of a theme (or "#rrggbb"), so the same scene is drawn light or dark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import cos, hypot, radians, sin
from typing import Literal

from glassnet.canvas.text import ASCENT, DESCENT, width
from glassnet.ir.types import Array

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
Corners = tuple[Point, Point, Point, Point]


@dataclass(frozen=True)
class Circle:
    """A disc with an outline; ``of`` is the name of the number that it stands for, if it does."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str = "outline"
    thickness: float = 1.5
    of: str = ""


@dataclass(frozen=True)
class Rectangle:
    """A rectangle, its corners rounded by ``radius``."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None
    stroke: str | None = None
    radius: float = 0.0


@dataclass(frozen=True)
class Path:
    """Lines that look alike, each a row of points; with ``curved``, each is a Bézier curve of four points."""

    lines: tuple[tuple[Point, ...], ...]
    stroke: str
    thickness: float
    dashed: bool = False
    curved: bool = False


@dataclass(frozen=True)
class Text:
    """One line of text around (x, y): ``y`` is the middle of its digits' height, ``x`` is where ``anchor`` says.

    ``of`` is the name of the number that it writes, if it does: "w.weights[0, 1]".
    """

    x: float
    y: float
    text: str
    size: float = 12.0
    paint: str = "ink"
    anchor: Anchor = "middle"
    bold: bool = False
    angle: float = 0.0
    of: str = ""

    @property
    def baseline(self) -> float:
        """How far the baseline lies below the middle."""
        return 0.365 * self.size

    @property
    def corners(self) -> Corners:
        """The corners of the box the text fills, turned by its angle around (x, y)."""
        wide = width(self.text, self.size, self.bold)
        left = {"start": 0.0, "middle": -wide / 2, "end": -wide}[self.anchor]
        top, bottom = self.baseline - ASCENT * self.size, self.baseline + DESCENT * self.size
        return turned(left, top, left + wide, bottom, (self.x, self.y), self.angle)


@dataclass(frozen=True, eq=False)
class Image:
    """Pixels of shape (rows, columns, 3), dtype uint8, stretched over a rectangle; ``smooth`` blends them."""

    x: float
    y: float
    width: float
    height: float
    pixels: Array
    smooth: bool = False


Element = Circle | Rectangle | Path | Text | Image


def extent(elements: Iterable[Element]) -> Point:
    """How far these elements reach to the right and down.

    >>> extent([Circle(10, 10, 5, "ink"), Rectangle(0, 0, 8, 40, "ink")])
    (15, 40)
    """
    ends = [point for element in elements for point in _points(element)]
    return max(x for x, _ in ends), max(y for _, y in ends)


def _points(element: Element) -> Iterable[Point]:
    match element:
        case Circle(x, y, radius):
            return [(x + radius, y + radius)]
        case Rectangle(x, y, wide, high) | Image(x, y, wide, high):
            return [(x + wide, y + high)]
        case Path(lines):
            return [point for line in lines for point in line]
        case Text():
            return element.corners


@dataclass(frozen=True, eq=False)
class Scene:
    """A canvas and what lies on it.

    Attributes:
        width, height: in pixels.
        title, description: what can be seen, in words, for those who cannot see it.
        elements: a later one covers an earlier one.
    """

    width: float
    height: float
    title: str
    description: str
    elements: list[Element] = field(default_factory=list)


def turned(left: float, top: float, right: float, bottom: float, around: Point, angle: float) -> Corners:
    """The corners of a box, given relative to the point ``around``, turned clockwise by ``angle`` degrees."""
    c, s = cos(radians(angle)), sin(radians(angle))
    x0, y0 = around

    def at(x: float, y: float) -> Point:
        return x0 + c * x - s * y, y0 + s * x + c * y

    return at(left, top), at(right, top), at(right, bottom), at(left, bottom)


def overlap(first: Corners, second: Corners, margin: float = 0.0) -> bool:
    """Whether two turned boxes come closer than ``margin``: there is no line between them (separating axes).

    >>> box = turned(-10, -5, 10, 5, (0, 0), 0)
    >>> overlap(box, turned(-10, -5, 10, 5, (0, 11), 0)), overlap(box, turned(-10, -5, 10, 5, (0, 11), 30))
    (False, True)
    """
    return not (_separates(first, second, margin) or _separates(second, first, margin))


def _separates(first: Corners, second: Corners, margin: float) -> bool:
    """Whether two lines along a side of the first box, ``margin`` apart, have the boxes on their two outer sides.

    Across such lines, a box reaches as far from its middle as its two half sides together.
    """
    (x0, y0), (x1, y1), (x2, y2), _ = first
    (u0, v0), (u1, v1), (u2, v2), _ = second
    dx, dy = u0 + u2 - x0 - x2, v0 + v2 - y0 - y2  # twice from middle to middle
    for nx, ny, side in ((y1 - y0, x0 - x1, hypot(x2 - x1, y2 - y1)), (y2 - y1, x1 - x2, hypot(x1 - x0, y1 - y0))):
        length = hypot(nx, ny) or 1.0
        reach = abs(nx * (u1 - u0) + ny * (v1 - v0)) + abs(nx * (u2 - u1) + ny * (v2 - v1))
        if abs(nx * dx + ny * dy) >= reach + (side + 2 * margin) * length:
            return True
    return False
