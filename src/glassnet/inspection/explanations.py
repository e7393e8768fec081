"""Every number of a network explained: neurons, the loss, gradients and updates, by the names they are printed with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from html import escape
from itertools import islice
from math import inf

import numpy as np

from glassnet.inspection import neurons
from glassnet.inspection.neurons import Index, Namer
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Source, Var
from glassnet.ir.trace import Trace
from glassnet.ir.types import Array
from glassnet.layers.losses import Loss
from glassnet.model.model import Model
from glassnet.readings.differentiate import gradients
from glassnet.readings.explain import Explainer, Explanation
from glassnet.readings.simplify import simplify
from glassnet.train.step import loss_graph, target_of
from glassnet.train.training import Training
from glassnet.words import unknown

MOST_ROWS = 12  # of a layer that are printed before it is cut short
FIRST_ROWS = 6
MOST_NAMES = 40


class NetworkExplanation:
    """What a network does with an input, as arithmetic: print it, or ask for any number by its name.

    ``explanation["w1"]`` is a neuron, ``explanation["relu(w1)"]`` what its activation makes of it. With targets there
    are ``.loss`` and ``.gradient("w.weights[0,1]")``, or ``.gradient("w1")`` for a neuron's δ; with an optimizer
    ``.update("w.weights[0,1]")``.
    """

    def __init__(
        self,
        network: Model,
        x: Array,
        y: Array | None,
        loss: Loss,
        training: Training | None,
        whole: bool = False,
    ) -> None:
        self._network, self._loss, self._training, self._whole = network, loss, training, whole
        self._y = None if y is None else y.copy()
        self._values = _kept({"x": np.asarray(x, network.dtype), **network.arrays()})
        self._step = {} if training is None else _kept(training.values((x, self._target(), None)))

    # ── feeding forward ─────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _forward(self) -> Numbers:
        return Numbers(self._network, Graph({"prediction": self._network.output}), self._values)

    @property
    def neurons(self) -> tuple[str, ...]:
        """The names of all neurons, and of what their activations make of them, layer by layer."""
        return tuple(self._forward.by_name)

    def __getitem__(self, name: str) -> Explanation:
        """A number by its name as it is printed: "w1", "relu(w1)", "loss".

        Raises:
            GlassnetError: there is no number of that name; the message has the nearest.
        """
        return self.loss if name == "loss" else self._shown(self._forward[name])

    @property
    def layers(self) -> dict[str, list[Explanation]]:
        """For each layer, the explanations of its numbers: each neuron's sum, then what its activation makes of it."""
        return {
            title: [self._shown(self._forward(var, index)) for var in layer for index in self._forward.indices(var)]
            for title, layer in self._forward.layers.items()
        }

    def _shown(self, explanation: Explanation) -> Explanation:
        return explanation.whole if self._whole else explanation

    # ── learning ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def loss(self) -> Explanation:
        """The loss against the target, with penalties if there are any: what training makes small."""
        return self._shown(self._judged(self._judged.graph.outputs["loss"]))

    @cached_property
    def _judged(self) -> Numbers:
        network = self._network
        with Trace(network.dtype) as trace:
            target = target_of(self._target(), False)
            outputs = loss_graph(network.root, network.input_shape, self._loss, target, trace)
        total = outputs["loss"] + outputs["penalty"]
        graph = Graph(simplify({"prediction": outputs["prediction"], "loss": total}))
        return Numbers(network, graph, {**self._values, "y": self._target()})

    @cached_property
    def _differentiated(self) -> Numbers:
        graph = self._judged.graph
        return Numbers(self._network, graph, {**self._values, "y": self._target()}, graph.outputs["loss"])

    def gradient(self, name: str, index: int | Index = ()) -> Explanation:
        """∂loss/∂ one number: of a parameter, ``gradient("w.weights", (0, 1))`` or ``gradient("w.weights[0,1]")``; or
        of a neuron, ``gradient("w1")``, its δ. Its children are the numbers along the chain rule's path.
        """
        name, place = _split(name, index)
        numbers = self._differentiated
        if name in numbers.by_name:
            var, place = numbers.by_name[name]
        elif name in self._network.parameters:
            var = numbers.graph.sources[name]
        else:
            raise GlassnetError(
                unknown("parameter or neuron", name, [*self._network.parameters, *numbers.some_names()])
            )
        return self._shown(numbers(numbers.gradient_of[var], _place_in(var, place, name)))

    @cached_property
    def training(self) -> Numbers:
        """The numbers of the next training step, in which dropout and the batch's own statistics are there."""
        if self._training is None:
            raise GlassnetError("no optimizer was given; write net.explain(x, y, optimizer=gn.Adam())")
        graph = self._training.graph
        objective = graph.outputs["loss"] + graph.outputs["penalty"]
        return Numbers(self._network, graph, self._step, objective, self._forward.letters)

    def update(self, name: str, index: int | Index = ()) -> Explanation:
        """What the next step of the optimiser makes of one number of a parameter, or of what it remembers.

        The step is the first; or, where ``net.train_on_batch`` was used with this loss and optimizer, the one after.
        """
        name, place = _split(name, index)
        numbers = self.training
        new = {} if self._training is None else self._training.traced.new
        if name not in new and name in self._network.parameters:
            raise GlassnetError(f"{name} is frozen, so training does not change it; net.unfreeze lets it learn again")
        if name not in new:
            raise GlassnetError(unknown("parameter or state", name, new))
        place = _place_in(new[name], place, name)
        return self._shown(numbers(new[name], place, f"new {_with_place(name, place)}"))

    def _target(self) -> Array:
        if self._y is None:
            raise GlassnetError("no target was given, so there is no loss; write net.explain(x, y)")
        return self._y

    # ── to read ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _blocks(self) -> Iterator[tuple[str, list[str]]]:
        """(title, lines) for each layer and the loss; a wide layer is cut short unless the whole is asked for."""
        for title, layer in self._forward.layers.items():
            lines = []
            for var in layer:
                places = list(self._forward.indices(var))
                cut = len(places) > MOST_ROWS and not self._whole
                lines += [
                    self._shown(self._forward(var, index)).text for index in places[: FIRST_ROWS if cut else None]
                ]
                lines += [f"… and {len(places) - FIRST_ROWS} more"] * cut
            yield title, lines
        if self._y is not None:
            yield "loss", [self.loss.text]

    def __repr__(self) -> str:
        return "\n\n".join("\n".join([title, *(f"  {line}" for line in lines)]) for title, lines in self._blocks())

    def _repr_html_(self) -> str:
        return "".join(
            f"<details open><summary><b>{escape(title)}</b></summary>"
            + "".join(f"<div style='padding-left:2em'><code>{escape(line)}</code></div>" for line in lines)
            + "</details>"
            for title, lines in self._blocks()
        )


class Numbers:
    """The numbers of one graph of a network, each with its name.

    Attributes:
        graph: the graph that was run.
        layers: for each layer that computes something, its neurons and, apart, what its activation makes of them.
        letters: what the neurons of each layer are called; ``known`` are those of another graph of the network.
        by_name: where the number of each name is.
        gradient_of: the gradient of the objective for each parameter, neuron and activation.
    """

    def __init__(
        self,
        network: Model,
        graph: Graph,
        values: Mapping[str, Array],
        objective: Var | None = None,
        known: Mapping[str, str] | None = None,
    ) -> None:
        self.graph = graph
        found = list(neurons.layers(Graph({"prediction": graph.outputs["prediction"]})))
        pairs = [(neurons.before_activation(output), output) for _, output in found]
        self.letters = dict(zip(neurons.titles(found), neurons.letters(network, found, known), strict=True))
        self.gradient_of = {} if objective is None else _gradients(graph, pairs, objective)
        complete = Graph({**graph.outputs, **{f"gradient {i}": g for i, g in enumerate(self.gradient_of.values())}})
        self._explainer = Explainer(complete, values)
        self.layers: dict[str, tuple[Var, ...]] = {}
        named: dict[Var, Namer] = {}
        for (title, letter), (neuron, output) in zip(self.letters.items(), pairs, strict=True):
            if self._computes(output):
                self.layers[title] = (neuron,) if neuron is output else (neuron, output)
                named |= _forward_names(letter, neuron, output, len(values["x"]))
        self.by_name = {namer(index): (var, index) for var, namer in named.items() for index in self.indices(var)}
        self._explainer.names = _output_names(graph) | _gradient_names(self.gradient_of, named) | named

    def __call__(self, var: Var, index: Index = (), name: str | None = None) -> Explanation:
        return self._explainer(var, index, name)

    def __getitem__(self, name: str) -> Explanation:
        if name not in self.by_name:
            raise GlassnetError(unknown("neuron", name, self.some_names()))
        return self(*self.by_name[name])

    def some_names(self) -> list[str]:
        """The first names, for messages."""
        return list(islice(self.by_name, MOST_NAMES))

    def indices(self, var: Var) -> Iterator[Index]:
        """Where the numbers of a variable are."""
        return np.ndindex(*self._explainer.shape(var))

    def _computes(self, output: Var) -> bool:
        """Whether a layer does more than move numbers to other places."""
        first = (0,) * len(self._explainer.shape(output))
        return self._explainer.behind(output, first)[0] is output


def _kept(values: Mapping[str, Array]) -> dict[str, Array]:
    """The numbers as they are now, whatever training makes of them later."""
    return {name: np.array(array) for name, array in values.items()}


def _gradients(graph: Graph, pairs: list[tuple[Var, Var]], objective: Var) -> dict[Var, Var]:
    parameters = [v for v in graph.sources.values() if v.definition.kind == "parameter"]  # type: ignore[union-attr]
    wrt = list(dict.fromkeys([*parameters, *(var for pair in pairs for var in pair)]))
    slopes = {f"gradient {i}": gradient for i, gradient in enumerate(gradients(objective, wrt))}
    found = simplify({**graph.outputs, **slopes})  # with the outputs: a gradient may need what they have computed
    return {var: found[name] for var, name in zip(wrt, slopes, strict=True)}


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _forward_names(letter: str, neuron: Var, output: Var, samples: int) -> dict[Var, Namer]:
    """What neurons are called, and what their activation makes of them: w1, relu(w1)."""
    own = neurons.namer(letter, neuron, samples)
    activation = neurons.activation_name(neuron, output)
    return {neuron: own} if neuron is output else {neuron: own, output: lambda index: f"{activation}({own(index)})"}


def _gradient_names(gradient_of: Mapping[Var, Var], named: Mapping[Var, Namer]) -> dict[Var, Namer]:
    """δw1 is ∂loss/∂w1; other gradients are written as such."""
    names: dict[Var, Namer] = {}
    for var, gradient in gradient_of.items():
        if isinstance(var.definition, Source):
            names[gradient] = partial(_with_place, f"∂loss/∂{var.definition.name}")
        elif var in named:
            names[gradient] = partial(_delta, named[var])
    return names


def _delta(namer: Namer, index: Index) -> str:
    name = namer(index)
    return f"∂loss/∂{name}" if "(" in name else f"δ{name}"


def _output_names(graph: Graph) -> dict[Var, Namer]:
    """The loss, and the new values of parameters and of what is remembered from step to step."""
    names: dict[Var, Namer] = {}
    for name, var in graph.outputs.items():
        replaced = graph.sources.get(name)
        if name == "loss":
            names[var] = lambda _: "loss"
        elif replaced is not None:
            short = name.rpartition(".")[2] if replaced.origin.stage == "optimizer" else name
            names[var] = partial(_with_place, f"new {short}")
    return names


def _with_place(name: str, index: Index) -> str:
    return f"{name}{list(index)}" if index else name


def _split(name: str, index: int | Index) -> tuple[str, Index]:
    """The name and the place, which may also be part of the name: "w.weights[0,1]"."""
    match = re.fullmatch(r"(.+?)\s*\[([\d\s,]+)\]", name)
    if match:
        return match[1], tuple(int(i) for i in match[2].split(",") if i.strip())
    return name, (index,) if isinstance(index, int) else tuple(index)


def _place_in(var: Var, index: Index, name: str) -> Index:
    """The index, where the variable has a number there; the batch is checked by the explainer."""
    sizes = [dim if isinstance(dim, int) else inf for dim in var.shape]
    fits = len(index) == len(sizes) and all(0 <= i < size for i, size in zip(index, sizes, strict=True))
    if not fits:
        last = ", ".join(str(size - 1) for size in sizes)
        asked = f"there is no number {list(index)} in it" if index else "say which number"
        raise GlassnetError(f"{name} has the shape {var.shape}; {asked}: write {name}[{last}] for the last one")
    return index
