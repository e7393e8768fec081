"""What a network may begin to read: an example's inputs, samples that came with it, or plain ones."""

from __future__ import annotations

from math import prod

import numpy as np

from glassnet.inspection.sequences import steps_of
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lab.page import Lab
from glassnet.lab.sequence.examples import EXAMPLES, SAMPLES, course
from glassnet.layers.embedding import Embedding
from glassnet.network import Network
from glassnet.words import unknown

STEPS = 8  # of an input of a network that takes any number


def inputs(model: str, network: Network, lab: Lab, steps: int) -> dict[str, Array]:
    """What one can begin with, by name; ``steps``, or 0 for as many as there are, where the network leaves it free."""
    if model in EXAMPLES:
        others = course(model).others
        samples, own = {} if others is None else _samples(others[0]), EXAMPLES[model].inputs
        found = {**samples, **own} if EXAMPLES[model].begins_with_samples else {**own, **samples}
    else:
        given = lab.x if lab.x is not None and model == lab.chosen else ()
        found = {**_samples(given), **_plain(network, steps)}
    return {name: _resized(x, steps) if network.inputs[0] is None and steps else x for name, x in found.items()}


def chosen(name: str, known: dict[str, Array]) -> Array:
    """The input of that name; of "", the first."""
    name = name or next(iter(known))
    require(name in known, unknown("input", name, known))
    return np.array(known[name], np.float64)


def _samples(x: Array | tuple[()]) -> dict[str, Array]:
    return {f"sample {i + 1}": x[i] for i in range(min(len(x), SAMPLES))}


def _plain(network: Network, steps: int) -> dict[str, Array]:
    """Inputs for any network: tokens in turn for one that looks them up, else a wave and an impulse; and zeros."""
    shape = steps_of(network, steps or STEPS)
    first = next(iter(network.layers.values()), None)
    numbers = np.arange(prod(shape))
    if isinstance(first, Embedding):
        return {"in turn": (numbers % first.entries).reshape(shape), "zeros": np.zeros(shape)}
    wave = np.sin(2 * np.pi * np.arange(shape[0]) / shape[0]).reshape(-1, *[1] * (len(shape) - 1))
    impulse = np.zeros(shape)
    impulse[0] = 1
    return {"one wave": wave * np.ones(shape), "one impulse": impulse, "zeros": np.zeros(shape)}


def _resized(x: Array, steps: int) -> Array:
    """The first steps of it, or it and zeros."""
    return np.concatenate([x[:steps], np.zeros((max(0, steps - len(x)), *x.shape[1:]))])
