"""Memory for a plan's buffers: what is never needed at the same time shares its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from glassnet.compile.instructions import SIZES
from glassnet.compile.places import Buffer
from glassnet.compile.plan import Plan

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

    def meets(self, other: Block) -> bool:
        """Whether both are needed in one phase."""
        return self.first <= other.last and other.first <= self.last


def bytes_of(buffer: Buffer) -> int:
    return buffer.size * SIZES[buffer.type.dtype]


def blocks(plan: Plan, together: Iterable[list[Buffer]], fixed: Mapping[Buffer, int]) -> list[Block]:
    """All that needs memory: rows of buffers that belong ``together``, then each other one; not what has it already."""
    spans: dict[Buffer, tuple[int, int]] = {}
    for instruction in plan.instructions:
        for buffer in instruction.buffers:
            first, last = spans.get(buffer, (instruction.phase, instruction.phase))
            spans[buffer] = min(first, instruction.phase), max(last, instruction.phase)
    end = max((last for _, last in spans.values()), default=0)
    for lasting in (*plan.layout.constants, *plan.layout.sources.values()):
        spans[lasting] = 0, end  # from step to step
    rows = [list(row) for row in together]
    known = {buffer for row in rows for buffer in row} | set(fixed)
    rows += [[buffer] for buffer in spans if buffer not in known]
    return [Block(tuple(row), min(spans[b][0] for b in row), max(spans[b][1] for b in row)) for row in rows]


def offsets(all_blocks: Iterable[Block]) -> tuple[dict[Buffer, int], int]:
    """(where each buffer begins, bytes in all): the largest blocks first, each in the lowest gap that it fits."""
    placed: list[tuple[int, Block]] = []
    found: dict[Buffer, int] = {}
    for block in sorted(all_blocks, key=lambda b: -b.size):
        start = 0
        for other, taken in placed:
            if taken.meets(block) and other < start + block.size:
                start = max(start, other + taken.size)
        placed.append((start, block))
        placed.sort(key=lambda pair: pair[0])
        for buffer in block.buffers:
            found[buffer] = start
            start += bytes_of(buffer)
    return found, max((start + block.size for start, block in placed), default=0)
