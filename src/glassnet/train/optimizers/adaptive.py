"""Optimisers that divide each gradient by its own usual size: Adagrad, Adadelta, RMSprop."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.ir.graph import Var
from glassnet.ir.require import require_number
from glassnet.ir.trace import rate, recall, remember
from glassnet.ops import named, sqrt
from glassnet.train.optimizers.optimizer import Optimizer, require_share
from glassnet.train.schedules import Schedule


@dataclass(frozen=True)
class Adagrad(Optimizer):
    """Steps shrink with the sum of all squared gradients so far, from 0 (Duchi, Hazan & Singer 2011).

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    >>> for _ in range(2):  # the loss is w², its gradient 2w
    ...     loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=gn.Adagrad(0.1))
    ...     print(round(net.parameters["dense_1.weights"].item(), 6))
    0.9
    0.833104
    """

    learning_rate: float | Schedule = 0.01
    epsilon: float = 1e-7

    def __post_init__(self) -> None:
        super().__post_init__()
        require_number(self.epsilon, "the epsilon of Adagrad", 0)

    def update(self, w: Var, g: Var, step: Var) -> Var:
        s = remember("s", recall("s", like=w) + g**2)
        return w - rate(self.learning_rate, step) * g / (sqrt(s) + self.epsilon)


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """Gradients divided by the root of the running mean of their squares, √v + ε (Tieleman & Hinton 2012).

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    >>> for _ in range(2):  # the loss is w², its gradient 2w
    ...     loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=gn.RMSprop(0.1))
    ...     print(round(net.parameters["dense_1.weights"].item(), 6))
    0.683772
    0.498871
    """

    learning_rate: float | Schedule = 1e-3
    rho: float = 0.9
    epsilon: float = 1e-7
    momentum: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(self.rho, "the rho of RMSprop")
        require_share(self.momentum, "the momentum of RMSprop")
        require_number(self.epsilon, "the epsilon of RMSprop", 0)

    def update(self, w: Var, g: Var, step: Var) -> Var:
        v = remember("v", self.rho * recall("v", like=w) + (1 - self.rho) * g**2)
        scaled = named(g / (sqrt(v) + self.epsilon), name="scaled gradient")
        if self.momentum:
            scaled = remember("momentum", self.momentum * recall("momentum", like=w) + scaled)
        return w - rate(self.learning_rate, step) * scaled


@dataclass(frozen=True)
class Adadelta(Optimizer):
    """Like RMSprop, with steps in the weights' own units (Zeiler 2012).

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    >>> for _ in range(2):  # the loss is w², its gradient 2w
    ...     loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=gn.Adadelta())
    ...     print(round(net.parameters["dense_1.weights"].item(), 6))
    0.996838
    0.993598
    """

    learning_rate: float | Schedule = 1.0
    rho: float = 0.9
    epsilon: float = 1e-6

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(self.rho, "the rho of Adadelta")
        require_number(self.epsilon, "the epsilon of Adadelta", 0)

    def update(self, w: Var, g: Var, step: Var) -> Var:
        v = remember("v", self.rho * recall("v", like=w) + (1 - self.rho) * g**2)
        moved = recall("moved", like=w)
        delta = named(sqrt(moved + self.epsilon) / sqrt(v + self.epsilon) * g, name="Δ")
        remember("moved", self.rho * moved + (1 - self.rho) * delta**2)
        return w - rate(self.learning_rate, step) * delta
