"""Reading a network's graph as stations: the rows of neurons in its picture, and what lies between them.

Consecutive equations of one layer form a station. A matrix product of the station before with weights is drawn as
edges, anything else as a block with its name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from glassnet.ir.graph import Constant, Equation, Graph, Source, Var
from glassnet.ir.types import BATCH, Array

Key = tuple[str, int]


@dataclass(frozen=True, eq=False)
class Edges:
    """The weights, of shape (inputs, units), that lead to a station, its biases, and which edges there are."""

    weights: Var
    biases: Var | None
    connected: Array | None

    @property
    def weights_name(self) -> str:
        """The name of the parameter that the weights are, masked or not; "" where they are computed."""
        masked = self.connected is not None
        return _name(self.weights.inputs[0] if masked else self.weights)

    @property
    def biases_name(self) -> str:
        """The name of the parameter that the biases are; "" where they are computed."""
        return "" if self.biases is None else _name(self.biases)


@dataclass(frozen=True, eq=False)
class Station:
    """A row of numbers: the variable that holds them, the path of their layer, and the stations they come from.

    ``operations`` are the names of the operations that follow the edges (or the stations before), such as "relu".
    Those of which nothing is drawn are left out.
    """

    var: Var
    path: str
    sources: tuple[int, ...]
    edges: Edges | None
    operations: tuple[str, ...]


def stations(graph: Graph) -> list[Station]:
    """The stations of a network's graph, each after those it comes from.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Add(gn.Dense(2, "relu"), gn.Identity()), gn.Dense(1))
    >>> [(station.path, station.sources, station.operations) for station in stations(net.graph)]
    [('', (), ()), ('dense_1', (0,), ('relu',)), ('', (1, 0), ('add',)), ('dense_2', (2,), ())]
    """
    groups = _groups(graph)
    found: list[Station] = []
    index: dict[Var, int] = {}
    for group in groups:
        station = _station(group, index)
        if _only_reshapes_input(station, found, graph):
            index |= dict.fromkeys(group, station.sources[0])
            found[station.sources[0]] = replace(found[station.sources[0]], var=station.var)
            continue
        index |= dict.fromkeys(group, len(found))
        found.append(station)
    return found


def _groups(graph: Graph) -> list[list[Var]]:
    """Variables that depend on the samples, by layer. A layer that is left and entered again makes two groups."""
    keys: dict[Var, Key] = {}
    groups: dict[Key, list[Var]] = {}
    for var in graph.variables:
        if isinstance(var.definition, Source) and var.definition.kind == "input" and BATCH in var.shape:
            keys[var] = (f"input {var.definition.name}", 0)
        elif before := [keys[v] for v in var.inputs if v in keys]:
            path = var.origin.path
            keys[var] = (path, max(depth + (other != path) for other, depth in before))
        else:
            continue
        groups.setdefault(keys[var], []).append(var)
    return sorted(groups.values(), key=lambda group: keys[group[0]][1])


def _station(group: list[Var], index: dict[Var, int]) -> Station:
    last = group[-1]
    if not isinstance(last.definition, Equation):
        return Station(last, "", (), None, ())
    entering = dict.fromkeys(v for var in group for v in var.inputs if v in index)
    edges, rest = _edges(group, list(entering))
    primitives = [var.definition.primitive for var in rest if isinstance(var.definition, Equation)]
    names = tuple(primitive.name for primitive in primitives if primitive.drawn != "nothing")
    return Station(last, last.origin.path, tuple(dict.fromkeys(index[v] for v in entering)), edges, names)


def _edges(group: list[Var], entering: list[Var]) -> tuple[Edges | None, list[Var]]:
    """The product with weights by which a group begins, if it does, and the variables after it."""
    product, last = group[0], group[-1]
    has_edges = isinstance(product.definition, Equation) and product.definition.primitive.drawn == "edges"
    starts = has_edges and product.inputs[0] in entering and len(product.shape) == 2
    others = [v for var in group[1:] for v in var.inputs if v in entering]
    if not starts or others or len(entering) > 1 or last.shape != product.shape:
        return None, group
    inside, weights = set(group), product.inputs[1]
    mask = weights.inputs[1].definition if weights.is_result_of("multiply") else None
    connected = mask.values.array != 0 if isinstance(mask, Constant) else None
    following = group[1] if len(group) > 1 else None
    if following is not None and following.is_result_of("add") and following.inputs[0] is product:
        biases = following.inputs[1]
        if biases not in inside and biases.shape == product.shape[1:]:
            return Edges(weights, biases, connected), group[2:]
    return Edges(weights, None, connected), group[1:]


def _name(var: Var) -> str:
    """The name of a parameter; "" of anything else."""
    return var.definition.name if isinstance(var.definition, Source) else ""


def _only_reshapes_input(station: Station, found: list[Station], graph: Graph) -> bool:
    """Whether a station is only the input in a row (flattened, say): then it is drawn in the input's place."""
    if station.operations or station.edges or not station.sources or len(station.var.shape) != 2:
        return False
    (before,) = (found[i] for i in station.sources)
    uses = [var for var, equation in graph.equations() if before.var in equation.inputs]
    return not before.sources and len(uses) == 1
