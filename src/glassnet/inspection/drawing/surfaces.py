"""A network of two inputs, as surfaces over the plane: of its output, and of each of its hidden neurons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

import numpy as np

from glassnet.canvas import Picture, Scene
from glassnet.canvas.colors import CLASSES, LIGHT, class_shades, shades
from glassnet.canvas.scene import Circle, Element, Image, Path, Rectangle, Text, extent
from glassnet.canvas.text import shortened, width
from glassnet.data.checks import as_numbers
from glassnet.inspection.drawing.columns import MOST_SHOWN, Column
from glassnet.inspection.drawing.network import Columns
from glassnet.inspection.neurons import input_names
from glassnet.ir.errors import DataError
from glassnet.ir.graph import Graph
from glassnet.ir.types import Array
from glassnet.model.answer import Answer
from glassnet.model.model import Model
from glassnet.readings.evaluate import Program
from glassnet.words import counted, number

MARGIN = 24.0
LARGE, SMALL = 340.0, 104.0  # the sides of the output's and the neurons' surfaces
FINE, COARSE = 180, 60  # their numbers of rows and columns
A_ROW = 8  # neurons
MOST_POINTS = 600
MOST_NAMED = 16  # classes in the legend; there is room for no more beside the output
SOFT = 0.65  # of the full colour, so that the points on it stand out
AXIS = 46.0  # the room for the axes' numbers and names


@dataclass(frozen=True)
class Window:
    """The part of the plane that is shown."""

    left: float
    right: float
    low: float
    high: float

    def grid(self, steps: int) -> Array:
        """The middles of ``steps`` × ``steps`` cells, from the upper left, as rows (u, v)."""
        shares = (np.arange(steps) + 0.5) / steps
        u, v = np.meshgrid(self.left + shares * (self.right - self.left), self.high - shares * (self.high - self.low))
        return np.stack([u.ravel(), v.ravel()], axis=1)


def surfaces(network: Model, x: Any = None, y: Any = None, dark: bool | None = None) -> Picture:
    """The output of a network of two inputs over the plane, and the surface of each of its hidden neurons.

    Blue is positive and orange negative; the largest value of each surface has the full colour. A sigmoid is orange
    below ½ and blue above. The classes of a softmax have a colour each, the fainter the less likely the class is.

    Args:
        x, y: points of shape (n, 2) to draw on the output, and their classes or values. Of more than 600, 600 are
            drawn, evenly chosen.
        dark: dark or light; None is as the reader's system is, with light surfaces.

    Raises:
        DataError: the network has more or fewer than two inputs, or the points have another shape.

    >>> import glassnet as gn
    >>> net = gn.Network(2, gn.Dense(3, "relu"), gn.Dense(1, "sigmoid"))
    >>> surfaces(net).title
    'The output of a network over the plane, and the surfaces of 3 hidden neurons'
    """
    if network.input_shape != (2,):
        raise DataError(f"surfaces are drawn of networks with 2 inputs; this one has the shape {network.input_shape}")
    points = _points(x)
    targets = None if y is None or x is None else _targets(network, y, len(points))
    window = _window(points)
    elements = list(_output(network, window, points, targets, bool(dark)))
    columns = Columns(network)
    hidden = list(_hidden(columns, window, bool(dark)))
    right, bottom = extent([*elements, *hidden])
    count = sum(c.size for i, c in enumerate(columns.all()) if columns.is_hidden(i) and not c.is_box)
    title = f"The output of a network over the plane, and the surfaces of {counted(count, 'hidden neuron')}"
    ends = [number(end) for end in (window.left, window.right, window.low, window.high)]
    words = ["Inputs from {} to {} and {} to {}.".format(*ends), *(e.text for e in hidden if isinstance(e, Text))]
    size = round(right + MARGIN), round(bottom + MARGIN)
    return Picture(Scene(*size, title, " ".join(words), elements + hidden), dark)


def _points(x: Any) -> Array:
    points = np.zeros((0, 2)) if x is None else as_numbers(x, "x")
    if points.ndim != 2 or points.shape[1] != 2:
        raise DataError(f"points of the plane have the shape (n, 2), got {points.shape}")
    return points


def _targets(network: Model, y: Any, count: int) -> Array:
    targets = np.asarray(y)
    if len(targets) != count:
        raise DataError(f"x has {count} points and y has {len(targets)}; each point needs one target")
    return network.answer.labels(targets).reshape(count, -1)[:, 0]


def _window(points: Array) -> Window:
    if not len(points):
        return Window(-1, 1, -1, 1)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.where(high > low, 0.08 * (high - low), 1.0)
    return Window(*(float(v) for pair in zip(low - margin, high + margin, strict=True) for v in pair))


# ── the output ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _output(network: Model, window: Window, points: Array, targets: Array | None, dark: bool) -> Iterator[Element]:
    output = network(window.grid(FINE)).reshape(FINE, FINE, -1)
    match network.answer:
        case Answer.CLASS:
            pixels = class_shades(output, dark)
        case Answer.YES_NO:
            pixels = shades(SOFT * (2 * output[..., 0] - 1), dark)
        case Answer.VALUES:
            pixels = shades(SOFT * _scaled(output[..., 0]), dark)
    frame = (MARGIN + AXIS, MARGIN + 24, LARGE, LARGE)
    yield Text(frame[0] + LARGE / 2, MARGIN + 8, "Output", 13, bold=True)
    yield Image(*frame, pixels, smooth=True)
    yield Rectangle(*frame, None, "outline")
    yield from _axes(network, window, frame[0], frame[1])
    chosen = np.unique(np.linspace(0, len(points) - 1, min(MOST_POINTS, len(points))).astype(int))
    for i in chosen:
        u, v = points[i]
        at_x = frame[0] + LARGE * (u - window.left) / (window.right - window.left)
        at_y = frame[1] + LARGE * (window.high - v) / (window.high - window.low)
        yield Circle(at_x, at_y, 3.5, _paint(network, targets, i), "#ffffff", 1)
    yield from _legend(network, frame[0] + LARGE + 16, frame[1] + 10)


def _scaled(values: Array) -> Array:
    """The values divided by the largest of their sizes: −1 to 1."""
    largest = float(np.abs(values).max(initial=0.0))
    return values / largest if largest and np.isfinite(largest) else np.zeros_like(values)


def _paint(network: Model, targets: Array | None, i: int) -> str:
    """A point's colour: its class's, or that of its value's sign."""
    if targets is None:
        return LIGHT.ink
    value = float(targets[i])
    if network.answer is Answer.CLASS:
        return CLASSES[int(value) % len(CLASSES)]
    middle = 0.5 if network.answer is Answer.YES_NO else 0.0
    return LIGHT.positive if value > middle else LIGHT.negative


def _axes(network: Model, window: Window, x: float, y: float) -> Iterator[Element]:
    names = network.encoding.features if network.encoding is not None else input_names(network)
    for value in _ticks(window.left, window.right):
        at = x + LARGE * (value - window.left) / (window.right - window.left)
        yield Path((((at, y + LARGE), (at, y + LARGE + 5)),), "outline", 1)
        yield Text(at, y + LARGE + 14, number(value), 12, "muted")
    for value in _ticks(window.low, window.high):
        at = y + LARGE * (window.high - value) / (window.high - window.low)
        yield Path((((x - 5, at), (x, at)),), "outline", 1)
        yield Text(x - 9, at, number(value), 12, "muted", "end")
    yield Text(x + LARGE / 2, y + LARGE + 31, shortened(str(names[0]), 12, LARGE), 12)
    yield Text(MARGIN, y + LARGE / 2, shortened(str(names[1]), 12, LARGE), 12, angle=-90)


def _ticks(low: float, high: float) -> list[float]:
    """Three to eight round numbers within the range: multiples of 1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(high - low))
    steps = (factor * power for factor in (1, 0.5, 0.2, 0.1))
    multiples = ((step, range(ceil(low / step), floor(high / step) + 1)) for step in steps)
    return next([round(k * step, 12) for k in found] for step, found in multiples if len(found) >= 3)


def _legend(network: Model, x: float, y: float) -> Iterator[Element]:
    names = _class_names(network)
    for k, label in enumerate(names[:MOST_NAMED]):
        yield Circle(x + 6, y + 20 * k, 5, CLASSES[k % len(CLASSES)], "#ffffff", 1)
        yield Text(x + 18, y + 20 * k, label, 12, "ink", "start")
    if len(names) > MOST_NAMED:
        yield Text(x + 18, y + 20 * MOST_NAMED, f"{len(names) - MOST_NAMED:,} more", 12, "muted", "start")


def _class_names(network: Model) -> Sequence[str]:
    if network.answer is not Answer.CLASS:
        return ()
    size = network.output.shape[-1]
    names = network.labels or [f"class {k}" for k in range(size if isinstance(size, int) else 1)]
    return [shortened(name, 12, 120) for name in names]


# ── the hidden neurons ──────────────────────────────────────────────────────────────────────────────────────────────


def _hidden(columns: Columns, window: Window, dark: bool) -> Iterator[Element]:
    """The neurons' surfaces, layer by layer."""
    shown = [(i, c) for i, c in enumerate(columns.all()) if columns.is_hidden(i) and not c.is_box]
    if not shown:
        return
    network = columns.network
    graph = Graph({str(i): columns.stations[i].var for i, _ in shown})
    values = Program(graph)({"x": window.grid(COARSE).astype(network.dtype), **network.arrays()})
    y = MARGIN + 24 + LARGE + AXIS + 24
    for i, column in shown:
        names = columns.all_names[i][1] or [str(j + 1) for j in range(column.size)]
        yield from _layer(column, names[:MOST_SHOWN], values[str(i)], y, dark)
        y += 16 + -(-min(column.size, MOST_SHOWN) // A_ROW) * (SMALL + 44) + 14


def _layer(column: Column, names: Sequence[str], values: Array, y: float, dark: bool) -> Iterator[Element]:
    notes = ", ".join([*column.notes, *([f"the first {MOST_SHOWN}"] if column.is_elided else [])])
    yield Text(MARGIN, y, column.title, 13, bold=True, anchor="start")
    yield Text(MARGIN + width(column.title, 13, bold=True) + 10, y, notes, 12, "muted", "start")
    for j, name in enumerate(names):
        place = MARGIN + j % A_ROW * (SMALL + 16), y + 16 + j // A_ROW * (SMALL + 44)
        yield from _surface(name, values[:, j], *place, dark)


def _surface(name: str, values: Array, x: float, y: float, dark: bool) -> list[Element]:
    pixels = shades(_scaled(values).reshape(COARSE, COARSE), dark)
    ends = f"{number(float(values.min()), 2)} to {number(float(values.max()), 2)}"
    return [
        Image(x, y, SMALL, SMALL, pixels, smooth=True),
        Rectangle(x, y, SMALL, SMALL, None, "outline"),
        Text(x, y + SMALL + 12, shortened(name, 12, SMALL), 12, anchor="start"),
        Text(x, y + SMALL + 27, ends, 12, "muted", "start"),
    ]
