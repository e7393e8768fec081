"""The layers of a network by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from glassnet.ir.errors import UnknownName
from glassnet.layers.layer import Layer
from glassnet.words import unknown


class Layers(Mapping[str, Layer]):
    """The layers of a network by name, to be read."""

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        self._layers = layers

    def __getitem__(self, name: str) -> Layer:
        if name not in self._layers:
            raise UnknownName(unknown("layer", str(name), self._layers))
        return self._layers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {layer!r}" for name, layer in self._layers.items())
