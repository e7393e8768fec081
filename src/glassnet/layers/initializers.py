"""Initialisers: where the first values of parameters come from. Each reads off its shape how wide the layer is.

>>> import glassnet as gn
>>> net = gn.Network(2, gn.Dense(3, weights=gn.initializers.HeNormal(), biases=gn.initializers.Constant(0.1)))
>>> net.parameters["dense_1.biases"]
array([0.1, 0.1, 0.1], dtype=float32)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from glassnet.ir.elsewhere import face
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require, require_number
from glassnet.ir.specification import Specification
from glassnet.ir.types import Array, Values

__all__ = [
    "Constant",
    "ForgetOnes",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Initializer",
    "LeCunNormal",
    "LeCunUniform",
    "Normal",
    "Orthogonal",
    "Uniform",
    "Zeros",
]
__getattr__, __dir__ = face("initializers", __all__)

Shape = tuple[int, ...]
Given = "Initializer | str | Sequence[Any] | Array"


@dataclass(frozen=True)
class Initializer(Specification, family="initializer"):
    """Gives the first values of a parameter: ``initializer(shape, generator)`` is a float64 array of that shape.

    Wherever one is expected, its name will do, with its default hyperparameters, or the numbers themselves.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> gn.Normal(deviation=0.01)((2, 3), np.random.default_rng(0)).shape
    (2, 3)
    >>> gn.Dense(4, weights="he normal").weights
    HeNormal()
    """

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        raise NotImplementedError


def fans(shape: Shape) -> tuple[int, int]:
    """(inputs, outputs) of the layer that has weights of this shape: the last two axes, times the ones before.

    >>> fans((784, 128))
    (784, 128)
    """
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    window = prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window


@dataclass(frozen=True)
class Zeros(Initializer):
    """All zeros: the usual first biases.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> gn.Zeros()((2, 3), np.random.default_rng(0))
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        return np.zeros(shape)


@dataclass(frozen=True)
class Constant(Initializer):
    """The same number everywhere.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> gn.Constant(0.5)((2, 3), np.random.default_rng(0))
    array([[0.5, 0.5, 0.5],
           [0.5, 0.5, 0.5]])
    """

    value: float = 1.0

    def __post_init__(self) -> None:
        require_number(self.value, "the value of Constant", -1e308, 1e308)

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        return np.full(shape, float(self.value))


@dataclass(frozen=True)
class Normal(Initializer):
    """A normal distribution of this mean and standard deviation.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> weights = gn.Normal(deviation=0.01, mean=1.0)((400, 200), np.random.default_rng(0))
    >>> round(float(weights.std()), 3)
    0.01
    """

    deviation: float = 0.05
    mean: float = 0.0

    def __post_init__(self) -> None:
        require_number(self.deviation, "the standard deviation", 0)

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        return generator.normal(self.mean, self.deviation, shape)


@dataclass(frozen=True)
class Uniform(Initializer):
    """Evenly from low to high.

    >>> import glassnet as gn
    >>> import numpy as np
    >>> weights = gn.Uniform(0.0, 1.0)((400, 200), np.random.default_rng(0))
    >>> round(float(weights.min()), 3), round(float(weights.max()), 3)
    (0.0, 1.0)
    """

    low: float = -0.05
    high: float = 0.05

    def __post_init__(self) -> None:
        require_number(self.high, "the upper end of Uniform", self.low)

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        return generator.uniform(self.low, self.high, shape)


@dataclass(frozen=True)
class GlorotUniform(Initializer):
    """Evenly within ±√(6 / (inputs + outputs)): keeps variances alike both ways (Glorot & Bengio 2010).

    >>> import glassnet as gn
    >>> import numpy as np
    >>> weights = gn.GlorotUniform()((400, 200), np.random.default_rng(0))
    >>> round(float(abs(weights).max()), 3)  # √(6 / 600)
    0.1
    """

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        limit = np.sqrt(6.0 / sum(fans(shape)))
        return generator.uniform(-limit, limit, shape)


@dataclass(frozen=True)
class GlorotNormal(Initializer):
    """Normal with variance 2 / (inputs + outputs) (Glorot & Bengio 2010).

    >>> import glassnet as gn
    >>> import numpy as np
    >>> weights = gn.GlorotNormal()((400, 200), np.random.default_rng(0))
    >>> round(float(weights.std()), 3)  # √(2 / 600)
    0.058
    """

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        return generator.normal(0.0, np.sqrt(2.0 / sum(fans(shape))), shape)


@dataclass(frozen=True)
class HeUniform(Initializer):
    """Evenly within ±√(6 / inputs), for relu (He, Zhang, Ren & Sun 2015).

    >>> import glassnet as gn
    >>> import numpy as np
    >>> weights = gn.HeUniform()((400, 200), np.random.default_rng(0))
    >>> round(float(abs(weights).max()), 3)  # √(6 / 400)
    0.122
    """

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        limit = np.sqrt(6.0 / fans(shape)[0])
        return generator.uniform(-limit, limit, shape)


@dataclass(frozen=True)
class HeNormal(Initializer):
    """Normal with variance 2 / inputs, for relu (He, Zhang, Ren & Sun 2015).

    >>> import glassnet as gn
    >>> import numpy as np
    >>> weights = gn.HeNormal()((400, 200), np.random.default_rng(0))
    >>> round(float(weights.std()), 3)  # √(2 / 400)
    0.071
    """

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        return generator.normal(0.0, np.sqrt(2.0 / fans(shape)[0]), shape)


@dataclass(frozen=True)
class LeCunUniform(Initializer):
    """Evenly within ±√(3 / inputs) (LeCun, Bottou, Orr & Müller 1998).

    >>> import glassnet as gn
    >>> import numpy as np
    >>> weights = gn.LeCunUniform()((400, 200), np.random.default_rng(0))
    >>> round(float(abs(weights).max()), 3)  # √(3 / 400)
    0.087
    """

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        limit = np.sqrt(3.0 / fans(shape)[0])
        return generator.uniform(-limit, limit, shape)


@dataclass(frozen=True)
class LeCunNormal(Initializer):
    """Normal with variance 1 / inputs, for selu (LeCun, Bottou, Orr & Müller 1998).

    >>> import glassnet as gn
    >>> import numpy as np
    >>> weights = gn.LeCunNormal()((400, 200), np.random.default_rng(0))
    >>> round(float(weights.std()), 3)  # √(1 / 400)
    0.05
    """

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        return generator.normal(0.0, np.sqrt(1.0 / fans(shape)[0]), shape)


@dataclass(frozen=True)
class Orthogonal(Initializer):
    """Rows (or columns, whichever are fewer) of length ``gain`` at right angles (Saxe, McClelland & Ganguli 2014).

    >>> import glassnet as gn
    >>> import numpy as np
    >>> weights = gn.Orthogonal(gain=2.0)((2, 5), np.random.default_rng(0))
    >>> (weights @ weights.T).round(6) + 0.0
    array([[4., 0.],
           [0., 4.]])
    """

    gain: float = 1.0

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        rows, columns = prod(shape[:-1]), shape[-1]
        tall = generator.normal(size=(max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(tall)
        q *= np.where(np.diag(r) < 0, -1.0, 1.0)  # without this the signs, and so the distribution, depend on LAPACK
        return self.gain * (q if rows >= columns else q.T).reshape(shape)


@dataclass(frozen=True)
class ForgetOnes(Initializer):
    """The biases of an LSTM: 1 for the forget gates, else 0, so that it begins by remembering (Jozefowicz et al. 2015).

    >>> import glassnet as gn
    >>> import numpy as np
    >>> gn.initializers.ForgetOnes()((8,), np.random.default_rng(0))
    array([0., 0., 1., 1., 0., 0., 0., 0.])
    """

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        require(shape[-1] % 4 == 0, f"ForgetOnes are biases of an LSTM, four for each unit, not {shape}")
        gates = np.zeros((4, *shape[:-1], shape[-1] // 4))
        gates[1] = 1.0
        return np.concatenate(list(gates), axis=-1)


@dataclass(frozen=True)
class Exactly(Initializer):
    """Given numbers: what ``Dense(4, weights=[[…]])`` becomes."""

    values: Values

    def __post_init__(self) -> None:
        require(isinstance(self.values, Values), f"the values of Exactly must be an array, got {self.values!r}")

    def __call__(self, shape: Shape, generator: np.random.Generator) -> Array:
        array = self.values.array
        if array.shape != shape:
            raise GlassnetError(f"the given values have the shape {array.shape}, expected {shape}")
        return np.array(array, dtype=np.float64)


def initializer(given: Initializer | str | Sequence[Any] | Array, what: str) -> Initializer:
    """An initialiser by itself, by name, or from the numbers themselves."""
    if isinstance(given, str | Initializer):
        return Initializer.of(given)
    try:
        values = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise GlassnetError(
            f"{what} must be an initializer, its name, or an array of numbers with rows of equal length, got {given!r}"
        ) from None
    if not np.isfinite(values).all():
        raise GlassnetError(f"{what} must be finite numbers, got NaN or infinity")
    return Exactly(Values(values))
