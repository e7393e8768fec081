"""What the page *Convolution* shows of a network and a picture: maps as boards, and what a number is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from glassnet.inspection.explanations import NetworkExplanation
from glassnet.inspection.feature_maps import INPUT, FeatureMaps, MapLayer
from glassnet.inspection.names import split, with_place
from glassnet.inspection.neurons import input_names
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lab.convolution.messages import Board, Field, LayerShown, Pick, Term, Tile, Weights
from glassnet.lab.digits.pad import painted
from glassnet.lab.shown import Cell, Editable, cell, editable
from glassnet.layers.convolution import Conv1D, Conv2D
from glassnet.layers.layer import describe_layer
from glassnet.network import Network
from glassnet.readings.explain import Explanation

MOST_CELLS = 144  # of a board that is written in numbers
MOST_TILES = 64
TILE = 48  # rows and columns of a tile: of larger maps, every second number or fewer
MOST_MATTERED = 10


@dataclass(frozen=True, eq=False)
class Looked:
    """A network at one picture.

    Attributes:
        picture: its numbers (rows, columns, channels).
        values: those of each layer.
        explained: gives the explanation of all numbers; it is made once, when it is first asked for.
        hidden: whether what follows from it is to be guessed; found: the names of what was.
    """

    network: Network
    maps: FeatureMaps
    picture: Array
    values: list[Array]
    explained: Callable[[], NetworkExplanation]
    hidden: bool = False
    found: frozenset[str] = frozenset()

    @property
    def explanation(self) -> NetworkExplanation:
        """Of all its numbers."""
        return self.explained()

    # ── maps ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def of(self, layer: int) -> Array:
        """The numbers of a layer, or of the picture."""
        return self.picture if layer == INPUT else self.values[layer]

    def name(self, place: Pick) -> str:
        """What the number of a place is called."""
        if place.layer == INPUT:
            at = np.ravel_multi_index((place.row, place.column, place.channel), self.picture.shape)
            return str(input_names(self.network).ravel()[at])
        return self.maps.layers[place.layer].name((place.row, place.column, place.channel))

    def cell(self, place: Pick) -> Cell:
        """One number."""
        values, name = self.of(place.layer), self.name(place)
        value = values[place.row, place.column, place.channel]
        if self.is_hidden(place.layer, name):
            return Cell(name, "?", "", 0)
        largest = float(np.abs(values).max(initial=0.0)) or 1.0
        return cell(name, value, largest)

    def is_hidden(self, layer: int, name: str) -> bool:
        """Whether a number is to be guessed."""
        return self.hidden and layer != INPUT and name not in self.found

    def board(self, layer: int, channel: int) -> Board:
        """One channel, large."""
        values = self.of(layer)
        rows, columns, channels = values.shape
        title = "Picture" if layer == INPUT else self._title(layer)
        title += f", channel {channel + 1}" if channels > 1 else ""
        few = rows * columns <= MOST_CELLS
        places = [Pick(layer, i, j, channel) for i in range(rows) for j in range(columns)] if few else []
        data = "" if few or self.hidden else _painted(values, channel)
        return Board(layer, channel, channels, title, rows, columns, tuple(map(self.cell, places)), data)

    def _title(self, layer: int) -> str:
        """What a board is called: of one's own kernel, in words."""
        return {"c": "Feature map c", "p": "Pooled p"}.get(self.maps.layers[layer].title, self.maps.layers[layer].title)

    def tiles(self, layer: int) -> Iterator[Tile]:
        """All channels of a layer, small."""
        values = self.values[layer]
        step = -(-max(values.shape[:2]) // TILE)
        small = values[::step, ::step] * (not self.hidden)
        for channel in range(min(values.shape[2], MOST_TILES)):
            yield Tile(channel, small.shape[0], small.shape[1], _painted(small, channel))

    def layers(self) -> Iterator[LayerShown]:
        """All layers of maps, in a few words."""
        for layer in self.maps.layers:
            made = self.network.layers.get(layer.title)
            yield LayerShown(layer.title, "" if made is None else describe_layer(made), *layer.shape)

    # ── one number ──────────────────────────────────────────────────────────────────────────────────────────────────

    def largest(self) -> Pick:
        """The place of the largest number of the first layer."""
        row, column, channel = np.unravel_index(self.values[0].argmax(), self.values[0].shape)
        return Pick(0, int(row), int(column), int(channel))

    def has(self, place: Pick) -> bool:
        """Whether there is such a place."""
        known = 0 <= place.layer < len(self.maps.layers)
        at = place.row, place.column, place.channel
        return known and all(0 <= i < n for i, n in zip(at, self.maps.layers[place.layer].shape, strict=True))

    def layer(self, place: Pick) -> MapLayer:
        """The layer of a place."""
        require(self.has(place), "there is no number at that place")
        return self.maps.layers[place.layer]

    def fields(self, place: Pick) -> Iterator[Field]:
        """From what it is computed, in the picture and all layers before."""
        for layer, used in self.maps.fields(place.layer, (place.row, place.column, place.channel)).items():
            cells: Array = np.any(used, axis=2)
            if cells.any():
                (row, last), (column, end) = (_ends(np.any(cells, axis=axis)) for axis in (1, 0))
                few = np.flatnonzero(cells) if cells.size <= MOST_CELLS else ()
                yield Field(layer, row, column, last - row + 1, end - column + 1, tuple(map(int, few)))

    def sum_of(self, place: Pick) -> Explanation:
        """What it is before the activation."""
        return self.explanation[self.layer(place).sum_name((place.row, place.column, place.channel))]

    def terms(self, place: Pick) -> list[tuple[int, Term]]:
        """The products of its window, each after the channel that it comes from, and the bias; or what it pools."""
        explained = self.sum_of(place).whole
        found = [*explained.contributions]
        largest = max((abs(value) for _, _, value in found), default=0.0) or 1.0
        result = []
        for names, text, value in found:
            index = next((split(name)[1] for name in names if ".weights[" in name), ())
            row, column, channel = ((0,) * 4 + tuple(index))[-4:-1]
            if len(index) in (3, 4):
                result.append((channel, Term(names[0], text, row, column, round(value / largest, 3))))
            elif len(names) == 1 and ".biases[" in names[0]:
                result.append((-1, Term(names[0], text, 0, 0, round(value / largest, 3))))
        return result or [(0, term) for term in self._pooled(place, explained)]

    def weights(self, place: Pick, channel: int) -> Weights | None:
        """The kernel of a place's channel, in one channel of what it sees; None where none slides."""
        title = self.layer(place).title
        if not isinstance(self.network.layers.get(title), (Conv1D, Conv2D)):
            return None
        array = self.network.parameters[f"{title}.weights"][..., channel, place.channel]
        rows: dict[int, list[Editable]] = {}
        for at, value in np.ndenumerate(array):
            name = with_place(f"{title}.weights", (*at, channel, place.channel))
            rows.setdefault(at[0] if len(at) > 1 else 0, []).append(editable(name, value))
        biases = self.network.parameters.get(f"{title}.biases")
        bias = None if biases is None else editable(f"{title}.biases[{place.channel}]", biases[place.channel])
        return Weights(tuple(map(tuple, rows.values())), bias)

    def _pooled(self, place: Pick, explained: Explanation) -> Iterator[Term]:
        """The numbers of the layer before that it is computed from, where they are few."""
        before = self.maps.fields(place.layer, (place.row, place.column, place.channel))
        layer, used = list(before.items())[-1]
        places = [Pick(layer, *map(int, at)) for at in np.argwhere(used)] if used.sum() <= MOST_CELLS else []
        for one in places:
            cell, first = self.cell(one), places[0]
            at = one.row - first.row, one.column - first.column
            yield Term(cell.name, cell.text, *at, cell.share, cell.name == explained.winner)


def mattered(terms: list[tuple[int, Term]]) -> tuple[Term, ...]:
    """The largest terms."""
    return tuple(sorted((term for _, term in terms), key=lambda term: -abs(term.share))[:MOST_MATTERED])


def _painted(values: Array, channel: int) -> str:
    """A channel as colours, in the scale of all."""
    largest = float(np.abs(values).max(initial=0.0)) or 1.0
    return painted(np.append(values[..., channel], largest))


def _ends(used: Array) -> tuple[int, int]:
    """The first and the last place that is used."""
    places = np.flatnonzero(used)
    return int(places[0]), int(places[-1])
