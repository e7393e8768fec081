"""What each weight connects: the weight from u to w2, in formulas weight(u→w2); and what gets each bias."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from glassnet.inspection.neurons import Index
from glassnet.ir.graph import Graph, Source, Var

SAMPLE = re.compile("⁽[⁰¹²³⁴⁵⁶⁷⁸⁹]+⁾| in training$")
NameOf = Callable[[Var, Index], str]


@dataclass(frozen=True)
class Connections:
    """The weights, or the biases, of one layer.

    Attributes:
        source: the parameter.
        sums: the layer's sums of products that it is used in.
        inputs: what is multiplied by the weights; None of biases.
        name_of: what a number is called.
    """

    source: Var
    sums: Var
    inputs: Var | None
    name_of: NameOf

    def ends(self, index: Index) -> tuple[str, str]:
        """(from, to): the input and the neuron of a weight, ("", the neuron) of a bias; empty where one has no name."""
        neuron = self._named(self.sums, (0, index[-1]))
        return (self._named(self.inputs, (0, index[0])) if self.inputs is not None else ""), neuron

    def symbol(self, index: Index) -> str:
        """weight(u→w2); empty for a bias, which has no other name."""
        before, neuron = self.ends(index)
        return f"weight({before}→{neuron})" if before and neuron else ""

    def find(self, symbol: str, shape: tuple[int, ...]) -> tuple[Var, Index] | None:
        """The place of the weight of that symbol, if it is among these."""
        before, _, neuron = symbol.removeprefix("weight(").removesuffix(")").partition("→")
        if self.inputs is None:
            return None
        rows = (i for i in range(shape[0]) if self._named(self.inputs, (0, i)) == before)
        columns = [j for j in range(shape[1]) if self._named(self.sums, (0, j)) == neuron]
        return next(((self.source, (i, j)) for i in rows for j in columns), None)

    def role(self, index: Index) -> str:
        """The weight from u to w2, or the bias of w2; empty where these have no names."""
        before, neuron = self.ends(index)
        if self.inputs is None:
            return f"the bias of {neuron}" if neuron else ""
        return f"the weight from {before} to {neuron}" if before and neuron else ""

    def _named(self, var: Var, index: Index) -> str:
        return SAMPLE.sub("", self.name_of(var, index))


def connections(graph: Graph, neurons: Mapping[str, Var], name_of: NameOf) -> Iterator[Connections]:
    """Those of all dense layers; ``neurons`` are the layers' sums by their path."""
    for var, equation in graph.equations():
        sums = neurons.get(var.origin.path)
        if sums is None or len(sums.shape) != 2 or var.origin.stage:
            continue
        x, *others = equation.inputs
        source = _source(others[0]) if others else None
        if source is None:
            continue
        if equation.primitive.name == "matmul" and len(x.shape) == 2:
            yield Connections(source, sums, x, name_of)
        elif equation.primitive.name == "add" and var is sums and len(source.shape) == 1:
            yield Connections(source, sums, None, name_of)


def _source(var: Var) -> Var | None:
    """The parameter that is used, also behind a mask of connections."""
    behind = var.inputs[0] if var.is_result_of("multiply") else var
    is_parameter = isinstance(behind.definition, Source) and behind.definition.kind == "parameter"
    return behind if is_parameter else None
