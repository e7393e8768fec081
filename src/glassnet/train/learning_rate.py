"""The learning-rate finder: one short training at ever larger rates (Smith 2017)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.ir.errors import DivergenceError
from glassnet.ir.require import require, require_count, require_number
from glassnet.layers.losses import Loss
from glassnet.model.model import Model
from glassnet.train import loop
from glassnet.train.optimizers import Adam, Optimizer
from glassnet.train.preparation import Preparation
from glassnet.train.step import StepSettings
from glassnet.train.training import Callback, Training
from glassnet.words import counted

if TYPE_CHECKING:
    from glassnet.canvas.figure import ShownFigure


@dataclass(frozen=True)
class LearningRates:
    """What :func:`find_learning_rate` measured: the loss after a step at each rate, and a suggestion.

    >>> import glassnet as gn
    >>> x, y = gn.data.sine(100)
    >>> found = gn.find_learning_rate(gn.Network(1, gn.Dense(8, "tanh"), gn.Dense(1)), x, y, steps=50)
    >>> len(found.rates) == len(found.losses), found.rates[0] <= found.suggestion <= found.rates[-1]
    (True, True)
    """

    rates: list[float]
    losses: list[float]
    suggestion: float

    def __repr__(self) -> str:
        tried = f"{counted(len(self.rates), 'rate')} from {self.rates[0]:.2g} to {self.rates[-1]:.2g}"
        return f"LearningRates(suggestion {self.suggestion:.2g}; {tried}, lowest loss {min(self.losses):.4g})"

    def _repr_png_(self) -> bytes:
        return self.plot()._repr_png_()

    def plot(self, path: str | Path | None = None) -> ShownFigure:
        """Draw the loss against the learning rate, with the suggestion; save it where a path is given."""
        from glassnet.canvas.colors import LIGHT
        from glassnet.canvas.plots import new_figure, save_figure

        with new_figure(LIGHT, (6, 4)) as figure:
            axes = figure.subplots()
            axes.semilogx(self.rates, self.losses)
            label = f"suggestion {self.suggestion:.2g}"
            axes.axvline(self.suggestion, color=LIGHT.negative, linestyle="--", label=label)
            axes.set(xlabel="learning rate", ylabel="loss", title="Learning-rate finder")
            axes.legend()
        return save_figure(figure, path)


class _Sweep(Callback):
    """Multiplies the learning rate after each step, and notes the loss of the same samples each time.

    The loss of each batch in turn would be mostly noise; a mean of it that is smooth enough lags behind.
    """

    def __init__(self, low: float, high: float, steps: int) -> None:
        self.rates = np.geomspace(low, high, steps)
        self.losses: list[float] = []

    def on_begin(self, training: Training, epochs: int) -> None:
        training.learning_rate_factor = float(self.rates[0])

    def on_step(self, training: Training, measured: Any) -> None:
        loss = training.loss_with(training.network.arrays())
        if np.isfinite(loss):
            self.losses.append(loss)
        if not np.isfinite(loss) or len(self.losses) == len(self.rates) or loss > 4 * min(self.losses):
            training.stop_now = "the learning rate has been through its range, or is too large"
        else:
            training.learning_rate_factor = float(self.rates[len(self.losses)])


def find_learning_rate(
    network: Model,
    x: Any,
    y: Any,
    *,
    batch_size: int = 32,
    optimizer: str | Optimizer = Adam(),
    loss: str | Loss | None = None,
    low: float = 1e-6,
    high: float = 1.0,
    steps: int = 100,
) -> LearningRates:
    """Train for a few steps while the learning rate grows from low to high; the network is left as it was.

    The suggestion is a tenth of the rate at which the loss is lowest: just before it, steps are already too long. The
    optimiser's own learning rate plays no part.

    >>> import glassnet as gn
    >>> x, y = gn.data.spiral(samples=50)
    >>> found = gn.find_learning_rate(gn.Network(2, gn.Dense(16, "relu"), gn.Dense(3, "softmax")), x, y)
    >>> 1e-5 < found.suggestion < 1
    True
    """
    require_number(low, "low", 0, open_low=True)
    require(high > low, f"high must be more than low ({low:g}), got {high!r}")
    require_count(steps, "steps")
    unit = replace(Optimizer.of(optimizer), learning_rate=1.0)
    settings = StepSettings(network.loss_of(loss), unit)
    batches, _ = Preparation(network, settings.loss).batches(x, y, batch_size)
    sweep, before = _Sweep(low, high, steps), network.arrays()
    try:
        history = loop.run(Training(network, settings, batches.sample(), engine="numpy"), batches, steps, None, [sweep])
        if history.signal:
            raise KeyboardInterrupt
    except DivergenceError:
        pass
    finally:
        network.assign(before)
    rates = sweep.rates[: len(sweep.losses)]
    require(len(rates) > 2, f"the loss is not finite even at the learning rate {low:g}; give a lower low")
    return LearningRates(rates.tolist(), sweep.losses, float(rates[int(np.argmin(sweep.losses))]) / 10)
