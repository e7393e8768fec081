"""Layers that make pictures larger, and learn nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from glassnet import ops
from glassnet.ir.graph import Var
from glassnet.ir.require import require
from glassnet.layers.layer import Layer
from glassnet.layers.sliding import Setting, each, lengths, padded, setting, whole, with_channels


@dataclass(frozen=True)
class UpSample2D(Layer):
    """Every number of a picture as a block of equal ones: (height, width, channels) becomes ``size`` times as large.

    >>> import glassnet as gn
    >>> gn.Network((1, 2), gn.UpSample2D(2), gn.Reshape((2, 4)))([[3, 5]])
    array([[3., 3., 5., 5.],
           [3., 3., 5., 5.]], dtype=float32)
    """

    size: Setting = 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", setting(self.size, 2, "the size of UpSample2D"))

    def __call__(self, x: Var) -> Var:
        x = with_channels(self, x, 2)
        for axis, (length, size) in enumerate(zip(lengths(x), each(self.size, 2), strict=True), 1):
            apart = ops.reshape(x, shape=(*x.shape[: axis + 1], 1, *x.shape[axis + 1 :]))
            repeated = ops.concatenate([apart] * size, axis + 1)
            x = ops.reshape(repeated, shape=(*x.shape[:axis], length * size, *x.shape[axis + 1 :]))
        return x


@dataclass(frozen=True)
class ZeroPad2D(Layer):
    """Zeros around a picture.

    Args:
        padding: how many on each side; (rows, columns) above and below, and left and right; or
            ((above, below), (left, right)).

    >>> import glassnet as gn
    >>> gn.Network((1, 2), gn.ZeroPad2D(((1, 0), (0, 2))), gn.Reshape((2, 4)))([[3, 5]])
    array([[0., 0., 0., 0.],
           [3., 5., 0., 0.]], dtype=float32)
    """

    padding: int | tuple[int | tuple[int, int], ...] = ((1, 1), (1, 1))

    def __post_init__(self) -> None:
        object.__setattr__(self, "padding", _amounts(self.padding))

    def __call__(self, x: Var) -> Var:
        return padded(with_channels(self, x, 2), _amounts(self.padding))


def _amounts(given: Any) -> tuple[tuple[int, int], ...]:
    """How many before and after along each axis."""
    what = "the padding of ZeroPad2D"
    sides = given if isinstance(given, tuple | list) else (given, given)
    pairs = [side if isinstance(side, tuple | list) else (side, side) for side in sides]
    right = len(pairs) == 2 and all(len(pair) == 2 for pair in pairs)
    require(right, f"{what} must be a number, (rows, columns) or ((above, below), (left, right)), got {given!r}")
    return tuple((whole(before, f"each of {what}", 0), whole(after, f"each of {what}", 0)) for before, after in pairs)
