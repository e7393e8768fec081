"""The samples of the page *Playground*: the library's sets or points of one's own, parted for training and testing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from glassnet import data
from glassnet.ir.types import Array

Points = tuple[tuple[float, float, float], ...]
"""Of one's own: x, y, and the class's number or the value."""


@dataclass(frozen=True)
class DataSet:
    """A set of the library.

    Attributes:
        title: what its button says.
        call: how it is made, as Python, of samples (a class, or all), noise and seed.
        classes: how many there are; 0 where the targets are values.
        make: the same as a function.
    """

    title: str
    call: str
    classes: int
    make: Callable[[int, float, int], tuple[Array, Array]]


SETS: dict[str, DataSet] = {
    "circles": DataSet("Circles", "circles", 2, lambda n, noise, seed: data.circles(n, noise, seed)),
    "xor": DataSet("Xor", "xor", 2, lambda n, noise, seed: data.xor(n, noise, seed)),
    "gaussians": DataSet(
        "Gaussians", "blobs(classes=2)", 2, lambda n, noise, seed: data.blobs(n, classes=2, noise=noise, seed=seed)
    ),
    "spiral": DataSet(
        "Spirals", "spiral(classes=2)", 2, lambda n, noise, seed: data.spiral(n, classes=2, noise=noise, seed=seed)
    ),
    "moons": DataSet("Moons", "moons", 2, lambda n, noise, seed: data.moons(n, noise, seed)),
    "spiral-3": DataSet(
        "Three arms", "spiral(classes=3)", 3, lambda n, noise, seed: data.spiral(n, classes=3, noise=noise, seed=seed)
    ),
    "blobs": DataSet(
        "Four clouds", "blobs(classes=4)", 4, lambda n, noise, seed: data.blobs(n, classes=4, noise=noise, seed=seed)
    ),
    "plane": DataSet("Plane", "plane", 0, lambda n, noise, seed: data.plane(n, noise, seed)),
    "hills": DataSet("Hills", "hills", 0, lambda n, noise, seed: data.hills(n, noise, seed)),
}
OWN = "own"
FEATURES: dict[str, tuple[str, Callable[[Array, Array], Array]]] = {
    "x": ("x", lambda x, y: x),
    "y": ("y", lambda x, y: y),
    "x²": ("x**2", lambda x, y: x**2),
    "y²": ("y**2", lambda x, y: y**2),
    "xy": ("x * y", lambda x, y: x * y),
    "sin πx": ("np.sin(np.pi * x)", lambda x, y: np.sin(np.pi * x)),
    "sin πy": ("np.sin(np.pi * y)", lambda x, y: np.sin(np.pi * y)),
    "cos πx": ("np.cos(np.pi * x)", lambda x, y: np.cos(np.pi * x)),
}
"""What a network may be given of a point: as Python, and as a function."""


def features_of(points: Array, names: tuple[str, ...]) -> Array:
    """What the network is given, of shape (n, features), of points (n, 2).

    >>> features_of(np.array([[2.0, 3.0]]), ("x²", "xy")).tolist()
    [[4.0, 6.0]]
    """
    x, y = points.T
    return np.stack([FEATURES[name][1](x, y) for name in names], axis=1)


@dataclass(frozen=True, eq=False)
class Samples:
    """Points with their targets, the first ``training`` of which, in the given order, are learnt from.

    Attributes:
        points: (n, 2) float32; targets: (n,), classes or values.
        order: of all of them, the training samples first.
        training: how many these are.
        classes: how many there are; 0 for values.
    """

    points: Array
    targets: Array
    order: Array
    training: int
    classes: int

    @property
    def train(self) -> Array:
        return self.order[: self.training]

    @property
    def test(self) -> Array:
        return self.order[self.training :]

    def window(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """From where to where x and y are shown."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        room = np.maximum(0.1 * (high - low), 0.1)
        (left, bottom), (right, top) = (low - room).tolist(), (high + room).tolist()
        return (left, right), (bottom, top)


@cache
def library_samples(name: str, count: int, noise: float, seed: int) -> tuple[Array, Array]:
    """A set of about so many samples."""
    chosen = SETS[name]
    return chosen.make(count // max(1, chosen.classes), noise, seed)


def parted(points: Array, targets: Array, classes: int, share: float, seed: int) -> Samples:
    """A share of the samples held out for testing, decided by the seed.

    >>> parted(np.zeros((10, 2)), np.zeros(10), 0, 0.3, seed=0).training
    7
    """
    order = np.random.default_rng(seed).permutation(len(points))
    return Samples(points, targets, order, len(points) - round(share * len(points)), classes)


def own_samples(points: Points, classes: int) -> tuple[Array, Array]:
    """Points of one's own as arrays like the library's."""
    table = np.array(points, np.float32)
    return np.ascontiguousarray(table[:, :2]), table[:, 2].astype(np.int64 if classes else np.float32)
