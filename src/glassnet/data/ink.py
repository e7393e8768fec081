"""Paper and ink: how much ink each pixel of a picture carries, whatever their colours and the light on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.data.pixels import WORKING_SIDE, reduced, resized
from glassnet.ir.errors import DataError

Floats = NDArray[np.float32]

FAINTEST = 12.0  # grey levels (of 255) between paper and ink below which a drawing counts as blank
BLANK = "the image is blank: no ink stands out from the paper; draw a digit, larger or darker"


class BlankImageError(DataError):
    """There is no ink in a picture, or too little for a digit."""


def ink_of(pixels: Floats) -> Floats:
    """How much ink (h, w) each pixel (h, w, 3) carries: 0 for paper to 1, with half as the edge of the ink.

    What stands out from the paper with a sharp edge says the ink's colour, so pixels are measured along the line from
    paper to ink, whichever of the two is darker. A wide opening then takes out uneven light.
    """
    rest = pixels - _paper(pixels)
    down, across = map(np.asarray, np.gradient(pixels, axis=(0, 1)))
    sharpness = _squared(down) + _squared(across)
    weights = sharpness.astype(np.float64) ** 2 * _squared(rest)
    towards = np.einsum("hw,hwc->c", weights, rest)
    depth = rest @ (towards / max(float(np.sqrt((towards**2).sum())), 1e-9)).astype(np.float32)
    depth = _smooth(_without_shadows(depth, sharpness))
    low, high = _two_classes(depth)
    return np.asarray(np.clip((depth - low) / (high - low), 0, 1))


def _squared(colours: Floats) -> Floats:
    """The sum of the squares of the colours (h, w, 3) of each pixel."""
    return np.asarray(np.einsum("hwc,hwc->hw", colours, colours))


def _paper(pixels: Floats) -> Floats:
    """A quadratic surface (h, w, 3) through the paper: robust least squares that starts from the rim."""
    coarse = reduced(pixels, 80)
    terms, values = _quadratic(*coarse.shape[:2]).astype(np.float64), coarse.reshape(-1, 3)
    rim = np.abs(terms[:, 1:3]).max(axis=1) > 0.9
    surface: NDArray[Any] = np.broadcast_to(np.median(values[rim], axis=0), values.shape)
    for _ in range(6):
        off = np.sqrt(((values - surface) ** 2).sum(axis=1))
        weights = 1 / (1 + (off / max(4.0, 1.5 * float(np.median(off)))) ** 2) ** 2
        weighted = terms * weights[:, None]
        factors = np.linalg.lstsq(weighted.T @ terms, weighted.T @ values, rcond=None)[0]
        surface = terms @ factors
    return np.asarray(_quadratic(*pixels.shape[:2]) @ factors.astype(np.float32)).reshape(pixels.shape)


def _quadratic(height: int, width: int) -> Floats:
    """1, x, y, x², xy and y² of every pixel (h·w, 6), with x and y from −1 to 1."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, size, dtype=np.float32) for size in (height, width)), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2).reshape(-1, 6)


def _without_shadows(depth: Floats, sharpness: Floats) -> Floats:
    """The depth without uneven light: less its opening in the next larger window than the ink's sharp edges need."""
    openings = [depth - _opening(depth, fraction) for fraction in (0.05, 0.1, 0.2, 0.4)]
    strengths = [float(np.square(sharpness * opened, dtype=np.float64).sum()) for opened in openings]
    least = next(i for i, strength in enumerate(strengths) if strength >= 0.5 * strengths[-1])
    return openings[min(least + 1, 3)]


def _opening(depth: Floats, fraction: float) -> Floats:
    """The grey opening, its window that fraction of the longer side: shadows stay, which are wider than strokes."""
    from scipy.ndimage import grey_opening

    coarse = reduced(depth[..., None], 80)[..., 0]
    window = 2 * max(round(max(coarse.shape) * fraction / 2), 1) + 1
    return resized(grey_opening(coarse, (window, window), mode="nearest"), depth.shape[0], depth.shape[1])


def _smooth(values: Floats) -> Floats:
    """Quieten noise in large pictures with the binomial 1-2-1 filter both ways; small ones have none to spare."""
    if max(values.shape) < WORKING_SIDE // 4:
        return values
    for _ in range(2):
        padded = np.pad(values, ((1, 1), (0, 0)), mode="edge")
        values = (0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]).T
    return values


def _two_classes(depth: Floats) -> tuple[float, float]:
    """The mean depth of paper and of ink, cut where the two differ most (Otsu 1979), but clear of the paper's noise."""
    low, middle = np.percentile(depth, [16, 50])
    clear = middle + max(4 * (middle - low), FAINTEST / 2)  # 16 % of a bell curve lies below its mean less its spread
    counts, edges = np.histogram(depth, 256)
    centres = (edges[:-1] + edges[1:]) / 2
    below, sums = np.cumsum(counts), np.cumsum(counts * centres)
    above = below[-1] - below
    cuts = np.flatnonzero((edges[1:] > clear) & (above > 0))
    if len(cuts) == 0:
        raise BlankImageError(BLANK)
    means = sums[cuts] / below[cuts], (sums[-1] - sums[cuts]) / above[cuts]
    best = int((below[cuts] * above[cuts] * (means[1] - means[0]) ** 2).argmax())
    if means[1][best] - means[0][best] < FAINTEST:
        raise BlankImageError(BLANK)
    return float(means[0][best]), float(means[1][best])
