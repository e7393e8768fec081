"""The layers of a small network edited: other sizes and activations, more or fewer. What stays keeps its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from string import ascii_lowercase
from typing import Any

import numpy as np

from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.layers.activations import ActivationFunction, activation_function
from glassnet.layers.dense import Dense
from glassnet.network import Network
from glassnet.words import counted, unknown, words_of

MOST_NEURONS, MOST_LAYERS, MOST_NUMBERS = 24, 8, 500
"""Of a layer, of a network, and of weights and biases together: a network that an address can hold."""
NOT_OFFERED = ("prelu", "custom")
"""Activations with numbers or code of their own."""


@dataclass(frozen=True, eq=False)
class Row:
    """A layer with its numbers."""

    name: str
    activation: ActivationFunction
    weights: Array
    biases: Array

    @property
    def units(self) -> int:
        return len(self.biases)


def activations() -> tuple[str, ...]:
    """The names of the activations that can be chosen."""
    names = (words_of(member.__name__, "_") for member in ActivationFunction.known.values())
    return tuple(name for name in names if name not in NOT_OFFERED)


def name_of(activation: object) -> str:
    return words_of(type(activation).__name__, "_")


def why_fixed(network: Network) -> str:
    """Why the layers of a network cannot be edited here, in words; "" where they can."""
    if len(network.input_shape) != 1 or not all(isinstance(one, Dense) for one in network.root.layers):
        return "only networks of fully connected layers can be given other layers here"
    if any(one.biases is None or one.connected is not None for one in network.root.layers):  # type: ignore[attr-defined]
        return "a network without biases, or with edges left out, keeps its layers here"
    if set(network.parameters) != {f"{path}.{what}" for path in network.layers for what in ("weights", "biases")}:
        return "a network with numbers besides weights and biases keeps its layers here"
    if any(sign in path for path in network.layers for sign in ":;"):
        return "a network whose layers have : or ; in their names keeps its layers here"
    count = sum(array.size for array in network.parameters.values())
    return "" if count <= MOST_NUMBERS else f"a network of {count:,} weights and biases keeps its layers here"


def rows_of(network: Network) -> list[Row]:
    """The layers with their numbers.

    Raises:
        GlassnetError: the network cannot be edited so.
    """
    require(not (reason := why_fixed(network)), reason)
    return [
        Row(path, layer.activation, network.parameters[f"{path}.weights"], network.parameters[f"{path}.biases"])  # type: ignore[attr-defined]
        for path, layer in network.layers.items()
    ]


def network_of(rows: Sequence[Row], dtype: str) -> Network:
    """The network of these layers."""
    require(1 <= len(rows) <= MOST_LAYERS, f"a network has 1 to {MOST_LAYERS} layers here, not {len(rows)}")
    for size in (len(rows[0].weights), *(row.units for row in rows)):
        require(1 <= size <= MOST_NEURONS, f"a layer has 1 to {MOST_NEURONS} neurons here, not {size}")
    numbers = sum(row.weights.size + row.biases.size for row in rows)
    require(numbers <= MOST_NUMBERS, f"that makes {counted(numbers, 'weight')} and biases; {MOST_NUMBERS} fit here")
    made = (Dense(row.units, row.activation, row.weights, row.biases, name=row.name) for row in rows)
    return Network(len(rows[0].weights), *made, dtype=dtype)


def resized(rows: Sequence[Row], column: int, size: int) -> list[Row]:
    """Another number of neurons in a column; column 0 are the inputs. New weights have one decimal, and are drawn."""
    require(0 <= column <= len(rows), f"there is no column {column}")
    require(1 <= size <= MOST_NEURONS, f"a layer has 1 to {MOST_NEURONS} neurons here, not {size}")
    result = list(rows)
    if column:
        row = rows[column - 1]
        weights, biases = _fitted(row.weights, (len(row.weights), size)), _fitted(row.biases, (size,))
        result[column - 1] = Row(_renamed(row.name, rows), row.activation, weights, biases)
    if column < len(rows):
        after = rows[column]
        result[column] = replace(after, weights=_fitted(after.weights, (size, after.units)))
    return result


def with_layer(rows: Sequence[Row], column: int) -> list[Row]:
    """A new linear layer after a column, as wide as it; its weights have one decimal, and are drawn."""
    require(0 <= column <= len(rows), f"there is no column {column}")
    units = rows[column - 1].units if column else len(rows[0].weights)
    dtype = rows[0].weights.dtype
    new = Row(_free(rows), activation_function("linear"), _drawn((units, units), dtype), _drawn((units,), dtype))
    return [*rows[:column], new, *rows[column:]]


def without_layer(rows: Sequence[Row], column: int) -> list[Row]:
    """The layers without one."""
    require(1 <= column <= len(rows), f"there is no layer {column}")
    require(len(rows) > 1, "a network has at least one layer")
    before, after = rows[: column - 1], list(rows[column:])
    if after:
        inputs = len(rows[column - 1].weights)
        after[0] = replace(after[0], weights=_fitted(after[0].weights, (inputs, after[0].units)))
    return [*before, *after]


def activated(network: Network, path: str, name: str) -> Network:
    """The same network with another activation of one layer, whatever its layers are.

    Raises:
        GlassnetError: there is no such layer or activation.
    """
    require(name in activations(), unknown("activation", name, activations()))
    found = [i for i, one in enumerate(network.root.layers) if one is network.layers[path]]
    has_one = bool(found) and any(field.name == "activation" for field in fields(network.layers[path]))
    require(has_one, f"the layer {path!r} has no activation that can be changed here")
    layers = list(network.root.layers)
    layers[found[0]] = replace(layers[found[0]], activation=activation_function(name))  # type: ignore[call-arg]
    result = Network(network.input_shape, *layers, seed=network.seed, dtype=network.dtype)
    result.assign({key: array for key, array in network.arrays().items() if key in result.arrays()})
    result.labels, result.encoding = network.labels, network.encoding
    return result


def _fitted(array: Array, shape: tuple[int, ...]) -> Array:
    """The array with that shape: what was there stays, what is new is drawn."""
    result = _drawn(shape, array.dtype)
    kept = tuple(slice(min(old, new)) for old, new in zip(array.shape, shape, strict=True))
    result[kept] = array[kept]
    return result


def _drawn(shape: tuple[int, ...], dtype: Any) -> Array:
    """Numbers of one decimal, from -0.9 to 0.9, the same for each shape."""
    generator = np.random.default_rng(shape)
    drawn: Array = generator.integers(1, 10, shape) * generator.choice([-1, 1], shape) / 10
    return drawn.astype(dtype)


def _renamed(name: str, rows: Sequence[Row]) -> str:
    """The layer's name; another where it names each neuron."""
    return _free(rows) if "," in name else name


def _free(rows: Sequence[Row]) -> str:
    """A letter that no layer has."""
    taken = {name.strip() for row in rows for name in row.name.lower().split(",")} | {"x", "y", "u", "v"}
    return next(letter for letter in ascii_lowercase if letter not in taken)


def merged(rows: Sequence[Row], count: int, weights: Array, biases: Array) -> list[Row]:
    """The first so many layers as one with these weights and biases."""
    last = rows[count - 1]
    return [Row(last.name, last.activation, weights.astype(float), biases.astype(float)), *rows[count:]]
