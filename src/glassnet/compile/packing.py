"""Small matrices that a single product of samples reads in panels: each thread copies them by itself, just before."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.compile.chained import arguments, chained, is_changed_between
from glassnet.compile.instructions import SIZES, Instruction
from glassnet.compile.kernels import packing

ROOM = 1 << 16
"""Bytes of a copy: it stays in a thread's second cache beside its samples, and takes little beside their product."""


def by_itself(instructions: Sequence[Instruction]) -> list[Instruction]:
    """The same work, with small copies in the products that alone read them."""
    return chained(instructions, _reader, _both)


def _reader(pack: Instruction, instructions: Sequence[Instruction]) -> Instruction | None:
    """The product that alone reads what is copied; None where that is large, or several read it."""
    if pack.kind != "pack" or pack.rows:
        return None
    (panels,) = pack.writes
    readers = [i for i in instructions if panels in i.reads]
    if len(readers) != 1 or readers[0].kind != "product" or not readers[0].rows or readers[0].halves:
        return None
    is_large = panels.size * SIZES[panels.type.dtype] > ROOM
    return None if is_large or is_changed_between(pack, readers[0], instructions) else readers[0]


def _both(pack: Instruction, product: Instruction) -> Instruction:
    (panels,) = pack.writes
    return Instruction(
        packing.name(panels.type.dtype),
        lambda: [packing.write(panels.type.dtype)],
        arguments([panels.size, pack.extent], pack, product),
        (pack.reads | product.reads) - {panels},
        product.writes,
        product.what,
        rows=True,
        work=product.work,
        divisible=product.divisible,
        origins=product.origins,
    )
