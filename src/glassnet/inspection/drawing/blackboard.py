"""The picture of a network: circles are neurons, lines are weights, as on a blackboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from math import hypot

import numpy as np

from glassnet.canvas.colors import LEVELS, level
from glassnet.canvas.scene import (
    Anchor,
    Circle,
    Corners,
    Element,
    Path,
    Point,
    Rectangle,
    Scene,
    Text,
    extent,
    turned,
)
from glassnet.canvas.text import fitted, shortened, width
from glassnet.inspection.drawing import edge_labels
from glassnet.inspection.drawing.columns import BOX, NAME_ROOM, Column, Link, summary
from glassnet.inspection.drawing.layout import (
    MARGIN,
    Layout,
    ends,
    heading_room,
    laid_out,
    least_gaps,
    margin,
    pairs,
    ranks_of,
)
from glassnet.ir.types import Array
from glassnet.words import number

LINE = 17.0
LEGEND, COMPACT_LEGEND = 44.0, 20.0
OUTSIDE: dict[bool, tuple[int, Anchor]] = {False: (-1, "end"), True: (1, "start")}
BLOCK, AFTER = 30.0, 40.0  # the width of a block, and the room between it and its neurons


def network_scene(columns: Sequence[Column], title: str) -> Scene:
    """The picture of these columns, from left to right, as wide as the labels of the weights need it."""
    ranks = ranks_of(columns)
    gaps = least_gaps(columns, ranks)
    labels: list[list[Text] | None] = [None] * len(gaps)
    while True:
        layout = laid_out(columns, ranks, gaps)
        neurons = [_neurons_and_heading(columns[i], layout, i) for i in range(len(columns))]
        for gap, texts in enumerate(labels):
            labels[gap] = _weight_labels(columns, layout, gap, neurons) if texts is None else texts
        if None not in labels:
            break
        gaps = [1.12 * gap if texts is None else gap for gap, texts in zip(gaps, labels, strict=True)]
    edges = [element for i in range(len(columns)) for element in _edges(columns, layout, i)]
    placed = [replace(text, x=text.x + x) for x, texts in zip(layout.at, labels, strict=False) for text in texts or ()]
    room = COMPACT_LEGEND if columns[0].is_compact else LEGEND
    legend = _legend(columns, layout.bottom + room / 2 + 4)
    elements = [*edges, *chain.from_iterable(map(on_ground, placed)), *chain.from_iterable(neurons), *legend]
    height = layout.bottom + (room if legend else 0) + margin(columns[0]) / 2
    return Scene(round(extent(elements)[0] + MARGIN), round(height), title, summary(columns), elements)


def _neurons_and_heading(column: Column, layout: Layout, i: int) -> list[Element]:
    is_last = layout.ranks[i] == len(layout.stacks) - 1
    is_first = layout.stacks[layout.ranks[i]][0] == i
    heading = _heading(column, layout.x[i], margin(column) if is_first else layout.tops[i] - heading_room(column))
    return _column(column, layout.x[i], layout.neurons[i], is_last) + heading


def _outlines(elements: Sequence[Element]) -> Iterator[Corners]:
    """What labels must not cover: the circles, each before what is written in it, and the texts elsewhere."""
    x, y, r = 0.0, 0.0, 0.0
    for element in elements:
        if isinstance(element, Circle):
            x, y, r = element.x, element.y, element.radius
            yield turned(-r, -r, r, r, (x, y), 0)
        elif isinstance(element, Text) and hypot(element.x - x, element.y - y) >= r:
            yield element.corners


# ── edges ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _edges(columns: Sequence[Column], layout: Layout, target: int) -> list[Element]:
    """What leads to a column: a line for each weight, or else lines through a named block."""
    column = columns[target]
    lines = [line for link in column.links for line in _weight_lines(columns, layout, link, target)]
    return lines + (_block(columns, layout, target) if column.block or (column.is_box and column.links) else [])


def _weight_labels(
    columns: Sequence[Column], layout: Layout, gap: int, neurons: Sequence[list[Element]]
) -> list[Text] | None:
    """The labels of the weights in the gap after a rank, with ``x`` from that rank's; None where they do not fit."""
    before, after = layout.stacks[gap], layout.stacks[gap + 1]
    taken = [corners for i in before + after for corners in _outlines(neurons[i])]
    edges = [edge for target in after for edge in _labelled_edges(columns, layout, target)]
    texts = edge_labels.placed(tuple(edges), tuple(taken), columns[0].is_compact)
    return texts and [replace(text, x=text.x - layout.at[gap]) for text in texts]


def _labelled_edges(columns: Sequence[Column], layout: Layout, target: int) -> Iterator[edge_labels.Edge]:
    """The edges to a column with the weights that are written on them."""
    for link in columns[target].links:
        if link.weights is None or not (columns[target].is_labelled and columns[link.source].is_labelled):
            continue
        for i, j in pairs(link, layout, target):
            value = float(link.weights[i, j])
            paint = "positive" if value > 0 else "negative" if value < 0 else "muted"
            yield edge_labels.Edge(
                *ends(columns, layout, link, target, i, j), number(value), paint, link.weight_of(i, j)
            )


def _weight_lines(columns: Sequence[Column], layout: Layout, link: Link, target: int) -> list[Element]:
    """One path for each step of colour and thickness, the strongest on top; one for all where they are alike."""
    if link.weights is None:
        lines = pairs(link, layout, target) if link.has_edges else []
        alike = tuple(ends(columns, layout, link, target, i, j) for i, j in lines)
        return [Path(alike, "outline", 1)] if alike else []
    largest = _largest(link.weights)
    steps: dict[str, list[tuple[Point, ...]]] = {}
    for i, j in pairs(link, layout, target):
        step = level(float(link.weights[i, j]), largest)
        steps.setdefault(step, []).append(ends(columns, layout, link, target, i, j))
    scale = 1.0 if columns[target].is_labelled and columns[link.source].is_labelled else 0.5
    return [
        Path(tuple(steps[step]), step, scale * (0.9 + 0.5 * int(step[1:] or 0)), dashed=step.startswith("n"))
        for step in sorted(steps, key=lambda step: (step[1:], step))
    ]


def _largest(values: Array) -> float:
    return float(np.abs(values[np.isfinite(values)]).max(initial=0.0))


def _block(columns: Sequence[Column], layout: Layout, target: int) -> list[Element]:
    """The named block before a column of neurons, with the lines through it; a box has just the lines to it."""
    column = columns[target]
    ys = [y for _, y in layout.neurons[target].values()]
    x = layout.x[target] - column.half_width
    if column.is_box:
        left, top, bottom = x, layout.tops[target] + 6, layout.tops[target] + BOX[1] - 6
    else:
        half = max((ys[-1] - ys[0]) / 2 + column.radius, width(column.block, 12) / 2 + 8)
        left, top, bottom = x - AFTER - BLOCK, (ys[0] + ys[-1]) / 2 - half, (ys[0] + ys[-1]) / 2 + half
    near = [link.source for link in column.links if (target, link.source) not in layout.lanes]
    starts = [(px + columns[s].half_width, py) for s in near for px, py in layout.neurons[s].values()]
    lines = [(start, (left, min(max(start[1], top + 4), bottom - 4))) for start in starts]
    if column.is_box:
        return [Path(tuple(lines), "outline", 1.2), *_jumps(columns, layout, target, left, BOX[0], top - 6)]
    lines += [((left + BLOCK, y), (x, y)) for y in ys]
    return [
        Path(tuple(lines), "outline", 1.2),
        Rectangle(left, top, BLOCK, bottom - top, "block", "outline", 6),
        Text(left + BLOCK / 2, (top + bottom) / 2, column.block, 12, angle=-90),
        *_jumps(columns, layout, target, left, BLOCK, top),
    ]


def _jumps(
    columns: Sequence[Column], layout: Layout, target: int, left: float, wide: float, top: float
) -> list[Element]:
    """The short cuts to a column: lines that pass over the columns between, to the top of its block."""
    sources = [link.source for link in columns[target].links if (target, link.source) in layout.lanes]
    elements: list[Element] = []
    for k, source in enumerate(sources):
        x, lane, bend = left + wide * (k + 1) / (len(sources) + 1), layout.lanes[target, source], 8.0
        start_x, start_y = layout.x[source], layout.tops[source]
        over = ((start_x, lane + bend), (start_x + bend, lane), (x - bend, lane), (x, lane + bend))
        head = ((x - 4, top - 7), (x, top - 1), (x + 4, top - 7))
        elements.append(Path((((start_x, start_y), *over, (x, top)), head), "outline", 2))
        text = f"all {columns[source].size}" if columns[source].size > 1 else "as it is"
        elements += on_ground(Text(start_x + 60, lane, text, 12, "muted"))
    return elements


def on_ground(text: Text) -> list[Element]:
    """A text with a piece of background behind it: a short thick line along its own direction."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = text.corners
    start, end = ((x0 + x3) / 2, (y0 + y3) / 2), ((x1 + x2) / 2, (y1 + y2) / 2)
    pad = edge_labels.PADDING / hypot(x1 - x0, y1 - y0)
    dx, dy = pad * (end[0] - start[0]), pad * (end[1] - start[1])
    ground = ((start[0] - dx, start[1] - dy), (end[0] + dx, end[1] + dy))
    return [Path((ground,), "background", round(hypot(x0 - x3, y0 - y3), 1)), text]


# ── neurons and headings ────────────────────────────────────────────────────────────────────────────────────────────


def _column(column: Column, x: float, neurons: dict[int, Point], is_last: bool) -> list[Element]:
    if column.is_box:
        text = " × ".join(f"{size:,}" for size in column.shape)
        y = neurons[0][1]
        box = Rectangle(x - BOX[0] / 2, y - BOX[1] / 2, *BOX, "surface", "outline", 8)
        return [box, Text(x, y, shortened(text, 14, BOX[0] - 12), 14)]
    largest = 0.0 if column.values is None else _largest(column.values)
    elements = [element for i, place in neurons.items() for element in _neuron(column, i, *place, largest)]
    side, anchor = OUTSIDE[is_last]
    for i, (_, y) in neurons.items() if column.outside else ():
        of = "" if column.is_labelled or column.values is None else column.last_name(i)
        elements.append(Text(x + side * (column.radius + 9), y, column.beside(i), anchor=anchor, of=of))
    if column.is_elided:
        y = (neurons[column.shown[column.first - 1]][1] + neurons[column.shown[column.first]][1]) / 2
        elements += [Circle(x, y + d, 1.8, "muted", "muted", 0.5) for d in (-22, -15, -8)]
        elements += on_ground(Text(x, y + 10, f"{column.size - column.look.most:,} more", 12, "muted"))
    return elements


def _neuron(column: Column, i: int, x: float, y: float, largest: float) -> list[Element]:
    if not column.is_labelled:
        return _small_neuron(column, i, x, y, largest)
    circle = Circle(x, y, column.radius, "surface", thickness=1.8, of=column.number_of(i))
    lines = [
        Text(x, y + column.radius + column.line_height / 2 + 2 + column.line_height * k, line, 12)
        for k, line in enumerate(column.lines(i))
    ]
    if column.below is not None:
        lines[0] = replace(lines[0], of=column.below.names[i])
    if column.deltas is not None:
        lines[-1] = replace(lines[-1], of=column.deltas.names[i])
    elif column.biases is not None:
        lines[-1] = replace(lines[-1], paint="muted", of=column.bias_of(i))
    if column.below is not None and column.below.are_hidden:
        del lines[0]
    return [circle, *_written_in(column, i, x, y), *chain.from_iterable(map(on_ground, lines))]


def _small_neuron(column: Column, i: int, x: float, y: float, largest: float) -> list[Element]:
    """A circle coloured by its value, with the sign of what is below 0."""
    value = None if column.values is None else float(column.values[i])
    last = column.below or column.inside
    if last is not None and last.is_concealed(i):
        value = None
    step = "z" if value is None else level(value, largest)
    fill = "surface" if value is None else step
    circle = Circle(x, y, column.radius, fill, thickness=1.2, of=column.number_of(i))
    paint = "background" if int(step[1:] or 0) > LEVELS // 2 else "ink"
    return [circle, Text(x, y, "−", 12, paint)] if step.startswith("n") else [circle]


def _written_in(column: Column, i: int, x: float, y: float) -> list[Text]:
    """The name, unless it stands beside the circle, and the number in it."""
    numbers = None if column.inside is None or column.inside.are_hidden else column.inside
    names = column.names if numbers is None else numbers.names
    name = shortened(names[i], 12, min(NAME_ROOM, 2 * column.radius - 8)) if names and not column.outside else ""
    if numbers is None:
        return [Text(x, y, name, 14)] if name else []
    text = numbers.text(i) if numbers.is_concealed(i) else fitted(float(numbers.values[i]), 12, 54)
    value = Text(x, y + 7 if name else y, text, of=numbers.names[i])
    return [Text(x, y - min(11, column.radius - 14), name, 12, "muted"), value] if name else [value]


def _heading(column: Column, x: float, top: float) -> list[Element]:
    notes = [Text(x, top + 8 + LINE * (k + 1), note, 12, "muted") for k, note in enumerate(column.notes)]
    return [Text(x, top + 8, column.title, 13, bold=True), *notes]


def _legend(columns: Sequence[Column], y: float) -> list[Element]:
    """What colours, dashes and thickness mean."""
    links = (link for column in columns for link in column.links)
    nouns = list(dict.fromkeys(link.noun for link in links if link.weights is not None))
    if not nouns:
        return []
    noun = " or ".join(sorted(nouns, reverse=True))
    x, elements = MARGIN, list[Element]()
    for step, text in ((f"p{LEVELS}", f"positive {noun}"), (f"n{LEVELS}", f"negative {noun}")):
        elements.append(Path((((x, y), (x + 32, y)),), step, 3, dashed=step.startswith("n")))
        elements.append(Text(x + 40, y, text, 12, "muted", "start"))
        x += 40 + width(text, 12) + 26
    text = "thicker: larger" if columns[0].is_compact else "thicker: larger, compared with its layer"
    if any(column.values is not None and not column.is_labelled for column in columns):
        text += f"; small circles: coloured by their {'gradients' if 'gradient' in nouns else 'values'}"
    return [*elements, Text(x, y, text, 12, "muted", "start")]
