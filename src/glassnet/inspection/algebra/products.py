"""The products of collapsed layers as arithmetic: each number of each matrix, by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from glassnet.inspection.names import printed
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.types import Array
from glassnet.readings.explain import Explainer, Explanation
from glassnet.words import unknown

Index = tuple[int, ...]


class Linear(Protocol):
    """A linear layer: a row of numbers times its weights, plus its biases."""

    @property
    def layer(self) -> str: ...
    @property
    def weights(self) -> Array: ...
    @property
    def biases(self) -> Array: ...


class Products:
    """A2[0, 1] and c2[1], the weights and biases of the first two layers as one, and so on, in float64."""

    def __init__(self, steps: Sequence[Linear]) -> None:
        values: dict[str, Array] = {}
        named: dict[Var, Callable[[Index], str]] = {}
        A: Var | None = None
        c: Var | None = None
        for k, step in enumerate(steps, 1):
            W, b = (_source(f"{step.layer}.{what} {k}", array, values) for what, array in _parts(step))
            A, c = (W, b) if A is None or c is None else (A @ W, c @ W + b)
            named |= {A: _matrix(f"A{k}"), c: _row(f"c{k}")}
        self._places = {name(index): (var, index) for var, name in named.items() for index in np.ndindex(var.shape)}  # type: ignore[arg-type]
        self._explainer = Explainer(Graph({str(i): var for i, var in enumerate(named)}), values, named)

    def __getitem__(self, name: str) -> Explanation:
        if (name := printed(name)) not in self._places:
            raise GlassnetError(unknown("number of the products", name, self._places))
        return self._explainer(*self._places[name])


def _parts(step: Linear) -> tuple[tuple[str, Array], tuple[str, Array]]:
    return ("weights", step.weights.astype(float)), ("biases", step.biases.astype(float)[None])


def _source(name: str, array: Array, values: dict[str, Array]) -> Var:
    values[name] = array
    return source("parameter", name, array.shape, "float64")


def _matrix(letter: str) -> Callable[[Index], str]:
    return lambda index: f"{letter}[{index[0]}, {index[1]}]"


def _row(letter: str) -> Callable[[Index], str]:
    return lambda index: f"{letter}[{index[1]}]"
