"""Attention, positions and what a language model needs beside PyTorch's; and losses of a label for each step."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import glassnet as gn
from tests.oracles.case import Case, F, Tensor, linear, torch

STEPS_SEEN = [[1, 0, 1], [1, 1, 0], [0, 1, 1]]


def attention(
    m: Any,
    x: Tensor,
    name: str,
    heads: int,
    turn: Callable[[Tensor], Tensor] | None = None,
    of: Tensor | None = None,
    **how: Any,
) -> Tensor:
    """PyTorch's own scaled dot product of what four linear functions of ours give; ``of`` another sequence."""

    def function(which: str, of: Tensor) -> Tensor:
        y = of @ m[f"{name}.{which}_weights"]
        return y + m[f"{name}.{which}_biases"] if f"{name}.{which}_biases" in m else y

    of = x if of is None else of
    query, key, value = (
        function(part, source).unflatten(-1, (heads, -1)).transpose(1, 2)
        for part, source in (("query", x), ("key", of), ("value", of))
    )
    if turn:
        query, key = turn(query), turn(key)
    mixture = F.scaled_dot_product_attention(query, key, value, **how)
    return function("output", mixture.transpose(1, 2).flatten(2))


def padded(m: Any, x: Tensor, heads: int) -> Tensor:
    """PyTorch's own multi-head attention, told which keys are padding: steps whose numbers are all 0."""
    p = {name: m[f"attention_1.{name}"] for name in ("output_weights", "output_biases")}
    weights = torch.cat([m[f"attention_1.{part}_weights"].T for part in ("query", "key", "value")])
    biases = torch.cat([m[f"attention_1.{part}_biases"] for part in ("query", "key", "value")])
    by_step = x.transpose(0, 1)
    result, _ = F.multi_head_attention_forward(
        by_step, by_step, by_step, x.shape[-1], heads, weights, biases, None, None, False, 0.0,
        p["output_weights"].T, p["output_biases"], key_padding_mask=(x == 0).all(-1), need_weights=False,
    )  # fmt: skip
    return result.transpose(0, 1)


def complex_rotary(x: Tensor) -> Tensor:
    """Rotary positions by complex numbers: each pair is one, times e^(i · position · frequency)."""
    steps, size = x.shape[-2:]
    frequencies = 10_000.0 ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
    angles = torch.outer(torch.arange(steps, dtype=torch.float64), frequencies)
    pairs = torch.complex(x[..., : size // 2], x[..., size // 2 :])
    turned = pairs * torch.polar(torch.ones_like(angles), angles).to(pairs.dtype)
    return torch.cat([turned.real, turned.imag], dim=-1)


def rms_norm(m: Any, x: Tensor, name: str, epsilon: float = 1e-5) -> Tensor:
    return F.rms_norm(x, x.shape[-1:], m.get(f"{name}.scale"), epsilon)


def layer_norm(m: Any, x: Tensor, name: str) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], m[f"{name}.scale"], m[f"{name}.shift"])


def transformer_block(
    m: Any, x: Tensor, heads: int, norm: str, activation: Callable[[Tensor], Tensor], **how: Any
) -> Tensor:
    block = "transformerblock_1"
    normed = {"layernorm": layer_norm, "rmsnorm": rms_norm}[norm]

    def dense(of: Tensor, name: str) -> Tensor:
        y = of @ m[f"{block}.{name}.weights"]
        return y + m[f"{block}.{name}.biases"] if f"{block}.{name}.biases" in m else y

    x = x + attention(m, normed(m, x, f"{block}.{norm}_1"), f"{block}.attention_1", heads, **how)
    return x + dense(activation(dense(normed(m, x, f"{block}.{norm}_2"), "dense_1")), "dense_2")


def sinusoids(steps: int, features: int) -> Tensor:
    """As in PyTorch's tutorial on the transformer."""
    position = torch.arange(steps, dtype=torch.float64)[:, None]
    rate = torch.exp(torch.arange(0, features, 2, dtype=torch.float64) * (-math.log(10_000.0) / features))
    table = torch.zeros(steps, features, dtype=torch.float64)
    table[:, 0::2], table[:, 1::2] = torch.sin(position * rate), torch.cos(position * rate)
    return table


def on_sequences(
    name: str,
    layers: Sequence[gn.Layer],
    twin: Callable[[Any, Tensor], Tensor],
    convention: str = "PyTorch's",
    **more: Any,
) -> Case:
    """Layers on sequences of 3 steps, then a dense layer for each step."""
    settings = {"inputs": (3, 4), **more}
    return Case(
        f"layer {name}", (*layers, gn.Dense(2)), lambda m, x: linear(m, twin(m, x), "dense_1"), convention, **settings
    )


def tied(m: Any, x: Tensor) -> Tensor:
    table = m["embedding_1.weights"]
    return torch.tanh(linear(m, F.embedding(x.long(), table), "dense_1")) @ table.T


SEQUENCES = [
    on_sequences(
        "attention",
        [gn.Attention(2)],
        lambda m, x: attention(m, x, "attention_1", 2),
        "scaled by the root of a head's size",
    ),
    on_sequences(
        "attention of one head without biases",
        [gn.Attention(biases=None)],
        lambda m, x: attention(m, x, "attention_1", 1),
    ),
    on_sequences(
        "attention to earlier steps",
        [gn.Attention(2, causal=True)],
        lambda m, x: attention(m, x, "attention_1", 2, is_causal=True),
    ),
    on_sequences(
        "attention with a mask",
        [gn.Attention(4, mask=STEPS_SEEN)],
        lambda m, x: attention(m, x, "attention_1", 4, attn_mask=torch.tensor(STEPS_SEEN, dtype=torch.bool)),
        "1 where a step is seen",
    ),
    on_sequences(
        "attention past padding",
        [gn.Attention(2, mask=0.0)],
        lambda m, x: padded(m, x, 2),
        "its key_padding_mask; a number of ours says which steps are padding",
        inputs=(5, 2),
        whole_numbers=2,
    ),
    on_sequences(
        "attention with rotary positions",
        [gn.Attention(1, causal=True, rotary=True)],
        lambda m, x: attention(m, x, "attention_1", 1, turn=complex_rotary, is_causal=True),
        "the halves of a head are paired, as in Llama",
    ),
    on_sequences(
        "cross-attention",
        [gn.CrossAttention(gn.Crop(1, 0), gn.Dense(6), gn.Attention(2))],
        lambda m, x: attention(m, x[:, 1:], "crossattention_1", 2, of=linear(m, x, "crossattention_1.dense_1")),
        "another sequence has the keys and values",
    ),
    on_sequences("rms norm", [gn.RMSNorm()], lambda m, x: rms_norm(m, x, "rmsnorm_1"), "ε 1e-5"),
    on_sequences(
        "rms norm without scale", [gn.RMSNorm(0.01, scale=None)], lambda m, x: rms_norm(m, x, "rmsnorm_1", 0.01)
    ),
    on_sequences(
        "position embedding",
        [gn.PositionEmbedding(5)],
        lambda m, x: x + m["positionembedding_1.weights"][:3],
        "the first rows of the table",
    ),
    on_sequences(
        "position embedding by sines",
        [gn.PositionEmbedding(3, "sinusoidal")],
        lambda m, x: x + sinusoids(3, 4).to(x.dtype),
        "sine and cosine in turn",
    ),
    on_sequences(
        "transformer block",
        [gn.TransformerBlock(2, 6)],
        lambda m, x: transformer_block(m, x, 2, "layernorm", F.gelu),
        "normalised before; gelu by erf",
    ),
    on_sequences(
        "transformer block of a language model",
        [gn.TransformerBlock(2, 6, causal=True, activation="squared relu", norm=gn.RMSNorm(scale=None), biases=None)],
        lambda m, x: transformer_block(m, x, 2, "rmsnorm", lambda z: torch.relu(z) ** 2, is_causal=True),
    ),
    Case(
        "layer unembedding",
        (gn.Embedding(5, 3), gn.Dense(3, "tanh"), gn.Unembedding("embedding_1", "softmax")),
        tied,
        "one table, which gets both gradients; the loss of a sequence is the mean over its steps",
        finish=lambda z: torch.softmax(z, -1),
        loss=gn.CategoricalCrossEntropy(),
        torch_loss=lambda z, y: F.cross_entropy(z.transpose(1, 2), y, reduction="none").mean(1),
        inputs=4,
        whole_numbers=5,
        targets="classes",
    ),
    Case(
        "loss categorical cross-entropy of sequences",
        (gn.Dense(4, "softmax"),),
        lambda m, x: linear(m, x, "dense_1"),
        "one-hot rows; the mean over the steps",
        finish=lambda z: torch.softmax(z, -1),
        loss=gn.CategoricalCrossEntropy(0.1),
        torch_loss=lambda z, y: F.cross_entropy(
            z.transpose(1, 2), y.transpose(1, 2), label_smoothing=0.1, reduction="none"
        ).mean(1),
        inputs=(3, 4),
        targets="one-hot",
    ),
]
