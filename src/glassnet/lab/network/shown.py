"""What the picture of the page *Network* has in it: its neurons, weights, biases and outputs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from glassnet.inspection.drawing.columns import Column
from glassnet.inspection.names import split
from glassnet.lab.network.messages import Check, Editable, Neuron
from glassnet.lab.network.state import State, exact, parameter_places
from glassnet.lab.shown import Shown, shown
from glassnet.network import Network

CHECKS = {
    "1-3-3-1": ("Understanding check: x = 0.3", "example=1-3-3-1&hide=A,B,C,D,E,F,y"),
    "2-4-3-1": ("All neurons of 2-4-3-1", "example=2-4-3-1&hide=w1,w2,w3,w4,h1,h2,h3,z"),
}


def checks(networks: Mapping[str, Network]) -> tuple[Check, ...]:
    """The questions that are ready."""
    return tuple(Check(*check) for example, check in CHECKS.items() if example in networks)


def parameters_of(state: State, drawn: Collection[str]) -> Iterator[Editable]:
    """The weights and biases that the picture shows; not those of layers that are drawn as one."""
    gone = list(state.network.layers)[: state.merged]
    for place in parameter_places(state.network):
        name, index = split(place)
        if place in drawn and name.rpartition(".")[0] not in gone:
            yield Editable(place, exact(state.network.parameters[name][index]), place)


def neurons_of(columns: Sequence[Column]) -> Iterator[Neuron]:
    """All neurons that are drawn and have a name, from left to right."""
    for k, column in enumerate(columns):
        if column.inside is None or not column.links:
            continue
        last = column.below or column.inside
        for i in column.shown:
            name, value = column.inside.names[i], last.names[i]
            label = f"{name}, {last.text(i) if column.below is None else last.written(i)}"
            yield Neuron(name, value, label, k, last.is_concealed(i) or column.inside.is_concealed(i))


def outputs_of(column: Column) -> Iterator[Shown]:
    """The network's answer: the values of its last neurons."""
    last = column.below or column.inside
    if last is not None:
        for i, name in enumerate(last.names):
            yield Shown(name, last.text(i)) if last.is_concealed(i) else shown(name, last.values[i])
