"""What a network keeps of a sequence, step by step, and which of its steps look at which: as arrays, with names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from glassnet.inspection import neurons
from glassnet.inspection.names import inner_name
from glassnet.inspection.slopes import one
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.require import require
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH, FLOATS, Array
from glassnet.layers.layer import run
from glassnet.model.model import Model
from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program
from glassnet.readings.simplify import WRITTEN, simplify
from glassnet.readings.unroll import unrolled

STEP = re.compile(r"(?P<layer>.+)\.step_(?P<step>\d+)")
OF_STATE = ("output", "cell", "state", "forget gate", "update gate", "input gate", "reset gate", "candidate",
            "output gate")  # fmt: skip
OF_ATTENTION = ("weight", "score", "mixture", "query", "key", "value")
"""What is shown of a layer, in this order; the words are those of explanations."""
Place = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Part:
    """One of the things that a layer works out: an LSTM's forget gate, the scores of attention.

    Attributes:
        name: what it is called, "forget gate".
        shape: of a recurrent layer (steps, units); of attention (heads, steps, steps), or (heads, steps, numbers).
    """

    name: str
    shape: tuple[int, ...]
    pieces: tuple[tuple[Var, str], ...]

    def of(self, place: Place) -> str:
        """What explanations call the number there; "" where there is none, as before the first step."""
        step, *rest = place
        var, base = self.pieces[step] if len(self.shape) == 2 else self.pieces[0]
        index = (0, *rest) if len(self.shape) == 2 else (0, *place)
        return inner_name(base, var, 1, index) if base else ""


@dataclass(frozen=True, eq=False)
class SequenceLayer:
    """A layer along a sequence: ``is_attention``, or one that keeps a state.

    Attributes:
        title: its name, lstm_1.
        is_backwards: whether it keeps a state from the last step to the first.
        parts: what it works out, by name.
    """

    title: str
    is_attention: bool
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
        self.layers = tuple(_layers(graph))
        require(bool(self.layers), "no layer of this network goes along a sequence, as gn.LSTM or gn.Attention does")
        found = list(neurons.layers(graph))
        self.has_slopes = not any(_is_place_of(var, self._x) for var in graph.variables)
        output = found[-1][1]
        self._namer = neurons.forward_names(network, neurons.letters(network, found)[-1], output)[output]
        pieces = {f"{i} {name} {k}": var for i, name, k, var in self._pieces()}
        self._program = Program(Graph({**pieces, "answers": output}))
        self._slopes: dict[Var, dict[Place, Program]] = {}

    def _pieces(self) -> Iterator[tuple[int, str, int, Var]]:
        for i, layer in enumerate(self.layers):
            for name, part in layer.parts.items():
                yield from ((i, name, k, var) for k, (var, base) in enumerate(part.pieces) if base)

    def __call__(self, x: Array) -> list[dict[str, Array]]:
        """For each layer its parts at one input, each of the part's shape; nan where there is no number."""
        values = self._program(self._given(x))
        return [
            {name: _joined(part, values, f"{i} {name}") for name, part in layer.parts.items()}
            for i, layer in enumerate(self.layers)
        ]

    def answers(self, x: Array) -> tuple[Array, Array]:
        """The names and the values of the network's outputs, both of the outputs' shape."""
        values = np.asarray(self._program(self._given(x))["answers"][0])
        names = np.empty(values.shape, object)
        for place in np.ndindex(values.shape):
            names[place] = self._namer((0, *place))
        return names, values

    def slope(self, layer: int, part: str, place: Place, x: Array) -> Array:
        """∂ one number / ∂ each input, of the input's shape: what is left of each input in it."""
        shown = self.layers[layer].parts[part]
        is_state = len(shown.shape) == 2
        var = shown.pieces[place[0]][0] if is_state else shown.pieces[0][0]
        index = (0, *place[1:]) if is_state else (0, *place)
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


def _layers(graph: Graph) -> Iterator[SequenceLayer]:
    """The recurrent layers and those of attention, in the order in which they are worked out."""
    found: dict[str, dict[str, dict[int, tuple[Var, str]]]] = {}
    for var, equation in graph.equations():
        if equation.primitive.name != "named":
            continue
        path, name = var.origin.path, str(dict(equation.params)["name"])
        step = STEP.fullmatch(path)
        layer, number = (step["layer"], int(step["step"])) if step else (path, 0)
        found.setdefault(layer, {}).setdefault(name, {})[number] = var, f"{path}.{name}"
    for title, names in found.items():
        is_attention = {"score", "weight"} <= names.keys()
        steps = max(max(numbers) for numbers in names.values())
        if is_attention:
            parts = {name: _part(name, names[name], 0) for name in OF_ATTENTION if name in names}
            yield SequenceLayer(title, True, False, parts)
        elif steps and "output" in names:
            made = list(names["output"])  # in the order of the sequence, or from its end
            parts = {name: _part(name, names[name], steps) for name in OF_STATE if name in names}
            yield SequenceLayer(title, False, made[0] > made[-1], parts)


def _part(name: str, found: dict[int, tuple[Var, str]], steps: int) -> Part:
    """One thing at all steps; of attention, which has all of them in one variable, as it is."""
    some = next(iter(found.values()))
    sizes = tuple(size for size in some[0].shape[1:] if isinstance(size, int))
    if not steps:
        return Part(name, sizes, (some,))
    return Part(name, (steps, *sizes), tuple(found.get(k + 1, (some[0], "")) for k in range(steps)))


def _joined(part: Part, values: dict[str, Array], key: str) -> Array:
    if len(part.shape) != 2:
        return np.asarray(values[f"{key} 0"][0])
    none = np.full(part.shape[1:], np.nan)
    return np.stack([values[f"{key} {k}"][0] if base else none for k, (_, base) in enumerate(part.pieces)])
