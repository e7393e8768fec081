"""Two instructions as one: what the first writes, and the second alone reads, stays in memory of the thread's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from glassnet.compile.instructions import Address, Argument, Called, Instruction
from glassnet.compile.places import Buffer

Reader = Callable[[Instruction, Sequence[Instruction]], Instruction | None]
Both = Callable[[Instruction, Instruction], Instruction]


def chained(instructions: Sequence[Instruction], reader: Reader, both: Both) -> list[Instruction]:
    """The same work, with each instruction that has a ``reader`` in the place of that, as one."""
    made = list(instructions)
    for first in instructions:
        second = reader(first, made)
        if second is not None:
            made[made.index(second)] = both(first, second)
            made.remove(first)
    return made


def is_changed_between(first: Instruction, second: Instruction, instructions: Sequence[Instruction]) -> bool:
    """Whether what the first reads is written before the second, so that it cannot wait until then."""
    between = instructions[instructions.index(first) : instructions.index(second)]
    return any(first.reads & instruction.writes for instruction in between)


def arguments(sizes: Sequence[int], first: Instruction, second: Instruction) -> list[Argument]:
    """Those of a kernel that calls both (:mod:`glassnet.compile.kernels.chained`)."""
    (between,) = first.writes
    made: list[Argument] = [*sizes]
    for part in (first, second):
        which = next(i for i, argument in enumerate(part.arguments) if _is_in(between, argument))
        made += [Called(part.kernel, part.codes), which, len(part.arguments)]
    return made + [0 if _is_in(between, a) else a for part in (first, second) for a in part.arguments]


def _is_in(buffer: Buffer, argument: Argument) -> bool:
    return isinstance(argument, Address) and argument.place.buffer is buffer
