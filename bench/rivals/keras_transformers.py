"""Keras' layers for networks of attention."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from bench.suite.transformers import EPSILON, Transformer


class Places(layers.Layer):  # type: ignore[misc]
    """A vector for each place, added."""

    def build(self, shape: tuple[int, ...]) -> None:
        self.places = self.add_weight(shape=shape[1:])

    def call(self, x: Any) -> Any:
        return x + self.places


class RootMeanSquare(layers.Layer):  # type: ignore[misc]
    """Keras' own has scales, which are trained."""

    def call(self, x: Any) -> Any:
        return x * keras.ops.rsqrt(keras.ops.mean(keras.ops.square(x), -1, keepdims=True) + EPSILON)


def squared(x: Any) -> Any:
    return keras.ops.square(keras.ops.relu(x))


def model(net: Transformer) -> Any:
    def norm(x: Any) -> Any:
        return (RootMeanSquare() if net.bare else layers.LayerNormalization(epsilon=EPSILON))(x)

    biases = not net.bare
    given = layers.Input((net.context,), dtype="int32")
    x = Places()(layers.Embedding(net.letters, net.features)(given))
    x = norm(x) if net.bare else x
    for _ in range(net.blocks):
        attention = layers.MultiHeadAttention(net.heads, net.features // net.heads, use_bias=biases)
        looking = norm(x)
        x = x + attention(looking, looking, use_causal_mask=True)
        inside = layers.Dense(net.hidden, squared if net.bare else "gelu", use_bias=biases)(norm(x))
        x = x + layers.Dense(net.features, use_bias=biases)(inside)
    return keras.Model(given, layers.Dense(net.letters, use_bias=biases)(x if net.bare else norm(x)))
