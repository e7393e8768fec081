"""What several pages show: explanations as lines, scenes as shapes, numbers with their names."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from glassnet.canvas.scene import Circle, Element, Image, Path, Rectangle, Scene, Text
from glassnet.canvas.svg import path_data, png
from glassnet.inspection.names import split
from glassnet.ir.require import require
from glassnet.network import Network
from glassnet.practice import question
from glassnet.practice.answers import read_answer
from glassnet.readings.explain import Explanation, Outline
from glassnet.readings.explain.explanation import FORWARD
from glassnet.words import excerpt, number, rounded

MOST_LEVELS = 6
"""How far back an explanation may go at once."""


@dataclass(frozen=True)
class Shown:
    """A number as a page shows it: the name by which it is asked about, and its text."""

    name: str
    text: str


def shown(name: str, value: Any, digits: int = 4) -> Shown:
    """A number in few digits.

    >>> shown("w1", -0.123456)
    Shown(name='w1', text='−0.1235')
    """
    return Shown(name, number(value, digits))


@dataclass(frozen=True)
class Editable:
    """A number that is typed: its name, its text, and all its digits."""

    name: str
    text: str
    exact: str


def editable(name: str, value: Any) -> Editable:
    """A number to be typed.

    >>> editable("w1", 1 / 3)
    Editable(name='w1', text='0.3333', exact='0.3333333333333333')
    """
    return Editable(name, number(float(value), 4), rounded(float(value), 17))


@dataclass(frozen=True)
class Cell:
    """A number of a board: its name, its text, all its digits, and its share of the largest, from -1 to 1."""

    name: str
    text: str
    exact: str
    share: float


def cell(name: str, value: float, largest: float) -> Cell:
    """A number of a board whose largest is that one.

    >>> cell("c_1_1", -0.25, 0.5)
    Cell(name='c_1_1', text='−0.25', exact='-0.25', share=-0.5)
    """
    return Cell(name, number(value, 3), rounded(value, 17), round(float(value) / largest, 3))


@dataclass(frozen=True)
class ShownLine:
    """A line of an explanation: how far it is indented, its text, and whose arithmetic it is, else ""."""

    level: int
    text: str
    name: str


@dataclass(frozen=True)
class Why:
    """The answer to *Why?*: the number's name, the lines of its arithmetic, itself first, and the Python that gives it.

    After *Show Python*'s script, ``python`` gives the number; "" where there is none.
    """

    name: str
    lines: tuple[ShownLine, ...]
    python: str = ""


@dataclass(frozen=True)
class Ask:
    """The question *Why?* of a number, going back so many levels."""

    name: str
    levels: int = 1


@dataclass(frozen=True)
class Guess:
    """What a hidden number is, as it was typed."""

    name: str
    text: str


@dataclass(frozen=True)
class Guessed:
    """What comes back for a guess: that it is right, or which slip gives it."""

    name: str
    text: str
    is_right: bool


@dataclass(frozen=True)
class Fit:
    """How to draw: compactly, for large letters on a small screen, or not."""

    compact: bool


def why(explanation: Explanation, levels: int = 1) -> Why:
    """The arithmetic of a number, and of those in it.

    >>> import glassnet as gn
    >>> [line.text for line in why(gn.lecture().explain([0.4, -0.7])["w1"]).lines]
    ['w1 = (0.4)(0.3) + (-0.7)(-0.7) + 0.1 = 0.71']
    """
    return Why(explanation.name, lines(explanation.tree(max(0, min(levels, MOST_LEVELS)))))


def lines(outline: Outline) -> tuple[ShownLine, ...]:
    """The lines of any outline that are arithmetic."""
    arithmetic = (one for one in outline.lines if one.text != FORWARD)
    return tuple(ShownLine(one.level, one.text, one.number.name if one.number else "") for one in arithmetic)


# ── numbers that are hidden ─────────────────────────────────────────────────────────────────────────────────────────


def guessed(network: Network, x: Any, given: Guess) -> Guessed:
    """Whether a guess of a number of the network at x is right, or which slip gives it.

    >>> import glassnet as gn
    >>> guessed(gn.lecture(), [0.4, -0.7], Guess("w1", "0.71")).is_right
    True
    """
    reply = question(network, x, given.name).check(given.text)
    return Guessed(given.name, reply.text, reply.is_right)


def in_sight(asked: Explanation, levels: int) -> list[Explanation]:
    """The numbers whose arithmetic an answer to *Why?* shows: the one that was asked for first."""
    outline = asked.tree(max(0, min(levels, MOST_LEVELS))).lines
    return [asked, *(one.number for one in outline if isinstance(one.number, Explanation))]


def require_found(asked: Explanation, levels: int, found: Collection[str]) -> None:
    """Refuse arithmetic of computed numbers that are hidden, all but those that were found.

    Raises:
        GlassnetError: some are, and which.
    """
    computed = {one.name for one in in_sight(asked, levels) if one.expression is not None}
    hidden = sorted(computed - set(found))
    require(not hidden, f"{', '.join(hidden[:3])} is hidden: guess it first, or show all numbers")


# ── numbers that are typed ──────────────────────────────────────────────────────────────────────────────────────────


def typed(text: str, what: str = "the number") -> float:
    """A number as someone typed it: 0.5, 0,5, 1/3, −2·10⁻³.

    Raises:
        GlassnetError: it is none, or too large.

    >>> typed("1/4"), typed("0,5")
    (0.25, 0.5)
    """
    require(bool(text.strip()), f"{what} is empty; write 0.71 or 0,71 or -0.7 or 71/100")
    value = float(read_answer(text))
    require(abs(value) <= 1e30, f"{what} is too large: {text.strip()}")
    return value


def put(network: Network, name: str, value: float) -> None:
    """Give a weight or bias of the network another number.

    Raises:
        GlassnetError: there is none of that name.

    >>> import glassnet as gn
    >>> net = gn.lecture()
    >>> put(net, "w.weights[0, 1]", 0.5)
    >>> float(net.parameters["w.weights"][0, 1])
    0.5
    """
    base, place = split(name)
    array = network.parameters.get(base)
    fits = array is not None and len(place) == array.ndim and all(map(int.__lt__, place, array.shape))
    require(fits, f"there is no input, weight or bias {name!r}")
    network.parameters[base][place] = value


def whole(text: str, what: str, most: int = 99_999) -> int:
    """A whole number of an address, from 0.

    Raises:
        GlassnetError: it is none, or too large.

    >>> whole("30", "steps")
    30
    """
    text = text.strip()
    is_one = text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most
    require(is_one, f"{what} must be a whole number up to {most:,}, got {excerpt(text)}")
    return int(text)


# ── scenes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Shape:
    """An element of a scene. Fields that its kind does not have are 0 or empty; colours are names of the theme.

    Attributes:
        kind: circle, rectangle, path (with SVG's ``data``), text or image (with the ``data`` of a PNG).
        of: the name of the number that it stands for, "" for none.
    """

    kind: Literal["circle", "rectangle", "path", "text", "image"]
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    radius: float = 0.0
    fill: str = ""
    stroke: str = ""
    thickness: float = 0.0
    dashed: bool = False
    data: str = ""
    text: str = ""
    size: float = 0.0
    baseline: float = 0.0
    anchor: Literal["start", "middle", "end"] = "middle"
    bold: bool = False
    angle: float = 0.0
    of: str = ""


@dataclass(frozen=True)
class Picture:
    """A scene of the library, to be drawn by the browser in the theme that it is in."""

    width: float
    height: float
    title: str
    description: str
    shapes: tuple[Shape, ...]


def picture(scene: Scene, elements: Iterable[Element] | None = None) -> Picture:
    """A scene as a message.

    >>> import glassnet as gn
    >>> picture(gn.lecture().draw(x=[0.4, -0.7]).scene).shapes[-1].text
    'thicker: larger, compared with its layer'
    """
    shapes = tuple(map(_shape, scene.elements if elements is None else elements))
    return Picture(scene.width, scene.height, scene.title, scene.description, shapes)


def _shape(element: Element) -> Shape:
    match element:
        case Circle(x, y, radius, fill, stroke, thickness, of):
            return Shape("circle", x, y, radius=radius, fill=fill, stroke=stroke, thickness=thickness, of=of)
        case Rectangle(x, y, width, height, fill, stroke, radius):
            return Shape("rectangle", x, y, width, height, radius, fill or "", stroke or "")
        case Path(_, stroke, thickness, dashed):
            return Shape("path", stroke=stroke, thickness=thickness, dashed=dashed, data=path_data(element))
        case Text(x, y, text, size, paint, anchor, bold, angle, of):
            return Shape(
                "text", x, y, fill=paint, text=text, size=size, baseline=element.baseline, anchor=anchor, bold=bold,
                angle=angle, of=of,
            )  # fmt: skip
        case Image(x, y, width, height, pixels, _):
            data = f"data:image/png;base64,{base64.b64encode(png(pixels)).decode()}"
            return Shape("image", x, y, width, height, data=data)
