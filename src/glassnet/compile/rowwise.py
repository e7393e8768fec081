"""Clusters with sums or largest numbers of short rows: one instruction, which works each row out from first to last."""

from __future__ import annotations

from glassnet.compile.clusters import NARROW, Group, is_of_rows
from glassnet.compile.heads import KEYS, are_side_by_side
from glassnet.compile.instructions import Instruction
from glassnet.compile.kernels.kinds import Row, lanes
from glassnet.compile.layout import Layout
from glassnet.compile.looping import Read, Reference
from glassnet.compile.places import Place, along_rows, broadcast, transpose
from glassnet.compile.reading import Reading, loop
from glassnet.ir.graph import Var
from glassnet.ir.types import Shape


def cluster(layout: Layout, group: Group, kept: set[Var], what: str) -> Instruction:
    """What computes the group; the variables in ``kept`` are stored."""
    reading = _RowReading(layout, group.shape)
    for var in group.members:
        reading.add(var)
    stored = [var for var in group.members if var in kept]
    results = [(reading.reference(var), reading.seen(layout.places[var], var.shape)) for var in stored]
    single = tuple(var.shape != group.shape for var in stored)
    size, wide = group.shape[-1], lanes({var.dtype for var in group.members}, layout.portable)
    assert isinstance(size, int)
    places = [read for read, _ in reading.reads if isinstance(read, Place)] + [place for _, place in results]
    scores = [place for place in places if are_side_by_side(place)]
    if scores and size <= KEYS:
        return _side_by_side(layout, reading, results, single, scores[0], what)
    row = Row(size, False, single, narrow=True) if size <= NARROW else Row(-(-size // wide), size % wide != 0, single)
    return loop(layout, group.shape, reading.reads, reading.nodes, results, what, row=row)


def _side_by_side(
    layout: Layout, reading: _RowReading, results: list[tuple[Reference, Place]], single: tuple[bool, ...], like: Place,
    what: str,
) -> Instruction:  # fmt: skip
    """The loop over scores whose heads follow each other: vectors go along heads and queries."""
    order = (0, 2, 1, 3)
    shape = tuple(like.shape[axis] for axis in order)

    def turned(read: Read) -> Read:
        if isinstance(read, int):
            return read
        repeated = broadcast(read, like.shape)
        if read.buffer in layout.constants and any(repeated.strides):
            repeated = layout.spread(repeated, like)
        return transpose(repeated, order)

    reads = [(turned(read), dtype) for read, dtype in reading.reads]
    results = [(reference, transpose(place, order)) for reference, place in results]
    row = Row(int(shape[-1]), False, single, narrow=True)  # type: ignore[arg-type]
    return loop(layout, shape, reads, reading.nodes, results, what, row=row)


class _RowReading(Reading):
    """What a cluster of rows reads and computes; of some variables there is one number for each row."""

    def __init__(self, layout: Layout, shape: Shape) -> None:
        super().__init__(layout)
        self.shape = self._reader = shape

    def add(self, var: Var) -> None:
        """Compute a variable: of all numbers, or one for each row."""
        if not is_of_rows(var):
            self._reader = var.shape
            super().add(var)
            return
        (x,), self._reader = var.inputs, self.shape
        name = "sum" if var.is_result_of("sum") else "max"
        self._known[var] = self.node(name, (self.reference(x),), var.dtype)

    def read(self, read: Place | int, dtype: str) -> Reference:
        return super().read(self.seen(read, self._reader) if isinstance(read, Place) else read, dtype)

    def seen(self, place: Place, member: Shape) -> Place:
        """What a member of that shape reads or is, in the shape of the loop."""
        return place if member == self.shape else along_rows(broadcast(place, member), self.shape)
