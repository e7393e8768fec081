"""A graph run by the evaluator and by the engine."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glassnet.compile import Prepared, planned
from glassnet.ir import BATCH, Array, Graph, Var
from glassnet.ir.graph import Source
from glassnet.readings import evaluate


def on_the_engine(outputs: Mapping[str, Var], values: Mapping[str, Array], threads: int = 1) -> dict[str, Array]:
    """The outputs of a graph, of one step over all samples."""
    sources = Graph(outputs).sources
    data = {name: values[name] for name, var in sources.items() if var.shape[:1] == (BATCH,)}
    rest = {name: values[name] for name, var in sources.items() if name not in data}
    scalars = {name: value for name, value in rest.items() if not sources[name].shape and _is_input(sources[name])}
    samples = max((len(array) for array in data.values()), default=1)
    plan = planned(outputs, {}, samples, {name: str(array.dtype) for name, array in data.items()})
    states = {name: np.ascontiguousarray(array) for name, array in rest.items() if name not in scalars}
    prepared = Prepared(plan, {}, states)
    results = {name: np.zeros(_size(var, samples), var.dtype) for name, var in outputs.items()}
    rows = np.arange(samples)
    given = {name: (np.ascontiguousarray(array), rows) for name, array in data.items()}
    moved = {name: array if BATCH in outputs[name].shape else array[None] for name, array in results.items()}
    prepared.run(np.array([samples]), scalars, given, moved, threads)
    return results


def _is_input(var: Var) -> bool:
    return isinstance(var.definition, Source) and var.definition.kind == "input"


def _size(var: Var, samples: int) -> list[int]:
    return [dim if isinstance(dim, int) else samples for dim in var.shape]


def compared(outputs: Mapping[str, Var], values: Mapping[str, Array], tolerance: float, threads: int = 1) -> None:
    """The engine gives the evaluator's numbers."""
    expected = evaluate(Graph(outputs), values)
    found = on_the_engine(outputs, values, threads)
    for name, array in expected.items():
        np.testing.assert_allclose(found[name], array, rtol=tolerance, atol=tolerance, err_msg=name)
