"""Layers that act in training only: dropout and noise. Afterwards they pass on their inputs as they are."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet import ops
from glassnet.ir.graph import Var
from glassnet.ir.require import require_number
from glassnet.ir.trace import is_training
from glassnet.layers.layer import Layer


@dataclass(frozen=True)
class Dropout(Layer):
    """While training, each number is set to 0 with probability ``rate``; the others grow by 1 / (1 − rate).

    Srivastava et al. 2014, in its "inverted" form: afterwards the layer simply isn't there.

    >>> import glassnet as gn
    >>> gn.Network(3, gn.Dropout(0.5))([1, 2, 3])
    array([1., 2., 3.], dtype=float32)
    """

    rate: float

    def __post_init__(self) -> None:
        require_number(self.rate, "the rate of Dropout", 0, 0.999)

    def __call__(self, x: Var) -> Var:
        if not is_training() or not self.rate:
            return x
        kept = ops.named(ops.greater_equal(ops.uniform(x), self.rate), name="kept")
        return x * kept / (1 - self.rate)


@dataclass(frozen=True)
class GaussianNoise(Layer):
    """While training, adds normal noise of this standard deviation (Sietsma & Dow 1991).

    >>> import glassnet as gn
    >>> gn.Network(3, gn.GaussianNoise(0.1))([1, 2, 3])
    array([1., 2., 3.], dtype=float32)
    """

    deviation: float

    def __post_init__(self) -> None:
        require_number(self.deviation, "the standard deviation of GaussianNoise", 0)

    def __call__(self, x: Var) -> Var:
        return x + self.deviation * ops.named(ops.normal(x), name="noise") if is_training() else x
