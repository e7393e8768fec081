"""A table of learned rows, looked up by whole numbers; and the same table used the other way round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet import ops
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var
from glassnet.ir.require import require, require_count
from glassnet.ir.trace import current, parameter
from glassnet.ir.types import Array
from glassnet.layers.activations import ActivationFunction, Linear, activation_function
from glassnet.layers.initializers import Initializer, Uniform, initializer
from glassnet.layers.layer import Layer, describe_layer, input_error
from glassnet.words import unknown


@dataclass(frozen=True)
class Embedding(Layer):
    """Whole numbers 0..entries − 1 replaced by rows of ``units`` learned numbers: (t,) becomes (t, units).

    Inputs that are no such numbers, 0.5 or True, are refused.

    Args:
        entries: how many rows there are; units: the numbers of each.
        weights: the first rows, (entries, units): an initializer, its name, or the numbers.
        mask: the number that stands for padding. It gives zeros, whatever its row, so a layer behind passes over it
            with ``mask=0.0``.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Embedding(3, 2, weights=[[0, 1], [2, 3], [4, 5]]))
    >>> net([2, 0])
    array([[4., 5.],
           [0., 1.]], dtype=float32)
    >>> net = gn.Network((None,), gn.Embedding(3, 2, mask=0), gn.GRU(4, mask=0.0))
    >>> bool((net([1, 2, 0, 0]) == net([1, 2])).all())
    True
    """

    entries: int
    units: int
    weights: Initializer | str | Sequence[Any] | Array = Uniform()
    mask: int | None = None

    def __post_init__(self) -> None:
        for field in ("entries", "units"):
            count = require_count(getattr(self, field), f"the number of {field} of Embedding")
            object.__setattr__(self, field, count)
        object.__setattr__(self, "weights", initializer(self.weights, "weights"))
        if self.mask is not None:
            fits = isinstance(self.mask, int | np.integer) and not isinstance(self.mask, bool)
            last = self.entries - 1
            require(
                fits and 0 <= self.mask <= last,
                f"the mask of Embedding must be a whole number from 0 to {last}, got {self.mask!r}",
            )
            object.__setattr__(self, "mask", int(self.mask))

    def __call__(self, x: Var) -> Var:
        table = parameter("weights", (self.entries, self.units), initializer(self.weights, "weights"))
        rows = ops.take(table, ops.cast(x, dtype="int64"))
        if self.mask is None:
            return rows
        return rows * ops.reshape(1 - ops.equal(x, self.mask), shape=(*x.shape, 1))


@dataclass(frozen=True)
class Unembedding(Layer):
    """A score for each entry of an embedding: y = activation(x tableᵀ + biases), by the table of an earlier Embedding.

    The two layers share one table ("weight tying", Press & Wolf 2017), which gets the gradients of both. The table has
    the Embedding's name, and is frozen with it.

    Args:
        embedding: the name of the Embedding, as in ``net.layers``.
        activation: a name or an activation function.
        biases: the first biases, one an entry: an initializer, its name, or the numbers; None for none.

    Raises:
        GlassnetError: there is no Embedding of that name before it, or its rows have another length.

    >>> import glassnet as gn
    >>> table = [[1, 0], [0, 2], [3, 3]]
    >>> net = gn.Network(1, gn.Embedding(3, 2, weights=table), gn.Unembedding("embedding_1"))
    >>> net([1])  # the row [0, 2] times each row
    array([[0., 4., 6.]], dtype=float32)
    >>> list(net.parameters)
    ['embedding_1.weights']
    """

    embedding: str
    activation: str | ActivationFunction = Linear()
    biases: Initializer | str | Sequence[Any] | Array | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", activation_function(self.activation))
        if self.biases is not None:
            object.__setattr__(self, "biases", initializer(self.biases, "biases"))

    def __call__(self, x: Var) -> Var:
        table = self._table()
        if x.shape[-1] != table.shape[1]:
            raise input_error(self, f"{table.shape[1]} numbers along its last axis, as the rows of the embedding", x)
        y = x @ ops.transpose(table)
        if self.biases is not None:
            y = y + parameter("biases", (table.shape[0],), initializer(self.biases, "biases"))
        return activation_function(self.activation)(y)

    def _table(self) -> Var:
        """The table of the Embedding of that name."""
        before = {name: layer for name, layer in current().layers.items() if isinstance(layer, Embedding)}
        require(bool(before), f"{describe_layer(self)} needs an Embedding before it, whose table it uses")
        if self.embedding not in before:
            raise GlassnetError(f"{describe_layer(self)}: {unknown('embedding', str(self.embedding), before)}")
        return current().parameters[f"{self.embedding}.weights"].var
