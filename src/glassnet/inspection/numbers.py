"""The numbers of one graph of a network, each found by the name it is printed with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial

import numpy as np

from glassnet.inspection import neurons
from glassnet.inspection.connections import connections
from glassnet.inspection.names import (
    gradient_names,
    inner_names,
    loss_names,
    marked,
    names_in_functions,
    new_names,
    place_in,
    printed,
    slope_name,
    source_names,
    split,
    state_name,
    with_place,
)
from glassnet.inspection.neurons import Index, Namer
from glassnet.inspection.origins import origin
from glassnet.inspection.slopes import one, slopes
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var
from glassnet.ir.types import Array
from glassnet.model.model import Model
from glassnet.readings.explain import Explainer, Explanation
from glassnet.readings.explain.arithmetic import Leaf
from glassnet.words import LOWERED, unknown

MOST_ALIKE = 8  # variables whose names are tried; the steps of a sequence are more, and are all named
BATCHES = ("x", "y", "sample_weight", "class", "answer")


class Numbers:
    """The numbers of one graph of a network, each with its name.

    Attributes:
        graph: the graph that was run.
        layers: for each layer that computes something, its neurons and, apart, what its activation makes of them.
        letters: what the neurons of each layer are called; ``known`` are those of another graph of the network.
        gradient_of: the gradient of the objective for each input, parameter, neuron and activation.
    """

    def __init__(
        self,
        network: Model,
        graph: Graph,
        values: Mapping[str, Array],
        slopes: Mapping[Var, Var] | None = None,
        known: Mapping[str, str] | None = None,
        mark: str = "",
        others: Collection[str] = (),
        of: str = "loss",
        made: Mapping[str, Array] | None = None,
    ) -> None:
        """``slopes`` are those of the number called ``of``. ``mark`` ends the names of all that is computed, and of the
        sources that are ``others`` than those in use. ``made``: outputs of the graph, to the last bit.
        """
        self.graph, self.mark, self._of = graph, mark, of
        self._made_of = network, values, known, others
        found = list(neurons.layers(Graph({"prediction": graph.outputs["prediction"]})))
        pairs = [(neurons.before_activation(output), output) for _, output in found]
        self.letters = dict(zip(neurons.titles(found), neurons.letters(network, found, known), strict=True))
        self.gradient_of = dict(slopes or {})
        complete = Graph({**graph.outputs, **{f"gradient {i}": g for i, g in enumerate(self.gradient_of.values())}})
        self._explainer = Explainer(complete, values)
        self._explainer.take({graph.outputs[name]: array for name, array in (made or {}).items()})
        self.layers: dict[str, tuple[Var, ...]] = {}
        self._moved: dict[Var, Namer] = {}
        samples = len(values["x"])
        self._given, self._count = source_names(network, graph, samples), samples
        named: dict[Var, Namer] = {}
        sums: dict[str, Var] = {}
        for (title, letter), (neuron, output) in zip(self.letters.items(), pairs, strict=True):
            if self._computes(output):
                self.layers[title] = (neuron,) if neuron is output else (neuron, output)
                named |= neurons.forward_names(network, letter, output, samples)
                sums[output.origin.path] = neuron
                continue
            if not output.is_result_of("named"):
                self._moved[output] = neurons.namer(letter, output, samples)
            if inner := _named_of(graph, output.origin.path):
                self.layers[title] = inner
        place = {var: i for i, var in enumerate(graph.variables)}
        self.layers = dict(sorted(self.layers.items(), key=lambda layer: place[layer[1][0]]))
        results = {output: named[output] for neuron, output in pairs if output in named and neuron is not output}
        named |= inner_names(complete, samples, of) | loss_names(graph) | names_in_functions(complete, results)
        self._named = self._moved | named
        named |= self._given
        if mark:
            sources = {graph.sources[name]: partial(with_place, state_name(name)) for name in others}
            same = {var for name, var in graph.sources.items() if name not in others}
            named = {
                var: namer if var in same or var.origin.stage == "optimizer" else partial(marked, namer, mark)
                for var, namer in (sources | named).items()
            }
        self._explainer.names = new_names(graph) | gradient_names(self.gradient_of, named, of, mark) | named
        self._connect(graph, sums)

    def _connect(self, graph: Graph, sums: Mapping[str, Var]) -> None:
        """Tell what each weight connects: itself, its gradient and its new value."""

        def name_of(var: Var, index: Index) -> str:
            return self._explainer(var, index).name

        new = {graph.sources[name]: var for name, var in graph.outputs.items() if name in graph.sources}
        symbols, roles = dict[Var, Namer](), dict[Var, Namer]()
        self._connections = tuple(connections(graph, sums, name_of))
        for connected in self._connections:
            source = connected.source
            symbols[source] = connected.symbol
            places = (source, self.gradient_of.get(source), new.get(source))
            roles |= {var: connected.role for var in places if var is not None}
        self._explainer.symbols, self._explainer.roles = symbols, roles

    def differentiated(self, of: str) -> Numbers:
        """The same numbers, and the slopes of the one of that name."""
        network, values, known, others = self._made_of
        slopes_of = slopes(network, self.graph, one(*self.find(of)))
        return Numbers(network, self.graph, values, slopes_of, known, self.mark, others, of)

    def __call__(self, var: Var, index: Index = (), name: str | None = None) -> Explanation:
        """The explanation of one number; of one that a layer only moves, that it is another."""
        if var in self._moved and name is None:
            behind, place = self._explainer.behind(var, index)
            value, name = self._explainer.value(var, index), self._moved[var](index) + self.mark
            return Explanation(name, value, (var, index), lambda: Leaf(value, var=behind, index=place), self._explainer)
        explained = self._explainer(var, index, name)
        return replace(explained, origin=origin(self._made_of[0], *explained.place, explained.value))

    def __getitem__(self, name: str) -> Explanation:
        return self(*self.find(name))

    def find(self, name: str, index: int | Index = ()) -> tuple[Var, Index]:
        """The variable and the place in it of the number of that name; the place may also be given apart.

        Raises:
            GlassnetError: there is none; the message has the nearest.
        """
        if (found := self._found(name := printed(name).removesuffix(self.mark), index)) is not None:
            return found
        raise GlassnetError(unknown("number", name, [*self.by_name, *self._of_one_sample, *self._sources]))

    def _found(self, name: str, index: int | Index = ()) -> tuple[Var, Index] | None:
        if found := self._read(name):
            return found
        if name in self.by_name:
            return self.by_name[name]
        base, place = split(name, index)
        if base in self._sources:
            return self._sources[base], place_in(self._sources[base], place, base)
        return self._in_batch(name) or self._weight(name)

    @cached_property
    def by_name(self) -> dict[str, tuple[Var, Index]]:
        """Where the number of each name is, of neurons, losses and all else that is computed."""
        return {namer(index): (var, index) for var, namer in self._named.items() for index in self.indices(var)}

    def _read(self, name: str) -> tuple[Var, Index] | None:
        """Where the number of that name is, if it says so itself: maps have too many to name them all."""
        alike = self._alike.get(neurons.without_digits(name), ())
        for var, namer in reversed(alike) if len(alike) <= MOST_ALIKE else ():
            if place := neurons.place_of(name, namer, self.shape(var)):
                return var, place
        return None

    @cached_property
    def _alike(self) -> dict[str, list[tuple[Var, Namer]]]:
        """The variables of samples, by what the names of their numbers have in common."""
        found = defaultdict[str, list[tuple[Var, Namer]]](list)
        for var, namer in self._named.items():
            if len(shape := self.shape(var)) > 1:
                found[neurons.without_digits(namer((0,) * len(shape)))].append((var, namer))
        return dict(found)

    @cached_property
    def _sources(self) -> dict[str, Var]:
        return {state_name(name): var for name, var in self.graph.sources.items() if name not in BATCHES}

    def _in_batch(self, name: str) -> tuple[Var, Index] | None:
        """Where the input or target of that name is; the names are those of one sample, for samples may be many."""
        base, _, number = name.removesuffix("⁾").partition("⁽")
        sample = int(number.translate(LOWERED)) - 1 if number.isdigit() else 0
        fits = bool(number) == (self._count > 1) and 0 <= sample < self._count
        if not fits or base not in self._of_one_sample:
            return None
        var, index = self._of_one_sample[base]
        return var, (sample, *index[1:])

    def _weight(self, name: str) -> tuple[Var, Index] | None:
        """Where the weight is that formulas call weight(u→w2)."""
        is_weight = name.startswith("weight(")
        found = (one.find(name, self.shape(one.source)) for one in self._connections if is_weight)
        return next((place for place in found if place), None)

    @cached_property
    def _of_one_sample(self) -> dict[str, tuple[Var, Index]]:
        """The inputs and targets of the first sample, by their names without its number."""
        batches = {var: self._given[var] for name, var in self.graph.sources.items() if name in BATCHES}
        places = ((var, namer, i) for var, namer in batches.items() for i in np.ndindex(1, *self.shape(var)[1:]))
        return {namer(index).partition("⁽")[0]: (var, index) for var, namer, index in places}

    def __contains__(self, name: str) -> bool:
        try:
            return self._found(printed(name).removesuffix(self.mark)) is not None
        except GlassnetError:
            return False

    def gradient(self, name: str, index: int | Index = ()) -> Explanation:
        """The gradient of the objective for the number of that name."""
        var, place = self.find(name, index)
        if var not in self.gradient_of:
            raise GlassnetError(f"no gradient is taken for {name}: ask for one of a neuron, a weight or an input")
        named = slope_name(self._of, False, self._moved[var], self.mark, place) if var in self._moved else None
        return self(self.gradient_of[var], place, named)

    @property
    def neurons(self) -> tuple[str, ...]:
        """The names of all neurons, and of what their activations make of them, layer by layer."""
        computed = {var for layer in self.layers.values() for var in layer}
        return tuple(name for name, (var, _) in self.by_name.items() if var in computed)

    def indices(self, var: Var) -> Iterator[Index]:
        """Where the numbers of a variable are."""
        return np.ndindex(*self.shape(var))

    def shape(self, var: Var) -> tuple[int, ...]:
        """The shape of a variable's values."""
        return self._explainer.shape(var)

    @property
    def values(self) -> Mapping[str, Array]:
        """What the graph was run on, by source."""
        return self._made_of[1]

    def _computes(self, output: Var) -> bool:
        """Whether a layer does more than move numbers to other places."""
        first = (0,) * len(self.shape(output))
        return self._explainer.behind(output, first)[0] is output


def _named_of(graph: Graph, path: str) -> tuple[Var, ...]:
    """What a layer that ends by moving numbers names within itself: the gates at one step of an LSTM."""
    found = (var for var, equation in graph.equations() if equation.primitive.name == "named")
    return tuple(var for var in found if path and (var.origin.path, var.origin.stage) == (path, ""))
