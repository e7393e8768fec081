"""Every number of a network explained: neurons, the loss, gradients and updates, all read off the training graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet import neurons
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var
from glassnet.ir.specification import unknown
from glassnet.ir.trace import Trace
from glassnet.ir.types import Array
from glassnet.layers.losses import Loss
from glassnet.readings.differentiate import gradients
from glassnet.readings.explain import Explainer, Explanation
from glassnet.readings.simplify import simplify
from glassnet.train.optimizers import Optimizer
from glassnet.train.step import StepSettings, loss_graph, target_of, training_graph

if TYPE_CHECKING:
    from glassnet.network import Network

Index = tuple[int, ...]


class NetworkExplanation:
    """What a network does with one input, as arithmetic: print it, or ask for any number by its name.

    ``explanation["w1"]`` is a neuron; ``.loss``, ``.gradient(name, index)`` and ``.update(name, index)`` are there when
    targets were given.
    """

    def __init__(
        self, network: Network, x: Array, y: Array | None, loss: Loss, optimizer: Optimizer | None, whole: bool
    ) -> None:
        self._network, self._loss, self._optimizer, self._whole = network, loss, optimizer, whole
        self._values = {"x": np.asarray(x, network.dtype), **network.arrays()}
        self._y = y
        self._layers = list(neurons.layers(network.graph))
        names = dict(zip((path for path, _ in self._layers), neurons.letters(network, self._layers), strict=True))
        self._neurons = {path: neurons.before_activation(var) for path, var in self._layers}
        spoken = {self._neurons[path]: neurons.namer(names[path], self._neurons[path]) for path, _ in self._layers}
        self._explainer = Explainer(network.graph, self._values, spoken)
        self._by_name = {
            neurons.namer(names[path], var)(index): (var, index)
            for path, var in self._neurons.items()
            for index in np.ndindex(*self._explainer.shape(var)[1:])
            for index in [(0, *index)]
        }

    def __getitem__(self, name: str) -> Explanation:
        """A neuron by its name, as it is printed: "w1"."""
        if name not in self._by_name:
            raise GlassnetError(unknown("neuron", name, self._by_name))
        return self._shown(self._explainer(*self._by_name[name]))

    @property
    def neurons(self) -> tuple[str, ...]:
        """The names of all neurons, layer by layer."""
        return tuple(self._by_name)

    @property
    def layers(self) -> dict[str, list[Explanation]]:
        """For each layer, the explanations of its numbers: each neuron's sum, then what its activation makes of it."""
        return {path: [self._shown(one) for one in self._of_layer(path, var)] for path, var in self._layers}

    def _of_layer(self, path: str, output: Var) -> Iterator[Explanation]:
        neuron = self._neurons[path]
        for index in np.ndindex(*self._explainer.shape(neuron)):
            yield self._explainer(neuron, index)
        if output is not neuron:
            for index in np.ndindex(*self._explainer.shape(output)):
                yield self._explainer(output, index)

    def _shown(self, explanation: Explanation) -> Explanation:
        return explanation.whole if self._whole else explanation

    # ── training ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def loss(self) -> Explanation:
        """The loss of this input against its target."""
        graph = self._loss_and_gradients()
        return self._shown(self._explain(graph, graph.outputs["loss"], (), "loss"))

    def gradient(self, parameter: str, index: Index) -> Explanation:
        """∂loss/∂parameter[index]; its children are the numbers along the chain rule's path."""
        graph = self._loss_and_gradients()
        var = graph.outputs[self._parameter(parameter)]
        return self._shown(self._explain(graph, var, tuple(index), f"∂loss/∂{parameter}{list(index)}"))

    def update(self, parameter: str, index: Index) -> Explanation:
        """What one step of the optimiser, the first, makes of one weight."""
        if self._optimizer is None:
            raise GlassnetError("no optimizer was given; write net.explain(x, y, optimizer=gn.Adam())")
        settings = StepSettings(self._loss, self._optimizer)
        network = self._network
        graph, trace = training_graph(
            network.root, network.input_shape, network.dtype, settings, target_of(self._target(), False)
        )
        state = {
            name: network.state.get(name, np.full(slot.var.shape, slot.initial, slot.var.dtype))  # type: ignore[arg-type]
            for name, slot in trace.state.items()
        }
        values = {
            **state,
            "seed": np.uint64(network.seed),
            "step": np.float64(1),
            "learning_rate_factor": np.float64(1),
        }
        var = graph.outputs[f"parameters/{self._parameter(parameter)}"]
        return self._shown(self._explain(graph, var, tuple(index), f"new {parameter}{list(index)}", values))

    def _loss_and_gradients(self) -> Graph:
        network = self._network
        with Trace(network.dtype) as trace:
            forward = loss_graph(network.root, network.input_shape, self._loss, target_of(self._target(), False), trace)
            variables = {name: declared.var for name, declared in trace.parameters.items()}
            total = forward["loss"] + forward["penalty"]
            found = gradients(total, list(variables.values()))
        return Graph(simplify({"loss": total, **dict(zip(variables, found, strict=True))}))

    def _explain(self, graph: Graph, var: Var, index: Index, name: str, more: Any = None) -> Explanation:
        values = {**self._values, "y": self._target(), **(more or {})}
        return Explainer(graph, values)(var, index, name)

    def _target(self) -> Array:
        if self._y is None:
            raise GlassnetError("no target was given, so there is no loss; write net.explain(x, y)")
        return self._y

    def _parameter(self, name: str) -> str:
        if name not in self._network.parameters:
            raise GlassnetError(unknown("parameter", name, self._network.parameters))
        return name

    # ── as text ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def __str__(self) -> str:
        blocks = []
        for path, explanations in self.layers.items():
            blocks.append("\n".join([path or "network", *(f"  {one.text}" for one in explanations)]))
        return "\n\n".join(blocks)

    def _repr_html_(self) -> str:
        from html import escape

        rows = []
        for path, explanations in self.layers.items():
            rows.append(f"<tr><th style='text-align:left'>{escape(path or 'network')}</th></tr>")
            rows += [
                f"<tr><td style='text-align:left'><code>{escape(one.text)}</code></td></tr>" for one in explanations
            ]
        return f"<table>{''.join(rows)}</table>"
