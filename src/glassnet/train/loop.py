"""The training loop: epochs of steps, a validation after each, and nothing lost whatever ends it."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from glassnet.ir.errors import DivergenceError
from glassnet.ir.types import Array
from glassnet.model.history import History
from glassnet.train import steps
from glassnet.train.batches import Batches
from glassnet.train.callbacks import KeepBest, best_by_default
from glassnet.train.checkpoints import Checkpoint
from glassnet.train.interruption import interruptible
from glassnet.train.resuming import resume
from glassnet.train.training import TRY_SMALLER, Callback, Training
from glassnet.words import counted

Validate = Callable[[], Mapping[str, float]]
NEAR = 8192
"""Numbers that are squared and summed at a time."""


def run(
    training: Training,
    batches: Batches,
    epochs: int,
    validate: Validate | None,
    callbacks: list[Callback],
    resume_from: str | Path | None = None,
) -> History:
    """Train for so many more epochs; see :meth:`glassnet.Network.fit` for what ends it earlier and what is kept."""
    best = best_by_default(validate is not None)
    last = [callback for callback in callbacks if isinstance(callback, Checkpoint)]  # these save what the others did
    training.callbacks = [best, *(callback for callback in callbacks if callback not in last), *last]
    training.begin()
    training.first = training.network.arrays()
    if resume_from is not None:
        resume(training, resume_from)
    steps.machine_of(training, steps.room(batches, len(training.sample[0])))
    end = training.began["epoch"] + epochs
    if training.position["epoch"] > end:
        done = training.position["epoch"] - training.began["epoch"]
        training.note(f"{counted(epochs, 'epoch')} asked for, and {done} finished already: nothing is trained")
    for callback in training.callbacks:
        callback.on_begin(training, epochs)
    first = training.first
    parameters = training.network.parameters
    usual = 0.1 * np.sqrt(parameters.buffer.size)  # where they begin at 0, they may well grow beyond all measure
    begun = max(_length(first[name] for name in parameters), usual)
    try:
        with interruptible(training):
            while training.position["epoch"] < end and not (training.stop or training.stop_now):
                _epoch(training, batches, validate, first, begun)
            if training.stop_now:
                for checkpoint in last:
                    checkpoint.try_to_save(training)
    except KeyboardInterrupt:
        training.signal = signal.SIGINT
    except DivergenceError as error:
        raise DivergenceError(f"{error}; {_last_good(training, best, first)}") from None
    training.finish()
    for keeper in (best, *callbacks):
        if isinstance(keeper, KeepBest) and (keeper.restore_best or (training.signal and keeper is best)):
            keeper.put_back(training)
    training.history.fallback = training.no_kernel
    training.history.stopped, training.history.signal = _why_stopped(training), training.signal
    for callback in training.callbacks:
        callback.on_end(training)
    training.learning_rate_factor = 1.0
    return training.history


def _epoch(
    training: Training, batches: Batches, validate: Validate | None, first: Mapping[str, Array], begun: float
) -> None:
    """Train on the batches of this epoch that are left, until its end or until the training is to stop now.

    ``first`` are the arrays that the training began with, ``begun`` is the length of the weights then.
    """
    started = time.perf_counter()
    for measured in steps.epoch(training, batches):
        for callback in training.callbacks:
            callback.on_step(training, measured)
        if training.stop_now:
            return
    _require_sane(training, first, begun)
    row = training.tally.row()
    seconds = time.perf_counter() - started
    with _averaged(training):
        row |= {f"validation_{name}": value for name, value in (validate() if validate else {}).items()}
        row["seconds"] = seconds
        training.end_epoch(row)
        for callback in training.callbacks:
            if not isinstance(callback, Checkpoint):
                callback.on_epoch(training, row)
    for callback in training.callbacks:
        if isinstance(callback, Checkpoint):
            callback.on_epoch(training, row)


def _why_stopped(training: Training) -> str:
    """Why it ended before its last epoch, and after a signal the weights that the network has; empty otherwise."""
    if not training.signal:
        return training.stop_now or training.stop
    by = "" if training.signal == signal.SIGINT else f" by {signal.Signals(training.signal).name}"
    epoch, began = training.position["epoch"], training.began["epoch"]
    where = f"after epoch {epoch}" if epoch > began and not training.position["batch"] else f"in epoch {epoch + 1}"
    return f"interrupted{by} {where}; {_weights(training)}"


def _weights(training: Training) -> str:
    """Which weights the network has now."""
    if training.put_back is None:
        which = "epoch of this call" if training.began["epoch"] else "epoch"
        return f"no {which} was finished, and the network has the weights it had last"
    epoch, monitor = training.put_back
    return f"the network has the weights of epoch {epoch}, the best by {monitor.replace('_', ' ')}"


def _require_sane(training: Training, first: Mapping[str, Array], begun: float) -> None:
    """Raise DivergenceError where both weights and loss have grown far too large, yet are finite.

    A learning rate far too high need not end in NaN. Both must have grown, for good weights may be large, and a network
    that is already trained has next to no loss.
    """
    parameters = training.network.parameters
    grown = _length([parameters.buffer]) / begun
    if grown < 100 or training.settings.optimizer.backs_off:
        return
    before, now = training.loss_with(first), training.loss_with(training.network.arrays())
    if not np.isfinite(now):
        raise DivergenceError(training.blame(training.sample))
    if now > 1000 * before:
        step, epoch = training.position["step"], training.position["epoch"]
        largest = max(parameters, key=lambda name: _length([parameters[name]]))
        raise DivergenceError(
            f"training diverged at step {step} (epoch {epoch + 1}) or before: the loss grew from {before:.3g} to "
            f"{now:.3g}, the weights to {grown:.3g} times their size, most of all {largest}; {TRY_SMALLER}"
        )


def _length(arrays: Iterable[Array]) -> float:
    """The root of the sum of squares of all numbers, in double precision: some at a time, which stay in the cache."""
    total = 0.0
    for flat in (array.reshape(-1) for array in arrays):
        for start in range(0, flat.size, NEAR):
            part = flat[start : start + NEAR].astype(np.float64)
            total += float(np.vdot(part, part))
    return math.sqrt(total)


@contextmanager
def _averaged(training: Training) -> Iterator[None]:
    """A block in which the network has the moving average of its weights, if one is kept: these are validated."""
    averaged = training.averaged_parameters()
    if averaged is None:
        yield
        return
    raw = training.network.parameters.copy()
    training.network.assign(averaged)
    try:
        yield
    finally:
        training.network.assign(raw)


def _last_good(training: Training, best: KeepBest, first: Mapping[str, Array]) -> str:
    """Give the network the best weights, or those it began with where they are better, and say which.

    The loss of an epoch is measured before its last updates, so that the weights it ends with may be spoilt already.
    """
    if best.arrays and training.loss_with(best.arrays) <= training.loss_with(first):
        best.put_back(training)
        return _weights(training)
    training.go_back(first, training.began["epoch"], "loss")
    return "the network has the weights it began with"
