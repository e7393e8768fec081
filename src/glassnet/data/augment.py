"""Augmentation: the same images, each moved, turned, scaled, slanted and stretched a little differently at every look.

Every output pixel asks where in the original it comes from. The affine map and the elastic field are added up in that
question, so an image is resampled only once, however many transforms are on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.ir.errors import DataError, GlassnetError

Floats = NDArray[np.float32]
T = TypeVar("T", bound=np.generic)

BLOCK = 128  # images resampled at once: the work arrays stay within the processor's cache


@dataclass(frozen=True)
class Augment:
    """Random transforms of images, each drawn anew for every image; all zero means unchanged, bit for bit.

    shift: at most so many pixels along each axis. rotate: at most so many degrees either way. scale: larger or smaller
    by at most this fraction. shear: leaning right or left by at most this fraction of the height. elastic: root mean
    square of a smooth random displacement, in pixels; smoothness: the standard deviation of the Gaussian that smooths
    it, in pixels (Simard, Steinkraus & Platt 2003, "Best practices for convolutional neural networks applied to visual
    document analysis", section 2, with σ = 4). All but `elastic` are drawn uniformly. Outside the image is 0.

    Called on images (n, 784) or any other square flattened, or (n, h, w), of uint8 or floats, with a random generator,
    it gives new ones of the same shape and dtype. Raises GlassnetError for parameters that are negative, not finite,
    or a scale of 1 or more; DataError for images of another shape or kind.

    >>> augment = Augment(shift=2, rotate=10, elastic=0.8)
    >>> images = np.zeros((5, 784), np.uint8)
    >>> images[:, 406] = 255
    >>> moved = augment(images, np.random.default_rng(0))
    >>> moved.shape, moved.dtype
    ((5, 784), dtype('uint8'))
    >>> bool((Augment()(images, np.random.default_rng(0)) == images).all())
    True
    """

    shift: float = 0.0
    rotate: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    elastic: float = 0.0
    smoothness: float = 4.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (math.isfinite(value) and value >= 0):
                raise GlassnetError(f"Augment: {field.name} must be a finite number of 0 or more, got {value}")
        if self.scale >= 1 or self.smoothness == 0:
            raise GlassnetError(
                f"Augment: scale must be below 1 (0.1 means 0.9 to 1.1 times) and smoothness above 0, "
                f"got scale={self.scale}, smoothness={self.smoothness}"
            )

    def __call__(self, images: NDArray[T], rng: np.random.Generator) -> NDArray[T]:
        pictures = _as_pictures(images)
        out = np.empty_like(pictures)
        for start in range(0, len(pictures), BLOCK):
            block = slice(start, start + BLOCK)
            out[block] = sample(pictures[block], self._origins(pictures[block].shape, rng))
        return out.reshape(images.shape)

    def _origins(self, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Where each output pixel of images (n, h, w) comes from: rows and columns (n, 2, h·w)."""
        n, height, width = shape
        shift, turn, scale, shear = (
            amount * rng.uniform(-1, 1, size)
            for amount, size in ((self.shift, (n, 2)), (math.radians(self.rotate), n), (self.scale, n), (self.shear, n))
        )
        origins = affine(height, width, turn, 1 + scale, shear, shift)
        if self.elastic:
            down, across = (_smoother(size, self.smoothness) for size in (height, width))
            noise = rng.standard_normal((n, 2, down.shape[1], across.shape[1]), dtype=np.float32)
            origins += (np.float32(self.elastic) * down @ noise @ across.T).reshape(n, 2, -1)
        return origins


def affine(
    height: int,
    width: int,
    turn: NDArray[np.float64],
    scale: NDArray[np.float64],
    shear: NDArray[np.float64],
    shift: NDArray[np.float64],
) -> Floats:
    """Origins (n, 2, height·width) of images turned (radians, anticlockwise), scaled, sheared (each (n,)) about their
    middle and shifted (n, 2; rows, columns).

    >>> still = affine(2, 3, *np.array([[0.0], [1.0], [0.0]]), np.zeros((1, 2)))
    >>> still[0].tolist()
    [[0.0, 0.0, 0.0, 1.0, 1.0, 1.0], [0.0, 1.0, 2.0, 0.0, 1.0, 2.0]]
    """
    cos, sin = np.cos(turn) / scale, np.sin(turn) / scale
    back = np.stack([cos, sin, shear * cos - sin, cos + shear * sin], axis=1).reshape(-1, 2, 2)
    middle = np.array([height - 1, width - 1]) / 2
    offset = middle - (back @ (middle + shift)[..., None])[..., 0]
    rows, columns = np.indices((height, width)).reshape(2, -1)
    grid = np.stack([rows, columns, np.ones_like(rows)]).astype(np.float32)
    return np.asarray(np.concatenate([back, offset[..., None]], axis=2).astype(np.float32) @ grid)


def sample(pictures: NDArray[T], origins: Floats) -> NDArray[T]:
    """Read pictures (n, h, w) at fractional rows and columns (n, 2, h·w), bilinearly; outside them is 0.

    >>> sample(np.array([[[0, 100]]], np.uint8), np.array([[[0, 0], [0.25, 1]]], np.float32)).tolist()
    [[[25, 100]]]
    """
    n, height, width = pictures.shape
    values = np.zeros((n, height + 2, width + 2), np.float32 if pictures.dtype == np.uint8 else pictures.dtype)
    values[:, 1:-1, 1:-1] = pictures
    flat, stride = values.reshape(-1), width + 2
    y, x = (np.clip(origins[:, i] + 1, 0, size + 0.999) for i, size in enumerate((height, width)))
    top, left = y.astype(np.int32), x.astype(np.int32)
    y -= top
    x -= left
    corner = (top * stride + left + np.arange(n, dtype=np.int32)[:, None] * (stride * (height + 2))).astype(np.intp)
    upper, lower = (_mix(flat[corner + row], flat[corner + row + 1], x) for row in (0, stride))
    mixed = _mix(upper, lower, y)
    return (np.rint(mixed) if pictures.dtype == np.uint8 else mixed).astype(pictures.dtype).reshape(n, height, width)


def _mix(a: NDArray[Any], b: NDArray[Any], part: Floats) -> NDArray[Any]:
    """a where part is 0, b where it is 1, on a straight line between."""
    b -= a
    b *= part
    b += a
    return b


@cache
def _smoother(size: int, smoothness: float) -> Floats:
    """A matrix (size, knots) from white noise on knots one σ apart to a Gaussian-smooth line of variance 1."""
    knots = np.arange(-2 * smoothness, size + 2 * smoothness, smoothness)
    weights = np.exp(-(((np.arange(size)[:, None] - knots) / smoothness) ** 2) / 2)
    return np.asarray(weights / np.sqrt((weights**2).sum(axis=1, keepdims=True)), np.float32)


def _as_pictures(images: NDArray[T]) -> NDArray[T]:
    """(n, h, w) of images that may come flattened, or DataError."""
    if not (images.dtype == np.uint8 or np.issubdtype(images.dtype, np.floating)):
        raise DataError(f"Augment takes images of uint8 or floats, got {images.dtype}; convert them with .astype")
    if images.ndim == 3:
        return images
    side = math.isqrt(images.shape[1]) if images.ndim == 2 else 0
    if images.ndim != 2 or side * side != images.shape[1]:
        raise DataError(
            f"Augment takes images (n, h, w), or (n, h·h) when they are square, got shape {images.shape}; "
            "reshape them to (n, h, w)"
        )
    return images.reshape(-1, side, side)
