"""Sliding windows: an array seen through a window that moves along some of its axes, and its adjoint.

A convolution is windows times a kernel, pooling the largest or the mean of each window; a transposed convolution adds
windows back.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np

from glassnet.ir.errors import ShapeError
from glassnet.ir.expression import Element, Expression, total
from glassnet.ir.graph import Primitive, Var
from glassnet.ir.types import Array, Dim, Type

Sizes = tuple[int, ...]


class _Slide(NamedTuple):
    """How windows move along some adjacent axes, the first of which is ``axis``."""

    axis: int
    sizes: Sizes
    strides: Sizes
    dilations: Sizes

    @property
    def axes(self) -> range:
        return range(self.axis, self.axis + len(self.sizes))

    def counts(self, lengths: tuple[Dim, ...]) -> Sizes:
        """How many windows there are along axes of these lengths."""
        return tuple(map(_count, lengths, *self[1:]))

    def place(self, window: Sizes, within: Sizes) -> Sizes:
        """The place in the array of what is at ``within`` of the window with these numbers."""
        return tuple(i * s + k * d for i, k, s, d in zip(window, within, self.strides, self.dilations, strict=True))

    def windows_over(self, place: Sizes, counts: Sizes) -> list[tuple[Sizes, Sizes]]:
        """Each window that sees this place, and where in the window it is."""
        along = [
            [(rest // s, k) for k in range(size) if (rest := p - k * d) % s == 0 and 0 <= rest // s < count]
            for p, size, s, d, count in zip(place, *self[1:], counts, strict=True)
        ]
        return [(tuple(i for i, _ in pairs), tuple(k for _, k in pairs)) for pairs in product(*along)]


def _count(length: Dim, size: int, stride: int, dilation: int) -> int:
    span = spanned(size, dilation)
    if not isinstance(length, int):
        raise ShapeError("windows cannot slide along the batch axis; its size is known only when the graph runs")
    if min(size, stride, dilation) < 1:
        raise ShapeError(f"sizes, strides and dilations are at least 1, not {size}, {stride} and {dilation}")
    if span > length:
        raise ShapeError(f"a window that spans {span} does not fit into {length}")
    return (length - span) // stride + 1


def spanned(size: int, dilation: int) -> int:
    """How many places a window reaches over: with dilation d its numbers are d apart.

    >>> spanned(3, 1), spanned(3, 2)
    (3, 5)
    """
    return (size - 1) * dilation + 1


def _seen(x: Array, slide: _Slide) -> Array:
    """The windows of an array as a view of its memory: nothing is copied."""
    axis, end = slide.axis, slide.axes.stop
    lengths, along = x.shape[axis:end], x.strides[axis:end]
    steps = tuple(stride * s for stride, s in zip(along, slide.strides, strict=True))
    apart = tuple(stride * d for stride, d in zip(along, slide.dilations, strict=True))
    return np.lib.stride_tricks.as_strided(
        x,
        (*x.shape[:axis], *slide.counts(lengths), *slide.sizes, *x.shape[end:]),
        (*x.strides[:axis], *steps, *apart, *x.strides[end:]),
    )


def _windows_rule(x: Type, axis: int, sizes: Sizes, strides: Sizes, dilations: Sizes) -> Type:
    slide = _Slide(axis, sizes, strides, dilations)
    end = slide.axes.stop
    if not sizes or not len(sizes) == len(strides) == len(dilations) or not 0 <= axis <= end <= len(x.shape):
        asked = (
            f"windows of {sizes}, with strides {strides} and dilations {dilations}, need the axes {axis} to {end - 1}"
        )
        raise ShapeError(f"{asked} of an array, which has {len(x.shape)}")
    return Type((*x.shape[:axis], *slide.counts(x.shape[axis:end]), *sizes, *x.shape[end:]), x.dtype)


def _windows_kernel(x: Array, axis: int, sizes: Sizes, strides: Sizes, dilations: Sizes) -> Array:
    seen = _seen(x, _Slide(axis, sizes, strides, dilations))
    seen.flags.writeable = False  # one number of memory is in several windows
    return seen


def _windows_element(index: Sizes, x: Array, axis: int, sizes: Sizes, strides: Sizes, dilations: Sizes) -> Expression:
    slide = _Slide(axis, sizes, strides, dilations)
    end, last = slide.axes.stop, slide.axes.stop + len(sizes)
    return Element(0, (*index[:axis], *slide.place(index[axis:end], index[end:last]), *index[last:]))


windows: Primitive = Primitive(
    "windows",
    "What a window sees as it slides: the axes from ``axis`` on become as many of windows, then those in a window.",
    rule=_windows_rule,
    kernel=_windows_kernel,
    vjp=lambda g, y, x, axis, sizes, strides, dilations: (
        overlap(g, axis=axis, lengths=x.shape[axis : axis + len(sizes)], strides=strides, dilations=dilations),
    ),
    element=_windows_element,
    moves=True,
    example="ops.windows([1, 2, 3, 4], axis=0, sizes=(2,), strides=(1,), dilations=(1,)) "
    "= [[1.0, 2.0], [2.0, 3.0], [3.0, 4.0]]",
)


def _overlapping(g: Type | Array, axis: int, lengths: Sizes, strides: Sizes, dilations: Sizes) -> tuple[_Slide, int]:
    """How the windows slid whose numbers these are, and the first axis after them."""
    return _Slide(axis, _sizes(g, axis, lengths), strides, dilations), axis + 2 * len(lengths)


def _sizes(g: Type | Array | Var, axis: int, lengths: Sizes) -> Sizes:
    sizes: Sizes = g.shape[axis + len(lengths) : axis + 2 * len(lengths)]  # type: ignore[assignment]  # by the rule
    return sizes


def _overlap_rule(g: Type, axis: int, lengths: Sizes, strides: Sizes, dilations: Sizes) -> Type:
    slide, last = _overlapping(g, axis, lengths, strides, dilations)
    y = Type((*g.shape[:axis], *lengths, *g.shape[last:]), g.dtype)
    are_sizes = len(slide.sizes) == len(lengths) and all(isinstance(size, int) for size in slide.sizes)
    if not are_sizes or _windows_rule(y, *slide) != g:
        raise ShapeError(f"{g.shape} are no windows of {y.shape}, with strides {strides} and dilations {dilations}")
    return y


def _overlap_kernel(g: Array, axis: int, lengths: Sizes, strides: Sizes, dilations: Sizes) -> Array:
    slide, last = _overlapping(g, axis, lengths, strides, dilations)
    y = np.zeros((*g.shape[:axis], *lengths, *g.shape[last:]), g.dtype)
    seen = _seen(y, slide)
    for within in np.ndindex(slide.sizes):  # what is at one place of all windows lies apart in the array
        of_all = (*(slice(None),) * slide.axes.stop, *within)
        seen[of_all] += g[of_all]
    return y


def _overlap_element(index: Sizes, g: Array, axis: int, lengths: Sizes, strides: Sizes, dilations: Sizes) -> Expression:
    slide, _ = _overlapping(g, axis, lengths, strides, dilations)
    end = slide.axes.stop
    over = slide.windows_over(index[axis:end], g.shape[axis:end])
    return total([Element(0, (*index[:axis], *window, *within, *index[end:])) for window, within in over])


overlap: Primitive = Primitive(
    "overlap",
    "Windows added back to where they were seen: the adjoint of windows. Places that no window saw are 0.",
    rule=_overlap_rule,
    kernel=_overlap_kernel,
    vjp=lambda h, y, g, axis, lengths, strides, dilations: (
        windows(h, axis=axis, sizes=_sizes(g, axis, lengths), strides=strides, dilations=dilations),
    ),
    element=_overlap_element,
    example="ops.overlap([[1, 2], [3, 4]], axis=0, lengths=(3,), strides=(1,), dilations=(1,)) = [1.0, 5.0, 4.0]",
)
