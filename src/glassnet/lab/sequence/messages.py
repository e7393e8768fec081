"""The messages of the page *Sequence*."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from glassnet.lab.shown import Cell, Editable, Shown


@dataclass(frozen=True)
class Open:
    """Show what an address's fragment says; "" is the first example."""

    fragment: str = ""


@dataclass(frozen=True)
class Choose:
    """Look into the example, or the network, of that name."""

    model: str


@dataclass(frozen=True)
class Take:
    """Begin with the input of that name."""

    input: str


@dataclass(frozen=True)
class Resize:
    """So many steps, where the network takes any number."""

    steps: int


@dataclass(frozen=True)
class Edit:
    """Another number, as it was typed: of an input, or of a weight where there are few."""

    name: str
    text: str


@dataclass(frozen=True)
class Pick:
    """One number: of which layer, which of its parts ("" for the first) and which head of attention, and where.

    All is counted from 0. ``row`` is the unit and ``column`` the step; of what each head of attention has, ``row`` is
    the step that looks. With a ``row`` of -1 it is the step that was chosen before.
    """

    layer: int
    part: str
    head: int
    row: int
    column: int


@dataclass(frozen=True)
class Write:
    """The text that a language model reads, as it was typed."""

    text: str


@dataclass(frozen=True)
class Next:
    """Let the network write so many tokens more."""

    count: int


@dataclass(frozen=True)
class Tune:
    """How the next token is drawn; ``top_k`` is 0 for all, ``top_p`` "1"."""

    temperature: str
    top_k: int
    top_p: str
    seed: int


@dataclass(frozen=True)
class Hide:
    """Hide all numbers that follow from the input, to be guessed; or show them."""

    is_hidden: bool


@dataclass(frozen=True)
class Seek:
    """The weights after so many epochs of training."""

    epoch: int


@dataclass(frozen=True)
class Board:
    """Numbers in rows and columns: as colours, and where there are few as cells.

    Attributes:
        rows, columns: what they are called.
        cells: row by row; none where there are too many.
        data: the same as colours: shares of the largest, a byte each, in base 64.
        kind: units by steps; or the steps that look by those that they look at, or by the numbers of each.
    """

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
    data: str
    kind: Literal["units", "looks at", "numbers"] = "units"


@dataclass(frozen=True)
class LayerShown:
    """A layer along the sequence: its name, what it works out and how, and how many heads it has if it is attention."""

    title: str
    how: str
    keeps_state: bool
    parts: tuple[str, ...]
    heads: int


@dataclass(frozen=True)
class Training:
    """How far an example's training is: the epoch that is shown, that which is learnt to, and how good it is now."""

    epoch: int
    goal: int
    most: int
    is_running: bool
    said: str


@dataclass(frozen=True)
class Bar:
    """A number as a bar: whose it is, the number, and its share of the largest, from -1 to 1."""

    label: str
    number: Shown
    share: float


@dataclass(frozen=True)
class Candidate:
    """A next token: the probability by which it is drawn, and that as a share of the largest.

    With ``top_p``, ``together`` is what it and all more probable ones have; one that is left out has no probability.
    """

    label: str
    number: Shown | None
    share: float
    together: Shown | None


@dataclass(frozen=True)
class Text:
    """What a language model reads, and what it expects next.

    Attributes:
        text: all of it; ``prompt``, that which was typed.
        temperature, top_k, top_p, seed: how the next token is drawn.
        candidates: the most probable next tokens.
        tokens: how many tokens there are; ``kept``, how many of them are drawn from.
    """

    text: str
    prompt: str
    temperature: str
    top_k: int
    top_p: str
    seed: int
    candidates: tuple[Candidate, ...]
    tokens: int
    kept: int


@dataclass(frozen=True)
class View:
    """All that the page shows. Its ``fragment`` opens the same again.

    Attributes:
        models: the examples, then the networks of the lab that have a layer along a sequence.
        about: what the example is, in words; "" of a network.
        inputs: what one can begin with.
        entries: the numbers that are fed, features × steps.
        can_resize: whether the network takes any number of steps.
        weights: the parameters, where they are few.
        board: the chosen part of the chosen layer.
        text: of a language model, in place of entries.
        answers: the network's outputs, where they are few.
        said: the answer in words, "" where there are none for it.
        training: of an example that learns.
        pick: the chosen number.
        is_hidden: whether numbers are to be guessed.
    """

    fragment: str
    model: str
    models: tuple[str, ...]
    about: str
    input: str
    inputs: tuple[str, ...]
    entries: Board
    text: Text | None
    can_resize: bool
    weights: tuple[Editable, ...]
    layers: tuple[LayerShown, ...]
    board: Board
    answers: tuple[Shown, ...]
    said: str
    training: Training | None
    pick: Pick
    is_hidden: bool


@dataclass(frozen=True)
class Live:
    """The view, while an example learns."""

    view: View


@dataclass(frozen=True)
class Picked:
    """The number that was chosen, and what belongs to it.

    Attributes:
        value: it.
        title: where it stands, in words.
        parts: of a recurrent layer, all that it works out at this step for this unit; of attention, the scores.
        weights: of attention, the weights that its scores give.
        mixture: of attention, what the step gets.
        left: how much a little more of each input would change it, where inputs are few.
    """

    place: Pick
    value: Shown
    title: str
    is_hidden: bool
    parts: tuple[Bar, ...]
    weights: tuple[Bar, ...]
    mixture: tuple[Bar, ...]
    left: tuple[Bar, ...]
