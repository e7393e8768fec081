"""*Sequence*: what a network keeps of a sequence, step by step, and which of its steps look at which."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from threading import Event, RLock
from typing import Any

import numpy as np

from glassnet.inspection.names import with_place
from glassnet.inspection.neurons import input_names
from glassnet.inspection.sequences import Sequences
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require, require_known
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Nothing, Page, command
from glassnet.lab.sequence.examples import EXAMPLES, MOST_EPOCHS, Course, course
from glassnet.lab.sequence.inputs import chosen, inputs
from glassnet.lab.sequence.looks import Looked
from glassnet.lab.sequence.messages import (
    Choose,
    Edit,
    Hide,
    Live,
    Next,
    Open,
    Pick,
    Picked,
    Resize,
    Seek,
    Take,
    Training,
    Tune,
    View,
    Write,
)
from glassnet.lab.sequence.script import script
from glassnet.lab.sequence.state import FIRST, MOST_STEPS, State, Writing, require_writing
from glassnet.lab.sequence.writing import Reading, writes
from glassnet.lab.shown import Ask, Editable, Guess, Guessed, Why, editable, guessed, put, require_found, typed, why
from glassnet.network import Network
from glassnet.words import number

MOST_ANSWERS = 12
MOST_WEIGHTS = 8
OF_NEXT = ("next[", "share[", "cumulated[")  # what NextToken explains
FRAME = 0.05  # seconds that an epoch is shown, at least


class SequencePage(Page):
    """A network along a sequence: an example that learns, or one of the lab."""

    name = "sequence"
    events = (Live,)

    def __init__(self, lab: Lab, outbox: Outbox) -> None:
        super().__init__(lab, outbox)
        self._turn = RLock()  # of a command, or of an epoch in the background
        self._own = {name: network for name, network in lab.networks.items() if reads(network)}
        self._built, self._prepared = cache(self._build), cache(self._prepare)
        self._first = lab.chosen if lab.chosen in self._own else FIRST
        self._state = State(self._first)
        self._epoch = self._reachable(self._state)
        self._looked = self._look_at(self._state, self._epoch)
        self._goal = self._epoch

    def answer(self, op: str, args: Any, payload: bytes = b"") -> Any:
        with self._turn:
            return super().answer(op, args, payload)

    # ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def open(self, given: Open) -> View:
        """What an address says; what is wrong in it leaves everything as it is."""
        self._take(State.of(given.fragment, self._first))
        if self._goal < self._state.goal:  # a page that was just opened has not begun to learn
            self._learn_until(self._state.goal)
        return self._view()

    @command
    def choose(self, given: Choose) -> View:
        """Look into another example, or network."""
        return self._show(State(given.model))

    @command
    def take(self, given: Take) -> View:
        """Another input; weights that were changed stay so."""
        return self._show(replace(self._state, input=given.input, edits=self._weights_edited(), found=()))

    @command
    def resize(self, given: Resize) -> View:
        """So many steps."""
        require(self._is_free, "this network takes a fixed number of steps")
        require(1 <= given.steps <= MOST_STEPS, f"there are 1 to {MOST_STEPS} steps here, not {given.steps}")
        left = {f"x{i + 1}" for i in range(given.steps)}
        edits = tuple(one for one in self._state.edits if "." in one[0] or one[0].partition("_")[0] in left)
        return self._show(replace(self._state, steps=given.steps, edits=edits, pick=None, found=()))

    @command
    def edit(self, given: Edit) -> View:
        """Another number in the input, or another weight."""
        edits = {**dict(self._state.edits), given.name: typed(given.text, given.name)}
        return self._show(replace(self._state, edits=tuple(sorted(edits.items())), found=()))

    @command
    def write(self, given: Write) -> View:
        """Another text."""
        self._require_text()
        return self._write(replace(self._state.writing, text=given.text, more=0))

    @command
    def next(self, given: Next) -> View:
        """So many tokens more, each drawn from what the network expects."""
        self._require_text()
        require(given.count > 0, "one token is written at least")
        return self._write(replace(self._state.writing, more=self._state.writing.more + given.count))

    @command
    def tune(self, given: Tune) -> View:
        """How tokens are drawn from now on; those that were stay."""
        reading = self._require_text()
        require(given.top_k >= 0 and given.seed >= 0, "top_k and the seed are whole numbers, 0 or more")
        temperature, top_p = typed(given.temperature, "the temperature"), typed(given.top_p, "top_p")
        text = reading.text if reading.writing.more else reading.writing.text
        return self._write(Writing(text, 0, temperature, given.top_k, top_p, given.seed))

    def _write(self, writing: Writing) -> View:
        require_writing(writing)
        return self._show(replace(self._state, writing=writing, found=()))

    def _require_text(self) -> Reading:
        if self._looked.reading is None:
            raise GlassnetError("this network reads numbers, no text")
        return self._looked.reading

    @command
    def pick(self, given: Pick) -> View:
        """Choose a number."""
        pick = self._looked.near(self._complete(given), self._place())
        require(self._looked.has(pick), "there is no number at that place")
        return self._show(replace(self._state, pick=pick))

    @command
    def look(self, given: Nothing) -> Picked:
        """The chosen number, and what belongs to it."""
        return self._looked.picked(self._place())

    @command
    def hide(self, given: Hide) -> View:
        """Hide what follows from the input, or show it."""
        return self._show(replace(self._state, hidden=given.is_hidden, found=()))

    @command
    def guess(self, given: Guess) -> Guessed:
        """What the chosen number is."""
        name = self._looked.name(self._place())
        require(given.name == name and self._looked.is_hidden(name), f"{given.name} is not hidden")
        reply = guessed(self._looked.network, self._looked.x, given)
        if reply.is_right:
            self._take(replace(self._state, found=(*self._state.found, name)))
        return reply

    @command
    def why(self, given: Ask) -> Why:
        """The arithmetic of any number."""
        if self._looked.reading and given.name.startswith(OF_NEXT):
            require(not self._state.hidden, "all numbers are hidden: show them first")
            following = self._looked.reading.following[given.name]
            return replace(why(following, given.levels), python=f'following["{given.name}"]')
        asked = self._looked.explained()[given.name]
        if self._state.hidden:
            require_found(asked, given.levels, self._state.found)
        return replace(why(asked, given.levels), python=f'explanation["{given.name}"]')

    def script(self) -> str:
        source = self.lab.source(self._state.model)
        weights = dict(self._weights_edited())
        given = self._looked.reading or self._looked.x
        return script(self._state, source, given, weights, self._looked.name(self._place()))

    # ── learning ────────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def train(self, given: Nothing) -> View:
        """Learn on, in the background, until paused; only then the address says how far."""
        require(self._course is not None, f"{self._state.model} does not learn here")
        require(self._epoch < MOST_EPOCHS, f"it has learnt for {MOST_EPOCHS} epochs; go back to see it learn again")
        self._learn_until(MOST_EPOCHS)
        return self._view()

    @command
    def pause(self, given: Nothing) -> View:
        """Stop after the epoch that is being learnt."""
        self.stop()
        return self._show(replace(self._state, epochs=self._epoch, found=()))

    @command
    def seek(self, given: Seek) -> View:
        """The weights after so many epochs; those that are not known yet are learnt in the background."""
        require(0 <= given.epoch <= MOST_EPOCHS, f"an example learns for 0 to {MOST_EPOCHS} epochs")
        return self._show(replace(self._state, epochs=given.epoch, found=()))

    @property
    def _course(self) -> Course | None:
        """The course of the example that is shown; None for what does not learn."""
        example = EXAMPLES.get(self._state.model)
        return course(self._state.model) if example and example.data else None

    def _learn_until(self, epoch: int) -> None:
        self._goal = epoch
        if self._epoch < epoch:
            self.in_background(self._learn)

    def _learn(self, stop: Event) -> None:
        """Show one epoch after the other, each learnt where it is not known yet."""
        taught = self._course
        while taught is not None and not stop.is_set() and self._epoch < self._goal:
            taught.learn(self._epoch + 1)
            if self._turn.acquire(timeout=FRAME):
                try:
                    if not stop.is_set():
                        self._epoch += 1
                        self._looked = self._look_at(self._state, self._epoch)
                        self.tell(Live(self._view()))
                finally:
                    self._turn.release()
            stop.wait(FRAME)

    def _reachable(self, state: State) -> int:
        """The epoch that can be shown at once."""
        return min(state.goal, course(state.model).known) if state.model in EXAMPLES else 0

    # ── the state ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _show(self, state: State) -> View:
        self._take(state)
        return self._view()

    def _take(self, state: State) -> None:
        """Make that the state, or leave all as it is; learn as far as it says, in the background."""
        require_known("example or network", state.model, [*EXAMPLES, *self._own])
        learns_on = (state.model, state.goal) == (self._state.model, self._state.goal)
        epoch = self._epoch if learns_on else self._reachable(state)
        is_same = learns_on and _numbers_of(state) == _numbers_of(self._state)
        looked = self._looked if is_same else self._look_at(state, epoch)
        if state.pick and looked.reading and state.writing != self._state.writing and looked.has_part(state.pick):
            state = replace(state, pick=looked.at_last(state.pick))
        if state.pick and not looked.has(state.pick):
            state = replace(state, pick=None)
        if not learns_on:
            self.stop()
        self._looked = replace(looked, hidden=state.hidden, found=frozenset(state.found))
        self._state, self._epoch = state, epoch
        if not learns_on:
            self._learn_until(state.goal)

    def _look_at(self, state: State, epoch: int) -> Looked:
        """The network of a state, with the weights after so many epochs, at its input."""
        network = self._built(state.model)
        if writes(network):
            return self._look_at_text(state, network, epoch)
        x = chosen(state.input, inputs(state.model, network, self.lab, state.steps))
        network, sequences = self._prepared(state.model, len(x))
        self._teach(network, state.model, epoch)
        names = {str(name): i for i, name in enumerate(input_names(network).ravel())}
        for name, value in state.edits:
            if name in names:
                x.reshape(-1)[names[name]] = value
            else:
                self._set_weight(network, state.model, name, value)
        network.inputs_of(x)  # says what does not fit
        marked = EXAMPLES[state.model].marked if state.model in EXAMPLES and x[0].size == 1 else lambda entry: ""
        steps = tuple(f"{i + 1} {marked(float(x.flat[i]))}".strip() for i in range(len(x)))
        explained = cache(lambda: network.explain(x))
        return Looked(network, sequences, x, steps, sequences(x), explained, None, state.hidden, frozenset(state.found))

    def _look_at_text(self, state: State, network: Network, epoch: int) -> Looked:
        """The same of a language model, at what it reads."""
        require(not state.edits, "this network reads a text: type another one")
        self._teach(network, state.model, epoch)
        reading = Reading(network, state.writing)
        network, sequences = self._prepared(state.model, len(reading.x))
        self._teach(network, state.model, epoch)
        explained = cache(lambda: network.explain(reading.x))
        given = reading.x, reading.steps, sequences(reading.x), explained, reading
        return Looked(network, sequences, *given, state.hidden, frozenset(state.found))

    def _teach(self, network: Network, model: str, epoch: int) -> None:
        """Give an example the weights after so many epochs."""
        if model in EXAMPLES:
            network.assign(course(model).weights(epoch))

    def _build(self, model: str) -> Network:
        return EXAMPLES[model].build() if model in EXAMPLES else self._own[model].copy()

    def _prepare(self, model: str, steps: int) -> tuple[Network, Sequences]:
        network = self._built(model)
        sequences = Sequences(network, steps)
        return network.at(sequences.shape), sequences

    def _set_weight(self, network: Network, model: str, name: str, value: float) -> None:
        require(model in EXAMPLES and _has_few(network), f"there is no number {name!r} to be changed")
        put(network, name, value)

    @property
    def _is_free(self) -> bool:
        return self._looked.network.inputs[0] is None

    def _weights_edited(self) -> tuple[tuple[str, float], ...]:
        """Of the numbers that were changed, those that are no inputs."""
        return tuple(one for one in self._state.edits if "." in one[0])

    def _place(self) -> Pick:
        """The place of the chosen number."""
        return self._state.pick or self._looked.first()

    def _complete(self, pick: Pick) -> Pick:
        """A place with its part; where the layer has no such place, the first of it."""
        require(0 <= pick.layer < len(self._looked.sequences.layers), f"there is no layer {pick.layer + 1}")
        first = self._looked.first(pick.layer)
        return replace(pick, part=pick.part or first.part)

    # ── what it shows ───────────────────────────────────────────────────────────────────────────────────────────────

    def _view(self) -> View:
        state, looked, place = self._state, self._looked, self._place()
        example = EXAMPLES.get(state.model)
        reading = looked.reading
        known = {"": looked.x} if reading else inputs(state.model, looked.network, self.lab, state.steps)
        answers = looked.answers()
        return View(
            fragment=state.fragment,
            model=state.model,
            models=(*EXAMPLES, *self._own),
            about=example.about if example else "",
            input=state.input or next(iter(known)),
            inputs=() if reading else tuple(known),
            entries=looked.entries(),
            text=reading.shown(looked.last_answers()[0], state.hidden) if reading else None,
            can_resize=self._is_free and not reading,
            weights=self._weights(),
            layers=tuple(looked.layers()),
            board=looked.board(place),
            answers=tuple(answers) if len(answers) <= MOST_ANSWERS else (),
            said="" if state.hidden else self._said(state.input or next(iter(known))),
            training=self._training(),
            pick=place,
            is_hidden=state.hidden,
        )

    def _said(self, given: str) -> str:
        """What the answer means; of a sample as it was given, what came."""
        state, example = self._state, EXAMPLES.get(self._state.model)
        if example is None or self._looked.reading:
            return ""
        answer = float(self._looked.sequences.answers(self._looked.x)[1].ravel()[-1])
        said = example.said(answer, self._looked.x)
        kind, _, which = given.partition(" ")
        others = course(state.model).others
        if said or others is None or kind != "sample" or state.edits:
            return said
        return f"{number(others[1][int(which) - 1])} came"

    def _weights(self) -> tuple[Editable, ...]:
        network = self._looked.network
        if self._state.model not in EXAMPLES or not _has_few(network):
            return ()
        return tuple(
            editable(with_place(name, place), value)
            for name, array in network.parameters.items()
            for place, value in np.ndenumerate(array)
        )

    def _training(self) -> Training | None:
        taught = self._course
        if taught is None:
            return None
        is_running = self._epoch < self._goal
        return Training(self._epoch, self._goal, MOST_EPOCHS, is_running, taught.judged(self._epoch))


def reads(network: Network) -> bool:
    """Whether a network has a layer along a sequence."""
    try:
        Sequences(network, 2)
    except GlassnetError:
        return False
    return True


def _has_few(network: Network) -> bool:
    return sum(array.size for array in network.parameters.values()) <= MOST_WEIGHTS


def _numbers_of(state: State) -> tuple[object, ...]:
    """What decides all numbers."""
    return state.model, state.input, state.steps, state.edits, state.writing
