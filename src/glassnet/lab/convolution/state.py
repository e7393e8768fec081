"""What an address of the page *Convolution* holds: a picture, a kernel or a network, and the number that was chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, quote

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.lab.address import numbers_of, numbers_text
from glassnet.lab.convolution.messages import Pick, Set
from glassnet.lab.convolution.pictures import SIZES, kernel
from glassnet.lab.messages import read
from glassnet.lab.shown import typed, whole
from glassnet.layers.convolution import Conv2D
from glassnet.layers.pooling import AveragePool2D, MaxPool2D
from glassnet.network import Network
from glassnet.words import rounded, unknown

SIDE = 8  # of the picture under one's own kernel
ACTIVATIONS = ("linear", "relu", "leaky_relu", "sigmoid", "tanh")
POOLS = {"max": MaxPool2D, "average": AveragePool2D}
POOLED = 2  # rows and columns of what is pooled
LARGEST = {"stride": 3, "dilation": 3}
FIRST = Set(3, 1, "valid", 1, "relu", "max")


@dataclass(frozen=True)
class State:
    """What an address holds.

    Attributes:
        model: the network that is looked into; "" for one's own kernel.
        weights: of the kernel, row by row.
        setting: how the kernel slides.
        picture: the name of the picture it began as; "" for the first.
        edits: the numbers of it that were changed: which, row by row, and to what.
        changed: of a network, the weights and biases that were changed, by name.
        pick: the number that was chosen; None for the largest of the first layer.
        hidden: whether the numbers are to be guessed; found: the names of those that were.
    """

    model: str = ""
    weights: tuple[float, ...] = tuple(kernel("vertical edges", 3))
    bias: float = 0.0
    setting: Set = FIRST
    picture: str = ""
    edits: tuple[tuple[int, float], ...] = ()
    changed: tuple[tuple[str, float], ...] = ()
    pick: Pick | None = None
    hidden: bool = False
    found: tuple[str, ...] = ()

    @property
    def network(self) -> Network:
        """One's own kernel as a network: the layer c, and where there is a pool, p.

        Raises:
            GlassnetError: the kernel does not fit into the picture.

        >>> State().network.operations().parameters
        10
        """
        how = self.setting
        kernels = np.reshape(self.weights, (how.size, how.size, 1, 1))
        sliding: dict[str, Any] = {name: getattr(how, name) for name in ("stride", "padding", "dilation")}
        slide = Conv2D(1, how.size, how.activation, **sliding, weights=kernels, biases=[self.bias], name="c")
        pool = [] if how.pooling == "none" else [POOLS[how.pooling](POOLED, name="p")]
        return Network((SIDE, SIDE), slide, *pool, dtype="float64")

    # ── the address ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def fragment(self) -> str:
        """The address of it: what is not as at first."""
        return "&".join(f"{name}={quote(text, safe=',')}" for name, text in self._parts())

    def _parts(self) -> Iterator[tuple[str, str]]:
        first = State()
        if self.model:
            yield "model", self.model
        elif (self.weights, self.bias) != (first.weights, first.bias):
            yield "kernel", ",".join(rounded(one, 17) for one in (*self.weights, self.bias))
        for name, value in asdict(self.setting).items():
            if not self.model and name != "size" and value != getattr(first.setting, name):
                yield name, str(value)
        if self.picture:
            yield "picture", self.picture
        if self.edits:
            yield "edits", numbers_text((str(i), value) for i, value in self.edits)
        if self.changed:
            yield "weights", numbers_text(self.changed)
        if self.pick:
            yield "pick", ",".join(str(one + 1) for one in asdict(self.pick).values())
        if self.hidden:
            yield "hide", ",".join(("yes", *self.found))

    @classmethod
    def of(cls, fragment: str, model: str) -> State:
        """The state of an address, whose network is that one where it names none.

        Raises:
            GlassnetError: something in it is not there, or no number.

        >>> State.of("kernel=0,0,0,0,1,0,0,0,0,0.5&stride=2&pick=1,2,3,1", "").pick
        Pick(layer=0, row=1, column=2, channel=0)
        """
        given = dict(parse_qsl(fragment, keep_blank_values=True))
        settings = {one.name for one in fields(Set)} - {"size"}
        known = ("model", "kernel", *sorted(settings), "picture", "edits", "weights", "pick", "hide")
        for name in given:
            require(name in known, unknown("part of this address", name, known))
        own = {"kernel", *settings}.intersection(given)
        state = cls(given.get("model", "" if own else model), picture=given.get("picture", ""))
        if "kernel" in given:
            *numbers, bias = (typed(one, "the kernel") for one in given["kernel"].split(","))
            size = round(len(numbers) ** 0.5)
            require(
                size in SIZES and size**2 == len(numbers), "the kernel in the address has 9 or 25 numbers and a bias"
            )
            state = replace(state, weights=tuple(numbers), bias=bias, setting=replace(state.setting, size=size))
        words = {name: given[name] for name in settings.intersection(given)}
        changed = {name: whole(text, name) if name in LARGEST else text for name, text in words.items()}
        setting = read(Set, {**asdict(state.setting), **changed}, "the address")
        require_setting(setting)
        hide, *found = given.get("hide", "").split(",")
        weights, edits = numbers_of(given.get("weights", "")), _edits(given.get("edits", ""))
        require(bool(state.model) or not weights, "the weights of one's own kernel stand in the address as kernel=")
        state = replace(state, setting=setting, changed=weights, edits=edits, pick=_pick(given.get("pick", "")))
        return replace(state, hidden=hide == "yes", found=tuple(found))


def require_setting(how: Set) -> None:
    """Raise GlassnetError unless a kernel can slide so."""
    require(how.size in SIZES, f"a kernel here has {' or '.join(map(str, SIZES))} rows, not {how.size}")
    for name, most in LARGEST.items():
        require(1 <= getattr(how, name) <= most, f"the {name} here is 1 to {most}, not {getattr(how, name)}")
    require(how.activation in ACTIVATIONS, unknown("activation", how.activation, ACTIVATIONS))


def _edits(text: str) -> tuple[tuple[int, float], ...]:
    return tuple((whole(i, "a place in the picture"), value) for i, value in numbers_of(text))


def _pick(text: str) -> Pick | None:
    if not text:
        return None
    places = [whole(one, "a place") - 1 for one in text.split(",")]
    if len(places) != 4:
        raise GlassnetError(f"pick is layer, row, column and channel, got {text!r}")
    return Pick(*places)
