"""What a network keeps of a sequence, step by step, and which of its steps look at which: as arrays, with names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import numpy as np

from glassnet.inspection import neurons
from glassnet.inspection.names import inner_name, with_place
from glassnet.inspection.neurons import Found, Index, Namer
from glassnet.inspection.slopes import one
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.require import require
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH, FLOATS, Array
from glassnet.layers.layer import run
from glassnet.layers.position import PositionEmbedding
from glassnet.model.model import Model
from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program
from glassnet.readings.simplify import WRITTEN, simplify
from glassnet.readings.unroll import unrolled

STEP = re.compile(r"(?P<layer>.+)\.step_(?P<step>\d+)")
OF_STATE = ("output", "cell", "state", "forget gate", "update gate", "input gate", "reset gate", "candidate",
            "output gate")  # fmt: skip
OF_ATTENTION = ("weight", "score", "mixture", "query", "key", "value", "output")
"""What is shown of a layer, in this order; the words are those of explanations."""
Place = tuple[int, ...]
Kind = Literal["state", "attention", "step"]
"""What a layer does along a sequence: it keeps a state, its steps look at each other, or each step is by itself."""


@dataclass(frozen=True, eq=False)
class Part:
    """One of the things that a layer works out: an LSTM's forget gate, the scores of attention.

    Attributes:
        name: what it is called, "forget gate".
        shape: (steps, units); of what attention has for each head (heads, steps, steps), or (heads, steps, numbers).
    """

    name: str
    shape: tuple[int, ...]
    pieces: tuple[tuple[Var, Namer | None], ...]

    @property
    def is_by_head(self) -> bool:
        """Whether each head of attention has it."""
        return len(self.shape) == 3

    @property
    def is_given(self) -> bool:
        """Whether it is a parameter, which no input changes."""
        return self.pieces[0][0].shape[:1] != (BATCH,)

    @property
    def _is_by_step(self) -> bool:
        """Whether each step has a variable of its own."""
        return not self.is_given and len(self.pieces[0][0].shape) == len(self.shape)

    def at(self, place: Place) -> tuple[Var, Index]:
        """The variable that has the number there, and the number's index in it."""
        if self._is_by_step:
            return self.pieces[place[0]][0], (0, *place[1:])
        return self.pieces[0][0], place if self.is_given else (0, *place)

    def of(self, place: Place) -> str:
        """What explanations call the number there; "" where there is none, as before the first step."""
        name = self.pieces[place[0] if self._is_by_step else 0][1]
        return name(self.at(place)[1]) if name else ""

    def joined(self, values: Sequence[Array]) -> Array:
        """The numbers, of its shape, from those of its pieces; nan where there are none."""
        if self._is_by_step:
            none = np.full(self.shape[1:], np.nan)
            return np.stack([value[0] if name else none for value, (_, name) in zip(values, self.pieces, strict=True)])
        return np.asarray(values[0][: self.shape[0]] if self.is_given else values[0][0])


@dataclass(frozen=True, eq=False)
class SequenceLayer:
    """A layer along a sequence.

    Attributes:
        title: its name, lstm_1.
        kind: what it does.
        is_backwards: whether it keeps a state from the last step to the first.
        parts: what it works out, by name.
    """

    title: str
    kind: Kind
    is_backwards: bool
    parts: dict[str, Part]


class Sequences:
    """Prepared once for a network and a number of steps, then asked for one input after the other.

    network: one with a recurrent layer, or attention. steps: how many, where the network leaves it free.
    ``has_slopes`` says whether a little more of an input is anything: of tokens, which are looked up, it is not.

    Raises:
        GlassnetError: it has no such layer, or no number of steps was given.

    >>> import glassnet as gn
    >>> net = gn.Network((3, 1), gn.RNN(1, "linear", weights=[[1]], recurrent_weights=[[0.5]]), dtype="float64")
    >>> sequences = Sequences(net)
    >>> [layer] = sequences.layers
    >>> layer.title, layer.parts["output"].shape, layer.parts["output"].of((2, 0))
    ('rnn_1', (3, 1), 'rnn_1.step_3.output')
    >>> [values] = sequences([[8], [0], [1]])
    >>> values["output"].ravel().tolist(), sequences.slope(0, "output", (2, 0), [[8], [0], [1]]).ravel().tolist()
    ([8.0, 4.0, 3.0], [0.25, 0.5, 1.0])
    """

    def __init__(self, network: Model, steps: int | None = None) -> None:
        self.shape = steps_of(network, steps)
        self.network = network = network.at(self.shape)
        with Trace(network.dtype):
            self._x = source("input", "x", (BATCH, *self.shape), network.dtype)
            outputs = simplify(unrolled({"prediction": run(network.root, self._x)}), keep=WRITTEN)
        graph = Graph(outputs)
        found = list(neurons.layers(graph))
        letters = neurons.letters(network, found)
        self.layers = _layers(network, graph, found, letters)
        self.has_slopes = not any(_is_place_of(var, self._x) for var in graph.variables)
        self._answers = output = found[-1][1]
        self._namer = neurons.forward_names(network, letters[-1], output)[output]
        pieces = {f"{i} {name} {k}": var for i, name, k, var in self._pieces()}
        self._program = Program(Graph({**pieces, "answers": output}))
        self._slopes: dict[Var, dict[Place, Program]] = {}

    def _pieces(self) -> Iterator[tuple[int, str, int, Var]]:
        for i, layer in enumerate(self.layers):
            for name, part in layer.parts.items():
                yield from ((i, name, k, var) for k, (var, _) in enumerate(part.pieces))

    def __call__(self, x: Array) -> list[dict[str, Array]]:
        """For each layer its parts at one input, each of the part's shape; nan where there is no number."""
        values = self._program(self._given(x))
        return [
            {
                name: part.joined([values[f"{i} {name} {k}"] for k in range(len(part.pieces))])
                for name, part in layer.parts.items()
            }
            for i, layer in enumerate(self.layers)
        ]

    def answers(self, x: Array) -> tuple[Array, Array]:
        """The names and the values of the network's outputs, both of the outputs' shape."""
        return self._answer_names, np.asarray(self._program(self._given(x))["answers"][0])

    @cached_property
    def _answer_names(self) -> Array:
        names = np.empty([size for size in self._answers.shape if isinstance(size, int)], object)
        for place in np.ndindex(names.shape):
            names[place] = self._namer((0, *place))
        return names

    def slope(self, layer: int, part: str, place: Place, x: Array) -> Array:
        """∂ one number / ∂ each input, of the input's shape: what is left of each input in it."""
        var, index = self.layers[layer].parts[part].at(place)
        programs = self._slopes.setdefault(var, {})
        if index not in programs:
            [slope] = gradients(one(var, index), [self._x])
            programs[index] = Program(Graph({"slope": slope}))
        return np.asarray(programs[index](self._given(x))["slope"]).reshape(self.shape)

    def _given(self, x: Array) -> dict[str, Array]:
        x = np.asarray(x, self.network.dtype).reshape(1, *self.shape)
        return {"x": x, **self.network.arrays()}


def _is_place_of(var: Var, x: Var) -> bool:
    """Whether it is x as whole numbers, which are looked up in a table."""
    return var.is_result_of("cast") and var.inputs[0] is x and var.dtype not in FLOATS


def steps_of(network: Model, steps: int | None) -> tuple[int, ...]:
    """The shape of an input of so many steps.

    Raises:
        GlassnetError: the network leaves the steps free, and none were given.
    """
    first, *rest = network.inputs
    require(first is not None or steps is not None, "this network leaves the number of steps free: say how many")
    return (steps if first is None and steps is not None else int(first or 0), *(int(size or 0) for size in rest))


def _layers(network: Model, graph: Graph, found: Found, letters: Sequence[str]) -> tuple[SequenceLayer, ...]:
    """All layers along the sequence, in the order in which they are worked out.

    Raises:
        GlassnetError: in none of them do steps meet.
    """
    named = _named(graph)
    meeting = {layer.title: layer for layer in _meeting(named)}
    require(bool(meeting), "no layer of this network goes along a sequence, as gn.LSTM or gn.Attention does")
    place = {var: i for i, var in enumerate(graph.variables)}
    placed = [(place[next(iter(layer.parts.values())).pieces[-1][0]], layer) for layer in meeting.values()]
    for title, (path, output), letter in zip(neurons.titles(found), found, letters, strict=True):
        if not _has_steps(output) or (path in meeting and meeting[path].kind == "state"):
            continue
        own = _parts_of(network, graph, letter, output)
        if path in meeting:
            meeting[path].parts["output"] = own["output"]
            continue
        inner = {name: _whole(name, *numbers[0]) for name, numbers in named.get(path, {}).items() if 0 in numbers}
        inner = {name: part for name, part in inner.items() if _has_steps(part.pieces[0][0])}
        if any(other.startswith(f"{path}.") for other, _ in found if path):  # what stands between the layers within it
            placed += [(place[part.pieces[0][0]], _by_step(f"{title}.{name}", part)) for name, part in inner.items()]
            inner = {}
        placed.append((place[output], _by_step(title, *own.values(), *inner.values())))
    return tuple(layer for _, layer in sorted(placed, key=lambda one: one[0]))


def _by_step(title: str, *parts: Part) -> SequenceLayer:
    return SequenceLayer(title, "step", False, {part.name: part for part in parts})


def _has_steps(var: Var) -> bool:
    """Whether it is numbers for each step."""
    return len(var.shape) == 3 and var.shape[0] is BATCH


def _parts_of(network: Model, graph: Graph, letter: str, output: Var) -> dict[str, Part]:
    """What a layer makes of each step: the output, the sum before the activation, the row of a position."""
    names = neurons.forward_names(network, letter, output)
    sums = neurons.before_activation(output)
    parts = {"output": _whole("output", output, names[output])}
    if sums is not output:
        parts["sum"] = _whole("sum", sums, names[sums])
    path = output.origin.path
    table = graph.sources.get(f"{path}.weights")
    if isinstance(network.layers.get(path), PositionEmbedding) and table is not None:
        called = partial(with_place, f"{path}.weights")
        parts["position"] = Part("position", parts["output"].shape, ((table, called),))
    return parts


Named = dict[str, dict[str, dict[int, tuple[Var, Namer]]]]
"""By layer and name, what layers name within themselves, at each step; at 0 what is no step's."""


def _named(graph: Graph) -> Named:
    found: Named = {}
    for var, equation in graph.equations():
        if equation.primitive.name != "named":
            continue
        path, name = var.origin.path, str(dict(equation.params)["name"])
        step = STEP.fullmatch(path)
        layer, number = (step["layer"], int(step["step"])) if step else (path, 0)
        called = partial(inner_name, f"{path}.{name}", var, 1)
        found.setdefault(layer, {}).setdefault(name, {})[number] = var, called
    return found


def _meeting(named: Named) -> Iterator[SequenceLayer]:
    """The layers in which steps meet: recurrent ones, and attention."""
    for title, names in named.items():
        steps = max(max(numbers) for numbers in names.values())
        if {"score", "weight"} <= names.keys():
            parts = {name: _whole(name, *names[name][0]) for name in OF_ATTENTION if name in names}
            yield SequenceLayer(title, "attention", False, parts)
        elif steps and "output" in names:
            made = list(names["output"])  # in the order of the sequence, or from its end
            parts = {name: _at_steps(name, names[name], steps) for name in OF_STATE if name in names}
            yield SequenceLayer(title, "state", made[0] > made[-1], parts)


def _whole(name: str, var: Var, called: Namer) -> Part:
    """What is one variable for all steps."""
    return Part(name, tuple(size for size in var.shape if isinstance(size, int)), ((var, called),))


def _at_steps(name: str, found: dict[int, tuple[Var, Namer]], steps: int) -> Part:
    """What is a variable for each step."""
    some = next(iter(found.values()))[0]
    sizes = tuple(size for size in some.shape[1:] if isinstance(size, int))
    return Part(name, (steps, *sizes), tuple(found.get(k + 1, (some, None)) for k in range(steps)))
