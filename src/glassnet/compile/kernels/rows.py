"""Loops over short rows whose sums or largest numbers are used in the same row: softmax, norms, and their gradients.

All vectors of a row stay in registers from the first operation to the last, so the row is read once, and nothing is
written but what others need. A sum has the row's vectors added, and then their lanes; what is one number for the whole
row is worked out once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from glassnet.compile.algebra import Wide
from glassnet.compile.emit import Code, vector
from glassnet.compile.kernels.kinds import Kind, Node
from glassnet.compile.kernels.loops import LoopWriter

REDUCTIONS = ("sum", "max")
Numbers = Wide | float | list[Wide]
"""Of a row: one number, or its vectors."""


def write(kind: Kind) -> Code:
    """The code of a kind whose rows have a fixed number of vectors."""
    return RowWriter(kind).written()


class RowWriter(LoopWriter):
    """Rows, one after the other."""

    def written(self) -> Code:
        self._whole()
        return self.code

    def _innermost(self, pointers: dict[int, str], start: str, stop: str) -> None:
        """All that is done with one row."""
        assert self.kind.row is not None
        self._hoist(pointers)
        starts = [str(vector * self.lanes) for vector in range(self.kind.row.vectors)]
        masks: list[str | None] = [None] * len(starts)
        if self.kind.row.masked:
            masks[-1] = self.code.lanes_below(self.code.sub(stop, starts[-1]), self.lanes)
        Row(self, pointers, list(zip(starts, masks, strict=True))).stored()

    def anywhere(self, mask: str) -> str:
        """Whether a mask holds in any lane."""
        masks = vector(self.lanes, "i1")
        return self.code.call("i1", f"llvm.vector.reduce.or.v{self.lanes}i1", (masks, mask)) if self.lanes > 1 else mask


class Row:
    """One row being worked out: for each number of it where that begins, and its mask."""

    def __init__(self, writer: RowWriter, pointers: dict[int, str], vectors: list[tuple[str, str | None]]) -> None:
        self.writer, self.pointers, self.vectors = writer, pointers, vectors
        self.operands: dict[int, Numbers] = {}
        self.nodes: list[Numbers] = []
        for node in writer.kind.nodes:
            self.nodes.append(self._computed(node))

    def stored(self) -> None:
        kind = self.writer.kind
        assert kind.row is not None
        for j, (reference, single) in enumerate(zip(kind.results, kind.row.single, strict=True)):
            self._store(self._value(reference), len(kind.operands) + j, single, self.writer._dtype(reference))

    def _store(self, value: Numbers, i: int, single: bool, dtype: str) -> None:
        """A result, of one number for the row or of all of them."""
        writer, pointer = self.writer, self.pointers[i]
        if single:
            with self._one_lane():
                assert not isinstance(value, list)
                one = writer._as_wide(value, dtype)
            writer.code.store(one.type, one.name, pointer)
            return
        for number, (at, mask) in enumerate(self.vectors):
            writer._put(writer._as_wide(self._part(value, number), dtype), pointer, at, mask)

    def _computed(self, node: Node) -> Numbers:
        inputs = [self._value(reference) for reference in node.inputs]
        if node.operation in REDUCTIONS:
            return self._reduced(node, inputs[0])
        if node.operation != "one_hot" and not any(isinstance(value, list) for value in inputs):
            with self._one_lane():
                return self.writer._computed(node, inputs, "0")  # type: ignore[arg-type]
        return [
            self.writer._computed(node, [self._part(value, number) for value in inputs], at)
            for number, (at, _) in enumerate(self.vectors)
        ]

    def _reduced(self, node: Node, value: Numbers) -> Wide:
        """All vectors together, pair by pair, and then their lanes; lanes beyond the row's end count for nothing."""
        writer = self.writer
        nothing = 0.0 if node.operation == "sum" else float("-inf")
        parts = []
        for number, (_, mask) in enumerate(self.vectors):
            part = writer._as_wide(self._part(value, number), node.dtype)
            parts.append(part if mask is None else part.chosen(mask, nothing))
        if node.operation == "sum":
            return self._together("sum", parts)
        total = self._together("larger", parts)
        return total.like(math.nan).chosen(self.writer.anywhere(self._is_nan(parts)), total)

    def _together(self, reduction: str, parts: list[Wide]) -> Wide:
        while len(parts) > 1:
            pairs = [self.writer.pair(reduction, *parts[i : i + 2]) for i in range(0, len(parts) - 1, 2)]
            parts = [*pairs, *parts[len(pairs) * 2 :]]
        return self.writer.together(reduction, parts[0])

    def _is_nan(self, parts: list[Wide]) -> str:
        """In which lanes there is a number that is none: then the largest isn't one, either."""
        found, *others = [part.compare("uno", part) for part in parts]
        for mask in others:
            found = self.writer.code.do(f"or {vector(self.writer.lanes, 'i1')} {found}, {mask}")
        return found

    def _value(self, reference: tuple[str, float]) -> Numbers:
        """What is referred to, read when it is needed first."""
        where, i = reference
        if where == "number":
            return i
        if where == "node":
            return self.nodes[int(i)]
        if int(i) not in self.operands:
            self.operands[int(i)] = self._read(int(i))
        return self.operands[int(i)]

    def _read(self, i: int) -> Numbers:
        writer = self.writer
        if i not in writer.hoisted:
            return [writer._read(self.pointers, i, at, mask) for at, mask in self.vectors]
        wide = writer.hoisted[i]
        if wide.lanes == 1:
            return wide
        return Wide(writer.code, writer.code.do(f"extractelement {wide.kind} {wide.name}, i64 0"), wide.type, 1)

    def _part(self, value: Numbers, number: int) -> Wide | float:
        """A vector of a row; what is one number for the row, in all lanes."""
        if isinstance(value, list):
            return value[number]
        if isinstance(value, float) or self.writer.lanes == 1:
            return value
        lanes = self.writer.lanes
        return Wide(value.code, value.code.spread(value.type, value.name, lanes), value.type, lanes)

    @contextmanager
    def _one_lane(self) -> Iterator[None]:
        """What is worked out meanwhile is one number for the row."""
        lanes, self.writer.lanes = self.writer.lanes, 1
        yield
        self.writer.lanes = lanes
