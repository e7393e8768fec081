"""Reading a graph by writing out its scans, step by step: what explanations and algebra read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from glassnet.ir.graph import Equation, Graph, Var
from glassnet.ir.origin import within
from glassnet.ops.layout import concatenate, reshape
from glassnet.ops.scan import Cell, at_step
from glassnet.readings.simplify import rebuilt


def unrolled(outputs: Mapping[str, Var]) -> dict[str, Var]:
    """The graph of these outputs without scans: the third step of layer lstm_1 has the path "lstm_1.step_3".

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
        """Step i of a sequence, where it was computed."""
        return self._steps[x][i] if x in self._steps else at_step(x, i)

    def _by_steps(self, var: Var, inputs: Sequence[Var], params: Mapping[str, Any]) -> list[Var] | None:
        """The steps of a sequence that is made of others that have steps; None where it is not made step by step."""
        (x, *_), name, along = inputs, var.definition.primitive.name, params.get("axis")  # type: ignore[union-attr]
        if name == "reshape" and x.shape == _of_a_step(var):
            return [x]
        known = self._steps.get(x) if name == "slice" and along == 1 else None
        return None if known is None else known[params["start"] : params["stop"]]


def _of_a_step(x: Var) -> tuple[Any, ...]:
    """The shape of the only step of a sequence of one; nothing that a shape could be of others."""
    return (x.shape[0], x.shape[2]) if len(x.shape) == 3 and x.shape[1] == 1 else ("none",)
