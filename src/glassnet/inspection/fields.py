"""Fields: from which numbers of earlier layers, and of the input, a number is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod

import numpy as np

from glassnet import ops
from glassnet.inspection.algebra.places import one_place
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Constant, Equation, Graph, Var, operand, source
from glassnet.ir.types import BATCH, Array, Shape
from glassnet.model.model import Model
from glassnet.ops.elementwise import Elementwise
from glassnet.readings.algebra.reading import NoFormula, Reading, shape
from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program

Index = tuple[int, ...]
AS_THEY_ARE = {"matmul", "contract", "overlap", "sum", "multiply", "count"}
"""Operations whose results have a slope for each number that is used, unless it is multiplied by 0."""


def receptive_field(network: Model, neuron: str | None = None) -> Array:
    """What :meth:`glassnet.Network.receptive_field` does."""
    _, (var, index) = one_place(network, neuron, "receptive_field")
    x = network.graph.sources.get("x")
    return np.zeros(network.input_shape, bool) if x is None else Fields(var, [x])(index)[0][0]


class Fields:
    """Prepared once for a variable of a graph, then asked for one number of it after the other.

    Each number is replaced by a 1, or by a 0 where the graph itself holds one: for a connection that a mask leaves out,
    or beyond the edge of a picture. Each operation is replaced by a sum of what it uses: its slopes tell what that is.
    From the last operation to the first, what is used is passed on as 1, however often it is used.

    >>> import glassnet as gn
    >>> net = gn.Network(6, gn.Conv1D(1, 3), gn.Conv1D(1, 2))
    >>> [field] = Fields(net.output, [net.graph.sources["x"]])((0, 1, 0))
    >>> field
    array([[False,  True,  True,  True,  True, False]])
    """

    def __init__(self, var: Var, before: Sequence[Var]) -> None:
        """``before``: the variables in which the fields are to be found.

        Raises:
            GlassnetError: an operation on the way of which it is not known what it uses.
        """
        self._var, self._before, self._ways = var, before, list[_Way]()
        stand, program, back = cache(_stand), cache(_program), cache(_back)  # the steps of a sequence are alike
        there: dict[Var, Array] = {}
        leading = set(before)
        for one in Graph({"var": var}).variables:
            if not isinstance(one.definition, Equation):
                there[one] = _is_there(one)
                continue
            operands = tuple(dict.fromkeys(one.inputs))
            stands = {each: stand(i, each.shape) for i, each in enumerate(operands)}
            uses = _uses(one, one.definition, stands)
            given = {str(i): there[each] for i, each in enumerate(operands)}
            there[one] = np.asarray(program(uses)(given)["uses"] > 0, "float64")
            wanted = tuple(each for each in operands if each in leading)
            if wanted:
                leading.add(one)
                self._ways.append(_Way(one, wanted, back(uses, tuple(stands[each] for each in wanted)), given))

    def __call__(self, index: Index) -> list[Array]:
        """For each variable ``before`` an array of its shape for one sample: whether a number of it is used."""
        used = {self._var: np.zeros(shape(self._var))}
        used[self._var][index] = 1
        for way in reversed(self._ways):
            if way.var in used:
                slopes = way.program({**way.given, "used": used[way.var]})
                for i, one in enumerate(way.operands):
                    used[one] = np.minimum(used.get(one, 0.0) + slopes[str(i)], 1.0)
        return [np.asarray(used.get(one, np.zeros(shape(one))) != 0) for one in self._before]


@dataclass(frozen=True, eq=False)
class _Way:
    """The way back from a variable to operands of its: where numbers of it are ``used``, the program gives theirs."""

    var: Var
    operands: tuple[Var, ...]
    program: Program
    given: Mapping[str, Array]


def _stand(number: int, shape: Shape) -> Var:
    """What stands for the operand of that number."""
    return source("input", str(number), shape, "float64")


def _program(uses: Var) -> Program:
    """How much each number of a result uses."""
    return Program(Graph({"uses": uses}))


def _back(uses: Var, operands: tuple[Var, ...]) -> Program:
    """Where numbers of a result are ``used``, which numbers of its operands are."""
    used = source("input", "used", uses.shape, "float64")
    slopes = gradients(ops.sum(uses * used), operands)
    return Program(Graph({str(i): slope for i, slope in enumerate(slopes)}))


def _is_there(var: Var) -> Array:
    """1 for each number that is given, or 0 where the graph itself holds a 0."""
    values = var.definition.values.array if isinstance(var.definition, Constant) else np.ones(shape(var))
    return np.asarray(values != 0, "float64")


def _uses(var: Var, equation: Equation, stands: Mapping[Var, Var]) -> Var:
    """What each number of a result uses, added; and 1 more where it is something though all of that is 0, as e⁰ is."""
    primitive, params = equation.primitive, dict(equation.params)
    operands = [stands[one] for one in equation.inputs]
    first, *others = operands
    match primitive.name:
        case "cast" | "stop_gradient":
            return first
        case "max" | "first_max":
            return ops.sum(first, **params)
        case "softmax" | "log_softmax":
            return 1.0 + ops.broadcast(ops.sum(first, -1, keepdims=True), first)
        case "masked_softmax":
            return ops.sum(first * others[0], -1, keepdims=True) * others[0]
        case "where" if _is_constant(equation.inputs[0]):
            return primitive(*operands)
        case "take" if _is_constant(equation.inputs[1]):
            return primitive(first, equation.inputs[1])
        case "take":
            return ops.reshape(others[0], shape=(*others[0].shape, 1)) + ops.sum(first, 0)
        case name if name in AS_THEY_ARE or primitive.moves:
            return primitive(*operands, **params)
        case _:
            return 1.0 + sum(others, first) if isinstance(primitive, Elementwise) else _read(var, operands)


def _is_constant(var: Var) -> bool:
    return isinstance(var.definition, Constant)


def _read(var: Var, operands: Sequence[Var]) -> Var:
    """What the arithmetic of each number uses, read number by number: of operations that are not known here."""
    uses = {one: np.zeros((*shape(one), *shape(var))) for one in var.inputs}
    for index in np.ndindex(*shape(var)):
        try:
            starts = Reading({var: [index]}, given=var.inputs).starts
        except NoFormula:
            name = var.definition.primitive.name  # type: ignore[union-attr]
            raise GlassnetError(f"it is not known from which numbers {name!r} computes each of its own") from None
        for one, place in starts:
            uses[one][(*place, *index)] = 1
    stands = dict(zip(var.inputs, operands, strict=True))
    parts = [
        _as_row(stands[one]) @ operand(table.reshape(prod(shape(one)), -1), "float64") for one, table in uses.items()
    ]
    return ops.reshape(sum(parts[1:], parts[0]), shape=var.shape)


def _as_row(var: Var) -> Var:
    samples = var.shape[0] if var.shape[:1] == (BATCH,) else 1
    return ops.reshape(var, shape=(samples, prod(shape(var))))
