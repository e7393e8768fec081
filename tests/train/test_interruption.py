"""Ctrl-C and its like: nothing is left half done, whenever they come, and what is said of the weights is true."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.train.interruption import DEFAULTS
from tests.train import job

SIGNALS = list(DEFAULTS)


@pytest.fixture(autouse=True)
def default_handlers() -> Iterator[None]:
    """As in a program of its own, whoever runs the tests; what the training leaves is checked."""
    before = {number: signal.signal(number, handler) for number, handler in DEFAULTS.items()}
    yield
    after = {number: signal.signal(number, handler) for number, handler in before.items()}
    assert after == DEFAULTS


class Weights(gn.Callback):
    """Notes the weights after each step and epoch."""

    def __init__(self) -> None:
        self.of_step: dict[int, dict[str, np.ndarray]] = {}
        self.of_epoch: dict[int, dict[str, np.ndarray]] = {}

    def on_begin(self, training: Any, epochs: int) -> None:
        self.of_step[training.position["step"]] = training.network.arrays()

    def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
        self.of_step[training.position["step"]] = training.network.arrays()

    def on_epoch(self, training: Any, row: Mapping[str, float]) -> None:
        self.of_epoch[training.position["epoch"]] = training.network.arrays()


class Raise(gn.Callback):
    """Sends signals to this process in the middle of a step's or an epoch's callbacks."""

    def __init__(self, *signals: int, step: int = 0, epoch: int = 0) -> None:
        self.signals, self.step, self.epoch, self.went_on = signals, step, epoch, False

    def _raise(self) -> None:
        for number in self.signals:
            signal.raise_signal(number)
        self.went_on = True

    def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
        if training.position["step"] == self.step:
            self._raise()

    def on_epoch(self, training: Any, row: Mapping[str, float]) -> None:
        if training.position["epoch"] == self.epoch:
            self._raise()


def same(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> bool:
    return all((one[name] == other[name]).all() for name in one)


# ── between two steps ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", SIGNALS, ids=lambda n: n.name)
def test_the_step_is_finished_and_no_other_begun(number: signal.Signals) -> None:
    net, weights, sent = job.network(), Weights(), Raise(number, step=2)
    history = net.fit(job.X, job.Y, epochs=9, batch_size=20, callbacks=[sent, weights])
    assert sent.went_on, "a first signal waits for the end of the step"
    by = "" if number == signal.SIGINT else f" by {number.name}"
    last = "no epoch was finished, and the network has the weights it had last"
    assert (history.stopped, history.signal) == (f"interrupted{by} in epoch 1; {last}", number)
    assert max(weights.of_step) == 2
    job.assert_same(net.arrays(), weights.of_step[2])
    net.fit(job.X, job.Y, epochs=1, batch_size=20, callbacks=[weights])
    assert max(weights.of_step) == 5, "and the next call goes on"


def test_one_that_comes_while_the_epoch_ends() -> None:
    net, weights, sent = job.network(), Weights(), Raise(signal.SIGINT, epoch=2)
    settings = {"epochs": 9, "batch_size": 20, "validation": (job.XV, job.YV)}
    history = net.fit(job.X, job.Y, callbacks=[sent, weights], **settings)
    assert history.epochs == 2
    best = int(np.argmin(history["validation_loss"])) + 1
    said = f"interrupted after epoch 2; the network has the weights of epoch {best}, the best by validation loss"
    assert history.stopped == said
    job.assert_same(net.arrays(), weights.of_epoch[best])


def test_a_second_one_interrupts_at_once() -> None:
    """However long a step takes, or a callback that is stuck."""
    net, sent = job.network(), Raise(signal.SIGINT, signal.SIGINT, step=2)
    history = net.fit(job.X, job.Y, epochs=9, batch_size=20, callbacks=[sent])
    assert not sent.went_on
    assert history.stopped.startswith("interrupted in epoch 1; no epoch was finished")


def test_one_that_comes_with_the_last_step_is_said() -> None:
    history = job.network().fit(job.X, job.Y, epochs=1, batch_size=60, callbacks=[Raise(signal.SIGINT, step=1)])
    assert history.stopped.startswith("interrupted in epoch 1")


# ── what is said of the weights ─────────────────────────────────────────────────────────────────────────────────────

LOSSES = [5, 1, 3, 2, 4]
ACCURACIES = [0.1, 0.2, 0.9, 0.3, 0.4]


class Score(gn.Callback):
    def on_epoch(self, training: Any, row: dict[str, float]) -> None:
        epoch = training.position["epoch"] - 1
        row |= {"validation_loss": LOSSES[epoch], "validation_accuracy": ACCURACIES[epoch], "loss": -epoch}


@pytest.mark.parametrize(
    ("callbacks", "best"),
    [
        ([], (0, "validation loss")),
        ([gn.EarlyStopping("validation_accuracy", 20)], (3, "validation accuracy")),
        ([gn.EarlyStopping("validation_accuracy", 20, restore_best=False)], (0, "validation loss")),
        ([gn.KeepBest("validation_accuracy")], (3, "validation accuracy")),
        ([gn.KeepBest("validation_accuracy"), gn.KeepBest("loss")], (5, "loss")),
        ([gn.KeepBest("loss"), gn.EarlyStopping("validation_accuracy", 20)], (3, "validation accuracy")),
    ],
    ids=["none", "stopping", "stopping not restoring", "keeping", "two keepers", "keeping and stopping"],
)
@pytest.mark.parametrize("ema", [None, 0.5])
@pytest.mark.parametrize("by", ["a signal", "a second signal", "an error"])
def test_the_weights_are_those_that_the_message_names(
    callbacks: list[gn.Callback], best: tuple[int, str], ema: float | None, by: str
) -> None:
    """What is kept by default is judged by the real validation loss, the others by the scores played to them."""
    net, weights = job.network(), Weights()
    sent = Raise(*[signal.SIGINT] * (2 if by == "a second signal" else 1), epoch=5)

    class Error(gn.Callback):
        def on_epoch(self, training: Any, row: Mapping[str, float]) -> None:
            if training.position["epoch"] == 5:
                raise KeyboardInterrupt

    end = [Error() if by == "an error" else sent]
    settings = {"epochs": 9, "batch_size": 20, "validation": (job.XV, job.YV), "ema": ema}
    history = net.fit(job.X, job.Y, callbacks=[Score(), weights, *callbacks, *end], **settings)
    epoch, monitor = best[0] or int(np.argmin(history["validation_loss"])) + 1, best[1]
    assert history.stopped == f"interrupted after epoch 5; the network has the weights of epoch {epoch}, " + (
        f"the best by {monitor}"
    )
    job.assert_same(net.arrays(), weights.of_epoch[epoch])


def test_in_a_later_call_the_epochs_are_counted_on() -> None:
    net = job.network()
    net.fit(job.X, job.Y, epochs=3, batch_size=20)
    history = net.fit(job.X, job.Y, epochs=3, batch_size=20, callbacks=[Raise(signal.SIGINT, step=11)])
    assert history.stopped.startswith("interrupted in epoch 4; no epoch of this call was finished, and the network has")
    history = net.fit(job.X, job.Y, epochs=3, batch_size=20, callbacks=[Raise(signal.SIGINT, epoch=4)])
    assert history.stopped == "interrupted after epoch 4; the network has the weights of epoch 4, the best by loss"


# ── anywhere at all ─────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def signals_at(line: int, count: int) -> Iterator[Callable[[], int]]:
    """Sends so many signals as soon as that many lines of Glassnet were run; gives how many lines there were."""
    lines = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal lines
        name = frame.f_code.co_filename
        if not any(part in name for part in ("glassnet/train/", "glassnet/model/")) or "interruption" in name:
            return None
        if event == "line":
            lines += 1
            if line <= lines < line + count:
                signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield lambda: lines
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("count", [1, 2])
def test_nothing_is_left_half_done_wherever_it_comes(count: int, tmp_path: Path) -> None:
    """Parameters, running statistics, memory, position and history belong to one step, and the network can be saved."""

    def network() -> gn.Network:
        return gn.Network(4, gn.BatchNorm(), gn.Dense(3, "softmax"), seed=3)

    class From(gn.Callback):
        """What the lines are counted from: those before belong to no step."""

        def on_begin(self, training: Any, epochs: int) -> None:
            self.training, self.begun = training, False

        def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
            self.begun = True

    settings: dict[str, Any] = {"batch_size": 30, "metrics": ["f1"], "optimizer": gn.Adam(0.1), "shuffle": False}
    notes = Weights()
    whole = network()
    with signals_at(10**9, 0) as lines:
        whole.fit(job.X, job.Y, epochs=3, callbacks=[notes, From()], **settings)
    total, hits = lines(), 0
    memories = {}
    by_hand = network()
    for step in range(7):
        memories[step] = {k: a.copy() for k, a in by_hand._training.memory.items()} if by_hand._training else {}
        part = slice(30 * (step % 2), 30 * (step % 2) + 30)
        by_hand.train_on_batch(job.X[part], job.Y[part], optimizer=gn.Adam(0.1))
    for line in range(total // 3, total, 41):
        net, tell = network(), From()
        try:
            with signals_at(line, count):
                history = net.fit(job.X, job.Y, epochs=3, callbacks=[tell], **settings)
        except KeyboardInterrupt:  # outside the steps, it is Python's own
            continue
        hits += bool(history.signal)
        training = tell.training
        assert training.history.epochs == training.position["epoch"]
        assert {len(history[name]) for name in history} <= {history.epochs}
        step = training.position["step"]
        put_back = training.put_back or (step // 2, "")
        assert same(net.arrays(), notes.of_epoch[put_back[0]] if training.put_back else notes.of_step[step])
        if step:
            assert same(training.memory, memories[step]), step
        net.save(tmp_path / "net.safetensors")
        assert dict(gn.load(tmp_path / "net.safetensors").history).keys() == set(history) - {"seconds"}
    assert hits > 20


# ── whose signals they are ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", SIGNALS, ids=lambda n: n.name)
def test_a_program_with_plans_of_its_own_keeps_them(number: signal.Signals) -> None:
    caught: list[int] = []
    for plan in (lambda n, frame: caught.append(n), signal.SIG_IGN):
        signal.signal(number, plan)
        try:
            history = job.network().fit(job.X, job.Y, epochs=2, callbacks=[Raise(number, step=1)])
        finally:
            assert signal.signal(number, DEFAULTS[number]) == plan
        assert (history.epochs, history.stopped, history.signal) == (2, "", 0)
    assert caught == [number]


def test_in_another_thread_a_training_takes_no_signals() -> None:
    handlers = []

    class Look(gn.Callback):
        def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=lambda: job.network().fit(job.X, job.Y, epochs=1, callbacks=[Look()]))
    thread.start()
    thread.join()
    assert set(handlers) == {signal.default_int_handler}


def test_a_training_within_a_training() -> None:
    """The inner one, of a callback, leaves the signal to the outer, which ends after the step."""
    inner: list[gn.History] = []

    class Inner(gn.Callback):
        def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
            inner.append(job.network().fit(job.X, job.Y, epochs=2, callbacks=[Raise(signal.SIGINT, step=1)]))

    history = job.network().fit(job.X, job.Y, epochs=9, callbacks=[Inner()])
    assert [one.epochs for one in inner] == [2]
    assert history.stopped.startswith("interrupted in epoch 1")


def test_the_learning_rate_finder_passes_it_on_and_leaves_the_network_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from glassnet.train.learning_rate import _Sweep

    steps = []

    def on_step(self: Any, training: Any, measured: Any) -> None:
        steps.append(training.position["step"])
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(_Sweep, "on_step", on_step)
    net = job.network()
    before = net.arrays()
    with pytest.raises(KeyboardInterrupt):
        gn.find_learning_rate(net, job.X, job.Y)
    assert steps == [1]
    job.assert_same(net.arrays(), before)
