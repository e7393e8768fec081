"""tinygrad: a step under TinyJit."""

from __future__ import annotations

import os

import numpy as np

from bench.suite.contestants import compiler
from bench.suite.task import EPSILON, NORM_EPSILON, Array, Task, batches, first_weights

os.environ.update({"DEV": "CPU", "CC": compiler() or "clang"})

from tinygrad import Context, Tensor, TinyJit, dtypes
from tinygrad.nn.optim import Adam


class Jit:
    def __init__(self, task: Task) -> None:
        self.task, self.work, self.rng = task, task.work, np.random.default_rng()
        if task.work.clip:
            raise ValueError("its optimisers do not clip by the gradient's length")
        if task.work.stack or task.work.transformer:
            raise ValueError("convolutions and attention are not written for it")
        self.x, self.y = Tensor(task.x).realize(), Tensor(task.y).realize()
        self.arrays = [Tensor(array).realize() for array in first_weights(task.work)]
        self.optimizer = Adam(self.arrays, lr=task.work.rate, eps=EPSILON)
        self.step = TinyJit(self._step)
        self.run = TinyJit(self._answer)

    def forward(self, x: Tensor) -> Tensor:
        arrays = iter(self.arrays)
        value = x.cast(getattr(dtypes, self.work.dtype)) * self.work.scale if self.work.scale != 1 else x
        for i in range(len(self.work.sizes) - 1):
            value = value @ next(arrays) + next(arrays)
            if i == len(self.work.sizes) - 2:
                break
            if self.work.norm:
                spread = (value.var(0, correction=0) + NORM_EPSILON).sqrt()
                value = (value - value.mean(0)) / spread * next(arrays) + next(arrays)
            value = value.tanh() if self.work.activation == "tanh" else value.relu()
            value = value.dropout(self.work.dropout) if self.work.dropout else value
        return value

    def _step(self, numbers: Tensor) -> Tensor:
        x, y = self.x[numbers], self.y[numbers]
        self.optimizer.zero_grad()
        sums = self.forward(x)
        if self.work.classifies:
            loss = sums.sparse_categorical_crossentropy(y, label_smoothing=self.work.smoothing)
        else:
            loss = (sums - y).square().mean()
        loss.backward()
        return loss.realize(*self.optimizer.schedule_step())

    def train(self, epochs: int) -> None:
        with Context(TRAINING=1):
            for _ in range(epochs):
                for numbers in batches(self.task, self.rng).astype(np.int32):
                    loss = self.step(Tensor(numbers).realize())
                loss.item()

    def weights(self) -> list[Array]:
        return [array.numpy() for array in self.arrays]

    def _answer(self, x: Tensor) -> Tensor:
        return self.forward(x).softmax(-1).realize()

    def answer(self, x: Array) -> Array:
        found: Array = self.run(Tensor(x).realize()).numpy()
        return found


VARIANTS = {"jit": Jit}
