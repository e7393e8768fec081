"""Trains what the book "Neural Networks from Scratch in Python" trains, with its settings, over several seeds.

python bench/book.py [--seeds 5] [--only sgd …] prints the table of docs/book.md. Layers start from 0.01 · randn (0.1 in
chapter 17) as in the book, each seed with a stream of its own. Data are the book's, from one stream seeded with 0; test
data are drawn after them. Full batches, 10,001 epochs. Chapter 19 has MNIST in place of Fashion-MNIST.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import glassnet as gn

EPOCHS = 10_001
Data = tuple[Any, Any, Any, Any]
"""Training inputs and targets, test inputs and targets."""


@dataclass(frozen=True)
class Experiment:
    """One training of the book: its data, its layers, its optimiser, and what is measured."""

    chapter: str
    data: Callable[[], Data]
    network: Callable[[int], gn.Network]
    optimizer: gn.Optimizer
    metric: Any = "accuracy"
    epochs: int = EPOCHS
    batch_size: int | None = None

    def run(self, seed: int) -> tuple[float, float]:
        """(training, test) value of the metric."""
        x, y, x_test, y_test = self.data()
        net = self.network(seed)
        size = self.batch_size or len(x)
        net.fit(x, y, epochs=self.epochs, batch_size=size, optimizer=self.optimizer, metrics=[])
        name, _ = gn.metrics.metric(self.metric)
        return tuple(net.evaluate(*part, metrics=[self.metric])[name] for part in ((x, y), (x_test, y_test)))  # type: ignore[return-value]


def spirals(samples: int, classes: int = 3) -> Data:
    stream = np.random.RandomState(0)
    return (*gn.data.spiral(samples, classes, seed=stream), *gn.data.spiral(100, classes, seed=stream))


def sines() -> Data:
    return (*gn.data.sine(), *gn.data.sine(333))


def mnist() -> Data:
    data = gn.data.mnist()
    return data.x_train, data.y_train, data.x_test, data.y_test


def decayed(rate: float, decay: float) -> gn.InverseTimeDecay:
    return gn.InverseTimeDecay(rate, decay)


START = gn.Normal(0.01)


def classifier(seed: int, hidden: int = 64, l2: float = 0.0, dropout: float = 0.0, last: str = "softmax") -> gn.Network:
    """The book's network for the spiral; its penalty is on the first layer, as in the book."""
    penalty = gn.Penalty(l2=l2) if l2 else None
    return gn.Network(
        2,
        gn.Dense(hidden, "relu", weights=START, weights_penalty=penalty, biases_penalty=penalty),
        gn.Dropout(dropout),
        gn.Dense(3 if last == "softmax" else 1, last, weights=START),
        seed=seed,
    )


def curve(seed: int) -> gn.Network:
    start = gn.Normal(0.1)
    hidden = (gn.Dense(64, "relu", weights=start), gn.Dense(64, "relu", weights=start))
    return gn.Network(1, *hidden, gn.Dense(1, weights=start), seed=seed)


def digits(seed: int) -> gn.Network:
    hidden = (gn.Dense(128, "relu", weights=START), gn.Dense(128, "relu", weights=START))
    return gn.Network(784, gn.Rescale(1 / 127.5, -1), *hidden, gn.Dense(10, "softmax", weights=START), seed=seed)


def within_the_books_precision(y: Any, prediction: Any) -> float:
    """The share of predictions that are off by less than σ(y) / 250: chapter 17's accuracy."""
    return float(np.mean(np.abs(prediction - y) < np.std(y) / 250))


ADAM = gn.Adam(decayed(0.05, 5e-7))
EXPERIMENTS = {
    "sgd": Experiment("10", lambda: spirals(100), classifier, gn.SGD(1.0)),
    "decay": Experiment("10", lambda: spirals(100), classifier, gn.SGD(decayed(1.0, 1e-3))),
    "momentum": Experiment("10", lambda: spirals(100), classifier, gn.SGD(decayed(1.0, 1e-3), momentum=0.9)),
    "adagrad": Experiment("10", lambda: spirals(100), classifier, gn.Adagrad(decayed(1.0, 1e-4))),
    "rmsprop": Experiment("10", lambda: spirals(100), classifier, gn.RMSprop(decayed(0.02, 1e-5), rho=0.999)),
    "adam": Experiment("10, 11", lambda: spirals(100), classifier, ADAM),
    "l2": Experiment("14", lambda: spirals(1000), lambda seed: classifier(seed, l2=5e-4), gn.Adam(decayed(0.02, 5e-7))),
    "dropout": Experiment(
        "15", lambda: spirals(1000), lambda s: classifier(s, l2=5e-4, dropout=0.1), gn.Adam(decayed(0.05, 5e-5))
    ),
    "binary": Experiment(
        "16", lambda: spirals(100, 2), lambda s: classifier(s, l2=5e-4, last="sigmoid"), gn.Adam(decayed(1e-3, 5e-7))
    ),
    "regression": Experiment("17", sines, curve, gn.Adam(decayed(5e-3, 1e-3)), within_the_books_precision),
    "mnist": Experiment("19", mnist, digits, gn.Adam(decayed(1e-3, 1e-3)), epochs=10, batch_size=128),
}


def rows(names: list[str], seeds: int) -> Iterator[str]:
    for name in names:
        experiment = EXPERIMENTS[name]
        values = np.array([experiment.run(seed) for seed in range(seeds)])
        bands = " | ".join(f"{column.mean():.3f} ({column.min():.3f} to {column.max():.3f})" for column in values.T)
        yield f"| {name} | {experiment.chapter} | {bands} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=EXPERIMENTS, default=list(EXPERIMENTS))
    arguments = parser.parse_args()
    print("| training | chapter | training set | test set |")
    print("|---|---|---|---|")
    for row in rows(arguments.only, arguments.seeds):
        print(row, flush=True)
