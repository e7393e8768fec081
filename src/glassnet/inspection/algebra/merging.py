"""The same function with fewer layers: linear layers next to each other are one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from glassnet.inspection.algebra.collapse import affine_map
from glassnet.inspection.algebra.places import exactly
from glassnet.ir.graph import Graph, Var, source
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH, Array, Values
from glassnet.layers.activations import ActivationFunction, Linear, activation_function
from glassnet.layers.containers import Identity, Sequential
from glassnet.layers.convolution import Conv1D, Conv2D, Conv2DTranspose
from glassnet.layers.dense import Dense
from glassnet.layers.initializers import Zeros
from glassnet.layers.layer import Layer, changed, run
from glassnet.layers.normalization import BatchNorm
from glassnet.model.model import Model
from glassnet.readings.algebra import NoFormula, NotLinear, TooLarge

M = TypeVar("M", bound=Model)
MOST = 100_000  # operands of a layer, other than Dense, that is looked at for being linear


@dataclass(frozen=True, eq=False)
class _Stage:
    """A layer with its numbers; and, where it is linear up to an activation, as activation(x A + c).

    Attributes:
        arrays: its parameters and running statistics, in the order in which it asks for them.
        operands: how many numbers its arithmetic takes: what must not grow.
    """

    layer: Layer
    arrays: tuple[Array, ...]
    affine: tuple[Array, Array] | None = None
    operands: int = 0
    activation: ActivationFunction = Linear()


def simplify(network: M) -> M:
    """What :meth:`glassnet.Network.simplify` does."""
    stages = [_stage(*traced, network) for traced in _traced(network) if traced[1] is not traced[2]]
    i = 0
    while i + 1 < len(stages):
        one = _merged(stages[i], stages[i + 1]) or _normalised(stages[i], stages[i + 1])
        if one is None:
            i += 1
        else:
            stages[i : i + 2] = [one]
            i = max(i - 1, 0)  # what was too large to merge with its neighbour before may fit now
    return _network(stages, network)


def _layers(layers: Sequence[Layer]) -> Iterator[Layer]:
    for layer in layers:
        yield from _layers(layer.layers) if isinstance(layer, Sequential) else [layer]


def _traced(network: Model) -> Iterator[tuple[Layer, Var, Var, list[str]]]:
    """Each layer, its input, its result, and the names of its arrays."""
    with Trace(network.dtype) as trace:
        x = source("input", "x", (BATCH, *network.input_shape), network.dtype)
        for layer in _layers(network.root.layers):
            known = {*trace.parameters, *trace.state}
            y = run(layer, x)
            yield layer, x, y, [name for name in (*trace.parameters, *trace.state) if name not in known]
            x = y


def _stage(layer: Layer, x: Var, y: Var, names: list[str], network: Model) -> _Stage:
    arrays = {name: network.arrays()[name] for name in names}
    numbers = tuple(arrays.values())
    if len(x.shape) != 2 or len(y.shape) != 2:
        return _Stage(layer, numbers)
    if isinstance(layer, Dense):
        affine = _dense(layer, numbers)
        return _Stage(layer, numbers, affine, _size(affine), activation_function(layer.activation))
    sources = Graph({"y": y}).sources
    try:
        A, c = affine_map(x, y, {sources[name]: exactly(array) for name, array in arrays.items()}, MOST)
    except (NotLinear, NoFormula, TooLarge):
        return _Stage(layer, numbers)
    affine = A.astype(np.float64), c.astype(np.float64)
    return _Stage(layer, numbers, affine, 2 * int(np.count_nonzero(A)) + len(c))


def _dense(layer: Dense, arrays: tuple[Array, ...]) -> tuple[Array, Array]:
    weights = arrays[0].astype(np.float64)
    if isinstance(layer.connected, Values):
        weights = weights * layer.connected.array
    return weights, np.zeros(layer.units) if layer.biases is None else arrays[1].astype(np.float64)


def _size(affine: tuple[Array, Array]) -> int:
    return 2 * affine[0].size + affine[1].size


def _merged(first: _Stage, second: _Stage) -> _Stage | None:
    """activation((x A + c) B + d) as one layer, activation(x AB + (cB + d)); None where that takes more arithmetic."""
    if first.affine is None or second.affine is None or not isinstance(first.activation, Linear):
        return None
    (A, c), (B, d) = first.affine, second.affine
    merged = A.shape[0] * B.shape[1] * 2 + B.shape[1]
    if merged > first.operands + second.operands:
        return None
    affine = A @ B, c @ B + d
    more = second.arrays[_own(second) :]
    layer = Dense(B.shape[1], second.activation, name=second.layer.name)
    return _Stage(layer, (*affine, *more), affine, merged, second.activation)


def _normalised(first: _Stage, second: _Stage) -> _Stage | None:
    """A convolution without an activation, and the batch normalisation of its channels, as one convolution."""
    kernels, norm = first.layer, second.layer
    if not isinstance(kernels, Conv1D | Conv2D | Conv2DTranspose) or not isinstance(norm, BatchNorm):
        return None
    if not isinstance(activation_function(kernels.activation), Linear):
        return None
    weights, biases = (*first.arrays, np.zeros(kernels.filters))[:2]
    scale, shift, mean, variance = (array.astype(np.float64) for array in second.arrays)
    factor = scale / np.sqrt(variance + norm.epsilon)
    layer = changed(kernels, biases=Zeros())
    return _Stage(layer, (weights * factor, (biases - mean) * factor + shift))


def _own(stage: _Stage) -> int:
    """How many of a stage's arrays make up its affine part; what comes after them is its activation's."""
    if not isinstance(stage.layer, Dense):
        return len(stage.arrays)
    return 1 if stage.layer.biases is None else 2


def _network(stages: list[_Stage], network: M) -> M:
    layers = [stage.layer for stage in stages] or [Identity()]
    new = type(network)(network.inputs, *layers, seed=network.seed, dtype=network.dtype)
    for stage, (_, _, _, names) in zip(stages, _traced(new), strict=False):
        new.assign(dict(zip(names, stage.arrays, strict=True)))
    new.labels, new.encoding, new.columns = network.labels, network.encoding, network.columns
    return new
