"""Parameters: one flat buffer, and a named view of each array in it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from math import prod
from typing import Any

import numpy as np

from glassnet.data.checks import as_numbers
from glassnet.forking import held_at_forks
from glassnet.grids import html_table
from glassnet.ir.errors import GlassnetError, UnknownName
from glassnet.ir.types import Array, Shape
from glassnet.words import counted, listed, unknown

LINE = 64
"""Bytes of a line of the processor's cache."""


class Parameters(MutableMapping[str, Array]):
    """Named arrays over one flat buffer, in the order of the layers; assigning copies into the buffer.

    While another thread trains, the arrays change under the reader's eyes; ``copy`` gives those of one step, whole.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Dense(1))
    >>> net.parameters["dense_1.weights"] = [[1], [2]]
    >>> net.parameters["dense_1.weights"].tolist()
    [[1.0], [2.0]]
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], dtype: str) -> None:
        self._look_at(_aligned(sum(prod(shape) for shape in shapes.values()), dtype), shapes)

    def _look_at(self, buffer: Array, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self.lock, self._training = threading.RLock(), threading.RLock()
        self.version = 0
        self._interrupt: Callable[[], None] | None = None
        self._waiting: set[int] = set()
        self.buffer = buffer
        self._views: dict[str, Array] = {}
        start = 0
        for name, shape in shapes.items():
            self._views[name] = self.buffer[start : start + prod(shape)].reshape(shape)
            start += prod(shape)
        held_at_forks(self, 0)

    def __reduce__(self) -> tuple[Any, ...]:
        """How to pickle and copy them: the buffer, and the views of it made anew."""
        return _over, (self.buffer, {name: view.shape for name, view in self._views.items()})

    def __getitem__(self, name: str) -> Array:
        if name not in self._views:
            raise UnknownName(unknown("parameter", name, self._views))
        return self._views[name]

    @contextmanager
    def writing(self, interrupt: Callable[[], None] | None = None) -> Iterator[None]:
        """A block that changes numbers that belong together: ``version`` is odd in it, and copies wait for its end.

        ``interrupt`` is called when a copy begins to wait, so that many steps in one block can end after the next.
        """
        with self.lock:
            self.version += 1
            self._interrupt = interrupt
            try:
                yield
            finally:
                self._interrupt = None
                self.version += 1

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A block in which no other thread writes: many steps in one block of writing end after the next."""
        thread = threading.get_ident()
        self._waiting.add(thread)
        try:
            if (interrupt := self._interrupt) is not None:
                interrupt()
            with self.lock:
                yield
        finally:
            self._waiting.discard(thread)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A block in which no other thread writes; if it forks, who waits to read, or trains, stays with the parent."""
        process = os.getpid()
        with self.reading():
            yield
            if os.getpid() != process:
                self._waiting.clear()
                self._training = threading.RLock()

    @contextmanager
    def trained(self) -> Iterator[None]:
        """A block that trains: of two at a time, each would undo steps of the other, in an order of chance.

        Raises:
            GlassnetError: another thread is in such a block.
        """
        lock = self._training
        if not lock.acquire(blocking=False):
            raise GlassnetError("another thread is training this network: wait for it, or train a copy, net.copy()")
        try:
            yield
        finally:
            lock.release()

    def copy(self) -> dict[str, Array]:
        """The arrays as they are now, all of one step, to keep."""
        with self.reading():
            return {name: view.copy() for name, view in self._views.items()}

    def let_readers(self) -> None:
        """Between two writings: wait until those have read who asked for it."""
        while self._waiting:
            time.sleep(1e-5)

    def __setitem__(self, name: str, values: Any) -> None:
        with self.writing():
            self.write(name, values)

    def write(self, name: str, values: Any) -> None:
        """Copy into the array of that name, as part of what is being written."""
        view = self[name]
        try:
            array = np.asarray(values)
            if array.dtype.kind not in "biuf":
                array = as_numbers(values, f"parameter {name!r}")
        except (TypeError, ValueError) as error:
            raise GlassnetError(f"parameter {name!r} must be numbers of shape {view.shape}: {error}") from None
        if array.shape != view.shape:
            raise GlassnetError(f"parameter {name!r} has the shape {view.shape}, got values of shape {array.shape}")
        with np.errstate(over="ignore"):
            converted = array.astype(view.dtype)
        if (wrong := np.isinf(converted) & np.isfinite(array)).any():
            raise GlassnetError(f"parameter {name!r} is given {array[wrong][0]}, which does not fit {view.dtype}")
        view[...] = converted

    def __call__(self) -> Any:
        """PyTorch's way of asking for them, answered with ours."""
        raise TypeError("net.parameters are the arrays by name, without (): net.parameters.values() are all of them")

    def __delitem__(self, name: str) -> None:
        raise GlassnetError(f"parameter {name!r} belongs to its layer and cannot be removed")

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __contains__(self, name: object) -> bool:
        return name in self._views

    def __len__(self) -> int:
        return len(self._views)

    def __repr__(self) -> str:
        shapes = listed(f"{name} {view.shape}" for name, view in self._views.items())
        return f"Parameters({counted(self.buffer.size, 'number')} of {self.buffer.dtype}: {shapes})"

    def _repr_html_(self) -> str:
        rows = [[name, str(view.shape), f"{view.size:,}"] for name, view in self._views.items()]
        return html_table([["name", "shape", "numbers"], *rows])


def _aligned(size: int, dtype: str) -> Array:
    """Zeros that begin with a line of the processor's cache, so that no vector of 64 bytes lies in two of them."""
    bytes_ = size * np.dtype(dtype).itemsize
    memory = np.zeros(bytes_ + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + bytes_].view(dtype)


def _over(buffer: Array, shapes: Mapping[str, tuple[int, ...]]) -> Parameters:
    """Parameters over a buffer that is there already."""
    parameters = Parameters.__new__(Parameters)
    parameters._look_at(buffer, shapes)
    return parameters


def require_shapes(arrays: Mapping[str, Any], shapes: Mapping[str, Shape]) -> None:
    """Raise GlassnetError unless the saved arrays are numbers with exactly these names and shapes.

    >>> require_shapes({"biases": np.zeros(3)}, {"biases": (2,)})
    Traceback (most recent call last):
    glassnet.ir.errors.GlassnetError: biases must have the shape (2,), but was saved with (3,)
    """
    for name, shape in shapes.items():
        if name not in arrays:
            raise GlassnetError(
                f"the file has no array {name!r}, which the layers need; it has {', '.join(arrays) or 'none'}"
            )
        if np.asarray(arrays[name]).dtype.kind not in "biuf":
            raise GlassnetError(f"{name} must be numbers, got {arrays[name]!r:.60}")
        if np.shape(arrays[name]) != shape:
            raise GlassnetError(f"{name} must have the shape {shape}, but was saved with {np.shape(arrays[name])}")
    if surplus := next((name for name in arrays if name not in shapes), None):
        raise GlassnetError(unknown("parameter", surplus, shapes))
