"""Reading a graph by the clock: the seconds that each of its operations takes the evaluator."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from glassnet.ir.graph import Constant, Graph, Var
from glassnet.ir.types import Array


def seconds(graph: Graph, values: Mapping[str, Array], times: int = 5) -> dict[Var, float]:
    """The shortest of some runs of each operation, on arrays by source name.

    >>> from glassnet import ops
    >>> from glassnet.ir import source
    >>> x = source("input", "x", (1000,), "float64")
    >>> took = seconds(Graph({"y": ops.tanh(x)}), {"x": np.ones(1000)})
    >>> [0 < s < 1 for s in took.values()]
    [True]
    """
    known: dict[Var, Any] = {var: values[name] for name, var in graph.sources.items()}
    known |= {var: var.definition.values.array for var in graph.variables if isinstance(var.definition, Constant)}
    took: dict[Var, float] = {}
    with np.errstate(all="ignore"):
        for var, equation in graph.equations():
            operands, kernel = (
                [known[v] for v in equation.inputs],
                partial(equation.primitive.kernel, **dict(equation.params)),
            )
            took[var] = np.inf
            for _ in range(times):
                started = time.perf_counter()
                known[var] = kernel(*operands)
                took[var] = min(took[var], time.perf_counter() - started)
    return took
