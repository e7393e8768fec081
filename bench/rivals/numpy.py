"""NumPy by hand: forward, backward and Adam, as one writes them."""

from __future__ import annotations

import numpy as np

from bench.suite.task import EPSILON, Array, Task, batches, first_weights


class ByHand:
    def __init__(self, task: Task) -> None:
        if not task.work.is_plain:
            raise ValueError("convolutions, attention, dropout, batch norm and clipping are not written by hand")
        self.task, self.work = task, task.work
        self.arrays = first_weights(task.work)
        self.means = [np.zeros_like(array) for array in self.arrays]
        self.squares = [np.zeros_like(array) for array in self.arrays]
        self.count = 0
        self.rng = np.random.default_rng()

    def forward(self, x: Array) -> list[Array]:
        """The inputs, the value after each hidden layer, and the last sums."""
        values = [x.astype(self.work.dtype) * np.asarray(self.work.scale, self.work.dtype)]
        for i in range(0, len(self.arrays), 2):
            sums = values[-1] @ self.arrays[i]
            sums += self.arrays[i + 1]
            if i < len(self.arrays) - 2:
                np.tanh(sums, out=sums) if self.work.activation == "tanh" else np.maximum(sums, 0, out=sums)
            values.append(sums)
        return values

    def train(self, epochs: int) -> None:
        for _ in range(epochs):
            for numbers in batches(self.task, self.rng):
                self.step(self.task.x[numbers], self.task.y[numbers])

    def step(self, x: Array, y: Array) -> float:
        values = self.forward(x)
        if self.work.classifies:
            shares = softmax(values[-1])
            loss = -np.log(np.maximum(shares[np.arange(len(y)), y], 1e-30)).mean()
            shares[np.arange(len(y)), y] -= 1
            slope = shares / len(y)
        else:
            error = values[-1] - y
            loss, slope = np.square(error).mean(), error * (2 / error.size)
        slopes: list[Array] = []
        for i in reversed(range(len(self.arrays) // 2)):
            slopes = [values[i].T @ slope, slope.sum(axis=0), *slopes]
            if i:
                slope = slope @ self.arrays[2 * i].T
                slope *= 1 - values[i] ** 2 if self.work.activation == "tanh" else values[i] > 0
        self.adam(slopes)
        return float(loss)

    def adam(self, slopes: list[Array]) -> None:
        self.count += 1
        first, second = 1 - 0.9**self.count, 1 - 0.999**self.count
        for w, m, v, g in zip(self.arrays, self.means, self.squares, slopes, strict=True):
            m *= 0.9
            m += 0.1 * g
            v *= 0.999
            v += 0.001 * g * g
            w -= self.work.rate / first * m / (np.sqrt(v / second) + EPSILON)

    def weights(self) -> list[Array]:
        return self.arrays

    def answer(self, x: Array) -> Array:
        return softmax(self.forward(x)[-1])


def softmax(sums: Array) -> Array:
    powers = np.exp(sums - sums.max(axis=-1, keepdims=True))
    shares: Array = powers / powers.sum(axis=-1, keepdims=True)
    return shares


VARIANTS = {"by hand": ByHand}
