"""Networks of attention that guess the next letter at each place: their weights, and their answers in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
Shape = tuple[int, ...]
EPSILON = 1e-5
"""What is added to the variance, or to the mean square, that numbers are divided by the root of."""


@dataclass(frozen=True)
class Transformer:
    """Letters and places become features, which go through blocks, and at last become sums for each letter.

    A block is x + attention(norm(x)), then x + dense(activation(dense(norm(x)))), and no step looks at later ones.

    Attributes:
        bare: root mean squares without scales, ReLU² and no biases, and the first norm before the blocks; else layer
            norm, GELU and biases, and the last norm after the blocks.
    """

    letters: int
    context: int
    features: int
    heads: int
    blocks: int
    bare: bool = False

    @property
    def hidden(self) -> int:
        return 4 * self.features

    @property
    def multiply_adds(self) -> int:
        """Of a sample's products in a step: forward, and twice as many backwards; scores of later steps count too."""
        width, steps = self.features, self.context
        block = 4 * width**2 + 2 * width * self.hidden + 2 * steps * width
        return 3 * steps * (self.blocks * block + width * self.letters)


def shapes(net: Transformer) -> dict[str, Shape]:
    """Of all weights in Glassnet's order, by names of their own."""
    width, hidden = net.features, net.hidden
    found: dict[str, Shape] = {"letters": (net.letters, width), "places": (net.context, width)}
    for i in range(net.blocks):
        found |= {f"{i} norm scale": (width,), f"{i} norm shift": (width,)}
        for part in ("query", "key", "value", "output"):
            found |= {f"{i} {part}": (width, width), f"{i} {part} biases": (width,)}
        found |= {f"{i} second norm scale": (width,), f"{i} second norm shift": (width,)}
        found |= {f"{i} in": (width, hidden), f"{i} in biases": (hidden,)}
        found |= {f"{i} out": (hidden, width), f"{i} out biases": (width,)}
    found |= {
        "norm scale": (width,),
        "norm shift": (width,),
        "guess": (width, net.letters),
        "guess biases": (net.letters,),
    }
    return {name: shape for name, shape in found.items() if len(shape) == 2 or not net.bare}


def first_weights(net: Transformer, dtype: str) -> list[Array]:
    """Normal numbers, scales of 1, and the rest 0: the same for all contestants."""
    rng = np.random.default_rng(9)
    found = []
    for name, shape in shapes(net).items():
        fixed = np.full(shape, float(name.endswith("scale")))
        found.append((rng.normal(0, 0.05, shape) if len(shape) == 2 else fixed).astype(dtype))
    return found


def joined(net: Transformer, arrays: Sequence[Array]) -> dict[str, Array]:
    """By name, those for queries, keys and values side by side, so that one product does for all three."""
    named = dict(zip(shapes(net), arrays, strict=True))
    found: dict[str, Array] = {}
    for name, array in named.items():
        if " query" in name:
            parts = [named[name.replace("query", part)] for part in ("query", "key", "value")]
            found[name.replace("query", "three")] = np.concatenate(parts, axis=-1)
        elif " key" not in name and " value" not in name:
            found[name] = array
    return found


def parted(net: Transformer, named: dict[str, Array]) -> list[Array]:
    """The way back."""
    found = dict(named)
    for name in named:
        if " three" in name:
            parts = np.split(found.pop(name), 3, axis=-1)
            found |= {
                name.replace("three", part): array for part, array in zip(("query", "key", "value"), parts, strict=True)
            }
    return [found[name] for name in shapes(net)]


def answer(net: Transformer, weights: Sequence[Array], x: Array) -> Array:
    """The sums for each letter at each place, (n, context, letters), in float64."""
    of = {name: np.asarray(array, np.float64) for name, array in zip(shapes(net), weights, strict=True)}

    def linear(value: Array, name: str) -> Array:
        return value @ of[name] + of.get(f"{name} biases", 0.0)

    def norm(value: Array, name: str) -> Array:
        if net.bare:
            return value / np.sqrt(np.square(value).mean(-1, keepdims=True) + EPSILON)
        spread = np.sqrt(value.var(-1, keepdims=True) + EPSILON)
        return (value - value.mean(-1, keepdims=True)) / spread * of[f"{name} scale"] + of[f"{name} shift"]

    def heads(value: Array) -> Array:
        return value.reshape(len(x), net.context, net.heads, -1).swapaxes(1, 2)

    value = of["letters"][x] + of["places"]
    value = norm(value, "norm") if net.bare else value
    for i in range(net.blocks):
        looking = norm(value, f"{i} norm")
        query, key, worth = (heads(linear(looking, f"{i} {part}")) for part in ("query", "key", "value"))
        scores = query @ key.swapaxes(2, 3) / np.sqrt(net.features // net.heads)
        scores = np.where(np.tri(net.context, dtype=bool), scores, -np.inf)
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (powers / powers.sum(-1, keepdims=True) @ worth).swapaxes(1, 2).reshape(value.shape)
        value = value + linear(mixed, f"{i} output")
        inside = linear(norm(value, f"{i} second norm"), f"{i} in")
        value = value + linear(np.maximum(inside, 0) ** 2 if net.bare else gelu(inside), f"{i} out")
    return linear(value if net.bare else norm(value, "norm"), "guess")


def gelu(x: Array) -> Array:
    """x Φ(x), to 2e-7 (Abramowitz & Stegun 7.1.26)."""
    size = np.abs(x) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * size)
    tail = np.polyval([1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592, 0.0], t) * np.exp(-(size**2))
    return x * np.where(x > 0, 1 - tail / 2, tail / 2)
