"""Positions: which step of a sequence a number belongs to, told to layers that would not know the order otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from glassnet import ops
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var, operand
from glassnet.ir.require import require, require_count
from glassnet.ir.trace import parameter
from glassnet.ir.types import Array
from glassnet.layers.initializers import Initializer, Uniform, initializer
from glassnet.layers.layer import Layer, describe_layer, input_error
from glassnet.words import counted, unknown

SCHEMES = ("learnt", "sinusoidal")
MOST_NUMBERS = 2**26
WAVELENGTH = 10_000.0
"""The base of the geometric series of wavelengths, 2π to 10,000 · 2π, in Vaswani et al. 2017 and Su et al. 2021."""


@dataclass(frozen=True)
class PositionEmbedding(Layer):
    """A row of numbers for each position, added to the features of the step there: (steps, features) stays so.

    Args:
        positions: how many there are; a sequence may be shorter, and then has the first of them.
        scheme: "learnt", a table of parameters (Gehring et al. 2017); or "sinusoidal" (Vaswani et al. 2017): feature 2i
            is sin(position / 10000^(2i / features)), feature 2i + 1 its cosine.
        weights: the first numbers of the learnt table: an initializer, its name, or the numbers themselves.

    Raises:
        GlassnetError: another scheme, no sequence, or one with more steps than positions.

    >>> import glassnet as gn
    >>> net = gn.Network((3, 2), gn.PositionEmbedding(3, "sinusoidal"))
    >>> net([[0, 0], [0, 0], [10, 10]]).round(3).tolist()
    [[0.0, 1.0], [0.8410000205039978, 0.5400000214576721], [10.909000396728516, 9.583999633789062]]
    """

    positions: int
    scheme: str = "learnt"
    weights: Initializer | str | Sequence[Any] | Array = Uniform()

    def __post_init__(self) -> None:
        count = require_count(self.positions, "the number of positions of PositionEmbedding")
        object.__setattr__(self, "positions", count)
        require(self.scheme != "rotary", "rotary positions turn queries and keys: gn.Attention(heads, rotary=True)")
        require(self.scheme in SCHEMES, unknown("scheme of position embedding", str(self.scheme), SCHEMES))
        object.__setattr__(self, "weights", initializer(self.weights, "weights"))

    def __call__(self, x: Var) -> Var:
        steps, features = steps_and_features(self, x)
        if steps > self.positions:
            raise GlassnetError(
                f"{describe_layer(self)} has {counted(self.positions, 'position')}, and the sequence is longer: "
                f"{counted(steps, 'step')}; write PositionEmbedding({steps})"
            )
        if self.scheme == "sinusoidal":
            return x + operand(waves(steps, features), x.dtype)
        table = parameter("weights", (self.positions, features), initializer(self.weights, "weights"))
        return x + (table if steps == self.positions else ops.slice_(table, axis=0, start=0, stop=steps))


def steps_and_features(layer: Layer, x: Var) -> tuple[int, int]:
    """The sizes of a sequence; GlassnetError, which names the layer, where x is none."""
    sizes = [size for size in x.shape[1:] if isinstance(size, int)]
    if len(sizes) != 2 or len(x.shape) != 3:
        raise input_error(layer, "a sequence, numbers of shape (steps, features)", x)
    require_few(layer, *sizes)
    return sizes[0], sizes[1]


def require_few(layer: Layer, *sizes: int) -> None:
    """Raise GlassnetError, before they are made, for more numbers than a result may have."""
    few = prod(sizes) <= MOST_NUMBERS
    require(few, f"{describe_layer(layer)} would need {' × '.join(map(str, sizes))} numbers; take fewer steps")


def waves(steps: int, features: int) -> Array:
    """Sines and cosines of the positions, side by side, of ever longer wavelengths.

    >>> waves(2, 4).round(4).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.8415, 0.5403, 0.01, 1.0]]
    """
    pairs = np.arange(0, features, 2) / features
    angles = np.arange(steps)[:, None] / WAVELENGTH**pairs
    both = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    return both.reshape(steps, -1)[:, :features]


def rotated(x: Var) -> Var:
    """Queries or keys (…, steps, size), each pair of numbers turned by an angle that grows with the position.

    Su et al. 2021, with number i of the first half and number i of the second half as a pair, as in GPT-NeoX and
    Llama (the paper pairs neighbours): the product of two such depends on how far apart their positions are.

    Raises:
        GlassnetError: an odd size, which has no pairs.
    """
    steps, size = x.shape[-2:]
    assert isinstance(steps, int)
    assert isinstance(size, int)
    require(size % 2 == 0, f"rotary positions turn pairs of numbers, and each head has {size}; take other heads")
    angles = np.arange(steps)[:, None] / WAVELENGTH ** (np.arange(0, size, 2) / size)
    axis, half = len(x.shape) - 1, size // 2
    first = ops.slice_(x, axis=axis, start=0, stop=half)
    second = ops.slice_(x, axis=axis, start=half, stop=size)
    cos, sin = (operand(wave(angles), x.dtype) for wave in (np.cos, np.sin))
    return ops.concatenate([first * cos - second * sin, second * cos + first * sin])
