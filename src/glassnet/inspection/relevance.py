"""What in an input speaks for a neuron: gradient × input, class activation (Grad-CAM), and occlusion."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet import ops
from glassnet.inspection import neurons
from glassnet.inspection.algebra.places import one_place
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Graph, Var, operand
from glassnet.ir.require import require, require_count, require_known
from glassnet.ir.types import Array
from glassnet.model.model import Model
from glassnet.readings.algebra.reading import shape
from glassnet.readings.differentiate import gradients
from glassnet.readings.evaluate import Program

WAYS = ("gradient", "grad-cam", "occlusion")


def relevance(network: Model, x: Array, neuron: str | None, how: str, layer: str | None, size: int) -> Array:
    """What :meth:`glassnet.Network.relevance` does; x is one sample with its batch axis."""
    require_known("way to tell what is relevant", how, WAYS)
    require(layer is None or how == "grad-cam", f"a layer is asked of how='grad-cam', not of how={how!r}")
    _, (var, index) = one_place(network, neuron, "relevance")
    if how == "occlusion":
        return _occlusion(network, x, var, index, require_count(size, "the size of what is covered"))
    number = _number(var, index)
    if how == "gradient":
        return _gradient_times_input(network, x, number)
    return _class_activation(network, x, number, _map(network, var, layer))


def _number(var: Var, index: tuple[int, ...]) -> Var:
    """One number of a variable, as a scalar of the graph."""
    chosen = np.zeros(shape(var))
    chosen[index] = 1.0
    return ops.sum(var * operand(chosen, var.dtype))


def _run(network: Model, x: Array, **outputs: Var) -> dict[str, Array]:
    return Program(Graph(outputs))({"x": np.asarray(x, network.dtype), **network.arrays()})


def _gradient_times_input(network: Model, x: Array, number: Var) -> Array:
    """∂number/∂x · x for each number of the input (Shrikumar et al. 2016): of a linear network, its terms."""
    source = network.graph.sources["x"]
    [slope] = gradients(number, [source])
    return np.asarray(_run(network, x, product=slope * source)["product"][0])


def _class_activation(network: Model, x: Array, number: Var, maps: Var) -> Array:
    """relu(Σ mean(∂number/∂A_c) · A_c) over the channels of a layer's maps (Selvaraju et al. 2017)."""
    [slope] = gradients(number, [maps])
    weights = ops.mean(slope, (1, 2), keepdims=True)
    return np.asarray(_run(network, x, map=ops.relu(ops.sum(maps * weights, -1)))["map"][0])


def _map(network: Model, var: Var, layer: str | None) -> Var:
    """The pictures that a layer makes: of the one that is named, or the last that the neuron is computed from."""
    below = set(Graph({"neuron": var}).variables)
    pictures = {path: one for path, one in neurons.layers(network.graph) if len(one.shape) == 4 and one in below}
    if layer is not None:
        require_known("layer of pictures before the neuron", layer, pictures)
        return pictures[layer]
    if not pictures:
        raise GlassnetError("no layer before this neuron makes pictures, such as gn.Conv2D; use how='gradient'")
    return list(pictures.values())[-1]


def _occlusion(network: Model, x: Array, var: Var, index: tuple[int, ...], size: int) -> Array:
    """How much smaller the number becomes where a square is covered by zeros (Zeiler & Fergus 2014).

    For each place of the picture the mean over all squares that cover it.
    """
    rows, columns = x.shape[1:3]
    require(x.ndim >= 3 and size <= min(rows, columns), f"a square of {size} × {size} must fit into {x.shape[1:]}")
    places = [(i, j) for i in range(rows - size + 1) for j in range(columns - size + 1)]
    covered = np.repeat(x, len(places) + 1, axis=0)
    for k, (i, j) in enumerate(places, 1):
        covered[k, i : i + size, j : j + size] = 0
    of_neuron: Any = (slice(None), *index[1:])
    numbers = _run(network, covered, neuron=var)["neuron"][of_neuron]
    total, count = np.zeros((rows, columns)), np.zeros((rows, columns))
    for (i, j), drop in zip(places, numbers[0] - numbers[1:], strict=True):
        total[i : i + size, j : j + size] += drop
        count[i : i + size, j : j + size] += 1
    return total / count
