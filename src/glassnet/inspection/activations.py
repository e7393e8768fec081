"""All neurons of a network at one input, as arrays: what pictures of wide layers are coloured by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from glassnet.inspection import neurons
from glassnet.inspection.slopes import one
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH, Array
from glassnet.layers.layer import run
from glassnet.model.model import Model
from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program
from glassnet.readings.simplify import WRITTEN, simplify


@dataclass(frozen=True, eq=False)
class LayerOfNeurons:
    """The neurons of a layer at one input.

    Attributes:
        title: the layer's name, dense_1.
        names, sums: each neuron's name and its sum.
        called, values: the same of what its activation makes of it; of a layer without one, the same again.
    """

    title: str
    names: tuple[str, ...]
    sums: Array
    called: tuple[str, ...]
    values: Array


class Activations:
    """Prepared once for a network, then asked for one input after the other; names are those of explanations.

    >>> import glassnet as gn
    >>> [w, h, z] = Activations(gn.lecture())([0.4, -0.7])
    >>> w.title, w.names, w.sums.round(2).tolist(), w.called[1]
    ('w', ('w1', 'w2', 'w3', 'w4'), [0.71, -0.39, -0.24, -0.58], 'w2')
    """

    def __init__(self, network: Model) -> None:
        self.network = network
        with Trace(network.dtype):
            self._x = source("input", "x", (BATCH, *network.input_shape), network.dtype)
            outputs = simplify({"prediction": run(network.root, self._x)}, keep=WRITTEN)
        graph = Graph(outputs)
        found = list(neurons.layers(graph))
        letters = neurons.letters(network, found)
        self._layers: list[tuple[str, Var, Var]] = []
        self._names: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        for title, letter, (path, output) in zip(neurons.titles(found), letters, found, strict=True):
            if any(name.startswith(f"{path}.") for name in network.parameters):
                neuron = neurons.before_activation(output)
                namers = neurons.forward_names(network, letter, output)
                self._layers.append((title, neuron, output))
                self._names.append((_names(namers[neuron], neuron), _names(namers[output], output)))
        wanted = {f"sums {i}": neuron for i, (_, neuron, _) in enumerate(self._layers)}
        wanted |= {f"values {i}": output for i, (_, _, output) in enumerate(self._layers)}
        self._program = Program(Graph(wanted))
        self._slopes: dict[str, Program] = {}

    def __call__(self, x: Array) -> list[LayerOfNeurons]:
        """The neurons of each layer that has weights, at one input of the network's shape."""
        numbers = self._program(self._given(x))
        return [
            LayerOfNeurons(title, names, numbers[f"sums {i}"].reshape(-1), called, numbers[f"values {i}"].reshape(-1))
            for i, ((title, _, _), (names, called)) in enumerate(zip(self._layers, self._names, strict=True))
        ]

    def everywhere(self, x: Array) -> list[Array]:
        """The values of each such layer's neurons at many inputs, as arrays (n, neurons) or of the layer's shape.

        >>> import glassnet as gn
        >>> [values.shape for values in Activations(gn.lecture()).everywhere([[0.4, -0.7], [0, 1], [1, 1]])]
        [(3, 4), (3, 3), (3, 1)]
        """
        numbers = self._program({"x": np.asarray(x, self.network.dtype), **self.network.arrays()})
        return [numbers[f"values {i}"] for i in range(len(self._layers))]

    def slope(self, name: str, x: Array) -> Array:
        """∂ one neuron / ∂ each input, of the input's shape: what a little more of each would do to it.

        Raises:
            GlassnetError: there is no neuron of that name.

        >>> import glassnet as gn
        >>> Activations(gn.lecture()).slope("w1", [0.4, -0.7]).tolist()
        [0.3, -0.7]
        """
        if name not in self._slopes:
            [slope] = gradients(one(*self._find(name)), [self._x])
            self._slopes[name] = Program(Graph({"slope": slope}))
        return np.asarray(self._slopes[name](self._given(x))["slope"][0])

    def _find(self, name: str) -> tuple[Var, tuple[int, ...]]:
        for (_, neuron, output), (names, called) in zip(self._layers, self._names, strict=True):
            for var, known in ((neuron, names), (output, called)):
                if name in known:
                    return var, _places(var)[known.index(name)]
        raise GlassnetError(f"there is no neuron {name!r}")

    def _given(self, x: Array) -> dict[str, Array]:
        return {"x": np.asarray(x, self.network.dtype)[None], **self.network.arrays()}


def _names(namer: neurons.Namer, var: Var) -> tuple[str, ...]:
    return tuple(map(namer, _places(var)))


def _places(var: Var) -> list[tuple[int, ...]]:
    """The index of each neuron of one sample, which may be a row of numbers or maps."""
    return [(0, *place) for place in np.ndindex(*(size for size in var.shape if isinstance(size, int)))]
