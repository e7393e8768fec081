"""A network of attention in JAX."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from bench.suite.transformers import EPSILON, Transformer


def sums(net: Transformer, of: dict[str, Any], x: Any) -> Any:
    """The sums for each letter at each place; ``of`` has the weights by name, queries, keys and values joined."""

    def linear(value: Any, name: str) -> Any:
        product = value @ of[name]
        return product if net.bare else product + of[f"{name} biases"]

    def norm(value: Any, name: str) -> Any:
        if net.bare:
            return value * lax.rsqrt(jnp.square(value).mean(-1, keepdims=True) + EPSILON)
        centred = value - value.mean(-1, keepdims=True)
        spread = lax.rsqrt(jnp.square(centred).mean(-1, keepdims=True) + EPSILON)
        return centred * spread * of[f"{name} scale"] + of[f"{name} shift"]

    value = of["letters"][x] + of["places"]
    value = norm(value, "norm") if net.bare else value
    for i in range(net.blocks):
        three = linear(norm(value, f"{i} norm"), f"{i} three").reshape(*x.shape, 3, net.heads, -1)
        query, key, worth = (three[:, :, part] for part in range(3))
        mixed = jax.nn.dot_product_attention(query, key, worth, is_causal=True)
        value = value + linear(mixed.reshape(value.shape), f"{i} output")
        inside = linear(norm(value, f"{i} second norm"), f"{i} in")
        inside = jnp.square(jax.nn.relu(inside)) if net.bare else jax.nn.gelu(inside, approximate=False)
        value = value + linear(inside, f"{i} out")
    return linear(value if net.bare else norm(value, "norm"), "guess")
