"""*Digits*: a drawing read by a network, with every number on the way from the pad to the answer."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from threading import Event
from typing import Literal
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from glassnet.data.digit_image import SIDE, company
from glassnet.digits import read_digit, read_framed, read_ink, require_reader
from glassnet.inspection.activations import Activations, LayerOfNeurons
from glassnet.inspection.explanations import NetworkExplanation
from glassnet.inspection.neurons import input_names
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require, require_known
from glassnet.ir.types import Array
from glassnet.lab.digits.examples import examples
from glassnet.lab.digits.messages import (
    Choose,
    Closer,
    Contribution,
    Draw,
    LayerShown,
    Listed,
    Look,
    Near,
    Neuron,
    Open,
    Output,
    PixelMap,
    Point,
    Ready,
    Train,
    View,
    Weights,
    Which,
)  # fmt: skip
from glassnet.lab.digits.pad import image_from, image_text, ink, painted, require_drawing
from glassnet.lab.digits.script import script
from glassnet.lab.digits.state import Lesson, State, require_lessons
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Nothing, Page, command
from glassnet.lab.shown import Ask, Shown, Why, shown, typed, why
from glassnet.model.file import READERS
from glassnet.network import Network, load
from glassnet.readings.explain import Explanation
from glassnet.train.optimizers import SGD

NEAREST = 8
MOST_NEURONS = 1_000  # of a layer that is shown; the feature maps of a convolution are larger


class DigitsPage(Page):
    """A copy of a model that reads digits, a drawing, and what the model was taught here."""

    name = "digits"
    events = (Ready,)

    def __init__(self, lab: Lab, outbox: Outbox) -> None:
        super().__init__(lab, outbox)
        self._models = readers(lab.networks)
        chosen = lab.chosen if lab.chosen in self._models else next(iter(self._models))
        self._first = chosen
        self._take(State(chosen))
        self._look = Look()
        self._is_ready = False
        self.in_background(self._fetch_examples)

    def _fetch_examples(self, stop: Event) -> None:
        source = examples().source
        self._is_ready = True
        if not stop.is_set():
            self.tell(Ready(source))

    # ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def open(self, given: Open) -> View:
        """The drawing of an address; what is wrong in it leaves everything as it is."""
        self._take(State.of(given.fragment, self._first))
        return self._view()

    @command
    def draw(self, given: Draw) -> View:
        """Read these strokes."""
        require_drawing(given.strokes)
        self._take(replace(self._state, strokes=given.strokes))
        return self._view(given.serial)

    @command
    def clear(self, given: Nothing) -> View:
        """An empty pad."""
        self._take(replace(self._state, strokes=(), below=""))
        return self._view()

    @command
    def choose(self, given: Choose) -> View:
        """Read with another model, as it is before any lesson."""
        self._take(replace(self._state, model=given.model, lessons=()))
        return self._view()

    @command
    def photo(self, given: Nothing, payload: bytes) -> View:
        """Read an image file, whose bytes come along; nothing of it is kept but the 784 numbers."""
        image = read_digit(self._network, io.BytesIO(payload)).image.reshape(-1)
        self._take(replace(self._state, strokes=(), below=image_text(image)))
        return self._view()

    @command
    def train(self, given: Train) -> View:
        """Train on this drawing."""
        require(bool(self._image.any()), "draw something first: there is nothing to train on")
        lesson = Lesson(given.digit, given.steps, given.rate.strip(), image_text(self._image))
        *before, last = self._state.lessons or (lesson,)
        is_more = bool(self._state.lessons) and replace(last, steps=0) == replace(lesson, steps=0)
        added = replace(lesson, steps=lesson.steps + last.steps) if is_more else lesson
        lessons = (*before, added) if is_more else (*self._state.lessons, lesson)
        require_lessons(lessons)
        self._take(replace(self._state, lessons=lessons))
        return self._view()

    @command
    def why(self, given: Ask) -> Why:
        """The arithmetic of any number."""
        return why(self._explained(given.name), given.levels)

    @command
    def look(self, given: Look) -> Closer:
        """One neuron, one digit, and the training digits that are nearest."""
        self._digit(given.digit)
        self._look = given
        layer, i = self._neuron()
        digit = self._digit(given.digit)
        return Closer(
            neuron=layer.names[i],
            sum=shown(layer.names[i], layer.sums[i]),
            value=shown(layer.called[i], layer.values[i]),
            contributions=tuple(_contributions(self._explained(layer.names[i]))),
            looks_for=self._looks_for(),
            digit=digit,
            loss=shown("loss", self._explained("loss").value),
            source=examples().source if self._is_ready else "",
            nearest=tuple(self._nearest()) if self._is_ready and self._image.any() else (),
        )

    @command
    def point(self, given: Point) -> Shown:
        """The number of one pixel."""
        require(0 <= given.index < SIDE * SIDE, f"there is no pixel {given.index}")
        _, names, numbers = self._pixels(given.of)
        return shown(names[given.index], numbers[given.index])

    @command
    def numbers(self, given: Which) -> Listed:
        """All numbers that are fed, or of a layer."""
        if given.of == "fed":
            _, names, pixels = self._pixels("fed")
            cells = [shown(name, value) for name, value in zip(names, pixels, strict=True)]
            rows = tuple(tuple(cells[i : i + SIDE]) for i in range(0, SIDE * SIDE, SIDE))
            return Listed(tuple(f"row {i + 1}" for i in range(SIDE)), rows)
        layers = {layer.title: layer for layer in self._layers}
        require_known("layer", given.of, layers)
        layer = layers[given.of]
        sums = [shown(name, value) for name, value in zip(layer.names, layer.sums, strict=True)]
        values = [shown(name, value) for name, value in zip(layer.called, layer.values, strict=True)]
        return Listed(
            layer.names, tuple((a, b) if a.name != b.name else (a,) for a, b in zip(sums, values, strict=True))
        )

    @command
    def weights(self, given: Nothing) -> Weights:
        """The first layer's weights as pictures, all in one scale."""
        layer, weights = self._first_weights()
        largest = np.abs(weights).max(initial=0.0) or 1.0
        place = np.unravel_index(np.abs(weights).argmax(), weights.shape)
        name = f"{layer.title}.weights[{place[0]}, {place[1]}]"
        shares = [painted(np.append(column, largest)) for column in weights.T]
        return Weights(layer.called, tuple(shares), shown(name, weights[place]))

    def script(self) -> str:
        return script(self._state, self.lab.source(self._state.model), self._image, self._digit(self._look.digit))

    # ── the model ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, state: State) -> None:
        """Make that the state, or leave all as it is."""
        network, activations = self._taught(state)
        below = image_from(state.below) if state.below else None
        if below is not None and not state.strokes:
            answer = read_framed(network, below, company(below.reshape(SIDE, SIDE) * np.float32(1 / 255)))
        else:
            answer = read_ink(network, ink(state.strokes, below))
        image = answer.image.reshape(-1)
        layers = activations(image)
        self._state, self._network, self._activations = state, network, activations
        self._image = image
        self._answer = answer
        self._layers: list[LayerOfNeurons] = layers
        self._explanations: dict[int, NetworkExplanation] = {}

    def _taught(self, state: State) -> tuple[Network, Activations]:
        """The model after its lessons: the one at hand, if it has had them all."""
        before: State | None = getattr(self, "_state", None)
        if before is not None and (before.model, before.lessons) == (state.model, state.lessons):
            return self._network, self._activations
        require_known("model that reads digits", state.model, self._models)
        network = self._models[state.model].copy()
        for lesson in state.lessons:
            image = image_from(lesson.image)[None]
            optimizer = SGD(typed(lesson.rate, "the learning rate"))
            for _ in range(lesson.steps):
                network.train_on_batch(image, [lesson.digit], optimizer=optimizer)
        return network, Activations(network)

    def _explained(self, name: str) -> Explanation:
        """The explanation of a number; those of one drawing share their work."""
        digit = self._digit(self._look.digit)
        if digit not in self._explanations:
            self._explanations = {digit: self._network.explain(self._image, digit)}
        return self._explanations[digit][name]

    def _digit(self, chosen: int | None) -> int:
        """The digit that is asked about: the one that was chosen, else the likeliest."""
        require(chosen is None or 0 <= chosen <= 9, f"a digit is 0 to 9, got {chosen}")
        return int(self._answer.probabilities.argmax()) if chosen is None else chosen

    def _neuron(self) -> tuple[LayerOfNeurons, int]:
        """The neuron that is looked at: the one that was chosen, else the likeliest output's."""
        for layer in self._layers:
            for names in (layer.called, layer.names):
                if self._look.neuron in names:
                    return layer, names.index(self._look.neuron)
        return self._layers[-1], self._digit(None)

    # ── one number for each pixel ───────────────────────────────────────────────────────────────────────────────────

    def _looks_for(self) -> PixelMap:
        title, names, numbers = self._pixels("looks_for")
        largest = int(np.abs(numbers).argmax())
        return PixelMap(title, painted(numbers), shown(names[largest], numbers[largest]))

    def _pixels(self, of: Literal["fed", "looks_for"]) -> tuple[str, list[str], Array]:
        """A title, and the names and numbers of all pixels."""
        inputs = [str(name) for name in input_names(self._network).ravel()]
        if of == "fed":
            return "What is fed", inputs, self._image
        layer, i = self._neuron()
        name = layer.names[i]
        if layer is self._layers[0]:
            first, weights = self._first_weights()
            names = [f"{first.title}.weights[{k}, {i}]" for k in range(SIDE * SIDE)]
            return f"Weights of {name}", names, weights[:, i]
        slopes = self._activations.slope(name, self._image).reshape(-1)
        return f"Slope of {name}", [f"∂{name}/∂{one}" for one in inputs], slopes

    @property
    def _has_weights(self) -> bool:
        """Whether each neuron of the first layer has a weight for each pixel."""
        layer = self._layers[0]
        weights = self._network.parameters.get(f"{layer.title}.weights")
        return weights is not None and weights.shape == (SIDE * SIDE, len(layer.names))

    def _first_weights(self) -> tuple[LayerOfNeurons, Array]:
        require(self._has_weights, "the first layer of this model has no weight for each pixel")
        layer = self._layers[0]
        return layer, np.asarray(self._network.parameters[f"{layer.title}.weights"])

    # ── what it shows ───────────────────────────────────────────────────────────────────────────────────────────────

    def _view(self, serial: int = 0) -> View:
        state, last = self._state, self._layers[-1]
        return View(
            fragment=state.fragment,
            serial=serial,
            model=state.model,
            models=tuple(self._models),
            strokes=state.strokes,
            image=_base64(image_from(state.below)) if state.below else "",
            answer=self._answer.words,
            digit=self._answer.digit,
            fed=_base64(self._image),
            layers=tuple(
                LayerShown(layer.title, tuple(_neurons(layer)))
                for layer in self._layers[:-1]
                if len(layer.names) <= MOST_NEURONS
            ),
            outputs=tuple(
                Output(str(k), shown(last.names[k], last.sums[k]), shown(last.called[k], p), float(p))
                for k, p in enumerate(last.values)
            ),
            trained=sum(lesson.steps for lesson in state.lessons),
            has_weights=self._has_weights,
            maps=f"model={quote(state.model)}" if self._has_maps else "",
        )

    @property
    def _has_maps(self) -> bool:
        return any(array.ndim == 4 for array in self._network.parameters.values())

    def _nearest(self) -> Iterator[Near]:
        found = examples()
        for i in found.nearest(self._image, NEAREST):
            yield Near(str(found.labels[i]), _base64(found.images[i]))


_shipped = cache(load)
"""The models that come with Glassnet are read once: each page teaches a copy."""


def readers(networks: Mapping[str, Network]) -> dict[str, Network]:
    """The networks that read digits: those that come with Glassnet, and those of the lab."""
    found = {}
    for name, network in networks.items():
        with suppress(GlassnetError):
            require_reader(network)
            found[name] = network
    return {name: found[name] if name in found else _shipped(name) for name in READERS} | found


def _contributions(explanation: Explanation) -> Iterator[Contribution]:
    """The terms of a sum, the largest first and the rest last; the name is that of what is weighed, or of the bias."""
    terms = sorted(explanation.contributions, key=lambda term: (not term[0], -abs(term[2])))
    largest = max((abs(value) for names, _, value in terms if names), default=0.0) or 1.0
    for names, text, value in terms:
        yield Contribution(names[0] if names else "", text, max(-1.0, min(value / largest, 1.0)))


def _neurons(layer: LayerOfNeurons) -> Iterator[Neuron]:
    largest = float(np.abs(layer.values).max(initial=0.0)) or 1.0
    for name, called, value in zip(layer.names, layer.called, layer.values, strict=True):
        text = shown(called, value).text
        label = f"{name}, {text}" if name == called else f"{name}, {called} = {text}"
        yield Neuron(called, label, round(float(value) / largest, 3))


def _base64(image: NDArray[np.uint8]) -> str:
    from base64 import b64encode

    return b64encode(image.tobytes()).decode()
