"""Reading a graph by writing out its scans, step by step: what explanations, algebra and the engine read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from glassnet.ir.graph import Equation, Graph, Var, operand
from glassnet.ir.origin import within
from glassnet.ops.elementwise import Elementwise
from glassnet.ops.layout import broadcast, concatenate, reshape
from glassnet.ops.scan import Cell, at_step
from glassnet.readings.simplify import rebuilt

ALONE = ("named", "cast", "stop_gradient", "broadcast")
"""Beside elementwise operations, those of which each step needs no other step."""
LAST, ALONG_LAST = 2, ("slice", "pad", "concatenate")


def unrolled(outputs: Mapping[str, Var]) -> dict[str, Var]:
    """The graph of these outputs without scans: the third step of layer lstm_1 has the path "lstm_1.step_3".

    What a gradient applies to all steps at once is written out too, where the steps have computed it already.

    >>> from dataclasses import dataclass
    >>> from glassnet.ir import source
    >>> from glassnet.ops import scan
    >>> @dataclass(frozen=True)
    ... class Sum(Cell):
    ...     def __call__(self, state, steps, constants):
    ...         return state + steps[0]
    >>> x = source("input", "x", (1, 2, 1), "float64")
    >>> start = source("input", "start", (1, 1), "float64")
    >>> print(Graph(unrolled({"y": at_step(scan(Sum(), start, [x]), 1)})))
    start : input float64[1, 1]
    x : input float64[1, 2, 1]
    a = slice(x, axis=1, start=0, stop=1) : float64[1, 1, 1]
    b = reshape(a, shape=(1, 1)) : float64[1, 1]
    c = add(start, b) : float64[1, 1]
    d = slice(x, axis=1, start=1, stop=2) : float64[1, 1, 1]
    e = reshape(d, shape=(1, 1)) : float64[1, 1]
    f = add(c, e) : float64[1, 1]
    g = reshape(f, shape=(1, 1, 1)) : float64[1, 1, 1]
    h = reshape(g, shape=(1, 1)) : float64[1, 1]
    return y = h
    """
    variables = Graph(outputs).variables
    if not any(var.is_result_of("scan") for var in variables):
        return dict(outputs)
    unrolling = _Unrolling()
    for var in variables:
        unrolling.add(var)
    return {name: unrolling.new[var] for name, var in outputs.items()}


class _Unrolling:
    """The new variables by the old ones; and of the sequences that were made step by step, (n, t, f), these steps."""

    def __init__(self) -> None:
        self.new: dict[Var, Var] = {}
        self._steps: dict[Var, list[Var]] = {}

    def add(self, var: Var) -> None:
        with within(var.origin.path, var.origin.stage):
            self.new[var] = self._made(var, var.definition) if isinstance(var.definition, Equation) else var

    def _made(self, var: Var, equation: Equation) -> Var:
        inputs, params = [self.new[v] for v in var.inputs], dict(equation.params)
        if var.is_result_of("scan"):
            return self._joined(self._history(var, inputs, params), var)
        steps = self._by_steps(var, inputs, params) if len(var.shape) == 3 else None
        return rebuilt(var, self.new) if steps is None else self._joined(steps, var)

    def _joined(self, steps: list[Var], var: Var) -> Var:
        """The sequence of these steps, in the place of a variable."""
        samples, _, numbers = var.shape
        pieces = [reshape(step, shape=(samples, 1, numbers)) for step in steps]
        joined = pieces[0] if len(pieces) == 1 else concatenate(pieces, axis=1)
        self._steps[joined] = steps
        return joined

    def _history(self, var: Var, inputs: Sequence[Var], params: Mapping[str, Any]) -> list[Var]:
        """The states that a scan makes, in the order of the sequences."""
        cell: Cell = params["cell"]
        state, *rest = inputs
        along, constants = rest[: params["sequences"]], rest[params["sequences"] :]
        order = range(var.shape[1])  # type: ignore[arg-type]  # the rule of a scan asks for a number
        history: dict[int, Var] = {}
        for i in reversed(order) if params["backwards"] else order:
            with within(".".join(filter(None, (var.origin.path, f"step_{i + 1}")))):
                state = history[i] = cell(state, [self._step(x, i) for x in along], constants)
        return [history[i] for i in order]

    def _step(self, x: Var, i: int) -> Var:
        """Step i of a sequence, where it was computed; what is the same for all steps, as it is."""
        if len(x.shape) < 3:
            return x
        i = 0 if x.shape[1] == 1 else i
        return self._steps[x][i] if x in self._steps else at_step(x, i)

    def _all(self, x: Var) -> list[Var]:
        length = x.shape[1]
        assert isinstance(length, int)
        return [self._step(x, i) for i in range(length)]

    def _by_steps(self, var: Var, inputs: Sequence[Var], params: Mapping[str, Any]) -> list[Var] | None:
        """The steps of a sequence that is made of others that have steps; None where it is not made step by step."""
        (x, *_), name, along = inputs, var.definition.primitive.name, params.get("axis")  # type: ignore[union-attr]
        if name == "reshape" and x.shape == _of_a_step(var):
            return [x]
        if not any(v in self._steps for v in inputs):
            return None
        if name == "concatenate" and along == 1:
            return [step for v in inputs for step in self._all(v)]
        if name == "slice" and along == 1:
            return self._all(x)[params["start"] : params["stop"]]
        if name == "pad" and along == 1:
            zeros = broadcast(operand(0.0, x.dtype), self._step(x, 0))
            return [zeros] * params["before"] + self._all(x) + [zeros] * params["after"]
        return self._each(var, inputs, params) if var.origin.stage == "gradient" else None

    def _each(self, var: Var, inputs: Sequence[Var], params: Mapping[str, Any]) -> list[Var] | None:
        """The same operation on each step, where that is what it does on all."""
        primitive = var.definition.primitive  # type: ignore[union-attr]
        ranks, length = [len(v.shape) for v in inputs], var.shape[1]
        if isinstance(primitive, Elementwise) or primitive.name in ALONE:
            fits, own = 2 not in ranks, dict(params)
        elif primitive.name == "matmul":
            fits, own = ranks == [3, 2], {}
        elif primitive.name == "sum":
            fits, own = params == {"axes": (LAST,), "keepdims": True}, {"axes": (1,), "keepdims": True}
        else:
            fits = primitive.name in ALONG_LAST and params["axis"] == LAST
            own = {**params, "axis": 1}
        if not fits or not isinstance(length, int):
            return None
        return [primitive(*(self._step(v, i) for v in inputs), **own) for i in range(length)]


def _of_a_step(x: Var) -> tuple[Any, ...]:
    """The shape of the only step of a sequence of one; nothing that a shape could be of others."""
    return (x.shape[0], x.shape[2]) if len(x.shape) == 3 and x.shape[1] == 1 else ("none",)
