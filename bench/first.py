"""How long a network's first training takes: on a machine that has no kernels yet, and in a later process.

python bench/first.py [NETWORK ...] [--times 3]

Each time is a process of its own, which imports Glassnet, then trains one step of one batch, all planned and compiled
on the way: once with an empty folder of kernels, and once more with what the first left there. The lowest of some is
shown.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import glassnet as gn
from glassnet.model.model import Model

CLASSES = gn.Dense(10, "softmax")


def digits(*between: gn.Layer) -> gn.Network:
    first = gn.Rescale(1 / 255), gn.Dense(128, weights_penalty=gn.Penalty(l2=1e-4) if between else None)
    return gn.Network(784, *first, *between, gn.Activation("relu"), gn.Dense(64, "relu"), CLASSES)


def lenet() -> gn.Network:
    def convolution(filters: int, padding: str) -> tuple[gn.Layer, ...]:
        return gn.Conv2D(filters, 5, "tanh", padding=padding), gn.AveragePool2D(2)

    dense = gn.Flatten(), gn.Dense(120, "tanh"), gn.Dense(84, "tanh")
    return gn.Network((28, 28), *convolution(6, "same"), *convolution(16, "valid"), *dense, CLASSES)


def residual() -> gn.Network:
    def convolution(filters: int) -> tuple[gn.Layer, ...]:
        return gn.Conv2D(filters, 3, padding="same"), gn.BatchNorm(), gn.Activation("relu")

    def block(filters: int) -> gn.Layer:
        return gn.Add(gn.Identity(), gn.Sequential(*convolution(filters), *convolution(filters)))

    layers = *convolution(16), block(16), gn.MaxPool2D(2), *convolution(32), block(32), gn.GlobalAveragePool()
    return gn.Network((32, 32, 3), *layers, CLASSES)


def transformer(context: int, width: int, blocks: int) -> gn.Network:
    first = gn.Embedding(27, width), gn.PositionEmbedding(context)
    block = gn.TransformerBlock(4, 4 * width, causal=True, activation="gelu", norm=gn.LayerNorm())
    return gn.Network(context, *first, *[block] * blocks, gn.LayerNorm(), gn.Dense(27, "softmax"))


def translator() -> gn.Network:
    encoder = gn.Sequential(gn.Crop(0, 20), gn.Bidirectional(gn.GRU(32, sequence=True)))
    decoder = gn.Sequential(gn.Crop(20), gn.GRU(64, sequence=True))
    both = gn.Embedding(27, 16), gn.CrossAttention(decoder, encoder, gn.Attention()), gn.PositionEmbedding(10)
    return gn.Network(30, *both, gn.Dense(64, "relu"), gn.Dense(27, "softmax"))


NETWORKS: dict[str, Callable[[], gn.Network]] = {
    "784-128-64-10": digits,
    "the same with batch norm, dropout and L2": lambda: digits(gn.BatchNorm(), gn.Dropout(0.2)),
    "1-64-64-1 with tanh": lambda: gn.Network(1, *[gn.Dense(64, "tanh")] * 2, gn.Dense(1)),
    "50 layers of 64": lambda: gn.Network(64, *[gn.Dense(64, "tanh")] * 50, CLASSES),
    "LeNet-5": lenet,
    "residual convolutions with batch norm": residual,
    "a convolution of 512 groups": lambda: gn.Network(
        (8, 8, 512), gn.Conv2D(512, 3, groups=512), gn.Flatten(), CLASSES
    ),
    "an LSTM of 128 units over 28 rows": lambda: gn.Network((28, 28), gn.LSTM(128), CLASSES),
    "a bidirectional GRU": lambda: gn.Network((20, 8), gn.Bidirectional(gn.GRU(32)), CLASSES),
    "text to text: GRUs and cross-attention": translator,
    "a small GPT: 1 layer, 16 wide, context 16": lambda: transformer(16, 16, 1),
    "a transformer: 4 layers, 128 wide, context 64": lambda: transformer(64, 128, 4),
}


def samples(net: Model) -> tuple[np.ndarray, np.ndarray]:
    """A batch of 32 that a network can be trained on."""
    rng, (shape, result) = np.random.default_rng(0), (net.input_shape, net.output.shape[1:])
    if result[-1] == 27:
        x = rng.integers(0, 27, (32, *shape))
    else:
        x = rng.normal(size=(32, *shape)).astype(np.uint8 if shape == (784,) else np.float32)
    y = rng.normal(size=(32, 1)).astype(np.float32) if result == (1,) else rng.integers(0, 10, (32, *result[:-1]))
    return x, y


def first_step(name: str) -> str:
    """Wall and processor seconds of the first step in this process."""
    net = NETWORKS[name]()
    x, y = samples(net)
    wall, processor = time.perf_counter(), time.process_time()
    net.fit(x, y, epochs=1, batch_size=32, optimizer=gn.Adam(), engine="compiled", progress=False)
    return f"{time.perf_counter() - wall} {time.process_time() - processor}"


def measured(name: str, times: int) -> np.ndarray:
    """Of a first and of a later process, the lowest wall and processor seconds of some."""
    found = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, str(Path(__file__)), "--here", name]
            env = {**os.environ, "GLASSNET_CACHE": folder}
            runs = [subprocess.run(command, env=env, check=True, capture_output=True, text=True) for _ in range(2)]
            found.append([[float(seconds) for seconds in run.stdout.split()] for run in runs])
    return np.min(found, axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network", nargs="*", help="some of them, by a part of their names; else all")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--here", choices=NETWORKS, help="print the seconds of this network in this process")
    options = parser.parse_args()
    if options.here:
        print(first_step(options.here))
        return
    print(f"{'seconds: wall, processor':<48}{'first use':>16}{'later process':>16}")
    for name in NETWORKS:
        if not options.network or any(part in name for part in options.network):
            found = measured(name, options.times)
            print(f"{name:<48}" + "".join(f"{wall:>9.2f}{processor:>7.2f}" for wall, processor in found), flush=True)


if __name__ == "__main__":
    main()
