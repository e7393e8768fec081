"""What the scripts need besides their library: data, the schedule of the learning rate, the memory that is held."""

from __future__ import annotations

import gzip
import resource
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

EPOCHS, BATCH, PEAK = 5, 64, 0.003


def arguments() -> tuple[Path, int]:
    """The folder of MNIST's files, and the seed."""
    return Path(sys.argv[1]), int(sys.argv[2])


def read(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Training images (60000, 784) and labels, test images and labels."""
    parts = []
    for part in ("train", "t10k"):
        pixels = gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
        labels = gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())
        parts += [np.frombuffer(pixels, np.uint8, offset=16).reshape(-1, 784)]
        parts += [np.frombuffer(labels, np.uint8, offset=8).astype(np.int64)]
    return parts[0], parts[1], parts[2], parts[3]


def pictures() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """32 pictures of 256 × 256 and three colours, and labels."""
    stream = np.random.default_rng(0)
    return stream.random((32, 256, 256, 3), np.float32), stream.integers(0, 10, 32)


def peak() -> float:
    """The most MiB that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def rates(steps: int) -> NDArray[np.float64]:
    """PyTorch's one-cycle schedule: up in the first 30 % of the steps, then down, both along a cosine."""
    start, t, top = PEAK / 25, np.arange(steps), 0.3 * steps - 1

    def between(a: float, b: float, share: NDArray[np.float64]) -> NDArray[np.float64]:
        return b + 0.5 * (a - b) * (1 + np.cos(np.pi * share))

    down = between(PEAK, start / 1e4, (t - top) / (steps - 1 - top))
    return np.where(t > top, down, between(start, PEAK, t / top))
