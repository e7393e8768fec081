"""Small data sets made on the spot: the book's spiral, vertical and sine, Anscombe's quartet, a thermometer, and toys.

The book is "Neural Networks from Scratch in Python" (H. Kinsley, D. Kukieła, 2020). Its package ``nnfs`` patches NumPy
to get its numbers; here the same arithmetic is written out, and with ``seed=0`` the numbers are the same bit for bit.

The book draws its first weights after the data, from the same stream. To get them, hand over a stream and go on drawing
from it (the book's patched ``np.dot`` works in float64 and rounds):

>>> stream = np.random.RandomState(0)
>>> x, y = spiral(100, 3, seed=stream)
>>> weights = 0.01 * stream.randn(2, 3).astype("float32")
>>> print(np.dot(x[:2].astype("float64"), weights).astype("float32"))
[[ 0.0000000e+00  0.0000000e+00  0.0000000e+00]
 [-1.0475188e-04  1.1395361e-04 -4.7983500e-05]]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glassnet.data.seeds import generator
from glassnet.ir.errors import DataError
from glassnet.ir.require import require_number

Points = tuple[NDArray[np.float32], NDArray[np.int64]]
Values = tuple[NDArray[np.float32], NDArray[np.float32]]
Curve = tuple[NDArray[np.float64], NDArray[np.float64]]

YEAR = 365.0  # days
JUNE = 170.0  # days since 1 January: until then it gets warmer


def spiral(samples: int = 100, classes: int = 3, seed: int | np.random.RandomState = 0, noise: float = 0.2) -> Points:
    """Arms of a spiral, one a class. `samples` is per class: float32 of shape (samples·classes, 2), and int64 labels.

    The book's ``spiral_data`` (after A. Karpathy, CS231n, 2015): radius r from 0 to 1, angle 2.5 t with t from 4k to
    4(k+1) along arm k, and normal `noise` in t, the book's of 0.2. `seed` may be a `RandomState`, to be drawn from.

    >>> x, y = spiral(samples=100, classes=3)
    >>> x[1], y[1]
    (array([0.00299556, 0.00964661], dtype=float32), np.int64(0))
    """
    _check_counts(samples=samples, classes=classes)
    stream = _legacy(seed)
    arms = []
    for k in range(classes):
        r = np.linspace(0, 1, samples)
        t = np.linspace(4 * k, 4 * (k + 1), samples) + _randn(stream, samples) * np.float32(noise)
        arms.append(np.stack([r * np.sin(2.5 * t), r * np.cos(2.5 * t)], axis=1).astype(np.float32))
    return np.concatenate(arms), _labels(samples, classes)


def vertical(samples: int = 100, classes: int = 3, seed: int | np.random.RandomState = 0) -> Points:
    """Upright clouds side by side, one a class. `samples` is per class; shapes, dtypes and `seed` as in `spiral`.

    The book's ``vertical_data``: around (k/3, 0.5), normal noise of 0.1 in both directions.

    >>> x, y = vertical(samples=100, classes=3)
    >>> x.shape, y[-1]
    ((300, 2), np.int64(2))
    """
    _check_counts(samples=samples, classes=classes)
    stream = _legacy(seed)
    tenth = np.float32(0.1)
    clouds = []
    for k in range(classes):
        across = _randn(stream, samples) * tenth + np.float32(k / 3)
        up = _randn(stream, samples) * tenth + np.float32(0.5)
        clouds.append(np.stack([across, up], axis=1))
    return np.concatenate(clouds), _labels(samples, classes)


def sine(samples: int = 1000) -> Curve:
    """One period of the sine: x = 0, 1/n, …, (n-1)/n and sin 2πx, both float64 of shape (samples, 1).

    The book's ``sine_data``; it has no randomness.

    >>> x, y = sine(4)
    >>> x[:, 0].tolist(), y[:, 0].round(12).tolist()
    ([0.0, 0.25, 0.5, 0.75], [0.0, 1.0, 0.0, -1.0])
    """
    _check_counts(samples=samples)
    x = np.arange(samples).reshape(-1, 1) / samples
    return x, np.sin(2 * np.pi * x)


def anscombe() -> dict[str, Curve]:
    """Anscombe's quartet: four sets of 11 points (x, y), "I" to "IV", with the same line and very different graphs.

    F. J. Anscombe, "Graphs in Statistical Analysis", The American Statistician 27 (1973). Float64, shape (11,).

    >>> for name, (x, y) in anscombe().items():
    ...     slope, intercept = np.polyfit(x, y, 1)
    ...     print(f"{name:>3}: mean {x.mean():.2f}, {y.mean():.2f}; y = {intercept:.2f} + {slope:.3f}x")
      I: mean 9.00, 7.50; y = 3.00 + 0.500x
     II: mean 9.00, 7.50; y = 3.00 + 0.500x
    III: mean 9.00, 7.50; y = 3.00 + 0.500x
     IV: mean 9.00, 7.50; y = 3.00 + 0.500x
    """
    x123 = [10.0, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    x4 = [8.0, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8]
    y1 = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    y2 = [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74]
    y3 = [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73]
    y4 = [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89]
    sets = {"I": (x123, y1), "II": (x123, y2), "III": (x123, y3), "IV": (x4, y4)}
    return {name: (np.array(x), np.array(y)) for name, (x, y) in sets.items()}


def thermometer(samples: int = 60, seed: int = 0, until: float = JUNE) -> Curve:
    """Sporadic readings of an outdoor thermometer: whole days since 1 January, and °C to a tenth; float64, one axis.

    Of so many `samples` over a year, those before the day `until`: by default the middle of June, up to which it gets
    warmer, so that a line comes close. ``until=365`` gives the whole year, which no line follows.

    Invented, but as in central Europe: a yearly wave of 10 ± 10 °C, coldest on 20 January, and weather of 3 °C that
    lasts: readings d days apart share exp(-d/4) of it (an Ornstein-Uhlenbeck process, drawn exactly).

    >>> days, temperatures = thermometer()
    >>> len(days), days[:3].tolist(), temperatures[:3].tolist()
    (34, [5.0, 10.0, 13.0], [3.6, -2.6, 1.9])
    >>> len(thermometer(until=365)[0])
    60
    """
    _check_counts(samples=samples)
    require_number(until, "the day until which the thermometer is read", 1, YEAR)
    stream = generator(seed)
    times = np.sort(stream.uniform(0, YEAR, samples))
    noise = stream.standard_normal(samples)
    shared = np.exp(-np.diff(times) / 4)
    weather = noise.copy()
    for i, a in enumerate(shared, start=1):
        weather[i] = a * weather[i - 1] + np.sqrt(1 - a * a) * noise[i]
    temperatures = np.round(10 - 10 * np.cos(2 * np.pi * (times - 19) / YEAR) + 3 * weather, 1)
    return np.floor(times[times < until]), temperatures[times < until]


def moons(samples: int = 100, noise: float = 0.1, seed: int = 0) -> Points:
    """Two half circles of radius 1 that reach into each other, one a class, shuffled, with normal `noise`.

    `samples` is per class: float32 of shape (2·samples, 2), and int64 labels of shape (2·samples,).

    >>> x, y = moons(samples=100)
    >>> x.shape, np.bincount(y).tolist()
    ((200, 2), [100, 100])
    """
    _check_counts(samples=samples)
    stream = generator(seed)
    angle = stream.uniform(0, np.pi, samples)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _shuffled(np.concatenate([upper, [1, 0.5] - upper]), 2, noise, stream)


def circles(samples: int = 100, noise: float = 0.1, seed: int = 0) -> Points:
    """A circle of radius 1 (class 0) around one of radius ½ (class 1). `samples` is per class; the rest as in `moons`.

    >>> x, y = circles(samples=100)
    >>> x.shape, np.bincount(y).tolist()
    ((200, 2), [100, 100])
    """
    _check_counts(samples=samples)
    stream = generator(seed)
    angle = stream.uniform(0, 2 * np.pi, 2 * samples)
    radius = np.repeat([1.0, 0.5], samples)
    return _shuffled(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), 2, noise, stream)


def xor(samples: int = 100, noise: float = 0.1, seed: int = 0) -> Points:
    """Points of a square: class 1 where x and y have different signs; no line can part them.

    `samples` is per class; the rest as in `moons`.

    >>> x, y = xor(samples=100, noise=0)
    >>> x.shape, bool(np.array_equal(y == 1, x[:, 0] * x[:, 1] < 0))
    ((200, 2), True)
    """
    _check_counts(samples=samples)
    stream = generator(seed)
    points = stream.uniform(-1, 1, (2 * samples, 2))
    points[:, 1] = np.abs(points[:, 1]) * np.sign(points[:, 0]) * np.repeat([1, -1], samples)
    return _shuffled(points, 2, noise, stream)


def blobs(samples: int = 100, classes: int = 3, noise: float = 0.3, seed: int = 0) -> Points:
    """Round clouds around points spaced evenly on the unit circle, one a class.

    `samples` is per class: float32 of shape (samples·classes, 2); the rest as in `moons`.

    >>> x, y = blobs(samples=100, classes=4)
    >>> np.bincount(y).tolist()
    [100, 100, 100, 100]
    """
    _check_counts(samples=samples, classes=classes)
    angle = 2 * np.pi * np.arange(classes) / classes
    centres = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _shuffled(np.repeat(centres, samples, axis=0), classes, noise, generator(seed))


def plane(samples: int = 100, noise: float = 0.1, seed: int = 0) -> Values:
    """Points of a square and, as targets, the height of a plane above them, (x + y) / 2, with normal `noise`.

    `samples` are all: float32 of shapes (samples, 2) and (samples,).

    >>> x, y = plane(samples=100, noise=0)
    >>> x.shape, y.shape, bool(np.allclose(y, x.mean(axis=1)))
    ((100, 2), (100,), True)
    """
    _check_counts(samples=samples)
    stream = generator(seed)
    points = stream.uniform(-1, 1, (samples, 2))
    return _with_noise(points, points.sum(axis=1) / 2, noise, stream)


def hills(samples: int = 100, noise: float = 0.1, seed: int = 0) -> Values:
    """As `plane`, with two hills and two hollows: Gaussians of height ±1 and width ¼ at (±½, ±½).

    >>> x, y = hills(samples=1000, noise=0)
    >>> bool(np.corrcoef(y, x[:, 0] * x[:, 1])[0, 1] > 0.5)
    True
    """
    _check_counts(samples=samples)
    stream = generator(seed)
    points = stream.uniform(-1, 1, (samples, 2))
    centres = np.array([[0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]])
    squares = ((points[:, None] - centres) ** 2).sum(axis=2)
    return _with_noise(points, np.exp(-squares / (2 * 0.25**2)) @ np.array([1, -1, 1, -1]), noise, stream)


def _with_noise(
    points: NDArray[np.float64], height: NDArray[np.float64], noise: float, stream: np.random.Generator
) -> Values:
    noisy = height + noise * stream.standard_normal(len(height))
    return points.astype(np.float32), noisy.astype(np.float32)


def _check_counts(**counts: int) -> None:
    for name, count in counts.items():
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
            raise DataError(f"{name} must be a whole number of at least 1, got {count!r}")


def _legacy(seed: int | np.random.RandomState) -> np.random.RandomState:
    """The stream that ``np.random.seed(seed)`` starts, kept to ourselves."""
    return seed if isinstance(seed, np.random.RandomState) else np.random.RandomState(seed)


def _randn(stream: np.random.RandomState, samples: int) -> NDArray[np.float32]:
    return stream.standard_normal(samples).astype(np.float32)  # the book rounds here, and its digits depend on it


def _labels(samples: int, classes: int) -> NDArray[np.int64]:
    return np.repeat(np.arange(classes), samples)


def _shuffled(points: NDArray[np.float64], classes: int, noise: float, stream: np.random.Generator) -> Points:
    """Add the noise, and mix the classes so that any part of the rows is a fair sample."""
    noisy = points + noise * stream.standard_normal(points.shape)
    order = stream.permutation(len(points))
    return noisy[order].astype(np.float32), _labels(len(points) // classes, classes)[order]
