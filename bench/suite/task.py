"""What all contestants of a row do: a network, its data, how it is trained; kept in a file that workers read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.suite import stacks, transformers
from bench.suite.stacks import Layer
from bench.suite.transformers import Transformer

Array = NDArray[Any]
CROSS_ENTROPY, SQUARED_ERROR = "cross-entropy", "squared error"
EPSILON = 1e-7
"""Adam's ε, in all contestants; the other settings of Adam are the paper's."""
NORM_EPSILON = 1e-5


@dataclass(frozen=True)
class Work:
    """A network and how it is trained.

    Attributes:
        sizes: units of each layer, the inputs first.
        scale: what the inputs are multiplied by, in every step.
        norm: whether each hidden layer is dense, batch norm, activation, dropout.
        l2: λ of the penalty λ Σ w², over weights without biases.
        clip: the largest length of the gradient; 0 for none.
        stack: the layers of a network of pictures, as :mod:`bench.suite.stacks` has them; then ``sizes`` are its
            inputs and outputs alone.
        transformer: a network of attention; then ``sizes`` are its places and its letters.
    """

    sizes: tuple[int, ...]
    batch: int
    activation: str = "relu"
    loss: str = CROSS_ENTROPY
    rate: float = 1e-3
    dtype: str = "float32"
    scale: float = 1.0
    dropout: float = 0.0
    norm: bool = False
    l2: float = 0.0
    smoothing: float = 0.0
    clip: float = 0.0
    stack: tuple[Layer, ...] = ()
    transformer: Transformer | None = None

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but dense layers, loss and optimiser."""
        more = self.dropout or self.norm or self.l2 or self.smoothing or self.clip
        return not (more or self.stack or self.transformer)

    @property
    def classifies(self) -> bool:
        return self.loss == CROSS_ENTROPY

    @property
    def multiply_adds(self) -> int:
        """Of the products of one step: forward, for the weights, and for the inputs of all layers but the first."""
        if self.stack:
            return self.batch * stacks.multiply_adds(self.stack)
        if self.transformer:
            return self.batch * self.transformer.multiply_adds
        edges = [a * b for a, b in zip(self.sizes, self.sizes[1:], strict=False)]
        return self.batch * (3 * sum(edges) - edges[0])


@dataclass(frozen=True, eq=False)
class Task:
    """Work with its samples: x (n, inputs), and y of class numbers, (n,) or at each place, or (n, outputs)."""

    work: Work
    x: Array
    y: Array

    @property
    def steps(self) -> int:
        """Of an epoch."""
        return -(-len(self.x) // self.work.batch)

    def save(self, path: Path) -> None:
        np.savez(path, x=self.x, y=self.y, work=np.array(json.dumps(asdict(self.work))))

    @staticmethod
    def load(path: Path) -> Task:
        with np.load(path) as file:
            work = json.loads(str(file["work"]))
            made: dict[str, Any] = {"sizes": tuple(work["sizes"]), "stack": tuple(map(tuple, work["stack"]))}
            if work["transformer"]:
                made["transformer"] = Transformer(**work["transformer"])
            return Task(Work(**{**work, **made}), file["x"], file["y"])


def first_weights(work: Work) -> list[Array]:
    """The same for all contestants: of each layer weights (Glorot's) and biases, and scale and shift of its norm."""
    if work.stack:
        return stacks.first_weights(work.stack, work.dtype)
    if work.transformer:
        return transformers.first_weights(work.transformer, work.dtype)
    rng = np.random.default_rng(9)
    arrays: list[Array] = []
    last = len(work.sizes) - 2
    for i, (inputs, units) in enumerate(zip(work.sizes, work.sizes[1:], strict=False)):
        limit = np.sqrt(6 / (inputs + units))
        arrays += [rng.uniform(-limit, limit, (inputs, units)), np.zeros(units)]
        if work.norm and i < last:
            arrays += [np.ones(units), np.zeros(units)]
    return [array.astype(work.dtype) for array in arrays]


def batches(task: Task, rng: np.random.Generator) -> Array:
    """The numbers of the samples in a new order: (steps, batch). The samples fill the last batch."""
    return rng.permutation(len(task.x)).reshape(task.steps, task.work.batch)
