"""The graph that the engine plans: softmax and its logarithm written by simpler operations, without overflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from glassnet import ops
from glassnet.ir.graph import Equation, Graph, Var
from glassnet.ir.origin import Origin, within


def _shifted(x: Var) -> Var:
    """x less the largest number of its row, so that no exponential is above 1."""
    return x - ops.max(x, -1, keepdims=True)


def _softmax(x: Var) -> Var:
    e = ops.exp(_shifted(x))
    return e / ops.sum(e, -1, keepdims=True)


def _log_softmax(x: Var) -> Var:
    shifted = _shifted(x)
    return shifted - ops.log(ops.sum(ops.exp(shifted), -1, keepdims=True))


def _cross_entropy(x: Var, t: Var) -> Var:
    return -ops.sum(t * _log_softmax(x), -1)


WRITTEN: dict[str, Callable[..., Var]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "softmax_cross_entropy": _cross_entropy,
}


def expanded(outputs: Mapping[str, Var]) -> tuple[dict[str, Var], dict[Var, Origin]]:
    """The same outputs, of the operations that the engine has kernels for; and of each result, whose it was first.

    Equal results are one, across layers too.
    """
    new: dict[Var, Var] = {}
    origins: dict[Var, Origin] = {}
    with within("", ""):
        for var in Graph(outputs).variables:
            if not isinstance(var.definition, Equation):
                new[var] = var
                continue
            primitive, inputs = var.definition.primitive, [new[v] for v in var.inputs]
            build: Callable[..., Var] = WRITTEN.get(primitive.name, primitive)
            new[var] = build(*inputs, **dict(var.definition.params))
            origins.setdefault(new[var], var.origin)
    return {name: new[var] for name, var in outputs.items()}, origins
