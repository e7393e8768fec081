"""An activation as a layer of its own."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.ir.graph import Var
from glassnet.layers.activations import ActivationFunction, activation_function
from glassnet.layers.layer import Layer


@dataclass(frozen=True)
class Activation(Layer):
    """An activation function applied to each unit; the same as a Dense layer's ``activation``, but apart.

    >>> import glassnet as gn
    >>> gn.Network(3, gn.Activation("relu"))([-1, 0, 2])
    array([0., 0., 2.], dtype=float32)
    """

    function: str | ActivationFunction

    def __post_init__(self) -> None:
        object.__setattr__(self, "function", activation_function(self.function))

    def __call__(self, x: Var) -> Var:
        return activation_function(self.function)(x)
