"""Random numbers as a pure operation: (seed, step, tag) give the same numbers on every engine (Philox 4×64-10).

Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011. A float is the top 24 bits (float32)
or 53 bits (float64) of a 64-bit word, divided by 2²⁴ or 2⁵³.
"""

from __future__ import annotations

import numpy as np

from glassnet.ir.errors import ShapeError
from glassnet.ir.graph import Primitive, Var
from glassnet.ir.trace import random_key
from glassnet.ir.types import FLOATS, Array, Type
from glassnet.ops.elementwise import cos, log, sqrt
from glassnet.ops.layout import cast


def _uniform_rule(seed: Type, step: Type, like: Type, tag: int) -> Type:
    if like.dtype not in FLOATS:
        raise ShapeError(f"random numbers are float32 or float64, not {like.dtype}")
    return Type(like.shape, like.dtype)


def _uniform_kernel(seed: Array, step: Array, like: Array, tag: int) -> Array:
    key, counter = np.array([int(seed), tag], np.uint64), np.array([0, int(step), 0, 0], np.uint64)
    words = np.random.Philox(key=key, counter=counter).random_raw(like.size)
    bits = 24 if like.dtype == np.float32 else 53
    unit = (words >> np.uint64(64 - bits)).astype(like.dtype) * like.dtype.type(2.0**-bits)
    return np.reshape(unit, like.shape)


_uniform: Primitive = Primitive(
    "uniform",
    "Random numbers ≥ 0 and < 1, of the shape and dtype of ``like``.",
    rule=_uniform_rule,
    kernel=_uniform_kernel,
    like=True,
    vjp=lambda g, y, seed, step, like, tag: (None, None, None),
)


def uniform(like: Var) -> Var:
    """Random numbers ≥ 0 and < 1, of the shape and dtype of ``like``, new ones at every step of training.

    >>> from glassnet.ir import Trace, operand
    >>> from glassnet.readings import value
    >>> with Trace():
    ...     x = uniform(like=operand([0, 0, 0], "float64"))
    >>> value(x, seed=0, step=1).round(4), value(x, seed=0, step=2).round(4)
    (array([0.9602, 0.8192, 0.2608]), array([0.9864, 0.3798, 0.4157]))
    """
    seed, step, tag = random_key()
    return _uniform(seed, cast(step, dtype="uint64"), like, tag=tag)  # float32 would run out of whole numbers


def normal(like: Var) -> Var:
    """Random numbers of mean 0 and standard deviation 1 (Box & Muller 1958).

    >>> from glassnet.ir import Trace, operand
    >>> from glassnet.readings import value
    >>> with Trace():
    ...     x = normal(like=operand([0] * 10_000, "float64"))
    >>> numbers = value(x, seed=0, step=1)
    >>> round(float(numbers.mean()), 2), round(float(numbers.std()), 2)
    (-0.0, 1.01)
    """
    radius = sqrt(-2 * log(1 - uniform(like)))
    return radius * cos(2 * np.pi * uniform(like))
