"""Small matrices that a single product of samples reads in panels: each thread copies them by itself, just before."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.compile.instructions import SIZES, Address, Argument, Called, Instruction
from glassnet.compile.kernels import packing
from glassnet.compile.places import Buffer

ROOM = 1 << 16
"""Bytes of a copy: it stays in a thread's second cache beside its samples, and takes little beside their product."""


def by_itself(instructions: Sequence[Instruction]) -> list[Instruction]:
    """The same work, with small copies in the products that alone read them."""
    made = list(instructions)
    for pack in instructions:
        product = _reader(pack, made)
        if product is not None:
            made[made.index(product)] = _both(pack, product)
            made.remove(pack)
    return made


def _reader(pack: Instruction, instructions: Sequence[Instruction]) -> Instruction | None:
    """The product that alone reads what is copied; None where that is large, or several read it."""
    if pack.kind != "pack" or pack.rows:
        return None
    (panels,) = pack.writes
    readers = [i for i in instructions if panels in i.reads]
    if len(readers) != 1 or readers[0].kind != "product" or not readers[0].rows or readers[0].halves:
        return None
    between = instructions[instructions.index(pack) : instructions.index(readers[0])]
    changed = any(pack.reads & instruction.writes for instruction in between)
    return None if changed or panels.size * SIZES[panels.type.dtype] > ROOM else readers[0]


def _both(pack: Instruction, product: Instruction) -> Instruction:
    (panels,) = pack.writes
    numbers: list[Argument] = [panels.size, pack.extent]
    for part in (pack, product):
        numbers += [Called(part.kernel, part.codes), _place_of(panels, part), len(part.arguments)]
    return Instruction(
        packing.name(panels.type.dtype),
        lambda: [packing.write(panels.type.dtype)],
        [*numbers, *(_without(panels, a) for part in (pack, product) for a in part.arguments)],
        (pack.reads | product.reads) - {panels},
        product.writes,
        product.what,
        rows=True,
        work=product.work,
        divisible=product.divisible,
        origins=product.origins,
    )


def _place_of(panels: Buffer, part: Instruction) -> int:
    """Which argument says where the panels are."""
    return next(i for i, a in enumerate(part.arguments) if isinstance(a, Address) and a.place.buffer is panels)


def _without(panels: Buffer, argument: Argument) -> Argument:
    return 0 if isinstance(argument, Address) and argument.place.buffer is panels else argument
