"""Layers made of layers: one after another, or side by side and joined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from glassnet import ops
from glassnet.ir.elsewhere import LAYERS, attribute_error_in_words
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var
from glassnet.ir.require import require
from glassnet.ir.specification import Specification, require_bounded
from glassnet.layers.activations import ActivationFunction
from glassnet.layers.layer import Layer, changed, run
from glassnet.words import article, canonical, joined


@dataclass(frozen=True, init=False)
class _Container(Layer):
    """Holds layers, given one by one or as one sequence; freezing it freezes them."""

    layers: tuple[Layer, ...]
    is_container: ClassVar[bool] = True
    if not TYPE_CHECKING:  # type checkers know by themselves what is not there
        __getattr__ = attribute_error_in_words(LAYERS)

    def __init__(self, *layers: Any, name: str | None = None, trainable: bool = True, **saved: Any) -> None:
        given = saved.pop("layers", layers)
        given = given[0] if len(given) == 1 and isinstance(given[0], tuple | list) else given
        require(not saved, f"{type(self).__name__} has no field {next(iter(saved), '')!r}")
        what = "a network" if isinstance(self, Sequential) else type(self).__name__
        require(len(given) > 0, f"{what} needs at least one layer, such as gn.Dense(1)")
        for layer in given:
            if not isinstance(layer, Layer):
                raise GlassnetError(f"{what} is made of layers: {no_layer(layer)}")
        object.__setattr__(self, "layers", tuple(given))
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "trainable", trainable)
        require_bounded(self)


def no_layer(given: Any) -> str:
    """The message for what was given instead of a layer: what it is, and what was probably meant."""
    match given:
        case ActivationFunction():
            return f"{given!r} is an activation function; as a layer of its own, write gn.Activation({_call(given)})"
        case Specification():
            return f"{type(given).__name__} is {article(given.family)}, not a layer"
        case type() if issubclass(given, Layer):
            return f"{given.__name__} is a class; write gn.{given.__name__}(…)"
        case type() if issubclass(given, ActivationFunction):
            return f"{given.__name__} is the class of an activation function; write gn.Activation({_call(given)})"
        case str() if canonical(given) in ActivationFunction.known:
            return f"{given!r} is the name of an activation function; write gn.Activation({given!r})"
        case str() if canonical(given) in Layer.known:
            return f"{given!r} is a text; write gn.{Layer.known[canonical(given)].__name__}(…)"
        case int() | np.integer() if not isinstance(given, bool):
            return f"{given} is a number; for a layer of {given} units, write gn.Dense({given})"
        case list() | tuple():
            return "a list stands among them; write gn.Sequential(…) around its layers, or * before it"
        case _ if isinstance(getattr(given, "root", None), Layer):
            return "a network is no layer; net.root are its layers, which would begin with first weights of their own"
        case _ if callable(given) and not isinstance(given, type):
            name = getattr(given, "__name__", "it")
            return f"{name} is a function; write it in operations, @gn.activation above it, and gn.Activation({name})"
    return f"{given!r} is no layer; layers are such as gn.Dense(4) or gn.Activation('relu')"


def _call(activation: Any) -> str:
    cls = activation if isinstance(activation, type) else type(activation)
    return f"gn.{cls.__name__}(…)" if fields(cls) else repr(canonical(cls.__name__))


def leaves(layer: Layer) -> Iterator[Layer]:
    """The layers that are no containers, in their order."""
    if layer.is_container:
        for inner in getattr(layer, "layers", ()):
            yield from leaves(inner)
    else:
        yield layer


def with_leaves(layer: Layer, new: Iterator[Layer]) -> Layer:
    """Containers nested as these are, around the given layers, each of which is frozen or not by itself."""
    if not layer.is_container:
        return next(new)
    inner = tuple(with_leaves(one, new) for one in getattr(layer, "layers", ()))
    return changed(layer, layers=inner, trainable=True)


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
