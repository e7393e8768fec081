"""*Line*: points, a line beside them by hand, by steps or by formula, and the squares of its errors."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np

from glassnet.data import table
from glassnet.data.records import read_records
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require, require_known
from glassnet.ir.types import Array
from glassnet.lab.line.messages import (
    Add,
    Bowl,
    Choose,
    Column,
    Delete,
    Edit,
    Editable,
    Move,
    Normal,
    Nudge,
    Open,
    Own,
    Section,
    Step,
    Tab,
    View,
)
from glassnet.lab.line.script import script
from glassnet.lab.line.state import (
    MOST_POINTS,
    MOST_STEPS,
    State,
    bowl,
    data_sets,
    fitted,
    opened,
    standardized,
    step_of,
    with_points,
    with_rate,
)
from glassnet.lab.outbox import Outbox
from glassnet.lab.page import Lab, Nothing, Page, command
from glassnet.lab.shown import Ask, Shown, ShownLine, Why, shown, typed, why
from glassnet.regression.trial import OF_A_POINT, TrialLine, input_names
from glassnet.words import counted, number, rounded, unknown

CONTOURS = 6
MOST_OF_PATH = 300  # places of a descent that are drawn
STEEPEST = 4.0  # slopes on the slider, in spans of y for a span of x


class LinePage(Page):
    """Points and a line."""

    name = "line"

    def __init__(self, lab: Lab, outbox: Outbox) -> None:
        super().__init__(lab, outbox)
        self._state = opened("")

    # ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────

    @command
    def open(self, given: Open) -> View:
        """The state of an address; what is wrong in it leaves everything as it is."""
        return self._show(opened(given.fragment))

    @command
    def edit(self, given: Edit) -> View:
        """Another value for one number."""
        state, value = self._state, typed(given.text, given.name)
        if given.name in state.names:
            i = state.names.index(given.name)
            return self._show(state.chosen(_with(state.parameters, i, value)))
        if given.name == "learning rate":
            return self._show(with_rate(state, value))
        name, _, place = given.name.partition(" of ")
        names = (*input_names(state.inputs), "y")
        if name not in names:
            raise GlassnetError(unknown("number to type", given.name, (*state.names, "learning rate")))
        if place == "the new point" and name != "y":
            return self._show(replace(state, new=_with(state.new, names.index(name), value)))
        point = place.removeprefix("point ")
        i = self._index(int(point) if point.isascii() and point.isdigit() and len(point) < 9 else 0)
        return self._show(self._moved(i, _with(state.points[i], names.index(name), value)))

    @command
    def move(self, given: Move) -> View:
        """Another place for a point, as exact as a hand is."""
        require(self._state.inputs == 1, "points of a plane are moved by their numbers")
        return self._show(self._moved(self._index(given.point), self._place(given.x, given.y)))

    @command
    def nudge(self, given: Nudge) -> View:
        """A point moved by the smallest steps that a hand can make."""
        require(self._state.inputs == 1, "points of a plane are moved by their numbers")
        require(max(abs(given.x), abs(given.y)) <= 1000, "at most 1000 steps at once")
        i = self._index(given.point)
        steps = zip(self._state.points[i], (given.x, given.y), map(step_of, self._spans()), strict=True)
        return self._show(self._moved(i, tuple(round(value + by * 10.0**-k, k) for value, by, k in steps)))

    @command
    def add(self, given: Add) -> View:
        """One point more."""
        state = self._state
        require(len(state.points) < MOST_POINTS, f"this page takes {MOST_POINTS} points at most")
        if state.inputs == 1 and given.x is not None and given.y is not None:
            point = self._place(given.x, given.y)
        else:
            point = tuple(float(rounded(value, 3)) for value in np.array(state.points).mean(axis=0))
        return self._show(replace(state.standing(), points=(*state.points, point)))

    @command
    def delete(self, given: Delete) -> View:
        """One point less."""
        state, i = self._state, self._index(given.point)
        require(len(state.points) > 1, "keep at least one point: without one, no line is better than another")
        return self._show(replace(state.standing(), points=(*state.points[:i], *state.points[i + 1 :])))

    @command
    def choose(self, given: Choose) -> View:
        """The line at a place of the bowl."""
        digits = (step_of(one.most - one.least) for one in self._parameters(self._state, self._state.trial))
        chosen = [round(value, k) for value, k in zip((given.first, given.second), digits, strict=False)]
        return self._show(self._state.chosen((*chosen, *self._state.parameters[2:])))

    @command
    def step(self, given: Step) -> View:
        """Gradient descent."""
        require(1 <= given.count <= MOST_STEPS, f"1 to {MOST_STEPS:,} steps at once, not {given.count}")
        return self._show(self._state.walked(given.count))

    @command
    def fit(self, given: Nothing) -> View:
        """The best line, by the normal equations."""
        return self._show(fitted(self._state))

    @command
    def standardize(self, given: Nothing) -> View:
        """The same points and line with inputs around 0: gradient descent then takes few steps."""
        return self._show(standardized(self._state))

    @command
    def own(self, given: Own, payload: bytes) -> View:
        """A table of one's own; it is read in memory, and its errors are in the reader's words."""
        records = read_records(BytesIO(payload or given.text.encode()))
        target = given.target.strip() or list(records.columns)[-1]
        wanted = [name.strip() for name in given.inputs.split(",") if name.strip()]
        for name in wanted:
            require_known("column", name, records.columns)
        ignored = [name for name in records.columns if wanted and name not in (*wanted, target)]
        found = table(records, target, ignore=ignored, task="regression")
        features = found.encoding.features
        require(
            len(features) <= 2,
            f"a line has one input and a plane two, and here are {len(features)}: name those to use, of "
            + ", ".join(features[:10]),
        )
        points = tuple(tuple(map(float, row)) for row in np.column_stack([found.x, found.y]))
        require(bool((np.abs(points) <= 1e30).all()), "a number of the table is too large")
        return self._show(with_points(replace(self._state, data="own"), (*features, target), points))

    @command
    def normal(self, given: Nothing) -> Normal:
        """The normal equations of the best line."""
        sections = self._state.fit.explain().sections
        return Normal(tuple(Section(title, tuple(step.text for step in steps)) for title, steps in sections))

    @command
    def why(self, given: Ask) -> Why:
        """The arithmetic of any number: m and b by the formula, or by the last step, where they come from there."""
        state = self._state
        if given.name in state.names and state.is_fitted:
            return self._why_best(given)
        if given.name in state.names and state.steps:
            return why(replace(state.before[f"new {given.name}"], name=given.name), given.levels)
        return why(state.trial[given.name], given.levels)

    def _why_best(self, given: Ask) -> Why:
        """The library's solution, and from the second level on how the sums led there."""
        sections = self._state.fit.explain().sections
        texts = [step.text for _, steps in sections for step in steps if step.expression is not None]
        [own] = [text for text in texts if text.startswith(f"{given.name} =")]
        before = texts[: texts.index(own)] if given.levels else []
        return Why(given.name, (ShownLine(0, own, given.name), *(ShownLine(1, text, "") for text in before)))

    def script(self) -> str:
        return script(self._state)

    # ── changes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _show(self, state: State) -> View:
        """The view of a state, which is kept if it can be shown."""
        view = self._view(state)
        self._state = state
        return view

    def _index(self, point: int) -> int:
        count = len(self._state.points)
        require(1 <= point <= count, f"there is no point {point}; there are {counted(count, 'point')}")
        return point - 1

    def _moved(self, i: int, place: tuple[float, ...]) -> State:
        points = self._state.points
        return replace(self._state.standing(), points=(*points[:i], place, *points[i + 1 :]))

    def _place(self, x: float, y: float) -> tuple[float, ...]:
        require(max(abs(x), abs(y)) <= 1e30, "this place is too far away")
        return tuple(round(value, step_of(span)) for value, span in zip((x, y), self._spans(), strict=True))

    def _spans(self) -> tuple[float, float]:
        first, last = _range(self._state.x), _range(self._state.y)
        return first[1] - first[0], last[1] - last[0]

    # ── what it shows ───────────────────────────────────────────────────────────────────────────────────────────────

    def _view(self, state: State) -> View:
        trial = state.trial
        x, y = _range(state.x[:, 0]), _range(state.y)
        ends = (0.0, 0.0)
        if state.inputs == 1:
            at = trial.slopes[0] * np.array(x) + trial.intercept
            ends = (float(at[0]), float(at[1]))
        bowl, no_best = self._bowl(state)
        quality = ["SSE", "MSE", *(["R²"] if trial.value("total sum of squares") else [])]
        return View(
            fragment=state.fragment(),
            data=state.data,
            tabs=tuple(Tab(name, one.title) for name, one in data_sets().items()),
            labels=state.labels,
            columns=_columns(state, trial),
            x=x,
            y=y,
            line=ends,
            residual=_range(np.append(trial.of_points("residual"), 0.0)),
            corners=_corners(state, trial),
            parameters=self._parameters(state, trial),
            rate=_editable("learning rate", state.rate),
            new=tuple(
                _editable(f"{name} of the new point", trial.value(f"{name} of the new point"))
                for name in input_names(state.inputs)
            ),
            prediction=_shown(trial, "prediction of the new point"),
            quality=tuple(_shown(trial, name) for name in quality),
            descent=tuple(_shown(trial, before + name) for name in state.names for before in ("∂SSE/∂", "new ")),
            steps=self._steps(state),
            diverged=state.walk[1],
            is_fitted=state.is_fitted,
            is_standard=state.is_standard,
            bowl=bowl,
            no_best=no_best,
        )

    @staticmethod
    def _steps(state: State) -> str:
        """Where the line comes from, in words."""
        path, _ = state.walk
        if state.is_fitted:
            return "This is the best line: no other has a smaller sum of squares."
        if path is None:
            return ""
        rest = "; the gradient has vanished, so it rests" if path.converged else ""
        if path.steps >= MOST_STEPS and not path.converged:
            rest = "; it still moves, in a bowl as narrow as this one: standardise the inputs"
        return f"{counted(path.steps, 'step')} of gradient descent{rest}"

    @staticmethod
    def _parameters(state: State, trial: TrialLine) -> tuple[Editable, ...]:
        """The slopes and the intercept; the sliders end where the points say, whatever the line."""
        height = _width(state.y)
        steepest = [STEEPEST * height / _width(column) for column in state.x.T]
        farthest = float((np.abs(state.x).max(axis=0) @ steepest) / 2) + float(np.abs(state.y).max())
        ends = map(_round, (*steepest, min(farthest, STEEPEST * (height + float(np.abs(state.y).max())))))
        return tuple(_editable(name, trial.value(name), end) for name, end in zip(state.names, ends, strict=True))

    @staticmethod
    def _bowl(state: State) -> tuple[Bowl | None, str]:
        """The bowl; or why there is no best line, in words."""
        try:
            found, spread = bowl(state.labels, state.points)
        except GlassnetError as error:
            return None, str(error)
        path, _ = state.walk
        places = np.array([state.parameters]) if path is None else path.parameters[:, [*range(1, state.inputs + 1), 0]]
        places = np.vstack([_thinned(places), state.parameters])[:, :2]
        start = found(*state.start[:2]) if not state.is_fitted else found(*state.parameters[:2])
        highest = found.least + max((start - found.least) * 1.3, 0.25 * spread, 1e-12)
        highest = min(highest, found.least + 30 * max(spread, 1e-12))
        levels = [found.least + (highest - found.least) * ((k + 1) / CONTOURS) ** 2 for k in range(CONTOURS)]
        contours = [found.contour(level) for level in levels]
        window = [
            (float(low), float(high))
            for low, high in zip(contours[-1].min(axis=0), contours[-1].max(axis=0), strict=True)
        ]
        names = (state.names[0], state.names[1])
        return Bowl(
            names,
            window[0],
            window[1],
            tuple(map(_pairs, contours)),
            _pairs(np.clip(places, -1e30, 1e30)),
            _pair(found.best),
            _pair(places[-1]),
        ), ""


def _with(numbers: tuple[float, ...], i: int, value: float) -> tuple[float, ...]:
    return (*numbers[:i], value, *numbers[i + 1 :])


def _range(values: Array) -> tuple[float, float]:
    """From the least to the largest value, with room around them."""
    low, high = float(values.min()), float(values.max())
    room = 0.12 * (high - low) or max(abs(high), 1.0) / 2
    return low - room, high + room


def _width(values: Array) -> float:
    return float(np.ptp(values)) or 1.0


def _round(reach: float) -> tuple[float, float]:
    """The ends of a slider, in round numbers."""
    far = float(rounded(reach, 1))
    return -far, far


def _editable(name: str, value: float, ends: tuple[float, float] = (0.0, 1.0)) -> Editable:
    step = 10.0 ** -step_of(ends[1] - ends[0])
    return Editable(name, number(value, 4), repr(value), value, *ends, step)


def _shown(trial: TrialLine, name: str) -> Shown:
    return shown(name, trial.value(name))


def _columns(state: State, trial: TrialLine) -> tuple[Column, ...]:
    names = (*input_names(state.inputs), "y")
    given = [
        Column(name, tuple(values), tuple(number(v, 4) for v in values), tuple(map(repr, values)))
        for name, values in zip(names, np.array(state.points).T.tolist(), strict=True)
    ]
    made = ((what, trial.of_points(what).tolist()) for what in OF_A_POINT)
    return (*given, *(Column(what, tuple(values), tuple(number(v, 4) for v in values), ()) for what, values in made))


def _corners(state: State, trial: TrialLine) -> tuple[float, ...]:
    """A plane's height over the corners of the points' rectangle, around it; empty for a line."""
    if state.inputs != 2:
        return ()
    low, high = state.x.min(axis=0), state.x.max(axis=0)
    corners = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    return tuple((corners @ trial.slopes + trial.intercept).tolist())


def _thinned(places: Array) -> Array:
    """As many places of a descent as can be drawn: all of the first ones, ever fewer of the later ones."""
    if len(places) <= MOST_OF_PATH:
        return places
    kept = np.unique(np.geomspace(1, len(places), MOST_OF_PATH).astype(int) - 1)
    return np.asarray(places[kept])


def _pair(values: Any) -> tuple[float, float]:
    first, second = np.asarray(values, np.float64).tolist()
    return first, second


def _pairs(rows: Array) -> tuple[tuple[float, float], ...]:
    return tuple(map(_pair, rows))
