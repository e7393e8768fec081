"""The layout of a directed graph from top to bottom (Sugiyama, Tagawa & Toda 1981).

First each box gets a rank, which is its row; then the boxes of a rank get an order, in which few edges cross; then
places. An edge that passes over ranks bends in each. Bends are placed as boxes are, so edges run between the boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from glassnet.canvas.scene import Point

ACROSS, DOWN = 22.0, 38.0  # pixels between boxes of a rank, and between ranks
BEND = 10.0  # pixels: the width of a bend
_SWEEPS = 12


@dataclass(frozen=True)
class Placed:
    """Where everything lies, in pixels.

    Attributes:
        boxes: the middle of each box.
        routes: for each edge, the points it passes on its way; within a rank it runs straight down.
        width, height: the size of it all.
    """

    boxes: list[Point]
    routes: list[list[Point]]
    width: float
    height: float


def placed(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> Placed:
    """Place each box below those that have an edge to it.

    Args:
        sizes: each box's (width, height).
        edges: (from, to), by the boxes' numbers; an edge goes from an earlier box to a later one.

    >>> layout = placed([(40, 20), (40, 20), (40, 20)], [(0, 2), (1, 2)])
    >>> layout.boxes
    [(20.0, 10.0), (82.0, 10.0), (51.0, 68.0)]
    """
    ranks = _ranks(len(sizes), edges)
    widths, paths = _with_bends([width for width, _ in sizes], edges, ranks)
    steps = [(a, b) for path in paths for a, b in pairwise(path)]
    rows = _ordered(ranks, steps)
    x = _across(rows, steps, widths)
    heights = [max((sizes[i][1] for i in row if i < len(sizes)), default=0.0) for row in rows]
    middles = [sum(heights[:k]) + k * DOWN + heights[k] / 2 for k in range(len(rows))]
    boxes = [(x[i], middles[ranks[i]]) for i in range(len(sizes))]
    ends = [(middle - height / 2, middle + height / 2) for middle, height in zip(middles, heights, strict=True)]
    routes = [[(x[i], y) for i in path for y in ends[ranks[i]]][1:-1] for path in paths]
    width = max(x[i] + widths[i] / 2 for i in range(len(ranks)))
    return Placed(boxes, routes, width, sum(heights) + DOWN * (len(rows) - 1))


def _ranks(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Each box's rank: the length of the longest way to it; then lower, where that makes no more edges longer."""
    ranks = [0] * count
    above, below = _neighbours(count, edges)
    for i in range(count):
        ranks[i] = max((ranks[j] + 1 for j in above[i]), default=0)
    for i in reversed(range(count)):
        if below[i] and len(below[i]) >= len(above[i]):
            ranks[i] = min(ranks[j] for j in below[i]) - 1
    return ranks


def _with_bends(
    widths: list[float], edges: Sequence[tuple[int, int]], ranks: list[int]
) -> tuple[list[float], list[list[int]]]:
    """The widths of boxes and bends, and each edge as the boxes and bends it runs through; ``ranks`` is extended.

    Edges from one box share their bends as long as they run side by side.
    """
    widths, bends, paths = widths[:], dict[tuple[int, int], int](), list[list[int]]()
    for a, b in edges:
        path = [a]
        for rank in range(ranks[a] + 1, ranks[b]):
            if (a, rank) not in bends:
                bends[a, rank] = len(widths)
                widths.append(BEND)
                ranks.append(rank)
            path.append(bends[a, rank])
        paths.append([*path, b])
    return widths, paths


def _neighbours(count: int, steps: Sequence[tuple[int, int]]) -> tuple[list[list[int]], list[list[int]]]:
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for a, b in dict.fromkeys(steps):
        above[b].append(a)
        below[a].append(b)
    return above, below


def _ordered(ranks: list[int], steps: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The rows, in an order in which few edges cross: again and again, each box goes to its neighbours' mean place."""
    rows = [[i for i, rank in enumerate(ranks) if rank == r] for r in range(max(ranks, default=0) + 1)]
    above, below = _neighbours(len(ranks), steps)
    best, fewest = rows, _crossings(rows, below)
    for sweep in range(_SWEEPS):
        rows = [row[:] for row in rows]
        order = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        near, step = (above, -1) if sweep % 2 == 0 else (below, 1)
        for r in order:
            rows[r] = _sorted(rows[r], rows[r + step], near)
        count = _crossings(rows, below)
        if count < fewest:
            best, fewest = rows, count
    return best


def _sorted(row: list[int], other: list[int], near: list[list[int]]) -> list[int]:
    """A row in the order of the mean places of each box's neighbours in the other row."""
    place = {i: k for k, i in enumerate(other)}
    mean = {i: sum(place[j] for j in near[i]) / len(near[i]) if near[i] else k for k, i in enumerate(row)}
    return sorted(row, key=mean.__getitem__)


def _crossings(rows: list[list[int]], below: list[list[int]]) -> int:
    """How many pairs of edges cross."""
    total = 0
    for row, next_row in pairwise(rows):
        place = {i: k for k, i in enumerate(next_row)}
        seen: list[int] = []
        for i in row:
            ends = sorted(place[j] for j in below[i])
            total += sum(other > end for end in ends for other in seen)
            seen += ends
    return total


def _across(rows: list[list[int]], steps: Sequence[tuple[int, int]], widths: list[float]) -> list[float]:
    """Each box's middle from left to right: near its neighbours' mean, in the row's order, with room between."""
    above, below = _neighbours(len(widths), steps)
    above = [[j for j in near if above[j]] or near for near in above]  # sources stand aside, the rest stays straight
    x = [0.0] * len(widths)
    for row in rows:
        _packed(row, [0.0] * len(row), widths, x)
    for sweep in range(2 * _SWEEPS + 1):
        near = above if sweep % 2 == 0 else below
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wishes = [sum(x[j] for j in near[i]) / len(near[i]) if near[i] else x[i] for i in row]
            _packed(row, wishes, widths, x)
    left = min(x[i] - widths[i] / 2 for i in range(len(widths)))
    return [round(value - left, 1) for value in x]


def _packed(row: list[int], wishes: list[float], widths: list[float], x: list[float]) -> None:
    """Write into ``x`` the places with the least sum of squared distances from the wishes that leave each box its room.

    With that room subtracted, places only must not decrease. So it is isotonic regression, solved by pooling
    neighbours (Ayer et al. 1955).
    """
    offsets, offset = [], 0.0
    for k, i in enumerate(row):
        offset += (widths[row[k - 1]] + widths[i]) / 2 + ACROSS if k else 0.0
        offsets.append(offset)
    pools: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets, strict=True):
        mean, count = wish - offset, 1
        while pools and pools[-1][0] > mean:
            other, size = pools.pop()
            mean, count = (mean * count + other * size) / (count + size), count + size
        pools.append((mean, count))
    levels = [mean for mean, count in pools for _ in range(count)]
    for i, mean, offset in zip(row, levels, offsets, strict=True):
        x[i] = mean + offset
