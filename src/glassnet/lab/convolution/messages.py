"""The messages of the page *Convolution*."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from glassnet.lab.shown import Cell, Editable, Shown


@dataclass(frozen=True)
class Open:
    """Show what an address's fragment says; "" is the first picture and kernel."""

    fragment: str = ""


@dataclass(frozen=True)
class Choose:
    """Look into that network; "" is one's own kernel."""

    model: str


@dataclass(frozen=True)
class Take:
    """Begin with the picture of that name."""

    picture: str


@dataclass(frozen=True)
class Paint:
    """Draw over these cells of the picture, counted row by row, all that the pen has touched since it was put down."""

    cells: tuple[int, ...]
    tool: Literal["pen", "eraser"]


@dataclass(frozen=True)
class Turn:
    """Show that channel of the picture, from 0."""

    channel: int


@dataclass(frozen=True)
class Edit:
    """Another number, as it was typed: a cell of the picture, a weight of the kernel, its bias."""

    name: str
    text: str


@dataclass(frozen=True)
class Preset:
    """Take the kernel of that name."""

    kernel: str


@dataclass(frozen=True)
class Set:
    """How the kernel slides, and what follows it."""

    size: int
    stride: int
    padding: Literal["valid", "same"]
    dilation: int
    activation: str
    pooling: Literal["none", "max", "average"]


@dataclass(frozen=True)
class Pick:
    """One number: of which layer, and where, all counted from 0; layer -1 is the picture."""

    layer: int
    row: int
    column: int
    channel: int


@dataclass(frozen=True)
class Look:
    """What the chosen number is made of: the window in which channel of what it sees, from 0; -1 for the strongest."""

    channel: int = -1


@dataclass(frozen=True)
class Hide:
    """Hide all numbers that follow from the picture, to be guessed; or show them."""

    is_hidden: bool


@dataclass(frozen=True)
class Board:
    """One channel of the picture or of a layer, as numbers where there are few, and as colours.

    Attributes:
        layer: from 0; -1 is the picture.
        channels: how many the picture, or the layer, has.
        title: what it is, in words.
        cells: row by row; none where there are too many.
        data: shares of the largest, a byte each, in base 64.
    """

    layer: int
    channel: int
    channels: int
    title: str
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    data: str


@dataclass(frozen=True)
class LayerShown:
    """A layer of maps: its name, what it does, and the sizes of its maps."""

    title: str
    what: str
    rows: int
    columns: int
    channels: int


@dataclass(frozen=True)
class Tile:
    """A channel of the layer that is looked into, small: its number, from 0, and its colours."""

    channel: int
    rows: int
    columns: int
    data: str


@dataclass(frozen=True)
class Field:
    """The part of a board from which the chosen number is computed: the box around it, and its cells, row by row."""

    layer: int
    row: int
    column: int
    rows: int
    columns: int
    cells: tuple[int, ...]


@dataclass(frozen=True)
class Term:
    """A term of the chosen number: as written, the number that it comes from, where in the window, its share of the
    largest; whether it is the largest number, which a pool takes.
    """

    name: str
    text: str
    row: int
    column: int
    share: float
    wins: bool = False


@dataclass(frozen=True)
class Weights:
    """The kernel of a channel, in one channel of what it sees: its rows, and the bias where there is one."""

    rows: tuple[tuple[Editable, ...], ...]
    bias: Editable | None


@dataclass(frozen=True)
class Picked:
    """The number that was chosen, and what it is made of.

    Attributes:
        value, sum: it, and its sum before the activation; the same where there is none.
        sees: how much of the picture it is computed from, in words.
        rows, columns: of the window.
        terms: of the window in one channel of what it sees.
        bias: the term of the bias, "" for none.
        weights: of a network, the kernel that was slid there; None for a layer that has none.
        seen_channel, seen_channels: which channel, and how many there are.
        mattered: the largest terms of all.
    """

    place: Pick
    value: Shown
    sum: Shown
    is_hidden: bool
    sees: str
    fields: tuple[Field, ...]
    rows: int
    columns: int
    terms: tuple[Term, ...]
    bias: str
    weights: Weights | None
    seen_channel: int
    seen_channels: int
    mattered: tuple[Term, ...]


@dataclass(frozen=True)
class Bench:
    """One's own kernel: its rows, its bias, and how it slides."""

    kernel: tuple[tuple[Editable, ...], ...]
    bias: Editable
    preset: str
    setting: Set


@dataclass(frozen=True)
class Answer:
    """An output: the class that it is the probability of, else its name; and the number."""

    label: str
    number: Shown


@dataclass(frozen=True)
class View:
    """All that the page shows. Its ``fragment`` opens the same again.

    Attributes:
        models: networks of the lab that can be looked into.
        boards: the channels that are shown large; the picture's first.
        tiles: all channels of the layer that is looked into, of a network.
        answers: the network's outputs, where they are few.
        bench: one's own kernel; None for a network.
        pick: the place of the chosen number.
        is_hidden: whether numbers are to be guessed.
    """

    fragment: str
    model: str
    models: tuple[str, ...]
    picture: str
    pictures: tuple[str, ...]
    boards: tuple[Board, ...]
    layers: tuple[LayerShown, ...]
    tiles: tuple[Tile, ...]
    answers: tuple[Answer, ...]
    bench: Bench | None
    presets: tuple[str, ...]
    activations: tuple[str, ...]
    pick: Pick
    is_hidden: bool
