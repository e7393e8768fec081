"""The graph that the engine plans: operations without kernels, written by simpler ones; and scans, as loops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from glassnet.compile.clusters import MOST
from glassnet.compile.halves import in_halves
from glassnet.compile.instructions import SIZES
from glassnet.compile.reading import FULL
from glassnet.compile.stepping import Loops
from glassnet.ir.graph import Equation, Graph, Primitive, Var
from glassnet.ir.origin import Origin, within
from glassnet.ir.types import BATCH, Dim
from glassnet.ops.elementwise import multiply
from glassnet.ops.layout import concatenate, pad, reshape
from glassnet.ops.reduce import sum as total


def expanded(
    outputs: Mapping[str, Var],
    is_known: Callable[[Var], bool],
    can_be_placed: Callable[[Var], bool],
    halves: Callable[[Var], bool] = lambda var: False,
) -> tuple[dict[str, Var], dict[Var, Origin]]:
    """The same outputs, of the operations that the engine has kernels for; and of each result, whose it was first.

    An operation whose result is not known how to be computed says by itself what it is made of: in a safe form, or by
    its meaning. Equal results are one, across layers too. Where ``halves`` says so, a sum over samples is that of two.
    """
    expansion = _Expansion(is_known, can_be_placed, halves)
    with within("", ""):
        for var in Graph(outputs).variables:
            expansion.add(var)
    return {name: expansion.new[var] for name, var in outputs.items()}, expansion.origins


class _Expansion:
    """The new variables by the old ones, and whose each was first."""

    def __init__(
        self, is_known: Callable[[Var], bool], can_be_placed: Callable[[Var], bool], halves: Callable[[Var], bool]
    ) -> None:
        self.new: dict[Var, Var] = {}
        self.origins: dict[Var, Origin] = {}
        self._is_known, self._halves, self._origin = is_known, halves, Origin()
        self._parts: dict[Var, tuple[Var, Var]] = {}
        self._loops = Loops(self._built, can_be_placed)

    def add(self, var: Var) -> None:
        self._origin = var.origin
        if not isinstance(var.definition, Equation):
            self.new[var] = var
            return
        inputs = [self.new[v] for v in var.inputs]
        if var.is_result_of("scan"):
            made = self._loops.history(var.definition, inputs)
        else:
            made = self._loops.known(self._built(var.definition.primitive, inputs, dict(var.definition.params)))
            made = self._halved(made)
        self.new[var] = made
        self.origins.setdefault(made, var.origin)

    def _halved(self, var: Var) -> Var:
        """A sum over samples as the sum of two; what only shows that in another shape, as the sum of both shown so."""
        parts = self._parts_of(var)
        if parts is None:
            return var
        made = parts[0] + parts[1]
        self._parts[made] = parts
        self._name(made)
        return made

    def _name(self, made: Var) -> None:
        """Note whose result that is, and all that it is made of anew."""
        stack = [made]
        while stack:
            var = stack.pop()
            if isinstance(var.definition, Equation) and var not in self.origins:
                self.origins[var] = self._origin
                stack += var.inputs

    def _parts_of(self, var: Var) -> tuple[Var, Var] | None:
        """The halves of a sum; None of what is none, or none to be halved."""
        if var in self._parts or not var.is_result_of("reshape"):
            return self._parts.get(var) or (in_halves(var) if self._halves(var) else None)
        parts = self._parts_of(var.inputs[0])
        return None if parts is None else (reshape(parts[0], shape=var.shape), reshape(parts[1], shape=var.shape))

    def _built(self, primitive: Primitive, inputs: Sequence[Var], params: dict[str, Any]) -> Var:
        """An operation, or the simpler ones that it is made of."""
        result = primitive(*inputs, **params)
        if not self._is_known(result):
            result = (primitive.safe or primitive.meaning or primitive)(*inputs, **params)
        result = _without_zeros(_by_numbers(result))
        self.origins.setdefault(result, self._origin)
        return result


def _by_numbers(var: Var) -> Var:
    """A product of two matrices, one of which has a single row or column, as arithmetic on all numbers and a sum.

    A tile of sums would be all but empty; so the numbers become part of the loops before and after it.
    """
    if not var.is_result_of("matmul") or len(var.shape) != 2 or len(var.inputs[0].shape) != 2:
        return var
    x, y = var.inputs
    (rows, k), columns = x.shape, y.shape[1]
    if k == 1:
        return multiply(x, y)
    if columns != 1:
        return var
    if k is BATCH and x.is_result_of("transpose") and _is_row(rows, var.dtype):
        return reshape(total(multiply(x.inputs[0], y), 0), shape=var.shape)
    if rows is BATCH and _is_row(k, var.dtype):
        return total(multiply(x, reshape(y, shape=(k,))), 1, keepdims=True)
    return var


def _is_row(size: Dim, dtype: str) -> bool:
    """Whether a row of so many numbers stays in registers."""
    return isinstance(size, int) and FULL <= size <= MOST // SIZES[dtype]


Stretch = tuple[int, int, int, Var]
"""Numbers with zeros around them: along which axis, from where to where, and which."""


def _without_zeros(var: Var) -> Var:
    """Stretches beside each other that are padded and then added, as the gradients of gates are: joined instead."""
    stretches = _stretches(var) if var.is_result_of("add") else []
    if len({axis for axis, *_ in stretches}) != 1:
        return var
    axis, start = stretches[0][0], stretches[0][1]
    ends = [end for _, _, end, _ in stretches]
    if [begin for _, begin, _, _ in stretches[1:]] != ends[:-1]:
        return var
    joined = concatenate([x for *_, x in stretches], axis=axis)
    after = int(var.shape[axis]) - ends[-1]  # type: ignore[arg-type]
    return pad(joined, axis=axis, before=start, after=after) if start or after else joined


def _stretches(var: Var) -> list[Stretch]:
    """What is padded and added to a variable, in order of place; nothing, where it is a sum of anything else too."""
    if not isinstance(var.definition, Equation):
        return []
    if var.is_result_of("add"):
        parts = [_stretches(x) if x.shape == var.shape else [] for x in var.inputs]
        return sorted(parts[0] + parts[1], key=lambda stretch: stretch[:3]) if all(parts) else []
    if not var.is_result_of("pad"):
        return []
    params, x = dict(var.definition.params), var.inputs[0]
    size = x.shape[params["axis"]]
    assert isinstance(size, int)
    return [(params["axis"], params["before"], params["before"] + size, x)]
