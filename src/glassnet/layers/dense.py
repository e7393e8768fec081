"""The fully connected layer, or, with a mask, any other way of connecting two layers of neurons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var, operand
from glassnet.ir.require import require, require_count
from glassnet.ir.trace import parameter
from glassnet.ir.types import BATCH, Array, Values
from glassnet.layers.activations import ActivationFunction, Linear, activation_function
from glassnet.layers.initializers import GlorotUniform, Initializer, Zeros, initializer
from glassnet.layers.layer import Layer, describe_layer, input_error
from glassnet.layers.penalty import Penalty


@dataclass(frozen=True)
class Dense(Layer):
    """Every input connected to every unit: y = activation(x W + b).

    Args:
        units: the number of outputs.
        activation: a name or an activation function.
        weights: the first weights, of shape (inputs, units): an initializer, its name, or the numbers themselves.
        biases: the first biases, of shape (units,), likewise; None for a layer without biases.
        connected: a 0/1 mask of shape (inputs, units); an edge that is 0 is not there.
        weights_penalty, biases_penalty: what their size adds to the loss.

    Raises:
        GlassnetError: when the numbers do not fit together.

    >>> import glassnet as gn
    >>> layer = gn.Dense(1, weights=[[0.3], [-0.7]], biases=[0.1])
    >>> gn.Network(2, layer, dtype="float64")([0.4, -0.7]).round(2)
    array([0.71])
    """

    units: int
    activation: str | ActivationFunction = Linear()
    weights: Initializer | str | Sequence[Any] | Array = GlorotUniform()
    biases: Initializer | str | Sequence[Any] | Array | None = Zeros()
    connected: Values | Sequence[Any] | Array | None = None
    weights_penalty: Penalty | None = None
    biases_penalty: Penalty | None = None

    def __post_init__(self) -> None:
        _set(self, "units", require_count(self.units, "the number of units of Dense"))
        _set(self, "activation", activation_function(self.activation))
        _set(self, "weights", initializer(self.weights, "weights"))
        if self.biases is not None:
            _set(self, "biases", initializer(self.biases, "biases"))
        if self.connected is not None:
            _set(self, "connected", mask_of(self.connected, "connected"))

    def __call__(self, x: Var) -> Var:
        inputs = x.shape[-1]
        if inputs is BATCH or not isinstance(inputs, int):
            raise input_error(self, "numbers along its last axis", x)
        shape = (inputs, self.units)
        weights = parameter("weights", shape, self._first_weights, self.weights_penalty)
        if isinstance(self.connected, Values):
            self._require_shape("connected", self.connected.array.shape, shape)
            weights = weights * operand(self.connected.array, weights.dtype)
        y = x @ weights
        if self.biases is not None:
            y = y + parameter("biases", (self.units,), self._first_biases, self.biases_penalty)
        return activation_function(self.activation)(y)

    def _first_weights(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        first = initializer(self.weights, "weights")(shape, generator)
        return first * self.connected.array if isinstance(self.connected, Values) else first

    def _first_biases(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        assert self.biases is not None
        return initializer(self.biases, "biases")(shape, generator)

    def _require_shape(self, what: str, given: tuple[int, ...], expected: tuple[int, int]) -> None:
        require(given == expected, f"{describe_layer(self)} expects {what} of shape {expected}, got {given}")


def _set(layer: Dense, field: str, value: object) -> None:
    object.__setattr__(layer, field, value)


def mask_of(given: Values | Sequence[Any] | Array, what: str) -> Values:
    """Rows of 0 and 1 as a setting of a layer; GlassnetError says of ``what`` else it is."""
    try:
        mask = np.array(given.array if isinstance(given, Values) else given, dtype=np.float32)
    except (TypeError, ValueError):
        raise GlassnetError(f"{what} must be rows of 0 and 1 of equal length, got {given!r}") from None
    require(bool(np.isin(mask, (0, 1)).all()) and mask.ndim == 2, f"{what} must be rows of 0 and 1, got {given!r}")
    return Values(mask, "float32")
