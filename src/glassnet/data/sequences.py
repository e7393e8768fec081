"""Tasks for recurrent networks, made on the spot: two series to forecast, numbers to add, brackets to match."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glassnet.data.seeds import generator
from glassnet.ir.require import require, require_count, require_number

Row = NDArray[np.float64]
Sequences = tuple[NDArray[np.float32], NDArray[np.float32]]
Labelled = tuple[NDArray[np.float32], NDArray[np.int64]]

MONTHS = 132  # of a cycle of sunspots, eleven years
QUIET, WAVES = 0.71, (27.12, 25.15)  # c, and the two numbers of b, in Hathaway, Wilson & Reichmann (1994)


def windows(series: NDArray[np.floating], steps: int, ahead: int = 1) -> tuple[Row, Row]:
    """Each stretch of so many steps of a series, and the number that follows it ``ahead`` steps after its last.

    The series is a row of numbers, or of shape (length, features), of which the first is forecast. The results have
    the shapes (n, steps, features) and (n,), in the order of time.

    >>> x, y = windows(np.array([1.0, 2.0, 3.0, 4.0]), steps=2)
    >>> x[:, :, 0].tolist(), y.tolist()
    ([[1.0, 2.0], [2.0, 3.0]], [3.0, 4.0])
    """
    require_count(steps, "steps")
    require_count(ahead, "ahead")
    table = np.asarray(series, np.float64)
    table = table[:, None] if table.ndim == 1 else table
    require(table.ndim == 2, f"a series is a row of numbers or of shape (length, features), got shape {table.shape}")
    count = len(table) - steps - ahead + 1
    require(count > 0, f"a series of {len(table)} is too short for {steps} steps and a forecast {ahead} ahead")
    x = np.lib.stride_tricks.sliding_window_view(table, steps, axis=0)[:count].swapaxes(1, 2)
    return np.ascontiguousarray(x), table[steps + ahead - 1 :, 0].copy()


def naive_forecast(x: NDArray[np.floating]) -> Row:
    """That nothing changes: for each stretch (n, steps, features) the last number of the series, (n,).

    >>> naive_forecast(np.array([[[1.0], [2.0]], [[2.0], [3.0]]]))
    array([2., 3.])
    """
    return np.asarray(x, np.float64)[:, -1, 0]


def linear_forecast(x: NDArray[np.floating], y: NDArray[np.floating], new: NDArray[np.floating]) -> Row:
    """What follows ``new`` stretches by the linear function of all their numbers that fits (x, y) best, (n,).

    The least squares of an autoregression (Yule 1927, who forecast the sunspots so).

    >>> x, y = windows(np.arange(10.0), steps=2)
    >>> linear_forecast(x, y, np.array([[[20.0], [21.0]]])).round(6)
    array([22.])
    """
    flat, others = (np.asarray(part, np.float64).reshape(len(part), -1) for part in (x, new))
    mean, level = flat.mean(axis=0), float(np.mean(y))
    slopes = np.linalg.lstsq(flat - mean, np.asarray(y, np.float64) - level)[0]
    result: Row = (others - mean) @ slopes + level
    return result


def noisy_sine(length: int = 500, period: float = 25.0, noise: float = 0.1, seed: int = 0) -> Row:
    """A sine wave with normal ``noise``: a series to forecast, of shape (length,).

    >>> noisy_sine(4, period=4, noise=0).round(6).tolist()
    [0.0, 1.0, 0.0, -1.0]
    """
    require_count(length, "length")
    require_number(period, "the period", 0, open_low=True)
    require_number(noise, "the noise", 0)
    wave: Row = np.sin(2 * np.pi * np.arange(length) / period)
    return wave + noise * generator(seed).standard_normal(length)


def sunspots(years: int = 280, seed: int = 0) -> Row:
    """A series like that of the yearly sunspot numbers, of shape (years,): cycles of about 11 years, no two alike.

    Each cycle rises faster than it falls, the stronger the faster: a (t³) / (exp(t² / b²) − 0.71) with t in months and
    b = 27.12 + 25.15 / (10³ a)^¼ (Hathaway, Wilson & Reichmann 1994), with amplitudes and lengths drawn at random.

    >>> numbers = sunspots(years=280)
    >>> waves = np.abs(np.fft.rfft(numbers - numbers.mean()))
    >>> numbers.shape, bool(10 < 280 / waves.argmax() < 12)
    ((280,), True)
    """
    require_count(years, "years")
    stream = generator(seed)
    months = np.arange(12 * years, dtype=np.float64)
    activity = np.zeros(len(months))
    start = -float(stream.uniform(0, MONTHS))
    while start < len(months):
        amplitude = 2.8e-3 * float(stream.lognormal(0.0, 0.35))
        activity += _cycle(np.clip(months - start, 0, 300), amplitude)
        start += MONTHS + float(stream.normal(0.0, 8.0))
    yearly = activity.reshape(years, 12).mean(axis=1)
    noisy: Row = yearly + 0.06 * yearly * stream.standard_normal(years) + stream.normal(0, 2, years)
    return np.maximum(noisy, 0.0)


def _cycle(t: Row, a: float) -> Row:
    b = WAVES[0] + WAVES[1] / (1e3 * a) ** 0.25
    result: Row = a * t**3 / (np.exp((t / b) ** 2) - QUIET)
    return result


def adding(samples: int = 1000, steps: int = 20, seed: int = 0) -> Sequences:
    """The adding problem: of each row of numbers from 0 to 1, the sum of the two that are marked.

    One mark is in the first half, the other in the second, so that the first must be kept in mind (Hochreiter &
    Schmidhuber 1997, experiment 4; its range is −1 to 1). float32 of shapes (samples, steps, 2) and (samples,).

    >>> x, y = adding(samples=3, steps=6)
    >>> x[:, :, 1].sum(axis=1).tolist(), bool(np.allclose((x[:, :, 0] * x[:, :, 1]).sum(axis=1), y))
    ([2.0, 2.0, 2.0], True)
    """
    require_count(samples, "samples")
    require_count(steps, "steps")
    require(steps > 1, "two numbers are added, so there must be at least 2 steps, got 1")
    stream = generator(seed)
    numbers, marks, rows = stream.uniform(0, 1, (samples, steps)), np.zeros((samples, steps)), np.arange(samples)
    marks[rows, stream.integers(0, steps // 2, samples)] = 1
    marks[rows, stream.integers(steps // 2, steps, samples)] = 1
    x = np.stack([numbers, marks], axis=2)
    return x.astype(np.float32), (numbers * marks).sum(axis=1).astype(np.float32)


def brackets(samples: int = 1000, steps: int = 16, seed: int = 0) -> Labelled:
    """Rows of brackets, 1 for ( and −1 for ), padded with 0; the label is 1 where each that is opened is closed.

    Half of the rows are matched. The others are such rows with one bracket turned round, or read from their end. x is
    float32 of shape (samples, steps, 1); a recurrent layer with ``mask=0.0`` passes over the padding.

    >>> x, y = brackets(samples=100, steps=8)
    >>> x.shape, np.bincount(y).tolist()
    ((100, 8, 1), [50, 50])
    >>> bool((x[y == 1].sum(axis=1) == 0).all())
    True
    """
    require_count(samples, "samples")
    require_count(steps, "steps")
    require(steps > 1, "a pair of brackets takes at least 2 steps, got 1")
    stream = generator(seed)
    x, y = np.zeros((samples, steps, 1), np.float32), stream.permutation(np.arange(samples) % 2)
    for row, label in zip(x[:, :, 0], y, strict=True):
        pairs = int(stream.integers(1, steps // 2 + 1))
        text = _matched(pairs, stream)
        row[: 2 * pairs] = text if label else _spoilt(text, stream)
    return x, y


def _matched(pairs: int, stream: np.random.Generator) -> Row:
    """Matched brackets: a closing one is drawn as often as there are open ones to close and brackets to come."""
    text, depth = np.empty(2 * pairs), 0
    for i in range(2 * pairs):
        left = 2 * pairs - i
        closes = depth > 0 and (depth == left or stream.random() < 0.5)
        text[i] = -1 if closes else 1
        depth += int(text[i])
    return text


def _spoilt(text: Row, stream: np.random.Generator) -> Row:
    """Brackets that do not match any more: one of them is turned round, or they are read from their end."""
    if stream.random() < 0.5:
        return text[::-1]
    spoilt = text.copy()
    spoilt[stream.integers(len(text))] *= -1
    return spoilt
