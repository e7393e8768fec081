"""scikit-learn's multilayer perceptron, an epoch a call of `partial_fit`; bytes are made floats for it beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from bench.suite.task import EPSILON, Array, Task, first_weights


class Perceptron:
    def __init__(self, task: Task) -> None:
        work = task.work
        if not work.is_plain:
            raise ValueError("it has no convolutions, attention, dropout, batch norm, label smoothing or clipping")
        if work.classifies and work.sizes[-1] == 2:
            raise ValueError("for two classes its network has one output, so it is another network")
        self.work = work
        kind = MLPClassifier if work.classifies else MLPRegressor
        self.net = kind(
            work.sizes[1:-1], activation=work.activation, alpha=0, batch_size=work.batch,
            learning_rate_init=work.rate, epsilon=EPSILON,
        )  # fmt: skip
        self.x = self._inputs(task.x)
        self.y = task.y if work.classifies else task.y.ravel()
        self.more: dict[str, Any] = {"classes": np.arange(work.sizes[-1])} if work.classifies else {}
        self._begin()

    def _inputs(self, x: Array) -> Array:
        floats: Array = x.astype(self.work.dtype)
        return floats * np.asarray(self.work.scale, self.work.dtype) if self.work.scale != 1 else floats

    def _begin(self) -> None:
        """Give it the first weights: it makes its own in its first step, which is forgotten."""
        few = slice(0, self.work.batch)
        y = self.y[few].copy()
        self.net.partial_fit(self.x[few], y, **self.more)
        arrays = first_weights(self.work)
        for own, given in zip((*self.net.coefs_, *self.net.intercepts_), (*arrays[::2], *arrays[1::2]), strict=True):
            own[...] = given
        del self.net._optimizer

    def train(self, epochs: int) -> None:
        for _ in range(epochs):
            self.net.partial_fit(self.x, self.y, **self.more)

    def weights(self) -> list[Array]:
        pairs = zip(self.net.coefs_, self.net.intercepts_, strict=True)
        return [array for pair in pairs for array in pair]

    def answer(self, x: Array) -> Array:
        rows = self._inputs(np.atleast_2d(x))
        found: Array = self.net.predict_proba(rows) if self.work.classifies else self.net.predict(rows)
        return found[0] if x.ndim == 1 else found


VARIANTS = {"mlp": Perceptron}
