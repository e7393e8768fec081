"""What can be worked out by hand: small networks of Dense layers, with numbers of few decimals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.layers import activations
from glassnet.layers.dense import Dense
from glassnet.layers.layer import Layer
from glassnet.network import Network
from glassnet.practice.arithmetic import NOISE
from glassnet.words import joined

MOST_NUMBERS = 80  # weights and biases
DECIMALS = 3  # of weights, at most
ROUNDED = 2  # decimals of those that have more
RULES = {
    activations.Linear: "",
    activations.Relu: "relu(z) = z where z > 0, else 0",
    activations.Sigmoid: "sigmoid(z) = 1 / (1 + exp(-z))",
    activations.Tanh: "tanh(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z))",
    activations.Softmax: "softmax(z) = exp(z), divided by the sum of exp of all neurons of the layer",
}
"""The activations that one works out by hand, each with its rule."""


def rules_of(network: Network) -> list[str]:
    """The rule of each activation in a network of Dense layers."""
    found = dict.fromkeys(_rule(layer) for layer in network.root.layers)
    return [rule for rule in found if rule]


def _rule(layer: Layer) -> str | None:
    """The rule of its activation, empty for linear ones; None where it is not one that is worked out by hand."""
    activation = layer.activation if isinstance(layer, Dense) else None
    return next((rule for kind, rule in RULES.items() if type(activation) is kind), None)


def require_by_hand(network: Network) -> None:
    """Raise GlassnetError unless a network can be worked through by hand.

    It cannot where it is too large, made of other layers or activations, or has weights that are not finite.
    """
    count = network.parameters.buffer.size
    require(
        count <= MOST_NUMBERS,
        f"the network has {count:,} weights and biases; by hand, at most {MOST_NUMBERS} can be worked through",
    )
    require(len(network.input_shape) == 1, f"practice takes inputs in a row, got the shape {network.input_shape}")
    for layer in network.root.layers:
        _require_known(layer)
    for name, array in network.parameters.items():
        require(bool(np.isfinite(array).all()), f"one works out finite numbers, and {name} has others")


def rounded(network: Network) -> tuple[Network, list[str]]:
    """The network for work by hand, and what has to be said of it: its weights are rounded where they are long."""
    is_short = all(_has_decimals(array, DECIMALS) for array in network.parameters.values())
    if is_short and network.dtype == "float64":
        return network, []
    decimals = DECIMALS if is_short else ROUNDED
    arrays = {name: np.asarray(array, np.float64) for name, array in network.parameters.items()}
    paths = dict.fromkeys(name.rpartition(".")[0] for name in arrays)
    layers = [_rounded(layer, path, arrays, decimals) for layer, path in zip(network.root.layers, paths, strict=True)]
    short = Network(network.input_shape, *layers, dtype="float64")
    short.labels, short.encoding = network.labels, network.encoding
    return short, [] if is_short else [f"weights and biases are rounded to {ROUNDED} decimals"]


def _require_known(layer: Layer) -> None:
    kind = type(layer).__name__
    require(isinstance(layer, Dense), f"practice takes networks of Dense layers; this one has a layer {kind}")
    assert isinstance(layer, Dense)
    names = joined(kind.__name__.lower() for kind in RULES)
    require(_rule(layer) is not None, f"the activations that practice knows are {names}, got {layer.activation}")
    penalised = layer.weights_penalty is not None or layer.biases_penalty is not None
    require(
        not penalised, f"practice takes layers without a penalty, got {layer.weights_penalty or layer.biases_penalty}"
    )


def _has_decimals(array: Array, decimals: int) -> bool:
    """Whether the numbers have so many decimals, but for what float32 or training leave behind."""
    precision = NOISE if array.dtype == np.float64 else 6
    return bool(np.all(np.round(array, decimals) == np.round(array, precision)))


def _rounded(layer: Layer, path: str, arrays: dict[str, Array], decimals: int) -> Dense:
    assert isinstance(layer, Dense)
    biases = arrays.get(f"{path}.biases")
    return replace(
        layer,
        weights=(np.round(arrays[f"{path}.weights"], decimals) + 0.0).tolist(),
        biases=None if biases is None else (np.round(biases, decimals) + 0.0).tolist(),
    )
