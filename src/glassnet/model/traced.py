"""What the layers of a model are for inputs of one shape: their graph, and all that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from math import prod
from typing import Any, TypeVar

from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var, describe, source
from glassnet.ir.specification import require_bounded
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH, Shape
from glassnet.layers.containers import Sequential
from glassnet.layers.layer import run
from glassnet.model.answer import Answer
from glassnet.model.function import ModelFunction
from glassnet.model.lookups import looked_up
from glassnet.readings.simplify import simplify
from glassnet.readings.unroll import unrolled

T = TypeVar("T")
KEPT = 12
"""How many graphs that follow from the layers are kept: of explanations and of training steps."""
NUMBERS_LIMIT = 2**26
"""How many numbers any result in a network may have for each sample: a quarter of a gigabyte of float32."""


class Traced:
    """Layers traced for inputs of one shape; made once, and never changed.

    Attributes:
        shape: of one input.
        declared: the parameters, running statistics and layers that were met.
        output: the variable of the outputs.
        graph: how they are computed.
        functions: of a model's numbers, those that are known already, by what they are.

    Raises:
        GlassnetError: a layer does not fit what it is given, or a result would be too large to be computed.

    >>> import glassnet as gn
    >>> Traced(Sequential(gn.Dense(3)), (2,), "float32").output
    <the result of add in dense_1: float32[n, 3]>
    """

    def __init__(self, root: Sequential, shape: tuple[int, ...], dtype: str) -> None:
        require_bounded(root)
        self.shape = shape
        with Trace(dtype) as self.declared:
            x = source("input", "x", (BATCH, *shape), dtype)
            self.output = simplify({"output": run(root, x)})["output"]
        self.graph = Graph({"output": self.output})
        for var in self.graph.variables:
            _require_computable(var)
        self.functions: dict[Hashable, ModelFunction] = {}
        self._made: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What follows from the layers and the key: made once, while it is among the last few that were asked for.

        Threads may ask at once: nothing is changed that another may be reading. A key that cannot be told from others,
        as of an optimiser of the user's with a list among its settings, is not kept.
        """
        try:
            hash(key)
        except TypeError:
            return make()
        made = self._made
        found: T = made[key] if key in made else make()  # which may ask for others
        others = [one for one in self._made.items() if one[0] != key]
        self._made = dict([*others, (key, found)][-KEPT:])
        return found

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of each parameter and running statistic."""
        parameters: dict[str, Shape] = {name: one.shape for name, one in self.declared.parameters.items()}
        return parameters | {name: slot.var.shape for name, slot in self.declared.state.items()}

    @cached_property
    def answer(self) -> Answer:
        """What the outputs are."""
        return Answer.of(self.output)

    @cached_property
    def looked_up(self) -> dict[str, Var]:
        """What is looked up in tables of the input's own numbers."""
        return looked_up(self.graph)

    @cached_property
    def unrolled(self) -> Graph:
        """The graph with what goes along sequences written out step by step."""
        return Graph(unrolled(self.graph.outputs))


def _require_computable(var: Var) -> None:
    numbers = prod(dim for dim in var.shape if isinstance(dim, int))
    if var.shape[:1] == (BATCH,) and numbers > NUMBERS_LIMIT:
        raise GlassnetError(
            f"{describe(var)} would be {numbers:.3g} numbers for each sample, and {NUMBERS_LIMIT:,} is the "
            "limit; make the layers smaller"
        )
