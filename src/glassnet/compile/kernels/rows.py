"""Loops over short rows whose sums or largest numbers are used in the same row: softmax, norms, and their gradients.

All vectors of a row stay in registers from the first operation to the last, so the row is read once, and nothing is
written but what others need. A sum has the row's vectors added, and then their lanes. A few rows are worked out side by
side: what is one number for a whole row, such as a root or a logarithm, is one vector for all of them, and the lanes of
their sums are added together, so that half as much is moved between lanes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from glassnet.compile.algebra import Wide, quotient
from glassnet.compile.emit import Code, vector
from glassnet.compile.kernels.kinds import Kind, Node
from glassnet.compile.kernels.loops import LoopWriter

REDUCTIONS = ("sum", "max")
Numbers = Wide | float | list[Wide]
"""Of rows: one number for each, or their vectors, row after row."""
SIDE, VECTORS = 4, 8
"""Rows that are worked out side by side at most, and vectors of all of them, which the registers have room for."""
LEAST = 1e-30
"""The size of a number whose inverse has full precision; and the inverse of that, the largest one."""
SEVERAL = 3
"""Quotients side by side from which on they are products with inverses; exact ones, where all must agree on them."""


def write(kind: Kind) -> Code:
    """The code of a kind whose rows have a fixed number of vectors."""
    return RowWriter(kind).written()


class RowWriter(LoopWriter):
    """A few rows at a time, and the last ones one after the other."""

    def written(self) -> Code:
        self._whole()
        return self.code

    @property
    def side(self) -> int:
        """How many rows are worked out side by side, where there are so many; a power of two."""
        assert self.kind.row is not None
        most = min(SIDE, VECTORS // self.kind.row.vectors) if self.lanes >= SIDE else 1
        return 1 << max(most, 1).bit_length() - 1

    def _whole(self) -> None:
        if self.kind.rank > 2:
            super()._whole()
            return
        first, last = (self.code.mul(end, self.arguments["scale", 0, 0]) for end in ("%first", "%last"))
        self._set_ends(last)
        self._rows(0, self._pointers(), first, last)

    def _axis(self, axis: int, pointers: dict[int, str]) -> None:
        if axis == self.kind.rank - 2:
            self._rows(axis, pointers, "0", self._extent(axis))
        else:
            super()._axis(axis, pointers)

    def _rows(self, axis: int, pointers: dict[int, str], first: str, last: str) -> None:
        code, start = self.code, first
        for several in sorted({self.side, 1}, reverse=True):
            stop = code.add(start, code.multiple(code.sub(last, start), several))
            with code.loop(start, stop, several) as i:
                if axis == 0:
                    self._look_ahead(i, last)
                self._side_by_side([self._moved(pointers, axis, code.add(i, row)) for row in range(several)])
            start = stop

    def _side_by_side(self, rows: list[dict[int, str]]) -> None:
        """All that is done with a few rows, of each of which the pointers are given."""
        kind, code = self.kind, self.code
        assert kind.row is not None
        starts = [str(vector * self.lanes) for vector in range(kind.row.vectors)]
        masks: list[str | None] = [None] * len(starts)
        if kind.row.masked:
            masks[-1] = code.lanes_below(code.sub(self._extent(kind.rank - 1), starts[-1]), self.lanes)
        Rows(self, rows, list(zip(starts, masks, strict=True))).stored()

    def folded(self, reduction: str, rows: list[Wide]) -> Wide:
        """One number of all lanes of each row, in the same order whatever other rows lie beside it.

        Of each four lanes those two apart are joined, and then neighbours; in the lanes that would have the same number
        twice are those of other rows. Then halves are joined.
        """
        count, lanes = len(rows), rows[0].lanes
        for parts in (((0, 1), (2, 3)), ((0, 2), (1, 3))) if lanes >= SIDE else ():
            rows = [
                self.pair(reduction, *(self._mixed(x, y, part) for part in parts))
                for x, y in zip(rows[::2], rows[1::2] or rows, strict=True)
            ]
        (x,) = rows
        while x.lanes > min(lanes, SIDE):
            low, high = range(x.lanes // 2), range(x.lanes // 2, x.lanes)
            x = self.pair(reduction, *(self._shuffled(x, half, x.lanes // 2) for half in (low, high)))
        if lanes < SIDE:
            return self.together(reduction, x)
        return self.first(x) if count == 1 else self._shuffled(x, range(count), count)

    def _mixed(self, x: Wide, y: Wide, part: tuple[int, ...]) -> Wide:
        """Of each four lanes two of the one, then two of the other."""
        lanes = [start + far + i for start in range(0, x.lanes, 4) for far in (0, x.lanes) for i in part]
        mask = ", ".join(f"i32 {i}" for i in lanes)
        return x.named(self.code.do(f"shufflevector {x.kind} {x.name}, {x.kind} {y.name}, <{x.lanes} x i32> <{mask}>"))

    def spread(self, x: Wide, lane: int) -> Wide:
        """One of its lanes, in all lanes of a vector."""
        one = self.code.do(f"extractelement {x.kind} {x.name}, i64 {lane}") if x.lanes > 1 else x.name
        return Wide(self.code, self.code.spread(x.type, one, self.lanes), x.type, self.lanes)

    def first(self, x: Wide) -> Wide:
        """The number in the first lane."""
        return Wide(self.code, self.code.do(f"extractelement {x.kind} {x.name}, i64 0"), x.type, 1)


class Rows:
    """A few rows being worked out: where each begins, and of all of them where each vector begins, and its mask."""

    def __init__(self, writer: RowWriter, rows: list[dict[int, str]], vectors: list[tuple[str, str | None]]) -> None:
        self.writer, self.rows, self.vectors = writer, rows, vectors
        self.operands: dict[int, Numbers] = {}
        self.nodes: dict[int, Numbers] = {}
        self._spread: dict[str, list[Wide]] = {}
        for number in reversed(range(len(writer.kind.nodes))):
            self._value(("node", number))

    def stored(self) -> None:
        kind = self.writer.kind
        assert kind.row is not None
        for j, (reference, single) in enumerate(zip(kind.results, kind.row.single, strict=True)):
            self._store(self._value(reference), len(kind.operands) + j, single, self.writer._dtype(reference))

    def _store(self, value: Numbers, i: int, single: bool, dtype: str) -> None:
        """A result, of one number for each row or of all of them."""
        writer, code = self.writer, self.writer.code
        if not single:
            for number, (row, at, mask) in enumerate(self._places()):
                writer._put(writer._as_wide(self._part(value, number), dtype), i, row[i], at, mask)
            return
        with self._one_each():
            assert not isinstance(value, list)
            one = writer._as_wide(value, dtype)
        for number, row in enumerate(self.rows):
            name = one.name if one.lanes == 1 else code.do(f"extractelement {one.kind} {one.name}, i64 {number}")
            code.store(one.type, name, row[i])

    def _places(self) -> list[tuple[dict[int, str], str, str | None]]:
        """Of all vectors, row by row."""
        return [(row, at, mask) for row in self.rows for at, mask in self.vectors]

    def _computed(self, node: Node) -> Numbers:
        for reference in sorted(node.inputs, key=lambda reference: -reference[1]):
            self._value(reference)  # what takes longest first, so that nothing waits for it in registers
        inputs = [self._value(reference) for reference in node.inputs]
        if node.operation in REDUCTIONS:
            return self._reduced(node, inputs[0])
        if node.operation != "one_hot" and not any(isinstance(value, list) for value in inputs):
            with self._one_each():
                return self.writer._computed(node, inputs, "0")  # type: ignore[arg-type]
        if node.operation == "divide" and isinstance(inputs[0], list) and not isinstance(inputs[1], list):
            return self._divided([self.writer._as_wide(x, node.dtype) for x in inputs[0]], inputs[1])
        return [
            self.writer._computed(node, [self._part(value, number) for value in inputs], at)
            for number, (_, at, _) in enumerate(self._places())
        ]

    def _divided(self, values: list[Wide], divisor: Wide | float) -> Numbers:
        """Quotients by one number for each row: by its inverse, where that is of full precision."""
        with self._one_each():
            by = self.writer._as_wide(divisor, "float32" if values[0].type == "float" else "float64")

        several = self.writer.side * len(self.vectors) >= SEVERAL
        if not several or (isinstance(divisor, float) and math.frexp(divisor)[0] in (0.5, -0.5)):
            return [x / self._in_all_lanes(by, number) for number, x in enumerate(values)]
        inverse, quick = 1 / by, []
        for number, x in enumerate(values):
            one, other = self._in_all_lanes(by, number), self._in_all_lanes(inverse, number)
            quick.append(quotient(x, one, other) if self.writer.kind.portable else x * other)

        def divided() -> list[str]:
            """Rows whose divisor is extreme, whatever the others are."""
            by_row = [self._in_all_lanes(by, number) for number in range(len(values))]
            parts = zip(values, by_row, quick, strict=True)
            return [(x / one).chosen(_is_extreme(one), near).name for x, one, near in parts]

        given = [(near.kind, near.name) for near in quick]
        names = by.code.otherwise(by.anywhere(_is_extreme(by)), given, divided)
        return [x.named(name) for x, name in zip(values, names, strict=True)]

    def _reduced(self, node: Node, value: Numbers) -> Wide:
        """All vectors of a row together, pair by pair, and then their lanes; those beyond its end count for nothing."""
        writer, several = self.writer, len(self.vectors)
        nothing = 0.0 if node.operation == "sum" else float("-inf")
        parts = []
        for number, (_, _, mask) in enumerate(self._places()):
            part = writer._as_wide(self._part(value, number), node.dtype)
            parts.append(part if mask is None else part.chosen(mask, nothing))
        rows = [parts[start : start + several] for start in range(0, len(parts), several)]

        def reduced(how: str) -> Wide:
            return writer.folded(how, [self._together(how, row) for row in rows])

        if node.operation == "sum":
            return reduced("sum")
        return parts[0].unless_any(self._is_nan(parts), reduced("larger"), lambda: reduced("max"))

    def _together(self, reduction: str, parts: list[Wide]) -> Wide:
        """The vectors of a row as one."""
        while len(parts) > 1:
            pairs = [self.writer.pair(reduction, *parts[i : i + 2]) for i in range(0, len(parts) - 1, 2)]
            parts = [*pairs, *parts[len(pairs) * 2 :]]
        return parts[0]

    def _is_nan(self, parts: list[Wide]) -> str:
        """In which lanes any is no number: two are compared at once."""
        found, *others = [x.compare("uno", y) for x, y in zip(parts[::2], [*parts[1::2], parts[-1]], strict=False)]
        for mask in others:
            found = self.writer.code.do(f"or {vector(self.writer.lanes, 'i1')} {found}, {mask}")
        return found

    def _value(self, reference: tuple[str, float]) -> Numbers:
        """What is referred to, read or computed when it is needed first."""
        where, i = reference
        if where == "number":
            return i
        if where == "node":
            if int(i) not in self.nodes:
                self.nodes[int(i)] = self._computed(self.writer.kind.nodes[int(i)])
            return self.nodes[int(i)]
        if int(i) not in self.operands:
            self.operands[int(i)] = self._read(int(i))
        return self.operands[int(i)]

    def _read(self, i: int) -> Numbers:
        writer, operand = self.writer, self.writer.kind.operands[i]
        if i in writer.hoisted:
            return self._one_of_each([writer.hoisted[i]] * len(self.rows))
        if operand.step == "repeated":
            return self._one_of_each([writer._one(row[i], operand.dtype) for row in self.rows])
        return [writer._read(row, i, at, mask) for row, at, mask in self._places()]

    def _one_of_each(self, spread: list[Wide]) -> Wide:
        """One number for each row, of what has it in all lanes."""
        code, ones = self.writer.code, [self.writer.first(x) for x in spread]
        kind, name = vector(len(ones), ones[0].type), "poison"
        for number, one in enumerate(ones):
            name = (
                code.do(f"insertelement {kind} {name}, {one.type} {one.name}, i64 {number}")
                if len(ones) > 1
                else one.name
            )
        self._spread[name] = spread
        return Wide(code, name, ones[0].type, len(ones))

    def _part(self, value: Numbers, number: int) -> Wide | float:
        """A vector of a row; what is one number for each row, in all lanes."""
        if isinstance(value, list):
            return value[number]
        return value if isinstance(value, float) else self._in_all_lanes(value, number)

    def _in_all_lanes(self, value: Wide, number: int) -> Wide:
        """What is one number for each row, for that vector."""
        if value.name not in self._spread:
            self._spread[value.name] = [self.writer.spread(value, row) for row in range(len(self.rows))]
        return self._spread[value.name][number // len(self.vectors)]

    @contextmanager
    def _one_each(self) -> Iterator[None]:
        """What is worked out meanwhile is one number for each row."""
        lanes, self.writer.lanes = self.writer.lanes, len(self.rows)
        yield
        self.writer.lanes = lanes


def _is_extreme(x: Wide) -> str:
    """In which lanes the inverse has no full precision, or there is no number."""
    size = x.call("fabs")
    return x.code.do(f"or {vector(x.lanes, 'i1')} {size.compare('ule', LEAST)}, {size.compare('uge', 1 / LEAST)}")
