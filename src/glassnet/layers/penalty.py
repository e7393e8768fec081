"""Penalties that keep parameters small: terms added to the loss."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet import ops
from glassnet.ir.graph import Var, operand
from glassnet.ir.require import require_number
from glassnet.ir.specification import Specification


@dataclass(frozen=True)
class Penalty(Specification, family="penalty", member=True):
    """l1 · Σ|w| + l2 · Σw², added to the loss (the gradient of the second is 2 · l2 · w, as in the book and in Keras).

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Dense(1, weights=[[1.0], [-2.0]], weights_penalty=gn.Penalty(l2=0.1)), dtype="float64")
    >>> net.penalty()
    0.5
    """

    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        require_number(self.l1, "the L1 penalty", 0)
        require_number(self.l2, "the L2 penalty", 0)

    def __call__(self, w: Var) -> Var:
        total = operand(0.0, w.dtype)
        if self.l1:
            total = total + self.l1 * ops.named(ops.sum(ops.absolute(w)), name="sum of sizes")
        if self.l2:
            total = total + self.l2 * ops.named(ops.sum(w**2), name="sum of squares")
        return total
