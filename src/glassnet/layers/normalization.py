"""Layers that bring their inputs to mean 0 and variance 1, then scale and shift them by what they learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from glassnet import ops
from glassnet.ir.graph import Var
from glassnet.ir.require import require_number
from glassnet.ir.trace import is_frozen, is_training, parameter, recall, remember
from glassnet.ir.types import Array
from glassnet.layers.initializers import Constant, Initializer, Zeros, initializer
from glassnet.layers.layer import Layer


def _scaled_and_shifted(x: Var) -> Var:
    scale = parameter("scale", (x.shape[-1],), Constant(1.0))
    shift = parameter("shift", (x.shape[-1],), Zeros())
    return x * scale + shift


def _deviation(variance: Var, epsilon: float) -> Var:
    """The standard deviation √(variance + ε), which is never 0 for ε above 0."""
    return ops.named(ops.sqrt(variance + epsilon), name="deviation")


@dataclass(frozen=True)
class Standardize(Layer):
    """(x − mean) / deviation, with the mean and standard deviation of each input over the training data.

    The first :meth:`glassnet.Network.fit` finds them before its first step, or :meth:`glassnet.Network.adapt` does;
    then they stay, and are saved with the network. Until then the layer changes nothing. The variance is divided by n,
    and an input that is the same in all samples has the deviation 1, both as in scikit-learn's StandardScaler.

    >>> import glassnet as gn
    >>> net = gn.Network(1, gn.Standardize(), dtype="float64")
    >>> net.adapt([[10.0], [30.0]])
    >>> net([[10.0], [20.0], [30.0]]).tolist()
    [[-1.0], [0.0], [1.0]]
    """

    letter: ClassVar[str | None] = "s"

    def __call__(self, x: Var) -> Var:
        like = _one_for_each_input(x)
        return (x - recall("mean", like=like)) / recall("deviation", like=like, initial=1.0)


def _one_for_each_input(x: Var) -> Var:
    """A placeholder with one number for each input, as the mean and the deviation have."""
    return ops.mean(x, tuple(range(len(x.shape) - 1)))


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Each unit normalised over the batch while training, by running statistics afterwards (Ioffe & Szegedy 2015).

    The conventions are PyTorch's, with ``momentum`` the share that is kept (its 0.1 is our 0.9): the batch's variance
    is divided by n for normalising and by n − 1 for the running statistic. A frozen one (``trainable=False``) keeps its
    running statistics and uses them in training too, as in Keras.

    A batch of a single sample has no variance: it is normalised by the running statistics, as after training. (PyTorch
    refuses such a batch, and Keras makes zeros of it, from which nothing can be learnt.) So where every batch is one
    sample, the running variance stays 1.

    >>> import glassnet as gn
    >>> gn.Network(2, gn.BatchNorm(epsilon=0.0))([3, 4])
    array([3., 4.], dtype=float32)
    """

    momentum: float = 0.9
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        require_number(self.momentum, "the momentum of BatchNorm", 0, 1)
        require_number(self.epsilon, "the epsilon of BatchNorm", 0)

    def __call__(self, x: Var) -> Var:
        axes = tuple(range(len(x.shape) - 1))
        of_batch = ops.mean(x, axes)
        running_mean = recall("running_mean", like=of_batch)
        running_variance = recall("running_variance", like=of_batch, initial=1.0)
        if is_frozen() or not is_training():
            mean, variance = running_mean, running_variance
        else:
            n = ops.count(x, axes)
            several = ops.greater(n, 1.0)
            mean = ops.named(ops.where(several, of_batch, running_mean), name="mean")
            variance = ops.named(ops.where(several, ops.mean((x - mean) ** 2, axes), running_variance), name="variance")
            unbiased = ops.where(several, variance * (n / ops.maximum(n - 1, 1.0)), running_variance)
            seen = ops.where(several, mean, of_batch)
            remember("running_mean", self.momentum * running_mean + (1 - self.momentum) * seen)
            remember("running_variance", self.momentum * running_variance + (1 - self.momentum) * unbiased)
        return _scaled_and_shifted((x - mean) / _deviation(variance, self.epsilon))


@dataclass(frozen=True)
class LayerNorm(Layer):
    """Each sample normalised over its own last axis (Ba, Kiros & Hinton 2016).

    >>> import glassnet as gn
    >>> gn.Network(2, gn.LayerNorm(epsilon=0.0))([3, 5])
    array([-1.,  1.], dtype=float32)
    """

    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        require_number(self.epsilon, "the epsilon of LayerNorm", 0)

    def __call__(self, x: Var) -> Var:
        mean = ops.named(ops.mean(x, -1, keepdims=True), name="mean")
        variance = ops.named(ops.mean((x - mean) ** 2, -1, keepdims=True), name="variance")
        return _scaled_and_shifted((x - mean) / _deviation(variance, self.epsilon))


@dataclass(frozen=True)
class RMSNorm(Layer):
    """Each sample divided by the root mean square of its last axis, then scaled (Zhang & Sennrich 2019).

    Args:
        epsilon: what is added to the mean square, so that it is never 0.
        scale: the first scales, one for each number of the last axis; None for none, so that nothing is learnt.

    >>> import glassnet as gn
    >>> gn.Network(2, gn.RMSNorm(epsilon=0.0, scale=None))([1, 7])
    array([0.2, 1.4], dtype=float32)
    """

    epsilon: float = 1e-5
    scale: Initializer | str | Sequence[Any] | Array | None = Constant(1.0)

    def __post_init__(self) -> None:
        require_number(self.epsilon, "the epsilon of RMSNorm", 0)
        if self.scale is not None:
            object.__setattr__(self, "scale", initializer(self.scale, "scale"))

    def __call__(self, x: Var) -> Var:
        square = ops.named(ops.mean(x**2, -1, keepdims=True), name="mean square")
        y = x / ops.named(ops.sqrt(square + self.epsilon), name="root mean square")
        return y if self.scale is None else y * parameter("scale", (x.shape[-1],), initializer(self.scale, "scale"))
