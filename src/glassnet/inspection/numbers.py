"""The numbers of one graph of a network, each found by the name it is printed with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from itertools import islice
from math import inf

import numpy as np

from glassnet.inspection import neurons
from glassnet.inspection.connections import connections
from glassnet.inspection.neurons import Index, Namer, input_names
from glassnet.inspection.origins import origin
from glassnet.inspection.slopes import one, slopes
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Source, Var
from glassnet.ir.trace import of_parameter
from glassnet.ir.types import BATCH, Array
from glassnet.model.model import Model
from glassnet.readings.explain import Explainer, Explanation
from glassnet.readings.explain.arithmetic import Leaf
from glassnet.words import LOWERED, SUPERSCRIPTS, unknown

MOST_NAMES = 40
BATCHES = ("x", "y", "sample_weight", "class", "answer")
IN_TRAINING = " in training"
"""What the names of a training step end with, where its numbers are others than those of the network in use."""


class Numbers:
    """The numbers of one graph of a network, each with its name.

    Attributes:
        graph: the graph that was run.
        layers: for each layer that computes something, its neurons and, apart, what its activation makes of them.
        letters: what the neurons of each layer are called; ``known`` are those of another graph of the network.
        by_name: where the number of each name is, of neurons, losses and all else that is computed.
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
        self._given, self._count = _source_names(network, graph, samples), samples
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
        named |= _inner_names(complete, samples, of) | _loss_names(graph) | _names_in_functions(complete, results)
        self.by_name = self._places(self._moved | named)
        named |= self._given
        if mark:
            sources = {graph.sources[name]: partial(with_place, state_name(name)) for name in others}
            same = {var for name, var in graph.sources.items() if name not in others}
            named = {
                var: namer if var in same or var.origin.stage == "optimizer" else partial(_marked, namer, mark)
                for var, namer in (sources | named).items()
            }
        self._explainer.names = _new_names(graph) | _gradient_names(self.gradient_of, named, of, mark) | named
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
        raise GlassnetError(unknown("number", name, [*self.some_names(), *self._sources]))

    def _found(self, name: str, index: int | Index = ()) -> tuple[Var, Index] | None:
        if name in self.by_name:
            return self.by_name[name]
        base, place = split(name, index)
        if base in self._sources:
            return self._sources[base], place_in(self._sources[base], place, base)
        return self._in_batch(name) or self._weight(name)

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

    def _places(self, named: Mapping[Var, Namer]) -> dict[str, tuple[Var, Index]]:
        return {namer(index): (var, index) for var, namer in named.items() for index in self.indices(var)}

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
        named = _slope(self._of, False, self._moved[var], self.mark, place) if var in self._moved else None
        return self(self.gradient_of[var], place, named)

    @property
    def neurons(self) -> tuple[str, ...]:
        """The names of all neurons, and of what their activations make of them, layer by layer."""
        computed = {var for layer in self.layers.values() for var in layer}
        return tuple(name for name, (var, _) in self.by_name.items() if var in computed)

    def some_names(self) -> list[str]:
        """The first names, for messages."""
        return [*islice(self.by_name, MOST_NAMES), *islice(self._of_one_sample, MOST_NAMES)]

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


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def printed(name: str) -> str:
    """A name as it is printed, however it was typed: p1^(2) is p1⁽²⁾, dloss/dw.weights[0,1] is ∂loss/∂w.weights[0, 1].

    >>> printed("p1^(2)"), printed("dloss/dw.weights[0,1]"), printed(" δp1 ")
    ('p1⁽²⁾', '∂loss/∂w.weights[0, 1]', 'δp1')
    """
    name = re.sub("^dloss/d", "∂loss/∂", name.strip())
    raised = re.sub(r"\^(\(\d+\))", lambda match: match[1].translate(SUPERSCRIPTS), name)
    return re.sub(r"\[([\d\s,]+)\]", lambda match: str([int(i) for i in match[1].split(",") if i.strip()]), raised)


def of_sample(index: Index, samples: int) -> str:
    """⁽²⁾ for the second of several samples."""
    return f"({index[0] + 1})".translate(SUPERSCRIPTS) if samples > 1 else ""


def with_place(name: str, index: Index) -> str:
    """w.weights[0, 1]; the name alone of a single number."""
    return f"{name}{list(index)}" if index else name


def split(name: str, index: int | Index = ()) -> tuple[str, Index]:
    """The name and the place, which may also be part of the name: "w.weights[0,1]"."""
    match = re.fullmatch(r"(.+?)\s*\[([\d\s,]+)\]", name)
    if match:
        return match[1], tuple(int(i) for i in match[2].split(",") if i.strip())
    return name, (index,) if isinstance(index, int) else tuple(index)


def place_in(var: Var, index: Index, name: str) -> Index:
    """The index, where the variable has a number there; the batch is checked by the explainer."""
    sizes = [dim if isinstance(dim, int) else inf for dim in var.shape]
    fits = len(index) == len(sizes) and all(0 <= i < size for i, size in zip(index, sizes, strict=True))
    if not fits:
        last = ", ".join(str(size - 1) for size in sizes)
        asked = f"there is no number {list(index)} in it" if index else "say which number"
        raise GlassnetError(f"{name} has the shape {var.shape}; {asked}: write {name}[{last}] for the last one")
    return index


def _is_source(var: Var) -> bool:
    return isinstance(var.definition, Source)


def _marked(namer: Namer, mark: str, index: Index) -> str:
    return namer(index) + mark


def _source_names(network: Model, graph: Graph, samples: int) -> dict[Var, Namer]:
    """The inputs are x, or u and v, or x1, x2, …; the targets are called so; an optimiser's memory by its parameter."""
    names: dict[Var, Namer] = {
        var: partial(with_place, state_name(name)) for name, var in graph.sources.items() if name != state_name(name)
    }
    if (x := graph.sources.get("x")) is not None:
        inputs = input_names(network)
        names[x] = lambda index: f"{inputs[index[1:]]}{of_sample(index, samples)}"
    called = {"y": "target", "sample_weight": "sample_weight", "class": "class", "answer": "answer"}
    for name, word in called.items():
        if (var := graph.sources.get(name)) is not None:
            several = len(var.shape) > 1
            names[var] = neurons.namer(word, var, samples) if several else partial(_of_a_sample, word, samples)
    return names


def _of_a_sample(name: str, samples: int, index: Index) -> str:
    return f"{name}{of_sample(index, samples)}"


def _inner_names(graph: Graph, samples: int, of: str) -> dict[Var, Namer]:
    """What layers and optimisers name within themselves: the mean of layernorm_1 is layernorm_1.mean.

    The learning rate is one for all parameters, unless the optimiser has several. ``of`` is what the gradients are of,
    which stands in the names of what they name within themselves, unless it is the loss.
    """
    inner = {
        var: str(dict(equation.params)["name"])
        for var, equation in graph.equations()
        if equation.primitive.name == "named"
    }
    if samples == 1:  # whose loss is all there is
        inner = {var: name for var, name in inner.items() if name != "loss"}
    counts = Counter(inner.values())
    names: dict[Var, Namer] = {}
    for var, name in inner.items():
        if not (var.origin.path or var.origin.stage) and var.shape[:1] == (BATCH,):  # of the samples' losses
            names[var] = neurons.namer(name, var, samples)
            continue
        is_one_for_all = var.origin.stage == "optimizer" and counts[name] == 1
        base = name if is_one_for_all else ".".join(filter(None, (var.origin.path, name)))
        names[var] = partial(inner_name, base, var, samples)
        if var.origin.stage == "gradient" and of != "loss":
            names[var] = partial(_marked, names[var], f" of {of}")
    return names


def inner_name(base: str, var: Var, samples: int, index: Index) -> str:
    """A batch axis is told by the sample; in layers, axes of one number are left out of the place."""
    of_batch = len(var.shape) > 0 and var.shape[0] is BATCH
    single = None if var.origin.stage == "optimizer" else 1
    place = tuple(i for i, size in zip(index, var.shape, strict=True) if size != single and size is not BATCH)
    return with_place(base, place) + (of_sample(index, samples) if of_batch else "")


def _names_in_functions(graph: Graph, results: Mapping[Var, Namer]) -> dict[Var, Namer]:
    """What activations name within themselves is called by the neuron: sigmoid(w1); and derivatives: relu'(w1)."""
    of_layer = {result.origin.path: (result.shape, namer) for result, namer in results.items()}
    names: dict[Var, Namer] = {}
    for var, equation in graph.equations():
        shape, namer = of_layer.get(var.origin.path, (None, None)) if var.origin.stage != "optimizer" else (None, None)
        if equation.primitive.name == "named" and namer is not None and var.shape == shape:
            names[var] = partial(_of_neuron, str(dict(equation.params)["name"]), namer)
    return names


def _of_neuron(name: str, namer: Namer, index: Index) -> str:
    return f"{name}({namer(index).partition('(')[2]}"


def _loss_names(graph: Graph) -> dict[Var, Namer]:
    """The loss, with the penalty if there is one."""
    return {graph.outputs["loss"]: lambda _: "loss"} if "loss" in graph.outputs else {}


def _gradient_names(gradient_of: Mapping[Var, Var], named: Mapping[Var, Namer], of: str, mark: str) -> dict[Var, Namer]:
    """δw1 is ∂loss/∂w1; other gradients are written as such."""
    names: dict[Var, Namer] = {}
    for var, gradient in gradient_of.items():
        namer = named.get(var)
        if namer is None and isinstance(var.definition, Source):
            namer = partial(with_place, var.definition.name)
        if namer is not None:
            names[gradient] = partial(_slope, of, _is_source(var), namer, mark)
    return names


def _named_of(graph: Graph, path: str) -> tuple[Var, ...]:
    """What a layer that ends by moving numbers names within itself: the gates at one step of an LSTM."""
    found = (var for var, equation in graph.equations() if equation.primitive.name == "named")
    return tuple(var for var in found if path and (var.origin.path, var.origin.stage) == (path, ""))


def _slope(of: str, given: bool, namer: Namer, mark: str, index: Index) -> str:
    name = namer(index).removesuffix(mark)
    is_delta = of == "loss" and not given and not re.search(r"[(.]", name)
    return f"δ{name}{mark}" if is_delta else f"∂{of}/∂{name}{mark}"


def _new_names(graph: Graph) -> dict[Var, Namer]:
    """The new values of parameters and of what is remembered from step to step."""
    return {
        var: partial(with_place, f"new {state_name(name)}")
        for name, var in graph.outputs.items()
        if name in graph.sources
    }


COUNTED = {
    "learning_rate_factor": "rate factor",
    "optimizer_step": "steps",
    "schedule_start": "steps before the schedule",
}
"""What the sources of a training step are called, where it is another name."""


def state_name(name: str) -> str:
    """What is remembered for a parameter is called by it: the m of Adam for w.weights is w.weights.m.

    >>> state_name("optimizer.w.weights.m"), state_name("optimizer.loss"), state_name("optimizer_step")
    ('w.weights.m', 'optimizer.loss', 'steps')
    """
    own = of_parameter(name)
    return COUNTED.get(name) or (own if "." in own else name)
