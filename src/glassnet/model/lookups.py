"""Whole numbers that embeddings look up: inputs with a fraction are refused, which would be cut off unseen."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.ir.errors import DataError
from glassnet.ir.graph import Equation, Graph, Var
from glassnet.ir.types import Array
from glassnet.readings.evaluate import Program


def looked_up(graph: Graph) -> dict[str, Var]:
    """The numbers of the input itself that are row numbers of a table, by the layer that looks them up."""
    found: dict[str, Var] = {}
    for var, equation in graph.equations():
        if equation.primitive.name == "take" and _is_input(equation.inputs[1]):
            found[var.origin.path] = _given(equation.inputs[1])
    return found


def require_whole(found: dict[str, Var], x: Any, array: Array) -> None:
    """Raise DataError where the samples of the ``array``, which were given as ``x``, are to be looked up but not whole.

    >>> import glassnet as gn
    >>> gn.Network(2, gn.Embedding(3, 1))([1.0, 0.5])
    Traceback (most recent call last):
    glassnet.ir.errors.DataError: embedding_1 looks rows up by whole numbers from 0 on, got 0.5
    """
    if not found:
        return
    what = f"{next(iter(found))} looks rows up by whole numbers from 0 on, got"
    if np.asarray(x).dtype.kind == "b":
        raise DataError(f"{what} True and False; write 1 and 0 for them")
    values = Program(Graph(found))({"x": array}) if array.dtype.kind == "f" else {}
    for name, numbers in values.items():
        parts = numbers != np.floor(numbers)
        if parts.any():
            raise DataError(f"{name} looks rows up by whole numbers from 0 on, got {numbers[parts][0]:g}")


def _is_input(var: Var) -> bool:
    """Whether these are numbers of the input, moved at most."""
    graph = Graph({"numbers": var})
    return set(graph.sources) == {"x"} and all(equation.primitive.moves for _, equation in graph.equations())


def _given(var: Var) -> Var:
    """The numbers before they were made whole."""
    made = var.definition
    return made.inputs[0] if isinstance(made, Equation) and made.primitive.name == "cast" else var
