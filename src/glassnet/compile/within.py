"""Results that are worked out inside the operation that reads them, and so need no memory of their own."""

from __future__ import annotations

from math import prod
from typing import Any

from glassnet.ir.graph import Equation, Graph, Var
from glassnet.ir.types import BATCH

WINDOW = 32_768
"""Numbers of a window up to which windows are added back as they are computed, from memory of the thread's own."""


def computed_within(graph: Graph) -> dict[Var, Var]:
    """For some variables the operand that is computed inside, since nothing else reads it.

    That is a product of each sample whose windows are added back, what is padded once more, and a sum that is halved.
    """
    users: dict[Var, int] = dict.fromkeys(graph.outputs.values(), 2)
    for var in graph.variables:
        for operand in var.inputs[:-1] if _is_like(var) else var.inputs:
            users[operand] = users.get(operand, 0) + 1
    pairs = [(var, var.inputs[0]) for var in graph.variables if var.inputs and users.get(var.inputs[0]) == 1]
    return {var: x for var, x in pairs if _is_within(x, var)}


def _is_within(x: Var, var: Var) -> bool:
    return var.is_result_of("first_half") or _is_padded_again(x, var) or _is_of_windows(x, var)


def _is_padded_again(x: Var, padded: Var) -> bool:
    return x.is_result_of("pad") and padded.is_result_of("pad")


def _is_like(var: Var) -> bool:
    """Whether its last operand only gives the shape."""
    return isinstance(var.definition, Equation) and var.definition.primitive.like


def _is_of_windows(product: Var, added: Var) -> bool:
    """Whether a product's rows are the windows of samples, and its columns what is in a window."""
    if not added.is_result_of("overlap") or not product.is_result_of("contract"):
        return False
    params, axes = _params(added), _params(product)["axes"]
    x, y = product.inputs
    kept, summed = len(x.shape) - axes, y.shape[:axes]
    size = prod(dim for dim in product.shape[kept:] if isinstance(dim, int))
    alike = kept == params["axis"] + len(params["lengths"]) and x.shape[:1] == (BATCH,)
    return alike and BATCH not in summed and BATCH not in product.shape[1:] and size <= WINDOW


def _params(var: Var) -> dict[str, Any]:
    assert isinstance(var.definition, Equation)
    return dict(var.definition.params)
