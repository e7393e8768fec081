"""PyTorch's layers for networks of attention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from bench.suite.transformers import EPSILON, Transformer, first_weights, joined, parted

Array = Any


class Squared(nn.Module):  # type: ignore[misc]
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(x).square()


def norm(net: Transformer) -> nn.Module:
    if net.bare:
        return nn.RMSNorm(net.features, EPSILON, elementwise_affine=False)
    return nn.LayerNorm(net.features, EPSILON)


class Block(nn.Module):  # type: ignore[misc]
    """Queries, keys and values by one product; the attention by PyTorch's own function."""

    def __init__(self, net: Transformer) -> None:
        super().__init__()
        self.heads, width, biases = net.heads, net.features, not net.bare
        self.norm, self.three = norm(net), nn.Linear(width, 3 * width, bias=biases)
        self.output, self.second = nn.Linear(width, width, bias=biases), norm(net)
        self.wide, self.narrow = nn.Linear(width, net.hidden, bias=biases), nn.Linear(net.hidden, width, bias=biases)
        self.activation = Squared() if net.bare else nn.GELU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        three = self.three(self.norm(x)).unflatten(2, (3, self.heads, -1))
        query, key, value = three.permute(2, 0, 3, 1, 4).unbind()
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.output(mixed.transpose(1, 2).flatten(2))
        return x + self.narrow(self.activation(self.wide(self.second(x))))


class Letters(nn.Module):  # type: ignore[misc]
    def __init__(self, net: Transformer) -> None:
        super().__init__()
        self.letters = nn.Embedding(net.letters, net.features)
        self.places = nn.Parameter(torch.empty(net.context, net.features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.letters(x) + self.places


def module(net: Transformer) -> nn.Module:
    blocks = [Block(net) for _ in range(net.blocks)]
    inside = [norm(net), *blocks] if net.bare else [*blocks, norm(net)]
    return nn.Sequential(Letters(net), *inside, nn.Linear(net.features, net.letters, bias=not net.bare))


def order(net: Transformer) -> list[str]:
    """The names of PyTorch's parameters; of a module its own come before those of what is in it."""
    names = list(joined(net, first_weights(net, "float32")))
    return ["places", "letters", *names[2:]]


def theirs(net: Transformer, arrays: Sequence[Array]) -> list[Array]:
    """Our arrays as PyTorch's parameters, the outputs of linear layers first."""
    named = joined(net, arrays)
    return [named[name] if name in ("places", "letters") else named[name].T.copy() for name in order(net)]


def ours(net: Transformer, arrays: Sequence[Array]) -> list[Array]:
    """The way back."""
    named = dict(zip(order(net), arrays, strict=True))
    return parted(net, {name: array if name in ("places", "letters") else array.T for name, array in named.items()})
