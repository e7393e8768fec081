"""Train the second opinion that ships in the package: src/glassnet/model/shipped/second_opinion.safetensors.

    npm install hersheytext @fontsource/caveat @fontsource/kalam … (all are listed in its model card)
    python examples/train_second_opinion.py node_modules [--epochs 12] [--out second_opinion.safetensors]

A network that has seen only digits must name one for every picture. This one has also seen letters, several digits in
one picture, and scribbles, and has a class for each of them, so it can say that a picture shows no digit. Its letters
come from fonts: printed ones, handwriting, and strokes for plotters that are drawn here with pens of any thickness.
Nothing is chosen by looking at MNIST's test images or at the letters of bench/unsure.py, which come from other fonts.
"""

from __future__ import annotations

import argparse
import html
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.interpolate import CubicSpline
from scipy.ndimage import distance_transform_edt, gaussian_filter
from train_digits import AUGMENT, Progress

import glassnet as gn
from glassnet.data.digit_image import framed

TWINS = set("OoIlZzSs")  # letters that are written like digits: nobody can tell them apart
LETTERS = [letter for letter in string.ascii_letters if letter not in TWINS]
LABELS = (*string.digits, *LETTERS, "several", "none")
PEN_FONTS = ("EMS", "HersheySans1", "HersheyScript1")  # of hersheytext's: those of a single line
BATCH = 128

Rng = np.random.Generator
Image784 = NDArray[np.uint8] | None
Lines = list[NDArray[np.float64]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fonts", type=Path, help="a folder that has the npm packages of the fonts somewhere inside")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--out", type=Path, default=Path("second_opinion.safetensors"))
    options = parser.parse_args()
    x, y = examples(options.fonts)
    print(f"{len(x):,} pictures", flush=True)
    net = gn.Network(
        784, gn.Rescale(1 / 255), gn.Dense(128, "relu"), gn.Dense(64, "relu"), gn.Dense(len(LABELS), "softmax")
    )
    net.labels = LABELS
    steps = options.epochs * -(-len(x) // BATCH)
    net.fit(x, y, epochs=options.epochs, batch_size=BATCH, optimizer=gn.Adam(gn.OneCycle(0.004, steps)),
            augment=AUGMENT, callbacks=[Progress()])  # fmt: skip
    net.save(options.out)


def examples(fonts: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pictures (n, 784) and the numbers of their labels (n,)."""
    rng = np.random.default_rng(0)
    data = gn.data.mnist()
    drawn, drawn_labels = gn.data.strokes(30_000, seed=1)
    parts: list[tuple[Any, Any]] = [(data.x_train, data.y_train), (drawn, drawn_labels)]
    again = rng.integers(0, len(data.x_train), 6_000)
    pens = np.random.default_rng(1)
    parts.append(([with_another_pen(data.x_train[i], pens) for i in again.repeat(2)], data.y_train[again.repeat(2)]))
    glyphs: list[tuple[Image784, str]] = [*printed(fonts, rng), *drawn_with_a_pen(fonts, rng)]
    others: list[tuple[Image784, str]] = [(several(data.x_train, rng), "several") for _ in range(10_000)]
    others += [(scribble(rng), "none") for _ in range(10_000)]
    numerals = [glyph for glyph in glyphs if glyph[1].isdigit()]
    shares = glyphs * 4 + numerals * 8 + others * 2  # about as many as those above; each is bent anew every time
    kept = [(image, LABELS.index(label)) for image, label in shares if image is not None]
    parts.append(([image for image, _ in kept], [number for _, number in kept]))
    x = np.concatenate([np.asarray(images, np.uint8) for images, _ in parts])
    return x, np.concatenate([np.asarray(labels, np.int64) for _, labels in parts])


def shown(mask: NDArray[Any]) -> Image784:
    """A mask as the networks see it; None if hardly anything is there."""
    try:
        return framed(np.asarray(mask, np.float32))
    except gn.DataError:
        return None


# Digits and letters ---------------------------------------------------------------------------------------------------


def enlarged(image: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """An image (784,) of MNIST as a mask, four times as large, cut to its ink."""
    mask = np.asarray(Image.fromarray(image.reshape(28, 28)).resize((112, 112), Image.Resampling.BICUBIC)) > 127
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def with_another_pen(image: NDArray[np.uint8], rng: Rng) -> NDArray[np.uint8]:
    """An image of MNIST enlarged and framed anew, its stroke made thinner or thicker."""
    mask = np.pad(enlarged(image), 8)
    inside, outside = distance_transform_edt(mask), distance_transform_edt(~mask)
    return framed(np.asarray(outside - inside < rng.uniform(-0.6 * inside.max(), 5), np.float32))


def printed(fonts: Path, rng: Rng) -> Iterator[tuple[Image784, str]]:
    """Digits and letters of all regular and bold fonts, each several times, slanted and stretched."""
    for path in sorted(fonts.rglob("*-latin-?00-normal.woff")):
        if path.name.split("-")[-2] not in ("400", "700"):
            continue
        font = ImageFont.truetype(str(path), 160)
        for character in [*string.digits * 2, *LETTERS] * 2:
            canvas = Image.new("L", (480, 480), 0)
            ImageDraw.Draw(canvas).text((160, 160), character, 255, font=font)
            turned = canvas.transform((480, 480), Image.Transform.AFFINE, affine(rng), Image.Resampling.BILINEAR)
            yield shown(np.asarray(turned) > 127), character


def affine(rng: Rng) -> tuple[float, ...]:
    """Pillow's six numbers of a random turn, slant and stretch about the point 240, 240."""
    matrix = turn_and_slant(rng)
    offset = 240 - matrix @ [240, 240]
    return (*matrix[0], offset[0], *matrix[1], offset[1])


def turn_and_slant(rng: Rng) -> NDArray[np.float64]:
    turn, slant, stretch = rng.normal(0, 0.1), rng.normal(0.05, 0.15), np.exp(rng.normal(0, 0.12))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(rotation @ [[1, slant], [0, 1]] @ np.diag([stretch, 1 / stretch]))


def drawn_with_a_pen(fonts: Path, rng: Rng) -> Iterator[tuple[Image784, str]]:
    """Digits and letters of the fonts of single lines, each many times, by a shaky hand."""
    for path in sorted(path for path in fonts.rglob("*.svg") if path.name.startswith(PEN_FONTS)):
        for character, lines in glyph_lines(path).items():
            for _ in range(16 if character.isdigit() else 8):
                yield shown(pen(lines, rng)), character


def glyph_lines(path: Path) -> dict[str, Lines]:
    """The lines of each digit and letter of an SVG font."""
    found = {}
    text = path.read_text(encoding="utf-8")
    for name, drawing in re.findall(r'<glyph unicode="([^"]+)"[^>]*? d="([^"]*)"', text):
        pieces = [re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", piece) for piece in drawing.split("M") if piece.strip()]
        lines = [np.array(piece, float).reshape(-1, 2) * [1, -1] for piece in pieces if len(piece) >= 4]
        if html.unescape(name) in LABELS and lines:
            found[html.unescape(name)] = lines
    return found


def pen(lines: Lines, rng: Rng, freedom: float = 1.0) -> NDArray[np.bool_]:
    """A mask of lines (n, 2) drawn with a round pen of random width by a hand that slants, bends and shakes."""
    points = np.concatenate(lines)
    middle, extent = (points.max(axis=0) + points.min(axis=0)) / 2, np.ptp(points, axis=0).max()
    matrix, waves, phases = turn_and_slant(rng), rng.normal(0, 0.07, (2, 2)), rng.uniform(0, 6, (2, 2))
    moved = []
    for line in lines:
        at = (line - middle) / max(extent, 1e-6) * 2 @ matrix.T
        bend = sum(waves[k] * np.sin((k + 1) * at[:, ::-1] * 2 + phases[k]) for k in (0, 1))
        moved.append(at + freedom * (bend + rng.normal(0, 0.02, at.shape)))
    points = np.concatenate(moved)
    width, scale = rng.uniform(8, 32), 200 / np.ptp(points, axis=0).max()
    canvas = Image.new("L", (260, 260), 0)
    draw = ImageDraw.Draw(canvas)
    for line in moved:
        path = (line - points.min(axis=0)) * scale + 30
        draw.line([tuple(point) for point in path.tolist()], 255, round(width), joint="curve")
        for x, y in path[[0, -1]]:
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), 255)
    return np.asarray(canvas) > 127


# What is no digit -----------------------------------------------------------------------------------------------------


def several(images: NDArray[np.uint8], rng: Rng) -> Image784:
    """Two to four digits in one picture, side by side or sometimes beneath each other, near or far, even touching."""
    count = rng.choice([2, 3, 4], p=[0.6, 0.3, 0.1])
    far = 25 if rng.random() < 0.6 else 120
    canvas, along = np.zeros((200, 1000), bool), 10
    down = rng.random() < 0.15
    for image in images[rng.integers(0, len(images), count)]:
        mask = enlarged(image)
        mask = mask.T if down else mask
        top = 50 + rng.integers(-10, 11)
        canvas[top : top + mask.shape[0], along : along + mask.shape[1]] |= mask
        along += mask.shape[1] + rng.integers(-14, far)
    return shown(canvas.T if down else canvas)


def scribble(rng: Rng) -> Image784:
    """Lines, curves, blots, grains, shapes or dots."""
    return shown(SCRIBBLES[rng.integers(len(SCRIBBLES))](rng))


def zigzag(rng: Rng) -> NDArray[np.bool_]:
    points = rng.uniform(-1, 1, (rng.integers(5, 30), 2))
    return pen([points if rng.random() < 0.5 else np.cumsum(points, axis=0)], rng, 0.5)


def crossed_lines(rng: Rng) -> NDArray[np.bool_]:
    return pen([rng.uniform(-1, 1, (2, 2)) for _ in range(rng.integers(2, 9))], rng, 0.3)


def curve(rng: Rng) -> NDArray[np.bool_]:
    count = rng.integers(5, 10)
    return pen([CubicSpline(np.arange(count), rng.uniform(-1, 1, (count, 2)))(np.linspace(0, count - 1, 80))], rng, 0.5)


def blots(rng: Rng) -> NDArray[np.bool_]:
    grey = gaussian_filter(rng.normal(size=(200, 200)), rng.uniform(3, 30))
    return np.asarray(grey > np.quantile(grey, rng.uniform(0.5, 0.95)))


def grains(rng: Rng) -> NDArray[np.bool_]:
    side = int(rng.integers(4, 60))
    return np.kron(rng.random((side, side)) < rng.uniform(0.1, 0.6), np.ones((200 // side,) * 2, bool))


def shapes(rng: Rng) -> NDArray[np.bool_]:
    canvas = Image.new("L", (200, 200), 0)
    draw = ImageDraw.Draw(canvas)
    outline = {"outline": 255, "width": int(rng.integers(8, 25))} if rng.random() < 0.5 else {"fill": 255}
    for _ in range(rng.integers(1, 4)):
        kind, box = rng.integers(3), np.sort(rng.uniform(0, 200, (2, 2)), axis=0).ravel().tolist()
        if kind < 2:
            (draw.ellipse if kind and "fill" in outline else draw.rectangle)(box, **outline)
        else:
            draw.polygon([tuple(point) for point in rng.uniform(0, 200, (rng.integers(3, 8), 2)).tolist()], **outline)
    return np.asarray(canvas) > 127


def dots(rng: Rng) -> NDArray[np.bool_]:
    canvas = Image.new("L", (200, 200), 0)
    for x, y in rng.uniform(20, 180, (rng.integers(3, 40), 2)):
        radius = rng.uniform(3, 15)
        ImageDraw.Draw(canvas).ellipse((x - radius, y - radius, x + radius, y + radius), 255)
    return np.asarray(canvas) > 127


SCRIBBLES: list[Callable[[Rng], NDArray[np.bool_]]] = [zigzag, crossed_lines, curve, blots, grains, shapes, dots]


if __name__ == "__main__":
    main()
