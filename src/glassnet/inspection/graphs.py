"""The graphs that explanations read: of a network in use, of its loss, of its next step. Each is made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from glassnet import ops
from glassnet.inspection.slopes import functions, slopes
from glassnet.ir.graph import Constant, Graph, Var, source
from glassnet.ir.origin import within
from glassnet.ir.trace import Trace
from glassnet.ir.types import BATCH
from glassnet.layers.layer import run
from glassnet.layers.losses import Loss
from glassnet.model.model import Model
from glassnet.readings.simplify import NAMES, WRITTEN, simplify
from glassnet.readings.unroll import unrolled
from glassnet.train.step import Target, loss_graph, training_step
from glassnet.train.training import Training


@dataclass(frozen=True, eq=False)
class Sloped:
    """A graph, and in it the gradient of its loss for each input, parameter, neuron and activation."""

    graph: Graph
    gradient_of: Mapping[Var, Var]


def prediction(network: Model) -> Graph:
    """The outputs, with all names that layers give within themselves, step by step."""

    def make() -> Graph:
        with Trace(network.dtype):
            x = source("input", "x", (BATCH, *network.input_shape), network.dtype)
            return Graph(simplify(unrolled({"prediction": run(network.root, x)}), keep=WRITTEN))

    return network.once("prediction", make)


def written(network: Model, loss: Loss, target: Target) -> Graph:
    """The prediction; the loss with its penalties, as it is written; and, to be named in it, its parts."""

    def make() -> Graph:
        with Trace(network.dtype) as trace:
            outputs = loss_graph(network.root, network.input_shape, loss, target, trace, keep=WRITTEN)
        return Graph(simplify(_with_objective(outputs), keep=WRITTEN))

    return network.once(("written", loss, target), make)


def computed(network: Model, loss: Loss, target: Target) -> Graph:
    """The same as it is computed: from what goes into a softmax, say."""
    return network.once(
        ("computed", loss, target),
        lambda: Graph(simplify(written(network, loss, target).outputs, keep=NAMES)),
    )


def differentiated(network: Model, loss: Loss, target: Target) -> Sloped:
    """The loss as it is computed, and its gradients."""

    def make() -> Sloped:
        graph = computed(network, loss, target)
        as_written = written(network, loss, target).outputs["loss"]
        return Sloped(graph, slopes(network, graph, graph.outputs["loss"], as_written))

    return network.once(("differentiated", loss, target), make)


def next_step(network: Model, training: Training) -> Sloped:
    """The step that training makes next, with the names that its layers and optimiser give within themselves.

    With what it adds to each parameter: w.weights.step[0, 1].
    """

    def make() -> Sloped:
        settings, target, through = training.settings, training.target, partial(functions, network)
        shape, dtype = network.input_shape, network.dtype
        step = training_step(training.root, shape, dtype, settings, target, keep=NAMES, functions=through)
        old = step.graph.sources
        moves = {f"{name}.step": _move(name, new, old[name]) for name, new in step.parameters.items()}
        graph = Graph(simplify(_with_objective(step.graph.outputs) | moves, keep=NAMES))
        return Sloped(graph, slopes(network, graph, graph.outputs["loss"]))

    return network.once(("next step", training.traced), make)


def _move(name: str, new: Var, old: Var) -> Var:
    """What is added to a parameter, which explanations call its step."""
    with within(name, "optimizer"):
        return ops.named(new - old, name="step")


def _with_objective(outputs: Mapping[str, Var]) -> dict[str, Var]:
    """With the penalty in the loss, where there is one: what training makes small."""
    without, penalty = outputs["loss"], outputs["penalty"]
    if isinstance(penalty.definition, Constant):
        return dict(outputs)
    return {**outputs, "loss": ops.named(without, name="loss without penalty") + penalty}
