"""How long a training step takes on the compiled engine, with portable bits, and on the evaluator, in one process.

python bench/engine.py [--turns 9]

Each turn trains a new network in each way through ``fit``, and times its second epoch, when everything is planned
and compiled. Set OPENBLAS_NUM_THREADS=1: with several threads the evaluator collapses beside a busy core.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

import glassnet as gn

Row = tuple[Callable[[], gn.Network], np.ndarray, np.ndarray, int]
WAYS = {"compiled": {"engine": "compiled"}, "portable": {"precision": "portable"}, "evaluator": {"engine": "numpy"}}


def rows() -> dict[str, Row]:
    """For each: the network, inputs, targets and the size of a batch."""
    rng = np.random.default_rng(0)
    pixels = (rng.integers(0, 256, (12_800, 784)) * (rng.random((12_800, 784)) < 0.2)).astype(np.uint8)
    classes, few, line = rng.integers(0, 10, 12_800), rng.normal(size=(32_000, 4)), rng.normal(size=(12_800, 1))
    sides = (few[:, 0] > 0).astype(np.int64)
    digits = (gn.Rescale(1 / 255), gn.Dense(128, "relu"), gn.Dense(64, "relu"), gn.Dense(10, "softmax"))
    small = (gn.Dense(8, "relu"), gn.Dense(8, "relu"), gn.Dense(2, "softmax"))
    curve = (gn.Dense(64, "tanh"), gn.Dense(64, "tanh"), gn.Dense(1))
    return {
        "784-128-64-10, bytes, batch 64": (lambda: gn.Network(784, *digits), pixels, classes, 64),
        "4-8-8-2, batch 32": (
            lambda: gn.Network(4, *small),
            few.astype(np.float32),
            sides,
            32,
        ),
        "1-64-64-1 tanh, batch 128": (lambda: gn.Network(1, *curve), line.astype(np.float32), np.sin(line), 128),
    }


def step_time(row: Row, how: dict[str, str]) -> float:
    """Microseconds of a step in the second epoch, with Adam."""
    make, x, y, batch = row
    net = make()
    net.fit(x, y, epochs=1, batch_size=batch, metrics=[], **how)
    started = time.perf_counter()
    net.fit(x, y, epochs=1, batch_size=batch, metrics=[], **how)
    return 1e6 * (time.perf_counter() - started) / -(-len(x) // batch)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=9)
    turns = parser.parse_args().turns
    print(f"{'µs a step: lower quartile, median':<34}" + "".join(f"{way:>18}" for way in WAYS))
    for name, row in rows().items():
        times = np.array([[step_time(row, how) for how in WAYS.values()] for _ in range(turns)])
        low, middle = np.quantile(times, 0.25, axis=0), np.median(times, axis=0)
        cells = "".join(f"{a:>10.1f}{b:>8.1f}" for a, b in zip(low, middle, strict=True))
        print(f"{name:<34}{cells}")


if __name__ == "__main__":
    main()
