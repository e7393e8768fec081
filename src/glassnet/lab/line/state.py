"""What stands on the page *Line*: points, and the line beside them. Its fragment is all of it, to the last bit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import floor, log10
from urllib.parse import parse_qsl, quote

import numpy as np

from glassnet.data import anscombe, thermometer
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require, require_known
from glassnet.ir.types import Array
from glassnet.regression import LinearRegression
from glassnet.regression.bowl import Bowl, bowl_of
from glassnet.regression.descent import Path, StepsDivergedError
from glassnet.regression.trial import TrialLine, input_names, parameter_names
from glassnet.words import number, rounded, unknown

MOST_POINTS = 200
MOST_STEPS = 100_000
PLANE = (  # invented: area in m², rooms, and the rent
    (28, 1, 420), (35, 1, 470), (42, 2, 590), (50, 2, 640), (55, 3, 730), (64, 2, 760), (70, 3, 840), (78, 4, 980),
    (85, 3, 960), (92, 4, 1080), (105, 4, 1170), (120, 5, 1360),
)  # fmt: skip
Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Data:
    """Points, and what their numbers are called."""

    title: str
    labels: tuple[str, ...]
    points: tuple[Numbers, ...]

    @property
    def inputs(self) -> int:
        return len(self.labels) - 1


@cache
def data_sets() -> dict[str, Data]:
    """The sets of the tabs, by their names in the address."""
    sets = {"thermometer": Data("Thermometer", ("days", "°C"), _rows(*thermometer()))}
    for name, (x, y) in anscombe().items():
        sets[f"anscombe-{name}"] = Data(f"Anscombe {name}", ("x", "y"), _rows(x, y))
    sets["plane"] = Data("Two inputs", ("m²", "rooms", "rent"), tuple(tuple(map(float, row)) for row in PLANE))
    sets["own"] = Data("Own data", ("x", "y"), ((1.0, 2.0), (2.0, 4.0), (3.0, 5.0), (4.0, 8.0)))
    return sets


def _rows(x: Array, y: Array) -> tuple[Numbers, ...]:
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


@dataclass(frozen=True)
class State:
    """Points and a line.

    Attributes:
        data: the name of the set.
        labels, points: what is shown of it, perhaps edited.
        start: the slopes and the intercept that were chosen; the walk begins there.
        rate: the learning rate.
        steps: how many steps of gradient descent were walked from the start.
        is_fitted: whether the line is the best one instead.
        new: the input to predict at.
    """

    data: str
    labels: tuple[str, ...]
    points: tuple[Numbers, ...]
    start: Numbers
    rate: float
    steps: int = 0
    is_fitted: bool = False
    new: Numbers = ()

    @property
    def inputs(self) -> int:
        return len(self.labels) - 1

    @property
    def x(self) -> Array:
        return np.array(self.points)[:, :-1]

    @property
    def y(self) -> Array:
        return np.array(self.points)[:, -1]

    @property
    def names(self) -> tuple[str, ...]:
        """What the slopes and the intercept are called."""
        return parameter_names(self.inputs)

    @property
    def is_standard(self) -> bool:
        """Whether the inputs have mean 0 and deviation 1, or nearly."""
        return bool((np.abs(self.x.mean(axis=0)) < 0.1).all() and (np.abs(self.x.std(axis=0) - 1) < 0.1).all())

    @property
    def walk(self) -> tuple[Path | None, str]:
        """The steps from the start, and how they diverged, in words."""
        return _walk(self.points, self.start, self.rate, self.steps)

    @property
    def fit(self) -> LinearRegression:
        """The best line; GlassnetError where there is none."""
        return fit(self.labels, self.points)

    @property
    def parameters(self) -> Numbers:
        """The slopes and the intercept of the line."""
        if self.is_fitted:
            return (*self.fit.coefficients.tolist(), self.fit.intercept)
        path, _ = self.walk
        return self.start if path is None else _line_first(path.parameters[-1])

    @property
    def trial(self) -> TrialLine:
        return self.line(self.parameters)

    @property
    def before(self) -> TrialLine:
        """The line before the last step."""
        path, _ = self.walk
        assert path is not None
        return self.line(_line_first(path.parameters[-2]))

    def line(self, parameters: Numbers) -> TrialLine:
        return TrialLine(self.x, self.y, parameters[:-1], parameters[-1], self.rate, self.new)

    def chosen(self, parameters: Numbers) -> State:
        """The same points with a line that was chosen."""
        return replace(self, start=parameters, steps=0, is_fitted=False)

    def standing(self) -> State:
        """The line as it is now, as if it had been chosen: it stays while points move, or the learning rate changes."""
        return self.chosen(self.parameters)

    def walked(self, steps: int) -> State:
        """So many steps further; fewer where the descent comes to rest or diverges before."""
        begun = self.standing() if self.is_fitted else self
        require(begun.steps < MOST_STEPS, f"this descent has taken {MOST_STEPS:,} steps; choose another line or rate")
        asked = replace(begun, steps=min(begun.steps + steps, MOST_STEPS))
        path, _ = asked.walk
        return replace(asked, steps=0 if path is None else path.steps)

    def fragment(self) -> str:
        """The address of what is shown: the set, and what is not as in it."""
        first = initial(self.data)
        parts = [f"data={self.data}"]
        is_edited = (self.labels, self.points) != (first.labels, first.points)
        if is_edited:
            parts.append("names=" + ",".join(quote(label, safe="") for label in self.labels))
            parts.append("points=" + ";".join(map(_listed, self.points)))
        if is_edited or self.start != first.start:
            parts.append("line=" + _listed(self.start))
        if is_edited or self.rate != first.rate:
            parts.append(f"rate={self.rate!r}")
        if self.steps:
            parts.append(f"steps={self.steps}")
        if self.is_fitted:
            parts.append("fit=1")
        if is_edited or self.new != first.new:
            parts.append("new=" + _listed(self.new))
        return "&".join(parts)


def opened(fragment: str) -> State:
    """The state of an address; "" is the thermometer.

    >>> opened("data=anscombe-I&line=0.5,3").trial.value("SSE").__round__(4)
    13.7627
    """
    given = dict(parse_qsl(fragment, keep_blank_values=True))
    state = initial(given.pop("data", "thermometer"))
    if names := given.pop("names", ""):
        state = with_points(state, tuple(names.split(",")), _points(given.pop("points", "")))
    for name, text in given.items():
        if name == "line":
            state = state.chosen(_numbers(text, state.inputs + 1, name))
        elif name == "new":
            state = replace(state, new=_numbers(text, state.inputs, name))
        elif name == "rate":
            [rate] = _numbers(text, 1, name)
            state = with_rate(state, rate)
        elif name == "steps":
            require(text.isascii() and text.isdigit() and len(text) < 8, f"steps must be a whole number, got {text!r}")
            state = state.walked(int(text)) if int(text) else state
        elif name == "fit":
            state = fitted(state)
        else:
            raise GlassnetError(unknown("part of an address", name, ("data", "names", "points", "line", "rate")))
    return state


@cache
def initial(name: str) -> State:
    """A set as its tab opens it: a flat line through the middle, and a learning rate at which descent is stable."""
    sets = data_sets()
    require_known("set of points", name, sets)
    data = sets[name]
    return with_points(State(name, data.labels, data.points, (), 0.0), data.labels, data.points)


def with_points(state: State, labels: tuple[str, ...], points: tuple[Numbers, ...]) -> State:
    """Other points of other names, and a flat line through their middle."""
    require(2 <= len(labels) <= 3, f"a line has one input and a plane two, got {len(labels) - 1}")
    require(all(len(row) == len(labels) for row in points), f"each point needs {len(labels)} numbers")
    require(1 <= len(points) <= MOST_POINTS, f"this page takes 1 to {MOST_POINTS} points, got {len(points):,}")
    table = np.array(points)
    middle = float(rounded(table[:, -1].mean(), 2))
    new = tuple(float(rounded(value, 2)) for value in table[:, :-1].mean(axis=0))
    flat = (*[0.0] * (len(labels) - 1), middle)
    return State(state.data, labels, points, flat, stable_rate(table[:, :-1]), new=new)


def standardized(state: State) -> State:
    """The same points and the same line, with inputs of mean 0 and deviation 1, or nearly: their labels say how.

    Mean and deviation are taken in as many digits as are written, so that what is written is what is done.

    >>> standardized(opened("names=days,y&points=100,2;120,4;140,5")).labels
    ('(days − 120)/16', 'y')
    """
    x = state.x
    means = [float(rounded(value, 3)) for value in x.mean(axis=0)]
    scales = [float(rounded(value, 2)) for value in x.std(axis=0)]
    require(min(scales) > 0, "an input that is the same at each point cannot be standardised")
    parts = zip(state.labels, means, scales, strict=False)
    labels = (*(f"({label} − {number(mean)})/{number(scale)}" for label, mean, scale in parts), state.labels[-1])
    points = tuple(map(tuple, np.column_stack([(x - means) / scales, state.y]).tolist()))
    slopes, intercept = np.array(state.parameters[:-1]), state.parameters[-1]
    start = (*(slopes * scales).tolist(), intercept + float(slopes @ means))
    new = tuple(((np.array(state.new) - means) / scales).tolist())
    return replace(with_points(state, labels, points), start=start, new=new)


def stable_rate(x: Array) -> float:
    """Half the largest learning rate that is stable, to two digits."""
    rows = np.column_stack([np.ones(len(x)), x])
    return float(rounded(1 / float(np.linalg.eigvalsh(2 * rows.T @ rows / len(x))[-1]), 2))


def with_rate(state: State, rate: float) -> State:
    """Another learning rate; the descent goes on from where it is."""
    require(0 < rate <= 1e30, f"the learning rate must be above 0, got {rate:g}")
    return replace(state if not state.steps else state.standing(), rate=rate)


def fitted(state: State) -> State:
    """The best line; GlassnetError where there is not one alone."""
    assert state.fit
    return replace(state, steps=0, is_fitted=True)


@lru_cache(256)
def fit(labels: tuple[str, ...], points: tuple[Numbers, ...]) -> LinearRegression:
    """The best line through points."""
    table = np.array(points)
    xs = input_names(len(labels) - 1)
    columns = {name: table[:, i] for i, name in enumerate(xs)}
    return LinearRegression().fit(columns, {"y": table[:, -1]})


@lru_cache(256)
def bowl(labels: tuple[str, ...], points: tuple[Numbers, ...]) -> tuple[Bowl, float]:
    """The bowl of the best line, and the total sum of squares: they stay while only the line is dragged."""
    found = fit(labels, points).found
    return bowl_of(found), found.sst


@lru_cache(64)
def _walk(points: tuple[Numbers, ...], start: Numbers, rate: float, steps: int) -> tuple[Path | None, str]:
    if not steps:
        return None, ""
    table = np.array(points)
    line = TrialLine(table[:, :-1], table[:, -1], start[:-1], start[-1], rate)
    try:
        return line.descend(steps)[1], ""
    except StepsDivergedError as error:
        return error.path, str(error)


def _line_first(parameters: Array) -> Numbers:
    """The slopes, then the intercept."""
    intercept, *slopes = parameters.tolist()
    return (*slopes, intercept)


def step_of(span: float) -> int:
    """Digits after the point to which a hand can place a number on an axis that long.

    >>> step_of(16.0), step_of(365.0), step_of(0.002)
    (2, 1, 6)
    """
    return -floor(log10(max(span, 1e-30) / 400))


def _listed(numbers: Numbers) -> str:
    return ",".join(map(repr, numbers))


def _points(text: str) -> tuple[Numbers, ...]:
    rows = text.split(";")
    require(len(rows) <= MOST_POINTS, f"this page takes 1 to {MOST_POINTS} points, got {len(rows):,}")
    return tuple(_numbers(row, None, "points") for row in rows)


def _numbers(text: str, count: int | None, what: str) -> Numbers:
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise GlassnetError(f"{what} must be numbers parted by commas, got {text[:60]!r}") from None
    require(count in (None, len(numbers)), f"{what} must be {count} numbers, got {len(numbers)}")
    require(all(abs(value) <= 1e30 for value in numbers), f"{what} has a number that is too large")
    return numbers
