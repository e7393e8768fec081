"""The picture of a network: its stations, with their names, numbers and headings, as columns."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

import numpy as np

from glassnet.canvas import Picture
from glassnet.inspection import neurons
from glassnet.inspection.drawing.blackboard import network_scene
from glassnet.inspection.drawing.columns import MOST_LABELLED, MOST_SHOWN, Column, Link
from glassnet.ir.graph import Graph, source
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH, Array
from glassnet.layers.activations import ActivationFunction
from glassnet.layers.layer import run
from glassnet.model.model import Model
from glassnet.readings.draw.stations import Station, stations
from glassnet.readings.evaluate import Program
from glassnet.readings.simplify import simplify
from glassnet.words import counted, words_of


def draw(network: Model, x: Array | None = None, dark: bool | None = None) -> Picture:
    """The picture of a network, with the values for one sample ``x`` of shape (1, inputs) where it is given.

    >>> import glassnet as gn
    >>> draw(gn.lecture("1-3-3-1")).svg.startswith("<svg")
    True
    """
    name = repr(network).rsplit(", float", 1)[0].replace("Network", "A neural network")
    return Picture(network_scene(Columns(network, x).all(), name), dark)


class Columns:
    """The columns of a network's picture, one for each station of its graph (readings/draw/stations.py)."""

    def __init__(self, network: Model, x: Array | None = None) -> None:
        self.network = network
        self.stations = stations(network.graph)
        rows = [i for i, station in enumerate(self.stations) if station.edges and not self.is_output(i)]
        self.hidden = {i: number for number, i in enumerate(rows, 1)}
        self.layers = network.layers
        self.numbers = self._numbers(x)
        self.names = self._names()
        self.asides = self._asides()

    def all(self) -> list[Column]:
        return [self._column(i, station) for i, station in enumerate(self.stations)]

    def _column(self, i: int, station: Station) -> Column:
        shape = _sample_shape(station)
        edges, values = station.edges, self.numbers.get(f"values {i}")
        weights = self.numbers.get(f"weights {i}")
        return Column(
            title=self._title(i, station),
            notes=[note for note in (station.path, self._size(station), self.asides.get(i, "")) if note],
            shape=shape,
            links=[Link(before, weights, edges.connected if edges else None) for before in station.sources],
            block=self._block(station),
            names=self.names[i] if shape[0] <= MOST_LABELLED else (),
            outside=self._outside(i, station),
            biases=self.numbers.get(f"biases {i}"),
            values=None if values is None else values.reshape(-1),
        )

    def _numbers(self, x: Array | None) -> dict[str, Array]:
        """The weights, biases and (given an input) values of the stations, by kind and index: "weights 1"."""
        wanted = {}
        for i, station in enumerate(self.stations):
            if x is not None:
                wanted[f"values {i}"] = station.var
            if station.edges:
                wanted[f"weights {i}"] = station.edges.weights
                if station.edges.biases is not None:
                    wanted[f"biases {i}"] = station.edges.biases
        given = {} if x is None else {"x": np.asarray(x, self.network.dtype)}
        return Program(Graph(wanted))({**given, **self.network.arrays()})

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

    def _names(self) -> list[list[str]]:
        """The first neurons' names, as explanations and formulas have them."""
        found = list(neurons.layers(self.network.graph))
        letters = {var: letter for (_, var), letter in zip(found, neurons.letters(self.network, found), strict=True)}
        names = []
        for station in self.stations:
            shape = _sample_shape(station)
            shown = range(min(shape[0], MOST_SHOWN)) if len(shape) == 1 else ()
            if not station.sources:
                name = iter(neurons.input_names(self.network).ravel())
                names.append([str(next(name)) for _ in shown])
            else:
                letter = letters.get(station.var, "")
                names.append([neurons.namer(letter, station.var)((0, k)) for k in shown] if letter else [])
        return names

    def _outside(self, i: int, station: Station) -> tuple[str, ...]:
        """The words beside inputs and outputs: a table's columns, the classes, or names too long for the circles."""
        network, shape = self.network, _sample_shape(station)
        known: tuple[str, ...] = ()
        if self.is_output(i) and network.labels is not None:
            known = network.labels
        elif not station.sources and network.encoding is not None:
            known = network.encoding.features
        elif (self.is_output(i) or not station.sources) and MOST_LABELLED < shape[0] <= MOST_SHOWN:
            known = tuple(self.names[i])
        return known if shape == (len(known),) else ()


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
