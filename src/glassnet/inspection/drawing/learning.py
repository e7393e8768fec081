"""The gradients of a loss, for the picture of what a network learns from one sample."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glassnet.inspection import graphs
from glassnet.inspection.numbers import Numbers
from glassnet.inspection.slopes import gradients_of
from glassnet.ir.graph import Graph, Var
from glassnet.ir.types import BATCH, FLOATS, Array
from glassnet.layers.losses import Loss
from glassnet.model.model import Model
from glassnet.readings.evaluate import Program
from glassnet.train.step import target_of


class Step:
    """The graph that a training step feeds forward, with dropout say, and the numbers and gradients in it.

    Attributes:
        x: the sample that is drawn, of shape (1, inputs).
        graph: what gives "prediction" in training.
    """

    def __init__(self, numbers: Numbers, sample: int = 0) -> None:
        """``numbers``: those of the step, as ``explanation.training``; ``sample``: which of its batch is drawn."""
        self._numbers, self._only = numbers, slice(sample, sample + 1)
        self.x, self.graph = numbers.values["x"][self._only], Graph({"prediction": numbers.graph.outputs["prediction"]})

    def values(self, wanted: Mapping[str, Var]) -> dict[str, Array]:
        """Each of these variables of the graph, under its name; of those of a batch, the numbers of the sample."""
        found = Program(Graph(wanted))(self._numbers.values)
        return {name: array[self._only] if BATCH in wanted[name].shape[:1] else array for name, array in found.items()}

    def gradients(self, wanted: Mapping[str, Var]) -> dict[str, Array]:
        """∂loss/∂ each number of these variables of the graph, under their names; 0 where nothing depends on them."""
        known = self._numbers.gradient_of
        missing = [var for var in wanted.values() if var not in known and var.dtype in FLOATS]
        found = {**known, **gradients_of(self._numbers.graph.outputs["loss"], missing)}
        return self.values({name: found[var] for name, var in wanted.items() if var in found})


class Learning:
    """The graph of a network with its loss for one sample, and the gradients in it.

    Attributes:
        x: the sample, of shape (1, inputs).
        graph: the network's graph, which gives "prediction".
    """

    def __init__(self, network: Model, x: Array, y: Array, loss: Loss) -> None:
        of = network, loss, target_of(y, False)
        computed, written = graphs.computed(*of).outputs, graphs.written(*of).outputs
        self.x, self.graph = x, Graph({"prediction": computed["prediction"]})
        self._losses = computed["loss"], written["loss"]
        self._values = {"x": np.asarray(x, network.dtype), "y": y, **network.arrays()}

    def gradients(self, wanted: Mapping[str, Var]) -> dict[str, Array]:
        """∂loss/∂ each number of these variables of the graph, under their names; integers have no gradient."""
        wanted = {name: var for name, var in wanted.items() if var.dtype in FLOATS}
        computed, written = self._losses
        found = gradients_of(computed, list(wanted.values()), written)
        return Program(Graph({name: found[var] for name, var in wanted.items()}))(self._values)
