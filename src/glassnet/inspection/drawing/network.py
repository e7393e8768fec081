"""The picture of a network: its stations, with their names, numbers and headings, as columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from copy import copy
from dataclasses import fields
from functools import cached_property, partial

import numpy as np

from glassnet.canvas import Picture
from glassnet.canvas.text import width
from glassnet.inspection import neurons
from glassnet.inspection.drawing.blackboard import network_scene
from glassnet.inspection.drawing.columns import (
    EVERYTHING,
    MOST_LABELLED,
    MOST_SHOWN,
    NAME_ROOM,
    Column,
    Link,
    Look,
    Numbers,
)
from glassnet.inspection.drawing.learning import Learning, Step
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH, Array
from glassnet.layers.activations import ActivationFunction
from glassnet.layers.layer import run
from glassnet.model.model import Model
from glassnet.readings.draw.stations import Station, stations
from glassnet.readings.evaluate import Program
from glassnet.readings.simplify import simplify
from glassnet.words import counted, words_of


def draw(
    network: Model,
    x: Array | None = None,
    learning: Learning | None = None,
    dark: bool | None = None,
    *,
    colors: str = "signs",
    look: Look = EVERYTHING,
) -> Picture:
    """The picture of a network, with the values for one sample ``x`` of shape (1, inputs) where it is given.

    Of a network that learns from a sample, the picture has the loss's gradients for the weights on the edges, and each
    neuron's δ.

    >>> import glassnet as gn
    >>> draw(gn.lecture("1-3-3-1")).svg.startswith("<svg")
    True
    """
    name = repr(network).rsplit(", float", 1)[0].replace("Network", "A neural network")
    name += ": the gradients of its loss" if learning else ""
    return Picture(network_scene(Columns(network, x, learning, look=look).all(), name), dark, colors)


class Columns:
    """The columns of a network's picture, one for each station of its graph (readings/draw/stations.py).

    Instead of the numbers of ``concealed`` names, "?" is shown.
    """

    concealed: Collection[str] = ()

    def __init__(
        self,
        network: Model,
        x: Array | None = None,
        learning: Learning | Step | None = None,
        step: Step | None = None,
        look: Look = EVERYTHING,
    ) -> None:
        """With ``learning`` the numbers are gradients; with a ``step`` they are what the network makes in training."""
        self.network, self.learning, self.step, self.look = network, learning, step, look
        self.graph = (learning or step or network).graph
        self.stations = stations(self.graph)
        rows = [i for i, station in enumerate(self.stations) if station.edges and not self.is_output(i)]
        self.hidden = {i: number for number, i in enumerate(rows, 1)}
        self.layers = network.layers
        self.before = [neurons.before_activation(s.var) if s.sources else s.var for s in self.stations]
        self.numbers = self._numbers(x) if learning is None else learning.gradients(self._wanted(True))
        self.all_names = self._all_names()
        self.asides = self._asides()

    def at(self, x: Array, look: Look = EVERYTHING, concealed: Collection[str] = ()) -> Columns:
        """The columns of the same network, with the numbers that it has now, for another sample."""
        result = copy(self)
        result.numbers, result.look, result.concealed = self._numbers(x), look, concealed
        return result

    @property
    def names(self) -> list[list[str]]:
        """The neurons' names, as explanations and formulas have them."""
        return [names for names, _ in self.all_names]

    def all(self) -> list[Column]:
        return [self._column(i, station) for i, station in enumerate(self.stations)]

    def _column(self, i: int, station: Station) -> Column:
        shape, edges = _sample_shape(station), station.edges
        noun = "gradient" if self.learning else "weight"
        weights, connected = self._edges(i)
        inside, below = self._inside_and_below(i)
        return Column(
            title=self._title(i, station),
            notes=[note for note in (station.path, self._size(station), self.asides.get(i, "")) if note],
            shape=shape,
            links=[
                Link(before, weights, connected, noun, edges.weights_name if edges else "")
                for before in station.sources
            ],
            block=self._block(station),
            names=self.names[i] if shape[0] <= MOST_LABELLED else (),
            outside=self._outside(i, station),
            biases=self.numbers.get(f"biases {i}") if self.look.weights else None,
            inside=inside,
            below=below,
            bias_name=edges.biases_name if edges else "",
            look=self.look,
        )

    def _edges(self, i: int) -> tuple[Array | None, Array | None]:
        """The numbers on the edges to a station, None where they are not to be seen; and where there are edges."""
        weights, edges = self.numbers.get(f"weights {i}"), self.stations[i].edges
        connected = edges.connected if edges else None
        if self.look.weights or weights is None:
            return weights, connected
        return None, np.ones(weights.shape, bool) if connected is None else connected

    def _inside_and_below(self, i: int) -> tuple[Numbers | None, Numbers | None]:
        """Each neuron's sum, and its value after the activation if it has one; or its δ, of an input the gradient."""
        names, called = self.all_names[i]
        sums, values = (self.numbers.get(f"{what} {i}") for what in ("sums", "values"))
        if sums is None:
            return None, None
        if self.learning and not self.stations[i].sources:
            slopes = Numbers([f"∂loss/∂{name}" for name in names], sums.reshape(-1))
            return Numbers(names, self.learning.x.reshape(-1)), slopes
        numbers = partial(Numbers, concealed=self.concealed)
        inside = numbers([f"δ{name}" for name in names] if self.learning else names, sums.reshape(-1))
        return inside, None if values is None else numbers(called, values.reshape(-1))

    def _numbers(self, x: Array | None) -> dict[str, Array]:
        """The weights, biases and (given an input) values of the stations, by kind and index: "weights 1"."""
        if self.step is not None:
            return self.step.values(self._wanted(True))
        if x is None:
            return Program(Graph(self._wanted(False)))(self.network.arrays())
        return self._program({"x": np.asarray(x, self.network.dtype), **self.network.arrays()})

    @cached_property
    def _program(self) -> Program:
        return Program(Graph(self._wanted(True)))

    def _wanted(self, is_run: bool) -> dict[str, Var]:
        """What stands in the picture; sums and values only where the network is run. Biases have no gradient in it."""
        wanted = {}
        for i, station in enumerate(self.stations):
            if is_run:
                wanted[f"sums {i}"] = self.before[i]
            if is_run and not self.learning and self.before[i] is not station.var:
                wanted[f"values {i}"] = station.var
            if station.edges:
                wanted[f"weights {i}"] = station.edges.weights
            if station.edges and station.edges.biases is not None and not self.learning:
                wanted[f"biases {i}"] = station.edges.biases
        return wanted

    def is_output(self, i: int) -> bool:
        return i == len(self.stations) - 1 and i > 0

    def is_hidden(self, i: int) -> bool:
        return bool(self.stations[i].sources) and not self.is_output(i)

    # ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _title(self, i: int, station: Station) -> str:
        """The column's title: Input, Hidden 1, Hidden 2, …, Output; for a layer without weights, what it does."""
        if not station.sources:
            return "Input"
        if self.is_output(i):
            return "Output"
        return f"Hidden {self.hidden[i]}" if i in self.hidden else self._block(station).capitalize()

    def _size(self, station: Station) -> str:
        """How many neurons, and their activation."""
        shape = _sample_shape(station)
        if len(shape) != 1:
            return ""
        size = counted(shape[0], "number" if self._block(station) else "neuron")
        return f"{size}, {self._activation(station)}" if station.edges else size

    def _activation(self, station: Station) -> str:
        """What follows the weights: the layer's word for it, or the operations."""
        layer = self.layers.get(station.path)
        given = [getattr(layer, f.name) for f in fields(layer)] if layer is not None else []
        words = [_words(value) for value in given if isinstance(value, ActivationFunction)]
        return next(iter(words), " ".join(station.operations) or "linear")

    def _block(self, station: Station) -> str:
        """What happens to the numbers, where no weights are drawn: the activation, the layer or the operations."""
        if station.edges or not station.sources:
            return ""
        layer = self.layers.get(station.path)
        if layer is None:
            return " ".join(dict.fromkeys(station.operations))
        function = getattr(layer, "function", None)
        return _words(function if isinstance(function, ActivationFunction) else layer)

    def _asides(self) -> dict[int, str]:
        """Notes by station: the layers after it that are only there in training, such as "dropout in training"."""
        network, notes = self.network, dict[int, str]()
        with Trace(network.dtype, training=True):
            x = source("input", "x", (BATCH, *network.input_shape), network.dtype)
            trained = stations(Graph(simplify({"output": run(network.root, x)})))
        place = {occurrence: i for i, occurrence in enumerate(_occurrences(self.stations))}
        known = [place.get(occurrence) for occurrence in _occurrences(trained)]
        for i, station in enumerate(trained):
            if known[i] is None and station.path in self.layers:
                known[i] = known[station.sources[0]]
                notes[known[i] or 0] = f"{_words(self.layers[station.path])} in training"
        return notes

    def _all_names(self) -> list[tuple[list[str], list[str]]]:
        """For each station the neurons' names, and those of what their activation makes of them."""
        found = list(neurons.layers(self.graph))
        letters = {var: letter for (_, var), letter in zip(found, neurons.letters(self.network, found), strict=True)}
        names: list[tuple[list[str], list[str]]] = []
        for station, before in zip(self.stations, self.before, strict=True):
            shape = _sample_shape(station)
            places = range(shape[0]) if len(shape) == 1 else ()
            letter = letters.get(station.var, "")
            if not station.sources:
                given = neurons.input_names(self.network).ravel()
                names.append(([str(given[k]) for k in places], []))
            elif letter:
                namers = neurons.forward_names(self.network, letter, station.var)
                names.append(([namers[before]((0, k)) for k in places], [namers[station.var]((0, k)) for k in places]))
            else:
                names.append(([], []))
        return names

    def _outside(self, i: int, station: Station) -> tuple[str, ...]:
        """The words beside inputs and outputs whose names are too long for the circles: the classes, or the names."""
        network, shape = self.network, _sample_shape(station)
        is_end = self.is_output(i) or not station.sources
        if not (is_end and self.look.labels) or len(shape) != 1 or shape[0] > MOST_SHOWN:
            return ()
        names = tuple(self.names[i])
        if shape[0] <= MOST_LABELLED and all(width(name, 12) <= NAME_ROOM for name in names):
            return ()
        if self.is_output(i) and len(labels := network.labels or ()) == shape[0]:
            names = labels
        return tuple(f"δ{name}" for name in names) if self.learning and station.sources else names


def _occurrences(found: list[Station]) -> list[tuple[str, int]]:
    """Each station's path, and how many stations before have the same."""
    seen: Counter[str] = Counter()
    result = []
    for station in found:
        result.append((station.path, seen[station.path]))
        seen[station.path] += 1
    return result


def _sample_shape(station: Station) -> tuple[int, ...]:
    return tuple(dim for dim in station.var.shape[1:] if isinstance(dim, int)) or (1,)


def _words(thing: object) -> str:
    """The name of its class in words."""
    return words_of(type(thing).__name__)
