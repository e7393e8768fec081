"""Reading a graph by running it: one NumPy call for each operation. Every faster engine must equal it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Constant, Equation, Graph, Source, Var, operand
from glassnet.ir.types import BATCH, Array
from glassnet.readings.threads import largest_product, shared_if_worth


class Program:
    """A graph prepared to be run many times, as a list of NumPy calls.

    Each variable has a numbered slot, which is emptied after its last use.

    >>> from glassnet.ir import source
    >>> x = source("input", "x", (2,), "float64")
    >>> Program(Graph({"y": x * 2.0}))({"x": np.array([1.0, 2.0])})["y"]
    array([2., 4.])
    """

    def __init__(self, graph: Graph) -> None:
        _keep_freed_memory()
        self.graph = graph
        slots = {var: slot for slot, var in enumerate(graph.variables)}
        self._initial: list[Any] = [
            var.definition.values.array if isinstance(var.definition, Constant) else None for var in graph.variables
        ]
        self._sources = {name: slots[var] for name, var in graph.sources.items()}
        self._calls = [
            (_bound(equation), tuple(slots[v] for v in equation.inputs), slots[var])
            for var, equation in graph.equations()
        ]
        self._last_uses = _last_uses(graph, slots)
        self._outputs = {name: slots[var] for name, var in graph.outputs.items()}
        self._product = largest_product(graph)
        self._samples = next((name for name, var in graph.sources.items() if BATCH in var.shape[:1]), "")

    def __reduce__(self) -> tuple[Any, ...]:
        """How to pickle and copy it: prepared anew from its graph."""
        return Program, (self.graph,)

    def __call__(self, values: Mapping[str, Array]) -> dict[str, Array]:
        """Run the graph on arrays by source name; sources it does not need are ignored."""
        slots = self._initial.copy()
        for name, slot in self._sources.items():
            try:
                slots[slot] = values[name]
            except KeyError:
                raise GlassnetError(f"no value given for {name!r}; given: {', '.join(values) or 'nothing'}") from None
        largest = self._product * (len(values[self._samples]) if self._samples else 1)
        # training checks for NaN itself, and names where it came from
        with shared_if_worth(largest), np.errstate(all="ignore"):
            for (kernel, inputs, output), unused in zip(self._calls, self._last_uses, strict=True):
                slots[output] = kernel(*[slots[i] for i in inputs])
                for slot in unused:
                    slots[slot] = None
        return {name: np.asarray(slots[slot]) for name, slot in self._outputs.items()}


def own(array: Array) -> Array:
    """The array, if its memory is nobody else's, to be handed to a user: a result may be a view of what was given."""
    return array if array.base is None and array.flags.writeable else array.copy()


@cache
def _keep_freed_memory() -> None:
    """Make the C library (glibc) keep freed memory: freeing one large block does that, as mallopt(3) says.

    Otherwise it gives every array above 128 KB back to the system and takes it anew, which is half of a step's time.
    """
    np.empty(31 << 20, np.uint8)


def _bound(equation: Equation) -> Callable[..., Any]:
    kernel = equation.primitive.kernel
    return partial(kernel, **dict(equation.params)) if equation.params else kernel


def _last_uses(graph: Graph, slots: Mapping[Var, int]) -> list[tuple[int, ...]]:
    """For each equation, the slots of computed variables that no later equation and no output needs."""
    kept = set(graph.outputs.values())
    unused: list[tuple[int, ...]] = []
    for _, equation in reversed(list(graph.equations())):
        dying = {v for v in equation.inputs if v not in kept}
        unused.append(tuple(slots[v] for v in dying if not isinstance(v.definition, Constant)))
        kept |= dying
    return unused[::-1]


def evaluate(graph: Graph, values: Mapping[str, Array]) -> dict[str, Array]:
    """Run a graph once: arrays by source name in, arrays by output name out."""
    return Program(graph)(values)


def value(x: Var | float | Array, /, **sources: Any) -> Array:
    """The value of one variable, for a look at it. The values of its sources are given by their names.

    >>> from glassnet.ir import source
    >>> x = source("input", "x", (2,), "float64")
    >>> value(2 * x + 1, x=[1, 2])
    array([3., 5.])
    """
    graph = Graph({"value": operand(x, "float64")})
    given = {name: np.asarray(sources[name], var.dtype) for name, var in graph.sources.items() if name in sources}
    return evaluate(graph, given)["value"]


def first_not_finite(graph: Graph, values: Mapping[str, Array]) -> Var | None:
    """The first variable whose value has a NaN or an infinity, sources first; None where all numbers are finite."""
    everything = Graph({str(i): var for i, var in enumerate(graph.variables)})
    computed = Program(everything)(values)
    order = sorted(enumerate(graph.variables), key=lambda pair: not isinstance(pair[1].definition, Source))
    for i, var in order:
        if not np.isfinite(computed[str(i)]).all():
            return var
    return None
