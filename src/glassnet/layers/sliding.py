"""What layers with windows have in common: pictures and sequences, sizes and strides, padding, and how windows fit in.

A picture has the axes (height, width, channels), a sequence (steps, channels); without the last it has one channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from glassnet import ops
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var
from glassnet.ir.require import require
from glassnet.ir.types import BATCH
from glassnet.layers.layer import Layer, describe_layer, input_error
from glassnet.ops.windows import spanned

Setting = int | tuple[int, ...]
Sizes = tuple[int, ...]
Padding = str | Setting
PADDINGS = ("valid", "same")
LARGEST = 2**16
"""The largest size, stride, dilation or padding: a file that says more is no network's."""
MOST_PLACES = 2**26
"""How many windows there may be in one picture."""


def setting(given: Any, axes: int, what: str, least: int = 1) -> Setting:
    """One whole number for all axes, or one for each; where these are equal, the one.

    >>> setting([3, 3], 2, "the size"), setting((1, 2), 2, "the stride")
    (3, (1, 2))
    """
    if not isinstance(given, tuple | list):
        return whole(given, what, least)
    each = tuple(whole(one, f"each of {what}", least) for one in given)
    require(len(each) == axes, f"{what} must be one whole number, or {axes}, one for each axis, got {given!r}")
    return each[0] if len(set(each)) == 1 else each


def whole(given: Any, what: str, least: int) -> int:
    """The value as an int; raise GlassnetError unless it is a whole number of at least 0 or 1, and not too large."""
    is_whole = isinstance(given, int | np.integer) and not isinstance(given, bool) and given >= least
    require(bool(is_whole), f"{what} must be a whole number of at least {least}, got {given!r}")
    require(bool(given <= LARGEST), f"{what} can be at most {LARGEST:,}, got {given:,}")
    return int(given)


def padding_setting(given: Any, axes: int, layer: str) -> Padding:
    """The padding of a layer: "valid", "same", or so many places before and after along all axes, or along each."""
    if not isinstance(given, int | np.integer | tuple | list):
        name = given.lower() if isinstance(given, str) else given
        words = "'valid', 'same', a whole number of places, or one for each axis"
        require(name in PADDINGS, f"the padding of {layer} must be {words}, got {given!r}")
        return str(name)
    return setting(given, axes, f"the padding of {layer}", least=0)


def each(given: Setting, axes: int) -> Sizes:
    """The setting of each axis."""
    return given if isinstance(given, tuple) else (given,) * axes


def with_channels(layer: Layer, x: Var, axes: int) -> Var:
    """The pictures (or sequences) with an axis of channels: what has none has one channel.

    Raises:
        GlassnetError: they have other axes.
    """
    if len(x.shape) == axes + 1:
        x = ops.reshape(x, shape=(*x.shape, 1))
    if len(x.shape) != axes + 2 or x.shape[0] is not BATCH or BATCH in x.shape[1:]:
        one = "(height, width, channels) or (height, width)" if axes == 2 else "(steps, channels) or (steps,)"
        raise input_error(layer, f"{'pictures' if axes == 2 else 'sequences'} of shape {one}", x)
    return x


def lengths(x: Var) -> Sizes:
    """The axes between samples and channels: the height and width of pictures, the steps of sequences."""
    return tuple(size for size in x.shape[1:-1] if isinstance(size, int))


def written(sizes: Iterable[int]) -> str:
    """5 × 5"""
    return " × ".join(map(str, sizes))


@dataclass(frozen=True)
class Slide:
    """How the windows of a layer slide over its pictures."""

    layer: Layer
    sizes: Sizes
    strides: Sizes
    dilations: Sizes
    padding: Padding

    @property
    def spans(self) -> Sizes:
        """How far a window reaches along each axis."""
        return tuple(map(spanned, self.sizes, self.dilations))

    def paddings(self, sizes: Sizes) -> list[tuple[int, int]]:
        """How many places are added before and after along axes of these lengths.

        "same" gives ⌈length / stride⌉ windows, as in Keras: of an odd number of places, the one more stands behind.
        """
        if self.padding == "valid":
            return [(0, 0) for _ in sizes]
        if self.padding == "same":
            along = zip(sizes, self.spans, self.strides, strict=True)
            totals = [max((-(-size // stride) - 1) * stride + span - size, 0) for size, span, stride in along]
            return [(total // 2, total - total // 2) for total in totals]
        assert not isinstance(self.padding, str)
        return [(one, one) for one in each(self.padding, len(sizes))]

    def check(self, sizes: Sizes) -> None:
        """Raise GlassnetError where a window does not fit into such pictures, or there would be too many."""
        padded = [before + size + after for size, (before, after) in zip(sizes, self.paddings(sizes), strict=True)]
        if all(span <= size for span, size in zip(self.spans, padded, strict=True)):
            along = zip(padded, self.spans, self.strides, strict=True)
            counts = [(size - span) // stride + 1 for size, span, stride in along]
            many = (
                f"{describe_layer(self.layer)} would have {written(counts)} windows, and {MOST_PLACES:,} is the limit"
            )
            require(prod(counts) <= MOST_PLACES, f"{many}; pad less, or give it a larger stride")
            return
        what = "pictures are" if len(sizes) == 2 else "sequences have"
        spread = f" (with dilation they span {written(self.spans)})" if self.spans != self.sizes else ""
        more = f", {written(padded)} with the padding" if tuple(padded) != sizes else ""
        where = f"{written(sizes)}{' steps' if len(sizes) == 1 else ''}{more}"
        raise GlassnetError(
            f"the windows of {describe_layer(self.layer)} are {written(self.sizes)}{spread}, and its {what} only "
            f"{where}: make the windows smaller, or pad with padding='same'"
        )

    def windows(self, x: Var, axis: int = 1) -> Var:
        """What the windows see, (n, …counts, …sizes, channels); they slide along the axes from that one on."""
        return ops.windows(x, axis=axis, sizes=self.sizes, strides=self.strides, dilations=self.dilations)


def padded(x: Var, amounts: Sequence[tuple[int, int]]) -> Var:
    """Zeros around pictures, so many before and after along each axis."""
    for axis, (before, after) in enumerate(amounts, 1):
        if before or after:
            x = ops.pad(x, axis=axis, before=before, after=after)
    return x
