"""Layers that change the shape or the scale of their inputs, and learn nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np

from glassnet import ops
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var, operand
from glassnet.ir.require import require, require_count
from glassnet.ir.types import BATCH, Array, Values
from glassnet.layers.layer import Layer, input_error


@dataclass(frozen=True)
class Flatten(Layer):
    """All numbers of a sample in one row: (28, 28) becomes (784,).

    >>> import glassnet as gn
    >>> gn.Network((2, 2), gn.Flatten())([[1, 2], [3, 4]])
    array([1., 2., 3., 4.], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.reshape(x, shape=(BATCH, _numbers(x)))


@dataclass(frozen=True)
class Reshape(Layer):
    """The numbers of each sample in another shape.

    >>> import glassnet as gn
    >>> gn.Network(4, gn.Reshape((2, 2)))([1, 2, 3, 4])
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """

    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        require(isinstance(self.shape, tuple | list), f"the shape of Reshape must be a tuple, got {self.shape!r}")
        sizes = tuple(require_count(size, "each size in the shape of Reshape") for size in self.shape)
        object.__setattr__(self, "shape", sizes)

    def __call__(self, x: Var) -> Var:
        if prod(self.shape) != _numbers(x):
            raise input_error(self, f"{prod(self.shape)} numbers a sample", x)
        return ops.reshape(x, shape=(BATCH, *self.shape))


@dataclass(frozen=True)
class Crop(Layer):
    """A sequence without so many steps before and after: of (5, 2), ``Crop(1, 2)`` leaves (2, 2).

    >>> import glassnet as gn
    >>> gn.Network((4, 1), gn.Crop(before=1, after=2))([[1], [2], [3], [4]])
    array([[2.]], dtype=float32)
    """

    before: int = 0
    after: int = 0

    def __post_init__(self) -> None:
        for name in ("before", "after"):
            given = getattr(self, name)
            fits = isinstance(given, int | np.integer) and not isinstance(given, bool) and given >= 0
            require(bool(fits), f"the steps {name} of Crop must be a whole number of at least 0, got {given!r}")
            object.__setattr__(self, name, int(given))

    def __call__(self, x: Var) -> Var:
        steps = x.shape[1] if len(x.shape) > 1 else None
        if not isinstance(steps, int) or steps <= self.before + self.after:
            raise input_error(self, f"more than {self.before + self.after} steps along its first axis", x)
        return ops.slice_(x, axis=1, start=self.before, stop=steps - self.after)


def _numbers(x: Var) -> int:
    return prod(dim for dim in x.shape[1:] if isinstance(dim, int))


@dataclass(frozen=True)
class Rescale(Layer):
    """x · scale + offset, with a number for all or one for each input: ``Rescale(1 / 255)`` brings grey values to 0..1.

    >>> import glassnet as gn
    >>> gn.Network(2, gn.Rescale([2, 4], offset=-1))([1, 1])
    array([1., 3.], dtype=float32)
    """

    scale: float | Values | Sequence[float] | Array
    offset: float | Values | Sequence[float] | Array = 0.0
    letter: ClassVar[str | None] = "s"

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", _numbers_or_number(self.scale, "scale"))
        object.__setattr__(self, "offset", _numbers_or_number(self.offset, "offset"))

    def __call__(self, x: Var) -> Var:
        for what, given in (("scale", self.scale), ("offset", self.offset)):
            if isinstance(given, Values) and given.array.shape != (x.shape[-1],):
                raise input_error(self, f"as many inputs as it has numbers in {what} ({given.array.size})", x)
        return x * _operand(self.scale, x) + _operand(self.offset, x)


def _numbers_or_number(given: Any, what: str) -> float | Values:
    try:
        array = np.array(given.array if isinstance(given, Values) else given, dtype=np.float64)
    except (TypeError, ValueError):
        raise GlassnetError(f"the {what} of Rescale must be a number or a row of numbers, got {given!r}") from None
    require(array.ndim <= 1 and bool(np.isfinite(array).all()), f"the {what} of Rescale must be finite, got {given!r}")
    return Values(array) if array.ndim else float(array)


def _operand(given: Any, x: Var) -> Var:
    return operand(given.array if isinstance(given, Values) else given, x.dtype)
