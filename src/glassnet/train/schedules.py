"""Schedules: how the learning rate changes with the steps. A plain number is the constant schedule.

>>> import glassnet as gn
>>> net = gn.Network(1, gn.Dense(1, weights=[[0.0]], biases=None), dtype="float64")
>>> halving = gn.SGD(gn.schedules.ExponentialDecay(0.25, factor=0.5, every=1))  # 0.25, 0.125, …
>>> for _ in range(2):
...     loss = net.train_on_batch([[1.0]], [[1.0]], optimizer=halving)
...     print(net.parameters["dense_1.weights"].item())
0.5
0.625
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi

from glassnet import ops
from glassnet.ir.elsewhere import face
from glassnet.ir.graph import Var
from glassnet.ir.require import require, require_count, require_flag, require_number
from glassnet.ir.specification import Specification

__all__ = [
    "CosineDecay",
    "ExponentialDecay",
    "InverseTimeDecay",
    "OneCycle",
    "PolynomialDecay",
    "Schedule",
    "StepDecay",
    "WarmUp",
]
__getattr__, __dir__ = face("schedules", __all__)


@dataclass(frozen=True)
class Schedule(Specification, family="schedule"):
    """``schedule(t)`` is the learning rate after t steps (t = 0 at the first), written in operations.

    It stands wherever a learning rate is expected; the steps are those of the optimiser (batches, not epochs).

    >>> import glassnet as gn
    >>> x, y = gn.data.sine(100)
    >>> net = gn.Network(1, gn.Dense(8, "tanh"), gn.Dense(1))
    >>> history = net.fit(x, y, epochs=2, optimizer=gn.SGD(gn.InverseTimeDecay(0.1, decay=1e-3)))
    """

    def __call__(self, t: Var) -> Var:
        raise NotImplementedError

    def _check_rate(self, value: float) -> None:
        require_number(value, f"the learning rate of {type(self).__name__}", 0, open_low=True)


@dataclass(frozen=True)
class StepDecay(Schedule):
    """initial · factor^⌊t / every⌋: multiplied by ``factor`` after every so many steps.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> from glassnet.readings import value
    >>> value(gn.StepDecay(0.1, every=10, factor=0.5)(np.array([0, 9, 10, 20]))).round(6)
    array([0.1  , 0.1  , 0.05 , 0.025])
    """

    initial: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        self._check_rate(self.initial)
        require_count(self.every, "every")
        require_number(self.factor, "the factor", 0, open_low=True)

    def __call__(self, t: Var) -> Var:
        return self.initial * self.factor ** ops.floor(t / self.every)


@dataclass(frozen=True)
class ExponentialDecay(Schedule):
    """initial · factor^(t / every), smoothly.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> from glassnet.readings import value
    >>> value(gn.ExponentialDecay(0.1, every=10, factor=0.5)(np.array([0, 9, 10, 20]))).round(6)
    array([0.1     , 0.053589, 0.05    , 0.025   ])
    """

    initial: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        self._check_rate(self.initial)
        require_count(self.every, "every")
        require_number(self.factor, "the factor", 0, open_low=True)

    def __call__(self, t: Var) -> Var:
        return self.initial * self.factor ** (t / self.every)


@dataclass(frozen=True)
class InverseTimeDecay(Schedule):
    """initial / (1 + decay · t): the book's decay.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> from glassnet.readings import value
    >>> value(gn.InverseTimeDecay(1.0, decay=0.1)(np.array([0, 9, 10, 20]))).round(6)
    array([1.      , 0.526316, 0.5     , 0.333333])
    """

    initial: float
    decay: float

    def __post_init__(self) -> None:
        self._check_rate(self.initial)
        require_number(self.decay, "the decay", 0)

    def __call__(self, t: Var) -> Var:
        return self.initial / (1 + self.decay * t)


@dataclass(frozen=True)
class PolynomialDecay(Schedule):
    """From initial to final in so many steps, along (1 − t/steps)^power; final from then on.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> from glassnet.readings import value
    >>> value(gn.PolynomialDecay(0.1, steps=20, final=0.01)(np.array([0, 10, 20, 30]))).round(6)
    array([0.1  , 0.055, 0.01 , 0.01 ])
    """

    initial: float
    steps: int
    final: float = 0.0
    power: float = 1.0

    def __post_init__(self) -> None:
        self._check_rate(self.initial)
        require_count(self.steps, "steps")
        require_number(self.final, "the final learning rate", 0)
        require_number(self.power, "the power", 0, open_low=True)

    def __call__(self, t: Var) -> Var:
        left = 1 - ops.minimum(t / self.steps, 1.0)
        return self.final + (self.initial - self.final) * left**self.power


@dataclass(frozen=True)
class CosineDecay(Schedule):
    """From initial to final along half a cosine, again and again, each time ``growth`` times longer.

    Loshchilov & Hutter 2017 (SGDR). ``period`` is the number of steps of the first descent; with ``restarts=False``
    it stays at final after that.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> from glassnet.readings import value
    >>> value(gn.CosineDecay(0.1, period=10, restarts=True, growth=2.0)(np.array([0, 5, 9, 10, 20, 30]))).round(6)
    array([0.1     , 0.05    , 0.002447, 0.1     , 0.05    , 0.1     ])
    """

    initial: float
    period: int
    final: float = 0.0
    restarts: bool = False
    growth: float = 1.0

    def __post_init__(self) -> None:
        self._check_rate(self.initial)
        require_count(self.period, "the period")
        require_number(self.final, "the final learning rate", 0)
        require_flag(self.restarts, "restarts")
        require_number(self.growth, "the growth of the period", 1)

    def __call__(self, t: Var) -> Var:
        done = ops.named(self._share_of_descent(t / self.period), name="share of the descent")
        return self.final + 0.5 * (self.initial - self.final) * (1 + ops.cos(pi * done))

    def _share_of_descent(self, periods: Var) -> Var:
        if not self.restarts:
            return ops.minimum(periods, 1.0)
        if self.growth == 1:
            return periods - ops.floor(periods)
        # Descents 0..k−1 take (growthᵏ − 1) / (growth − 1) first periods; a hair more keeps restarts exact.
        k = ops.floor(ops.log(1 + (periods + 1e-12) * (self.growth - 1)) / log(self.growth) + 1e-12)
        k = ops.named(k, name="descents before")
        started = (self.growth**k - 1) / (self.growth - 1)
        return ops.relu(periods - started) / self.growth**k


@dataclass(frozen=True)
class WarmUp(Schedule):
    """Another schedule (or number) reached evenly in so many steps: multiplied by min(1, (t + 1) / steps).

    >>> import glassnet as gn
    >>> import numpy as np
    >>> from glassnet.readings import value
    >>> value(gn.WarmUp(0.1, steps=10)(np.array([0, 4, 9, 20]))).round(6)
    array([0.01, 0.05, 0.1 , 0.1 ])
    """

    then: float | Schedule
    steps: int

    def __post_init__(self) -> None:
        if not isinstance(self.then, Schedule):
            self._check_rate(self.then)
        require_count(self.steps, "steps")

    def __call__(self, t: Var) -> Var:
        target = self.then(t) if isinstance(self.then, Schedule) else self.then
        return ops.minimum((t + 1) / self.steps, 1.0) * target


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Up to peak along a cosine in the first ``rise`` of the steps, then down to nearly nothing (Smith & Topin 2019).

    It starts at peak / start_divisor and ends at peak / start_divisor / end_divisor, as in PyTorch.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> from glassnet.readings import value
    >>> value(gn.OneCycle(1.0, steps=10)(np.array([0, 1, 2, 5, 9]))).round(6)
    array([4.00000e-02, 5.20000e-01, 1.00000e+00, 6.11262e-01, 4.00000e-06])
    """

    peak: float
    steps: int
    rise: float = 0.3
    start_divisor: float = 25.0
    end_divisor: float = 1e4

    def __post_init__(self) -> None:
        self._check_rate(self.peak)
        require_count(self.steps, "steps")
        require_number(self.rise, "the rise", 0, 1)
        require_number(self.start_divisor, "the start divisor", 1)
        require_number(self.end_divisor, "the end divisor", 1)
        require(self.rise * self.steps > 1, "OneCycle needs more than one step to rise; give it more steps")

    def __call__(self, t: Var) -> Var:
        start = self.peak / self.start_divisor
        top, last = self.rise * self.steps - 1, self.steps - 1
        up = self._between(start, self.peak, t / top)
        down = self._between(self.peak, start / self.end_divisor, ops.minimum((t - top) / (last - top), 1.0))
        return ops.where(ops.greater(t, top), down, up)

    @staticmethod
    def _between(a: float, b: float, share: Var) -> Var:
        return b + 0.5 * (a - b) * (1 + ops.cos(pi * share))
