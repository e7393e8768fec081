"""Stopped anywhere and resumed from the last checkpoint is bit for bit the training that was never stopped."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.train.checkpoints import files, step_of
from tests.train import job
from tests.train.job import Crash, CrashAt

ROOT = Path(__file__).parents[2]


class Interrupt(gn.Callback):
    """Ctrl-C after a step, or in the middle of an epoch's end."""

    def __init__(self, step: int, epoch: int) -> None:
        self.step, self.epoch = step, epoch

    def on_step(self, training: Any, measured: Any) -> None:
        if training.position["step"] == self.step:
            signal.raise_signal(signal.SIGINT)

    def on_epoch(self, training: Any, row: Any) -> None:
        if training.position["epoch"] == self.epoch:
            signal.raise_signal(signal.SIGINT)


class Steps(gn.Callback):
    """Counts the steps that are made."""

    def __init__(self) -> None:
        self.made: list[int] = []

    def on_step(self, training: Any, measured: Any) -> None:
        self.made.append(training.position["step"])


@pytest.mark.parametrize("step", [1, 2, 3, *sorted(random.Random(1).sample(range(4, job.STEPS - 9), 5)), job.STEPS - 9])
def test_after_any_step(step: int, tmp_path: Path, never_stopped: dict[str, np.ndarray]) -> None:
    with pytest.raises(Crash):
        job.train(job.network(), tmp_path, [CrashAt(step)])
    net = job.network()
    job.assert_same(job.outcome(net, job.train(net, tmp_path, [CrashAt()])), never_stopped)


def test_in_the_middle_of_the_end_of_an_epoch(tmp_path: Path, never_stopped: dict[str, np.ndarray]) -> None:
    """Here the network holds its moving average for the validation; the checkpoint before holds the true weights."""
    with pytest.raises(Crash):
        job.train(job.network(), tmp_path, [CrashAt(epoch=2)])
    net = job.network()
    job.assert_same(job.outcome(net, job.train(net, tmp_path, [CrashAt()])), never_stopped)


def test_again_and_again(tmp_path: Path, never_stopped: dict[str, np.ndarray]) -> None:
    for step in (5, 6, 17, 40):
        with pytest.raises(Crash):
            job.train(job.network(), tmp_path, [CrashAt(step)])
    net = job.network()
    job.assert_same(job.outcome(net, job.train(net, tmp_path, [CrashAt()])), never_stopped)


@pytest.mark.parametrize(("step", "epoch"), [(1, 0), (2, 0), (9, 0), (25, 0), (0, 3), (job.STEPS - 9, 0)])
def test_stopped_by_a_signal_between_its_checkpoints(
    step: int, epoch: int, tmp_path: Path, never_stopped: dict[str, np.ndarray]
) -> None:
    """The state of the very step is saved before the best weights are put back, and no step is made twice."""
    stopped, net, rest = step or 9 * epoch, job.network(), Steps()
    job.train(job.network(), tmp_path, [Interrupt(step, epoch)], often={"every_epochs": 100})
    assert [step_of(path) for path in files(tmp_path)] == [stopped]
    job.assert_same(job.outcome(net, job.train(net, tmp_path, [rest], often={"every_epochs": 100})), never_stopped)
    assert rest.made == list(range(stopped + 1, job.STEPS + 1))


@pytest.mark.parametrize("at", ["step", "epoch"])
def test_stopped_by_a_callback_it_goes_on_from_there(at: str, tmp_path: Path) -> None:
    class Limit(gn.Callback):
        def on_step(self, training: Any, measured: Any) -> None:
            if at == "step" and training.position["step"] == 5:
                training.stop_now = "the time is over"

        def on_epoch(self, training: Any, row: Any) -> None:
            if at == "epoch" and training.position["epoch"] == 1:
                training.stop_now = "the time is over"

    def train(net: gn.Network, epochs: int, *callbacks: gn.Callback) -> gn.History:
        checkpoint = gn.Checkpoint(tmp_path, every_epochs=100)
        return net.fit(job.X, job.Y, epochs=epochs, callbacks=[*callbacks, checkpoint], resume=tmp_path)

    whole, net = job.network(), job.network()
    whole.fit(job.X, job.Y, epochs=4)
    assert train(net, 4, Limit()).stopped == "the time is over"
    resumed = job.network()
    assert train(resumed, 4).epochs == 4
    assert resumed.parameters.buffer.tobytes() == whole.parameters.buffer.tobytes()


def test_killed_at_random_moments(tmp_path: Path) -> None:
    """A real kill -9, wherever it falls, also in the middle of writing a checkpoint; five times, then to the end.

    On a busy machine the training may be some steps ahead of the kill, but not at its end.
    """
    net = job.network()
    expected = job.outcome(net, job.train(net, extra=[job.Say()]))
    command = [sys.executable, "-m", "tests.train.job", tmp_path / "checkpoints", tmp_path / "result.npz"]
    chance, steps = random.Random(0), []
    for _ in range(5):
        count = chance.randint(1, 12)
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write("\n" * (count + 3))
            child.stdin.flush()
            steps += [int(child.stdout.readline()) for _ in range(count)]
            child.kill()
        assert child.returncode == -signal.SIGKILL
    (tmp_path / "checkpoints" / ".glassnet-0123456789ab.tmp").write_bytes(b"half of a checkpoint")
    assert steps[-1] > 12, "it never got further than where it was first killed"
    subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    job.assert_same(np.load(tmp_path / "result.npz"), expected)
    assert {step_of(path) >= 0 for path in (tmp_path / "checkpoints").iterdir()} == {True}, "nothing half written"


@pytest.mark.parametrize("name", sorted(gn.Optimizer.known))
def test_with_every_optimizer(name: str, tmp_path: Path) -> None:
    """Whatever an optimiser keeps from step to step is in the checkpoint."""
    results = []
    for crash_at in (None, 5):
        net = job.network("float64")
        if crash_at:
            with pytest.raises(Crash):
                _fit(net, name, tmp_path, CrashAt(crash_at))
            net = job.network("float64")
        results.append(job.outcome(net, _fit(net, name, tmp_path if crash_at else None, CrashAt())))
    job.assert_same(*results)


def _fit(net: gn.Network, optimizer: str, folder: Path | None, crash: CrashAt) -> gn.History:
    saving = [] if folder is None else [gn.Checkpoint(folder, every_steps=3)]
    return net.fit(
        job.X, job.Y, epochs=3, batch_size=15, optimizer=optimizer, callbacks=[crash, *saving], resume=folder
    )


class Stream:
    """Batches from a file, say: begun anew each epoch."""

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        return ((job.X[i : i + 9], job.Y[i : i + 9]) for i in range(0, job.SAMPLES, 9))


def test_a_stream_of_batches(tmp_path: Path) -> None:
    results = []
    for folder in (None, tmp_path):
        saving = [] if folder is None else [gn.Checkpoint(folder, every_steps=1)]
        if folder:
            with pytest.raises(Crash):
                job.network().fit(Stream(), epochs=3, callbacks=[CrashAt(11), *saving], resume=folder)
        net = job.network()
        results.append(job.outcome(net, net.fit(Stream(), epochs=3, callbacks=[CrashAt(), *saving], resume=folder)))
    job.assert_same(*results)


class Uneven:
    """Batches of many sizes: plans are made for batches of some sizes, and bits depend on what they are made for."""

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        r = np.random.default_rng(3)
        for size in (16, 90, 33, 16, 64, 17):
            yield r.normal(size=(size, 28, 28)).astype("float32"), r.integers(0, 10, size)


@pytest.mark.parametrize("step", [3, 4, 6, 8])
def test_a_stream_of_batches_of_many_sizes_on_the_engine(step: int, tmp_path: Path) -> None:
    def fit(folder: Path, crash: CrashAt) -> np.ndarray:
        net = gn.Network((28, 28), gn.Conv2D(4, 5, "relu"), gn.Flatten(), gn.Dense(64, "tanh"), gn.Dense(10, "softmax"))
        checkpoint = gn.Checkpoint(folder, every_steps=1)
        net.fit(Uneven(), epochs=2, engine="compiled", callbacks=[crash, checkpoint], resume=folder)
        return net.parameters.buffer

    once = fit(tmp_path / "once", CrashAt())
    with pytest.raises(Crash):
        fit(tmp_path / "twice", CrashAt(step))
    np.testing.assert_array_equal(fit(tmp_path / "twice", CrashAt()), once)


def test_a_smaller_batch_is_planned_the_same_after_a_larger_one() -> None:
    x, y = np.random.default_rng(0).normal(size=(256, 8)).astype("float32"), np.arange(256) % 3
    nets = [gn.Network(8, gn.Dense(96, "tanh"), gn.Dense(96, "tanh"), gn.Dense(3, "softmax"), seed=1) for _ in range(2)]
    settings: dict[str, Any] = {"epochs": 2, "shuffle": False, "optimizer": gn.SGD(0.1), "engine": "compiled"}
    nets[1].fit(x, y, batch_size=256, **settings)
    nets[1].parameters.update(nets[0].parameters)
    for net in nets:
        net.fit(x, y, batch_size=32, **settings)
    np.testing.assert_array_equal(nets[0].parameters.buffer, nets[1].parameters.buffer)


def test_a_finished_training_can_go_on_for_more_epochs(tmp_path: Path) -> None:
    more, at_once = job.network(), job.network()
    more.fit(job.X, job.Y, epochs=2, callbacks=[gn.Checkpoint(tmp_path)])
    again = job.network()
    history = again.fit(job.X, job.Y, epochs=5, callbacks=[gn.Checkpoint(tmp_path)], resume=tmp_path)
    job.assert_same(
        job.outcome(again, history),
        job.outcome(at_once, at_once.fit(job.X, job.Y, epochs=5)),
    )
    assert history.epochs == 5


def test_resuming_what_is_finished_changes_nothing(tmp_path: Path) -> None:
    net = job.network()
    expected = job.outcome(net, job.train(net, tmp_path))
    again = job.network()
    job.assert_same(job.outcome(again, job.train(again, tmp_path)), expected)


def test_a_training_that_stopped_early_stays_stopped(tmp_path: Path) -> None:
    def stop_early(net: gn.Network) -> gn.History:
        stopping = gn.EarlyStopping("loss", patience=2, minimum_change=10.0)
        return net.fit(job.X, job.Y, epochs=9, callbacks=[stopping, gn.Checkpoint(tmp_path)], resume=tmp_path)

    first, second = job.network(), job.network()
    history = stop_early(first)
    assert history.epochs == 3
    assert history.stopped == "loss has not improved since epoch 1"
    job.assert_same(job.outcome(second, stop_early(second)), job.outcome(first, history))


def test_the_best_epoch_may_lie_before_the_interruption(tmp_path: Path) -> None:
    """With steps that are too long all gets worse after the first epoch: the resumed one must still know of it."""
    x = np.linspace(-1, 1, 8)[:, None]

    def fit(folder: Path, crash_at: int | None = None) -> dict[str, np.ndarray]:
        net = gn.Network(1, gn.Dense(1, weights=[[0.5]]), dtype="float64")
        callbacks = [gn.EarlyStopping(patience=4), CrashAt(crash_at), gn.Checkpoint(folder)]
        settings = {"epochs": 9, "batch_size": 4, "validation": (x, x), "optimizer": gn.SGD(1.1)}
        return job.outcome(net, net.fit(x, x, callbacks=callbacks, resume=folder, **settings))

    whole = fit(tmp_path / "whole")
    assert whole["stopped"] == "validation_loss has not improved since epoch 1"
    with pytest.raises(Crash):
        fit(tmp_path / "resumed", crash_at=5)
    job.assert_same(fit(tmp_path / "resumed"), whole)


@pytest.mark.parametrize("crash_at", [3, 16, 30])
def test_what_diverges_does_so_at_the_same_step_with_the_same_weights(crash_at: int, tmp_path: Path) -> None:
    """The weights that the training began with decide both, not those that it went on from."""

    def fit(folder: Path, crash_at: int | None = None) -> tuple[str, bytes]:
        x = np.linspace(-1, 1, 8)[:, None]
        net = gn.Network(1, gn.Dense(1, weights=[[0.5]]), dtype="float64")
        callbacks = [CrashAt(crash_at), gn.Checkpoint(folder, every_steps=1)]
        with pytest.raises(gn.DivergenceError) as error:
            net.fit(x, x, epochs=400, optimizer=gn.SGD(2.5), callbacks=callbacks, resume=folder)
        return str(error.value), net.parameters.buffer.tobytes()

    whole = fit(tmp_path / "whole")
    with pytest.raises(Crash):
        fit(tmp_path / "resumed", crash_at)
    assert fit(tmp_path / "resumed") == whole
