"""Clusters with sums or largest numbers of short rows: one instruction, which works each row out from first to last."""

from __future__ import annotations

from glassnet.compile.clusters import NARROW, Group, is_of_rows
from glassnet.compile.instructions import Instruction
from glassnet.compile.kernels.kinds import Row, lanes
from glassnet.compile.layout import Layout
from glassnet.compile.looping import Reference
from glassnet.compile.places import Place, along_rows, broadcast
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
    size, dtypes = group.shape[-1], {var.dtype for var in group.members}
    assert isinstance(size, int)
    wide, single = lanes(dtypes, layout.portable), tuple(var.shape != group.shape for var in stored)
    row = Row(size, False, single, narrow=True) if size <= NARROW else Row(-(-size // wide), size % wide != 0, single)
    return loop(layout, group.shape, reading.reads, reading.nodes, results, what, row=row)


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
