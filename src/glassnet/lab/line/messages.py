"""The messages of the page *Line*."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.lab.shown import Shown


@dataclass(frozen=True)
class Open:
    """Show the points and the line of an address's fragment: ``data=anscombe-I&line=0.5,3``; "" is the first set."""

    fragment: str = ""


@dataclass(frozen=True)
class Edit:
    """Give a number another value, as it was typed: m, b, the learning rate, "x of point 3"."""

    name: str
    text: str


@dataclass(frozen=True)
class Move:
    """Move a point, counted from 1, to a place on the plot."""

    point: int
    x: float
    y: float


@dataclass(frozen=True)
class Nudge:
    """Move a point by so many of the smallest steps."""

    point: int
    x: int
    y: int


@dataclass(frozen=True)
class Choose:
    """Choose the line at a place of the bowl."""

    first: float
    second: float


@dataclass(frozen=True)
class Add:
    """A new point at a place on the plot; without one, in its middle."""

    x: float | None = None
    y: float | None = None


@dataclass(frozen=True)
class Delete:
    """Take a point away."""

    point: int


@dataclass(frozen=True)
class Step:
    """So many steps of gradient descent."""

    count: int


@dataclass(frozen=True)
class Own:
    """A table of one's own, as text (a file's bytes come along instead): its target, the last column where "", and
    its inputs, parted by commas, all others where "".
    """

    text: str = ""
    target: str = ""
    inputs: str = ""


@dataclass(frozen=True)
class Editable:
    """A number that can be typed, with few digits and with all, and where a slider for it ends."""

    name: str
    text: str
    exact: str
    value: float
    least: float = 0.0
    most: float = 0.0
    step: float = 0.0


@dataclass(frozen=True)
class Column:
    """A number of each point; ``exact`` has all digits of those that can be typed."""

    name: str
    values: tuple[float, ...]
    texts: tuple[str, ...]
    exact: tuple[str, ...]


@dataclass(frozen=True)
class Bowl:
    """Contours of SSE over two numbers of the line, the descent's places, the best line and the one that is shown."""

    names: tuple[str, str]
    first: tuple[float, float]
    second: tuple[float, float]
    contours: tuple[tuple[tuple[float, float], ...], ...]
    path: tuple[tuple[float, float], ...]
    best: tuple[float, float]
    at: tuple[float, float]


@dataclass(frozen=True)
class Tab:
    """A set of points that can be chosen."""

    name: str
    title: str


@dataclass(frozen=True)
class View:
    """All that the page shows. Its ``fragment`` opens the same again."""

    fragment: str
    data: str
    tabs: tuple[Tab, ...]
    labels: tuple[str, ...]
    columns: tuple[Column, ...]
    x: tuple[float, float]
    y: tuple[float, float]
    line: tuple[float, float]
    residual: tuple[float, float]
    corners: tuple[float, ...]
    parameters: tuple[Editable, ...]
    rate: Editable
    new: tuple[Editable, ...]
    prediction: Shown
    quality: tuple[Shown, ...]
    descent: tuple[Shown, ...]
    steps: str
    diverged: str
    is_fitted: bool
    is_standard: bool
    bowl: Bowl | None
    no_best: str


@dataclass(frozen=True)
class Section:
    """A part of the normal equations: its title, and its lines, word for word the library's."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Normal:
    """The normal equations with their real numbers."""

    sections: tuple[Section, ...]
