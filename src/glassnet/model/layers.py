"""The layers of a network by name, and which of them training may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from glassnet.ir.errors import UnknownName
from glassnet.ir.require import require, require_known
from glassnet.layers.containers import Sequential, leaves, with_leaves
from glassnet.layers.layer import Layer, changed
from glassnet.words import unknown


class Layers(Mapping[str, Layer]):
    """The layers of a network by name, to be read."""

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        self._layers = layers

    def __getitem__(self, name: str) -> Layer:
        if name not in self._layers:
            raise UnknownName(_by_place(name, list(self._layers)) or unknown("layer", str(name), self._layers))
        return self._layers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {layer!r}" for name, layer in self._layers.items())


def with_trainable(root: Sequential, layers: Mapping[str, Layer], names: Sequence[str], trainable: bool) -> Sequential:
    """The network's layers anew, those of the given names frozen (or trainable), all others as they were.

    Raises:
        GlassnetError: no name, no layer of that name, or one inside a layer of the user's own.
    """
    return _with(root, layers, names, lambda layer: changed(layer, trainable=trainable))


def with_settings(
    root: Sequential, layers: Mapping[str, Layer], names: Sequence[str], settings: Mapping[str, Any]
) -> Sequential:
    """The same, those of the given names with these settings.

    Raises:
        GlassnetError: as before, or such a layer has no setting of that name, or it cannot have that value.
    """

    def change(layer: Layer) -> Layer:
        known = [field.name for field in fields(layer) if field.name != "name"]
        for setting in settings:
            require_known(f"setting of {type(layer).__name__}", setting, known)
        return replace(layer, **settings)

    return _with(root, layers, names, change)


def _with(
    root: Sequential, layers: Mapping[str, Layer], names: Sequence[str], change: Callable[[Layer], Layer]
) -> Sequential:
    require(bool(names), "name the layers, such as 'dense_1'; *net.layers are all")
    for name in names:
        require(isinstance(name, str), f"layers are named by texts, such as 'dense_1', got {name!r}")
        inner = "." in name and name in layers
        require(
            not inner, f"{name} is part of a layer of your own; freeze {name.partition('.')[0]!r} whole, or change that"
        )
    outer = {name: layer for name, layer in layers.items() if "." not in name}
    order = "the containers of this network run their layers in another order than they hold them"
    require(
        len(outer) == len(list(leaves(root))),
        f"{order}; give trainable=False to the layers themselves, or whatever they are to have",
    )
    outer |= {name: change(layers[name]) for name in names}
    new = with_leaves(root, iter(outer.values()))
    assert isinstance(new, Sequential)
    return new


def _by_place(given: object, names: list[str]) -> str:
    """What to write where a layer is asked for by its place, as other libraries number them."""
    if not isinstance(given, int) or not -len(names) <= given < len(names):
        return ""
    return f"layers go by name: write net.layers[{names[given]!r}]; all weights and biases are in net.parameters"
