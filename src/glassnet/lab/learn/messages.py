"""The messages of the page *Learn*."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.lab.shown import Editable, Picture, Shown, ShownLine


@dataclass(frozen=True)
class Open:
    """Show the state of an address: ``example=2-4-3-1&optimizer=adam&steps=3&at=5``; "" is the first example."""

    fragment: str = ""


@dataclass(frozen=True)
class Choose:
    """Another ``loss`` or ``optimizer``, by its name; how many ``samples``; or the number of the ``sample`` drawn."""

    what: str
    name: str


@dataclass(frozen=True)
class Edit:
    """Give an input, a target, a weight, a bias, ε, the learning rate or another setting of the optimiser a value."""

    name: str
    text: str


@dataclass(frozen=True)
class Go:
    """Go to a sub-step of this step; 0 is before the first."""

    at: int


@dataclass(frozen=True)
class Steps:
    """Finish this step, and take as many whole ones as make so many."""

    count: int


@dataclass(frozen=True)
class Select:
    """Select a number, whose gradient is followed and checked."""

    name: str


@dataclass(frozen=True)
class Neuron:
    """A neuron: the name that its circle has, of its value after the activation, and how it is read out."""

    name: str
    value: str
    label: str


@dataclass(frozen=True)
class SubStep:
    """A sub-step: the part of the step that it belongs to, and the layer; "" where it is of all."""

    part: str
    layer: str


@dataclass(frozen=True)
class Row:
    """A weight or bias in the table of the update; what is not computed yet is None."""

    old: Editable
    gradient: Shown | None
    step: Shown | None
    new: Shown | None


@dataclass(frozen=True)
class Route:
    """A way from the loss to the selected number, by the places of the neurons on it."""

    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class View:
    """All that the page shows. Its ``fragment`` opens the same again.

    Attributes:
        settings: those of the optimiser besides its learning rate.
        samples, counts, drawn, sample: how many a step takes, and may take; which one is drawn, and its numbers.
        missing: which networks are not among the examples, and why, in words.
    """

    fragment: str
    example: str
    examples: tuple[str, ...]
    loss: str
    losses: tuple[str, ...]
    optimizer: str
    optimizers: tuple[str, ...]
    rate: Editable
    settings: tuple[Editable, ...]
    samples: int
    counts: tuple[int, ...]
    drawn: int
    sample: tuple[Editable, ...]
    picture: Picture
    neurons: tuple[Neuron, ...]
    edges: tuple[str, ...]
    routes: tuple[Route, ...]
    sub_steps: tuple[SubStep, ...]
    at: int
    can_go_back: bool
    title: str
    lines: tuple[ShownLine, ...]
    loss_now: Shown | None
    curve: tuple[float, ...]
    steps: int
    said: str
    missing: str
    diverged: str
    rows: tuple[Row, ...]
    selected: str
    selectable: tuple[str, ...]
    paths: tuple[ShownLine, ...]
    no_paths: str
    epsilon: Editable
    nudge: tuple[Shown, ...]
    nudge_lines: tuple[ShownLine, ...]
