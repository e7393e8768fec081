"""Handwriting drawn by the program: digits as pen skeletons, deformed at random and inked.

A *style* is a list of pen movements, each a smooth curve through a few points (a Catmull–Rom spline). Everything that
makes two people's digits differ (jitter, bending, slant, stretch) moves those few points; as a spline is linear in its
points, one constant matrix per style then gives the whole line. The pen is a Gaussian: the ink of a line is the sum of
the pen's imprints along it, and because exp(−(x² + y²)) = exp(−x²)·exp(−y²) that sum is one small matrix product.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from glassnet.ir.errors import DataError

Floats = NDArray[np.float32]
Style = tuple[int, float, str]

# Pen movements of each digit, on paper 10 wide and 14 high (y points down). A movement is a curve through its points;
# ";" starts the next one. Movements that share a point share it after deformation too, so corners stay joined, and a
# movement that ends where it began is a smooth loop. The number is how often the style is used.
STYLES: tuple[Style, ...] = (
    (0, 4, "5.3,0 1.3,3 0,7.5 1.4,12.5 4.7,14 8.6,11.5 10,6.5 8.6,1.5 5.3,0"),
    (0, 3, "7.5,1.5 3.6,1 .1,6 .9,12 4.7,14 9.2,10 10,5 7.5,.5 4.8,.5"),
    (0, 1, "4.2,.5 .1,5 .4,11 4.7,14 9.2,10.5 9.5,4.5 6.4,1"),
    (0, 1, "6.4,1 2,1.5 0,7 1.9,13 5.8,13.5 9.8,9 9.6,3 6.4,.5 3,3"),
    (0, 2, "8.6,2 5.3,0 1.3,3 0,8 2.5,13.5 6.9,13 9.9,8 9,3.5 6.3,2 3.6,2.5"),
    (0, 1, "10.3,0 6.4,1 1.9,3.5 -.1,9 3.5,14 8.7,10.5 9.5,5 6.4,1"),
    (1, 10, "5.8,0 5,7 4.2,14"),
    (1, 2, "3,3 5.8,0; 5.8,0 5,7 4.2,14"),
    (1, 1, "3,3 5.8,0; 5.8,0 5,7 4.2,14; .7,14 7.7,14"),
    (2, 3, ".3,3.5 2.4,.5 6.9,.5 8.7,3.5 6.2,8 .8,13.5; .8,13.5 5.3,13 10.4,13.5"),
    (2, 3, ".4,4 2.4,.5 7.5,.5 8.2,4.5 5.7,9.5 2,13.5 .2,12.5 2.4,10.5 6.4,12.5 10.9,13"),
    (2, 2, ".3,3 3.5,0 8.1,2 7.2,6.5 3,11 .8,13.5; .8,13.5 3,12.5 7.6,14 10.9,12.5"),
    (2, 1, ".2,1.5 3.6,.5 8,.5; 8,.5 6.1,6 .8,13.5; .8,13.5 5.3,13.5 10.3,13"),
    (2, 3, "1.5,3.5 3.6,.5 8.1,1 8.3,5 5.1,9.5 1.9,13 .2,11 2.9,9 6.3,11.5 10.9,13.5"),
    (2, 2, "2.7,5 .9,3.5 2.4,.5 6.9,.5 8.8,4 6.2,9 .8,13; .8,13 5.3,12.5 10.3,13"),
    (2, 2, "1.5,4 3.6,1 7,2.5 6.1,7.5 .8,12 .3,14 3.1,13 10.9,12"),
    (2, 2, "-.1,5 2.5,1 5.8,1 6.6,5 4,10 1.4,13.5; 1.4,13.5 5.3,12.5 10.8,10"),
    (2, 2, "-.8,4 2.4,0 7,2 6.2,8 2.5,12.5 .2,11 2.9,9.5 5.8,11 9.8,14"),
    (2, 2, "2,3.5 3,1 6.5,0 8.5,3 7,7.5 3.5,11.5 .5,13 1,10.5 4,10.5 7,13 10,12.5"),
    (2, 2, "1.5,4 3.5,.5 7,1 7.5,5 5,10 2,13 0,11.5 1,9.5 4,9.5 7,12 10,11"),
    (3, 3, "1,2 4,0 8,1.5 8,4.5 4,6.5; 4,6.5 9,8.5 8.5,12.5 4,14 .5,12"),
    (3, 2, "1,1.5 5,0 8.5,3 6,6 3.5,6.5 4.5,7.2 8.5,9 8.5,12.5 4,14 .5,12"),
    (3, 1, "1,.5 4.5,.3 8.5,.5; 8.5,.5 6,3 4,5.5; 4,5.5 9,7.5 8.5,12.5 4,14 .5,12"),
    (3, 2, "0,2.5 3,0 6.5,1.5 6.5,4 3,6.5; 3,6.5 7,7 8.5,10 6,13.5 2,14 -1,12.5"),
    (3, 2, "1,1.5 5,0 9,2 8.5,5 4,7; 4,7 7,7.5 7.5,10.5 5,13.5 .5,14"),
    (3, 2, "0,1.5 6,0 8,2 4.5,6; 4.5,6 8,8.5 6.5,12.5 0,14"),
    (3, 2, "1,2 5,0 8,2.5 5.5,6.5 3,7 4,5.7 8,7.5 8.5,11 5,14 0,13"),
    (3, 1, "1,2 5,0 8,2 7,5.5 4,6.5; 4,6.5 8,7.5 8.5,11.5 5,14 1,13 1,10.5"),
    (4, 3, "2.7,0 1.8,4 .9,8; .9,8 4.9,8 9.4,7.5; 8.1,1 6.9,8 5.8,14"),
    (4, 1, "7.2,0 3.2,5 .3,9; .3,9 4.8,9 9.3,9; 7.2,0 6.5,7 5.8,14"),
    (4, 3, "2.7,0 1.2,5 3.4,8 8.1,6.5; 9.2,0 8.1,6.5 6.8,14"),
    (4, 1, "3.7,0 .9,8; .9,8 4.9,8 8.9,7.5; 6.3,4 5.6,9 4.8,14"),
    (4, 2, "1.6,1 .1,6.5; .1,6.5 5,7 10.1,6; 8.7,0 6.5,7 4.8,14"),
    (4, 2, "4.7,0 .5,7; .5,7 4,7.5 9.1,6.5; 6.6,1 6,7 4.3,14"),
    (4, 2, "2.6,1 1.2,5 1.9,7.5 5,7.5 8.2,5; 9.7,0 8.2,5 5.3,14"),
    (4, 2, "8.2,.5 4.5,2.5 1.2,5; 1.2,5 4,7 8.1,6.5; 8.2,.5 7.5,7 5.8,14"),
    (4, 2, "2.7,0 1.7,5 .8,9; .8,9 4.8,9 9.3,8.5; 7.8,4 6.8,9 5.8,14"),
    (4, 2, "4.7,0 1.8,4 -.1,8; -.1,8 4.8,8.5 11,7; 6.9,3 5.4,8 3.3,14"),
    (5, 3, "1.3,.5 .7,6; .7,6 5,5 9.3,8 8.7,12 3.8,14 -.5,12.5; 1.3,.5 5,.5 9.3,0"),
    (5, 2, "9.3,0 5,.5 2.6,.5; 2.6,.5 1.3,5.5; 1.3,5.5 6.2,5.5 9.3,9 6.2,13 -.5,13.5"),
    (5, 1, "9.9,.5 3.8,.5 1.3,4 5,6.5 8.7,9.5 6.2,13.5 .1,13"),
    (5, 2, "2,2 1.3,6; 1.3,6 6.2,6 7.4,10 3.8,14 -1.1,13; 2,1.5 6.2,1 11.1,0"),
    (5, 3, "2.6,1 1.3,6; 1.3,6 6.2,5.5 8.7,8.5 6.8,12.5 1.3,14 -1.7,12; 2.6,1 6.2,1 12.3,0"),
    (5, 2, "1.3,0 .7,5.5; .7,5.5 6.2,4 10.5,7 8.7,12 2.6,14 -1.1,13; 1.3,0 5,0 8.7,.5"),
    (5, 2, "8.7,0 5,.3 2.6,.5; 2.6,.5 1.3,5; 1.3,5 7.4,5.5 9.3,9.5 5.6,13.5 .7,13 -.5,10.5"),
    (5, 2, "11.1,0 5,1 3.8,4.5 7.4,7 7.4,11 2.6,14 -1.1,12.5"),
    (5, 2, "1.3,3 .7,7; .7,7 6.2,6.5 8.1,10 5,13.5 -1.1,14; 2.6,1.5 6.2,1 9.9,.5"),
    (5, 1, "2.6,1 2,8; 2,8 6.2,7.5 8.7,10.5 5.6,13.5 .1,14; 2.6,1 5,.5 9.9,0"),
    (6, 3, "7,0 3,4 1,10 3,13.5 7,13.5 8.5,10 6,7.5 2.5,9 1,11"),
    (6, 3, "4,0 1.5,6 1,11 4,14 8,12.5 7.5,9 4,8 1.5,10.5"),
    (6, 2, "8,.5 4,1.5 1,7 2,13 6,14 9,11 7,8 3.5,8.5 2,11.5"),
    (6, 2, "5,0 2,4 .5,9.5 3,13.5 8,13.5 10,10.5 7,8 3,9.5 1.5,12"),
    (6, 2, "9,2 6,0 2,3 .5,9 3,13.5 7.5,13 9,9.5 6,7 2.5,9"),
    (6, 2, "6,0 2.5,5 .5,11 2,14 5.5,13.5 6.5,11 4,9.5 1,11.5"),
    (6, 2, "4,0 2,5 1,10 3,14 7,13 8,10 5.5,8 3.5,9.5"),
    (6, 1, "6,0 2,6 1,11 3.5,14 7.5,12.5 7.5,9 4.5,8 1,10 -.5,12"),
    (6, 2, "3.5,0 .5,6 1.5,12 5,14 9.5,11 9,7.5 6,7 3.5,9.5 3,13"),
    (6, 1, "6,0 2,3.5 0,9 2,13.5 7,14 10,11 8,8 4.5,9 3.5,12.5"),
    (7, 4, ".3,1 4.5,.8 8.2,.5; 8.2,.5 5.5,7 4.5,14"),
    (7, 2, ".5,3 .8,.7; .8,.7 4.5,.8 8.2,.5; 8.2,.5 5.5,7 4.5,14"),
    (7, 2, ".3,1 4.5,.8 8.2,.5; 8.2,.5 5.5,7 4.5,14; 2.9,7.5 8.1,6.5"),
    (7, 2, "-.1,2.5 3.5,1 7.7,1 7.9,4 5.2,9 4.5,14"),
    (7, 1, ".5,3 1.3,.5 4.6,1.5 8.2,.5; 8.2,.5 5.5,7 4.5,14"),
    (7, 2, ".2,6 .4,1.5; .4,1.5 3.5,1 8.2,.5; 8.2,.5 7.1,7 6.1,14"),
    (7, 2, ".6,4 .8,.5; .8,.5 4.6,1.5 8.6,0; 8.6,0 5,7 4,14"),
    (7, 2, "-.7,1.5 3.5,1 7.6,.5; 7.6,.5 8,5 7.1,14"),
    (7, 2, "-.7,1 3.5,1 7.6,0; 7.6,0 6,6 4.5,14; 1.4,7.5 5,7.5 9.2,6.5"),
    (7, 2, "-.6,3 1.3,.5 5.5,.5 7.8,3 7.2,8 6.6,14"),
    (7, 1, "0,3.5 1.9,1 4.6,1.5 8.1,0; 8.1,0 5.1,8 5,14"),
    (7, 2, "-.7,2 4.6,1.5 9.7,0; 9.7,0 5.9,5 2.2,12"),
    (7, 1, "1,1.5 5,1 9,.5; 9,.5 6.5,7 5.5,14; 3,8 6,7.8 9,7"),
    (7, 1, "0,2 1,.5; 1,.5 5,.3 8,.5; 8,.5 6,7 4.5,14; 2,8 5,7.3 8,7"),
    (7, 1, "0,3 1,1 4,1 8,.5; 8,.5 6,7 4,14; 1.5,7 6,7.5 9,6.5"),
    (7, 1, "0,2.5 3,.5 7.5,1 7.5,4 5,9 4,14; 2.5,8 5.5,7.8 8.5,7"),
    (7, 1, "0,3.5 1.5,.8 3.5,1.5 8,0; 8,0 5.5,5 3,14"),
    (8, 3, "8,1.5 5,0 2,2 3,5 7,8.5 8.5,11.5 5,14 1.5,11.5 3,8 7.5,4.5 8,1.5"),
    (8, 1, "5,0 2,3 5,6.5 8,3 5,0; 5,6.5 1,10 5,14 9,10.5 5,6.5"),
    (8, 3, "8.5,1 5,0 2,2.5 4.5,6 8,10 6,14 2,12.5 3.5,8 7,4.5 9,1.5"),
    (8, 2, "7,3 5,.5 2,2 3,5 7,9 7,12.5 4,14 1.5,12 3,8.5 7,4.5 9,0"),
    (8, 1, "1.5,1 5,0 7.5,2 5,6 1.5,10 3,14 7,13.5 8,10.5 4.5,6 2,3 1.5,1"),
    (8, 2, "8,1 4,0 1,2.5 4,6 7,10 6,13.5 4,13 4.5,9 7,5 9,1.5"),
    (8, 2, "8,2 5,0 2,2 4,6 8,10.5 5,14 2,11 5,6.5 8,4"),
    (8, 1, "5,0 2,2 3,5.5 6.5,6 8,3 5,0; 4.5,6 1,9.5 3,13.5 7,13.5 9,9.5 6.5,6 4.5,6"),
    (8, 2, "6.5,2 4.5,0 2.5,2.5 4.5,6 9,10 6,14 1,12.5 2,8.5 6,5.5 6.5,2"),
    (8, 2, "8.5,2 5,0 1,2.5 4,7 7,11 5,14 2.5,12 4.5,8 9,4.5 8.5,2"),
    (9, 3, "8,2.5 5,0 1.5,3 2.5,6.5 6,6 8,2.5; 8,2.5 7.5,8 7,14"),
    (9, 1, "8,3 5,0 1.5,3.5 3,7 7,6 8,2.5; 8,2.5 8,9 6,13.5 1.5,13"),
    (9, 3, "8.5,1.5 4,.5 1,4.5 3.5,7.5 7.5,5 8.5,1.5; 8.5,1.5 7,8 5,14"),
    (9, 2, "8.5,2 4.5,0 .5,4 2.5,8.5 7,7 8.5,2; 8.5,2 8.5,8 8,14"),
    (9, 2, "8,1 4,.5 1.5,4 3.5,7 7,5 8.5,1; 8.5,1 7.5,7 6,14"),
    (9, 2, "7.5,4 6,1 3,1.5 1.5,5 4,7 7.5,4; 7.5,4 7,9 6,14"),
    (9, 1, "7.5,1 4,0 1.5,3.5 4,6.5 7.5,4; 7.5,1 7.5,4 8,9 5.5,13.5 2,13.5 1,12"),
    (9, 2, "6,6 2,6 1.5,2.5 5,0 8,3 7,9 3,14"),
    (9, 2, "7,.5 2.5,1 1,4.5 3,6.5 7,5.5; 7,.5 7,5.5 6.5,14"),
    (9, 2, "9,1 5,0 1,4 3.5,6.5 8,4 9,1; 9,1 6.5,7.5 2,14"),
    (9, 1, "8,.5 3,1 .5,4.5 3,7.5 7,6 8.5,2; 8.5,2 8,8 7,14"),
    (9, 2, "6.5,1 3,1 .5,4.5 2.5,7 6,5.5 8,2.5; 8,2.5 7.5,8 7,14"),
    (9, 1, "7.5,3 4,.5 1,4 3,7 7.5,4; 8.2,1 7.5,4 7.2,9 6.5,14"),
    (9, 2, "8.5,1.5 5,0 1.5,2 1,5 4,6 7.5,3.5; 8.5,1.5 7.5,3.5 6,9 4,14"),
)
TREMOR = 0.055  # of the hand, where a digit is 2 high
GRAIN = 0.15  # of the paper, where full ink is 1
TYPICAL_WINDING = 2.2  # a line's length over its height: 1 for a 1, 3 and more for an 8
DOTS = 72  # imprints of the pen along one digit: about one a pixel
BLOCK = 128  # images made at once: the work arrays stay within the processor's cache
SIDE, BOX = 28, 20  # MNIST fits a digit into 20×20 pixels, then centres its mass in 28×28


def strokes(
    count: int, seed: int = 0, *, wildness: float = 1.0, styles: tuple[Style, ...] | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw `count` handwritten digits: images (count, 784) uint8, 0 paper to 255 ink, and labels (count,) int64.

    Framed like MNIST (fit into 20×20, centre of mass in the middle of 28×28), each digit about equally often. The same
    seed gives the same images bit for bit, and a larger count continues a smaller one. At a `wildness` of 1 hands
    differ more than in MNIST, which is what a network learns most from; at 0.7 the digits are about as hard to read as
    MNIST's, at 0 nearly nothing differs within a style. `styles` are how digits are written, (digit, how often beside
    its others, pen movements); those of `STYLES` unless given. Raises DataError for a negative count or wildness.

    >>> images, labels = strokes(1000, seed=1)
    >>> images.shape, images.dtype, labels.dtype, sorted(set(labels.tolist()))
    ((1000, 784), dtype('uint8'), dtype('int64'), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    >>> bool((strokes(10, seed=1)[0] == images[:10]).all())
    True
    """
    if count < 0:
        raise DataError(f"strokes draws 0 or more images, got count={count}")
    if not 0 <= wildness < np.inf:
        raise DataError(f"the wildness of strokes must be a number of at least 0, got {wildness}")
    images = np.empty((count, SIDE * SIDE), np.uint8)
    labels = np.empty(count, np.int64)
    for start in range(0, count, BLOCK):
        rng = np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, start // BLOCK))))
        block, digits = _draw(rng, wildness, styles or STYLES)
        images[start : start + BLOCK] = block[: count - start]
        labels[start : start + BLOCK] = digits[: count - start]
    return images, labels


def _draw(
    rng: np.random.Generator, wildness: float, styles: tuple[Style, ...]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """One block of digits: choose styles, deform their points, trace the lines, frame them, ink them."""
    points, starts, ends, windings, chances, digits = _traced(styles)
    style = np.minimum(np.searchsorted(np.cumsum(chances), rng.random(BLOCK)), len(chances) - 1)
    winding = windings[style][:, None] / TYPICAL_WINDING
    controls = _deform(points[style], np.minimum(winding, 1)[..., None], wildness, rng)
    tremor: Floats = TREMOR * _smooth_noise(rng)
    begin: Floats = starts[style] @ controls + tremor[:, :-1]
    end: Floats = ends[style] @ controls + tremor[:, 1:]
    radius = np.clip(1.3 * winding**-0.25 * np.exp(0.27 * _spread(rng, BLOCK, 1)), 0.75, 2.5)
    dots, lengths = _frame(0.5 * (begin + end), np.sqrt(((end - begin) ** 2).sum(axis=2)), radius, rng)
    return _ink(dots, lengths, radius, rng), digits[style]


def _deform(points: Floats, freedom: Floats, wildness: float, rng: np.random.Generator) -> Floats:
    """Move the points (n, k, 2), about −1 to 1, as different hands would: jitter, bend, stretch, turn and slant.

    The freedom (n, 1, 1), up to 1, is less for simple lines: a 1 is drawn more surely than the loops of an 8.
    """

    def spread(*shape: int) -> Floats:
        return np.float32(wildness) * _spread(rng, *shape)

    n = len(points)
    points = points + 0.12 * freedom * spread(*points.shape)
    x, y = points[..., 0:1], points[..., 1:2]
    amounts = np.array([0.3, 0.14], np.float32) * freedom * spread(n, 4, 2)  # sideways freer than up and down
    bend = np.concatenate([x * x, x * y, y * y, y * y * y], axis=2) @ amounts
    stretch, turn, slant = np.exp(0.14 * spread(n)), 0.15 * spread(n), 0.15 + 0.25 * spread(n)
    cos, sin = np.cos(turn), np.sin(turn)
    affine = np.stack([stretch * cos, stretch * sin, -sin - slant * cos, cos - slant * sin], axis=1)
    return np.asarray((points + bend) @ affine.reshape(n, 2, 2))


def _smooth_noise(rng: np.random.Generator) -> Floats:
    """Noise of variance 1 along the line (BLOCK, DOTS + 1, 2), smooth over about five dots."""
    knots = np.arange(-10, DOTS + 15, 5)
    weights = np.exp(-(((np.arange(DOTS + 1)[:, None] - knots) / 5) ** 2) / 2)
    weights /= np.sqrt((weights**2).sum(axis=1, keepdims=True))
    return np.asarray(weights.astype(np.float32) @ _spread(rng, BLOCK, len(knots), 2))


def _frame(dots: Floats, lengths: Floats, radius: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Scale each line so that with the pen's radius it fills 20×20 pixels, and put its centre of mass in the middle."""
    extent = (dots.max(axis=1) - dots.min(axis=1)).max(axis=1)[:, None]
    scale = (BOX - 2 * radius) / extent
    centre = (dots * lengths[..., None]).sum(axis=1) / lengths.sum(axis=1)[:, None]
    middle = SIDE / 2 + rng.random((len(dots), 1, 2), dtype=np.float32)  # of the pixel 14, 14, which MNIST meets to ±½
    return (dots - centre[:, None]) * scale[..., None] + middle, lengths * scale


def _ink(dots: Floats, lengths: Floats, radius: Floats, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Press a Gaussian pen at every dot (n, d, 2) and read grey values (n, 784) from the depth of ink.

    Along a straight line the imprints add up to exp(−d²/2σ²) at distance d; half of that, reached at d = radius, is
    the line's edge, and the grey ramp across the edge is one pixel wide. Where the ink is neither none nor full, the
    grain of the paper shows.
    """
    sigma = radius / np.float32(np.sqrt(2 * np.log(2)))
    pixels = np.arange(SIDE, dtype=np.float32)[:, None] + 0.5
    across, down = (np.exp(-(((dots[:, None, :, axis] - pixels) / sigma[..., None]) ** 2) / 2) for axis in (0, 1))
    depth = (down * (lengths / (sigma * np.float32(np.sqrt(2 * np.pi))))[:, None]) @ across.swapaxes(1, 2)
    depth += GRAIN * rng.standard_normal(depth.shape, dtype=np.float32) * ((depth > 0.02) & (depth < 0.95))
    slope = np.sqrt(2 * np.log(2)) / (2 * sigma)
    grey = np.clip(0.5 + (depth - 0.5) / slope[..., None], 0, 1) * 255
    return np.asarray(np.rint(grey).reshape(-1, SIDE * SIDE), np.uint8)


def _spread(rng: np.random.Generator, *shape: int) -> Floats:
    """Uniform numbers of mean 0 and variance 1: like normal ones, but none far out, where digits are unreadable."""
    return (2 * rng.random(shape, dtype=np.float32) - 1) * np.float32(np.sqrt(3))


@cache
def _traced(
    styles: tuple[Style, ...],
) -> tuple[Floats, Floats, Floats, Floats, NDArray[np.float64], NDArray[np.int64]]:
    """The styles as arrays: points (styles, k, 2), matrices to where each dot's piece of line starts and ends
    (styles, DOTS, k), windings, chances and digits (styles,). Styles of fewer points are padded with unused ones."""
    traced = [_trace(drawing) for _, _, drawing in styles]
    width = max(len(points) for points, _, _ in traced)
    points = np.zeros((len(traced), width, 2), np.float32)
    starts, ends = np.zeros((2, len(traced), DOTS, width), np.float32)
    for i, (own, start, end) in enumerate(traced):
        points[i, : len(own)], starts[i, :, : len(own)], ends[i, :, : len(own)] = own, start, end
    windings = np.sqrt((((ends - starts) @ points) ** 2).sum(axis=2)).sum(axis=1) / 2
    digits = np.array([digit for digit, _, _ in styles])
    weights = np.array([weight for _, weight, _ in styles])
    totals = np.array([weights[digits == digit].sum() for digit in digits])
    return points, starts, ends, windings, weights / totals / len(set(digits.tolist())), digits


def _trace(drawing: str) -> tuple[Floats, Floats, Floats]:
    """A drawing's points (k, 2), centred and 2 high, and the matrices (DOTS, k) that cut its line into DOTS pieces."""
    movements = [[tuple(map(float, point.split(","))) for point in text.split()] for text in drawing.split(";")]
    names = list(dict.fromkeys(point for movement in movements for point in movement))
    points = (np.array(names) - (5, 7)) / 7
    curves = [_spline([names.index(point) for point in movement], len(names)) for movement in movements]
    lengths = np.array([_length(curve @ points)[-1] for curve in curves])
    pieces = np.diff(np.rint(np.concatenate([[0], np.cumsum(lengths)]) / lengths.sum() * DOTS).astype(int))
    starts, ends = [], []
    for curve, count in zip(curves, pieces, strict=True):
        along = _length(curve @ points)
        where = np.linspace(0, along[-1], count + 1)
        even = np.stack([np.interp(where, along, column) for column in curve.T], axis=1)
        starts.append(even[:-1])
        ends.append(even[1:])
    return points.astype(np.float32), np.concatenate(starts, dtype=np.float32), np.concatenate(ends, dtype=np.float32)


def _length(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """The distance travelled (n,) up to each point of a polyline (n, 2)."""
    return np.concatenate([[0], np.cumsum(np.sqrt((np.diff(line, axis=0) ** 2).sum(axis=1)))])


def _spline(indices: list[int], total: int, fine: int = 32) -> NDArray[np.float64]:
    """A matrix from all points to a fine Catmull–Rom spline through those named, closed if it ends where it began."""
    before, after = (indices[-2], indices[1]) if indices[0] == indices[-1] else (indices[0], indices[-1])
    padded = np.eye(total)[[before, *indices, after]]
    t = np.linspace(0, 1, fine, endpoint=False)[:, None]
    blends = np.concatenate(
        [t * (t * (2 - t) - 1), t * t * (3 * t - 5) + 2, t * (t * (4 - 3 * t) + 1), t * t * (t - 1)], axis=1
    )
    spans = [blends / 2 @ padded[i : i + 4] for i in range(len(indices) - 1)]
    return np.concatenate([*spans, padded[-2:-1]])
