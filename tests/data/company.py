"""Pictures of digits in company: two or three that differ in pen, grey, size or place, and one with what is no digit.

The digits are the mouse's paths of canvas.py. Each picture follows from its seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from tests.data.canvas import PATHS, by_hand, finish, path_lines

Range = tuple[float, float]
Ink = NDArray[np.float32]  # (h, w), 0 paper to 1


@dataclass(frozen=True)
class Kind:
    """How the second digit (and a third) differs from the first, each number drawn from a range."""

    size: Range = (0.8, 1.25)  # of the first digit's
    thick: Range = (0.04, 0.12)  # the first pen, of the first digit's height
    thin: Range | None = None  # the others' pen, of the first digit's height; the same pen where None
    grey: Range = (1, 1)  # the others' ink, where the first's is 1
    gap: Range = (0.1, 0.6)  # between them, of the first digit's height; below 0 they touch
    down: float = 0  # the chance that they stand above each other
    count: int = 2


SEVERAL = {
    "alike": Kind(),
    "thin beside thick": Kind(thick=(0.1, 0.14), thin=(0.012, 0.02)),
    "grey beside black": Kind(grey=(0.25, 0.5)),
    "small beside large": Kind(size=(0.2, 0.35), thin=(0.02, 0.035)),
    "small, thin and grey": Kind(size=(0.4, 0.6), thick=(0.08, 0.12), thin=(0.015, 0.03), grey=(0.3, 0.6)),
    "close": Kind(gap=(0.03, 0.08)),
    "far": Kind(gap=(1, 2.5)),
    "above each other": Kind(down=1),
    "above each other, thin and thick": Kind(down=1, thick=(0.1, 0.14), thin=(0.015, 0.025)),
    "three": Kind(count=3, grey=(0.4, 1), thin=(0.015, 0.1)),
    "touching": Kind(gap=(-0.04, -0.01)),
}


def several(name: str, count: int, seed: int = 0) -> Iterator[Image.Image]:
    """`count` pictures of two or three digits that differ in the named way."""
    for i in range(count):
        rng = np.random.default_rng((seed, i))
        yield finish(Image.fromarray(np.uint8(255 * (1 - _row(SEVERAL[name], rng)))), rng)


def _row(kind: Kind, rng: np.random.Generator) -> Ink:
    """The ink of digits in a row or a column, the first of them anywhere in it."""
    height = rng.uniform(120, 260)
    first = rng.uniform(*kind.thick) * height
    digits = [_digit(rng, height, first)]
    for _ in range(kind.count - 1):
        size = rng.uniform(*kind.size) * height
        pen = first if kind.thin is None else rng.uniform(*kind.thin) * height
        digits.append(rng.uniform(*kind.grey) * _digit(rng, size, max(pen, 2)))
    digits = [digits[i] for i in rng.permutation(kind.count)]
    down = rng.random() < kind.down
    if down:
        digits = [digit.T for digit in digits]
    canvas = digits[0]
    for digit in digits[1:]:
        canvas = _beside(canvas, digit, round(rng.uniform(*kind.gap) * height))
    margins = rng.uniform(0.15, 0.8, (2, 2)) * height
    canvas = np.pad(canvas, margins.astype(int))
    return canvas.T if down else canvas


def _digit(rng: np.random.Generator, height: float, pen: float) -> Ink:
    """The ink of a digit, cut to its box: black, of that height, drawn with a pen of that many pixels."""
    paths = PATHS[int(rng.integers(10))]
    lines = by_hand(path_lines(paths[rng.integers(len(paths))]), rng)
    low, extent = np.min([x.min(axis=0) for x in lines], axis=0), np.ptp(np.concatenate(lines), axis=0)
    points = [(line - low) / extent[1] * height + pen for line in lines]
    canvas = Image.new("L", tuple(np.ceil(extent / extent[1] * height + 2 * pen).astype(int).tolist()), 0)
    draw = ImageDraw.Draw(canvas)
    for line in points:
        draw.line([tuple(point) for point in line.tolist()], 255, max(round(pen), 1), joint="curve")
        for x, y in line[[0, -1]]:
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), 255)
    ink = np.asarray(canvas.filter(ImageFilter.GaussianBlur(0.6)), np.float32) / 255
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.5), np.flatnonzero(ink.max(axis=0) > 0.5)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _beside(left: Ink, right: Ink, gap: int) -> Ink:
    """Both, their middles at one height, with so many pixels between the nearest of their ink in any row."""
    height = max(len(left), len(right))
    left, right = (
        np.pad(ink, ((spare := (height - len(ink)) // 2, height - len(ink) - spare), (0, 0))) for ink in (left, right)
    )
    from_edge, to_edge = (
        np.where(mask.any(axis=1), mask.argmax(axis=1), max(left.shape[1], right.shape[1]))
        for mask in (left[:, ::-1] > left.max() / 2, right > right.max() / 2)
    )
    at = max(left.shape[1] + gap - int((from_edge + to_edge).min()), 0)
    both = np.zeros((height, max(at + right.shape[1], left.shape[1])), np.float32)
    both[:, : left.shape[1]] = left
    both[:, at : at + right.shape[1]] = np.maximum(both[:, at : at + right.shape[1]], right)
    return both
