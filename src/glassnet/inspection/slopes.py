"""The gradients of one number for all others of a network, as variables to be explained."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from glassnet import ops
from glassnet.inspection import neurons
from glassnet.inspection.neurons import Index
from glassnet.ir.graph import Graph, Source, Var, operand
from glassnet.ir.types import FLOATS
from glassnet.model.model import Model
from glassnet.readings.differentiate import Function, Functions, gradients, is_function
from glassnet.readings.simplify import WRITTEN, simplify


def functions(network: Model, prediction: Var) -> dict[Var, Function]:
    """What activations make of each neuron by itself, relu(w1) say, with the activation's name."""
    found = [output for _, output in neurons.layers(Graph({"prediction": prediction}))]
    pairs = [(neurons.before_activation(output), output) for output in found]
    return {
        output: Function(neurons.activation_name(network, neuron, output), neuron)
        for neuron, output in pairs
        if is_function(output, neuron)
    }


def slopes(network: Model, graph: Graph, objective: Var, as_written: Var | None = None) -> dict[Var, Var]:
    """The gradient of the objective for each input and parameter, each neuron and what its activation makes of it, and
    what layers name within themselves.
    """
    forward = Graph({"prediction": graph.outputs["prediction"]})
    found = neurons.layers(forward)
    computed = [var for _, output in found for var in (neurons.before_activation(output), output)]
    given = [var for name, var in graph.sources.items() if var.dtype in FLOATS and _is_given(name, var)]
    within = [var for var, equation in forward.equations() if equation.primitive.name == "named"]
    wrt = list(dict.fromkeys([*given, *computed, *within]))
    gradient_of = gradients_of(objective, wrt, as_written, functions(network, graph.outputs["prediction"]))
    names = {str(i): gradient for i, gradient in enumerate(gradient_of.values())}
    found_again = simplify({**graph.outputs, **names}, keep=WRITTEN)  # a gradient may need what they have computed
    return {var: found_again[str(i)] for i, var in enumerate(gradient_of)}


def one(var: Var, index: Index) -> Var:
    """A single number of a variable, as a scalar that can be differentiated."""
    if not var.shape:
        return var
    sizes = [dim for dim in var.shape[1:] if isinstance(dim, int)]
    table = ops.reshape(var, shape=(var.shape[0], prod(sizes)))
    row = ops.take(table, operand(np.array(index[:1]), "int64"))
    column = int(np.ravel_multi_index(index[1:], sizes)) if sizes else 0
    return ops.reshape(ops.slice_(row, axis=1, start=column, stop=column + 1), shape=())


def gradients_of(
    objective: Var, wrt: Sequence[Var], as_written: Var | None = None, through: Functions | None = None
) -> dict[Var, Var]:
    """The gradient of the objective for each of these variables, ``through`` functions that have one derivative each.

    The loss of a softmax is computed from what goes into it. For the softmax's output, which it goes past, the gradient
    is that of the objective ``as_written``.
    """
    found = dict(zip(wrt, gradients(objective, wrt, through), strict=True))
    if as_written is not None:
        on_the_way = set(Graph({"objective": objective}).variables)
        passed = [var for var in wrt if var not in on_the_way]
        found |= zip(passed, gradients(as_written, passed), strict=True)
    return found


def _is_given(name: str, var: Var) -> bool:
    return name == "x" or (isinstance(var.definition, Source) and var.definition.kind == "parameter")
