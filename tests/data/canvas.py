"""Digits as people bring them: drawn with a mouse on a large canvas, in any pen and colour, saved or photographed.

The pen paths here are not those of `glassnet.data.strokes`, and nothing of that module is used: what reads these
drawings has not seen their like. Each drawing follows from its seed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy.ndimage import binary_dilation, convolve, distance_transform_edt, grey_dilation, label

# The mouse's paths on a square of 100 (y points down), each movement a line through the points where it was sampled.
PATHS: dict[int, tuple[str, ...]] = {
    0: (
        "55,8 38,12 26,28 22,50 26,72 38,88 54,92 68,84 78,64 79,42 72,22 60,10 50,8",
        "62,14 44,8 30,20 24,44 27,70 40,90 60,90 74,74 78,48 74,26 64,14 54,12",
        "50,10 64,14 74,34 74,62 64,86 48,92 34,84 26,62 27,36 36,16 52,10",
    ),
    1: (
        "52,6 51,30 50,60 50,94",
        "32,26 42,18 54,6; 54,6 54,34 53,64 53,94",
        "34,24 52,8; 52,8 52,50 52,92; 32,92 52,92 72,91",
        "58,6 52,40 44,94",
    ),
    2: (
        "26,28 32,14 46,8 62,10 72,22 70,38 58,54 42,70 26,88; 26,88 44,88 60,87 78,88",
        "24,24 36,10 56,8 70,18 72,34 62,50 46,68 28,88 40,90 58,88 80,89",
        "28,30 34,14 52,8 68,16 70,34 58,54 42,74 30,86 22,82 28,74 42,78 58,88 76,86",
    ),
    3: (
        "26,18 40,9 58,8 70,18 68,34 54,45 42,47; 42,47 60,50 73,62 72,80 58,91 40,92 24,84",
        "28,12 48,8 66,14 68,30 54,42 42,46 56,48 70,58 74,74 62,88 44,92 26,88",
        "26,10 48,10 72,10; 72,10 58,28 46,42; 46,42 64,48 74,62 70,80 54,91 28,86",
    ),
    4: (
        "38,8 32,30 24,58; 24,58 50,58 80,57; 64,26 62,58 60,92",
        "62,6 44,32 20,64; 20,64 50,64 82,64; 62,6 62,50 62,94",
        "30,10 27,30 28,46 40,52 66,50; 70,8 68,50 66,92",
        "34,8 28,48; 28,48 74,48; 66,12 64,94",
    ),
    5: (
        "70,10 50,10 34,11; 34,11 32,28 30,44; 30,44 48,38 66,46 74,62 68,80 50,91 28,86",
        "36,10 34,28 32,46; 32,46 50,40 68,50 72,68 62,86 44,92 26,86; 36,10 54,9 74,8",
        "68,10 38,12; 38,12 34,42; 34,42 58,44 70,58 68,76 52,90 30,90",
    ),
    6: (
        "64,8 48,20 34,40 27,62 30,80 44,92 60,90 71,78 70,64 58,54 42,58 31,70",
        "56,6 42,28 32,54 30,74 40,90 58,92 70,80 68,64 54,56 40,62 32,76",
        "66,14 52,10 38,24 28,50 28,76 42,92 62,90 72,74 64,58 46,56 32,68",
    ),
    7: (
        "24,12 48,12 74,10; 74,10 62,36 50,64 42,92",
        "26,14 50,12 72,12; 72,12 58,44 46,92; 38,54 54,52 68,50",
        "24,24 26,12; 26,12 50,12 74,11; 74,11 56,46 44,94",
    ),
    8: (
        "66,18 52,8 36,14 34,30 46,42 62,54 70,72 60,88 42,91 29,78 34,60 50,46 64,34 68,20",
        "50,8 36,16 36,34 50,46 64,34 64,16 50,8; 50,46 32,58 29,76 42,91 60,90 71,74 66,56 50,46",
        "70,14 54,8 38,16 38,32 52,46 66,62 66,82 50,92 34,82 36,64 52,48 66,34 72,18",
    ),
    9: (
        "70,26 58,10 40,10 30,26 34,44 50,50 64,42 70,26; 70,26 68,56 62,92",
        "68,14 50,8 34,20 32,40 46,52 64,42 70,22; 70,22 70,54 60,84 40,92 28,84",
        "66,18 50,10 36,18 32,36 44,50 60,44 68,26 66,18 66,50 60,92",
    ),
}

# Letters that are not written like a digit.
LETTERS: dict[str, str] = {
    "A": "20,92 50,8 80,92; 32,60 68,60",
    "C": "78,22 62,9 42,9 26,26 21,50 27,76 44,91 64,90 79,78",
    "E": "74,9 28,9; 28,9 28,50 28,91; 28,91 76,91; 28,49 64,49",
    "F": "76,9 30,9; 30,9 30,50 30,92; 30,48 64,48",
    "G": "76,22 58,8 38,12 24,34 22,58 34,84 56,92 76,80 78,56; 78,56 54,56",
    "H": "24,8 24,92; 76,8 76,92; 24,50 76,50",
    "K": "28,8 28,92; 74,9 28,54; 42,42 78,92",
    "M": "16,92 22,8; 22,8 50,62 78,8; 78,8 84,92",
    "N": "24,92 24,8; 24,8 76,92; 76,92 76,8",
    "P": "28,92 28,9; 28,9 56,8 74,20 72,38 56,50 28,51",
    "Q": "50,8 28,20 20,48 28,76 50,90 72,76 80,48 72,20 50,8; 58,66 84,96",
    "R": "28,92 28,9; 28,9 56,8 73,20 71,38 54,49 28,50; 48,50 76,92",
    "T": "14,10 86,10; 50,10 50,92",
    "U": "22,8 23,62 34,86 52,92 68,84 77,62 78,8",
    "W": "10,8 28,92; 28,92 50,30 72,92; 72,92 90,8",
    "X": "22,8 78,92; 78,8 22,92",
    "Y": "20,8 50,50; 80,8 50,50; 50,50 50,92",
    "a": "70,30 52,22 32,34 26,60 38,82 58,78 71,50; 72,24 71,60 76,84 88,82",
    "d": "64,48 48,40 30,50 26,72 40,90 58,84 68,62; 72,6 70,50 72,92",
    "e": "26,54 74,50 70,30 50,20 30,34 25,60 38,84 60,86 76,74",
    "f": "72,14 60,6 48,16 46,50 44,94; 26,42 68,40",
    "h": "28,6 28,92; 28,58 46,40 64,46 70,64 71,92",
    "k": "30,6 30,92; 68,40 31,66; 44,58 72,92",
    "m": "12,92 13,42; 13,52 26,40 40,48 43,92; 44,54 60,40 76,50 80,92",
    "n": "24,92 25,36; 25,52 44,34 64,40 72,60 73,92",
    "p": "28,96 28,36; 28,48 46,34 66,42 70,60 58,74 40,76 28,66",
    "r": "32,90 32,38; 32,56 46,40 68,38",
    "t": "46,8 46,70 54,88 74,86; 22,34 72,32",
    "u": "24,38 25,66 36,84 56,80 70,60; 72,36 72,88",
    "v": "20,36 48,90; 48,90 78,34",
    "w": "10,38 28,88; 28,88 48,46 68,88; 68,88 90,36",
    "x": "24,36 76,90; 76,36 24,90",
}


def mouse_drawings(count: int, seed: int = 0, way: str = "") -> Iterator[tuple[Image.Image, int]]:
    """`count` drawings of digits with a mouse, and what they are; all brought in one ``way``, if that is named."""
    for i in range(count):
        rng = np.random.default_rng((seed, i))
        digit = i % 10
        yield _drawing(PATHS[digit][rng.integers(len(PATHS[digit]))], rng, way), digit


def mouse_pairs(count: int, seed: int = 0) -> Iterator[Image.Image]:
    """`count` drawings of two digits side by side with one pen, near each other or apart."""
    for i in range(count):
        rng = np.random.default_rng((seed, i))
        paths = (PATHS[digit][rng.integers(len(PATHS[digit]))] for digit in rng.integers(0, 10, 2))
        one, other = (by_hand(path_lines(path), rng) for path in paths)
        right, left = (max(line[:, 0].max() for line in one), min(line[:, 0].min() for line in other))
        shift = [right - left + rng.uniform(5, 60), rng.uniform(-15, 15)]
        yield finish(_draw(one + [line + shift for line in other], rng), rng)


def mouse_letters(count: int, seed: int = 0) -> Iterator[tuple[Image.Image, str]]:
    """`count` drawings of letters with a mouse, and what they are."""
    for i in range(count):
        letter = list(LETTERS)[i % len(LETTERS)]
        yield _drawing(LETTERS[letter], np.random.default_rng((seed, i))), letter


def redrawn(pictures: NDArray[np.uint8], seed: int = 0) -> Iterator[Image.Image]:
    """Scans (n, 28, 28) drawn again with another pen on a large canvas: their thinned lines, enlarged.

    A hand leaves no spurs where a line ends or bends, as thinning does; these are taken off.
    """
    for i, picture in enumerate(pictures):
        rng = np.random.default_rng((seed, i))
        skeleton = _thinned(picture)[0]
        steps = skeleton[1:, :] & skeleton[:-1, :], skeleton[:, 1:] & skeleton[:, :-1]
        slants = skeleton[1:, 1:] & skeleton[:-1, :-1], skeleton[1:, :-1] & skeleton[:-1, 1:]
        lines = [np.array([[x, y], [x, y]], float) for y, x in np.argwhere(skeleton)]
        for mask, (fx, fy, tx, ty) in zip(
            (*steps, *slants), ((0, 0, 0, 1), (0, 0, 1, 0), (0, 0, 1, 1), (1, 0, 0, 1)), strict=True
        ):
            lines += [np.array([[x + fx, y + fy], [x + tx, y + ty]], float) for y, x in np.argwhere(mask)]
        yield finish(_draw(lines, rng), rng)


def one_line_draws(picture: NDArray[np.uint8]) -> bool:
    """Whether a line of one width gives a scan (28, 28) back: none of its loops is filled, and nothing is smeared.

    Of MNIST's scans nine in ten; thinned, the others are another digit or none.
    """
    skeleton, mask = _thinned(picture)
    drawn = distance_transform_edt(~skeleton) < np.median(distance_transform_edt(mask)[skeleton])
    return bool((drawn & mask).sum() > 0.78 * (drawn | mask).sum())


def _thinned(picture: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """A scan's line, and the scan as a mask, five times as large."""
    mask = np.pad(np.asarray(Image.fromarray(picture).resize((140, 140), Image.Resampling.BICUBIC)) > 127, 1)
    return without_spurs(thin(mask), mask), mask


def on_desk(
    sheet: Image.Image, desk: float, borders: tuple[int, int, int, int], turn: float = 0, seed: int | None = None
) -> Image.Image:
    """A grey sheet on a desk of that grey, so many pixels of which are in the photo on the left, top, right and bottom.

    The sheet is turned by so many degrees. With a seed the photo has a soft shadow, uneven light, noise and blur, and
    the desk a grain.
    """
    left, top, right, bottom = borders
    width, height = sheet.width + left + right, sheet.height + top + bottom
    turned, cut = (
        image.rotate(turn, Image.Resampling.BICUBIC, expand=True) for image in (sheet, Image.new("L", sheet.size, 255))
    )
    rng = np.random.default_rng(seed)
    grain = Image.fromarray(rng.normal(0, 6 * (seed is not None), (height // 3 + 1, width // 20 + 1)))
    wood = desk + np.asarray(grain.resize((width, height), Image.Resampling.BICUBIC))
    photo = Image.fromarray(np.clip(wood, 0, 255).astype(np.uint8))
    photo.paste(turned, (left + (sheet.width - turned.width) // 2, top + (sheet.height - turned.height) // 2), cut)
    if seed is None:
        return photo
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    angle = rng.uniform(0, 2 * np.pi)
    edge = np.cos(angle) * (x - rng.uniform(0.2, 0.8)) + np.sin(angle) * (y - 0.5)
    light = 1 - 0.3 / (1 + np.exp(-edge / rng.uniform(0.01, 0.1)))
    light += rng.normal(0, 0.12) * (x - 0.5) + rng.normal(0, 0.12) * (y - 0.5)
    pixels = np.asarray(photo) * light + rng.normal(0, 4, y.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1))


def thin(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The skeleton of a mask with an empty rim (Zhang & Suen 1984)."""
    mask = mask.copy()
    changed = True
    while changed:
        changed = False
        for step in (0, 1):
            around = [np.roll(mask, shift, (0, 1)) for shift in _RING]
            north, _, east, _, south, _, west, _ = around
            neighbours = np.sum(around, axis=0)
            rises = np.sum([~a & b for a, b in zip(around, around[1:] + around[:1], strict=True)], axis=0)
            corner = (
                ~(north & east & south) & ~(east & south & west)
                if step == 0
                else ~(north & east & west) & ~(north & south & west)
            )
            remove = mask & (neighbours >= 2) & (neighbours <= 6) & (rises == 1) & corner
            mask &= ~remove
            changed |= bool(remove.any())
    return mask


def without_spurs(skeleton: NDArray[np.bool_], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A skeleton without the branches that end within the thickness of the mask's line where they leave it."""
    full = np.ones((3, 3), int)
    beside = convolve(skeleton.astype(int), full, mode="constant")
    ends, forks = skeleton & (beside == 2), skeleton & (beside >= 4)
    reach = grey_dilation(np.where(forks, distance_transform_edt(mask), 0), (5, 5))
    branches, count = label(skeleton & ~binary_dilation(forks, full), full)
    for branch in range(1, count + 1):
        own = branches == branch
        if (own & ends).any() and own.sum() < reach[binary_dilation(own, full)].max():
            skeleton = skeleton & ~own
    return thin(skeleton)


_RING = ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))  # the shifts that bring N, NE, E, … here


def _drawing(path: str, rng: np.random.Generator, way: str = "") -> Image.Image:
    """A path drawn with a mouse and brought in some way, or in that one."""
    return finish(_draw(by_hand(path_lines(path), rng), rng), rng, way)


def path_lines(path: str) -> list[NDArray[np.float64]]:
    """The points (n, 2) of each movement of a path."""
    return [np.array([point.split(",") for point in line.split()], float) for line in path.split(";")]


def by_hand(lines: list[NDArray[np.float64]], rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """The lines slanted, turned, stretched, bent and shaken."""
    turn, slant, stretch = rng.normal(0, 0.1), rng.normal(0.1, 0.2), np.exp(rng.normal(0, 0.15))
    affine = np.array([[stretch, 0], [-slant, 1]]) @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
    waves, phases = rng.normal(0, 3, (2, 2)), rng.uniform(0, 2 * np.pi, (2, 2))
    shake = rng.uniform(0.3, 2.5)
    out = []
    for line in lines:
        moved = (line - 50) @ affine
        bend = sum(waves[k] * np.sin((k + 1) * moved[:, ::-1] / 25 + phases[k]) for k in (0, 1))
        out.append(moved + bend + rng.normal(0, shake, line.shape))
    return out


def _draw(lines: list[NDArray[np.float64]], rng: np.random.Generator) -> Image.Image:
    """The lines in black on a white canvas of 200 to 1000 pixels: thin pen to thick marker, anywhere."""
    points = np.concatenate(lines)
    low, extent = points.min(axis=0), np.ptp(points, axis=0).max()
    size = rng.integers(200, 1001, 2) if rng.random() < 0.3 else np.full(2, rng.integers(200, 1001))
    height = rng.uniform(0.3, 0.8) * size.min()
    pen = rng.uniform(2, 6) if rng.random() < 0.5 else rng.uniform(0.03, 0.13) * height
    used = np.ptp(points, axis=0) * height / extent
    corner = pen + rng.random(2) * (size - used - 2 * pen)
    canvas = Image.new("L", tuple(size.tolist()), 255)
    draw = ImageDraw.Draw(canvas)
    for line in lines:
        path = (line - low) * height / extent + corner
        draw.line([tuple(point) for point in path.tolist()], 0, max(round(pen), 1), joint="curve")
        for x, y in path[[0, -1]]:
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), 0)
    return canvas.filter(ImageFilter.GaussianBlur(0.6)) if rng.random() < 0.7 else canvas


def finish(canvas: Image.Image, rng: np.random.Generator, way: str = "") -> Image.Image:
    """Black on white, or another way of bringing a drawing: colours, transparency, JPEG, dust, a frame, a photo."""
    ink = 1 - np.asarray(canvas, np.float32)[..., None] / 255
    chosen = rng.choice(["plain", "dark", "colours", "transparent", "photo"], p=[0.3, 0.15, 0.15, 0.1, 0.3])
    match way or chosen:
        case "plain":
            image = canvas
        case "dark":
            image = Image.fromarray(np.uint8(255 * ink[..., 0]))
        case "transparent":
            colour = np.broadcast_to(rng.integers(0, 100, 3), (*ink.shape[:2], 3))
            image = Image.fromarray(np.concatenate([colour, 255 * ink], axis=2).astype(np.uint8))
        case "colours":
            paper, pen = rng.integers(0, 256, 3), rng.integers(0, 256, 3)
            while abs(paper - pen).max() < 110:
                pen = rng.integers(0, 256, 3)
            image = Image.fromarray((paper + ink * (pen - paper)).astype(np.uint8))
        case _:
            image = _photo(ink, rng)
    if rng.random() < 0.15 and "A" not in image.getbands():
        image = image.convert("RGB")
        inset = rng.integers(0, 3)
        box = (inset, inset, image.width - 1 - inset, image.height - 1 - inset)
        ImageDraw.Draw(image).rectangle(box, outline=(128, 128, 128), width=int(rng.integers(1, 4)))
    if rng.random() < 0.4 and "A" not in image.getbands():
        file = io.BytesIO()
        image.convert("RGB").save(file, "JPEG", quality=int(rng.integers(30, 95)))
        image = Image.open(file)
    return image


def _photo(ink: NDArray[np.float32], rng: np.random.Generator) -> Image.Image:
    """Dark ink on paper under uneven light: a gradient, sometimes a soft shadow, texture, dust, noise and blur."""
    height, width = ink.shape[:2]
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    light = 1 + rng.normal(0, 0.25) * (x - 0.5) + rng.normal(0, 0.25) * (y - 0.5)
    if rng.random() < 0.4:
        edge = np.cos(angle := rng.uniform(0, 7)) * (x - rng.uniform(0.2, 0.8)) + np.sin(angle) * (y - 0.5)
        light *= 1 - rng.uniform(0.1, 0.35) / (1 + np.exp(-edge / rng.uniform(0.01, 0.1)))
    coarse = Image.fromarray(rng.normal(0, 3, (height // 4 + 1, width // 4 + 1)).astype(np.float32))
    texture = np.asarray(coarse.resize((width, height)))
    paper, pen = rng.uniform(170, 240) + rng.normal(0, 6, 3), rng.uniform(20, 110) + rng.normal(0, 15, 3)
    pixels = (
        (paper + ink * (pen - paper)) * light[..., None] + texture[..., None] + rng.normal(0, 4, (height, width, 1))
    )
    for _ in range(rng.integers(0, 6)):
        cy, cx = rng.integers(0, height), rng.integers(0, width)
        pixels[cy : cy + 3, cx : cx + 2] *= 0.5
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.5)))
