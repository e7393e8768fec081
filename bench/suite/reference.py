"""The network of a task in plain NumPy and float64: what every contestant's weights are judged by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.suite import stacks, transformers
from bench.suite.task import NORM_EPSILON, Array, Task, Work

PART = 12_800
"""Samples that the loss is taken over, or places of texts."""
SAMPLES = 256
"""Pictures at a time, of all windows of which there is a copy."""


def answer(work: Work, weights: Sequence[Array], x: Array) -> Array:
    """The last layer's sums, (n, outputs) or at each place; nothing is dropped, batch norm is over these."""
    if work.stack:
        parts = [x[start : start + SAMPLES] * work.scale for start in range(0, len(x), SAMPLES)]
        return np.concatenate([stacks.answer(work.stack, weights, part) for part in parts])
    if work.transformer:
        return np.asarray(transformers.answer(work.transformer, weights, x))
    arrays = iter(np.asarray(array, np.float64) for array in weights)
    value = x.astype(np.float64) * work.scale
    last = len(work.sizes) - 2
    for i in range(last + 1):
        value = value @ next(arrays) + next(arrays)
        if i < last and work.norm:
            value = (value - value.mean(axis=0)) / np.sqrt(value.var(axis=0) + NORM_EPSILON) * next(arrays)
            value = value + next(arrays)
        if i < last:
            value = np.tanh(value) if work.activation == "tanh" else np.maximum(value, 0)
    return value


def log_softmax(sums: Array) -> Array:
    shifted = sums - sums.max(axis=1, keepdims=True)
    log: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return log


def loss(task: Task, weights: Sequence[Array]) -> float:
    """The mean loss over the samples, without penalty or smoothing."""
    part = PART if task.work.transformer is None else PART // task.work.transformer.context
    x, y = task.x[:part], task.y[:part]
    sums = answer(task.work, weights, x)
    if task.work.classifies:
        logs = log_softmax(sums.reshape(-1, sums.shape[-1]))
        return float(-logs[np.arange(len(logs)), y.reshape(-1)].mean())
    return float(np.mean((sums - y.reshape(len(y), -1)) ** 2))
