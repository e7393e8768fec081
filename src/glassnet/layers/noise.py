"""Layers that act in training only: dropout and noise. Afterwards they pass on their inputs as they are."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet import ops
from glassnet.ir.graph import Var
from glassnet.ir.require import require_number
from glassnet.ir.trace import is_training
from glassnet.layers.layer import Layer, input_error


@dataclass(frozen=True)
class Dropout(Layer):
    """While training, each number is set to 0 with probability ``rate``; the others grow by 1 / (1 − rate).

    Srivastava et al. 2014, in its "inverted" form: afterwards the layer simply isn't there.

    >>> import glassnet as gn
    >>> gn.Network(3, gn.Dropout(0.5))([1, 2, 3])
    array([1., 2., 3.], dtype=float32)
    """

    rate: float

    def __post_init__(self) -> None:
        require_number(self.rate, f"the rate of {type(self).__name__}", 0, 0.999)

    def __call__(self, x: Var) -> Var:
        one_each = self._one_for_each(x)
        if not is_training() or not self.rate:
            return x
        kept = ops.named(ops.greater_equal(ops.uniform(one_each), self.rate), name="kept")
        return x * kept / (1 - self.rate)

    def _one_for_each(self, x: Var) -> Var:
        """A variable with a number for each that is kept or dropped."""
        return x


@dataclass(frozen=True)
class Dropout2D(Dropout):
    """While training, each channel of a picture is set to 0 with probability ``rate``; the others grow.

    Neighbouring numbers of a picture are alike, so that single ones, dropped, would still be known (Tompson et al.
    2015). PyTorch has it as Dropout2d, Keras as SpatialDropout2D; sequences (steps, channels) are taken, too.

    >>> import glassnet as gn
    >>> gn.Network((1, 1, 3), gn.Dropout2D(0.5), gn.Flatten())([[[1, 2, 3]]])
    array([1., 2., 3.], dtype=float32)
    """

    def _one_for_each(self, x: Var) -> Var:
        if len(x.shape) < 3:
            raise input_error(self, "pictures (height, width, channels)", x)
        for axis in range(1, len(x.shape) - 1):
            x = ops.slice_(x, axis=axis, start=0, stop=1)
        return x


@dataclass(frozen=True)
class GaussianNoise(Layer):
    """While training, adds normal noise of this standard deviation (Sietsma & Dow 1991).

    >>> import glassnet as gn
    >>> gn.Network(3, gn.GaussianNoise(0.1))([1, 2, 3])
    array([1., 2., 3.], dtype=float32)
    """

    deviation: float

    def __post_init__(self) -> None:
        require_number(self.deviation, "the standard deviation of GaussianNoise", 0)

    def __call__(self, x: Var) -> Var:
        return x + self.deviation * ops.named(ops.normal(x), name="noise") if is_training() else x
