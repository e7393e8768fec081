"""The messages of the page *Playground*."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from glassnet.lab.shown import Shown


@dataclass(frozen=True)
class Open:
    """Show the state of an address's fragment; "" is the first one."""

    fragment: str = ""


@dataclass(frozen=True)
class Set:
    """Another value for a setting; one of the samples or of the network begins anew at step 0."""

    name: Literal[
        "data", "count", "noise", "share", "features", "layers", "activation", "batch", "seed", "data_seed",
        "optimizer", "rate", "l1", "l2", "dropout", "stop", "stop_at",
    ]  # fmt: skip
    text: str


@dataclass(frozen=True)
class Train:
    """Train until told to pause, so many steps a second at most; 0 is as fast as it goes."""

    speed: float = 0.0


@dataclass(frozen=True)
class Step:
    """Train for one batch, or up to the end of this epoch."""

    unit: Literal["batch", "epoch"]


@dataclass(frozen=True)
class Seek:
    """Be at a step that has been made."""

    step: int


@dataclass(frozen=True)
class Race:
    """Train the same network with another optimiser beside this one."""

    optimizer: str
    rate: str


@dataclass(frozen=True)
class Add:
    """One point more, of that class's number or value; the points become one's own."""

    x: float
    y: float
    target: float


@dataclass(frozen=True)
class Type:
    """The same with typed numbers."""

    x: str
    y: str
    target: str


@dataclass(frozen=True)
class Delete:
    """One point less, by its number from 1 on."""

    point: int


@dataclass(frozen=True)
class Own:
    """A table of one's own as text, or as payload. Its target is the last column unless named."""

    text: str = ""
    target: str = ""


@dataclass(frozen=True)
class Look:
    """Look closer at the neuron of that name, at the point with these coordinates."""

    neuron: str
    x: str
    y: str


@dataclass(frozen=True)
class Choice:
    """Something to choose: its name in addresses, and what its button says."""

    name: str
    title: str


@dataclass(frozen=True)
class Settings:
    """All settings as texts."""

    data: str
    count: str
    noise: str
    share: str
    features: tuple[str, ...]
    layers: tuple[int, ...]
    activation: str
    batch: str
    seed: str
    data_seed: str
    optimizer: str
    rate: str
    l1: str
    l2: str
    dropout: str
    stop: str
    stop_at: str


@dataclass(frozen=True)
class Dots:
    """The samples, in the same order: places, targets, and whether they are held out for testing."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    target: tuple[float, ...]
    test: tuple[bool, ...]


@dataclass(frozen=True)
class LayerShown:
    """A layer: its name, and the names of its neurons' values."""

    title: str
    neurons: tuple[str, ...]


@dataclass(frozen=True)
class Weighed:
    """A weight of a neuron, and what it weighs."""

    source: str
    weight: Shown


@dataclass(frozen=True)
class Closer:
    """A neuron: its weights and bias, and its sum and value at the chosen point; the values of all neurons there."""

    neuron: str
    x: str
    y: str
    weights: tuple[Weighed, ...]
    bias: Shown
    sum: Shown
    value: Shown
    values: tuple[str, ...]


@dataclass(frozen=True)
class Live:
    """What changes while the network learns.

    Attributes:
        step, last: the step that is shown, and the last that was made.
        position: the step in epochs and batches, in words.
        running: whether it is being trained.
        said: why it has stopped, or what went wrong; else "".
        diverged: whether something went wrong.
        losses: the loss with its penalty apart, and how good the answers are.
        biases: of the output neurons.
        confusion: a row for each true class; of the test samples, if there are any.
        cost: of the steps so far.
    """

    step: int
    last: int
    position: str
    running: bool
    said: str
    diverged: bool
    losses: tuple[Shown, ...]
    biases: tuple[Shown, ...]
    confusion: tuple[tuple[Shown, ...], ...]
    cost: tuple[Shown, ...]
    closer: Closer


@dataclass(frozen=True)
class Curve:
    """What was measured after some steps, each of which has been made."""

    name: str
    steps: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Curves:
    """The losses so far, and the largest of them."""

    curves: tuple[Curve, ...]
    highest: float


@dataclass(frozen=True)
class Example:
    """An address to break something with, and what to watch for."""

    title: str
    fragment: str
    watch: str


@dataclass(frozen=True)
class View:
    """All that the page shows. Its ``fragment`` opens the same again.

    Attributes:
        classes: their names; none where the targets are values.
        rival: what trains beside it, in words; "" for nothing.
        broken: the title of the example of the gallery that it began as; "" for none.
    """

    fragment: str
    settings: Settings
    sets: tuple[Choice, ...]
    features: tuple[str, ...]
    activations: tuple[str, ...]
    optimizers: tuple[str, ...]
    rules: tuple[str, ...]
    layers: tuple[LayerShown, ...]
    classes: tuple[str, ...]
    dots: Dots
    x: tuple[float, float]
    y: tuple[float, float]
    tested: bool
    rival: str
    gallery: tuple[Example, ...]
    broken: str
    live: Live
    curves: Curves


@dataclass(frozen=True)
class Sheet:
    """Answers at places all over the plane, of a step: columns by x, a row for each y; for classes that are more than
    two, their names instead of numbers.
    """

    step: int
    x: tuple[str, ...]
    y: tuple[str, ...]
    numbers: tuple[tuple[Shown, ...], ...]
    names: tuple[tuple[str, ...], ...]
