"""Where the columns of a network stand: by rank from left to right, those of one rank below each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from glassnet.canvas.scene import Point
from glassnet.inspection.drawing.columns import Column, Link

MARGIN, HEADING = 24.0, 70.0
COMPACT_MARGIN, COMPACT_HEADING = 4.0, 58.0
LANE = 16.0  # from one short cut to the next
BETWEEN = 36.0  # between two columns of one rank, headings aside


@dataclass(frozen=True)
class Layout:
    """Where the columns stand.

    Attributes:
        ranks: how far to the right each column stands: 0, 1, 2, …
        stacks: the columns of each rank, from top to bottom.
        at: the middle of each rank, from left to right in pixels.
        x, tops: the middle of each column from left to right, and its upper end.
        bottom: the lower end of them all.
        neurons: of each column, the middles of its neurons by their index.
        lanes: the height of each short cut above the columns, by (target, source).
    """

    ranks: list[int]
    stacks: list[list[int]]
    at: list[float]
    x: list[float]
    tops: list[float]
    bottom: float
    neurons: list[dict[int, Point]]
    lanes: dict[tuple[int, int], float]


def margin(column: Column) -> float:
    """The room above and below the picture."""
    return COMPACT_MARGIN if column.is_compact else MARGIN


def heading_room(column: Column) -> float:
    """The room for the title and the notes above a column."""
    return COMPACT_HEADING if column.is_compact else HEADING


def ranks_of(columns: Sequence[Column]) -> list[int]:
    """Each column's rank: how many columns lie before it, along the longest way."""
    ranks: list[int] = []
    for column in columns:
        ranks.append(max((ranks[link.source] + 1 for link in column.links), default=0))
    return ranks


def least_gaps(columns: Sequence[Column], ranks: list[int]) -> list[float]:
    """The least distance from each rank's middle to the next one's, in pixels."""
    stacks = [[columns[i] for i in stack] for stack in _stacks(ranks)]
    return [_least_gap(before, after) for before, after in pairwise(stacks)]


def _stacks(ranks: list[int]) -> list[list[int]]:
    stacks: list[list[int]] = [[] for _ in range(max(ranks) + 1)]
    for i, rank in enumerate(ranks):
        stacks[rank].append(i)
    return stacks


def _least_gap(before: list[Column], after: list[Column]) -> float:
    bodies = max(c.widest for c in before) + max(c.widest for c in after)
    edges = 61.0 if before[0].is_compact else 120.0
    if any(c.block and not c.is_box for c in after):
        edges = 180.0
    elif any(link.has_edges for c in after for link in c.links):
        steepness = 0.1 if before[0].is_compact else 0.28
        edges += steepness * max(_stack_height(before), _stack_height(after))
    headings = max(c.heading_width for c in before) / 2 + max(c.heading_width for c in after) / 2 + 26
    return max(bodies + edges, headings)


def laid_out(columns: Sequence[Column], ranks: list[int], gaps: list[float]) -> Layout:
    """The layout with these distances from rank to rank."""
    jumps = [(i, link.source) for i, c in enumerate(columns) for link in c.links if ranks[i] - ranks[link.source] > 1]
    first = margin(columns[0]) + heading_room(columns[0]) + LANE * (len(jumps) + bool(jumps))
    stacks = _stacks(ranks)
    leftmost = [columns[i] for i in stacks[0]]
    at = [MARGIN + max(max(c.heading_width / 2, c.widest, c.half_width + c.outside_width) for c in leftmost)]
    for gap in gaps:
        at.append(at[-1] + gap)
    x = [at[rank] for rank in ranks]
    tops = _tops(columns, ranks, stacks, first)
    neurons = [_neurons(*placed) for placed in zip(columns, x, tops, strict=True)]
    bottom = max(top + c.height + c.under for c, top in zip(columns, tops, strict=True))
    lanes = {jump: first - LANE * (k + 1) for k, jump in enumerate(jumps)}
    return Layout(ranks, stacks, at, x, tops, bottom, neurons, lanes)


def _tops(columns: Sequence[Column], ranks: list[int], stacks: list[list[int]], first: float) -> list[float]:
    """The upper end of each column; the middles of all ranks are at one height."""
    heights = [_stack_height([columns[i] for i in stack]) for stack in stacks]
    y = [first + (max(heights) - height) / 2 for height in heights]
    tops = []
    for column, rank in zip(columns, ranks, strict=True):
        tops.append(y[rank])
        y[rank] += _room(column)
    return tops


def _stack_height(stack: list[Column]) -> float:
    return sum(_room(column) for column in stack[:-1]) + stack[-1].height


def _room(column: Column) -> float:
    """From the upper end of a column to that of the one below it."""
    return column.height + column.under + heading_room(column) + BETWEEN


def _neurons(column: Column, x: float, top: float) -> dict[int, Point]:
    if column.is_box:
        return {0: (x, top + column.height / 2)}
    skipped = [column.skip if column.is_elided and row >= column.first else 0.0 for row in range(len(column.shown))]
    rows = enumerate(zip(column.shown, skipped, strict=True))
    return {i: (x, top + column.radius + row * column.pitch + skip) for row, (i, skip) in rows}


def pairs(link: Link, layout: Layout, target: int) -> list[tuple[int, int]]:
    """The neurons that an edge joins, as (from, to), of those that are drawn."""
    sources, targets = layout.neurons[link.source], layout.neurons[target]
    return [(i, j) for i in sources for j in targets if link.connected is None or link.connected[i, j]]


def ends(columns: Sequence[Column], layout: Layout, link: Link, target: int, i: int, j: int) -> tuple[Point, Point]:
    """The ends of the line from neuron i of the link's source to neuron j of a column, at the circles' sides."""
    (x0, y0), (x1, y1) = layout.neurons[link.source][i], layout.neurons[target][j]
    return (x0 + columns[link.source].half_width, y0), (x1 - columns[target].half_width, y1)
