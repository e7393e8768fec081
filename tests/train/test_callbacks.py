"""Callbacks: stopping early, saving, and what is left after Ctrl-C."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from tests.train import job


class Play(gn.Callback):
    """Puts given numbers in the place of a measurement, and notes the weights after each epoch."""

    def __init__(self, values: list[float], name: str = "loss") -> None:
        self.values, self.name = values, name
        self.weights: list[bytes] = []
        self.factors: list[float] = []

    def on_epoch(self, training: Any, row: Any) -> None:
        row[self.name] = self.values[training.position["epoch"] - 1]
        self.weights.append(training.network.parameters.buffer.tobytes())
        self.factors.append(training.learning_rate_factor)


def play(values: list[float], *callbacks: gn.Callback, name: str = "loss") -> tuple[Play, gn.Network, gn.History]:
    """A training in which a measurement takes these values, whatever it really is."""
    player, net = Play(values, name), gn.Network(1, gn.Dense(1, weights=[[0.5]]), dtype="float64")
    x = np.linspace(-1, 1, 8)[:, None]
    history = net.fit(x, x, epochs=len(values), optimizer=gn.SGD(0.01), callbacks=[player, *callbacks])
    return player, net, history


# ── stopping early ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_stops_after_so_many_epochs_without_improvement_and_goes_back() -> None:
    player, net, history = play([5, 4, 3, 3.5, 3.2, 1, 1], gn.EarlyStopping("loss", patience=2))
    assert history.epochs == 5
    assert history.stopped == "loss has not improved since epoch 3"
    assert net.parameters.buffer.tobytes() == player.weights[2]


def test_goes_back_to_the_best_weights_also_at_the_last_epoch() -> None:
    player, net, history = play([5, 3, 4, 4], gn.EarlyStopping("loss", patience=3))
    assert (history.epochs, history.stopped) == (4, "")
    assert net.parameters.buffer.tobytes() == player.weights[1]


def test_need_not_go_back() -> None:
    player, net, _ = play([5, 3, 4, 4], gn.EarlyStopping("loss", patience=2, restore_best=False))
    assert net.parameters.buffer.tobytes() == player.weights[3]


def test_an_improvement_must_be_large_enough() -> None:
    _, _, history = play([5, 4.95, 4.91, 4.8], gn.EarlyStopping("loss", patience=2, minimum_change=0.1))
    assert history.epochs == 3


def test_an_epoch_without_a_number_is_no_improvement() -> None:
    player, net, history = play([5, 3, np.nan, np.nan, 1], gn.EarlyStopping("loss", patience=2))
    assert history.epochs == 4
    assert net.parameters.buffer.tobytes() == player.weights[1]


@pytest.mark.parametrize(("name", "larger", "best"), [("mae", None, 3), ("r2", None, 1), ("mae", True, 1)])
def test_losses_and_errors_are_to_fall_and_all_else_to_rise(name: str, larger: bool | None, best: int) -> None:
    player, net = Play([5, 9, 2, 1.0], name), gn.Network(1, gn.Dense(1))
    player.values = [5, 9, 4, 2]
    keep = gn.KeepBest(name, larger_is_better=larger)
    net.fit([[0.0], [1.0]], [[0.0], [1.0]], epochs=4, metrics=[name], callbacks=[player, keep])
    assert keep.epoch == best + 1


def test_used_again_it_begins_anew() -> None:
    """The best of the training before is another network's: neither its number nor its weights may come back."""
    stopping = gn.EarlyStopping("loss", patience=2)
    play([1, 1, 1, 1], stopping)
    player, net, history = play([9, 8, 7, 6], stopping)
    assert history.epochs == 4
    assert net.parameters.buffer.tobytes() == player.weights[3]


@pytest.mark.parametrize("callback", [gn.EarlyStopping, gn.KeepBest, gn.ReduceOnPlateau])
def test_what_is_not_measured_is_said_before_the_first_epoch(callback: type[gn.Callback]) -> None:
    log = Play([0.0])
    with pytest.raises(
        gn.GlassnetError, match=r"'validation_loss'.*There are: loss, mae, seconds; .*validation=\(x, y\)"
    ):
        gn.Network(1, gn.Dense(1)).fit([[0.0], [1.0]], [[0.0], [1.0]], callbacks=[log, callback()])
    assert not log.weights


# ── the learning rate ───────────────────────────────────────────────────────────────────────────────────────────────


def test_reduces_on_a_plateau() -> None:
    plateau = gn.ReduceOnPlateau("loss", factor=0.1, patience=2, minimum_change=0.0, smallest=0.005)
    player, _, _ = play([5, 4, 4, 4, 4, 4, 3, 4, 4, 4, 4], plateau)
    expected = [1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.005, 0.005]
    assert player.factors == pytest.approx(expected)


@gn.loss
def downhill(prediction: Any, target: Any) -> Any:
    """Its gradient is −1 everywhere, so each step is the learning rate."""
    return -prediction


class Halve(gn.Callback):
    """Halves the learning rate after each step, and notes the weight."""

    def __init__(self) -> None:
        self.weights = [0.0]

    def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
        self.weights.append(training.network.parameters.buffer.item())
        training.learning_rate_factor *= 0.5


@pytest.mark.parametrize(
    ("rate", "steps"),
    [(0.1, [0.1, 0.05, 0.025]), (gn.ExponentialDecay(0.1, 1, 0.5), [0.1, 0.025, 0.00625])],
    ids=["number", "schedule"],
)
def test_the_factor_multiplies_the_learning_rate(rate: float | gn.Schedule, steps: list[float]) -> None:
    net, halve = gn.Network(1, gn.Dense(1, weights=[[0.0]], biases=None), dtype="float64"), Halve()
    net.fit([[1.0]], [[0.0]], loss=downhill, epochs=3, optimizer=gn.SGD(rate), metrics=[], callbacks=[halve])
    np.testing.assert_allclose(np.diff(halve.weights), steps)


# ── Ctrl-C ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Interrupt(gn.Callback):
    def __init__(self, step: int) -> None:
        self.step = step

    def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
        if training.position["step"] == self.step:
            raise KeyboardInterrupt


def test_ctrl_c_keeps_the_best_weights_and_the_history() -> None:
    """The learning rate is so high that the network gets worse and worse after its first epoch."""
    net, x = gn.Network(1, gn.Dense(1, weights=[[0.5]]), dtype="float64"), np.linspace(-1, 1, 8)[:, None]
    player = Play([0.0] * 9, "nothing")

    class End(gn.Callback):
        stopped = ""

        def on_end(self, training: Any) -> None:
            self.stopped = training.history.stopped

    end, settings = End(), {"batch_size": 4, "epochs": 9, "validation": (x, x), "optimizer": gn.SGD(1.5)}
    history = net.fit(x, x, callbacks=[player, Interrupt(7), end], **settings)
    assert history.epochs == 3
    best = int(np.argmin(history["validation_loss"]))
    assert best < 2
    said = f"interrupted in epoch 4; the network has the weights of epoch {best + 1}, the best by validation loss"
    assert history.stopped == end.stopped == said
    assert net.parameters.buffer.tobytes() == player.weights[best]


def test_ctrl_c_in_the_first_epoch() -> None:
    net = job.network()
    before = net.parameters.buffer.copy()
    history = net.fit(job.X, job.Y, epochs=9, batch_size=10, callbacks=[Interrupt(3)])
    assert history.epochs == 0
    assert (
        history.stopped == "interrupted in epoch 1; no epoch was finished, and the network has the weights it had last"
    )
    assert (net.parameters.buffer != before).any()


# ── what callbacks may be ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: gn.EarlyStopping(patience=0), "patience must be a whole number of at least 1, got 0"),
        (lambda: gn.EarlyStopping(minimum_change=-1), "minimum_change must be a number, at least 0, got -1"),
        (lambda: gn.ReduceOnPlateau(factor=2), "factor must be a number, more than 0 and at most 1, got 2"),
        (lambda: gn.Checkpoint("x", every_steps=0), "every_steps must be a whole number of at least 1, got 0"),
        (lambda: gn.Checkpoint("x", keep=0), "keep must be a whole number of at least 1, got 0"),
        (
            lambda: job.network().fit(job.X, job.Y, callbacks=[print]),
            "callbacks must be Callback objects, got <built-in",
        ),
    ],
)
def test_what_is_refused(make: Any, said: str) -> None:
    with pytest.raises(gn.GlassnetError, match=said):
        make()
