"""Pictures of tables of numbers: a digit as the grey values it is made of, a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.canvas.colors import level
from glassnet.canvas.picture import Picture
from glassnet.canvas.scene import Element, Image, Rectangle, Scene, Text
from glassnet.canvas.text import shortened, width
from glassnet.ir.errors import DataError
from glassnet.ir.types import Array

MARGIN = 24.0
CELL = 26.0
MOST_PIXELS = 64  # of an image's side, that can be read as numbers
MOST_CLASSES = 40


def numbers(image: Array, dark: bool | None = None) -> Picture:
    """An image as its table of numbers, 0 (paper, white) to 255 (ink, black), each on its own shade of grey.

    Args:
        image: (rows, columns), or one row of a square image's pixels: whole numbers 0..255, or shares of 255 in 0..1.
        dark: whether the page around it is dark.

    Raises:
        DataError: the image has another shape, other numbers, or more than 64 rows or columns.

    >>> numbers(np.array([[0, 255], [128, 0]], np.uint8)).description
    'The image as a table of numbers from 0, white, to 255, black. 0 255; 128 0.'
    """
    pixels = _pixels(np.asarray(image))
    rows, columns = pixels.shape
    frame = (MARGIN, MARGIN, columns * CELL, rows * CELL)
    grey = np.repeat(255 - pixels[..., None], 3, axis=-1).astype(np.uint8)
    elements: list[Element] = [Image(*frame, grey), Rectangle(*frame, None, "outline")]
    for (row, column), value in np.ndenumerate(pixels):
        paint = "#767676" if value == 0 else "#000000" if value < 138 else "#ffffff"
        at = MARGIN + (column + 0.5) * CELL, MARGIN + (row + 0.5) * CELL
        elements.append(Text(*at, str(value), 12, paint))
    table = "; ".join(" ".join(map(str, row)) for row in pixels)
    description = f"The image as a table of numbers from 0, white, to 255, black. {table}."
    title = f"An image of {rows} × {columns} numbers"
    return Picture(
        Scene(round(frame[2] + 2 * MARGIN), round(frame[3] + 2 * MARGIN), title, description, elements), dark
    )


def _pixels(image: Array) -> Array:
    """The image as int64 of shape (rows, columns)."""
    side = round(image.size**0.5)
    if image.ndim != 2 and image.shape in ((side * side,), (1, side * side), (side, side, 1), (1, side, side)):
        image = image.reshape(side, side)
    if image.ndim != 2 or not 0 < max(image.shape) <= MOST_PIXELS or image.dtype.kind not in "uif":
        expected = f"numbers of shape (rows, columns), at most {MOST_PIXELS} each, or the pixels of a square in a row"
        raise DataError(f"an image to print is {expected}; got {image.dtype} of shape {image.shape}")
    scaled = image * 255 if image.dtype.kind == "f" and image.max() <= 1 else image
    if not (np.isfinite(scaled).all() and scaled.min() >= 0 and scaled.max() <= 255):
        raise DataError(f"grey values are 0 to 255, or shares of 255; these go from {image.min()} to {image.max()}")
    return np.asarray(np.rint(scaled), np.int64)


def confusion(matrix: Array, labels: Sequence[str] | None = None, dark: bool | None = None) -> Picture:
    """A confusion matrix: how often each class (row) was answered as each (column).

    Right answers are blue, mistakes orange; the more frequent, the stronger.

    Args:
        matrix: counts, of shape (classes, classes), as ``gn.metrics.confusion_matrix`` gives them.
        labels: the names of the classes; their numbers where there are none.

    Raises:
        DataError: the matrix is no square of counts, has more than 40 classes, or another number of labels.

    >>> confusion(np.array([[9, 1], [0, 5]]), ["cat", "dog"]).description
    'Of 10 cat, 9 were answered as cat, 1 as dog. Of 5 dog, 5 were answered as dog.'
    """
    counts = np.asarray(matrix)
    size = len(counts) if counts.ndim else 0
    names = list(map(str, range(size))) if labels is None else list(labels)
    if counts.shape != (size, size) or not 0 < size <= MOST_CLASSES or len(names) != size or counts.min() < 0:
        expected = f"counts of shape (classes, classes), at most {MOST_CLASSES} classes, and a label for each"
        raise DataError(f"a confusion matrix is {expected}; got shape {counts.shape} and {len(names)} labels")
    names = [shortened(name, 12, 110) for name in names]
    left = MARGIN + 26 + max(width(name, 12) for name in names) + 10
    cell = max(34.0, max(width(f"{n:,}", 12) for n in counts.flat) + 12, max(width(name, 12) for name in names) + 8)
    top = MARGIN + 44
    mistakes = counts - np.diag(np.diag(counts))
    elements: list[Element] = [
        Text(left + size * cell / 2, MARGIN + 8, "answer", 13, bold=True),
        Text(MARGIN + 8, top + size * CELL / 2, "truth", 13, bold=True, angle=-90),
    ]
    for i, name in enumerate(names):
        elements.append(Text(left - 10, top + (i + 0.5) * CELL, name, 12, anchor="end"))
        elements.append(Text(left + (i + 0.5) * cell, top - 14, name, 12))
    for (i, j), count in np.ndenumerate(counts):
        largest = float((np.diag(counts) if i == j else mistakes).max())
        step = level(float(count if i == j else -count), largest) if count else "background"
        x, y = left + j * cell, top + i * CELL
        elements.append(Rectangle(x, y, cell, CELL, step, "block"))
        paint = "background" if step[1:].isdigit() and int(step[1:]) > 3 else "ink" if count else "muted"
        elements.append(Text(x + cell / 2, y + CELL / 2, f"{count:,}" if count else "·", 12, paint))
    description = " ".join(_spoken_row(counts[i], names, i) for i in range(size))
    extent = round(left + size * cell + MARGIN), round(top + size * CELL + MARGIN)
    return Picture(Scene(*extent, f"A confusion matrix of {size} classes", description, elements), dark)


def _spoken_row(row: Array, names: Sequence[str], i: int) -> str:
    answers = [f"{n:,} {'were answered ' if k == 0 else ''}as {names[j]}" for k, (j, n) in enumerate(_sorted(row))]
    return f"Of {row.sum():,} {names[i]}, {', '.join(answers) or 'none'}."


def _sorted(row: Array) -> list[tuple[int, int]]:
    """(column, count) of what occurs, the most frequent first."""
    return sorted(((j, int(n)) for j, n in enumerate(row) if n), key=lambda pair: -pair[1])
