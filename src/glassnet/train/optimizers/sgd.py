"""Stochastic gradient descent, plain, with momentum, and with Nesterov's momentum."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.ir.graph import Var
from glassnet.ir.require import require, require_flag
from glassnet.ir.trace import rate, recall, remember
from glassnet.ops import named
from glassnet.train.optimizers.optimizer import Optimizer, require_share
from glassnet.train.schedules import Schedule


@dataclass(frozen=True)
class SGD(Optimizer):
    """w − learning_rate · v, with v = momentum · v + g (Polyak 1964; nesterov: Sutskever et al. 2013).

    The learning rate multiplies the velocity when it is used, as in PyTorch. (The book and Keras keep learning_rate · g
    in the velocity: the same under a constant rate, not under a schedule.)

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    >>> for _ in range(2):  # the loss is w², its gradient 2w
    ...     loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=gn.SGD(0.1, momentum=0.9))
    ...     print(round(net.parameters["dense_1.weights"].item(), 6))
    0.8
    0.46
    """

    learning_rate: float | Schedule = 0.01
    momentum: float = 0.0
    nesterov: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(self.momentum, "the momentum of SGD")
        require_flag(self.nesterov, "nesterov")
        require(not self.nesterov or self.momentum > 0, "SGD with nesterov=True needs a momentum above 0, such as 0.9")

    def update(self, w: Var, g: Var, step: Var) -> Var:
        if self.momentum:
            v = remember("v", self.momentum * recall("v", like=w) + g)
            g = named(g + self.momentum * v, name="direction") if self.nesterov else v
        return w - rate(self.learning_rate, step) * g
