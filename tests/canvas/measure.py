"""Where texts really are: measured in the font itself by matplotlib, not by the table that the layout uses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import cos, radians, sin

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from numpy.typing import NDArray

from glassnet.canvas.scene import Circle, Element, Text

Points = NDArray[np.float64]


@cache
def measured(text: str, size: float, bold: bool = False) -> tuple[float, float, float]:
    """(width, height, how much of it is below the baseline) in pixels."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)


def box(text: Text) -> Points:
    """The corners of what a text fills, (4, 2)."""
    wide, high, below = measured(text.text, text.size, text.bold)
    left = {"start": 0.0, "middle": -wide / 2, "end": -wide}[text.anchor]
    bottom = 0.365 * text.size + below
    corners = [(left, bottom - high), (left + wide, bottom - high), (left + wide, bottom), (left, bottom)]
    c, s = cos(radians(text.angle)), sin(radians(text.angle))
    return np.array(corners) @ np.array([[c, s], [-s, c]]) + [text.x, text.y]


def overlapping(elements: Sequence[Element]) -> list[tuple[str, str]]:
    """Pairs of texts that touch: no line along a side of either lies between them."""
    texts = [element for element in elements if isinstance(element, Text)]
    boxes = np.array([box(text) for text in texts])
    apart = np.zeros((len(texts), len(texts)), bool)
    for i, corners in enumerate(boxes):
        for side in (corners[1] - corners[0], corners[2] - corners[1]):
            along = boxes @ side
            low, high = along.min(axis=1), along.max(axis=1)
            apart[i] |= (low > high[i]) | (high < low[i])
    touching = np.argwhere(np.triu(~(apart | apart.T), k=1))
    return [(texts[i].text, texts[j].text) for i, j in touching]


def covered(elements: Sequence[Element]) -> list[str]:
    """Texts that lie on the edge of a circle, or inside one that is not their neuron's."""
    texts = [(element, _outline(box(element))) for element in elements if isinstance(element, Text)]
    found = []
    for circle in (element for element in elements if isinstance(element, Circle)):
        for text, outline in texts:
            distances = np.hypot(*(outline - [circle.x, circle.y]).T)
            is_within = text.x == circle.x and abs(text.y - circle.y) < circle.radius
            if (distances.max() > circle.radius) if is_within else (distances.min() < circle.radius):
                found.append(text.text)
    return found


def _outline(corners: Points) -> Points:
    """Points on the sides of a box, and its middle."""
    shares = np.linspace(0, 1, 9)[:, None]
    sides = [a + shares * (b - a) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)]
    return np.vstack([*sides, corners.mean(axis=0)])
