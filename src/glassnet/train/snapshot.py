"""A snapshot: all that a training goes on from, kept to go back to."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass

from glassnet.ir.types import Array
from glassnet.layers.containers import Sequential
from glassnet.model.model import Model
from glassnet.train.tally import Tally
from glassnet.train.training import Training


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A network with its training as they were; :meth:`glassnet.Network.snapshot` takes one.

    Attributes:
        root: the layers, with their settings.
        arrays: the parameters and running statistics.
        training: the optimiser's memory and the counts; None before the first step.
    """

    root: Sequential
    arrays: Mapping[str, Array]
    training: Training | None


def still(training: Training | None, network: Model) -> Training | None:
    """The same training, of that network, which stays as it is while the other goes on."""
    if training is None:
        return None
    new = copy(training)
    if network is not training.network:
        new.network, new.compiled = network, {}
    new.memory = {name: array.copy() for name, array in training.memory.items()}
    new.position, new.began, new.history = dict(training.position), dict(training.began), training.history.copy()
    new.tally = Tally(training.tally.metrics)
    return new
