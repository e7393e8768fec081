"""*Learn*: one gradient step taken apart, forward, loss, δ backwards, gradients, update, sub-step by sub-step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from glassnet.inspection.drawing.columns import Column
from glassnet.inspection.names import printed, with_place
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.lab.learn.examples import examples, own, why_not
from glassnet.lab.learn.learner import MOST_SAMPLES, SETTING, Learner, losses_that_fit
from glassnet.lab.learn.lesson import DELTA, FORWARD, GRADIENT, LOSS, UPDATE, Lesson, SubStep
from glassnet.lab.learn.messages import (
    Choose,
    Edit,
    Go,
    Neuron,
    Open,
    Route,
    Row,
    Select,
    Steps,
    View,
)
from glassnet.lab.learn.messages import SubStep as ShownSubStep
from glassnet.lab.learn.script import script
from glassnet.lab.learn.state import MOST_STEPS, State, opened
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Nothing, Page, command
from glassnet.lab.shown import (
    Ask,
    Editable,
    Fit,
    Picture,
    ShownLine,
    Why,
    editable,
    lines,
    picture,
    shown,
    typed,
    whole,
    why,
)
from glassnet.readings.explain import Explanation, Outline
from glassnet.train.optimizers.optimizer import Optimizer
from glassnet.words import counted, rounded, unknown

CURVE = 300  # losses that are drawn
LOSS_DIGITS = 10  # of the two losses whose difference counts


class LearnPage(Page):
    """A network, a sample, and the step that it takes next."""

    name = "learn"

    def __init__(self, lab: Lab, outbox: Outbox) -> None:
        super().__init__(lab, outbox)
        mine = {name: network for name, network in lab.networks.items() if name not in examples()}
        said = {name: why_not(network) for name, network in mine.items()}
        self._examples = {**examples(), **{name: own(lab, name) for name in mine if not said[name]}}
        self._missing = f"{lab.chosen} is not here: {said[lab.chosen]}." if said.get(lab.chosen) else ""
        self._is_compact = False
        self._first = lab.chosen if lab.chosen in self._examples else next(iter(self._examples))
        self._state = State(self._first)
        self._learner = Learner(self._examples[self._first])
        self._lesson = Lesson(self._learner)

    # ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def open(self, given: Open) -> View:
        """The state of an address; what is wrong in it leaves everything as it is."""
        return self._show(opened(given.fragment, self._first))

    @command
    def choose(self, given: Choose) -> View:
        """Another loss or optimiser, other samples, or another one of them to be drawn."""
        choices = ("loss", "optimizer", "samples", "sample")
        require(given.what in choices, unknown("choice", given.what, choices))
        if given.what == "sample":
            sample = max(0, whole(given.name, "the sample", MOST_SAMPLES) - 1)
            return self._show(replace(self._state, sample=sample, selected=""))
        state = self._state.changed(given.what, given.name)
        return self._show(replace(state, selected="") if given.what == "samples" else state)

    @command
    def edit(self, given: Edit) -> View:
        """Another value for one number."""
        if given.name == "ε":
            return self._show(replace(self._state, epsilon=typed(given.text, "ε")))
        name = "rate" if given.name == "learning rate" else given.name
        name = f"{SETTING}{name}" if name in self._learner.all_settings else name
        value = typed(given.text, given.name)
        return self._show(self._state.changed(name, repr(value)))

    @command
    def step(self, given: Nothing) -> View:
        """The next sub-step; after the last one, the next step begins."""
        state, last = self._state, len(self._lesson.sub_steps)
        return self._show(replace(state, at=state.at + 1) if state.at < last else state.stepped(1))

    @command
    def back(self, given: Nothing) -> View:
        """The sub-step before; before the first one, the last of the step before."""
        state = self._state
        if state.at:
            return self._show(replace(state, at=state.at - 1))
        require(state.last_steps > 0, "no step lies before this; Undo takes back what was changed")
        return self._show(replace(state.stepped(-1), at=len(self._lesson.sub_steps)))

    @command
    def go(self, given: Go) -> View:
        """A sub-step of this step."""
        return self._show(replace(self._state, at=given.at))

    @command
    def steps(self, given: Steps) -> View:
        """Whole steps."""
        require(1 <= given.count <= MOST_STEPS, f"1 to {MOST_STEPS:,} steps at once, not {given.count}")
        require(not self._learner.diverged, self._learner.diverged)
        return self._show(self._state.stepped(given.count))

    @command
    def select(self, given: Select) -> View:
        """Another number to be followed and checked."""
        name = printed(given.name).removeprefix("∂loss/∂").removeprefix("new ").removeprefix("δ")
        return self._show(replace(self._state, selected=name))

    @command
    def fit(self, given: Fit) -> View:
        """Draw it so from now on."""
        self._is_compact = given.compact
        return self._view(self._state, self._lesson)

    @command
    def why(self, given: Ask) -> Why:
        """The arithmetic of any number of the page."""
        state, name = self._state, given.name
        if name == "ε":
            return _given(name, state.epsilon)
        if name == "learning rate" and name not in self._lesson.numbers:
            return _given(name, self._learner.rate)
        if name in (settings := self._learner.all_settings):
            return _given(name, settings[name])
        if name in self._learner.parameters:
            return why(replace(self._lesson[name], role=""), given.levels)
        nudge = self._lesson.nudge(self._selected, state.epsilon)
        if name in nudge.names and name != nudge.gradient.name:
            return why(nudge[name], given.levels)
        return why(self._lesson[name], given.levels)

    def script(self) -> str:
        """``explanation`` has all numbers of the page."""
        return script(self._learner, self._lesson.in_training(self._selected), self._state.epsilon)

    @property
    def _selected(self) -> str:
        return self._state.selected or self._learner.parameters[0]

    # ── what it shows ───────────────────────────────────────────────────────────────────────────────────────────────

    def _show(self, state: State) -> View:
        """The view of a state, which is kept if it can be shown."""
        require(state.example in self._examples, unknown("example", state.example, self._examples))
        try:
            learner = self._follow(state)
            state = replace(state, changes=learner.changes)
            is_same = learner is self._learner and learner.changes == self._lesson.changes
            lesson = self._lesson if is_same and state.sample == self._state.sample else Lesson(learner, state.sample)
            state = replace(state, sample=lesson.sample)
            view = self._view(state, lesson)
        except GlassnetError:
            self._learner = self._follow(self._state)
            self._lesson = Lesson(self._learner, self._state.sample)
            raise
        self._state, self._learner, self._lesson = state, learner, lesson
        return view

    def _follow(self, state: State) -> Learner:
        """A learner to whom all of that was done; the one that is there, where it only has to go on."""
        example = self._examples[state.example]
        learner = self._learner if self._learner.example is example else Learner(example)
        return learner.follow(state.changes)

    def _view(self, state: State, lesson: Lesson) -> View:
        learner, sub_steps = lesson.learner, lesson.sub_steps
        require(0 <= state.at <= len(sub_steps), f"this step has {counted(len(sub_steps), 'sub-step')}, got {state.at}")
        now = sub_steps[state.at - 1] if state.at else None
        columns, scene = lesson.scene(state.at, self._is_compact)
        selected = state.selected or learner.parameters[0]
        nudge = lesson.nudge(selected, state.epsilon)
        found, said = _paths(lesson, selected)
        return View(
            fragment=state.fragment(),
            example=state.example,
            examples=tuple(self._examples),
            loss=learner.loss,
            losses=losses_that_fit(learner.example),
            optimizer=learner.optimizer,
            optimizers=tuple(Optimizer.known),
            rate=editable("learning rate", learner.rate),
            settings=tuple(editable(name, value) for name, value in learner.all_settings.items()),
            samples=learner.samples,
            counts=tuple(range(learner.example.least, MOST_SAMPLES + 1)),
            drawn=lesson.sample + 1,
            sample=tuple(_numbers_of(learner, lesson.sample)),
            picture=_marked(picture(scene), lesson),
            neurons=tuple(_neurons(columns, lesson)),
            edges=tuple(_edges(columns, lesson)),
            routes=tuple(Route(tuple(way)) for way in lesson.routes(selected, found, scene, columns)),
            sub_steps=tuple(ShownSubStep(one.part, one.layer) for one in sub_steps),
            at=state.at,
            can_go_back=bool(state.at or state.last_steps),
            title=_title(now),
            lines=tuple(map(_line, lesson.arithmetic(now))) if now else (),
            loss_now=shown(lesson.loss, lesson[lesson.loss].value) if SubStep(LOSS) in sub_steps[: state.at] else None,
            curve=_curve(learner, lesson),
            steps=state.steps,
            said=_said(learner, state.at, len(sub_steps)),
            missing=self._missing,
            diverged=learner.diverged,
            rows=tuple(_rows(lesson, state.at)),
            selected=selected,
            selectable=(*learner.parameters, *lesson.numbers_with_gradient()),
            paths=lines(found),
            no_paths=said,
            epsilon=editable("ε", state.epsilon),
            nudge=tuple(shown(name, nudge[name].value, LOSS_DIGITS) for name in nudge.names),
            nudge_lines=tuple(_line(nudge[name]) for name in nudge.names),
        )


def _given(name: str, value: float) -> Why:
    return Why(name, (ShownLine(0, f"{name} = {rounded(float(value), 17)}", name),))


def _numbers_of(learner: Learner, sample: int) -> Iterator[Editable]:
    """The inputs and targets of a sample."""
    yield from map(editable, learner.input_names(sample), learner.inputs[sample])
    yield from map(editable, learner.target_names(sample), learner.targets[sample])


def _line(one: Explanation) -> ShownLine:
    """The line of a number, in names first and then in numbers."""
    return lines(one.tree(0))[0]


def _title(now: SubStep | None) -> str:
    if now is None:
        return "Before the step: Step feeds forward through the first layer"
    titles = {
        FORWARD: f"Forward through {now.layer}",
        LOSS: "The loss",
        DELTA: f"Backwards: the δ of {now.layer}",
        GRADIENT: f"The gradients for {now.layer}",
        UPDATE: "The update",
    }
    return titles[now.part]


def _said(learner: Learner, at: int, count: int) -> str:
    taken = counted(len(learner.losses), "step")
    return f"{taken}, sub-step {at} of {count}"


def _curve(learner: Learner, lesson: Lesson) -> tuple[float, ...]:
    """The loss before each step that was taken, and before the next; of many, every so manieth and the last."""
    losses = [one for one in (*learner.losses, float(lesson[lesson.loss].value)) if np.isfinite(one)]
    every = -(-len(losses) // CURVE)
    return tuple(losses[::-every][::-1])


def _paths(lesson: Lesson, selected: str) -> tuple[Outline, str]:
    """The gradient for a number by its paths; or why there are none, in words."""
    try:
        return lesson.paths(selected), ""
    except GlassnetError as error:
        return Outline(()), str(error)


def _rows(lesson: Lesson, at: int) -> Iterator[Row]:
    """The table of the update: what is computed by then."""
    done = lesson.sub_steps[:at]
    for group, names in lesson.groups.items():
        for name in names:
            old = lesson.network.parameters[name]
            for index in np.ndindex(old.shape):
                place, step = with_place(name, index), with_place(f"{name}.step", index)
                gradient = lesson.gradient_name(place) if SubStep(GRADIENT, group) in done else ""
                is_done = SubStep(UPDATE) in done
                yield Row(
                    editable(place, float(old[index])),
                    shown(gradient, lesson[gradient].value) if gradient else None,
                    shown(step, lesson[step].value) if is_done else None,
                    shown(f"new {place}", lesson[f"new {place}"].value) if is_done else None,
                )


def _neurons(columns: list[Column], lesson: Lesson) -> Iterator[Neuron]:
    """The neurons whose numbers are known."""
    for column in columns:
        if column.inside is None or column.inside.are_hidden:
            continue
        for i, name in enumerate(column.inside.names):
            own = lesson.called(name)
            if column.below is None or column.below.are_hidden:
                text = shown(name, column.inside.values[i]).text
                yield Neuron(own, own, f"{name}, {text}")
            else:
                yield Neuron(own, lesson.called(column.below.names[i]), f"{name}, {column.below.written(i)}")


def _edges(columns: list[Column], lesson: Lesson) -> Iterator[str]:
    """The names of what is written beside neurons and on edges, of weights, gradients, biases and δs."""
    for column in columns:
        for link in column.links:
            rows = range(0 if link.weights is None else len(link.weights))
            for name in (link.weight_of(i, j) for i in rows for j in range(column.size)):
                yield lesson.called(name)
        for i in range(column.size):
            deltas = column.deltas
            name = deltas.names[i] if deltas is not None else column.bias_of(i) if column.biases is not None else ""
            if name:
                yield lesson.called(name)


def _marked(drawn: Picture, lesson: Lesson) -> Picture:
    """The picture with the names that its numbers have in the step."""
    return replace(drawn, shapes=tuple(replace(shape, of=lesson.called(shape.of)) for shape in drawn.shapes))
