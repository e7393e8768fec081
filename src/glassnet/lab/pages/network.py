"""*Network*: a network drawn as on the blackboard, each of its numbers editable, and each answerable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

import numpy as np

from glassnet.inspection.drawing.blackboard import network_scene
from glassnet.inspection.drawing.columns import Column
from glassnet.inspection.drawing.network import Columns
from glassnet.inspection.numbers import printed, split, with_place
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Page, command
from glassnet.lab.script import listed
from glassnet.lab.shown import Ask, Picture, Shown, Why, picture, shown, typed, why
from glassnet.words import rounded, unknown

EXAMPLES = {"2-4-3-1": (0.4, -0.7), "1-3-3-1": (0.3,)}
"""The lecture's inputs of its networks."""
FIRST = 0.5  # of other networks
MOST_INPUTS = 784


@dataclass(frozen=True)
class Open:
    """Show the network of an address's fragment: ``example=1-3-3-1&x=0.3&w.weights[0,1]=0.5``; "" is the first."""

    fragment: str = ""


@dataclass(frozen=True)
class Edit:
    """Give an input, a weight or a bias another value, as it was typed."""

    name: str
    text: str


@dataclass(frozen=True)
class Editable:
    """A number that can be typed: its name, its text, and what it is in words."""

    name: str
    text: str
    label: str


@dataclass(frozen=True)
class Neuron:
    """A neuron: the name of its sum, of its value after the activation, and how it is read out ("w1, 0.71")."""

    name: str
    value: str
    label: str


@dataclass(frozen=True)
class View:
    """All that the page shows. Its ``fragment`` opens the same again."""

    fragment: str
    example: str
    examples: tuple[str, ...]
    picture: Picture
    neurons: tuple[Neuron, ...]
    inputs: tuple[Editable, ...]
    parameters: tuple[Editable, ...]
    outputs: tuple[Shown, ...]


class NetworkPage(Page):
    """A copy of a network, and one input of it."""

    name = "network"

    def __init__(self, lab: Lab, outbox: Outbox) -> None:
        super().__init__(lab, outbox)
        self._choose(self._first)

    @property
    def _first(self) -> str:
        return self.lab.chosen or next(iter(self.lab.networks))

    def _choose(self, example: str) -> None:
        networks = self.lab.networks
        require(example in networks, unknown("network", example, networks))
        self._example, self._network = example, networks[example].copy()
        self._x = self._first_input()

    def _first_input(self) -> Array:
        """The input that is shown at first: the one that came with the network, or the lecture's."""
        if self._example == self.lab.chosen and self.lab.x is not None:
            return np.array(self.lab.x[0], self._network.dtype).reshape(-1)
        size = int(np.prod(self._network.input_shape))
        return np.array(EXAMPLES.get(self._example, [FIRST] * size), self._network.dtype)

    # ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def open(self, given: Open) -> View:
        """The network of an address; what is wrong in it leaves everything as it is."""
        before = self._example, self._network, self._x
        try:
            edits = dict(parse_qsl(given.fragment, keep_blank_values=True))
            self._choose(edits.pop("example", self._first))
            for name, text in edits.items():
                self._set(printed(name), text)
        except GlassnetError:
            self._example, self._network, self._x = before
            raise
        return self._view()

    @command
    def edit(self, given: Edit) -> View:
        """Another value for one number."""
        self._set(given.name, given.text)
        return self._view()

    @command
    def why(self, given: Ask) -> Why:
        """The arithmetic of any number of the network."""
        return why(self._network.explain(self._input())[given.name], given.levels)

    def script(self) -> str:
        """``explanation`` has all numbers of the page."""
        lines = ["import numpy as np", "import glassnet as gn", "", f"net = {self.lab.source(self._example)}"]
        lines += [f'net.parameters["{name}"][{place}] = {value}' for name, place, value in self._edits()]
        lines += [listed("numbers", self._x.tolist()), f"x = np.reshape(numbers, {self._network.input_shape})"]
        return "\n".join([*lines, "print(net(x))", "explanation = net.explain(x)"])

    def _set(self, name: str, text: str) -> None:
        value = typed(text, name)
        inputs = self._input_names()
        if name in inputs:
            self._x[inputs.index(name)] = value
            return
        base, index = split(name)
        known = self._network.parameters
        require(base in known and self._is_place(known[base], index), f"there is no input, weight or bias {name!r}")
        known[base][index] = value

    @staticmethod
    def _is_place(array: Array, index: tuple[int, ...]) -> bool:
        return len(index) == array.ndim and all(i < size for i, size in zip(index, array.shape, strict=True))

    # ── what it shows ───────────────────────────────────────────────────────────────────────────────────────────────

    def _input(self) -> Array:
        return self._x.reshape(self._network.input_shape)

    def _input_names(self) -> list[str]:
        from glassnet.inspection.neurons import input_names

        return [str(name) for name in input_names(self._network).ravel()]

    def _view(self) -> View:
        network, inputs = self._network, self._input_names()
        columns = Columns(network, self._input()[None]).all()
        scene = network_scene(columns, f"The network {self._example}")
        few = [*zip(inputs, self._x, strict=True)] if columns[0].is_labelled else []
        return View(
            fragment=self._fragment(),
            example=self._example,
            examples=tuple(self.lab.networks),
            picture=picture(scene),
            neurons=tuple(_neurons(columns)),
            inputs=tuple(Editable(name, exact(value), f"input {name}") for name, value in few),
            parameters=tuple(self._parameters({element.of for element in scene.elements if hasattr(element, "of")})),
            outputs=tuple(_outputs(columns[-1])),
        )

    def _parameters(self, drawn: set[str]) -> Iterator[Editable]:
        """The weights and biases that the picture shows."""
        for name, array in self._network.parameters.items():
            for index in np.ndindex(array.shape) if array.size <= 10_000 else ():
                place = with_place(name, index)
                if place in drawn:
                    yield Editable(place, exact(array[index]), place)

    def _fragment(self) -> str:
        """The address of what is shown: the example, and what is not as in it."""
        parts = [f"example={quote(self._example)}"]
        for name, value, before in zip(self._input_names(), self._x, self._first_input(), strict=True):
            if value != before:
                parts.append(f"{quote(name)}={exact(value)}")
        for name, place, value in self._edits():
            parts.append(f"{quote(name, safe=',')}[{place.replace(' ', '')}]={value}")
        return "&".join(parts)

    def _edits(self) -> Iterator[tuple[str, str, str]]:
        """The weights and biases that are not as in the example: the array, the place in it, the number."""
        original = self.lab.networks[self._example]
        for name, array in self._network.parameters.items():
            for index in np.argwhere(array != original.parameters[name]):
                yield name, ", ".join(map(str, index)), exact(array[tuple(index)])


def exact(value: Array) -> str:
    """A number with all its digits, as few as tell it from its neighbours.

    >>> exact(np.float32(0.1)), exact(np.float64(1 / 3))
    ('0.1', '0.3333333333333333')
    """
    return rounded(value, 17)


def _neurons(columns: list[Column]) -> Iterator[Neuron]:
    """All neurons that have a name, from left to right."""
    for column in columns:
        if column.inside is None or not column.links:
            continue
        for i, name in enumerate(column.inside.names):
            if column.below is None:
                text = shown(name, column.inside.values[i]).text
                yield Neuron(name, name, f"{name}, {text}")
            else:
                yield Neuron(name, column.below.names[i], f"{name}, {column.below.written(i)}")


def _outputs(column: Column) -> Iterator[Shown]:
    """The network's answer: the values of its last neurons."""
    last = column.below or column.inside
    if last is not None:
        for name, value in zip(last.names, last.values, strict=False):
            yield shown(name, value)
