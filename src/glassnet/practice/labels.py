"""What the numbers of a network are called in practice, and what each of them can be mistaken for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction

from glassnet.inspection import neurons
from glassnet.inspection.explanations import NetworkExplanation
from glassnet.inspection.names import state_name, with_place
from glassnet.ir.expression import Expression
from glassnet.ir.graph import Source
from glassnet.network import Network
from glassnet.practice.arithmetic import Given, Mistaken, decimal, evaluated, letter, of_letters, shown
from glassnet.readings.explain.arithmetic import Leaf
from glassnet.train.optimizers import Optimizer

_CALL = re.compile(r"(\w+)\((.+)\)")  # relu(a1): what an activation makes of a neuron
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


@dataclass(frozen=True)
class Place:
    """Where a parameter is: in which layer, among its "weights" or "biases", and at which index."""

    layer: int
    what: str
    index: tuple[int, ...]


class Labels:
    """Names the numbers of a network of Dense layers, and says what each can be mistaken for."""

    def __init__(self, network: Network, numbers: NetworkExplanation, optimizer: Optimizer | None) -> None:
        self._network = network
        self._settings = {} if optimizer is None else settings(optimizer)
        self.layers = list(_layers(network, numbers))
        self.inputs: list[str] = list(neurons.input_names(network))
        self.known: dict[str, Given] = {}

    def sources(self, k: int) -> list[str]:
        """What the k-th layer is fed with."""
        return self.layers[k - 1].outputs if k else self.inputs

    def __call__(self, leaf: Leaf) -> Given:
        """A number that the network was given, with its name."""
        definition, index, value = leaf.var.definition, leaf.index, decimal(leaf.value)
        if not isinstance(definition, Source):
            return self.literal(value)
        number = shown(value)
        match definition.kind:
            case "input" if definition.name == "x":
                return self._input(index[1], value)
            case "input" if definition.name == "y":
                name = neurons.namer("target", leaf.var)(index) if len(index) > 1 else "target"
                return Given(value, name, f"the target {number}", "target")
            case "input":
                return self.literal(value)
            case "parameter":
                return self._parameter(definition.name, index, value)
        name = with_place(state_name(definition.name), index)
        return Given(value, name, f"{name} = {number}", "state")

    def literal(self, value: Fraction) -> Given:
        """A number of the formula itself; the settings of the optimiser have names."""
        name = next((name for name, setting in self._settings.items() if decimal(setting) == value), "")
        words = f"the {name} {shown(value)}" if name else f"the number {shown(value)}"
        return Given(value, name or shown(value), words, "number")

    def _input(self, i: int, value: Fraction) -> Given:
        name = self.inputs[i]
        return Given(value, name, f"{name} = {shown(value)}", "input", letters=letter(name))

    def _parameter(self, name: str, index: tuple[int, ...], value: Fraction) -> Given:
        path, _, what = name.rpartition(".")
        k = next(k for k, layer in enumerate(self.layers) if layer.path == path)
        units, array = self.layers[k].neurons, self._network.parameters[name]
        if what == "biases":
            mistaken = tuple(
                Mistaken(
                    decimal(array[j]),
                    f"the bias {array[j]:g} of {other}",
                    "another neuron's bias",
                    letters=letter(with_place(name, (j,))),
                )
                for j, other in enumerate(units)
                if j != index[0]
            )
            words = f"the bias {shown(value)}"
            return Given(value, "bias", words, "bias", mistaken=mistaken, letters=letter(with_place(name, index)))
        i, j = index
        sources = self.sources(k)
        mistaken = tuple(
            Mistaken(
                decimal(array[at]),
                f"the weight {array[at]:g} from {sources[at[0]]} to {units[at[1]]}",
                "another weight",
                whole=units[at[1]] if at[1] != j else "",
                letters=letter(with_place(name, at)),
            )
            for at in _neighbours(array.shape, i, j)
        )
        words, letters = f"the weight {shown(value)} from {sources[i]}", letter(with_place(name, index))
        return Given(value, f"weight from {sources[i]}", words, "weight", mistaken=mistaken, letters=letters)

    def computed(self, name: str, expression: Expression) -> Given:
        """A number that was computed, with what it can be taken for."""
        value, is_rounded = evaluated(expression)
        if not name or name in self._settings:
            return self.literal(value)
        words = f"{name} = {shown(value)}"
        confusable = tuple(self._confusable(name))
        return Given(value, name, words, "value", is_rounded, confusable, of_letters(expression))

    def _confusable(self, name: str) -> Iterator[Mistaken]:
        """Numbers of the same sort: gradients worked out before, or the values of the same layer."""
        call, sort = activation_of(name), self._sort(name)
        for other, given in self.known.items():
            if call and other == call[1]:
                words = f"{other}, before its activation,"
                yield Mistaken(given.value, words, "no activation", letters=given.letters)
            elif other != name and sort and self._sort(other) == sort:
                yield Mistaken(given.value, other, "another value", letters=given.letters)

    def _sort(self, name: str) -> str:
        """What a number belongs to: the values of a layer before or after its activation, or the slopes of training."""
        for layer in self.layers:
            if name in layer.neurons or name in layer.outputs:
                return f"{'from' if activation_of(name) else 'in'} {layer.path}"
        is_slope = name.startswith(("δ", "∂loss/∂")) or (name.startswith("new ") and self.place_of(name) is None)
        return "slope" if is_slope else ""

    def place_of(self, name: str) -> Place | None:
        """Where the parameter is whose gradient or update has this name; None for other names."""
        match = _PLACE.fullmatch(name)
        if not match:
            return None
        k = next(k for k, layer in enumerate(self.layers) if layer.path == match[1])
        return Place(k, match[2], tuple(int(i) for i in match[3].split(",")))

    def parameter(self, place: Place) -> Given:
        """The weight or bias at a place."""
        name = f"{self.layers[place.layer].path}.{place.what}"
        return self._parameter(name, place.index, decimal(self._network.parameters[name][place.index]))

    def source(self, k: int, i: int) -> Given:
        """The i-th number that the k-th layer is fed with."""
        return self.known[self.sources(k)[i]]

    def about(self, name: str) -> str:
        """What the parameter in a name is: "the weight from x1 to y"; nothing for neurons."""
        place = self.place_of(name)
        if place is None:
            return ""
        neuron = self.layers[place.layer].neurons[place.index[-1]]
        if place.what == "biases":
            return f"the bias of {neuron}"
        return f"the weight from {self.sources(place.layer)[place.index[0]]} to {neuron}"


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
