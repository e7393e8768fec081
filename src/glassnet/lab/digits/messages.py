"""The messages of the page *Digits*."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from glassnet.lab.digits.pad import Stroke
from glassnet.lab.shown import Shown


@dataclass(frozen=True)
class Open:
    """Show the drawing of an address's fragment; "" is an empty pad."""

    fragment: str = ""


@dataclass(frozen=True)
class Draw:
    """The pad's strokes, all of them, and how many times they have been sent."""

    strokes: tuple[Stroke, ...]
    serial: int


@dataclass(frozen=True)
class Choose:
    """Read with that model."""

    model: str


@dataclass(frozen=True)
class Train:
    """Steps of gradient descent on this drawing, which shows that digit; the learning rate as it was typed."""

    digit: int
    steps: int
    rate: str


@dataclass(frozen=True)
class Neuron:
    """A neuron: the name of its number after the activation, how it is read out ("a1, relu(a1) = 0.71"), and its size
    beside the largest of its layer, from -1 to 1.
    """

    name: str
    label: str
    share: float


@dataclass(frozen=True)
class LayerShown:
    """A layer: its title, and its neurons."""

    title: str
    neurons: tuple[Neuron, ...]


@dataclass(frozen=True)
class Output:
    """One of the ten outputs: its digit, its sum, its probability, and that as a number for its bar."""

    digit: str
    sum: Shown
    probability: Shown
    share: float


@dataclass(frozen=True)
class View:
    """All that follows a drawing at once. Its ``fragment`` opens the same again.

    Attributes:
        serial: of the strokes as they came from the browser; 0 where they come from here.
        image: an image that was opened, below the strokes: 784 bytes in base 64, or "".
        answer, digit: the library's words, and the digit if they are one.
        fed: the 784 numbers that the network is fed, as bytes in base 64.
        trained: how many steps it has been trained here.
        has_weights: whether each neuron of the first layer has a weight for each pixel, and so a picture of them.
        maps: the address of the page Convolution that shows its feature maps; "" where it has none.
    """

    fragment: str
    serial: int
    model: str
    models: tuple[str, ...]
    strokes: tuple[Stroke, ...]
    image: str
    answer: str
    digit: int | None
    fed: str
    layers: tuple[LayerShown, ...]
    outputs: tuple[Output, ...]
    trained: int
    has_weights: bool
    maps: str


@dataclass(frozen=True)
class Look:
    """Look closer: at the neuron whose value has that name ("" for the likeliest output's), and at that digit."""

    neuron: str = ""
    digit: int | None = None


@dataclass(frozen=True)
class Contribution:
    """A term of a neuron's sum: as written, the number that it comes from, and its size beside the largest."""

    name: str
    text: str
    share: float


@dataclass(frozen=True)
class PixelMap:
    """One number for each pixel, coloured by their shares of the largest, which is also given by itself."""

    title: str
    data: str
    largest: Shown


@dataclass(frozen=True)
class Near:
    """A digit that was trained on: its label, and its pixels."""

    label: str
    data: str


@dataclass(frozen=True)
class Closer:
    """What a closer look shows.

    Attributes:
        neuron, sum, value: its name, its sum, and its value after the activation.
        contributions: the largest terms of its sum.
        looks_for: of a neuron of the first layer its weights, of others the slope for each pixel.
        digit, loss: the digit that is asked about, and the loss if the drawing shows it.
        source: where the nearest digits are from; "" while they are being fetched.
    """

    neuron: str
    sum: Shown
    value: Shown
    contributions: tuple[Contribution, ...]
    looks_for: PixelMap
    digit: int
    loss: Shown
    source: str
    nearest: tuple[Near, ...]


@dataclass(frozen=True)
class Point:
    """One pixel of a picture: of the image that is fed, or of what the neuron looks for."""

    of: Literal["fed", "looks_for"]
    index: int


@dataclass(frozen=True)
class Which:
    """All numbers of "fed", or of the layer of that title."""

    of: str


@dataclass(frozen=True)
class Listed:
    """Numbers, row by row, each row with its heading."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Shown, ...], ...]


@dataclass(frozen=True)
class Weights:
    """The weights of each neuron of the first layer as a picture, and the largest of all."""

    neurons: tuple[str, ...]
    pictures: tuple[str, ...]
    largest: Shown


@dataclass(frozen=True)
class Ready:
    """The digits that drawings are compared with are there."""

    source: str
