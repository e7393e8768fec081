"""Drawings on the pad: strokes of a pen and an eraser as ink, and as a text short enough for an address."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.data.digit_image import SIDE
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lab.address import packed, unpacked

PAD = 256
"""Units along each side of the pad."""
MOST_POINTS = 5_000
"""Of a drawing, so that its address stays within what a message may hold."""
THINNEST, THICKEST = 4, 48
DRAWING = "the drawing"
"""What is said to be damaged, where it is."""


@dataclass(frozen=True)
class Stroke:
    """A movement of the pen or the eraser.

    Attributes:
        tool: the eraser draws paper.
        width: of the line, in units of the pad.
        points: x and y of each point in turn, whole units from 0 to 255, y downwards.
    """

    tool: Literal["pen", "eraser"]
    width: int
    points: tuple[int, ...]


Strokes = tuple[Stroke, ...]


def require_drawing(strokes: Strokes) -> None:
    """Raise GlassnetError unless the strokes can be drawn."""
    for stroke in strokes:
        require(THINNEST <= stroke.width <= THICKEST, f"a pen is {THINNEST} to {THICKEST} wide, got {stroke.width}")
        pairs = len(stroke.points) % 2 == 0 and len(stroke.points) > 0
        require(pairs and all(0 <= one < PAD for one in stroke.points), f"points are pairs from 0 to {PAD - 1}")
    points = sum(len(stroke.points) // 2 for stroke in strokes)
    require(points <= MOST_POINTS, f"the drawing is full: it has {points:,} of {MOST_POINTS:,} points; clear some")


def ink(strokes: Strokes, below: NDArray[np.uint8] | None = None) -> NDArray[np.float32]:
    """The ink on the pad, (256, 256) from 0 to 1; ``below`` is an image (784,) on which the strokes are drawn.

    >>> line = Stroke("pen", 16, (40, 200, 40, 240))
    >>> ink((line,))[220, 28:36].tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
    """
    from PIL import Image, ImageDraw

    paper = Image.new("L", (PAD, PAD))
    if below is not None:
        paper = Image.fromarray(below.reshape(SIDE, SIDE)).resize((PAD, PAD), Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(paper)
    for stroke in strokes:
        colour, radius = (255 if stroke.tool == "pen" else 0), stroke.width / 2
        points = list(zip(stroke.points[::2], stroke.points[1::2], strict=True))
        draw.line(points, colour, stroke.width)
        for x, y in points:  # round corners and ends
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
    return np.asarray(paper, np.float32) / np.float32(255)


# ── as text ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def strokes_text(strokes: Strokes) -> str:
    """Strokes as a text for an address.

    >>> line = Stroke("eraser", 16, (40, 200, 40, 240))
    >>> strokes_of(strokes_text((line,))) == (line,)
    True
    """
    parts = [
        bytes([stroke.width + 128 * (stroke.tool == "eraser")])
        + (len(stroke.points) // 2).to_bytes(2, "big")
        + bytes(stroke.points)
        for stroke in strokes
    ]
    return packed(b"".join(parts))


def strokes_of(text: str) -> Strokes:
    """The strokes of such a text.

    Raises:
        GlassnetError: it is none.
    """
    data, strokes = unpacked(text, 20 * MOST_POINTS, DRAWING), list[Stroke]()
    while data:
        count = 2 * int.from_bytes(data[1:3], "big")
        require(0 < count <= len(data) - 3, "the drawing in the address is damaged")
        tool: Literal["pen", "eraser"] = "eraser" if data[0] >= 128 else "pen"
        strokes.append(Stroke(tool, data[0] % 128, tuple(data[3 : 3 + count])))
        data = data[3 + count :]
    require_drawing(tuple(strokes))
    return tuple(strokes)


def image_text(image: NDArray[np.uint8]) -> str:
    """An image (784,) as a text for an address."""
    return packed(image.tobytes())


def image_from(text: str) -> NDArray[np.uint8]:
    """The image (784,) of such a text.

    Raises:
        GlassnetError: it is none.
    """
    data = unpacked(text, SIDE * SIDE + 1, DRAWING)
    require(len(data) == SIDE * SIDE, f"an image in the address has {SIDE * SIDE} pixels, not {len(data)}")
    return np.frombuffer(data, np.uint8)


def painted(numbers: Array) -> str:
    """Numbers as shares of the largest, −127 to 127, one byte each in base 64: a picture to be coloured by the browser.

    >>> painted(np.array([0.5, -1.0, 0.0]))
    'QIEA'
    """
    largest = float(np.abs(numbers).max(initial=0.0)) or 1.0
    shares = np.rint(np.asarray(numbers, np.float64) / largest * 127).astype(np.int8)
    return urlsafe_b64encode(shares.tobytes()).decode()
