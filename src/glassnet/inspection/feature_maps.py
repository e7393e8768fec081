"""The feature maps of a network of pictures or sequences, as arrays: each channel of each layer at one input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import prod

import numpy as np

from glassnet.inspection import neurons
from glassnet.inspection.fields import Fields
from glassnet.ir.graph import Constant, Equation, Graph, Source, Var, source
from glassnet.ir.require import require
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH, Array
from glassnet.layers.layer import run
from glassnet.model.model import Model
from glassnet.readings.evaluate import Program
from glassnet.readings.simplify import WRITTEN, simplify

INPUT = -1
"""Where a layer is asked for: the input."""
Place = tuple[int, int, int]
"""Row, column and channel, from 0; a step of a sequence is a column of its one row."""


@dataclass(frozen=True, eq=False)
class MapLayer:
    """A layer whose numbers are maps.

    Attributes:
        title: the layer's name, conv2d_1.
        shape: rows, columns and channels.
    """

    title: str
    shape: Place
    neuron: Var
    output: Var
    namers: tuple[neurons.Namer, neurons.Namer]

    def name(self, place: Place) -> str:
        """What explanations call the number there, after the activation: relu(a2_3_1)."""
        return self.namers[1](self.index(place))

    def sum_name(self, place: Place) -> str:
        """The same before the activation: a2_3_1."""
        return self.namers[0](self.index(place))

    def index(self, place: Place) -> tuple[int, ...]:
        """The place in the variable of the layer."""
        return (0, *place) if len(self.output.shape) == 4 else (0, *place[1:])


class FeatureMaps:
    """Prepared once for a network, then asked for one input after the other; names are those of explanations.

    Raises:
        GlassnetError: no layer of the network makes pictures or slides along sequences.

    >>> import glassnet as gn
    >>> maps = FeatureMaps(gn.Network((6, 6), gn.Conv2D(2, 3, "relu"), gn.MaxPool2D(2), gn.Flatten(), gn.Dense(1)))
    >>> [(layer.title, layer.shape) for layer in maps.layers], maps.shape
    ([('conv2d_1', (4, 4, 2)), ('maxpool2d_1', (2, 2, 2))], (6, 6, 1))
    >>> [values.shape for values in maps(np.eye(6))]
    [(4, 4, 2), (2, 2, 2)]
    >>> fields = maps.fields(1, (0, 1, 0))  # of the second number in the first row
    >>> fields[INPUT].astype(int)[0, :, 0].tolist(), int(fields[0].sum())
    ([0, 0, 1, 1, 1, 1], 4)
    """

    def __init__(self, network: Model) -> None:
        self.network = network
        with Trace(network.dtype):
            self._x = source("input", "x", (BATCH, *network.input_shape), network.dtype)
            outputs = simplify({"prediction": run(network.root, self._x)}, keep=WRITTEN)
        graph = Graph(outputs)
        found = list(neurons.layers(graph))
        rank = max((len(var.shape) for _, var in found), default=0)
        slides = any(var.is_result_of("windows") or var.is_result_of("overlap") for var in graph.variables)
        require(rank == 4 or (rank == 3 and slides), "no layer of this network makes feature maps, as gn.Conv2D does")
        letters = neurons.letters(network, found)
        named = zip(neurons.titles(found), letters, (var for _, var in found), strict=True)
        maps = [self._layer(title, letter, var) for title, letter, var in named if len(var.shape) == rank]
        self.layers = [layer for layer in maps if not _only_reshapes(layer.output)]
        self.shape = self._input_shape(maps)
        output = found[-1][1]
        self._answers = output, neurons.forward_names(network, letters[-1], output)[output]
        wanted = {str(i): layer.output for i, layer in enumerate(self.layers)}
        self._program = Program(Graph({**wanted, "answers": output}))
        self._fields = cache(self._fields_of)

    def __call__(self, x: Array) -> list[Array]:
        """The values of each layer (rows, columns, channels) at one input of the network's shape."""
        values = self._program(self._given(x))
        return [values[str(i)].reshape(layer.shape) for i, layer in enumerate(self.layers)]

    def answers(self, x: Array) -> list[tuple[str, float]]:
        """The names and values of the network's outputs; none where the output is a map itself."""
        output, namer = self._answers
        if len(output.shape) != 2:
            return []
        values = self._program(self._given(x))["answers"][0]
        return [(namer((0, i)), float(value)) for i, value in enumerate(values)]

    def fields(self, layer: int, place: Place) -> dict[int, Array]:
        """From which numbers one is computed, in the ``INPUT`` and in each layer before: True or False for each."""
        before = self._before(layer)
        found = self._fields(layer)(self.layers[layer].index(place))
        shapes = [self.shape, *(self.layers[i].shape for i in before)]
        return {i: field.reshape(shape) for i, field, shape in zip([INPUT, *before], found, shapes, strict=True)}

    def _given(self, x: Array) -> dict[str, Array]:
        x = np.asarray(x, self.network.dtype).reshape(1, *self.network.input_shape)
        return {"x": x, **self.network.arrays()}

    def _fields_of(self, layer: int) -> Fields:
        before = [self.layers[i].output for i in self._before(layer)]
        return Fields(self.layers[layer].output, [self._x, *before])

    def _before(self, layer: int) -> list[int]:
        """The layers on the way to one."""
        on_the_way = set(Graph({"layer": self.layers[layer].output}).variables)
        return [i for i, one in enumerate(self.layers[:layer]) if one.output in on_the_way]

    def _layer(self, title: str, letter: str, output: Var) -> MapLayer:
        neuron = neurons.before_activation(output)
        namers = neurons.forward_names(self.network, letter, output)
        return MapLayer(title, _shape(output), neuron, output, (namers[neuron], namers[output]))

    def _input_shape(self, maps: list[MapLayer]) -> Place:
        """The input as rows, columns and channels."""
        size = self.network.input_shape
        reshaped = next((one.shape for one in maps if _only_reshapes(one.output)), None)
        if reshaped is not None and prod(reshaped) == prod(size):
            return reshaped
        if len(size) == 1:
            return 1, prod(size), 1
        is_sequence = len(maps[0].output.shape) == 3
        rows, columns, channels = (1, *size, 1)[:3] if is_sequence else (*size, 1)[:3]
        return rows, columns, channels


def _only_reshapes(var: Var) -> bool:
    """Whether it is the input itself, in another shape or scale."""
    if not isinstance(var.definition, Equation):
        return isinstance(var.definition, Source)
    varying = [operand for operand in var.inputs if not isinstance(operand.definition, Constant)]
    is_same = var.definition.primitive.name in ("reshape", "cast", "multiply", "add")
    return is_same and len(varying) == 1 and _only_reshapes(varying[0])


def _shape(var: Var) -> Place:
    sizes = [size for size in var.shape[1:] if isinstance(size, int)]
    rows, columns, channels = [1] * (3 - len(sizes)) + sizes
    return rows, columns, channels
