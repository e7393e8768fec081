"""Layers made of layers: one after another, or side by side and joined."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any, ClassVar

from glassnet import ops
from glassnet.ir.graph import Var
from glassnet.ir.require import require
from glassnet.layers.layer import Layer, run
from glassnet.words import joined


@dataclass(frozen=True, init=False)
class _Container(Layer):
    """Holds layers, given one by one or as one sequence."""

    layers: tuple[Layer, ...]
    is_container: ClassVar[bool] = True

    def __init__(self, *layers: Any, name: str | None = None, **saved: Any) -> None:
        given = saved.pop("layers", layers)
        given = given[0] if len(given) == 1 and isinstance(given[0], tuple | list) else given
        require(not saved, f"{type(self).__name__} has no field {next(iter(saved), '')!r}")
        require(len(given) > 0, f"{type(self).__name__} needs at least one layer")
        for layer in given:
            what = f"{type(self).__name__} is made of layers such as gn.Dense(4) or gn.Activation('relu')"
            require(isinstance(layer, Layer), f"{what}, got {layer!r}")
        object.__setattr__(self, "layers", tuple(given))
        object.__setattr__(self, "name", name)


@dataclass(frozen=True, init=False)
class Sequential(_Container):
    """One layer after another.

    >>> import glassnet as gn
    >>> net = gn.Network(3, gn.Sequential(gn.Activation("relu"), gn.Rescale(2)))
    >>> net([-1, 0, 2])
    array([0., 0., 4.], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return reduce(lambda value, layer: run(layer, value), self.layers, x)


@dataclass(frozen=True, init=False)
class Add(_Container):
    """The same input through each branch, and the results added: ``Add(Dense(8), Identity())`` is a residual layer.

    >>> import glassnet as gn
    >>> gn.Network(2, gn.Add(gn.Rescale(10), gn.Identity()))([1, 2])
    array([11., 22.], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        results = [run(layer, x) for layer in self.layers]
        shapes = joined(y.shape for y in results)
        same = all(y.shape == results[0].shape for y in results)
        require(same, f"Add adds branches of one shape, got {shapes}; give them equal units")
        return reduce(ops.add, results)


@dataclass(frozen=True, init=False)
class Concatenate(_Container):
    """The same input through each branch, and the results side by side along the last axis.

    >>> import glassnet as gn
    >>> gn.Network(2, gn.Concatenate(gn.Identity(), gn.Activation("relu")))([-1, 2])
    array([-1.,  2.,  0.,  2.], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return ops.concatenate([run(layer, x) for layer in self.layers])


@dataclass(frozen=True)
class Identity(Layer):
    """The input itself: the short cut of a residual layer.

    >>> import glassnet as gn
    >>> gn.Network(2, gn.Identity())([1, 2])
    array([1., 2.], dtype=float32)
    """

    def __call__(self, x: Var) -> Var:
        return x
