"""A 2 drawn as one wants it, and how far two images of a digit are from each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw


def two(size: int = 300, at: tuple[float, float] = (0.3, 0.2), height: float = 0.5, pen: float = 0.05) -> Image.Image:
    """A 2 in black on a white canvas; place, height and pen in shares of the canvas."""
    path = [(0.1, 0.25), (0.2, 0.05), (0.45, 0), (0.65, 0.15), (0.6, 0.4), (0.35, 0.7), (0, 1), (0.35, 0.97), (0.75, 1)]
    canvas = Image.new("L", (4 * size, 4 * size), 255)
    points = [(4 * size * (at[0] + height * x), 4 * size * (at[1] + height * y)) for x, y in path]
    radius = 2 * size * pen
    draw = ImageDraw.Draw(canvas)
    draw.line(points, 0, round(2 * radius), joint="curve")
    for x, y in points:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), 0)
    return canvas.resize((size, size), Image.Resampling.BOX)


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """How much of the ink is elsewhere: 0 for equal images, 2 for images without common ink."""
    return float(abs(one.astype(float) - other).sum() / ((one.sum(dtype=float) + other.sum(dtype=float)) / 2))
