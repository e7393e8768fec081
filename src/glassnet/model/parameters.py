"""Parameters: one flat buffer, and a named view of each array in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from math import prod
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.types import Array
from glassnet.words import unknown


class Parameters(MutableMapping[str, Array]):
    """Named arrays over one flat buffer, in the order of the layers; assigning copies into the buffer.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Dense(1))
    >>> net.parameters["dense_1.weights"] = [[1], [2]]
    >>> net.parameters["dense_1.weights"].tolist()
    [[1.0], [2.0]]
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], dtype: str) -> None:
        self.buffer = np.zeros(sum(prod(shape) for shape in shapes.values()), dtype)
        self._views: dict[str, Array] = {}
        start = 0
        for name, shape in shapes.items():
            self._views[name] = self.buffer[start : start + prod(shape)].reshape(shape)
            start += prod(shape)

    def __getitem__(self, name: str) -> Array:
        if name not in self._views:
            raise GlassnetError(unknown("parameter", name, self._views))
        return self._views[name]

    def __setitem__(self, name: str, values: Any) -> None:
        view = self[name]
        try:
            array = np.asarray(values, dtype=self.buffer.dtype)
        except (TypeError, ValueError):
            raise GlassnetError(f"parameter {name!r} must be numbers of shape {view.shape}, got {values!r}") from None
        if array.shape != view.shape:
            raise GlassnetError(f"parameter {name!r} has the shape {view.shape}, got values of shape {array.shape}")
        view[...] = array

    def __delitem__(self, name: str) -> None:
        raise GlassnetError(f"parameter {name!r} belongs to its layer and cannot be removed")

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __contains__(self, name: object) -> bool:
        return name in self._views

    def __len__(self) -> int:
        return len(self._views)

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {view.shape}" for name, view in self._views.items())
        return f"Parameters({self.buffer.size:,} numbers of {self.buffer.dtype}: {shapes})"
