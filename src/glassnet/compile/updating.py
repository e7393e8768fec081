"""Large gradients that nothing but the update of the weights reads: each row's numbers are used while they are near.

A gradient of many megabytes goes through no cache. So its product is worked out some rows at a time, and the loop over
its numbers, Adam say, follows at once (:mod:`glassnet.compile.kernels.updating`).
"""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.compile.instructions import SIZES, Address, Argument, Called, Instruction
from glassnet.compile.kernels import updating
from glassnet.compile.places import Buffer
from glassnet.ir.types import BATCH

LARGE = 1 << 20
"""Bytes of a matrix above which it leaves the cache before it is read again."""
ROOM = 1 << 18
"""Bytes of its rows that a thread works out at a time: they stay in its second cache."""
FEWEST = 8
"""Rows that are worth a turn: a tile."""


def at_once(instructions: Sequence[Instruction]) -> list[Instruction]:
    """The same work, with the products of large matrices in the loops that alone read them."""
    made = list(instructions)
    for product in instructions:
        loop = _reader(product, made)
        if loop is not None:
            made[made.index(loop)] = _both(product, loop)
            made.remove(product)
    return made


def _reader(product: Instruction, instructions: Sequence[Instruction]) -> Instruction | None:
    """The loop that alone reads what a product writes, number after number; None where little would be won."""
    if product.kind not in ("product", "blocks") or product.rows or len(product.writes) != 1:
        return None
    (matrix,) = product.writes
    if matrix.size * SIZES[matrix.type.dtype] <= LARGE or BATCH in matrix.type.shape or _rows(matrix) < FEWEST:
        return None
    size = int(matrix.type.shape[-1])  # type: ignore[arg-type]
    others = [i for i in instructions if matrix in i.reads | i.writes and i is not product]
    if len(others) != 1 or not others[0].flat or others[0].rows or others[0].extent != product.extent * size:
        return None
    between = instructions[instructions.index(product) : instructions.index(others[0])]
    changed = any(product.reads & instruction.writes for instruction in between)
    return None if changed or matrix in others[0].writes else others[0]


def _rows(matrix: Buffer) -> int:
    """How many rows are worked out at a time."""
    row = int(matrix.type.shape[-1]) * SIZES[matrix.type.dtype]  # type: ignore[arg-type]
    return ROOM // row // FEWEST * FEWEST


def _both(product: Instruction, loop: Instruction) -> Instruction:
    (matrix,) = product.writes
    rows, size = _rows(matrix), int(matrix.type.shape[-1])  # type: ignore[arg-type]
    numbers: list[Argument] = [rows, size]
    for part in (product, loop):
        numbers += [Called(part.kernel, part.codes), _place_of(matrix, part), len(part.arguments)]
    return Instruction(
        updating.name(matrix.type.dtype),
        lambda: [updating.write(matrix.type.dtype)],
        [*numbers, *(_without(matrix, a) for part in (product, loop) for a in part.arguments)],
        (product.reads | loop.reads) - {matrix},
        loop.writes,
        f"{product.what}; {loop.what}",
        rows=False,
        extent=product.extent,
        grain=product.grain,
        work=product.work + size * loop.work,
        origins=product.origins + loop.origins,
    )


def _place_of(matrix: Buffer, part: Instruction) -> int:
    """Which argument says where the matrix is."""
    return next(i for i, a in enumerate(part.arguments) if isinstance(a, Address) and a.place.buffer is matrix)


def _without(matrix: Buffer, argument: Argument) -> Argument:
    return 0 if isinstance(argument, Address) and argument.place.buffer is matrix else argument
