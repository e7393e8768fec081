"""Loops over rows of a few numbers whose sums or largest numbers are used in the same row: a softmax of two classes.

Such a row would leave most of a vector empty. So a vector holds the same number of many rows, a row in each lane: what
happens in a row, sums too, is arithmetic on whole vectors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from glassnet.compile.algebra import Wide
from glassnet.compile.emit import Code, vector
from glassnet.compile.kernels.kinds import TYPES, Kind
from glassnet.compile.kernels.products import load
from glassnet.compile.kernels.rows import Numbers, Rows, RowWriter


def write(kind: Kind) -> Code:
    """The code of a kind whose rows have a fixed number of numbers."""
    return _NarrowWriter(kind).written()


class _NarrowWriter(RowWriter):
    """As many rows as a vector has lanes, and then the next ones."""

    side = 1

    def _rows(self, axis: int, pointers: dict[int, str], first: str, last: str) -> None:
        code, self.axis = self.code, axis
        full = code.add(first, code.multiple(code.sub(last, first), self.lanes))
        with code.loop(first, full, self.lanes) as i:
            self._filled(pointers, i, None)
        with code.when(code.do(f"icmp slt i64 {full}, {last}")):
            self._filled(pointers, full, code.lanes_below(code.sub(last, full), self.lanes))

    def _filled(self, pointers: dict[int, str], first: str, mask: str | None) -> None:
        assert self.kind.row is not None
        self.at, self.mask = first, mask
        numbers = [str(number) for number in range(self.kind.row.vectors)]
        _Narrow(self, [pointers], [(number, None) for number in numbers]).stored()

    def folded(self, reduction: str, rows: list[Wide]) -> Wide:
        """Each lane has the sum of its own row."""
        return rows[0]

    def _numbers_from(self, at: str) -> str:
        """All lanes are at the same number of their rows."""
        return self.code.spread("i64", at, self.lanes)

    def is_beside(self, i: int) -> bool:
        """Whether the numbers of rows follow each other."""
        assert self.kind.row is not None
        gathered = i < len(self.kind.operands) and self.kind.operands[i].gathered
        return self.kind.row.beside[i] and not gathered

    def start(self, pointer: str, i: int, type_: str, at: str) -> str:
        """The address of that number of the first row."""
        code, strided = self.code, ("stride", i, self.axis + 1) in self.arguments
        far = code.mul(at, self.arguments["stride", i, self.axis + 1]) if strided else at
        return code.at(type_, pointer, code.add(far, code.mul(self.at, self.arguments["stride", i, self.axis])))

    def _places(self, pointer: str, i: int, type_: str, at: str) -> str:
        """The addresses of that number of each row; rows of data are where the order says."""
        code, lanes, operands = self.code, self.lanes, self.kind.operands
        stride = self.arguments["stride", i, self.axis]
        if i < len(operands) and operands[i].gathered:
            order = code.at("i64", self.order(i), self.at)
            rows, whole = load(code, "i64", lanes, order, self.mask or ""), "i64"
            strided = operands[i].step == "strided"
            far = code.mul(at, self.arguments["stride", i, self.axis + 1]) if strided else at
            pointer = code.at(type_, pointer, far)
        else:
            rows, whole = f"<{', '.join(f'i32 {lane}' for lane in range(lanes))}>", "i32"
            pointer = self.start(pointer, i, type_, at)
            stride = code.do(f"trunc i64 {stride} to i32")
        places = code.do(f"mul {vector(lanes, whole)} {rows}, {code.spread(whole, stride, lanes)}")
        return code.do(f"getelementptr {type_}, ptr {pointer}, {vector(lanes, whole)} {places}")


class _Narrow(Rows):
    """Rows being worked out side by side: each "vector" of a row is one number of many."""

    writer: _NarrowWriter

    def _read(self, i: int) -> Numbers:
        writer, operand = self.writer, self.writer.kind.operands[i]
        if i in writer.hoisted:
            return writer.hoisted[i]
        if operand.step == "repeated":
            return self._of_rows(i, "0")
        numbers = [at for at, _ in self.vectors]
        if operand.step == "pattern":
            places = [writer.code.at(TYPES[operand.dtype], self.rows[0][i], at) for at in numbers]
            return [writer._one(place, operand.dtype) for place in places]
        return [self._of_rows(i, at) for at in numbers]

    def _of_rows(self, i: int, at: str) -> Wide:
        """That number of each row."""
        writer, type_ = self.writer, TYPES[self.writer.kind.operands[i].dtype]
        if not writer.is_beside(i):
            return writer.read_apart(self.rows[0][i], i, at, writer.mask)
        place = writer.start(self.rows[0][i], i, type_, at)
        name = load(writer.code, type_, writer.lanes, place, writer.mask or "")
        return writer._number(Wide(writer.code, name, type_, writer.lanes))

    def _store(self, value: Numbers, i: int, single: bool, dtype: str) -> None:
        for number, (at, _) in enumerate(self.vectors[: 1 if single else None]):
            part = self.writer._as_wide(self._part(value, number), dtype)
            if self.writer.is_beside(i):
                place = self.writer.start(self.rows[0][i], i, part.type, at)
                self.writer._put(part, i, place, "0", self.writer.mask)
            else:
                self.writer._scatter(part, self.rows[0][i], i, at, self.writer.mask)

    def _in_all_lanes(self, value: Wide, number: int) -> Wide:
        return value

    @contextmanager
    def _one_each(self) -> Iterator[None]:
        """What is one number for a row is so in each lane."""
        yield
