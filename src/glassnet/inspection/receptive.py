"""The receptive field of a neuron: the numbers of the input that it is computed from."""

from __future__ import annotations

import numpy as np

from glassnet.inspection.algebra.places import one_place
from glassnet.ir.errors import GlassnetError
from glassnet.ir.types import Array
from glassnet.model.model import Model
from glassnet.readings.algebra.reading import Reading, TooLarge

MOST = 5_000_000
"""Operands of all the arithmetic that is gone back through."""


def receptive_field(network: Model, neuron: str | None = None) -> Array:
    """What :meth:`glassnet.Network.receptive_field` does."""
    name, (var, index) = one_place(network, neuron, "receptive_field")
    field = np.zeros(network.input_shape, bool)
    try:
        starts = Reading({var: [index]}, most=MOST).starts
    except TooLarge:
        raise GlassnetError(
            f"{name} is computed by more than {MOST:,} numbers, which takes too long to go back through; "
            "ask for a neuron of an earlier layer"
        ) from None
    for source, place in starts:
        if source is network.graph.sources.get("x"):
            field[place[1:]] = True
    return field
