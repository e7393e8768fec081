"""The graph that the engine plans: operations without kernels of their own, written by simpler ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from glassnet.compile.calls import NoKernel
from glassnet.ir.graph import Equation, Graph, Var
from glassnet.ir.origin import Origin, within
from glassnet.ops.layout import concatenate, pad
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
            new[var] = _without_zeros(build(*inputs, **dict(var.definition.params)))
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
