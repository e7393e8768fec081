"""Pictures of many small images, in rows under headings, all in one scale of colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.canvas.colors import shades
from glassnet.canvas.picture import Picture
from glassnet.canvas.scene import Element, Image, Rectangle, Scene, Text
from glassnet.canvas.text import width
from glassnet.ir.types import Array
from glassnet.words import counted, number

MARGIN, SIDE, GAP, LINE = 24.0, 84.0, 12.0, 18.0
A_ROW, MOST = 8, 48


@dataclass(frozen=True, eq=False)
class Row:
    """Some images of (rows, columns) numbers, each with its name, and what stands above them; "" for nothing."""

    heading: str
    images: Sequence[Array]
    names: Sequence[str]


def gallery(
    rows: Sequence[Row], largest: float, title: str, noun: str, numbers: str, dark: bool | None = None
) -> Picture:
    """The images in rows of eight, blue where their numbers are above 0, orange where they are below.

    Of more than 48 images under a heading, the first 48 are drawn, and the others counted.

    Args:
        largest: the number that has the full colour, in all of them.
        title: what is seen, in a few words.
        noun: what an image is of: "neuron"; numbers: what its numbers are: "Weights".

    >>> import numpy as np
    >>> gallery([Row("", [np.eye(3)], ["1"])], 1.0, "The weights of 1 neuron", "neuron", "Weights").description
    'Weights from −1 (orange) to 1 (blue).'
    """
    elements: list[Element] = []
    y, most = MARGIN, 0
    for row in rows:
        if row.heading:
            elements.append(Text(MARGIN, y + 6, row.heading, 13, "ink", "start", bold=True))
            y += LINE + 6
        shown = min(len(row.images), MOST)
        most = max(most, min(shown, A_ROW))
        for k in range(shown):
            elements += _framed(row.images[k] / (largest or 1.0), MARGIN + k % A_ROW * (SIDE + GAP), y, bool(dark))
            elements.append(
                Text(MARGIN + k % A_ROW * (SIDE + GAP) + SIDE / 2, y + SIDE + 10, row.names[k], 12, "muted")
            )
            y += (SIDE + GAP + LINE) * (k % A_ROW == A_ROW - 1 or k == shown - 1)
    more = sum(max(len(row.images) - MOST, 0) for row in rows)
    note = f"from {number(-largest)} (orange) to {number(largest)} (blue)" + (
        f"; {counted(more, f'more {noun}')}" * (more > 0)
    )
    elements.append(Text(MARGIN, y + 4, note, 12, "muted", "start"))
    headings = max(width(row.heading, 13, bold=True) for row in rows)
    wide = max(most * (SIDE + GAP) - GAP, width(note, 12), headings) + 2 * MARGIN
    return Picture(Scene(round(wide), round(y + 4 + MARGIN), title, f"{numbers} {note}.", elements), dark)


def _framed(image: Array, x: float, y: float, dark: bool) -> list[Element]:
    """An image in a square of its own, as high and wide as its rows and columns say."""
    rows, columns = image.shape
    high, wide = SIDE * rows / max(rows, columns), SIDE * columns / max(rows, columns)
    x, y = x + (SIDE - wide) / 2, y + (SIDE - high) / 2
    return [Image(x, y, wide, high, shades(image, dark)), Rectangle(x, y, wide, high, None, "outline")]
