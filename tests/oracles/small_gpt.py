"""The small GPT of examples/ beside a straightforward PyTorch version of it: 100 steps from the same first numbers.

    python -m tests.oracles.small_gpt

writes what PyTorch says to tests/golden/small_gpt.json.
"""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import numpy as np

import glassnet as gn
from glassnet.data.text import windows

LETTERS = " abcdefghijklmnopqrstuvwxyz"
STEPS, CONTEXT, HEADS, FEATURES = 100, 16, 4, 16
GOLDEN = Path(__file__).parents[1] / "golden" / "small_gpt.json"
EXAMPLE = Path(__file__).parents[2] / "examples" / "small_gpt.py"


def network(dtype: str = "float64") -> gn.Network:
    """The example's network for 27 letters, with its tokens."""
    net: gn.Network = runpy.run_path(str(EXAMPLE))["small_gpt"](len(LETTERS), seed=1, dtype=dtype)
    net.tokens = gn.data.Characters(LETTERS)
    return net


def samples() -> tuple[np.ndarray, np.ndarray]:
    """The first 100 windows of the tale, in small letters and blanks alone."""
    tale = gn.data.text("tale")
    letters = re.sub("[^a-z]+", " ", tale.tokens.decode(tale.train).lower())
    x, y = windows(gn.data.Characters(LETTERS).encode(letters), CONTEXT, CONTEXT)
    return x[:STEPS], y[:STEPS]


def our_losses(engine: str = "numpy") -> np.ndarray:
    """The loss of each of 100 steps of one window each."""
    x, y = samples()
    losses: list[float] = []

    class Note(gn.Callback):
        def on_step(self, training: Any, measured: Any) -> None:
            losses.append(measured["loss"])

    rule = gn.Adam(gn.PolynomialDecay(0.01, STEPS), beta_1=0.85, beta_2=0.99, epsilon=1e-8)
    network().fit(
        x, y, epochs=1, batch_size=1, shuffle=False, optimizer=rule, metrics=[], callbacks=[Note()], engine=engine
    )
    return np.array(losses)


def their_losses() -> np.ndarray:
    """The same in PyTorch, written as the 200 lines are: step by step, head by head."""
    import torch
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(1)
    weights = {name: torch.tensor(array, requires_grad=True) for name, array in network().parameters.items()}
    block = "transformerblock_1"
    future = torch.triu(torch.ones(CONTEXT, CONTEXT, dtype=torch.bool), diagonal=1)

    def rmsnorm(x: Any) -> Any:
        return x * (x.pow(2).mean(-1, keepdim=True) + 1e-5) ** -0.5

    def gpt(tokens: Any) -> Any:
        x = rmsnorm(weights["embedding_1.weights"][tokens] + weights["positionembedding_1.weights"])
        residual, x = x, rmsnorm(x)
        q, k, v = (x @ weights[f"{block}.attention_1.{name}_weights"] for name in ("query", "key", "value"))
        heads = []
        for start in range(0, FEATURES, FEATURES // HEADS):
            head = slice(start, start + FEATURES // HEADS)
            scores = q[:, head] @ k[:, head].T / (FEATURES // HEADS) ** 0.5
            heads.append(torch.softmax(scores.masked_fill(future, float("-inf")), dim=-1) @ v[:, head])
        x = torch.cat(heads, dim=-1) @ weights[f"{block}.attention_1.output_weights"] + residual
        residual, x = x, rmsnorm(x)
        x = torch.relu(x @ weights[f"{block}.dense_1.weights"]) ** 2 @ weights[f"{block}.dense_2.weights"] + residual
        return x @ weights["dense_1.weights"]

    optimizer = torch.optim.Adam(list(weights.values()), lr=0.01, betas=(0.85, 0.99), eps=1e-8)
    losses = []
    for step, (x, y) in enumerate(zip(*samples(), strict=True)):
        for group in optimizer.param_groups:
            group["lr"] = 0.01 * (1 - step / STEPS)
        loss = cross_entropy(gpt(torch.tensor(x)), torch.tensor(y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(their_losses().tolist(), indent=0) + "\n", encoding="utf-8")
