"""A table of learned rows, looked up by whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet import ops
from glassnet.ir.graph import Var
from glassnet.ir.require import require_count
from glassnet.ir.trace import parameter
from glassnet.layers.initializers import Initializer, Uniform, initializer
from glassnet.layers.layer import Layer


@dataclass(frozen=True)
class Embedding(Layer):
    """Whole numbers 0..entries − 1 replaced by rows of ``units`` learned numbers: (t,) becomes (t, units).

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Embedding(3, 2, weights=[[0, 1], [2, 3], [4, 5]]))
    >>> net([2, 0])
    array([[4., 5.],
           [0., 1.]], dtype=float32)
    """

    entries: int
    units: int
    weights: Initializer | str = Uniform()

    def __post_init__(self) -> None:
        for field in ("entries", "units"):
            count = require_count(getattr(self, field), f"the number of {field} of Embedding")
            object.__setattr__(self, field, count)
        object.__setattr__(self, "weights", initializer(self.weights, "weights"))

    def __call__(self, x: Var) -> Var:
        table = parameter("weights", (self.entries, self.units), initializer(self.weights, "weights"))
        return ops.take(table, ops.cast(x, dtype="int64"))
