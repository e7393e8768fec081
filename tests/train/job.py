"""A training with everything in it that could make a resumed one differ; also run as a program, to be killed.

``python -m tests.train.job CHECKPOINTS RESULT`` trains, going on from the checkpoints if there are any, prints a line a
step for which it takes one, and writes what came out to RESULT.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import glassnet as gn

SAMPLES, BATCH_SIZE, EPOCHS = 60, 7, 8
STEPS = EPOCHS * -(-SAMPLES // BATCH_SIZE)

_random = np.random.Generator(np.random.Philox(7))
X, XV = _random.random((SAMPLES, 4)) - 0.5, _random.random((20, 4)) - 0.5
Y, YV = (X[:, :2] > 0).sum(axis=1), (XV[:, :2] > 0).sum(axis=1)


def network(dtype: str = "float32") -> gn.Network:
    layers = [gn.Dense(8, "tanh"), gn.BatchNorm(), gn.Dropout(0.3), gn.GaussianNoise(0.1), gn.Dense(3, "softmax")]
    return gn.Network(4, *layers, seed=3, dtype=dtype)


def jitter(x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return x + generator.normal(0, 0.05, x.shape)


OFTEN = {"every_steps": 2}


def train(
    net: gn.Network,
    folder: Path | None = None,
    extra: Sequence[gn.Callback] = (),
    often: Mapping[str, int] = OFTEN,
    **changed: Any,
) -> gn.History:
    """Train with all that there is; with checkpoints so often, and going on from them, in ``folder``."""
    callbacks = [
        gn.EarlyStopping("validation_loss", patience=5),
        gn.ReduceOnPlateau("validation_loss", factor=0.5, patience=2, minimum_change=1.0),  # never by so much
        *extra,
        *([] if folder is None else [gn.Checkpoint(folder, **often)]),
    ]
    settings: dict[str, Any] = {
        "epochs": EPOCHS, "batch_size": BATCH_SIZE, "validation": (XV, YV), "callbacks": callbacks,
        "optimizer": gn.Adam(gn.WarmUp(gn.CosineDecay(0.05, 20, restarts=True), 5)), "clip_norm": 1.0,
        "ema": 0.9, "accumulate": 2, "augment": jitter, "class_weight": {0: 2.0}, "resume": folder,
    }  # fmt: skip
    return net.fit(X, Y, **{**settings, **changed})


def outcome(net: gn.Network, history: gn.History) -> dict[str, np.ndarray]:
    """Everything that must be equal bit for bit: all but how long it took."""
    rows = {f"history {name}": np.array(values) for name, values in history.items() if name != "seconds"}
    return {
        **{name: array.copy() for name, array in net.arrays().items()},
        **rows,
        "stopped": np.array(history.stopped),
    }


def assert_same(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> None:
    assert one.keys() == other.keys()
    for name in one:
        assert one[name].dtype.kind == other[name].dtype.kind, name
        assert one[name].tobytes() == other[name].tobytes(), name


class Say(gn.Callback):
    """Prints each step at once, so that who reads it knows how far the training is."""

    def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
        print(training.position["step"], flush=True)


class Obey(Say):
    """Says each step, and makes no more than it was given lines for, so that it cannot run away from who reads it."""

    def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
        super().on_step(training, measured)
        sys.stdin.readline()


class Crash(Exception):
    """The power went."""


class CrashAt(gn.Callback):
    """Ends a training without a goodbye: after a step, or in the middle of an epoch's end."""

    def __init__(self, step: int | None = None, epoch: int | None = None) -> None:
        self.step, self.epoch = step, epoch

    def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
        if training.position["step"] == self.step:
            raise Crash

    def on_epoch(self, training: Any, row: Mapping[str, float]) -> None:
        if training.position["epoch"] == self.epoch:
            raise Crash


if __name__ == "__main__":
    checkpoints, result = map(Path, sys.argv[1:])
    net = network()
    history = train(net, checkpoints, [Obey()])
    np.savez(result, **outcome(net, history))
