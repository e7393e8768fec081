"""The data of the rows: MNIST's images where they are found, samples drawn from known functions, and a text."""

from __future__ import annotations

from functools import cache

import numpy as np

import glassnet as gn
from bench.suite.rows import Unavailable
from bench.suite.task import CROSS_ENTROPY, Array, Task, Work

IMAGES = 12_800
"""Of MNIST, that most rows train on: 200 batches of 64."""


@cache
def mnist() -> gn.data.ImageData:
    """MNIST, from GLASSNET_DATA, the cache or its mirrors. Raises Unavailable."""
    try:
        return gn.data.mnist()
    except gn.GlassnetError as error:
        raise Unavailable(f"MNIST is not here: {str(error).splitlines()[0]}") from error


def digits(work: Work, images: int = IMAGES) -> Task:
    """So many of MNIST's first images, as bytes where the work scales them, else as numbers between 0 and 1."""
    data = mnist()
    x: Array = data.x_train[:images]
    if work.scale == 1:
        x = x.astype(work.dtype) / np.asarray(255, work.dtype)
    return Task(work, x, data.y_train[:images])


def drawn(work: Work, samples: int) -> Task:
    """Normal inputs, and targets that a line and a bend of two of them decide, with noise that cannot be learnt."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(samples, work.sizes[0]))
    bent = x[:, 0] + 0.5 * np.sin(2 * x[:, -1]) + 0.5 * rng.normal(size=samples)
    inputs = x.astype(work.dtype)
    if work.loss != CROSS_ENTROPY:
        return Task(work, inputs, bent.astype(work.dtype)[:, None])
    edges = np.quantile(bent, np.linspace(0, 1, work.sizes[-1] + 1)[1:-1])
    return Task(work, inputs, np.searchsorted(edges, bent).astype(np.int64))


def letters(work: Work, samples: int) -> Task:
    """Windows of the tale that comes with Glassnet, in small letters and spaces; at each place the letter after it."""
    assert work.transformer is not None
    tale = gn.data.text()
    text = "".join(c if "a" <= c <= "z" else " " for c in tale.tokens.decode(tale.train).lower())
    numbers = np.array(["abcdefghijklmnopqrstuvwxyz ".index(c) for c in " ".join(text.split())], np.int64)
    starts = np.random.default_rng(3).integers(len(numbers) - work.transformer.context, size=(samples, 1))
    places = starts + np.arange(work.transformer.context)
    return Task(work, numbers[places], numbers[places + 1])
