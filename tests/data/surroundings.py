"""One digit in pictures that make it hard: other papers, frames, dust, files of every kind, printed and tiny digits.

The digits are the mouse's paths of canvas.py, and those of matplotlib's fonts. Each picture follows from its seed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.data.canvas import PATHS, by_hand, on_desk, path_lines

Rng = np.random.Generator
Canvas = Image.Image
FONTS = Path(matplotlib.get_data_path(), "fonts", "ttf")
PRINTED = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSerif", "DejaVuSerif-Italic"),
    *("DejaVuSerif-Bold", "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "cmr10", "cmss10", "cmtt10", "cmb10"),
)


def on_white(
    digit: int,
    rng: Rng,
    size: int = 400,
    height: float = 0.45,
    pen: float = 0.06,
    at: tuple[float, float] | None = None,
) -> Canvas:
    """A digit drawn with a mouse, black on white; height and place are shares of the canvas, the pen of the height."""
    lines = by_hand(path_lines(PATHS[digit][rng.integers(len(PATHS[digit]))]), rng)
    points = np.concatenate(lines)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale, width = height * size / extent.max(), max(pen * height * size, 1)
    room = size - extent * scale - 2 * width
    corner = width + room * (rng.uniform(0.15, 0.85, 2) if at is None else at)
    canvas = Image.new("L", (2 * size, 2 * size), 255)
    draw = ImageDraw.Draw(canvas)
    for line in lines:
        path = 2 * ((line - low) * scale + corner)
        draw.line([tuple(point) for point in path.tolist()], 0, max(round(2 * width), 1), joint="curve")
        for x, y in path[[0, -1]]:
            draw.ellipse((x - width, y - width, x + width, y + width), 0)
    return canvas.resize((size, size), Image.Resampling.BOX)


def _lined(canvas: Canvas, rng: Rng, squared: bool) -> Canvas:
    """The canvas on paper with printed lines, or squares, in light blue, grey or red."""
    colour = np.array([(150, 180, 220), (190, 190, 190), (225, 160, 160), (120, 150, 200)])[rng.integers(4)]
    distance, width = rng.integers(18, 60), int(rng.integers(1, 3))
    paper = Image.new("RGB", canvas.size, (255, 255, 255))
    draw = ImageDraw.Draw(paper)
    for at in range(int(rng.integers(distance)), max(canvas.size), distance):
        draw.line([(0, at), (canvas.width, at)], tuple(colour.tolist()), width)
        if squared:
            draw.line([(at, 0), (at, canvas.height)], tuple(colour.tolist()), width)
    ink = 1 - np.asarray(canvas, float)[..., None] / 255
    pixels = np.asarray(paper) * (1 - ink) + ink * rng.uniform(0, 70)
    return Image.fromarray(pixels.astype(np.uint8)).filter(ImageFilter.GaussianBlur(rng.uniform(0, 1)))


def _box_round(canvas: Canvas, rng: Rng, round_one: bool) -> Canvas:
    """The digit inside a frame, or a ring, drawn in the same ink."""
    rows, columns = np.nonzero(np.asarray(canvas) < 128)
    gap = rng.uniform(0.15, 0.4) * (np.ptp(rows) + 1)
    box = [columns.min() - gap, rows.min() - gap, columns.max() + gap, rows.max() + gap]
    if round_one:
        x, y, r = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, np.hypot(box[2] - box[0], box[3] - box[1]) / 2
        box = [x - r, y - r, x + r, y + r]
    grown = Image.new("L", (canvas.width + 400, canvas.height + 400), 255)
    grown.paste(canvas, (200, 200))
    draw = ImageDraw.Draw(grown)
    (draw.ellipse if round_one else draw.rectangle)(
        [edge + 200 for edge in box], outline=0, width=int(rng.integers(2, 12))
    )
    return grown


def _dust(canvas: Canvas, rng: Rng) -> Canvas:
    """Up to a dozen specks of dust and crumbs, each at most a thirtieth of the canvas."""
    draw = ImageDraw.Draw(canvas)
    for _ in range(rng.integers(1, 13)):
        (x, y), (a, b) = rng.uniform(0.02, 0.98, 2) * canvas.size, rng.uniform(0.5, canvas.width / 60, 2)
        draw.ellipse((x - a, y - b, x + a, y + b), int(rng.integers(0, 220)))
    return canvas


def _hairs(canvas: Canvas, rng: Rng) -> Canvas:
    """One or two short hairs beside the digit, thinner than its stroke and up to a quarter as long as it."""
    draw = ImageDraw.Draw(canvas)
    for _ in range(rng.integers(1, 3)):
        at, step = rng.uniform(0.05, 0.95, 2) * canvas.size, rng.normal(0, 1, 2)
        bend, length = rng.normal(0, 0.2, 2), rng.uniform(0.03, 0.11) * canvas.width
        path = [at, at + (step / np.hypot(*step) / 2 + bend / 2) * length, at + step / np.hypot(*step) * length]
        draw.line([tuple(point.tolist()) for point in path], int(rng.integers(0, 200)), int(rng.integers(1, 3)))
    return canvas


def _smudge(canvas: Canvas, rng: Rng) -> Canvas:
    """A soft grey spot or a coffee stain somewhere."""
    layer = Image.new("L", canvas.size, 0)
    (x, y), (a, b) = rng.uniform(0, 1, 2) * canvas.size, rng.uniform(0.05, 0.3, 2) * canvas.width
    ImageDraw.Draw(layer).ellipse((x - a, y - b, x + a, y + b), int(rng.integers(20, 90)))
    soft = np.asarray(layer.filter(ImageFilter.GaussianBlur(rng.uniform(6, 30))), float)
    return Image.fromarray(np.clip(np.asarray(canvas, float) - soft, 0, 255).astype(np.uint8))


def _from_file(image: Canvas, kind: str, **options: object) -> Canvas:
    """The image as it comes back from a file of that kind."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return Image.open(file)


def _coloured(canvas: Canvas, rng: Rng) -> NDArray[np.uint8]:
    """Coloured ink on paper of a colour far from it, (h, w, 3)."""
    paper, pen = rng.integers(0, 256, (2, 3))
    while abs(paper - pen).max() < 110:
        pen = rng.integers(0, 256, 3)
    return (paper + (1 - np.asarray(canvas, float)[..., None] / 255) * (pen - paper)).astype(np.uint8)


def _clear(canvas: Canvas, rng: Rng) -> Canvas:
    """Ink of any colour on transparent paper of any colour underneath, some of it only half opaque."""
    alpha = (255 - np.asarray(canvas, float)) * rng.choice([1, 0.5])
    ink = np.broadcast_to(rng.integers(0, 256, 3), (*alpha.shape, 3))
    return _from_file(Image.fromarray(np.concatenate([ink, alpha[..., None]], axis=2).astype(np.uint8)), "PNG")


def _sixteen(canvas: Canvas, rng: Rng) -> Canvas:
    """16 bits a pixel, over all of their range or a small part, such as a scanner's."""
    low, high = np.sort(rng.integers(0, 65536, 2)) if rng.random() < 0.5 else (0, 65535)
    high = max(high, low + 3000) if low < 60000 else 65535
    return _from_file(Image.fromarray((low + np.asarray(canvas, float) / 255 * (high - low)).astype(np.uint16)), "PNG")


def _turned(canvas: Canvas, rng: Rng) -> Canvas:
    """A JPEG that says by which of the eight ways of EXIF it is to be set upright."""
    way = int(rng.integers(1, 9))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's transpositions that turn it as the camera would
    exif = Image.Exif()
    exif[0x0112] = way
    image = canvas if way == 1 else canvas.transpose(Image.Transpose(undo[way]))
    return _from_file(image, "JPEG", exif=exif)


def _moving(canvas: Canvas, rng: Rng) -> Canvas:
    """A GIF of several pictures, of which the first counts."""
    others = [on_white(int(rng.integers(10)), rng) for _ in range(2)]
    return _from_file(canvas, "GIF", save_all=True, append_images=others)


def _desk(canvas: Canvas, rng: Rng) -> Canvas:
    """A sheet on a desk, aslant, under uneven light."""
    borders = (rng.integers(0, 90, 4) * (rng.random(4) < 0.7)).tolist()
    sheet = canvas.point(lambda grey: int(40 + 0.8 * grey))
    return on_desk(
        sheet, float(rng.uniform(0, 190)), tuple(borders), float(rng.normal(0, 4)), int(rng.integers(1 << 30))
    )


def _edge(digit: int, rng: Rng) -> Canvas:
    return on_white(digit, rng, at=tuple(rng.integers(0, 2, 2).tolist()), height=rng.uniform(0.1, 0.3))


DRAWN: dict[str, Callable[[int, Rng], object]] = {
    "on a desk, with a shadow": lambda d, r: _desk(on_white(d, r), r),
    "on lined paper": lambda d, r: _lined(on_white(d, r), r, False),
    "on squared paper": lambda d, r: _lined(on_white(d, r), r, True),
    "in a frame": lambda d, r: _box_round(on_white(d, r), r, False),
    "in a ring": lambda d, r: _box_round(on_white(d, r), r, True),
    "with dust": lambda d, r: _dust(on_white(d, r), r),
    "with hairs": lambda d, r: _hairs(on_white(d, r), r),
    "with a smudge": lambda d, r: _smudge(on_white(d, r), r),
    "light on dark": lambda d, r: Image.eval(on_white(d, r), lambda grey: 255 - grey),
    "in colours": lambda d, r: _coloured(on_white(d, r), r),
    "on transparent paper": lambda d, r: _clear(on_white(d, r), r),
    "in 16 bits": lambda d, r: _sixteen(on_white(d, r), r),
    "CMYK": lambda d, r: _from_file(Image.fromarray(_coloured(on_white(d, r), r)).convert("CMYK"), "JPEG"),
    "palette": lambda d, r: _from_file(Image.fromarray(_coloured(on_white(d, r), r)).quantize(4), "PNG"),
    "JPEG turned by EXIF": lambda d, r: _turned(on_white(d, r), r),
    "moving GIF": lambda d, r: _moving(on_white(d, r), r),
    "poor JPEG": lambda d, r: _from_file(on_white(d, r), "JPEG", quality=8),
    "in a corner": _edge,
    "tiny": lambda d, r: on_white(d, r, size=900, height=r.uniform(0.03, 0.06), pen=0.09),
    "as large as the picture": lambda d, r: on_white(d, r, height=0.98, pen=0.04),
    "cut by the edge": lambda d, r: on_white(d, r, height=0.94, pen=0.06).crop((20, 20, 380, 380)),
    "thick pen": lambda d, r: on_white(d, r, height=0.6, pen=r.uniform(0.13, 0.17)),
    "one pixel wide": lambda d, r: on_white(d, r, height=r.uniform(0.2, 0.9), pen=0),
}


def in_surroundings(name: str, count: int, seed: int = 0) -> Iterator[tuple[object, int]]:
    """`count` pictures of one digit brought in the named way, and what it is."""
    for i in range(count):
        yield DRAWN[name](i % 10, np.random.default_rng((seed, i))), i % 10


def printed(
    characters: str, rng: Rng, slant: float = 3, fonts: tuple[str, ...] = PRINTED
) -> Iterator[tuple[Canvas, str]]:
    """Characters of every font, some turned a little, on white paper."""
    for name in fonts:
        font = ImageFont.truetype(str(FONTS / f"{name}.ttf"), 120)
        for character in characters:
            canvas = Image.new("L", (300, 300), 255)
            ImageDraw.Draw(canvas).text((150, 150), character, 0, font=font, anchor="mm")
            yield canvas.rotate(rng.normal(0, slant), Image.Resampling.BICUBIC, fillcolor=255), character
