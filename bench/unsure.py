"""How often a model's answer to a picture is a digit, and how often it is refused, as ``gn.read_digit`` decides.

python bench/unsure.py [--model digits] [--count 500]

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

import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import glassnet as gn

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "data"))
from canvas import mouse_drawings, mouse_letters, mouse_pairs, redrawn

FONTS = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSerif", "DejaVuSerif-Italic"),
    *("DejaVuSerif-Bold", "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "cmr10", "cmss10", "cmtt10", "cmb10"),
)
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYabcdefghijkmnpqrtuvwxy"  # all but those written like a 0, 1, 2 or 5

Pictures = Iterator[tuple[Any, int | None]]
Rng = np.random.Generator


def printed(characters: str, rng: Rng) -> Pictures:
    """Characters of every font, some turned a little, on white paper."""
    for name in FONTS:
        path = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf")
        font = ImageFont.truetype(str(path), 120)
        for character in characters:
            canvas = Image.new("L", (300, 300), 255)
            ImageDraw.Draw(canvas).text((150, 150), character, 0, font=font, anchor="mm")
            turned = canvas.rotate(rng.normal(0, 3), Image.Resampling.BICUBIC, fillcolor=255)
            yield turned, int(character) if character.isdigit() else None


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="digits")
    parser.add_argument("--count", type=int, default=500)
    options = parser.parse_args()
    network, data, count = gn.load(options.model), gn.data.mnist(), options.count
    rng = np.random.default_rng(0)
    tests = list(zip(data.x_test, data.y_test, strict=True))
    sets: dict[str, Pictures] = {
        "MNIST's test digits": iter(tests),
        "mouse drawings": mouse_drawings(count, seed=5),
        "MNIST drawn again": zip(redrawn(data.x_test[:count].reshape(-1, 28, 28), seed=3), data.y_test, strict=False),
        "printed digits": printed("0123456789", rng),
        "printed letters": printed(LETTERS, rng),
        "letters drawn with a mouse": ((image, None) for image, _ in mouse_letters(count, seed=5)),
        "noise": islice(noise(rng), count),
        "two digits of MNIST": islice(beside(data.x_test, 2, rng), count),
        "three digits of MNIST": islice(beside(data.x_test, 3, rng), count),
        "two drawn digits": ((image, None) for image in mouse_pairs(count, seed=5)),
    }
    for name, pictures in sets.items():
        print(f"{name:28}{rates(network, pictures)}", flush=True)


if __name__ == "__main__":
    main()
