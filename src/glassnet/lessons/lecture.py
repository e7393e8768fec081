"""The networks of the lecture that Glassnet grew out of, with their weights: to feed forward by hand and compare."""

from __future__ import annotations

from typing import NamedTuple

from glassnet.ir.errors import GlassnetError
from glassnet.layers.dense import Dense
from glassnet.network import Network
from glassnet.words import unknown


class Neurons(NamedTuple):
    """A layer as the lecture has it: each neuron by its weights, one from each neuron before it, and its bias."""

    name: str
    neurons: tuple[tuple[tuple[float, ...], float], ...]


LECTURE: dict[str, tuple[Neurons, ...]] = {
    "2-4-3-1": (
        Neurons("w", (((0.3, -0.7), 0.1), ((-0.3, 0.1), -0.2), ((0.7, 0.6), -0.1), ((-0.5, -0.6), -0.8))),
        Neurons("h", (((1.0, 0.8, 0.2, 0.3), -0.9), ((0.2, -0.4, 0.3, -1.0), 0.6), ((-0.3, 0.4, 0.5, 0.7), -0.3))),
        Neurons("z", (((-0.7, -0.8, -0.6), -0.7),)),
    ),
    "1-3-3-1": (
        Neurons("A, B, C", (((0.2,), 1.0), ((-0.6,), -1.0), ((0.7,), -0.5))),
        Neurons("D, E, F", (((-1.0, -0.9, 0.2), 0.3), ((-1.0, -0.4, -0.3), -0.5), ((-1.0, -0.2, -0.7), 0.7))),
        Neurons("y", (((-0.8, -0.4, -0.6), -0.4),)),
    ),
}
"""By name. The weights that the slides do not show are completed so that every number that they do show comes out."""


def lecture(name: str = "2-4-3-1") -> Network:
    """A network of the lecture, linear and in float64: "2-4-3-1", of inputs (u, v), or "1-3-3-1", of one input x.

    Its neurons are named as there: w1 to w4, h1 to h3, z; and A, B, C, D, E, F, y.

    Raises:
        GlassnetError: there is no such network in the lecture.

    >>> net = lecture("2-4-3-1")
    >>> net([0.4, -0.7]).round(3)
    array([-0.601])
    >>> print(lecture("1-3-3-1").explain([0.3])["y"])
    y = (0.244)(-0.8) + (-1.001)(-0.4) + (0.079)(-0.6) - 0.4 = -0.2422
    """
    if name not in LECTURE:
        raise GlassnetError(unknown("lecture network", str(name), LECTURE))
    layers = []
    for layer, neurons in LECTURE[name]:
        weights = [list(column) for column in zip(*(weights for weights, _ in neurons), strict=True)]
        layers.append(Dense(len(neurons), weights=weights, biases=[bias for _, bias in neurons], name=layer))
    return Network(len(LECTURE[name][0].neurons[0][0]), *layers, dtype="float64")
