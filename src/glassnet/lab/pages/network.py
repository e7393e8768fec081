"""*Network*: a network drawn as on the blackboard, each of its numbers editable, and each answerable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from glassnet.canvas.scene import Circle, Scene, Text
from glassnet.inspection.drawing.blackboard import network_scene
from glassnet.inspection.drawing.columns import MOST_LABELLED, Column, Look, summary
from glassnet.inspection.drawing.network import Columns
from glassnet.ir.require import require
from glassnet.lab.network import guesses, products
from glassnet.lab.network.arithmetic import is_product, line_of, mattered, python_of
from glassnet.lab.network.function import function
from glassnet.lab.network.layers import (
    Row,
    activated,
    activations,
    name_of,
    network_of,
    resized,
    rows_of,
    why_fixed,
    with_layer,
    without_layer,
)
from glassnet.lab.network.messages import (
    Activate,
    Add,
    Choose,
    Edit,
    Editable,
    Fed,
    Feed,
    Function,
    Hide,
    Mattered,
    Merge,
    Open,
    Remove,
    Resize,
    Stage,
    View,
)
from glassnet.lab.network.piece import is_piece, why_piece
from glassnet.lab.network.script import script
from glassnet.lab.network.shown import checks, neurons_of, outputs_of, parameters_of
from glassnet.lab.network.state import State, chosen, exact, loss_name, losses, opened
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Nothing, Page, command
from glassnet.lab.shown import Ask, Fit, Guess, Guessed, Shown, Why, lines, picture, shown
from glassnet.network import Network
from glassnet.readings.draw.stations import Station
from glassnet.readings.explain import Explanation


class NetworkPage(Page):
    """A copy of a network, and one input of it."""

    name = "network"

    def __init__(self, lab: Lab, outbox: Outbox) -> None:
        super().__init__(lab, outbox)
        self._is_compact = False
        self._columns: Columns | None = None
        self._state = chosen(self._first, lab)

    @property
    def _first(self) -> str:
        return self.lab.chosen or next(iter(self.lab.networks))

    # ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def open(self, given: Open) -> View:
        """The network of an address; what is wrong in it leaves everything as it is."""
        return self._show(opened(given.fragment, self.lab, self._first))

    @command
    def edit(self, given: Edit) -> View:
        """Another value for one number."""
        self._state.set(given.name, given.text)
        return self._view(self._state)

    @command
    def resize(self, given: Resize) -> View:
        """More or fewer neurons."""
        return self._rebuilt(network_of(resized(self._rows(), given.column, given.neurons), self._state.network.dtype))

    @command
    def add(self, given: Add) -> View:
        """One layer more."""
        return self._rebuilt(network_of(with_layer(self._rows(), given.column), self._state.network.dtype))

    @command
    def remove(self, given: Remove) -> View:
        """One layer less."""
        return self._rebuilt(network_of(without_layer(self._rows(), given.column), self._state.network.dtype))

    @command
    def activate(self, given: Activate) -> View:
        """Another activation for one layer."""
        stations = Columns(self._state.network).stations
        require(0 <= given.column < len(stations), f"there is no column {given.column}")
        path = stations[given.column].path
        require(path in self._state.network.layers, f"column {given.column} is no layer")
        network = activated(self._state.network, path, given.activation)
        return self._show(self._state.with_network(network, is_own=not self._state.example))

    @command
    def choose(self, given: Choose) -> View:
        """Another loss."""
        self._state.require_loss(given.loss)
        return self._show(replace(self._state, loss=given.loss))

    @command
    def merge(self, given: Merge) -> View:
        """Layers multiplied together."""
        return self._show(replace(self._state, merged=products.clipped(self._state, given.layers)))

    @command
    def hide(self, given: Hide) -> View:
        """Numbers to be guessed; all others are shown."""
        known = {name for one in self._view(self._state).neurons for name in (one.name, one.value)}
        wrong = sorted(set(given.names) - known)
        require(not wrong, f"there is no neuron {', '.join(wrong)}")
        return self._show(replace(self._state, hidden=tuple(dict.fromkeys(given.names))))

    @command
    def guess(self, given: Guess) -> Guessed:
        """What a hidden number is."""
        return guesses.checked(self._state, self._seen(self._state), given)

    @command
    def fit(self, given: Fit) -> View:
        """Draw it so from now on."""
        self._is_compact = given.compact
        return self._view(self._state)

    @command
    def why(self, given: Ask) -> Why:
        """The arithmetic of any number of the network; with a target, its gradient, too."""
        state = self._state
        if is_piece(given.name):
            require(not state.hidden, "the pieces would tell the hidden numbers")
            return why_piece(state, self._first_output, given.name, given.levels)
        if is_product(given.name):
            outline = products.numbers(state)[given.name].tree(given.levels)
            return Why(given.name, lines(outline), python_of(state, given.name))
        explanation = self._seen(state).explain(state.input, state.y, loss=state.loss_or_none)
        asked = explanation[given.name]
        guesses.require_seen(state, asked, given.levels)
        found = lines(asked.tree(given.levels))
        if state.target and not state.hidden and self._has_slope(asked, given.name):
            found += lines(explanation.gradient(given.name).tree(max(0, given.levels - 1)))
        return Why(given.name, found, python_of(state, given.name))

    @command
    def mattered(self, given: Ask) -> Mattered:
        """The largest terms of a number; of a value after the activation, those of its sum."""
        state = self._state
        sums = {one.value: one.name for one in neurons_of(self._seen_columns(state))}
        explanation = self._seen(state).explain(state.input, state.y, loss=state.loss_or_none)
        weighed = explanation[sums.get(given.name, given.name)]
        for one in (explanation[given.name], weighed):
            guesses.require_seen(state, one, 0)
        return mattered(weighed)

    @command
    def feed(self, given: Feed) -> Fed:
        """The sums of these neurons, written out."""
        state = self._state
        explanation = self._seen(state).explain(state.input)
        for name in given.names:
            guesses.require_seen(state, explanation[name], 0)
        return Fed(tuple(line_of(explanation[name]) for name in given.names))

    @command
    def function(self, given: Nothing) -> Function:
        """The output over the inputs."""
        return function(self._state, self._first_output)

    def script(self) -> str:
        """``explanation`` has all numbers of the page."""
        return script(self._state, self.lab)

    @property
    def _first_output(self) -> str:
        """The name of the output that is drawn over the inputs."""
        column = self._seen_columns(self._state)[-1]
        last = column.below or column.inside
        require(last is not None, "the network has no row of outputs")
        assert last is not None
        return last.names[0]

    # ── changes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _show(self, state: State) -> View:
        """The view of a state, which is kept if it can be shown."""
        view = self._view(state)
        self._state = state
        return view

    def _rows(self) -> list[Row]:
        is_merged = products.is_merged(self._state)
        require(not is_merged, "the layers are multiplied together; show the network as it is to change them")
        return rows_of(self._state.network)

    def _rebuilt(self, network: Network) -> View:
        return self._show(self._state.with_network(network, is_own=True))

    # ── what it shows ───────────────────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def _seen(state: State) -> Network:
        """The network as it is drawn: with its first layers multiplied together, or as it is."""
        return products.merged(state) if state.merged else state.network

    @staticmethod
    def _has_slope(asked: Explanation, name: str) -> bool:
        return not asked.is_backward and not name.startswith(("loss", "target"))

    def _seen_columns(self, state: State) -> list[Column]:
        network, x = self._seen(state), state.input[None]
        if self._columns is None or self._columns.network is not network:
            self._columns = Columns(network, x)
        is_wide = any(size > MOST_LABELLED for size in map(_width, self._columns.stations))
        return self._columns.at(x, Look(compact=self._is_compact or is_wide), state.hidden).all()

    def _view(self, state: State) -> View:
        columns = self._seen_columns(state)
        title = f"The network {state.example}" if state.example else "An own network"
        is_fixed = bool(why_fixed(state.network))
        scene = network_scene(columns if is_fixed else [replace(column, notes=()) for column in columns], title)
        names = state.input_names
        few = [*zip(names, state.x, strict=True)] if columns[0].is_labelled else []
        texts = {element.of for element in scene.elements if isinstance(element, Text)}
        image = replace(products.renamed(picture(scene), state), description=summary(columns))
        found = [*neurons_of(columns)]
        hidden = tuple(name for name in state.hidden if any(name in (one.name, one.value) for one in found))
        state.hidden = hidden
        return View(
            fragment=state.fragment(self.lab),
            example=state.example,
            examples=tuple(self.lab.networks),
            picture=image,
            is_compact=columns[0].is_compact,
            neurons=tuple(found),
            inputs=tuple(Editable(name, exact(value), f"input {name}") for name, value in few),
            parameters=tuple(parameters_of(state, texts)),
            derived=tuple(Shown(one.of, one.text) for one in image.shapes if one.text and is_product(one.of)),
            outputs=tuple(outputs_of(columns[-1])),
            stages=tuple(self._stages(state, columns, scene)),
            fixed="the layers are multiplied together" if products.is_merged(state) else why_fixed(state.network),
            activations=activations(),
            targets=self._targets(state),
            losses=losses(),
            chosen_loss=loss_name(state),
            loss=self._loss(state),
            hidden=hidden,
            checks=checks(self.lab.networks),
            collapsed=products.shown(state) if state.merged else None,
        )

    @staticmethod
    def _targets(state: State) -> tuple[Editable, ...]:
        values = state.target or (None,) * len(state.target_names)
        return tuple(
            Editable(name, "" if value is None else repr(value), name)
            for name, value in zip(state.target_names, values, strict=True)
        )

    @staticmethod
    def _loss(state: State) -> Shown | None:
        """How far the outputs are from the target; not while a number is hidden that it would give away."""
        if not state.target or state.hidden:
            return None
        loss = state.network.loss(state.input[None], [state.y], state.loss_or_none)
        return shown("loss", loss + state.network.penalty())

    def _stages(self, state: State, columns: list[Column], scene: Scene) -> Iterator[Stage]:
        """The columns that have neurons, with the places of their titles."""
        assert self._columns is not None
        circles = {one.of: one.x for one in scene.elements if isinstance(one, Circle)}
        titles = [one for one in scene.elements if isinstance(one, Text) and one.bold]
        for i, column in enumerate(columns):
            title = titles[i]
            layer = state.network.layers.get(self._columns.stations[i].path)
            activation = getattr(layer, "activation", None)
            x = circles.get(column.number_of(column.shown[0]), title.x)
            yield Stage(column.title, x, title.y, column.size, "" if activation is None else name_of(activation))


def _width(station: Station) -> int:
    """How many neurons a station has."""
    size = station.var.shape[-1]
    return size if isinstance(size, int) else 1
