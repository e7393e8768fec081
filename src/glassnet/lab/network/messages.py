"""The messages of the page *Network*."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.lab.shown import Picture, Shown, ShownLine


@dataclass(frozen=True)
class Open:
    """Show the network of an address's fragment: ``example=1-3-3-1&x=0.3&w.weights[0,1]=0.5``; "" is the first."""

    fragment: str = ""


@dataclass(frozen=True)
class Edit:
    """Give an input, a weight, a bias or a target another value, as it was typed; a target may be empty."""

    name: str
    text: str


@dataclass(frozen=True)
class Resize:
    """Give a column another number of neurons; column 0 are the inputs."""

    column: int
    neurons: int


@dataclass(frozen=True)
class Activate:
    """Give a column another activation."""

    column: int
    activation: str


@dataclass(frozen=True)
class Add:
    """A new layer after a column."""

    column: int


@dataclass(frozen=True)
class Remove:
    """Take a column away."""

    column: int


@dataclass(frozen=True)
class Choose:
    """Compare the outputs with the target by another loss; "" is the one that belongs to the outputs."""

    loss: str


@dataclass(frozen=True)
class Hide:
    """Hide exactly these neurons' numbers."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Merge:
    """Draw the first so many layers multiplied into one; 0 or 1 draws the network as it is, -1 all in one."""

    layers: int = -1


@dataclass(frozen=True)
class Feed:
    """Write out the sums of these neurons."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Fed:
    """A line for each number."""

    lines: tuple[ShownLine, ...]


@dataclass(frozen=True)
class Term:
    """One term of a neuron's sum: the name of the number that it begins with, as it is written, its value, its size
    compared with the largest."""

    name: str
    text: str
    value: str
    share: float


@dataclass(frozen=True)
class Mattered:
    """The terms that matter most for a number, the largest first; none for a number that is no sum."""

    name: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Editable:
    """A number that can be typed: its name, its text, and what it is in words."""

    name: str
    text: str
    label: str


@dataclass(frozen=True)
class Neuron:
    """A neuron: the name of its sum, of its value after the activation, how it is read out ("w1, 0.71"), its column,
    and whether its value is hidden."""

    name: str
    value: str
    label: str
    column: int
    is_hidden: bool


@dataclass(frozen=True)
class Stage:
    """A column of the picture: its title, its middle, its neurons, and its activation; "" where it has none."""

    title: str
    x: float
    y: float
    neurons: int
    activation: str


@dataclass(frozen=True)
class Check:
    """A question that is ready: its title, and the address that asks it."""

    title: str
    fragment: str


@dataclass(frozen=True)
class Collapsed:
    """Linear layers multiplied into one.

    Attributes:
        merged: how many layers are drawn as one. of: how many there are.
        lines: the arithmetic of the last product's numbers.
        formula: what the whole network comes to; error: why it cannot be multiplied together, in words.
    """

    merged: int
    of: int
    lines: tuple[ShownLine, ...]
    formula: str
    error: str


@dataclass(frozen=True)
class Formula:
    """What a linear piece comes to, in words of algebra, and the name by which it answers *Why?*; "" for no answer."""

    name: str
    text: str


@dataclass(frozen=True)
class Polygon:
    """A region of two inputs on which the output is linear, with its formula and its colour."""

    corners: tuple[tuple[float, float], ...]
    formula: str
    fill: str


@dataclass(frozen=True)
class Function:
    """The last neuron's sum as a function of one or two inputs.

    Attributes:
        output, inputs: their names.
        x, y: the window; y of the output where there is one input.
        curve: the function, corner by corner or place by place.
        corners: the places where its pieces meet.
        pieces: a formula for each piece. regions: the pieces for two inputs.
        at: the input that is fed and, of one input, its output.
        said: why there are no pieces, in words.
    """

    output: str
    inputs: tuple[str, ...]
    x: tuple[float, float]
    y: tuple[float, float]
    curve: tuple[tuple[float, float], ...]
    corners: tuple[tuple[float, float], ...]
    pieces: tuple[Formula, ...]
    regions: tuple[Polygon, ...]
    at: tuple[float, float]
    said: str


@dataclass(frozen=True)
class View:
    """All that the page shows. Its ``fragment`` opens the same again.

    Attributes:
        example: the network that it began as; "" for one whose layers are one's own.
        is_compact: whether circles and distances are small.
        derived: the numbers in the picture that come from products of layers, and cannot be typed.
        stages: the columns; fixed: why their number and sizes cannot be changed, "" where they can.
        targets, losses, chosen_loss, loss: what the outputs should be, and how far they are from it.
        hidden: the names of the numbers to be guessed.
    """

    fragment: str
    example: str
    examples: tuple[str, ...]
    picture: Picture
    is_compact: bool
    neurons: tuple[Neuron, ...]
    inputs: tuple[Editable, ...]
    parameters: tuple[Editable, ...]
    derived: tuple[Shown, ...]
    outputs: tuple[Shown, ...]
    stages: tuple[Stage, ...]
    fixed: str
    activations: tuple[str, ...]
    targets: tuple[Editable, ...]
    losses: tuple[str, ...]
    chosen_loss: str
    loss: Shown | None
    hidden: tuple[str, ...]
    checks: tuple[Check, ...]
    collapsed: Collapsed | None
