"""Fields: from which numbers of earlier layers, and of the input, a number is computed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from glassnet import ops
from glassnet.ir.graph import Constant, Equation, Graph, Primitive, Source, Var, operand, source
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.ops.elementwise import Elementwise
from glassnet.readings.algebra.reading import shape
from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program

Index = tuple[int, ...]
SUMS = {"matmul", "contract", "overlap", "sum", "count"}
"""Operations that stay in the copy: with positive numbers, each number of the result has a slope for each it uses."""


class Fields:
    """Prepared once for a variable of a graph, then asked for one number of it after the other.

    A copy of the graph stands beside it in which all numbers are positive and nothing cancels: parameters are ones,
    and each operation adds what it uses. There, a number is computed from those for which it has a slope.

    >>> import glassnet as gn
    >>> net = gn.Network(6, gn.Conv1D(1, 3), gn.Conv1D(1, 2))
    >>> [field] = Fields(net.output, [net.graph.sources["x"]])((0, 1, 0))
    >>> field
    array([[False,  True,  True,  True,  True, False]])
    """

    def __init__(self, var: Var, before: Iterable[Var]) -> None:
        """``before``: the variables in which the fields are to be found, each one on the way to ``var``.

        Raises:
            GlassnetError: an operation on the way of which it is not known what it uses.
        """
        copy: dict[Var, Var] = {}
        for one in Graph({"var": var}).variables:
            copy[one] = _copied(one, copy)
        self._chosen = source("input", "chosen", var.shape, "float64")
        slopes = gradients(ops.sum(copy[var] * self._chosen), [copy[one] for one in before])
        self._program = Program(Graph({str(i): slope for i, slope in enumerate(slopes)}))
        sources = [one for one in copy.values() if isinstance(one.definition, Source)]
        self._ones = {one.definition.name: np.ones(shape(one)) for one in sources}  # type: ignore[union-attr]
        self._shape = shape(var)

    def __call__(self, index: Index) -> list[Array]:
        """For each variable ``before`` an array of its shape for one sample: whether a number of it is used."""
        chosen = np.zeros(self._shape)
        chosen[index] = 1
        slopes: dict[str, Any] = self._program({**self._ones, "chosen": chosen})
        return [np.asarray(slope != 0) for slope in slopes.values()]


def _copied(var: Var, copy: dict[Var, Var]) -> Var:
    """The variable in the copy, where all are float64."""
    match var.definition:
        case Source(kind, name):
            return source(kind, name, var.shape, "float64")
        case Constant(values):
            return operand(np.ones(np.shape(values.array)), "float64")
        case Equation(primitive, inputs, params):
            return _used(primitive, [copy[one] for one in inputs], dict(params))


def _used(primitive: Primitive, operands: list[Var], params: dict[str, Any]) -> Var:
    """What an operation uses, added; what only moves numbers, and what sums products, is as it was."""
    first, *others = operands
    match primitive.name:
        case "cast" | "stop_gradient":
            return first
        case "max" | "first_max":
            return ops.sum(first, **params)
        case "softmax" | "log_softmax":
            return ops.broadcast(ops.sum(first, -1, keepdims=True), first)
        case name if name in SUMS or (primitive.moves and name != "take"):
            return primitive(*operands, **params)
        case name:
            known = isinstance(primitive, Elementwise)
            require(known, f"it is not known from which numbers {name!r} computes each of its own")
            return sum(others, first)
