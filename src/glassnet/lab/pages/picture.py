"""*Picture & export*: the picture of a network as one wants it, as files, and as the Python that draws the same."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from math import prod
from typing import Any, Literal
from urllib.parse import parse_qsl, quote_plus

import numpy as np

from glassnet.canvas.picture import Picture as Drawn
from glassnet.canvas.scene import Text
from glassnet.canvas.text import width
from glassnet.data import strokes
from glassnet.data.digit_image import SIDE
from glassnet.inspection.names import split
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lab.messages import read
from glassnet.lab.network.state import EXAMPLES
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Page, command
from glassnet.lab.script import edited
from glassnet.lab.shown import Ask, Picture, Why, picture, put, typed, why
from glassnet.model.answer import Answer
from glassnet.network import Network
from glassnet.words import counted, excerpt, rounded, unknown

MOST_DRAWN = 100  # neurons of a layer: of two such layers, a browser still draws the ten thousand lines at once
DIGIT = re.compile(r"digit ([0-9])")
DIGITS = 50  # the drawings of the program among which one of each digit is
FIRST_OF_MANY = "digit 3"
MEDIA = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png", "tex": "application/x-tex"}
DARK = {"light": False, "dark": True, "reader": None}


@dataclass(frozen=True)
class Open:
    """Show the picture of an address's fragment: ``example=1-3-3-1&input=0.3&ground=dark``; "" is the first."""

    fragment: str = ""


@dataclass(frozen=True)
class Look:
    """How it is drawn.

    Attributes:
        ground: light, dark, or as the reader's system is, where the file can follow it.
        colors: signs as blue and orange, or black and white.
        weights: whether the lines are drawn as their weights are, or all alike.
        labels: whether names and numbers are written.
        most: how many neurons of a layer are drawn.
    """

    ground: Literal["light", "dark", "reader"] = "light"
    colors: Literal["signs", "ink"] = "signs"
    weights: bool = True
    labels: bool = True
    most: int = 24


@dataclass(frozen=True)
class Given:
    """The input and the target, as they were typed; "" for none. With a target, the picture is of the gradients."""

    input: str
    target: str


@dataclass(frozen=True)
class Export:
    """Make a file."""

    kind: Literal["svg", "pdf", "png", "tex"]


@dataclass(frozen=True)
class File:
    """A file to be saved by the browser: what it is called, its media type, and its bytes in base64."""

    name: str
    media: str
    data: str


@dataclass(frozen=True)
class Written:
    """A number as it stands in the picture, with its place there: the middle of a box that is turned by the angle."""

    name: str
    text: str
    x: float
    y: float
    width: float
    height: float
    angle: float


@dataclass(frozen=True)
class View:
    """All that the page shows. Its ``fragment`` opens the same again; ``image`` is the SVG file in base64."""

    fragment: str
    example: str
    examples: tuple[str, ...]
    look: Look
    given: Given
    hint: str
    picture: Picture
    image: str
    written: tuple[Written, ...]
    call: str


@dataclass(frozen=True)
class State:
    """What is drawn: a network of the lab, the numbers of it that were changed, what it is given, and the look."""

    example: str
    edits: tuple[tuple[str, float], ...] = ()
    given: Given = Given("", "")
    look: Look = Look()

    def fragment(self) -> str:
        """The address: the example, and what is not as one finds it."""
        parts = {"example": self.example, "input": self.given.input, "target": self.given.target}
        look = {f.name: getattr(self.look, f.name) for f in fields(Look) if getattr(self.look, f.name) != f.default}
        parts |= {name: {True: "yes", False: "no"}.get(value, str(value)) for name, value in look.items()}
        places = [(*split(name), value) for name, value in self.edits]
        parts |= {f"{name}[{','.join(map(str, index))}]": rounded(value, 17) for name, index, value in places}
        safe = ",;[]"
        return "&".join(
            f"{quote_plus(name, safe)}={quote_plus(str(value), safe)}" for name, value in parts.items() if value
        )


class PicturePage(Page):
    """A network and the look of its picture."""

    name = "picture"

    def __init__(self, lab: Lab, outbox: Outbox) -> None:
        super().__init__(lab, outbox)
        self._state = self._first(lab.chosen or next(iter(lab.networks)))

    # ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def open(self, given: Open) -> View:
        """The picture of an address; what is wrong in it leaves everything as it is."""
        parts = dict(parse_qsl(given.fragment, keep_blank_values=True))
        if not parts:
            return self._show(self._first(self.lab.chosen or next(iter(self.lab.networks))))
        state = State(parts.pop("example", next(iter(self.lab.networks))))
        state = replace(state, given=Given(parts.pop("input", ""), parts.pop("target", "")))
        edits = {name: text for name, text in parts.items() if "[" in name}
        look = _look({name: text for name, text in parts.items() if "[" not in name})
        return self._show(replace(state, edits=tuple((n, typed(t, n)) for n, t in edits.items()), look=look))

    @command
    def choose(self, given: Open) -> View:
        """The network of that name, with its own input and the look that there is."""
        return self._show(replace(self._first(given.fragment), look=self._state.look))

    @command
    def draw(self, given: Look) -> View:
        """Another look."""
        return self._show(replace(self._state, look=given))

    @command
    def feed(self, given: Given) -> View:
        """Another input or target."""
        return self._show(replace(self._state, given=Given(given.input.strip(), given.target.strip())))

    @command
    def export(self, given: Export) -> File:
        """The picture as a file."""
        content = self._draw(self._state).encoded(given.kind)
        return File(f"network.{given.kind}", MEDIA[given.kind], base64.b64encode(content).decode())

    @command
    def why(self, given: Ask) -> Why:
        """The arithmetic of any number in the picture."""
        network = self._network(self._state)
        x, y = _input(network, self._state.given.input), _target(network, self._state.given.target)
        explanation = network.explain(np.zeros(network.input_shape) if x is None else x, y)
        return why(explanation[given.name], given.levels)

    def script(self) -> str:
        """``picture`` is the one of the page."""
        state = self._state
        lines = ["import glassnet as gn", "", f"net = {self.lab.source(state.example)}"]
        lines += [edited(*one) for one in state.edits]
        if match := DIGIT.fullmatch(state.given.input):
            lines += [f"images, labels = gn.data.strokes({DIGITS})", f"x = images[list(labels).index({match[1]})]"]
        lines.append(f"picture = net.draw({', '.join(_arguments(self._network(state), state))})")
        lines += [
            "print(picture.description)",
            'name = "network"  # of the files, which are written here; with a path before it, elsewhere',
            f"for kind in {tuple(MEDIA)}:",
            '    picture.save(f"{name}.{kind}")',
            '    print(f"{name}.{kind} is written")',
        ]
        return "\n".join(lines)

    # ── what is drawn ───────────────────────────────────────────────────────────────────────────────────────────────

    def _first(self, example: str) -> State:
        """A network as one finds it, with the lecture's input if it is the lecture's."""
        self._known(example)
        if example in EXAMPLES:
            return State(example, given=Given(",".join(map(str, EXAMPLES[example])), ""))
        is_image = prod(self.lab.networks[example].input_shape) == SIDE**2
        return State(example, given=Given(FIRST_OF_MANY if is_image else "", ""))

    def _known(self, example: str) -> None:
        require(example in self.lab.networks, unknown("network", example, self.lab.networks))

    def _network(self, state: State) -> Network:
        """The network, with what was changed of it."""
        self._known(state.example)
        network = self.lab.networks[state.example].copy() if state.edits else self.lab.networks[state.example]
        for name, value in state.edits:
            put(network, name, value)
        return network

    def _draw(self, state: State) -> Drawn:
        network, look = self._network(state), state.look
        require(look.most <= MOST_DRAWN, f"this page draws up to {MOST_DRAWN} neurons of a layer; Python up to 1,000")
        x, y = _input(network, state.given.input), _target(network, state.given.target)
        options = {f.name: getattr(look, f.name) for f in fields(Look) if f.name != "ground"}
        return network.draw(x=x, y=y, dark=DARK[look.ground], **options)

    def _show(self, state: State) -> View:
        """The view of a state, which is kept if it can be shown."""
        view = self._view(state)
        self._state = state
        return view

    def _view(self, state: State) -> View:
        drawn = self._draw(state)
        return View(
            fragment=state.fragment(),
            example=state.example,
            examples=tuple(self.lab.networks),
            look=state.look,
            given=state.given,
            hint=_hint(self._network(state)),
            picture=picture(drawn.scene, ()),
            image=base64.b64encode(drawn.encoded("svg")).decode(),
            written=tuple(_written(drawn)),
            call=f"net.draw({', '.join(_arguments(self._network(state), state))})",
        )


def _look(parts: dict[str, str]) -> Look:
    """The look in an address, from its texts."""
    known = {f.name: f.default for f in fields(Look)}
    given: dict[str, Any] = {}
    for name, text in parts.items():
        require(name in known, unknown("part of an address", name, ("example", "input", "target", *known)))
        is_number = text.isascii() and text.isdigit() and len(text) < 5
        words = (
            {"yes": True, "no": False} if isinstance(known[name], bool) else {text: int(text) if is_number else text}
        )
        require(text in words, f"{name} is yes or no, not {text!r}")
        given[name] = words[text]
    return read(Look, given, "the look")


def _hint(network: Network) -> str:
    """What can be typed as the input, in words."""
    size = prod(network.input_shape)
    if size == SIDE**2:
        return "digit 0 to digit 9, one drawn by the program"
    return counted(size, "number") + (", with commas between them" if size > 1 else "")


def _numbers(text: str, what: str, expected: int) -> list[float]:
    """Numbers with commas or blanks between them; with decimal commas, blanks or semicolons."""
    parts = [text] if expected == 1 else re.split(r"[;\s]+" if re.search(r"[;\s]", text) else ",", text)
    require(len(parts) == expected, f"{what} takes {counted(expected, 'number')}, not {len(parts)}: {excerpt(text)}")
    return [typed(part.removesuffix(","), what) for part in parts]


def _input(network: Network, text: str) -> Array | None:
    """What was typed as the input; None for nothing."""
    if not text:
        return None
    match = DIGIT.fullmatch(text)
    if match and prod(network.input_shape) == SIDE**2:
        images, labels = strokes(DIGITS)
        return np.asarray(images[labels.tolist().index(int(match[1]))]).reshape(network.input_shape)
    numbers = _numbers(text, "the input", prod(network.input_shape))
    return np.array(numbers).reshape(network.input_shape)


def _target(network: Network, text: str) -> Any:
    """What was typed as the target: a class by its name or number, or one number for each output."""
    if not text:
        return None
    if network.labels and text in network.labels:
        return network.labels.index(text)
    shape = [dim for dim in network.output.shape[1:] if isinstance(dim, int)]
    if network.answer is Answer.CLASS:
        require(text.isascii() and text.isdigit() and len(text) < 10, f"the target is a class, not {excerpt(text)}")
        return int(text)
    return np.array(_numbers(text, "the target", prod(shape))).reshape(shape)


def _arguments(network: Network, state: State) -> list[str]:
    """The arguments of ``net.draw`` that are not as they are anyway."""
    look, given = state.look, state.given
    x, y = _input(network, given.input), _target(network, given.target)
    arguments = [] if x is None else ["x=x" if DIGIT.fullmatch(given.input) else f"x={x.tolist()}"]
    arguments += [] if y is None else [f"y={np.asarray(y).tolist()}"]
    arguments += [] if DARK[look.ground] is None else [f"dark={DARK[look.ground]}"]
    others = [f for f in fields(Look) if f.name != "ground" and getattr(look, f.name) != f.default]
    return arguments + [f"{f.name}={json.dumps(getattr(look, f.name))}".replace("false", "False") for f in others]


def _written(drawn: Drawn) -> Iterator[Written]:
    """The numbers in a picture: texts that stand for one."""
    for element in drawn.scene.elements:
        if isinstance(element, Text) and element.of:
            wide = width(element.text, element.size)
            yield Written(element.of, element.text, element.x, element.y, wide, 1.5 * element.size, element.angle)
