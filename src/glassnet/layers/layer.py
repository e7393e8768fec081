"""The base of all layers, and how one is run inside a trace."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar

from glassnet.ir.elsewhere import LAYER, attribute_error_in_words
from glassnet.ir.errors import GlassnetError
from glassnet.ir.graph import Var
from glassnet.ir.origin import here
from glassnet.ir.require import require, require_flag
from glassnet.ir.specification import Specification
from glassnet.ir.trace import current, scope
from glassnet.words import article

ASKS = re.compile(r"[][⁽⁾∂]|\w\(.*\)|\^\(|^δ|^new | in training$")
ASKING = "brackets, f(…), ∂, a δ or 'new ' at the start, 'in training' at the end, blanks around and empty parts"


@dataclass(frozen=True)
class Layer(Specification, family="layer"):
    """A function with parameters: a frozen dataclass of hyperparameters whose ``__call__`` is written in operations.

    It holds no arrays; it asks the trace for its parameters by name. With ``trainable=False`` it is frozen: training
    changes neither its parameters nor its running statistics, and a frozen BatchNorm uses these in training too.

    Subclass it to make a layer of your own:

    >>> from dataclasses import dataclass
    >>> import glassnet as gn
    >>> @dataclass(frozen=True)
    ... class Scale(gn.Layer):
    ...     first: float = 1.0
    ...     def __call__(self, x):
    ...         return x * gn.parameter("scale", (x.shape[-1],), gn.Constant(self.first))
    >>> gn.Network(3, Scale(2.0))([1, 2, 3])
    array([2., 4., 6.], dtype=float32)
    """

    name: str | None = field(default=None, kw_only=True)
    trainable: bool = field(default=True, kw_only=True)
    is_container: ClassVar[bool] = False
    letter: ClassVar[str | None] = None
    """What the numbers of a layer without neurons are called, so that the first layer of neurons has the letter a."""

    if not TYPE_CHECKING:  # type checkers know by themselves what is not there
        __getattr__ = attribute_error_in_words(LAYER)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__repr__" not in vars(cls):
            cls.__repr__ = Layer.__repr__  # type: ignore[method-assign]  # before dataclass writes one with every default

    def __repr__(self) -> str:
        """The layer with those of its settings that are not as they are by default."""
        given = [(one, getattr(self, one.name)) for one in fields(self) if one.repr]
        told = [f"{one.name}={value!r}" for one, value in given if not _equal(value, one.default)]
        return f"{type(self).__name__}({', '.join(told)})"

    def __call__(self, x: Var) -> Var:
        raise GlassnetError(f"{type(self).__name__} has no __call__(self, x), which gives its result in operations")

    def instead_of_setting(self, name: str, value: Any) -> str:
        if name != "trainable":
            return super().instead_of_setting(name, value)
        return "a layer cannot be changed; write net.freeze('dense_1') or net.unfreeze('dense_1')"

    @property
    def kind(self) -> str:
        """The word that unnamed layers are numbered by: dense_1, dense_2."""
        return type(self).__name__.lower()


def _equal(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and bool(value == default))


def run(layer: Layer, x: Var) -> Var:
    """Call a layer under its own name in the trace, which is the only place where layers get their names.

    Containers call this for each layer they hold and have no name themselves: wrapping layers renames none of them.
    """
    if not isinstance(layer, Layer):  # the words of all layers, with their arrays, would take longer than tracing them
        raise GlassnetError(f"a network is made of layers, got {layer!r}; for a function, use Activation")
    require_flag(layer.trainable, f"{type(layer).__name__}: trainable")
    trace = current()
    with trace.freezing(not layer.trainable):
        if layer.is_container:
            return require_var(layer(x), type(layer).__name__)
        _check_name(layer.name)
        with scope(trace.unique_name(layer.kind, layer.name)):
            trace.layers[here().path] = changed(layer, trainable=not trace.frozen)
            return require_var(layer(x), type(layer).__name__)


def require_var(result: Any, what: str) -> Var:
    """The result of a layer or function of the user's, if it is one that the graph can hold."""
    if not isinstance(result, Var):
        raise GlassnetError(f"{what} gives {result!r}; it must give a variable, computed from x in operations")
    return result


def require_name(function: Any, what: str) -> str:
    """The name under which a function of the user's is known; each needs one of its own."""
    name = getattr(function, "__name__", "")
    named = callable(function) and name.isidentifier()
    require(named, f"{article(what)} of your own is a function with a name, def my_{what}(…), got {function!r}")
    return str(name)


def changed(layer: Layer, **settings: Any) -> Layer:
    """A copy of the layer with these settings, unchecked; the layer itself if it has them already."""
    if all(getattr(layer, name) is value for name, value in settings.items()):
        return layer
    new = copy(layer)
    for name, value in settings.items():
        object.__setattr__(new, name, value)
    return new


def _check_name(name: Any) -> None:
    """A layer's name is part of its parameters' names, so it is a short text without dots.

    Its neurons have it too, and what explanations make of a neuron's name, δw1 and relu(w1), must not be one itself.
    """
    fits = name is None or (isinstance(name, str) and 0 < len(name) <= 100 and "." not in name and name.isprintable())
    require(fits, f"a layer's name must be a text of 1 to 100 characters without a dot, got {name!r}")
    units = [] if name is None else [unit.strip() for unit in name.split(",")]
    asks = next((unit for unit in units if not unit or ASKS.search(unit)), None)
    what = f"{name!r} cannot be a layer's name: neurons of that name would be read as another number's"
    require(name is None or (asks is None and name == name.strip()), f"{what}; leave out {ASKING}")


def input_error(layer: Layer, expected: str, x: Var) -> GlassnetError:
    """The message for a layer that cannot take what it was given."""
    return GlassnetError(f"{describe_layer(layer)} expects {expected}, got an array of shape {x.shape}")


def describe_layer(layer: Layer) -> str:
    """The layer's class and its name in the network: Dense 'hidden 2'."""
    return f"{type(layer).__name__} {path.rpartition('.')[2]!r}" if (path := here().path) else type(layer).__name__
