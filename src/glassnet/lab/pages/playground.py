"""*Playground*: a small network trained on points of the plane, forwards, backwards, and beside another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from threading import Event
from time import perf_counter

from glassnet.ir.errors import DivergenceError, GlassnetError
from glassnet.ir.require import require
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Nothing, Page, command
from glassnet.lab.playground import shows
from glassnet.lab.playground.gallery import written_out
from glassnet.lab.playground.messages import (
    Add,
    Closer,
    Curves,
    Delete,
    Live,
    Look,
    Open,
    Own,
    Race,
    Seek,
    Set,
    Sheet,
    Step,
    Train,
    Type,
    View,
)
from glassnet.lab.playground.own import own_points, own_table
from glassnet.lab.playground.questions import Questions
from glassnet.lab.playground.run import Run
from glassnet.lab.playground.script import script
from glassnet.lab.playground.settings import (
    Rule,
    Setup,
    State,
    Tuning,
    changed_rule,
    changed_tuning,
    opened,
    read_setting,
)
from glassnet.lab.playground.surfaces import Surfaces
from glassnet.lab.shown import Ask, Why, typed
from glassnet.words import counted, number

FRAME = 1 / 66
"""Seconds from one painting to the next: fewer than a screen takes, which then never waits for one; what is too many is
dropped."""
BUSY = 0.8
"""The share of them in which it paints, tells, and makes steps for the rest of it."""
NEWS, HISTORY = 0.07, 0.25
"""Seconds between news of numbers, and of the curves."""
AT_ONCE = 300
"""Steps that are made before an answer; more are made in the background."""
PAINTING = 1
"""The kind of frame."""


class PlaygroundPage(Page):
    """A run of training, and perhaps another beside it."""

    name = "playground"
    events = (Live, Curves)

    def __init__(self, lab: Lab, outbox: Outbox) -> None:
        super().__init__(lab, outbox)
        self._rule = Rule()
        self._rival: Run | None = None
        self._neuron, self._at = "", (0.5, 0.5)
        self._said, self._speed, self._goes_on = "", 0.0, False
        self._take(Run(Setup(), State().tunings))

    # ── training ────────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def open(self, given: Open) -> View:
        """The state of an address; a step that is far is trained to in the background."""
        state = opened(written_out(given.fragment))
        self.stop()
        self._said = ""
        if state.setup == self._run.setup:
            self._run.retune(state.tunings)
        else:
            self._take(Run(state.setup, state.tunings))
        self._rule = state.rule
        if not state.rival:
            self._rival = None
        elif self._rival is None or (self._rival.setup, self._rival.tunings) != (state.setup, state.rival):
            self._rival = Run(state.setup, state.rival)
        return self._go_to(state.step)

    def _go_to(self, step: int) -> View:
        run = self._run
        if step <= run.last:
            run.seek(step)
            return self._view()
        if step - run.last <= AT_ONCE:
            run.seek(run.last)
            self._try_forward(step - run.last)
            return self._view()
        run.seek(run.last)
        return self._begin(until=step)

    @command
    def train(self, given: Train) -> View:
        """Train on, in the background."""
        require(given.speed >= 0, "steps a second are 0, for as many as can be, or more")
        self.stop()
        require(not self._run.diverged or self._run.step < self._run.last, self._run.diverged)
        return self._begin(given.speed)

    def _begin(self, speed: float = 0.0, until: int = 0) -> View:
        self._said, self._speed, run = "", speed, self._run
        view = self._view(running=True)  # as it begins, lest a step of undo lies in the middle of the training
        self.in_background(lambda stop: self._learn(run, stop, speed, until))
        return view

    @command
    def pause(self, given: Nothing) -> View:
        """Stop after the step that is being made."""
        self.stop()
        return self._view()

    @command
    def step(self, given: Step) -> View:
        """One batch, or the rest of an epoch."""
        self.stop()
        self._said = ""
        batches = self._run.setup.batches
        self._try_forward(1 if given.unit == "batch" else batches - self._run.step % batches)
        return self._view()

    @command
    def seek(self, given: Seek) -> View:
        """Time travel: to any step that was made."""
        self.stop()
        self._said = ""
        self._run.seek(given.step)
        return self._view()

    @command
    def reset(self, given: Nothing) -> View:
        """Back to the first weights, which are the seed's, with the settings as they are."""
        self.stop()
        self._said = ""
        self._take(Run(self._run.setup, ((0, self._run.tuning),)))
        self._rival = self._rival and Run(self._run.setup, self._rival.tunings)
        return self._view()

    def _try_forward(self, steps: int) -> None:
        try:
            self._run.forward(steps)
        except DivergenceError as error:
            self._said = str(error)
        self._keep_up(perf_counter() + 1.0)

    def _learn(self, run: Run, stop: Event, speed: float, until: int) -> None:
        """Paint, tell, train, until the event, the rule or an error ends it."""
        due, told, drawn, painted = 0.0, 0.0, 0.0, -1
        goal = Goal(self._rule, run, until)
        while not stop.is_set() and not self._said:
            began = perf_counter()
            if run.step != painted:
                painted = run.step
                self.frame(PAINTING, painted, self._surfaces.painted())
            if began - told > NEWS:
                told = began
                self.tell(self._live(running=True))
            elif began - drawn > HISTORY:
                drawn = began
                self.tell(shows.curves(run, self._rival))
            due = min(due + speed * FRAME, 1e6) if speed else 1e9
            due -= self._make(run, stop, due, began + BUSY * FRAME, goal)
            stop.wait(max(0.0, FRAME - (perf_counter() - began)))
        if not stop.is_set():
            self.tell(self._live(running=False))

    def _make(self, run: Run, stop: Event, due: float, deadline: float, goal: Goal) -> int:
        """Steps until the deadline; returns how many."""
        made = 0
        while made + 1 <= due and not stop.is_set() and not self._said:
            try:
                run.forward()
            except GlassnetError as error:
                self._said = str(error)
                break
            made += 1
            self._keep_up(deadline + FRAME)
            self._said = goal.reached(run)
            if perf_counter() > deadline:
                break
        return made

    def _keep_up(self, deadline: float) -> None:
        """Let the other run come as far."""
        rival = self._rival
        if rival is None or rival.diverged:
            return
        if rival.step < rival.last:
            rival.seek(rival.last)
        while rival.last < self._run.step and perf_counter() < deadline:
            try:
                rival.forward()
            except DivergenceError:
                return

    # ── settings ────────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def set(self, given: Set) -> View:
        """One setting: of the tuning from this step on, also while it trains; of the setup, from the beginning."""
        if given.name in ("stop", "stop_at"):
            with self._still():
                self._rule = changed_rule(self._rule, given.name, given.text)
                return self._view(self._goes_on)
        if given.name in {one.name for one in fields(Tuning)}:
            tuning = changed_tuning(self._run.tuning, given.name, given.text)
            with self._still():
                self._run.tune(tuning)
                return self._view(self._goes_on)
        setup = self._run.setup
        value = read_setting(given.name, given.text)
        if given.name == "data" and value == "own" and not setup.points:
            return self._set_up(own_points(setup))
        return self._set_up(replace(setup, **{given.name: value}))

    def _set_up(self, setup: Setup) -> View:
        """Begin anew with other samples or another network."""
        run = Run(setup, ((0, self._run.tuning),))
        self.stop()
        self._said = ""
        self._take(run)
        self._rival = self._rival and Run(setup, self._rival.tunings[:1])
        return self._view()

    @contextmanager
    def _still(self) -> Iterator[None]:
        """A block during which nothing is trained; it goes on afterwards if it did before."""
        self._goes_on = self.is_working
        self.stop()
        try:
            yield
        finally:
            if self._goes_on:
                run = self._run
                self.in_background(lambda stop: self._learn(run, stop, self._speed, 0))

    @command
    def race(self, given: Race) -> View:
        """The same network with another optimiser, from the same first weights, beside this one."""
        rate = typed(given.rate, "the learning rate")
        tuning = replace(self._run.tuning, optimizer=given.optimizer, rate=rate)
        with self._still():
            self._rival = Run(self._run.setup, ((0, tuning),))
            self._keep_up(perf_counter() + 0.1)
            return self._view(self._goes_on)

    @command
    def fork(self, given: Nothing) -> View:
        """Let this run go on as it is, beside whatever is changed from now on."""
        with self._still():
            self._rival = self._run.fork()
            return self._view(self._goes_on)

    @command
    def alone(self, given: Nothing) -> View:
        """No other run."""
        with self._still():
            self._rival = None
            return self._view(self._goes_on)

    # ── points of one's own ─────────────────────────────────────────────────────────────────────────────────────────

    @command
    def add(self, given: Add) -> View:
        """One point more, where the hand put it."""
        setup = own_points(self._run.setup)
        point = (round(given.x, 3), round(given.y, 3), given.target)
        return self._set_up(replace(setup, points=(*setup.points, point)))

    @command
    def type(self, given: Type) -> View:
        """One point more, by its numbers."""
        setup = own_points(self._run.setup)
        target = given.target.strip()
        known = target in setup.labels
        value = float(setup.labels.index(target)) if known else typed(target, "the target")
        point = (typed(given.x, "x"), typed(given.y, "y"), value)
        return self._set_up(replace(setup, points=(*setup.points, point)))

    @command
    def delete(self, given: Delete) -> View:
        """One point less."""
        setup = own_points(self._run.setup)
        count = len(setup.points)
        require(1 <= given.point <= count, f"there is no point {given.point}; there are {counted(count, 'point')}")
        return self._set_up(replace(setup, points=setup.points[: given.point - 1] + setup.points[given.point :]))

    @command
    def own(self, given: Own, payload: bytes) -> View:
        """A table of one's own: two columns of numbers, and the target."""
        labels, points = own_table(payload or given.text.encode(), given.target)
        return self._set_up(replace(self._run.setup, data="own", labels=labels, points=points))

    # ── to look at ──────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def why(self, given: Ask) -> Why:
        """The arithmetic of any number, at this step."""
        with self._still():
            return Questions(self._run, self._rival, self._at).why(given.name, given.levels)

    @command
    def look(self, given: Look) -> Closer:
        """One neuron, at a point."""
        at = typed(given.x, "x"), typed(given.y, "y")
        closer = self._surfaces.closer(given.neuron, at)
        self._neuron, self._at = given.neuron, at
        return closer

    @command
    def sheet(self, given: Nothing) -> Sheet:
        """Answers all over the plane, as a table."""
        return self._surfaces.sheet(self._run.step, self._run.setup.class_names)

    def script(self) -> str:
        return script(self._state)

    @property
    def _state(self) -> State:
        rival = self._rival.tunings if self._rival else ()
        return State(self._run.setup, self._run.tunings, self._run.step, rival, self._rule)

    def _take(self, run: Run) -> None:
        self._run = run
        self._surfaces = Surfaces(run.network, run.setup)
        if self._neuron not in self._surfaces.neurons:
            self._neuron = self._surfaces.neurons[-1]

    def _view(self, running: bool = False) -> View:
        if not running:
            self.frame(PAINTING, self._run.step, self._surfaces.painted())
        rival = shows.rival_in_words(self._rival)
        return shows.view(self._state, self._run, self._surfaces, self._live(running), self._rival, rival)

    def _live(self, running: bool) -> Live:
        said = self._said or (self._run.diverged if self._run.step == self._run.last else "")
        closer = self._surfaces.closer(self._neuron, self._at)
        return shows.live(self._run, self._rival, closer, running, said)


class Goal:
    """When a training ends by itself."""

    def __init__(self, rule: Rule, run: Run, until: int) -> None:
        self._rule, self._until = rule, until
        self._from = run.step
        self._best, self._since = float("inf"), 0

    def reached(self, run: Run) -> str:
        """Why it ends now, in words; empty to go on."""
        kind, value = self._rule.kind, self._rule.value
        if self._until:
            return "" if run.step < self._until else f"Trained to step {run.step:,}, which the address asks for."
        if kind == "steps" and run.step >= value > self._from:
            return f"Stopped after {counted(run.step, 'step')}, as the rule says."
        if run.step % run.setup.batches or kind in ("never", "steps"):
            return ""
        name = "test loss" if kind == "test loss" and len(run.test[0]) else "loss"
        loss = run.measured()[name]
        if kind == "loss":
            return f"Stopped: the loss is {number(loss)}, below {number(value)}." if loss < value else ""
        self._best, self._since = (loss, 0) if loss < self._best else (self._best, self._since + 1)
        return (
            f"Stopped: the {name} has not fallen for {counted(self._since, 'epoch')}." if self._since >= value else ""
        )
