"""Where the numbers of a variable lie: in a buffer, from an offset on, with a stride for each axis.

Reshaping, transposing, broadcasting and slicing only look at the same numbers in another way: they are other places in
the same buffer, and cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from glassnet.ir.types import BATCH, Dim, Shape, Type

Strides = tuple[int, ...]


@dataclass(eq=False)
class Buffer:
    """Memory for some numbers.

    Attributes:
        type: what is kept in it; the batch axis has room for ``capacity`` samples.
        name: of a source, whose memory belongs to the network or the data; "" for memory of the arena.
        address: where it begins, once that is known.
    """

    type: Type
    capacity: int
    name: str = ""
    address: int = 0

    @property
    def size(self) -> int:
        """How many numbers it has room for."""
        return prod(self.capacity if dim is BATCH else dim for dim in self.type.shape)  # type: ignore[misc]


@dataclass(frozen=True)
class Place:
    """A view of a buffer: strides count numbers, 0 where the same numbers are repeated.

    In a loop it moves on by ``step`` numbers after each turn.
    """

    buffer: Buffer
    shape: Shape
    strides: Strides
    offset: int = 0
    step: int = 0

    @property
    def dtype(self) -> str:
        return self.buffer.type.dtype

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the buffer, number after number, be it in another shape."""
        count = prod(self.buffer.capacity if dim is BATCH else dim for dim in self.shape)  # type: ignore[misc]
        following = zip(self.shape, self.strides, strides_of(self.shape, self.buffer.capacity), strict=True)
        in_order = all(dim == 1 or stride == expected for dim, stride, expected in following)
        return count == self.buffer.size and not self.offset and in_order


def is_same(place: Place, other: Place | None) -> bool:
    """Whether two places show the same numbers in the same shape; the stride of an axis of size 1 says nothing."""
    if other is None or (place.buffer, place.shape, place.offset) != (other.buffer, other.shape, other.offset):
        return False
    if place.step != other.step:
        return False
    return all(size == 1 or a == b for size, a, b in zip(place.shape, place.strides, other.strides, strict=True))


def strides_of(shape: Shape, capacity: int) -> Strides:
    """The strides of numbers that lie one after the other, the last axis fastest.

    >>> strides_of((BATCH, 3, 2), 10)
    (6, 2, 1)
    """
    sizes = [capacity if dim is BATCH else dim for dim in shape]
    return tuple(prod(sizes[axis + 1 :]) for axis in range(len(sizes)))  # type: ignore[arg-type]


def whole(buffer: Buffer) -> Place:
    return Place(buffer, buffer.type.shape, strides_of(buffer.type.shape, buffer.capacity))


def broadcast(place: Place, shape: Shape) -> Place:
    """The numbers repeated to that shape: stride 0 along new axes, and along those of size 1."""
    missing = len(shape) - len(place.shape)
    strides = [0] * missing
    for size, dim, stride in zip(place.shape, shape[missing:], place.strides, strict=True):
        strides.append(0 if size == 1 and dim != 1 else stride)
    return replace(place, shape=shape, strides=tuple(strides))


def along_rows(place: Place, shape: Shape) -> Place:
    """One number for each row of a shape, repeated along the row.

    >>> place = whole(Buffer(Type((BATCH, 3), "float32"), 10))
    >>> along_rows(place, (BATCH, 3, 5)).strides
    (3, 1, 0)
    """
    if len(place.shape) < len(shape):
        place = replace(place, shape=(*place.shape, 1), strides=(*place.strides, 0))
    return broadcast(place, shape)


def transpose(place: Place, axes: tuple[int, ...]) -> Place:
    return replace(place, shape=tuple(place.shape[a] for a in axes), strides=tuple(place.strides[a] for a in axes))


def slice_(place: Place, axis: int, start: int, stop: int) -> Place:
    shape = (*place.shape[:axis], stop - start, *place.shape[axis + 1 :])
    return replace(place, shape=shape, offset=place.offset + start * place.strides[axis])


def windows(place: Place, axis: int, sizes: Strides, strides: Strides, dilations: Strides) -> Place:
    """What windows see that move along some axes: how many windows, then how much is in one, instead of those axes.

    >>> picture = whole(Buffer(Type((BATCH, 5, 5, 2), "float32"), 10))
    >>> seen = windows(picture, 1, (3, 3), (2, 2), (1, 1))
    >>> seen.shape, seen.strides
    ((n, 2, 2, 3, 3, 2), (50, 20, 4, 10, 2, 1))
    """
    end = axis + len(sizes)
    lengths, steps = place.shape[axis:end], place.strides[axis:end]
    counts = [
        (int(length) - (size - 1) * dilation - 1) // stride + 1  # type: ignore[arg-type]
        for length, size, stride, dilation in zip(lengths, sizes, strides, dilations, strict=True)
    ]
    between = [step * stride for step, stride in zip(steps, strides, strict=True)]
    inside = [step * dilation for step, dilation in zip(steps, dilations, strict=True)]
    return replace(
        place,
        shape=(*place.shape[:axis], *counts, *sizes, *place.shape[end:]),
        strides=(*place.strides[:axis], *between, *inside, *place.strides[end:]),
    )


def at(place: Place, axis: int, index: tuple[int, ...]) -> Place:
    """What is at these numbers of some axes, from that one on; without them."""
    end = axis + len(index)
    far = sum(i * stride for i, stride in zip(index, place.strides[axis:end], strict=True))
    return replace(
        place,
        shape=place.shape[:axis] + place.shape[end:],
        strides=place.strides[:axis] + place.strides[end:],
        offset=place.offset + far,
    )


def at_hand(place: Place, backwards: bool) -> Place:
    """Of a sequence, axis 1, what stands there at the step at hand: at first the first, or the last one.

    >>> sequence = whole(Buffer(Type((BATCH, 7, 4), "float32"), 10))
    >>> at_hand(sequence, True).offset, at_hand(sequence, True).step
    (24, -4)
    """
    begin = at(place, 1, (int(place.shape[1]) - 1 if backwards else 0,))  # type: ignore[arg-type]
    return replace(begin, step=-place.strides[1] if backwards else place.strides[1])


def with_axes(place: Place, axes: tuple[int, ...]) -> Place:
    """The same numbers with axes of size 1 at these places of the new shape.

    >>> with_axes(whole(Buffer(Type((4, 5), "float32"), 1)), (1, 3)).shape
    (4, 1, 5, 1)
    """
    shape, strides = list(place.shape), list(place.strides)
    for axis in sorted(axes):
        shape.insert(axis, 1)
        strides.insert(axis, 0)
    return replace(place, shape=tuple(shape), strides=tuple(strides))


def reshape(place: Place, shape: Shape) -> Place | None:
    """The same numbers in another shape; None where no strides can say that.

    >>> place = whole(Buffer(Type((BATCH, 6), "float32"), 10))
    >>> reshape(place, (BATCH, 2, 3)).strides
    (6, 3, 1)
    >>> reshape(transpose(whole(Buffer(Type((2, 3), "float32"), 1)), (1, 0)), (6,)) is None
    True
    """
    runs = _runs(place.shape, place.strides)
    strides: list[int] = []
    for dim in reversed(shape):
        if dim == 1:
            strides.append(0)
            continue
        if not runs:
            return None
        size, stride = runs[-1]
        if dim is BATCH or size is BATCH:
            if dim is not size:
                return None
            runs.pop()
        elif size % dim:  # type: ignore[operator]
            return None
        elif size == dim:
            runs.pop()
        else:
            runs[-1] = (size // dim, stride * dim)  # type: ignore[operator]
        strides.append(stride)
    return replace(place, shape=shape, strides=tuple(reversed(strides))) if not runs else None


def _runs(shape: Shape, strides: Strides) -> list[tuple[Dim, int]]:
    """Axes joined wherever one goes on where the next ends: (size, stride) of each run; those of size 1 left out."""
    runs: list[tuple[Dim, int]] = []
    for size, stride in zip(shape, strides, strict=True):
        if size == 1:
            continue
        if runs and isinstance(size, int) and isinstance(runs[-1][0], int) and runs[-1][1] == stride * size:
            runs[-1] = (runs[-1][0] * size, stride)
        else:
            runs.append((size, stride))
    return runs


def moved_on(place: Place, backwards: bool) -> Place:
    """A sequence, axis 1, of which each step shows what stands at the one before it, or after it."""
    return replace(place, offset=place.offset + place.strides[1] * (1 if backwards else -1))


VIEWS: dict[str, Callable[[Place, Shape, dict[str, Any]], Place | None]] = {
    "named": lambda place, shape, params: place,
    "stop_gradient": lambda place, shape, params: place,
    "reshape": lambda place, shape, params: reshape(place, shape),
    "broadcast": lambda place, shape, params: broadcast(place, shape),
    "transpose": lambda place, shape, params: transpose(place, params["axes"]),
    "slice": lambda place, shape, params: slice_(place, **params),
    "windows": lambda place, shape, params: windows(place, **params),
    "now": lambda place, shape, params: at_hand(place, params["turns"].backwards),
    "before": lambda place, shape, params: moved_on(place, params["turns"].backwards),
}
"""The operations that only look at the same numbers: from the operand's place, and the result's shape, to its place."""
