"""Lion: only the sign of the momentum counts."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.ir.graph import Var
from glassnet.ir.require import require_number
from glassnet.ir.trace import rate, recall, remember
from glassnet.ops import named, sign
from glassnet.train.optimizers.optimizer import Optimizer, require_share
from glassnet.train.schedules import Schedule


@dataclass(frozen=True)
class Lion(Optimizer):
    """Every weight moves by the learning rate, up or down (Chen et al. 2023, algorithm 2).

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=None), dtype="float64")
    >>> for _ in range(2):  # the loss is w², its gradient 2w
    ...     loss = net.train_on_batch([[1.0]], [[0.0]], optimizer=gn.Lion(0.1))
    ...     print(round(net.parameters["dense_1.weights"].item(), 6))
    0.9
    0.8
    """

    learning_rate: float | Schedule = 1e-4
    beta_1: float = 0.9
    beta_2: float = 0.99
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(self.beta_1, "the beta_1 of Lion")
        require_share(self.beta_2, "the beta_2 of Lion")
        require_number(self.weight_decay, "the weight decay of Lion", 0)

    def update(self, w: Var, g: Var, step: Var) -> Var:
        m = recall("m", like=w)
        direction = named(sign(self.beta_1 * m + (1 - self.beta_1) * g), name="direction")
        remember("m", self.beta_2 * m + (1 - self.beta_2) * g)
        return w - rate(self.learning_rate, step) * (direction + self.weight_decay * w)
