"""The columns of a network's picture, the links between them, and all of it in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from glassnet.canvas.text import shortened, width
from glassnet.inspection.names import with_place
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.words import counted, joined, number

MOST_LABELLED = 8  # neurons of a layer up to which every number is written
MOST_SHOWN = 24  # neurons of a layer that are drawn, unless told otherwise
MOST_DRAWN = 1000
COMPACT_RADIUS = 25.0
BOX = (132.0, 64.0)  # the size of a box for numbers that are not in a row
NAME_ROOM = 46.0  # pixels for a name within a circle
PREFIXES = {"weight": "", "gradient": "∂loss/∂", "new weight": "new "}
CONCEALED = "?"


@dataclass(frozen=True)
class Look:
    """How much of a network its picture shows.

    Attributes:
        weights: whether each line is drawn, and written on, as its weight is; else all lines are alike.
        labels: whether neurons and edges have their names and numbers written on them.
        most: neurons of a layer that are drawn; of more, the first and last half of these.
        compact: whether circles and distances are small, for large letters on a small screen.
    """

    weights: bool = True
    labels: bool = True
    most: int = MOST_SHOWN
    compact: bool = False

    def __post_init__(self) -> None:
        require(2 <= self.most <= MOST_DRAWN, f"2 to {MOST_DRAWN:,} neurons of a layer can be drawn, not {self.most}")


EVERYTHING = Look()


@dataclass(frozen=True, eq=False)
class Numbers:
    """One number for each neuron, with its name: w1, relu(w1), δw1. Hidden ones are not drawn, but keep their room.

    Of those with ``concealed`` names, "?" is shown.
    """

    names: Sequence[str]
    values: Array
    are_hidden: bool = False
    concealed: Collection[str] = ()

    def is_concealed(self, i: int) -> bool:
        return bool(self.concealed) and self.names[i] in self.concealed

    def text(self, i: int) -> str:
        """The number in four digits."""
        return CONCEALED if self.is_concealed(i) else number(float(self.values[i]), 4)

    def written(self, i: int) -> str:
        """The number as a picture has it: relu(w1) = 0.71."""
        return f"{self.names[i]} = {self.text(i)}"


@dataclass(frozen=True, eq=False)
class Link:
    """Where a column's numbers come from.

    Attributes:
        source: the place of a column before, in the list of all columns.
        weights: of shape (inputs, units), or the loss's gradients for them; None where the numbers come as they are, or
            the weights are not shown.
        connected: of the same shape, False where there is no edge; None where all are there.
        noun: what the numbers on the edges are: "weight", "gradient" or, after a step, "new weight".
        name: of the parameter that the weights are, such as "w.weights"; "" where they are computed.
    """

    source: int
    weights: Array | None = None
    connected: Array | None = None
    noun: str = "weight"
    name: str = ""

    @property
    def has_edges(self) -> bool:
        """Whether lines lead from neuron to neuron."""
        return self.weights is not None or self.connected is not None

    def weight_of(self, i: int, j: int) -> str:
        """The name of the number on an edge, as explanations have it; "" for none."""
        return PREFIXES[self.noun] + with_place(self.name, (i, j)) if self.name else ""


@dataclass(frozen=True, eq=False)
class Column:
    """The neurons of a layer, one below the other; or a box, for numbers that are not in a row.

    Attributes:
        title, notes: the heading, such as "Hidden 1", and the lines below it, such as "4 neurons, relu".
        shape: the shape of one sample's numbers; (4,) is a column of neurons, (28, 28) a box.
        links: where the numbers come from.
        block: the name of what happens to the numbers on the way, such as "add"; "" for weights and an activation.
        names: the neurons' names, such as a1, a2; empty where they have none.
        outside: longer names, beside the neurons, such as the columns of a table.
        biases, bias_name: one for each neuron, or None; and the name of the parameter that they are.
        deltas: each neuron's δ, instead of its bias, of which it is the gradient.
        inside, below: the numbers in the circles and below them, or None: each neuron's sum and its value after the
            activation; or its δ.
        look: how much of it all is shown.
    """

    title: str
    notes: Sequence[str]
    shape: tuple[int, ...]
    links: Sequence[Link] = ()
    block: str = ""
    names: Sequence[str] = ()
    outside: Sequence[str] = ()
    biases: Array | None = None
    inside: Numbers | None = None
    below: Numbers | None = None
    bias_name: str = ""
    deltas: Numbers | None = None
    look: Look = EVERYTHING

    @property
    def is_compact(self) -> bool:
        return self.look.compact

    @property
    def values(self) -> Array | None:
        """What small circles are coloured by: the values after the activation, or the δs."""
        last = self.deltas or self.below or self.inside
        return None if last is None or last.are_hidden else last.values

    def last_name(self, i: int) -> str:
        """The name of the last number of a neuron: of its value after the activation, or of its sum."""
        last = self.below or self.inside
        return last.names[i] if last is not None else ""

    def number_of(self, i: int) -> str:
        """The name of the number in a neuron's circle; "" where none is known."""
        names = self.names if self.inside is None or self.inside.are_hidden else self.inside.names
        return names[i] if i < len(names) else ""

    def bias_of(self, i: int) -> str:
        """The name of a neuron's bias, as explanations have it; "" where it is computed."""
        return with_place(self.bias_name, (i,)) if self.bias_name else ""

    @property
    def is_box(self) -> bool:
        return len(self.shape) != 1

    @property
    def size(self) -> int:
        return 1 if self.is_box else self.shape[0]

    @property
    def is_labelled(self) -> bool:
        """Whether its neurons are large enough to write in."""
        return self.look.labels and not self.is_box and self.size <= MOST_LABELLED

    @property
    def is_elided(self) -> bool:
        return self.size > self.look.most

    @property
    def first(self) -> int:
        """How many neurons are drawn before those that are left out."""
        return (self.look.most + 1) // 2

    @property
    def shown(self) -> list[int]:
        """The neurons that are drawn."""
        if not self.is_elided:
            return list(range(self.size))
        return [*range(self.first), *range(self.size - self.look.most + self.first, self.size)]

    # ── sizes in pixels ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def radius(self) -> float:
        return (COMPACT_RADIUS if self.is_compact else 30.0) if self.is_labelled else 9.0

    @property
    def pitch(self) -> float:
        """From one neuron's middle to the next."""
        between = 3.0 if self.is_compact else 20.0
        small = 20.0 if self.is_compact else 25.0
        return 2 * self.radius + between + self.under if self.is_labelled else small

    @property
    def skip(self) -> float:
        """The room for neurons that are not drawn."""
        return 2 * self.pitch

    @property
    def under(self) -> float:
        """The room for what is written below a neuron."""
        return self.line_height * len(self.lines(0)) if self.is_labelled else 0.0

    @property
    def line_height(self) -> float:
        """From one line below a neuron to the next."""
        return 15.0 if self.is_compact else 18.0

    def lines(self, i: int) -> list[str]:
        """What is written below a neuron: its value after the activation, its bias or its δ."""
        if not self.look.labels:
            return []
        lines = [] if self.below is None else [self.below.written(i)]
        if self.deltas is not None:
            written = f"δ = {self.deltas.text(i)}" if self.is_compact else self.deltas.written(i)
            return [*lines, written]
        return lines if self.biases is None else [*lines, f"bias {number(float(self.biases[i]))}"]

    @property
    def height(self) -> float:
        """From the top of the first neuron to the bottom of the last."""
        rows = (len(self.shown) - 1) * self.pitch + 2 * self.radius + (self.skip if self.is_elided else 0.0)
        return BOX[1] if self.is_box else rows

    @property
    def half_width(self) -> float:
        return BOX[0] / 2 if self.is_box else self.radius

    @property
    def widest(self) -> float:
        """Half of the width of its neurons and of what is written below them."""
        lines = [line for i in self.shown for line in self.lines(i)] if self.is_labelled else []
        return max(self.half_width, *(width(line, 12) / 2 for line in (*lines, "")))

    @property
    def heading_width(self) -> float:
        return max(width(self.title, 13, bold=True), *(width(note, 12) for note in (*self.notes, "")))

    @property
    def outside_width(self) -> float:
        return max((width(self.beside(i), 12) for i in self.shown), default=0.0) + 12 if self.outside else 0.0

    def beside(self, i: int) -> str:
        """The longer name beside a neuron, with its number where the circle is too small for it."""
        last = self.below or self.inside
        if self.is_labelled or last is None:
            return shortened(self.outside[i], 12, 150)
        return f"{shortened(last.names[i], 12, 150)} = {last.text(i)}"


# ── in words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def summary(columns: Sequence[Column]) -> str:
    """All that the picture shows, in sentences."""
    return " ".join(_spoken(columns, column) for column in columns)


def _spoken(columns: Sequence[Column], column: Column) -> str:
    words = [f"{column.title}: {', '.join(column.notes)}"]
    if column.is_box:
        words.append(f"{' × '.join(map(str, column.shape))} numbers")
    if column.block:
        words.append(f"{column.block} of " + joined(columns[link.source].title for link in column.links))
    if column.is_labelled:
        words += [_spoken_neuron(columns, column, j) for j in range(column.size)]
    else:
        words += [_spoken_weights(link) for link in column.links if link.weights is not None]
    return "; ".join(word for word in words if word) + "."


def _spoken_neuron(columns: Sequence[Column], column: Column, j: int) -> str:
    words = []
    for link in column.links:
        source = columns[link.source]
        if link.weights is not None and source.is_labelled:
            rows = [i for i in range(source.size) if link.connected is None or link.connected[i, j]]
            words += [f"{link.noun} {number(float(link.weights[i, j]))} from {_name(source, i)}" for i in rows]
    if column.deltas is not None:
        words.append(column.deltas.written(j))
    elif column.biases is not None:
        words.append(f"bias {number(float(column.biases[j]))}")
    if column.inside is not None and not column.inside.are_hidden:
        is_its_own = column.inside.names[j] == _name(column, j)
        words.append(f"{'value' if is_its_own else column.inside.names[j]} {column.inside.text(j)}")
    if column.below is not None and not column.below.are_hidden:
        words.append(column.below.written(j))
    return f"{_name(column, j)} has {', '.join(words)}" if words else ""


def _name(column: Column, i: int) -> str:
    return column.names[i] if column.names else f"number {i + 1}"


def _spoken_weights(link: Link) -> str:
    weights = np.asarray(link.weights)
    return f"{counted(weights.size, link.noun)} from {number(float(weights.min()))} to {number(float(weights.max()))}"
