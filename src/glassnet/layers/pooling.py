"""Pooling: pictures and sequences made smaller by the largest number, or the mean, of each window."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import ClassVar

import numpy as np

from glassnet import ops
from glassnet.ir.graph import Var, operand
from glassnet.ir.require import require
from glassnet.ir.types import BATCH
from glassnet.layers.layer import Layer, input_error
from glassnet.layers.sliding import (
    Padding,
    Setting,
    Slide,
    each,
    lengths,
    padded,
    padding_setting,
    setting,
    with_channels,
)


@dataclass(frozen=True)
class _Pool(Layer):
    """The settings of a layer that pools; windows follow each other without a gap unless a stride is given."""

    size: Setting = 2
    stride: Setting | None = field(default=None, kw_only=True)
    padding: Padding = field(default="valid", kw_only=True)
    axes: ClassVar[int] = 2

    def __post_init__(self) -> None:
        of = f"of {type(self).__name__}"
        object.__setattr__(self, "size", setting(self.size, self.axes, f"the size {of}"))
        if self.stride is not None:
            object.__setattr__(self, "stride", setting(self.stride, self.axes, f"the stride {of}"))
        padding = padding_setting(self.padding, self.axes, type(self).__name__)
        object.__setattr__(self, "padding", padding)
        if not isinstance(padding, str):
            fits = all(
                one < size for one, size in zip(each(padding, self.axes), each(self.size, self.axes), strict=True)
            )
            require(fits, f"the padding {of} must be less than its windows' size {self.size}, got {padding}")

    @property
    def _slide(self) -> Slide:
        sizes = each(self.size, self.axes)
        strides = sizes if self.stride is None else each(self.stride, self.axes)
        return Slide(self, sizes, strides, (1,) * self.axes, self.padding)

    @property
    def _within(self) -> tuple[int, ...]:
        """The axes within a window."""
        return tuple(range(1 + self.axes, 1 + 2 * self.axes))

    def _checked(self, x: Var) -> Var:
        x = with_channels(self, x, self.axes)
        self._slide.check(lengths(x))
        return x


@dataclass(frozen=True)
class _MaxPool(_Pool):
    """The largest number of each window, along any number of axes."""

    def __call__(self, x: Var) -> Var:
        x, slide = self._checked(x), self._slide
        for axis, amounts in enumerate(slide.paddings(lengths(x)), 1):
            x = _edges_repeated(x, axis, *amounts)
        return ops.first_max(slide.windows(x), self._within)


@dataclass(frozen=True)
class MaxPool2D(_MaxPool):
    """The largest number of each window, channel by channel: (height, width, channels) becomes a smaller picture.

    Of equal largest numbers the first has the gradient, as in PyTorch.

    Args:
        size: height and width of the windows; one number for both.
        stride: how far a window moves on, by default its size.
        padding: "valid", only whole windows; "same", ⌈length / stride⌉ windows, or so many places more on each side,
            which never win.

    >>> import glassnet as gn
    >>> gn.Network((2, 4), gn.MaxPool2D(2), gn.Flatten())([[1, 2, 0, 3], [4, 0, 5, 1]])
    array([4., 5.], dtype=float32)
    """


def _edges_repeated(x: Var, axis: int, before: int, after: int) -> Var:
    """So many more of the first and the last numbers along an axis: a window that sees one sees the number itself."""
    size = x.shape[axis]
    assert isinstance(size, int)
    if not before and not after:
        return x
    first, last = (ops.slice_(x, axis=axis, start=place, stop=place + 1) for place in (0, size - 1))
    return ops.concatenate([*[first] * before, x, *[last] * after], axis)


@dataclass(frozen=True)
class MaxPool1D(_MaxPool):
    """The largest number of each window, channel by channel, of a sequence; the arguments are :class:`MaxPool2D`'s.

    >>> import glassnet as gn
    >>> gn.Network(6, gn.MaxPool1D(3), gn.Flatten())([1, 7, 2, 0, 3, 3])
    array([7., 3.], dtype=float32)
    """

    axes: ClassVar[int] = 1


@dataclass(frozen=True)
class _AveragePool(_Pool):
    """The mean of each window, along any number of axes."""

    def __call__(self, x: Var) -> Var:
        x, slide = self._checked(x), self._slide
        amounts, sizes = slide.paddings(lengths(x)), lengths(x)
        seen = slide.windows(padded(x, amounts))
        if not any(map(any, amounts)):
            return ops.mean(seen, self._within)
        along = zip(sizes, slide.sizes, slide.strides, amounts, strict=True)
        counts = reduce(np.multiply.outer, [_counts(*one) for one in along])
        return ops.sum(seen, self._within) / operand(counts[..., None], x.dtype)


@dataclass(frozen=True)
class AveragePool2D(_AveragePool):
    """The mean of each window, channel by channel: (height, width, channels) becomes a smaller picture.

    The arguments are those of :class:`MaxPool2D`. With padding the mean is of what lies in the picture, as in Keras
    (PyTorch's ``count_include_pad=False``).

    >>> import glassnet as gn
    >>> gn.Network((2, 4), gn.AveragePool2D(2), gn.Flatten())([[1, 2, 0, 3], [4, 1, 5, 0]])
    array([2., 2.], dtype=float32)
    """


def _counts(length: int, size: int, stride: int, amounts: tuple[int, int]) -> np.ndarray:
    """How many places of each window lie in the picture, along one axis."""
    before, after = amounts
    starts = np.arange(0, before + length + after - size + 1, stride)
    return np.minimum(starts + size, before + length) - np.maximum(starts, before)


@dataclass(frozen=True)
class AveragePool1D(_AveragePool):
    """The mean of each window, channel by channel, of a sequence; the arguments are :class:`MaxPool2D`'s.

    >>> import glassnet as gn
    >>> gn.Network(6, gn.AveragePool1D(3), gn.Flatten())([1, 7, 1, 0, 3, 3])
    array([3., 2.], dtype=float32)
    """

    axes: ClassVar[int] = 1


def _places(layer: Layer, x: Var) -> tuple[int, ...]:
    """The axes between samples and channels."""
    if len(x.shape) < 3 or x.shape[0] is not BATCH:
        raise input_error(layer, "pictures (height, width, channels) or sequences (steps, channels)", x)
    return tuple(range(1, len(x.shape) - 1))


@dataclass(frozen=True)
class GlobalAveragePool(Layer):
    """The mean of each channel over all places: (height, width, channels) becomes (channels,) (Lin et al. 2014).

    >>> import glassnet as gn
    >>> gn.Network((2, 2, 1), gn.GlobalAveragePool())([[[1], [2]], [[3], [6]]])
    array([3.], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.mean(x, _places(self, x))


@dataclass(frozen=True)
class GlobalMaxPool(Layer):
    """The largest number of each channel over all places: (height, width, channels) becomes (channels,).

    >>> import glassnet as gn
    >>> gn.Network((2, 2, 1), gn.GlobalMaxPool())([[[1], [2]], [[3], [6]]])
    array([6.], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.first_max(x, _places(self, x))
