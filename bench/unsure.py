"""How often a model's answer to a picture is a digit, and how often it is refused, as ``gn.read_digit`` decides.

python bench/unsure.py [--model digits] [--count 500] [--only SETS]

Three kinds of sets: digits, and what is none; two or three digits that differ in pen, size or place
(tests/data/company.py); a digit in surroundings that make it hard (tests/data/surroundings.py). ``--only`` takes a part
of the names of sets.

Nothing here was used to choose the rule or to train the second opinion: MNIST's test digits, the mouse's paths of
tests/data/canvas.py, the fonts that come with matplotlib, other kinds of noise.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

import glassnet as gn

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.data.canvas import mouse_drawings, mouse_letters, mouse_pairs, one_line_draws, redrawn
from tests.data.company import SEVERAL, several
from tests.data.surroundings import DRAWN, in_surroundings, printed

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYabcdefghijkmnpqrtuvwxy"  # all but those written like a 0, 1, 2 or 5

Pictures = Iterator[tuple[Any, int | None]]
Rng = np.random.Generator


def beside(images: NDArray[np.uint8], count: int, rng: Rng) -> Pictures:
    """So many of MNIST's digits beside each other, light on dark, as near as they come or further apart."""
    while True:
        gap = rng.integers(-4, 20)
        row = np.zeros((40, count * 40), np.uint8)
        for i, image in enumerate(images[rng.integers(0, len(images), count)]):
            top, left = rng.integers(2, 10), 4 + i * (20 + gap // 2)
            place = row[top : top + 28, left : left + 28]
            np.maximum(place, image.reshape(28, 28), out=place)
        yield Image.fromarray(row).resize((count * 160, 160), Image.Resampling.BICUBIC), None


def noise(rng: Rng) -> Pictures:
    """Random pixels small and large, clouds, waves, checks, spirals, stars, hatching and crossed lines."""
    y, x = np.mgrid[0:200, 0:200] / 200
    kinds: list[Callable[[], Any]] = [
        lambda: rng.integers(0, 256, (28, 28)).astype(np.uint8),
        lambda: np.uint8(255 * (rng.random((28, 28)) < rng.uniform(0.1, 0.5))),
        lambda: rng.integers(0, 256, (200, 200)).astype(np.uint8),
        lambda: Image.fromarray(rng.integers(0, 256, (12, 12)).astype(np.uint8)).resize((200, 200)),
        lambda: np.uint8(127 + 127 * np.sin(rng.uniform(20, 80) * (x + rng.uniform(-1, 1) * y))),
        lambda: np.uint8(255 * ((np.floor(x * 6) + np.floor(y * 6)) % 2)),
        lambda: lines([turning(rng.uniform(2, 5), 120, True)]),
        lambda: lines([turning(2, int(rng.choice([5, 7, 9])) + 1, False)]),
        lambda: lines([np.array([[a, 0], [a + 0.4, 1]]) for a in np.linspace(0, 1, rng.integers(4, 9))]),
        lambda: lines(list(rng.random((rng.integers(4, 12), 3, 2)))),
    ]

    def turning(turns: float, points: int, spiral: bool) -> NDArray[np.float64]:
        t = np.linspace(0, 1, points)[:, None]
        angle = 2 * np.pi * turns * t
        return np.concatenate([np.cos(angle), np.sin(angle)], axis=1) * (t if spiral else 1)

    def lines(paths: list[NDArray[np.float64]]) -> Image.Image:
        canvas = Image.new("L", (300, 300), 255)
        low, high = np.min([p.min(axis=0) for p in paths], axis=0), np.max([p.max(axis=0) for p in paths], axis=0)
        for path in paths:
            points = (40 + 220 * (path - low) / (high - low)).tolist()
            ImageDraw.Draw(canvas).line([tuple(point) for point in points], 0, int(rng.integers(3, 12)))
        return canvas.filter(ImageFilter.GaussianBlur(0.6))

    while True:
        for kind in kinds:
            yield kind(), None


def rates(network: gn.Network, pictures: Pictures) -> str:
    """How many are given as a digit, rightly and wrongly, and what is said of the others."""
    said: Counter[str] = Counter()
    for picture, label in pictures:
        answer = gn.read_digit(network, picture)
        if answer.digit is None:
            said[" ".join(answer.words.replace(":", "").replace(",", "").split()[:2])] += 1
        else:
            said["right" if answer.digit == label else "wrong" if label is not None else "a digit"] += 1
    total = said.total()
    refused = total - said["right"] - said["wrong"] - said["a digit"]
    return f"{refused / total:7.1%} refused of {total}: " + ", ".join(f"{k} {v}" for k, v in said.most_common())


def pictures_of(data: Any, count: int) -> dict[str, Pictures]:
    """All sets by name, each of about so many pictures; MNIST's test digits are 10,000."""
    scans = data.x_test[:count].reshape(-1, 28, 28)
    one_line = [one_line_draws(scan) for scan in scans]
    digits: dict[str, Pictures] = {
        "MNIST's test digits": zip(data.x_test, data.y_test, strict=True),
        "MNIST's on paper": zip(map(on_paper, scans), data.y_test, strict=False),
        "MNIST's drawn again": zip(redrawn(scans[one_line], seed=6), data.y_test[:count][one_line], strict=True),
        "mouse drawings": mouse_drawings(count, seed=6),
        "printed digits": ((x, int(digit)) for x, digit in printed("0123456789", np.random.default_rng(6))),
    }
    none: dict[str, Pictures] = {
        "printed letters": ((x, None) for x, _ in printed(LETTERS, np.random.default_rng(6))),
        "letters drawn with a mouse": ((x, None) for x, _ in mouse_letters(count, seed=6)),
        "noise": islice(noise(np.random.default_rng(6)), count),
        "two digits of MNIST": islice(beside(data.x_test, 2, np.random.default_rng(6)), count),
        "three digits of MNIST": islice(beside(data.x_test, 3, np.random.default_rng(6)), count),
        "two drawn digits": ((x, None) for x in mouse_pairs(count, seed=6)),
    }
    two = {f"two, {kind}": ((x, None) for x in several(kind, count, seed=6)) for kind in SEVERAL}
    return digits | none | two | {kind: in_surroundings(kind, count, seed=6) for kind in DRAWN}


def on_paper(scan: NDArray[np.uint8]) -> Image.Image:
    """A scan (28, 28) enlarged, black on white."""
    return Image.fromarray(255 - np.pad(scan, 3)).resize((272, 272), Image.Resampling.BICUBIC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="digits")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--only", default="", metavar="SETS", help="a part of the names of the sets to measure")
    options = parser.parse_args()
    network = gn.load(options.model)
    for name, pictures in pictures_of(gn.data.mnist(), options.count).items():
        if options.only in name:
            print(f"{name:38}{rates(network, pictures)}", flush=True)


if __name__ == "__main__":
    main()
