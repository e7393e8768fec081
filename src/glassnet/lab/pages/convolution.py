"""*Convolution*: a kernel that slides over a picture, and the feature maps of any network that does so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from glassnet.inspection.feature_maps import INPUT, FeatureMaps
from glassnet.inspection.names import split, with_place
from glassnet.inspection.neurons import input_names
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require, require_known
from glassnet.ir.types import Array
from glassnet.lab.convolution.looks import Looked, mattered
from glassnet.lab.convolution.messages import (
    Answer,
    Bench,
    Choose,
    Edit,
    Field,
    Hide,
    Look,
    Open,
    Paint,
    Pick,
    Picked,
    Preset,
    Set,
    Take,
    Term,
    Turn,
    View,
)  # fmt: skip
from glassnet.lab.convolution.pictures import KERNELS, ink, kernel, kernels_named, names, picture, resized
from glassnet.lab.convolution.script import script
from glassnet.lab.convolution.state import ACTIVATIONS, State, require_setting
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Page, command
from glassnet.lab.shown import (
    Ask,
    Cell,
    Guess,
    Guessed,
    Shown,
    Why,
    editable,
    guessed,
    put,
    require_found,
    shown,
    typed,
    why,
)
from glassnet.network import Network, load

MOST_ANSWERS = 12
SHIPPED = "convolution"


class ConvolutionPage(Page):
    """A picture, and one's own kernel or a network that looks at it."""

    name = "convolution"

    def __init__(self, lab: Lab, outbox: Outbox) -> None:
        super().__init__(lab, outbox)
        self._models = seeing(lab.networks)
        self._first = lab.chosen if lab.chosen in self._models else ""
        self._channel = 0
        self._state = State(self._first)
        network = self._models[self._first] if self._first else self._state.network
        self._looked = self._look_at(self._state, network, FeatureMaps(network))

    # ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def open(self, given: Open) -> View:
        """What an address says; what is wrong in it leaves everything as it is."""
        return self._show(State.of(given.fragment, self._first))

    @command
    def choose(self, given: Choose) -> View:
        """Look into another network, or take one's own kernel."""
        return self._show(State(given.model))

    @command
    def take(self, given: Take) -> View:
        """Another picture."""
        return self._show(replace(self._state, picture=given.picture, edits=(), found=()))

    @command
    def paint(self, given: Paint) -> View:
        """Draw, or rub out."""
        rows, columns, channels = self._looked.picture.shape
        require(all(0 <= cell < rows * columns for cell in given.cells), "there is no such cell in the picture")
        value = ink(self._looked.network) if given.tool == "pen" else 0.0
        edits = {cell * channels + channel: value for cell in given.cells for channel in range(channels)}
        return self._edited(edits)

    @command
    def turn(self, given: Turn) -> View:
        """Show another channel of the picture."""
        require(0 <= given.channel < self._looked.picture.shape[2], f"the picture has no channel {given.channel + 1}")
        self._channel = given.channel
        return self._view()

    @command
    def edit(self, given: Edit) -> View:
        """Another number for a cell of the picture, or for a weight or bias."""
        value = typed(given.text, given.name)
        known = [str(name) for name in input_names(self._looked.network).ravel()]
        if given.name in known:
            return self._edited({known.index(given.name): value})
        if self._state.model:
            changed = {**dict(self._state.changed), given.name: value}
            return self._show(replace(self._state, changed=tuple(sorted(changed.items())), found=()))
        base, index = split(given.name)
        if base == "c.biases":
            return self._show(replace(self._state, bias=value, found=()))
        size = self._state.setting.size
        require(base == "c.weights" and len(index) == 4 and max(index[:2]) < size, f"there is no number {given.name!r}")
        weights = list(self._state.weights)
        weights[index[0] * size + index[1]] = value
        return self._show(replace(self._state, weights=tuple(weights), found=()))

    @command
    def preset(self, given: Preset) -> View:
        """A kernel that is known by a name."""
        return self._show(replace(self._own(), weights=tuple(kernel(given.kernel, self._state.setting.size)), found=()))

    @command
    def set(self, given: Set) -> View:
        """How the kernel slides; of another size, it has zeros around it, or is cut to its middle."""
        require_setting(given)
        weights = tuple(resized(list(self._own().weights), given.size))
        return self._show(replace(self._state, weights=weights, setting=given, found=()))

    @command
    def pick(self, given: Pick) -> View:
        """Choose a number of a map."""
        require(self._looked.has(given), "there is no number at that place")
        return self._show(replace(self._state, pick=given))

    @command
    def look(self, given: Look) -> Picked:
        """What the chosen number is made of."""
        return self._picked(self._place(), given.channel)

    @command
    def hide(self, given: Hide) -> View:
        """Hide what follows from the picture, or show it."""
        return self._show(replace(self._state, hidden=given.is_hidden, found=()))

    @command
    def guess(self, given: Guess) -> Guessed:
        """What the chosen number is."""
        place = self._place()
        name = self._looked.name(place)
        require(given.name == name and self._looked.is_hidden(place.layer, name), f"{given.name} is not hidden")
        reply = guessed(self._looked.network, self._input, given)
        if reply.is_right:
            self._take(replace(self._state, found=(*self._state.found, name)))
        return reply

    @command
    def point(self, given: Pick) -> Cell:
        """One number of the picture."""
        sizes = self._looked.picture.shape
        at = given.row, given.column, given.channel
        is_there = given.layer == INPUT and all(0 <= i < n for i, n in zip(at, sizes, strict=True))
        require(is_there, "there is no such cell in the picture")
        return self._looked.cell(given)

    @command
    def why(self, given: Ask) -> Why:
        """The arithmetic of any number."""
        asked = self._looked.explanation[given.name]
        if self._state.hidden:
            require_found(asked, given.levels, self._state.found)
        return replace(why(asked, given.levels), python=f'explanation["{given.name}"]')

    def script(self) -> str:
        shape, name = self._looked.network.input_shape, self._looked.name(self._place())
        source = self.lab.source(self._state.model)
        return script(self._state, source, self._looked.picture, shape, name)

    # ── the state ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, state: State) -> None:
        """Make that the state, or leave all as it is."""
        is_same = _numbers_of(self._state) == _numbers_of(state)
        looked = self._looked if is_same else self._look_at(state, *self._network(state))
        if state.pick and not looked.has(state.pick):
            state = replace(state, pick=None)
        self._state = state
        self._looked = replace(looked, hidden=state.hidden, found=frozenset(state.found))

    def _look_at(self, state: State, network: Network, maps: FeatureMaps) -> Looked:
        """The network of a state at its picture."""
        known = names(maps.shape, self.lab, state.model)
        numbers = picture(state.picture or known[0], maps.shape, self.lab, state.model, ink(network)).copy()
        flat = numbers.reshape(-1)
        for i, value in state.edits:
            require(i < flat.size, f"the picture has {flat.size:,} numbers; there is none at {i}")
            flat[i] = value
        explained = cache(lambda: network.explain(flat.reshape(network.input_shape)))
        return Looked(network, maps, numbers, maps(numbers), explained)

    def _network(self, state: State) -> tuple[Network, FeatureMaps]:
        """The network of a state, prepared: the one at hand, if it has the same numbers."""
        if _network_of(self._state) == _network_of(state):
            return self._looked.network, self._looked.maps
        require_known("network with convolutions", state.model, ["", *self._models])
        network = _changed(self._models[state.model], state.changed) if state.model else state.network
        return network, FeatureMaps(network)

    def _own(self) -> State:
        require(not self._state.model, "a network has its own kernels; choose one's own kernel to edit it")
        return self._state

    def _edited(self, edits: Mapping[int, float]) -> View:
        changed = {**dict(self._state.edits), **edits}
        return self._show(replace(self._state, edits=tuple(sorted(changed.items())), found=()))

    def _show(self, state: State) -> View:
        self._take(state)
        return self._view()

    @property
    def _input(self) -> Array:
        return self._looked.picture.reshape(self._looked.network.input_shape)

    def _place(self) -> Pick:
        """The place of the chosen number, else of the largest."""
        return self._state.pick or self._looked.largest()

    # ── what it shows ───────────────────────────────────────────────────────────────────────────────────────────────

    def _view(self) -> View:
        state, looked, place = self._state, self._looked, self._place()
        own, shown_channel = not state.model, min(self._channel, looked.picture.shape[2] - 1)
        large = [(i, 0) for i in range(len(looked.values))] if own else [(place.layer, place.channel)]
        return View(
            fragment=state.fragment,
            model=state.model,
            models=tuple(self._models),
            picture=state.picture or names(looked.picture.shape, self.lab, state.model)[0],
            pictures=tuple(names(looked.picture.shape, self.lab, state.model)),
            boards=tuple(looked.board(*one) for one in ((INPUT, shown_channel), *large)),
            layers=tuple(looked.layers()),
            tiles=() if own else tuple(looked.tiles(place.layer)),
            answers=() if state.hidden else self._answers(),
            bench=self._bench() if own else None,
            presets=(*KERNELS, "blur"),
            activations=ACTIVATIONS,
            pick=place,
            is_hidden=state.hidden,
        )

    def _bench(self) -> Bench:
        state, size = self._state, self._state.setting.size
        cells = [
            editable(with_place("c.weights", (i // size, i % size, 0, 0)), one) for i, one in enumerate(state.weights)
        ]
        rows = tuple(tuple(cells[i : i + size]) for i in range(0, size**2, size))
        preset = next(kernels_named(state.weights), "")
        return Bench(rows, editable("c.biases[0]", state.bias), preset, state.setting)

    def _answers(self) -> tuple[Answer, ...]:
        """The outputs, where they are few."""
        found, labels = self._looked.maps.answers(self._looked.picture), self._looked.network.labels
        if len(found) > MOST_ANSWERS:
            return ()
        called = labels if labels is not None and len(labels) == len(found) else [name for name, _ in found]
        return tuple(Answer(label, shown(*one, digits=3)) for label, one in zip(called, found, strict=True))

    def _picked(self, place: Pick, channel: int) -> Picked:
        looked, layer = self._looked, self._looked.layer(place)
        at = place.row, place.column, place.channel
        hidden = looked.is_hidden(place.layer, layer.name(at))
        terms, fields = [] if hidden else looked.terms(place), tuple(looked.fields(place))
        products = [one for one in terms if one[0] >= 0]
        bias = next((term.text for of, term in terms if of < 0), "")
        strongest = max(products, key=lambda one: abs(one[1].share), default=(0, None))[0]
        channels = 1 + max((of for of, _ in products), default=0)
        chosen = channel if 0 <= channel < channels else strongest
        window = [term for of, term in products if of == chosen]
        name, value, total = layer.name(at), looked.of(place.layer)[at], looked.sum_of(place)
        return Picked(
            place=place,
            value=Shown(name, "?") if hidden else shown(name, value),
            sum=Shown(total.name, "?") if hidden else shown(total.name, total.value),
            is_hidden=hidden,
            sees=_sees(name, fields, looked.picture.shape),
            fields=fields,
            rows=self._window(layer.title, 0, window),
            columns=self._window(layer.title, 1, window),
            terms=tuple(window),
            bias=bias,
            weights=looked.weights(place, chosen) if self._state.model else None,
            seen_channel=chosen,
            seen_channels=channels,
            mattered=mattered(terms),
        )

    def _window(self, title: str, axis: int, terms: list[Term]) -> int:
        """Rows or columns of a layer's window."""
        weights = self._looked.network.parameters.get(f"{title}.weights")
        if weights is not None and weights.ndim == 4:
            return int(weights.shape[axis])
        return 1 + max(((term.row, term.column)[axis] for term in terms), default=0)


def seeing(networks: Mapping[str, Network]) -> dict[str, Network]:
    """Those of the networks that have feature maps, and the one that comes with Glassnet."""
    found = {}
    for name, network in networks.items():
        try:
            FeatureMaps(network)
        except GlassnetError:
            continue
        found[name] = network
    return found if SHIPPED in found else {**found, SHIPPED: load(SHIPPED)}


def _changed(network: Network, changed: tuple[tuple[str, float], ...]) -> Network:
    """The network with other numbers for some of its weights and biases."""
    result = network.copy()
    for name, value in changed:
        put(result, name, value)
    return result


def _network_of(state: State) -> tuple[object, ...]:
    """What decides the network."""
    return (state.model, state.changed) if state.model else (state.weights, state.bias, state.setting)


def _numbers_of(state: State) -> tuple[object, ...]:
    """What decides all numbers."""
    return *_network_of(state), state.picture, state.edits


def _sees(name: str, fields: tuple[Field, ...], shape: tuple[int, ...]) -> str:
    """How much of the picture a number is computed from."""
    size = next((f"{one.rows} × {one.columns}" for one in fields if one.layer == INPUT), "none")
    return f"{name} sees {size} of the {shape[0]} × {shape[1]} numbers of the picture"
