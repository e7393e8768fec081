"""Memory that is handed on, sample by sample: what a sample needs no more is taken over by what it needs next.

Within a phase each task takes its samples through one instruction after the other. So where two buffers have the same
numbers of a sample at the same place, the later one can begin where the earlier one ends, though other samples are
elsewhere; and it is written where the cache has the memory already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from glassnet.compile.instructions import SIZES, Instruction
from glassnet.compile.places import Buffer
from glassnet.ir.types import BATCH


def handed_on(instructions: Iterable[Instruction], apart: Collection[Buffer]) -> dict[Buffer, Buffer]:
    """For each buffer that takes over the memory of others, the first of these; those kept ``apart`` don't hand on."""
    ordered = sorted(instructions, key=lambda instruction: instruction.phase)
    uses: dict[Buffer, list[Instruction]] = {}
    for instruction in ordered:
        for buffer in instruction.buffers:
            uses.setdefault(buffer, []).append(instruction)
    homes: dict[Buffer, Buffer] = {}
    free: dict[int, list[Buffer]] = {}
    for instruction in ordered:
        own = [b for b in instruction.buffers if b not in apart and b.type.shape[:1] == (BATCH,)]
        for buffer in own:
            if uses[buffer][0] is instruction and _goes_by_samples(uses[buffer], instruction.phase):
                latest = free.get(_bytes_of_sample(buffer))
                if latest:
                    homes[buffer] = latest.pop()
        for buffer in own:
            if uses[buffer][-1] is instruction and _goes_by_samples(uses[buffer], instruction.phase):
                free.setdefault(_bytes_of_sample(buffer), []).append(homes.get(buffer, buffer))
    return homes


def _goes_by_samples(uses: Iterable[Instruction], phase: int) -> bool:
    """Whether all that touches a buffer in a phase goes sample by sample."""
    return all(use.rows for use in uses if use.phase == phase)


def _bytes_of_sample(buffer: Buffer) -> int:
    return buffer.size // buffer.capacity * SIZES[buffer.type.dtype]
