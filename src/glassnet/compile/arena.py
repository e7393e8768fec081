"""Memory for a plan's buffers: what is never needed at the same time shares its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from glassnet.compile.instructions import SIZES
from glassnet.compile.places import Buffer
from glassnet.compile.plan import Plan
from glassnet.ir.types import Array

LINE = 64
"""Bytes of a line of the processor's cache: blocks begin at multiples of it."""


@dataclass(frozen=True)
class Block:
    """Buffers that lie side by side without a gap, and the phases from the first to the last that touches them."""

    buffers: tuple[Buffer, ...]
    first: int
    last: int

    @cached_property
    def size(self) -> int:
        """In bytes, filled up to a whole line."""
        return -(-sum(map(bytes_of, self.buffers)) // LINE) * LINE


def bytes_of(buffer: Buffer) -> int:
    return buffer.size * SIZES[buffer.type.dtype]


def blocks(
    plan: Plan, together: Iterable[list[Buffer]], fixed: Mapping[Buffer, int], homes: Mapping[Buffer, Buffer]
) -> list[Block]:
    """All that needs memory: rows of buffers that belong ``together``, then each other one; not what has it already.

    Some buffers take over the memory of others, their ``homes``, and have none of their own.
    """
    spans: dict[Buffer, tuple[int, int]] = {}
    for instruction in plan.instructions:
        for buffer in instruction.buffers:
            home = homes.get(buffer, buffer)
            first, last = spans.get(home, (instruction.phase, instruction.phase))
            spans[home] = min(first, instruction.phase), max(last, instruction.phase)
    end = max((last for _, last in spans.values()), default=0)
    for lasting in (*plan.layout.constants, *plan.layout.sources.values()):
        spans[lasting] = 0, end  # from step to step
    rows = [list(row) for row in together]
    known = {buffer for row in rows for buffer in row} | set(fixed)
    rows += [[buffer] for buffer in spans if buffer not in known]
    return [Block(tuple(row), min(spans[b][0] for b in row), max(spans[b][1] for b in row)) for row in rows]


def offsets(all_blocks: Iterable[Block]) -> tuple[dict[Buffer, int], int]:
    """(where each buffer begins, bytes in all): the largest blocks first, each in the lowest gap that it fits."""
    ordered = sorted(all_blocks, key=lambda b: -b.size)
    placed = np.zeros((4, 0), np.int64)  # start, end, first and last phase, by their starts
    found: dict[Buffer, int] = {}
    for block in ordered:
        start = _lowest(placed, block)
        row = [start, start + block.size, block.first, block.last]
        placed = np.insert(placed, int(np.searchsorted(placed[0], start)), row, axis=1)
        for buffer in block.buffers:
            found[buffer] = start
            start += bytes_of(buffer)
    return found, int(placed[1].max(initial=0))


def _lowest(placed: Array, block: Block) -> int:
    """The start of the lowest gap between those that are needed in the same phases."""
    starts, ends, *_ = placed[:, (placed[2] <= block.last) & (block.first <= placed[3])]
    before = np.maximum.accumulate(np.concatenate([[0], ends]))
    fits = np.flatnonzero(starts - before[:-1] >= block.size)
    return int(before[fits[0]] if len(fits) else before[-1])
