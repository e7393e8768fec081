"""What the numbers of a network are called in practice, and what each of them can be mistaken for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction

from glassnet.inspection.explanations import NetworkExplanation
from glassnet.ir.graph import Source
from glassnet.ir.types import Array
from glassnet.network import Network
from glassnet.practice.arithmetic import Given, Mistaken, decimal, shown
from glassnet.readings.explain.arithmetic import Leaf
from glassnet.train.optimizers import Optimizer

_CALL = re.compile(r"(\w+)\((\w+)\)")  # relu(a1): what an activation makes of a neuron
_PLACE = re.compile(r"(?:∂loss/∂|new )(.+)\.(weights|biases)\[(.+)\]")


def activation_of(name: str) -> tuple[str, str] | None:
    """(activation, neuron) of the name of an activation's result.

    >>> activation_of("relu(a1)"), activation_of("a1")
    (('relu', 'a1'), None)
    """
    match = _CALL.fullmatch(name)
    return (match[1], match[2]) if match else None


@dataclass(frozen=True)
class LayerNames:
    """The names in one layer: of its neurons, and of what comes out of them."""

    path: str
    neurons: list[str]
    outputs: list[str]

    @property
    def activation(self) -> str:
        """The name of its activation; empty where there is none."""
        call = activation_of(self.outputs[0])
        return call[0] if call else ""


class Labels:
    """Names the numbers of a network of Dense layers, and says what each can be mistaken for."""

    def __init__(self, network: Network, numbers: NetworkExplanation, optimizer: Optimizer | None) -> None:
        self._network = network
        self._settings = {} if optimizer is None else settings(optimizer)
        self.layers = list(_layers(network, numbers))
        count = network.input_shape[0]
        self.inputs = ["x"] if count == 1 else [f"x{i + 1}" for i in range(count)]
        self.known: dict[str, Fraction] = {}

    def sources(self, k: int) -> list[str]:
        """What the k-th layer is fed with."""
        return self.layers[k - 1].outputs if k else self.inputs

    def __call__(self, leaf: Leaf, name: str, value: Fraction, is_rounded: bool) -> Given:
        """A number of the arithmetic with its name."""
        definition, index = leaf.var.definition, leaf.index
        if not isinstance(definition, Source):
            return self._computed(name, value, is_rounded)
        number = shown(value)
        match definition.kind:
            case "input" if definition.name == "x":
                return self._input(index[1], value)
            case "input" if definition.name == "y":
                return Given(value, "target", f"the target {number}", "target")
            case "input":
                return self.literal(value)
            case "parameter":
                return self._parameter(definition.name, index, value)
        name = f"old {definition.name.rpartition('.')[2]}{list(index) if index else ''}"
        return Given(value, name, f"{name} = {number}", "state")

    def literal(self, value: Fraction) -> Given:
        """A number of the formula itself; the settings of the optimiser have names."""
        name = next((name for name, setting in self._settings.items() if decimal(setting) == value), "")
        words = f"the {name} {shown(value)}" if name else f"the number {shown(value)}"
        return Given(value, name or shown(value), words, "number")

    def _input(self, i: int, value: Fraction) -> Given:
        name = self.inputs[i]
        return Given(value, name, f"{name} = {shown(value)}", "input")

    def _parameter(self, name: str, index: tuple[int, ...], value: Fraction) -> Given:
        path, _, what = name.rpartition(".")
        k = next(k for k, layer in enumerate(self.layers) if layer.path == path)
        neurons, array = self.layers[k].neurons, self._network.parameters[name]
        if what == "biases":
            mistaken = tuple(
                Mistaken(decimal(array[j]), f"the bias {array[j]:g} of {other}", "another neuron's bias")
                for j, other in enumerate(neurons)
                if j != index[0]
            )
            return Given(value, "bias", f"the bias {shown(value)}", "bias", mistaken=mistaken)
        i, j = index
        sources = self.sources(k)
        mistaken = tuple(_another_weight(array, sources, neurons, at, (i, j)) for at in _neighbours(array.shape, i, j))
        words = f"the weight {shown(value)} from {sources[i]}"
        return Given(value, f"weight from {sources[i]}", words, "weight", mistaken=mistaken)

    def _computed(self, name: str, value: Fraction, is_rounded: bool) -> Given:
        if not name:
            return self.literal(value)
        return Given(value, name, f"{name} = {shown(value)}", "value", is_rounded, tuple(self._confusable(name)))

    def _confusable(self, name: str) -> Iterator[Mistaken]:
        """Numbers worked out before that are of the same sort: gradients, or the values of the same layer."""
        for other, value in self.known.items():
            call = activation_of(name)
            if call and other == call[1]:
                yield Mistaken(value, f"{other}, before its activation,", "no activation")
            elif other != name and self._sort(other) == self._sort(name):
                yield Mistaken(value, other, "another value")

    def _sort(self, name: str) -> str:
        """What a number belongs to: its layer, or training."""
        return next((one.path for one in self.layers if name in (*one.neurons, *one.outputs)), "training")

    def about(self, name: str) -> str:
        """What the parameter in a name is: "the weight from x1 to y"; nothing for neurons."""
        match = _PLACE.fullmatch(name)
        if not match:
            return ""
        k = next(k for k, layer in enumerate(self.layers) if layer.path == match[1])
        index = [int(i) for i in match[3].split(",")]
        neuron = self.layers[k].neurons[index[-1]]
        return (
            f"the bias of {neuron}"
            if match[2] == "biases"
            else f"the weight from {self.sources(k)[index[0]]} to {neuron}"
        )


def settings(optimizer: Optimizer) -> dict[str, float]:
    """The numbers that an optimiser was given, by their names in words: {"learning rate": 0.1}."""
    given = {field.name.replace("_", " "): getattr(optimizer, field.name) for field in fields(optimizer)}
    return {name: value for name, value in given.items() if isinstance(value, float) and value}


def _layers(network: Network, numbers: NetworkExplanation) -> Iterator[LayerNames]:
    paths = [name.removesuffix(".weights") for name in network.parameters if name.endswith(".weights")]
    for path, explanations in zip(paths, numbers.layers.values(), strict=True):
        names = [explanation.name for explanation in explanations]
        units = network.parameters[f"{path}.weights"].shape[1]
        yield LayerNames(path, names[:units], names[-units:])


def _neighbours(shape: tuple[int, ...], i: int, j: int) -> list[tuple[int, int]]:
    """The other places in row i and in column j."""
    return [(i, other) for other in range(shape[1]) if other != j] + [(k, j) for k in range(shape[0]) if k != i]


def _another_weight(
    array: Array, sources: list[str], neurons: list[str], at: tuple[int, int], instead_of: tuple[int, int]
) -> Mistaken:
    words = f"the weight {array[at]:g} from {sources[at[0]]} to {neurons[at[1]]}"
    whole = neurons[at[1]] if at[1] != instead_of[1] else ""
    return Mistaken(decimal(array[at]), words, "another weight", whole)
