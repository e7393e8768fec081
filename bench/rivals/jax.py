"""JAX: a whole epoch as one jitted `lax.scan`, and one jitted step called from a loop in Python."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from bench.rivals import jax_transformers
from bench.suite import transformers
from bench.suite.stacks import PICTURE
from bench.suite.task import EPSILON, NORM_EPSILON, Array, Task, Work, batches, first_weights

State = tuple[list[Any], list[Any], list[Any], Any, Any]
"""Weights, Adam's two memories, the number of the step, and the key of random numbers."""


def forward(work: Work, weights: list[Any], x: Any, key: Any = None) -> Any:
    """The last layer's sums; with a key, as in training."""
    if work.stack:
        return pictures(work, weights, x)
    if work.transformer:
        return jax_transformers.sums(work.transformer, dict(zip(names(work), weights, strict=True)), x)
    arrays = iter(weights)
    value = x.astype(work.dtype) * work.scale if work.scale != 1 else x
    for i in range(len(work.sizes) - 1):
        value = value @ next(arrays) + next(arrays)
        if i == len(work.sizes) - 2:
            return value
        if work.norm:
            value = (value - value.mean(0)) * lax.rsqrt(value.var(0) + NORM_EPSILON) * next(arrays) + next(arrays)
        value = jnp.tanh(value) if work.activation == "tanh" else jax.nn.relu(value)
        if work.dropout and key is not None:
            key, own = jax.random.split(key)
            value = jnp.where(jax.random.bernoulli(own, 1 - work.dropout, value.shape), value / (1 - work.dropout), 0)


def names(work: Work) -> list[str]:
    """Of the arrays of a network of attention."""
    assert work.transformer is not None
    return list(transformers.joined(work.transformer, first_weights(work)))


def lstm(x: Any, weights: Any, recurrent: Any, biases: Any) -> Any:
    """The last state of a sequence (n, steps, f)."""

    def one(state: Any, sums: Any) -> Any:
        h, c = state
        i, f, g, o = jnp.split(sums + h @ recurrent, 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    first = jnp.zeros((len(x), len(recurrent)), x.dtype)
    return lax.scan(one, (first, first), (x @ weights + biases).swapaxes(0, 1))[0][0]


def pictures(work: Work, weights: list[Any], x: Any) -> Any:
    """The last layer's sums of a stack."""
    arrays, value = iter(weights), (x.astype(work.dtype) * work.scale).reshape(-1, *PICTURE)
    for layer in work.stack:
        match layer:
            case ("convolution", _, _, padding):
                value = lax.conv_general_dilated(
                    value, next(arrays), (1, 1), padding.upper(), dimension_numbers=("NHWC", "HWIO", "NHWC")
                ) + next(arrays)  # fmt: skip
            case ("mean pool", size):
                window = (1, size, size, 1)
                value = lax.reduce_window(value, 0.0, lax.add, window, window, "VALID") / size**2
            case ("max pool", size):
                window = (1, size, size, 1)
                value = lax.reduce_window(value, -jnp.inf, lax.max, window, window, "VALID")
            case ("flatten",):
                value = value.reshape(len(value), -1)
            case ("mean",):
                value = value.mean((1, 2))
            case ("rows",):
                value = value[..., 0]
            case ("lstm", _):
                value = lstm(value, next(arrays), next(arrays), next(arrays))
            case ("dense", _):
                value = value @ next(arrays) + next(arrays)
            case (name,):
                value = jnp.tanh(value) if name == "tanh" else jax.nn.relu(value)
    return value


def loss_of(work: Work, weights: list[Any], x: Any, y: Any, key: Any) -> Any:
    sums = forward(work, weights, x, key)
    if work.transformer:
        loss = -jnp.take_along_axis(jax.nn.log_softmax(sums), y[..., None], axis=-1).mean()
    elif work.classifies:
        logs, classes = jax.nn.log_softmax(sums), work.sizes[-1]
        target = jax.nn.one_hot(y, classes, dtype=sums.dtype) * (1 - work.smoothing) + work.smoothing / classes
        loss = -(target * logs).sum(1).mean()
    else:
        loss = jnp.square(sums - y).mean()
    return loss + work.l2 * sum(jnp.square(w).sum() for w in weights if w.ndim == 2) if work.l2 else loss


def step(work: Work, state: State, x: Any, y: Any) -> tuple[State, Any]:
    """One step of Adam."""
    weights, means, squares, count, key = state
    if work.dropout:
        key, own = jax.random.split(key)
    else:
        own = None
    loss, slopes = jax.value_and_grad(lambda w: loss_of(work, w, x, y, own))(weights)
    if work.clip:
        length = jnp.sqrt(sum(jnp.square(g).sum() for g in slopes))
        slopes = [g * jnp.minimum(1, work.clip / (length + 1e-6)) for g in slopes]
    count = count + 1
    means = [0.9 * m + 0.1 * g for m, g in zip(means, slopes, strict=True)]
    squares = [0.999 * v + 0.001 * g * g for v, g in zip(squares, slopes, strict=True)]
    first, second = 1 / (1 - 0.9**count), 1 / (1 - 0.999**count)
    weights = [
        w - work.rate * (m * first) / (jnp.sqrt(v * second) + EPSILON)
        for w, m, v in zip(weights, means, squares, strict=True)
    ]
    return (weights, means, squares, count, key), loss


def theirs(work: Work) -> list[Array]:
    """The first weights, those for queries, keys and values joined."""
    arrays = first_weights(work)
    return list(transformers.joined(work.transformer, arrays).values()) if work.transformer else arrays


class Scan:
    def __init__(self, task: Task) -> None:
        jax.config.update("jax_enable_x64", task.work.dtype == "float64")
        self.task, self.rng = task, np.random.default_rng()
        self.x, self.y = jnp.asarray(task.x), jnp.asarray(task.y)
        weights = [jnp.asarray(array) for array in theirs(task.work)]
        zeros = [jnp.zeros_like(array) for array in weights]
        memory = [jnp.zeros_like(array) for array in weights]
        self.state: State = (weights, zeros, memory, jnp.zeros((), task.work.dtype), jax.random.key(1))
        self.epoch = jax.jit(self._epoch, donate_argnums=0)
        self.run = jax.jit(lambda weights, x: jax.nn.softmax(forward(task.work, weights, x)))

    def _epoch(self, state: State, x: Any, y: Any, order: Any) -> tuple[State, Any]:
        def one(state: State, numbers: Any) -> tuple[State, Any]:
            return step(self.task.work, state, x[numbers], y[numbers])

        done: tuple[State, Any] = lax.scan(one, state, order)
        return done

    def train(self, epochs: int) -> None:
        for _ in range(epochs):
            order = batches(self.task, self.rng).astype(np.int32)
            self.state, losses = self.epoch(self.state, self.x, self.y, order)
            losses.block_until_ready()

    def weights(self) -> list[Array]:
        arrays = [np.asarray(array) for array in self.state[0]]
        net = self.task.work.transformer
        return transformers.parted(net, dict(zip(names(self.task.work), arrays, strict=True))) if net else arrays

    def answer(self, x: Array) -> Array:
        return np.asarray(self.run(self.state[0], x))


class Step(Scan):
    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.one = jax.jit(self._one, donate_argnums=0)

    def _one(self, state: State, x: Any, y: Any, numbers: Any) -> tuple[State, Any]:
        return step(self.task.work, state, x[numbers], y[numbers])

    def train(self, epochs: int) -> None:
        for _ in range(epochs):
            losses = []
            for numbers in batches(self.task, self.rng).astype(np.int32):
                self.state, loss = self.one(self.state, self.x, self.y, numbers)
                losses.append(loss)
            jax.block_until_ready(losses)


VARIANTS = {"scan": Scan, "step": Step}
