"""Large gradients that nothing but the update of the weights reads: each row's numbers are used while they are near.

A gradient of many megabytes goes through no cache. So its product is worked out some rows at a time, and the loop over
its numbers, Adam say, follows at once (:mod:`glassnet.compile.kernels.updating`).
"""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.compile.chained import arguments, chained, is_changed_between
from glassnet.compile.instructions import SIZES, Instruction
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
    return chained(instructions, _reader, _both)


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
    return None if matrix in others[0].writes or is_changed_between(product, others[0], instructions) else others[0]


def _rows(matrix: Buffer) -> int:
    """How many rows are worked out at a time."""
    row = int(matrix.type.shape[-1]) * SIZES[matrix.type.dtype]  # type: ignore[arg-type]
    return ROOM // row // FEWEST * FEWEST


def _both(product: Instruction, loop: Instruction) -> Instruction:
    (matrix,) = product.writes
    rows, size = _rows(matrix), int(matrix.type.shape[-1])  # type: ignore[arg-type]
    return Instruction(
        updating.name(matrix.type.dtype),
        lambda: [updating.write(matrix.type.dtype)],
        arguments([rows, size], product, loop),
        (product.reads | loop.reads) - {matrix},
        loop.writes,
        f"{product.what}; {loop.what}",
        rows=False,
        extent=product.extent,
        grain=product.grain,
        work=product.work + size * loop.work,
        origins=product.origins + loop.origins,
    )
