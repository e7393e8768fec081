"""Muon: weight matrices move by an orthogonalised momentum."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt as root

from glassnet.ir.graph import Var
from glassnet.ir.require import require_number
from glassnet.ir.trace import rate, recall, remember
from glassnet.ops import named, norm, transpose
from glassnet.train.optimizers.adam import AdamW
from glassnet.train.optimizers.optimizer import Optimizer, require_share
from glassnet.train.schedules import Schedule


@dataclass(frozen=True)
class Muon(Optimizer):
    """Matrices step by their Nesterov momentum made orthogonal; everything else is left to AdamW (Jordan et al. 2024).

    Making orthogonal means setting all singular values near 1, by five Newton–Schulz steps. The step is scaled by
    √max(1, units / inputs). ``other`` is the rule for parameters that are not matrices, such as biases.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> net = gn.Network(2, gn.Dense(3, weights=np.zeros((2, 3))), dtype="float64")
    >>> loss = net.train_on_batch([[1, 2], [3, -1]], [[1, 5, 2], [3, 1, -4]], optimizer=gn.Muon(0.1))
    >>> np.linalg.svd(net.parameters["dense_1.weights"])[1].round(1)  # all near 0.1 √(3 / 2)
    array([0.1, 0.1])
    """

    learning_rate: float | Schedule = 0.02
    momentum: float = 0.95
    weight_decay: float = 0.0
    other: Optimizer = AdamW(1e-3)

    def __post_init__(self) -> None:
        super().__post_init__()
        require_share(self.momentum, "the momentum of Muon")
        require_number(self.weight_decay, "the weight decay of Muon", 0)

    def update(self, w: Var, g: Var, step: Var) -> Var:
        if len(w.shape) != 2:
            return self.other.update(w, g, step)
        m = remember("m", self.momentum * recall("m", like=w) + (1 - self.momentum) * g)
        ahead = named(self.momentum * m + (1 - self.momentum) * g, name="Nesterov momentum")
        direction = named(orthogonalized(ahead), name="direction")
        inputs, units = w.shape
        assert isinstance(inputs, int)
        assert isinstance(units, int)
        scale = root(max(1.0, units / inputs))
        return w - rate(self.learning_rate, step) * (scale * direction + self.weight_decay * w)


def orthogonalized(x: Var) -> Var:
    """The matrix with the same singular vectors and all singular values near 1: quintic Newton–Schulz."""
    tall = x.shape[0] > x.shape[1]  # type: ignore[operator]
    x = transpose(x) if tall else x
    x = named(x / named(norm(x) + 1e-7, name="length of the momentum"), name="X0")
    for i in range(5):
        a = named(x @ transpose(x), name=f"A{i}")
        b = named(-4.7750 * a + 2.0315 * named(a @ a, name=f"A{i}²"), name=f"B{i}")
        x = named(3.4445 * x + b @ x, name=f"X{i + 1}")
    return transpose(x) if tall else x
