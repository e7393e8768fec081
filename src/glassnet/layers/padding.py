"""Padding: steps that only fill a sequence up, known by a number that they consist of."""

from __future__ import annotations

from glassnet import ops
from glassnet.ir.graph import Var


def is_there(x: Var, mask: float) -> Var:
    """1 for the steps of x (n, t, f) that have any number beside ``mask``, else 0, (n, t, 1).

    >>> import glassnet as gn
    >>> from glassnet.readings import value
    >>> value(is_there(gn.ops.cast([[[0.0, 1.0], [0.0, 0.0]]], dtype="float64"), 0.0)).tolist()
    [[[1.0], [0.0]]]
    """
    return ops.max(1 - ops.equal(ops.stop_gradient(x), mask), -1, keepdims=True)
