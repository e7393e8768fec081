"""The table of a slice: a line for each step, with all numbers that don't depend on the data or the weights.

Learning rates, corrections such as 1 − βᵗ and the number of samples are scalars of the step's number alone. They are
worked out with NumPy, for all steps of a slice at once, before it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.compile.kernels import CELLS
from glassnet.ir.graph import Constant, Equation, Graph, Source, Var
from glassnet.ir.types import BATCH, Array
from glassnet.ops.elementwise import Elementwise

Rule = Callable[[Mapping[Var, Array], Array, Mapping[str, Any]], Any]
"""What works out a scalar of all steps: of other scalars, the samples of each step, and the inputs."""
PASSED = ("reshape", "named", "stop_gradient", "broadcast")


def scalars_of(graph: Graph, portable: bool) -> set[Var]:
    """The variables of one number that follow from scalar inputs, constants and counts alone.

    A portable plan works out by itself what one NumPy rounds in another way than another, such as powers: all that is
    not exact.
    """
    found: set[Var] = set()
    for var in graph.variables:
        if any(dim != 1 for dim in var.shape):
            continue
        match var.definition:
            case Source(kind, _):
                if kind == "input" and not var.shape:
                    found.add(var)
            case Constant():
                found.add(var)
            case Equation(primitive, inputs):
                plain = primitive.name in (*PASSED, "cast")
                plain = plain or (isinstance(primitive, Elementwise) and (not portable or primitive.is_exact))
                if primitive.name == "count" or (plain and found.issuperset(inputs)):
                    found.add(var)
    return found


class Table:
    """The columns of a table, and how each is worked out."""

    def __init__(self, scalars: set[Var]) -> None:
        self.scalars = scalars
        self.cells: dict[Var, int] = {}
        self.pointers: dict[str, int] = {}
        self._next = CELLS

    def cell(self, var: Var) -> int:
        """The cell of a scalar."""
        if var not in self.cells:
            self.cells[var] = self._new()
        return self.cells[var]

    def pointer(self, name: str) -> int:
        """The cell of an address that is given for each slice, or for each step."""
        if name not in self.pointers:
            self.pointers[name] = self._new()
        return self.pointers[name]

    def data(self, name: str) -> int:
        """Two cells: the address of data, and that of the numbers of the step's samples in it."""
        cell = self.pointer(name)
        self.pointer(f"{name} order")
        return cell

    def _new(self) -> int:
        self._next += 1
        return self._next - 1

    @property
    def width(self) -> int:
        """Cells in a line; lines begin at multiples of 64 bytes."""
        return -(-self._next // 8) * 8

    def lines(self, samples: Array, inputs: Mapping[str, Any]) -> Array:
        """The lines for steps with these numbers of samples; addresses are still missing.

        Args:
            samples: of each step.
            inputs: the scalar inputs by name, each one number for all steps or an array with one for each.
        """
        lines = np.zeros((len(samples), self.width), np.int64)
        lines[:, 0] = samples
        values = self._values(samples, inputs)
        for var in self.cells:
            self.column(lines, var)[:] = values[var].reshape(-1)
        return lines

    def column(self, lines: Array, var: Var) -> Array:
        """A scalar's column, to read or write."""
        cell = self.cells[var]
        return lines[:, cell : cell + 1].view(var.dtype)[:, 0]

    def _values(self, samples: Array, inputs: Mapping[str, Any]) -> dict[Var, Array]:
        values = dict(self._fixed)
        with np.errstate(all="ignore"):
            for var, rule in self._changing:
                values[var] = np.asarray(rule(values, samples, inputs), var.dtype)
        return values

    @cached_property
    def _fixed(self) -> dict[Var, Array]:
        """The scalars that are the same in all slices: they follow from constants alone."""
        found: dict[Var, Array] = {}
        with np.errstate(all="ignore"):
            for var in self._order:
                if isinstance(var.definition, Constant) or (var.inputs and all(one in found for one in var.inputs)):
                    found[var] = np.asarray(_rule(var)(found, np.zeros(0, np.int64), {}), var.dtype)
        return found

    @cached_property
    def _changing(self) -> list[tuple[Var, Rule]]:
        return [(var, _rule(var)) for var in self._order if var not in self._fixed]

    @cached_property
    def _order(self) -> list[Var]:
        """The scalars that the cells need, in an order in which they can be worked out; once all cells are known."""
        graph = Graph({str(i): var for i, var in enumerate(self.cells)})
        return [var for var in graph.variables if var in self.scalars]


def _rule(var: Var) -> Rule:
    """How a scalar is worked out."""
    match var.definition:
        case Source(_, name):
            return lambda values, samples, inputs: inputs[name]
        case Constant(constant):
            number = constant.array.reshape(())
            return lambda values, samples, inputs: number
        case Equation(primitive, operands, params):
            settings: dict[str, Any] = dict(params)
            if primitive.name == "count":
                return lambda values, samples, inputs: _count(operands[0], settings["axes"], samples)
            if primitive.name in PASSED:
                return lambda values, samples, inputs: values[operands[0]]
            return lambda values, samples, inputs: primitive.kernel(*[values[v] for v in operands], **settings)


def _count(x: Var, axes: Iterable[int], samples: Array) -> Any:
    """How many numbers there are along axes."""
    total: Any = 1
    for axis in axes:
        total = total * (samples if x.shape[axis] is BATCH else x.shape[axis])
    return total
