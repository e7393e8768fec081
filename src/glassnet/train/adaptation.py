"""What a network takes over from the data before it trains: the means and deviations of its Standardize layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from glassnet.ir.graph import Graph, Var
from glassnet.ir.types import Array
from glassnet.layers.dense import Dense
from glassnet.layers.normalization import Standardize
from glassnet.layers.shape import Flatten, Reshape
from glassnet.model.model import Model
from glassnet.readings.evaluate import Program
from glassnet.words import rounded

CHUNK = 1024
UNIT = (1e-2, 1e2)
"""How large the largest input of a dense layer is, at least and at most, if it is to learn well."""


def adapt(network: Model, x: Any) -> None:
    """Set the mean and deviation of each Standardize layer, in order, from its own inputs for these samples."""
    network = network.at(np.asarray(x[:1]).shape[1:])
    for name, layer in network.layers.items():
        if isinstance(layer, Standardize):
            mean, deviation = _statistics(network, _input_of(network, name), x)
            network.assign({f"{name}.mean": mean, f"{name}.deviation": deviation})


def needs_adapting(network: Model) -> bool:
    """Whether there are Standardize layers, none of which has been adapted yet."""
    names = [name for name, layer in network.layers.items() if isinstance(layer, Standardize)]
    fresh = (not network.state[f"{n}.mean"].any() and bool((network.state[f"{n}.deviation"] == 1).all()) for n in names)
    return bool(names) and all(fresh)


def _input_of(network: Model, name: str) -> Var:
    """What the layer is given: that from which its mean is taken away."""
    mean = network.graph.sources[f"{name}.mean"]
    return next(e.inputs[0] for _, e in network.graph.equations() if len(e.inputs) == 2 and e.inputs[1] is mean)


def _statistics(network: Model, var: Var, x: Any) -> tuple[Array, Array]:
    """The mean and the standard deviation (÷ n) of each place on the last axis, in two passes in float64."""
    program, last = Program(Graph({"given": var})), int(var.shape[-1])  # type: ignore[arg-type]

    def total(function: Any) -> Any:
        sums, count = np.zeros(last), 0
        for part in _parts(x):
            rows = (
                program({"x": np.asarray(part, network.dtype), **network.arrays()})["given"]
                .reshape(-1, last)
                .astype(np.float64)
            )
            sums, count = sums + function(rows).sum(axis=0), count + len(rows)
        return sums / count

    mean = total(lambda rows: rows)
    deviation = np.sqrt(total(lambda rows: (rows - mean) ** 2))
    constant = deviation <= 10 * np.finfo(network.dtype).eps * np.abs(mean)
    return mean, np.where(constant, 1.0, deviation)


def _parts(x: Any) -> Iterator[Array]:
    """The rows of samples, some at a time: what cannot be in memory as a whole can be gone through."""
    for start in range(0, len(x), CHUNK):
        yield np.asarray(x[start : start + CHUNK])


def far_from_unit_scale(network: Model, x: Any) -> str:
    """A note on inputs that reach a dense layer unscaled and are too large or too small to learn from well."""
    first = next((layer for layer in network.layers.values() if not isinstance(layer, Flatten | Reshape)), None)
    if not isinstance(first, Dense):
        return ""
    largest = max((abs(float(end)) for part in _parts(x) for end in (part.min(), part.max())), default=0.0)
    if largest == 0 or UNIT[0] <= largest <= UNIT[1]:
        return ""
    return (
        f"the inputs are up to {rounded(largest, 3)} in size, and networks learn best from numbers around 1: begin the "
        "network with gn.Standardize(), or scale them"
    )
