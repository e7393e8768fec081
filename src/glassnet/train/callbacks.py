"""Callbacks: what happens beside the training, after each step or epoch. Their state is part of every checkpoint.

>>> import glassnet as gn
>>> x, y = gn.data.sine(100)
>>> stopping = gn.callbacks.EarlyStopping(patience=2)
>>> net = gn.Network(1, gn.Dense(8, "tanh"), gn.Dense(1))
>>> history = net.fit(x, y, epochs=3, validation=0.2, callbacks=[stopping])
>>> stopping.epoch in (1, 2, 3)
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from glassnet.ir.elsewhere import face, in_our_words
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require, require_count, require_flag, require_number
from glassnet.ir.types import Array
from glassnet.storage import under
from glassnet.train.checkpoints import Checkpoint
from glassnet.train.log import CsvLog
from glassnet.train.training import Callback, Training
from glassnet.words import unknown

__all__ = [
    "Callback",
    "Checkpoint",
    "CsvLog",
    "EarlyStopping",
    "KeepBest",
    "ReduceOnPlateau",
]
__getattr__, __dir__ = face("callbacks", __all__)


def measurement(row: Mapping[str, float], name: str) -> float:
    """One measurement of an epoch by name, or an error that says which there are."""
    if name not in row:
        raise GlassnetError(_unknown_measurement(name, row))
    return row[name]


def _unknown_measurement(name: str, names: Iterable[str]) -> str:
    ours = name.replace("val_", "validation_", 1)
    names = list(names)
    if ours != name and ours in names:
        return f"there is no measurement to monitor {name!r}; here it is {ours!r}"
    missing = "" if any(n.startswith("validation_") for n in names) else "; give fit validation=(x, y) for more"
    return unknown("measurement to monitor", name, names) + missing * name.startswith("val")


def require_measurement(training: Training, name: str) -> None:
    """Raise GlassnetError, before the first epoch, unless the training will measure that."""
    if name not in training.measurements:
        raise GlassnetError(_unknown_measurement(name, training.measurements))


def is_larger_better(monitor: str) -> bool:
    """Whether a measurement is better when it is larger: no loss or error is, everything else is, such as accuracy."""
    return not any(word in monitor for word in ("loss", "penalty", "mae", "mse", "mape", "error", "seconds"))


def _direction(monitor: str, larger_is_better: bool | None) -> float:
    """−1 for a measurement that is to rise, 1 for one that is to fall: times this, less is better."""
    if larger_is_better is None:
        larger_is_better = is_larger_better(monitor)
    require_flag(larger_is_better, "larger_is_better")
    return -1.0 if larger_is_better else 1.0


class KeepBest(Callback):
    """The network ends with the weights of the epoch that was the best by one measurement.

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights="zeros"), dtype="float64")
    >>> x, y = [[0.0], [1.0]], [[1.0], [3.0]]
    >>> keeper = gn.KeepBest("loss")
    >>> history = net.fit(x, y, epochs=4, batch_size=2, optimizer=gn.SGD(0.8), callbacks=[keeper])
    >>> [round(value, 2) for value in history["loss"]], keeper.epoch
    ([5.0, 5.8, 6.86, 8.17], 1)
    >>> round(net.loss(x, y), 2)  # the loss of an epoch is measured before its last step
    5.8
    """

    restore_best = True

    @in_our_words
    def __init__(self, monitor: str = "validation_loss", larger_is_better: bool | None = None) -> None:
        self.monitor = monitor
        self.sign = _direction(monitor, larger_is_better)
        self.best, self.epoch = np.inf, 0
        self.arrays: dict[str, Array] = {}

    def on_begin(self, training: Training, epochs: int) -> None:
        require_measurement(training, self.monitor)
        if training.resumed is None:
            self.best, self.epoch, self.arrays = np.inf, training.position["epoch"], {}

    def on_epoch(self, training: Training, row: Mapping[str, float]) -> None:
        self.improved(training, row, 0.0)

    def improved(self, training: Training, row: Mapping[str, float], minimum_change: float) -> bool:
        """Whether this epoch is the best so far; if so its weights are kept."""
        value = self.sign * measurement(row, self.monitor)
        if not value < self.best - minimum_change:
            return False
        arrays = training.network.arrays()  # first of all: an interruption must find epoch and arrays of one kind
        self.best, self.epoch, self.arrays = value, training.position["epoch"], arrays
        return True

    def put_back(self, training: Training) -> bool:
        """Give the network the best weights; False where no epoch has been finished yet."""
        if self.arrays:
            training.go_back(self.arrays, self.epoch, self.monitor)
        return bool(self.arrays)

    keeps_weights = True

    def settings(self) -> dict[str, Any]:
        return {"monitor": self.monitor, "larger_is_better": self.sign < 0}

    def state(self) -> dict[str, Array]:
        kept = {f"arrays/{name}": array for name, array in self.arrays.items()}
        return {"best": np.array(self.best), "epoch": np.array(self.epoch), **kept}

    def restore(self, state: Mapping[str, Array]) -> None:
        self.best, self.epoch = float(state["best"]), int(state["epoch"])
        self.arrays = under("arrays/", state)


class EarlyStopping(KeepBest):
    """Stop when a measurement has not improved for ``patience`` epochs, and go back to the weights of the best.

    Args:
        monitor: any measurement of the history, such as "validation_loss" or "validation_accuracy".
        patience: how many epochs without improvement are allowed.
        minimum_change: by how much it must improve to count.
        restore_best: whether the network ends with the weights of the best epoch.
        larger_is_better: None decides by the name: losses and errors are to fall, all else is to rise.

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights="zeros"), dtype="float64")
    >>> x, y = [[0.0], [1.0]], [[1.0], [3.0]]
    >>> stopping = gn.EarlyStopping(patience=2)
    >>> held_out = ([[1.0]], [[2.0]])  # on the way to 3, the output passes 2
    >>> history = net.fit(x, y, epochs=50, optimizer=gn.SGD(0.05), validation=held_out, callbacks=[stopping])
    >>> history.stopped
    'validation_loss has not improved since epoch 10'
    >>> net([1.0]).round(1)
    array([2.])
    """

    @in_our_words
    def __init__(
        self,
        monitor: str = "validation_loss",
        patience: int = 5,
        minimum_change: float = 0.0,
        restore_best: bool = True,
        larger_is_better: bool | None = None,
    ) -> None:
        super().__init__(monitor, larger_is_better)
        require_count(patience, "patience")
        require_number(minimum_change, "minimum_change", 0)
        require_flag(restore_best, "restore_best")
        self.patience, self.minimum_change, self.restore_best = patience, minimum_change, restore_best

    def settings(self) -> dict[str, Any]:
        own = {"patience": self.patience, "minimum_change": self.minimum_change, "restore_best": self.restore_best}
        return {**super().settings(), **own}

    def on_epoch(self, training: Training, row: Mapping[str, float]) -> None:
        if self.improved(training, row, self.minimum_change):
            return
        if training.position["epoch"] - self.epoch >= self.patience:
            training.stop = f"{self.monitor} has not improved since epoch {self.epoch}"


class ReduceOnPlateau(Callback):
    """Multiply the learning rate by ``factor`` when a measurement has not improved for ``patience`` epochs.

    It is never less than ``smallest`` of what it was; an improvement must be more than ``minimum_change``.

    >>> import glassnet as gn
    >>> class Show(gn.Callback):
    ...     def on_epoch(self, training, row):
    ...         print(row["loss"], round(training.learning_rate_factor, 6))
    >>> net = gn.Network(1, gn.Dense(1, weights="zeros"))
    >>> plateau = gn.ReduceOnPlateau("loss", factor=0.5, patience=2)
    >>> history = net.fit([[1.0]], [[0.0]], epochs=5, callbacks=[plateau, Show()])  # the loss is 0 from the start
    0.0 1.0
    0.0 1.0
    0.0 0.5
    0.0 0.5
    0.0 0.25
    """

    @in_our_words
    def __init__(
        self,
        monitor: str = "validation_loss",
        factor: float = 0.1,
        patience: int = 3,
        minimum_change: float = 1e-4,
        smallest: float = 0.0,
        larger_is_better: bool | None = None,
    ) -> None:
        require_count(patience, "patience")
        require_number(factor, "factor", 0, 1, open_low=True)
        require_number(minimum_change, "minimum_change", 0)
        require_number(smallest, "smallest", 0, 1)
        self.monitor, self.factor, self.patience = monitor, factor, patience
        self.minimum_change, self.smallest = minimum_change, smallest
        self.sign = _direction(monitor, larger_is_better)
        self.best, self.waited = np.inf, 0

    def on_begin(self, training: Training, epochs: int) -> None:
        require_measurement(training, self.monitor)
        if training.resumed is None:
            self.best, self.waited = np.inf, 0

    def on_epoch(self, training: Training, row: Mapping[str, float]) -> None:
        value = self.sign * measurement(row, self.monitor)
        if value < self.best - self.minimum_change:
            self.best, self.waited = value, 0
            return
        self.waited += 1
        if self.waited >= self.patience:
            training.learning_rate_factor = max(training.learning_rate_factor * self.factor, self.smallest)
            self.waited = 0

    def settings(self) -> dict[str, Any]:
        names = ("monitor", "factor", "patience", "minimum_change", "smallest")
        return {**{name: getattr(self, name) for name in names}, "larger_is_better": self.sign < 0}

    def state(self) -> dict[str, Array]:
        return {"best": np.array(self.best), "waited": np.array(self.waited)}

    def restore(self, state: Mapping[str, Array]) -> None:
        self.best, self.waited = float(state["best"]), int(state["waited"])


def best_by_default(has_validation: bool) -> KeepBest:
    """The best weights that every training keeps, in case it is interrupted or diverges."""
    best = KeepBest("validation_loss" if has_validation else "loss")
    best.restore_best = False
    return best


def check_callbacks(callbacks: object) -> list[Callback]:
    """The callbacks as a list, each of them one."""
    given: list[Any] = list(callbacks) if isinstance(callbacks, list | tuple) else [callbacks]
    for callback in given:
        require(isinstance(callback, Callback), f"callbacks must be Callback objects, got {callback!r}")
        for name in ("settings", "state", "restore"):
            is_method = callable(getattr(callback, name))
            require(is_method, f"{type(callback).__name__}.{name} is a method of callbacks; give yours another name")
    return given
