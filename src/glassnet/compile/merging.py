"""Equal loops over numbers that follow each other become one: the update of all parameters is a single instruction.

For that, buffers that equal loops read or write at the same place of their arguments are given memory side by side.
"""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.compile.instructions import SIZES, Address, Cell, Instruction
from glassnet.compile.places import Buffer


def is_plain(instruction: Instruction) -> bool:
    """Whether it walks along whole buffers, number after number, so that more of them can follow."""
    return instruction.flat and not instruction.rows


def alike(instructions: Sequence[Instruction]) -> list[list[Instruction]]:
    """The plain loops of each kind and phase, and of the same scalars, where there are several."""
    kinds: dict[tuple[str, int, tuple[Cell, ...]], list[Instruction]] = {}
    for instruction in instructions:
        if is_plain(instruction):
            cells = tuple(a for a in instruction.arguments if isinstance(a, Cell))
            kinds.setdefault((instruction.kernel, instruction.phase, cells), []).append(instruction)
    return [several for several in kinds.values() if len(several) > 1]


def side_by_side(instructions: Sequence[Instruction], order: dict[Buffer, int]) -> list[list[Buffer]]:
    """Rows of buffers that should lie one after the other; ``order`` says how those lie that have their memory.

    A buffer that is in a row already stays there.
    """
    rows: list[list[Buffer]] = []
    placed: set[Buffer] = set(order)
    for several in alike(instructions):
        several = sorted(several, key=lambda i: min((order[b] for b in i.buffers if b in order), default=0))
        for column in zip(*[_addressed(instruction) for instruction in several], strict=True):
            if len(set(column)) == len(column) and not placed & set(column):
                rows.append(list(column))
                placed |= set(column)
    return rows


def _addressed(instruction: Instruction) -> list[Buffer]:
    return [a.place.buffer for a in instruction.arguments if isinstance(a, Address)]


def merged(instructions: Sequence[Instruction]) -> list[Instruction]:
    """The same work in fewer instructions, once all buffers have their memory."""
    gone: set[Instruction] = set()
    for several in alike(instructions):
        several = sorted(several, key=lambda i: [a.number() for a in i.arguments if isinstance(a, Address)])
        first = several[0]
        for following in several[1:]:
            if _follows(first, following):
                first.extent += following.extent
                first.reads |= following.reads
                first.writes |= following.writes
                first.what = f"{first.what}, {following.what.partition(': ')[2]}"
                first.origins += following.origins
                gone.add(following)
            else:
                first = following
    return [instruction for instruction in instructions if instruction not in gone]


def _follows(first: Instruction, following: Instruction) -> bool:
    """Whether each array of the one goes on where that of the other ends."""
    for before, after in zip(first.arguments, following.arguments, strict=True):
        if isinstance(before, Address) and isinstance(after, Address):
            end = before.number() + first.extent * SIZES[before.place.dtype]
            if after.number() != end:
                return False
    return True
