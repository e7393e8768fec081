"""The graph that the engine plans: operations without kernels of their own, written by simpler ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from glassnet.ir.graph import Equation, Graph, Var
from glassnet.ir.origin import Origin, within


def expanded(outputs: Mapping[str, Var], is_known: Callable[[Var], bool]) -> tuple[dict[str, Var], dict[Var, Origin]]:
    """The same outputs, of the operations that the engine has kernels for; and of each result, whose it was first.

    An operation whose result is not known how to be computed says by itself what it is made of: in a safe form, or by
    its meaning. Equal results are one, across layers too.
    """
    new: dict[Var, Var] = {}
    origins: dict[Var, Origin] = {}
    with within("", ""):
        for var in Graph(outputs).variables:
            if not isinstance(var.definition, Equation):
                new[var] = var
                continue
            primitive, inputs = var.definition.primitive, [new[v] for v in var.inputs]
            build = primitive if is_known(var) else primitive.safe or primitive.meaning or primitive
            new[var] = build(*inputs, **dict(var.definition.params))
            origins.setdefault(new[var], var.origin)
    return {name: new[var] for name, var in outputs.items()}, origins
