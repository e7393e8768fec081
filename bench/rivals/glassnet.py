"""Glassnet: `fit` and `net(x)`, as a user calls them."""

from __future__ import annotations

from typing import Any

import glassnet as gn
from bench.suite.stacks import PICTURE
from bench.suite.task import EPSILON, Array, Task, Work, first_weights
from bench.suite.transformers import Transformer


def layers(work: Work) -> list[Any]:
    penalty = gn.Penalty(l2=work.l2) if work.l2 else None
    hidden: list[Any] = [gn.Rescale(work.scale)] if work.scale != 1 else []
    for units in work.sizes[1:-1]:
        if work.norm:
            hidden += [gn.Dense(units, weights_penalty=penalty), gn.BatchNorm(), gn.Activation(work.activation)]
        else:
            hidden.append(gn.Dense(units, work.activation, weights_penalty=penalty))
        hidden += [gn.Dropout(work.dropout)] if work.dropout else []
    return [*hidden, gn.Dense(work.sizes[-1], "softmax" if work.classifies else "linear", weights_penalty=penalty)]


def pictures(work: Work) -> list[Any]:
    """The layers of a stack; the last one's sums become shares."""
    found: list[Any] = [gn.Rescale(work.scale)] if work.scale != 1 else []
    found.append(gn.Reshape(PICTURE))
    for layer in work.stack:
        match layer:
            case ("convolution", filters, size, padding):
                found.append(gn.Conv2D(filters, size, padding=padding))
            case ("mean pool", size):
                found.append(gn.AveragePool2D(size))
            case ("max pool", size):
                found.append(gn.MaxPool2D(size))
            case ("flatten",):
                found.append(gn.Flatten())
            case ("mean",):
                found.append(gn.GlobalAveragePool())
            case ("rows",):
                found.append(gn.Reshape(PICTURE[:2]))
            case ("lstm", units):
                found.append(gn.LSTM(units))
            case ("dense", units):
                found.append(gn.Dense(units))
            case (name,):
                found.append(gn.Activation(name))
    return [*found, gn.Activation("softmax")]


def blocks(net: Transformer) -> list[Any]:
    """The layers of a network of attention."""
    norm = gn.RMSNorm(scale=None) if net.bare else gn.LayerNorm()
    how, biases = ("squared relu", None) if net.bare else ("gelu", "zeros")
    block = gn.TransformerBlock(net.heads, net.hidden, causal=True, activation=how, norm=norm, biases=biases)
    inside = [norm, *[block] * net.blocks] if net.bare else [*[block] * net.blocks, norm]
    first = [gn.Embedding(net.letters, net.features), gn.PositionEmbedding(net.context)]
    return [*first, *inside, gn.Dense(net.letters, "softmax", biases=biases)]


class Ours:
    def __init__(self, task: Task) -> None:
        work = task.work
        found = pictures(work) if work.stack else blocks(work.transformer) if work.transformer else layers(work)
        self.net = gn.Network(work.sizes[0], *found, dtype=work.dtype)
        for name, values in zip(self.net.parameters, first_weights(work), strict=True):
            self.net.parameters[name] = values
        self.x, self.y = task.x, task.y
        loss = gn.CategoricalCrossEntropy(work.smoothing) if work.classifies else gn.SquaredError()
        self.settings: dict[str, Any] = {
            "batch_size": work.batch,
            "optimizer": gn.Adam(work.rate, epsilon=EPSILON),
            "loss": loss,
            "clip_norm": work.clip or None,
            "metrics": [],
            "progress": False,
        }

    def train(self, epochs: int) -> None:
        self.net.fit(self.x, self.y, epochs=epochs, **self.settings)

    @property
    def engine(self) -> str:
        return self.net.history.engine

    def weights(self) -> list[Array]:
        return list(self.net.parameters.values())

    def answer(self, x: Array) -> Array:
        return self.net(x)


VARIANTS = {"fit": Ours}
