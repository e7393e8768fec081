"""What the page *Sequence* shows of a network at one input: its parts as boards, and what belongs to one number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from glassnet.inspection.explanations import NetworkExplanation
from glassnet.inspection.neurons import input_names
from glassnet.inspection.sequences import Part, Place, SequenceLayer, Sequences
from glassnet.ir.types import Array
from glassnet.lab.digits.pad import painted
from glassnet.lab.sequence.messages import Bar, Board, LayerShown, Pick, Picked
from glassnet.lab.sequence.writing import Reading
from glassnet.lab.shown import Cell, Shown, cell, shown
from glassnet.network import Network

MOST_ROWS, MOST_COLUMNS = 16, 32  # of a board that is written in numbers
MOST_LEFT = 32  # inputs of which is told what is left of them
DIGITS = 3
IN_ORDER = ("update gate", "reset gate", "forget gate", "input gate", "candidate", "cell", "output gate", "output",
            "state")  # fmt: skip
"""What a recurrent layer works out at a step, one after the other."""


@dataclass(frozen=True, eq=False)
class Looked:
    """A network at one input.

    Attributes:
        x: the input, of the network's shape.
        steps: what each step of the input is called; what follows after these is padding.
        values: those of each part of each layer.
        explained: gives the explanation of all numbers; it is made once, when it is first asked for.
        reading: the text that it is, of a language model.
        hidden: whether what follows from the input is to be guessed; found: the names of what was.
    """

    network: Network
    sequences: Sequences
    x: Array
    steps: tuple[str, ...]
    values: list[dict[str, Array]]
    explained: Callable[[], NetworkExplanation]
    reading: Reading | None = None
    hidden: bool = False
    found: frozenset[str] = frozenset()

    # ── places ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def layer(self, pick: Pick) -> SequenceLayer:
        """The layer of a place."""
        return self.sequences.layers[pick.layer]

    def first(self, layer: int | None = None) -> Pick:
        """The place that is chosen before one is: the last step of a layer's first part.

        Of no layer, it is one of the first in which steps meet.
        """
        if layer is None:
            layer = next(i for i, one in enumerate(self.sequences.layers) if one.kind != "step")
        return self.at_last(Pick(layer, next(iter(self.sequences.layers[layer].parts)), 0, 0, 0))

    def has(self, pick: Pick) -> bool:
        """Whether there is such a number."""
        if not self.has_part(pick):
            return False
        shape = self._part(pick).shape
        return all(0 <= i < n for i, n in zip(self.place(pick), shape, strict=True)) and bool(self.name(pick))

    def has_part(self, pick: Pick) -> bool:
        """Whether there is such a layer with such a part."""
        return 0 <= pick.layer < len(self.sequences.layers) and pick.part in self.layer(pick).parts

    def at_last(self, pick: Pick) -> Pick:
        """The same part, and its head or unit, at the last step."""
        last = [len(self._labels(size)) - 1 for size in self._part(pick).shape[-2:]]
        if self._part(pick).is_by_head:
            return replace(pick, row=last[0], column=last[1])
        return replace(pick, column=last[0])

    def near(self, pick: Pick, before: Pick) -> Pick:
        """In another part, where no row is said: the step that was chosen before, and as near to it as there is."""
        if not self.has_part(pick) or pick.row >= 0:
            return pick
        part = self._part(pick)
        was_by_head = self._part(before).is_by_head
        step, other = (before.row, before.column) if was_by_head else (before.column, before.row)
        if part.is_by_head:
            heads, steps, numbers = part.shape
            head, row = min(before.head, heads - 1), min(step, steps - 1)
            return replace(pick, head=head, row=row, column=min(other if was_by_head else step, numbers - 1))
        steps, units = part.shape
        row = 0 if was_by_head else min(other, units - 1)
        return replace(pick, head=before.head, row=row, column=min(step, steps - 1))

    def _part(self, pick: Pick) -> Part:
        return self.layer(pick).parts[pick.part]

    def place(self, pick: Pick) -> Place:
        """Where a number is in its part."""
        return (pick.head, pick.row, pick.column) if self._part(pick).is_by_head else (pick.column, pick.row)

    def name(self, pick: Pick) -> str:
        """What a number is called; "" where there is none."""
        return self._part(pick).of(self.place(pick))

    def value(self, pick: Pick) -> float:
        """A number."""
        return float(self.values[pick.layer][pick.part][self.place(pick)])

    def is_hidden(self, name: str) -> bool:
        """Whether a computed number is to be guessed."""
        return self.hidden and name not in self.found

    # ── boards ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def entries(self) -> Board:
        """The input: its features by steps; of text, nothing: the text itself is shown."""
        if self.reading is not None:
            return Board("Input", (), self.steps, (), "")
        table = self.x.reshape(len(self.x), -1).T
        names = input_names(self.network).reshape(len(self.x), -1).T
        rows = ("input",) if len(table) == 1 else tuple(f"input {i + 1}" for i in range(len(table)))
        cells = (_cell(str(name), value, table) for name, value in zip(names.flat, table.flat, strict=True))
        return _board("Input", rows, self.steps, cells, table)

    def board(self, pick: Pick) -> Board:
        """The part that is chosen: units by steps; of a head, the steps that look by those that are looked at."""
        values = self.values[pick.layer][pick.part]
        if self._part(pick).is_by_head:
            return self._attention_board(pick, values[pick.head])
        rows = self._units(pick)
        columns = self._labels(len(values))
        picks = (replace(pick, row=i, column=j) for i, j in np.ndindex(len(rows), len(columns)))
        seen = values[: len(columns)].T * (self._part(pick).is_given or not self.hidden)
        return _board(pick.part, rows, columns, map(self.cell, picks), seen)

    def _units(self, pick: Pick) -> tuple[str, ...]:
        """What the rows of a part are called: of the last layer of a language model, the tokens."""
        units = self._part(pick).shape[1]
        if units == 1 and self.layer(pick).kind == "step":
            return (pick.part,)
        if self.reading is not None and pick.layer == len(self.sequences.layers) - 1:
            return tuple(map(self.reading.label, range(units)))
        return tuple(f"unit {i + 1}" for i in range(units))

    def _attention_board(self, pick: Pick, values: Array) -> Board:
        rows = self._labels(values.shape[0])
        is_between = pick.part in ("weight", "score")
        columns = self._labels(values.shape[1]) if is_between else tuple(str(i + 1) for i in range(values.shape[1]))
        places = product(range(len(rows)), range(len(columns)))
        seen = values[: len(rows), : len(columns)] * (not self.hidden)
        cells = (self.cell(replace(pick, row=i, column=j)) for i, j in places)
        return replace(_board(pick.part, rows, columns, cells, seen), kind="looks at" if is_between else "numbers")

    def _labels(self, steps: int) -> tuple[str, ...]:
        """What the steps of a layer are called: as those of the input that count, if there are as many."""
        return self.steps if steps == len(self.x) else tuple(str(i + 1) for i in range(steps))

    def cell(self, pick: Pick) -> Cell:
        """One number of a part."""
        name = self.name(pick)
        if self.is_hidden(name) and not self._part(pick).is_given:
            return Cell(name, "?", "", 0)
        return _cell(name, self.value(pick), self.values[pick.layer][pick.part])

    def layers(self) -> Iterator[LayerShown]:
        """All layers along the sequence."""
        for layer in self.sequences.layers:
            heads = next(iter(layer.parts.values())).shape[0] if layer.kind == "attention" else 0
            yield LayerShown(layer.title, self._how(layer), layer.kind == "state", tuple(layer.parts), heads)

    def _how(self, layer: SequenceLayer) -> str:
        """How a layer makes what it gives, in words."""
        if layer.kind == "step":
            return about(self.network, layer.title)
        return _how_steps_meet(layer)

    def answers(self) -> list[Shown]:
        """The network's outputs; those of a sequence at its last step."""
        return [
            Shown(name, "?") if self.is_hidden(name) else shown(name, value)
            for name, value in zip(*self.last_answers(), strict=True)
        ]

    def last_answers(self) -> tuple[Array, Array]:
        """The names and values of the outputs; of a sequence of them, at the last step that counts."""
        names, values = self.sequences.answers(self.x)
        if names.ndim == 2:
            last = min(len(self.steps), len(names)) - 1
            names, values = names[last], values[last]
        return names.ravel(), values.ravel()

    # ── one number ──────────────────────────────────────────────────────────────────────────────────────────────────

    def picked(self, pick: Pick) -> Picked:
        """The chosen number, and what belongs to it."""
        name, is_by_head = self.name(pick), self._part(pick).is_by_head
        hidden = self.is_hidden(name) and not self._part(pick).is_given
        parts: Iterable[Bar] = () if hidden else self._scores(pick, "score") if is_by_head else self._gates(pick)
        return Picked(
            place=pick,
            value=Shown(name, "?") if hidden else shown(name, self.value(pick)),
            title=self._title(pick),
            is_hidden=hidden,
            parts=tuple(parts),
            weights=tuple(self._scores(pick, "weight")) if is_by_head and not hidden else (),
            mixture=tuple(self._mixture(pick)) if is_by_head and not hidden else (),
            left=() if hidden else tuple(self._left(pick)),
        )

    def _title(self, pick: Pick) -> str:
        board = self.board(pick)
        if self._part(pick).is_by_head:
            head = f", head {pick.head + 1}" if self.values[pick.layer][pick.part].shape[0] > 1 else ""
            return f"{self._word(board.rows, pick.row)} looks back{head}"
        step = self._word(board.columns, pick.column) if self.reading else f"step {pick.column + 1}"
        row = board.rows[pick.row]
        is_token = self.reading is not None and len(row) == 1
        return f"{step}, then ‘{row}’" if is_token else f"{step}, {row}"

    def _word(self, labels: tuple[str, ...], row: int) -> str:
        return f"step {labels[row]}" if labels[row] == str(row + 1) else f"‘{labels[row]}’"

    def _gates(self, pick: Pick) -> Iterator[Bar]:
        """All that a layer works out at one step for one unit."""
        layer, parts = self.layer(pick), self.layer(pick).parts
        if layer.kind != "state":
            flat = {name: part for name, part in parts.items() if not part.is_by_head}
            for name, part in sorted(flat.items(), key=lambda one: one[0] == "output"):
                yield self._bar(name, replace(pick, part=name, row=min(pick.row, part.shape[1] - 1)))
            return
        units = parts["output"].shape[1]
        for name in [name for name in IN_ORDER if name in parts and parts[name].shape[1] == units]:
            one = replace(pick, part=name, row=pick.row % units)
            before = pick.column + (1 if self.layer(pick).is_backwards else -1)
            if name == "cell" and 0 <= before < parts[name].shape[0]:
                yield self._bar("cell before", replace(one, column=before), largest=1.0)
            if self.name(one):
                yield self._bar(name, one, largest=1.0)

    def _scores(self, pick: Pick, part: str) -> Iterator[Bar]:
        """What one step makes of each that it looks at."""
        labels = self._labels(self.values[pick.layer][part].shape[2])
        for j, label in enumerate(labels):
            yield self._bar(label, replace(pick, part=part, column=j))

    def _mixture(self, pick: Pick) -> Iterator[Bar]:
        """What a step gets."""
        for j in range(self.values[pick.layer]["mixture"].shape[2]):
            yield self._bar(str(j + 1), replace(pick, part="mixture", column=j))

    def _bar(self, label: str, pick: Pick, largest: float | None = None) -> Bar:
        values = self.values[pick.layer][pick.part]
        row = values[pick.head, pick.row] if self._part(pick).is_by_head else values
        cell = _cell(self.name(pick), self.value(pick), row, largest)
        return Bar(label, Shown(cell.name, cell.text), max(-1.0, min(1.0, cell.share)))

    def _left(self, pick: Pick) -> Iterator[Bar]:
        """How much a little more of each input would change it."""
        if self.x.size > MOST_LEFT or not self.sequences.has_slopes or self._part(pick).is_given:
            return
        slopes = self.sequences.slope(pick.layer, pick.part, self.place(pick), self.x)
        for name, value in zip(input_names(self.network).ravel(), slopes.ravel(), strict=True):
            asked = f"∂{self.name(pick)}/∂{name}"
            yield Bar(str(name), shown(asked, value, DIGITS), _cell(asked, float(value), slopes).share)


def about(network: Network, title: str) -> str:
    """What a layer does, in the words of its class; "" between layers.

    >>> import glassnet as gn
    >>> about(gn.Network(2, gn.Dense(3)), "dense_1")
    'Every input connected to every unit: y = activation(x W + b).'
    """
    layer = next((network.layers[name] for name in (title, title.rpartition(".")[0]) if name in network.layers), None)
    return (type(layer).__doc__ or "").partition("\n")[0] if layer is not None else ""


def _how_steps_meet(layer: SequenceLayer) -> str:
    """How a layer makes what it gives, in words."""
    if layer.kind == "attention":
        return "score = query · key / √size; weight = softmax(score); mixture = weights · values"
    kept = "; at a step of padding the state stays" if "state" in layer.parts else ""
    if "cell" in layer.parts:
        how = "cell = forget gate · cell before + input gate · candidate; output = output gate · activation(cell)"
    elif "update gate" in layer.parts:
        how = "output = update gate · output before + (1 − update gate) · candidate"
    else:
        how = "output = activation(input · weights + output before · recurrent weights + bias)"
    return how + kept


def _cell(name: str, value: float, among: Array, largest: float | None = None) -> Cell:
    if not name:
        return Cell("", "", "", 0)
    largest = largest or float(np.nanmax(np.abs(among), initial=0.0)) or 1.0
    return cell(name, value, largest)


def _board(title: str, rows: tuple[str, ...], columns: tuple[str, ...], cells: Iterable[Cell], values: Array) -> Board:
    few = len(rows) <= MOST_ROWS and len(columns) <= MOST_COLUMNS
    largest = float(np.nanmax(np.abs(values), initial=0.0)) or 1.0
    data = painted(np.append(np.nan_to_num(values), largest))
    return Board(title, rows, columns, tuple(cells) if few else (), data)
