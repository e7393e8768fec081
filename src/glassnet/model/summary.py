"""A model as a table: each layer with its activation, the shape of what it gives, and how many parameters it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from html import escape

from glassnet.grids import Grid, html_table, text_table
from glassnet.ir.types import Array
from glassnet.layers.activations import ActivationFunction
from glassnet.layers.layer import Layer
from glassnet.model import lengths
from glassnet.model.traced import Traced
from glassnet.readings.operations import Operations, operations
from glassnet.words import counted, words_of

HEADING = ["name", "layer", "activation", "output", "parameters"]


@dataclass(frozen=True)
class Summary:
    """The table of a model's layers, in at most 80 columns; printed, or shown at the end of a notebook's cell.

    Attributes:
        title: the model in a line.
        rows: a row of texts for each layer: name, layer, activation, shape of the output, number of parameters.
        frozen: how many of the parameters training leaves as they are.
        operations: what one answer takes.
        steps: for how many steps that is, where their number is free.
    """

    title: str
    rows: Grid
    frozen: int
    operations: Operations
    steps: int | None = None

    @property
    def totals(self) -> list[str]:
        """What all layers have and take together."""
        parts = {"trainable": self.operations.parameters - self.frozen, "frozen": self.frozen}
        some = [f"{count:,} {kind}" for kind, count in parts.items() if count]
        kinds = " and ".join(some) if len(some) == 2 else f"all {'frozen' if self.frozen else 'trainable'}"
        steps = "" if self.steps is None else f" to {counted(self.steps, 'step')}"
        return [
            f"{counted(self.operations.parameters, 'parameter')}, {kinds}; {counted(self.operations.bytes, 'byte')}",
            f"{counted(self.operations.multiply_adds, 'multiply-add')} and "
            f"{counted(self.operations.others, 'other operation')} for one answer{steps}",
        ]

    def __repr__(self) -> str:
        columns = [list(column) for column in zip(HEADING, *self.rows, strict=True)]
        for numbers in columns[3:]:
            widest = max(map(len, numbers))
            numbers[:] = [cell.rjust(widest) for cell in numbers]
        table = text_table([list(row) for row in zip(*columns, strict=True)])
        return "\n".join([self.title, "", table, "", *self.totals])

    def _repr_html_(self) -> str:
        totals = "<br/>".join(map(escape, self.totals))
        return f"<p>{escape(self.title)}</p>{html_table([HEADING, *self.rows])}<p>{totals}</p>"


def of(
    title: str,
    layers: Mapping[str, Layer],
    traced: Traced,
    beside: Traced,
    parameters: Mapping[str, Array],
    frozen: set[str],
) -> Summary:
    """The summary of layers, ``traced`` for inputs of one shape; ``frozen`` are the names of frozen parameters.

    ``beside`` are the same for another number of steps, where that is free; else they are the ``traced`` themselves.
    """
    last, there = ({var.origin.path: var for var in one.graph.variables if var.origin.path} for one in (traced, beside))
    sizes, still = dict.fromkeys(layers, 0), {_owner(name, layers) for name in frozen}
    for name, array in parameters.items():
        sizes[_owner(name, layers)] += array.size
    rows: Grid = []
    for name, layer in layers.items():
        shape = lengths.spoken(lengths.common(last[name].shape, there[name].shape)) if name in last else ""
        count = f"{'frozen ' if name in still else ''}{sizes[name]:,}"
        rows.append([name, type(layer).__name__, _activation(layer), shape, count])
    steps = None if beside is traced else traced.shape[0]
    return Summary(title, rows, sum(parameters[name].size for name in frozen), operations(traced.graph), steps)


def _owner(parameter: str, layers: Mapping[str, Layer]) -> str:
    """The layer that a parameter belongs to; a layer may have parts with parameters of their own."""
    path = parameter.rpartition(".")[0]
    return path if path in layers or not path else _owner(path, layers)


def _activation(layer: Layer) -> str:
    """The words of the activations among its settings."""
    settings = (getattr(layer, field.name) for field in fields(layer))
    return ", ".join(words_of(type(one).__name__) for one in settings if isinstance(one, ActivationFunction))
