"""The graph that the engine plans: operations without kernels of their own, written by simpler ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from glassnet.compile.calls import NoKernel
from glassnet.ir.graph import Equation, Graph, Var
from glassnet.ir.origin import Origin, within
from glassnet.readings.simplify import simplify
from glassnet.readings.unroll import unrolled

STEP = re.compile(r"step_\d+")
MOST_STEPS = 64
"""Of the longest sequence whose scans are planned, step by step; longer ones are left to the evaluator."""


def expanded(outputs: Mapping[str, Var], is_known: Callable[[Var], bool]) -> tuple[dict[str, Var], dict[Var, Origin]]:
    """The same outputs, of the operations that the engine has kernels for; and of each result, whose it was first.

    An operation whose result is not known how to be computed says by itself what it is made of: in a safe form, or by
    its meaning. Equal results are one, across layers too.
    """
    outputs = _without_scans(outputs)
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
            origins.setdefault(new[var], _whole(var.origin))
    return {name: new[var] for name, var in outputs.items()}, origins


def _whole(origin: Origin) -> Origin:
    """The origin, that of a step being its layer's."""
    path, _, step = origin.path.rpartition(".")
    return Origin(path, origin.stage) if STEP.fullmatch(step) else origin


def _without_scans(outputs: Mapping[str, Var]) -> Mapping[str, Var]:
    """The graph with its scans written out, where they are short."""
    lengths = [var.shape[1] for var in Graph(outputs).variables if var.is_result_of("scan")]
    if not lengths:
        return outputs
    longest = max(length for length in lengths if isinstance(length, int))
    if longest > MOST_STEPS:
        raise NoKernel(f"a recurrent layer over {longest} steps (it plans at most {MOST_STEPS})")
    return simplify(unrolled(outputs))
