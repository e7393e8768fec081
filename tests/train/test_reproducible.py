"""Same seed, same numbers, bit for bit."""

import subprocess
import sys
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from tests.train import job

ROOT = Path(__file__).parents[2]


def test_twice_in_one_process() -> None:
    first, second = job.network(), job.network()
    job.assert_same(job.outcome(first, job.train(first)), job.outcome(second, job.train(second)))


def test_in_two_processes(tmp_path: Path) -> None:
    net = job.network()
    expected = job.outcome(net, job.train(net))
    command = [sys.executable, "-m", "tests.train.job", tmp_path / "checkpoints", tmp_path / "result.npz"]
    subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    # the program also has a callback that prints and one that saves: they change nothing
    job.assert_same(np.load(tmp_path / "result.npz"), expected)


def test_another_seed_gives_other_numbers() -> None:
    weights = [gn.Network(3, gn.Dense(2), seed=seed).parameters.buffer for seed in (0, 1, 2**64 - 1)]
    assert len({w.tobytes() for w in weights}) == 3


def test_the_seed_decides_the_order_of_the_samples_too() -> None:
    losses = []
    for seed in (0, 1):
        net = gn.Network(1, gn.Dense(1, weights=[[0.5]]), seed=seed, dtype="float64")
        losses.append(net.fit(job.X[:, :1], job.X[:, 1:2], epochs=3, batch_size=4)["loss"])
    assert losses[0] != losses[1]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_validation_changes_nothing(dtype: str) -> None:
    """Validation runs between epochs and must leave no trace: not in the random numbers, not in the statistics."""
    results = []
    for validation in (None, (job.XV, job.YV)):
        net = job.network(dtype)
        net.fit(job.X, job.Y, epochs=3, batch_size=7, validation=validation, ema=0.9)
        results.append({name: array.copy() for name, array in net.arrays().items()})
    job.assert_same(*results)


def test_epochs_in_one_go_or_reported_on_are_the_same() -> None:
    """Metrics, callbacks and evaluation in between only look."""

    class Look(gn.Callback):
        def on_epoch(self, training: object, row: object) -> None:
            net_2.evaluate(job.X, job.Y)
            net_2.predict(job.XV)
            net_2.gradients(job.X, job.Y)

    net_1, net_2 = job.network(), job.network()
    net_1.fit(job.X, job.Y, epochs=3, metrics=[])
    net_2.fit(job.X, job.Y, epochs=3, metrics=["accuracy", "top_2", "f1"], callbacks=[Look()])
    job.assert_same(net_1.arrays(), net_2.arrays())


def test_samples_come_in_a_new_order_each_epoch_and_each_once() -> None:
    seen: list[list[float]] = []

    def note(x: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        seen.append(x[:, 0].tolist())
        return x

    x = np.arange(26.0)[:, None]
    gn.Network(1, gn.Rescale(0.01), gn.Dense(1)).fit(x, x, epochs=3, batch_size=6, augment=note)
    assert [len(batch) for batch in seen] == [6, 6, 6, 6, 2] * 3
    epochs = [list(chain(*seen[i : i + 5])) for i in (0, 5, 10)]
    assert all(sorted(epoch) == x[:, 0].tolist() for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3
    seen.clear()
    gn.Network(1, gn.Rescale(0.01), gn.Dense(1)).fit(x, x, epochs=2, batch_size=6, augment=note, shuffle=False)
    assert list(chain(*seen)) == x[:, 0].tolist() * 2
