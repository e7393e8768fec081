"""Loops over numbers: a cluster of elementwise operations worked out in one pass, stored or summed.

What a loop is, :class:`glassnet.compile.kernels.kinds.Kind` says; here its code is written.
"""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.compile.algebra import SUFFIX, Wide, constant, estimated, quotient
from glassnet.compile.emit import SIZES, Code, vector
from glassnet.compile.jit import host
from glassnet.compile.kernels import PARAMETERS, SAMPLES
from glassnet.compile.kernels.kinds import TYPES, Kind, Node, Operand
from glassnet.compile.kernels.products import load, store
from glassnet.compile.mathematics import Machine
from glassnet.ir.graph import PRIMITIVES
from glassnet.ops.elementwise import Elementwise

ROWS = 4
"""Totals that are counted side by side, so that no addition waits for the one before it."""
SOON = 2048
"""Bytes by which memory is asked for before it is written: a store to what is far away waits for it first."""
AHEAD = 2
"""Samples by which data is asked for before it is read: they lie anywhere in memory, where no processor guesses."""
ESTIMATED = 16
"""Numbers in a vector of AVX-512, which estimates inverses. A loop that takes roots as well, such as Adam's, waits for
the one unit that does either, so it multiplies by estimates made exact, and by inverses of scalars as they are.
"""


def write(kind: Kind) -> Code:
    """The code of a kind."""
    return LoopWriter(kind).written()


class LoopWriter:
    """One loop being written."""

    def __init__(self, kind: Kind) -> None:
        self.kind, self.lanes = kind, kind.lanes
        self.code = code = Code(kind.name, PARAMETERS, contracts=not kind.portable)
        self.samples = code.argument(SAMPLES, arguments="%row")
        self.arguments = {what: code.argument(i) for i, what in enumerate(kind.layout())}
        self.hoisted: dict[int, Wide] = {}
        for i, operand in enumerate(kind.operands):
            if operand.scalar:
                self.hoisted[i] = self._one(self._cell(i), operand.dtype)
        self.inverses: dict[int, Wide] = {}
        self.ahead: dict[int, str] = {}
        self.ends: dict[int, str] = {}
        self.last = ""
        roots = any(node.operation == "sqrt" for node in kind.nodes)
        self.estimates = roots and self.lanes == ESTIMATED and not kind.portable

    def written(self) -> Code:
        """Where all scalars that others are divided by have an inverse of full precision, they are divided by that."""
        code, divisors = self.code, self._divisors()
        if not divisors:
            self._whole()
            return code
        moderate = self._are_moderate(divisors)
        with code.when(moderate):
            self.inverses = {i: 1 / self.hoisted[i] for i in divisors}
            self._whole()
        self.inverses = {}
        with code.when(code.do(f"xor i1 {moderate}, true")):
            self._whole()
        return code

    def _divisors(self) -> list[int]:
        """The scalars that something is divided by."""
        pairs = [node.inputs[1] for node in self.kind.nodes if node.operation == "divide" and "float" in node.dtype]
        return list(dict.fromkeys(int(i) for where, i in pairs if where == "operand" and int(i) in self.hoisted))

    def _are_moderate(self, divisors: list[int]) -> str:
        """Whether all are neither so small nor so large that rounding their inverse is another matter."""
        found = "true"
        for i in divisors:
            size = self.hoisted[i].call("fabs")
            for how, bound in (("ogt", 1e-30), ("olt", 1e30)):
                mask = size.compare(how, bound)
                one = (
                    self.code.do(f"extractelement {vector(self.lanes, 'i1')} {mask}, i64 0") if self.lanes > 1 else mask
                )
                found = self.code.do(f"and i1 {found}, {one}")
        return found

    def _whole(self) -> None:
        code, kind = self.code, self.kind
        first, last = (code.mul(end, self.arguments["scale", 0, 0]) for end in ("%first", "%last"))
        self._set_ends(last)
        if kind.across and kind.rank == 2:
            self._sum_across(self._pointers(), first, last)
        elif kind.scattered:
            with code.loop("0", self._extent(0)) as i:
                self._innermost(self._moved(self._pointers(), 0, i), first, last)
        elif kind.rank == 1:
            self._innermost(self._pointers(), first, last)
        else:
            with code.loop(first, last) as i:
                pointers = self._pointers()
                self._look_ahead(i, last)
                self._axis(1, self._moved(pointers, 0, i))

    def _set_ends(self, last: str) -> None:
        """Where each result's last byte is, if it lies in order: what is beyond is another thread's to write.

        Along a single axis, all results end at the same number.
        """
        code, kind = self.code, self.kind
        if kind.rank == 1 and not (kind.reduction or kind.scattered):
            self.last = code.sub(last, 1)
            return
        for i, result in enumerate(kind.results if not (kind.reduction or kind.scattered) else (), len(kind.operands)):
            stride = self.arguments["stride", i, 0] if kind.rank > 1 else "1"
            bytes_ = code.mul(code.mul(last, stride), SIZES[TYPES[self._dtype(result)]])
            self.ends[i] = code.sub(code.add(self.arguments["address", i, 0], bytes_), 1)

    def _axis(self, axis: int, pointers: dict[int, str]) -> None:
        """The loops from that axis inwards."""
        kind = self.kind
        if kind.across and axis == kind.rank - 2:
            self._sum_across(pointers, "0", self._extent(kind.rank - 1))
        elif axis == kind.rank - 1:
            self._innermost(pointers, "0", self._extent(axis))
        else:
            with self.code.loop("0", self._extent(axis)) as i:
                self._axis(axis + 1, self._moved(pointers, axis, i))

    # ── addresses ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _extent(self, axis: int) -> str:
        code, size = self.code, self.arguments["extent", axis, 0]
        samples = code.mul(self.samples, code.sub("0", size))
        free = code.do(f"icmp slt i64 {size}, 0")
        return code.do(f"select i1 {free}, i64 {samples}, i64 {size}")

    def _pointers(self) -> dict[int, str]:
        """Where operands and results begin."""
        code, count = self.code, len(self.kind.operands)
        pointers = {
            i: code.do(f"inttoptr i64 {value} to ptr")
            for (what, i, _), value in self.arguments.items()
            if what == "address"
        }
        for i, operand in enumerate(self.kind.operands):
            if operand.gathered:
                pointers[i] = code.load("ptr", self._cell(i))
        return dict(sorted(pointers.items(), key=lambda pair: pair[0] + (pair[0] >= count)))

    def _moved(self, pointers: dict[int, str], axis: int, index: str) -> dict[int, str]:
        """The pointers at that index of an axis; gathered data, at the sample that the order names there."""
        code, moved = self.code, {}
        for i, pointer in pointers.items():
            at = index
            if axis == 0 and i < len(self.kind.operands) and self.kind.operands[i].gathered:
                at = self._sample(i, index)
            moved[i] = code.at(self._type(i), pointer, code.mul(at, self.arguments["stride", i, axis]))
        return moved

    def _sample(self, i: int, index: str) -> str:
        """Where in the data a sample of the batch is."""
        return self.code.load("i64", self.code.at("i64", self.order(i), index))

    def order(self, i: int) -> str:
        """Where the numbers of the samples are, by which data is looked up."""
        return self.code.load("ptr", self._cell(i, 1))

    def _cell(self, i: int, further: int = 0) -> str:
        """The address of an operand's cell in the step's line, or of one after it."""
        return self.code.at("i64", "%row", self.code.add(self.arguments["cell", i, 0], further))

    def _look_ahead(self, index: str, stop: str) -> None:
        """How far it is, in the data that are gathered, from a sample to one that comes soon after it."""
        code = self.code
        for i, operand in enumerate(self.kind.operands):
            if operand.gathered and operand.step == "one":
                soon = self._sample(i, code.least(code.add(index, AHEAD), code.sub(stop, 1)))
                samples = code.sub(soon, self._sample(i, index))
                self.ahead[i] = code.mul(samples, self.arguments["stride", i, 0])

    def _type(self, i: int) -> str:
        count = len(self.kind.operands)
        return TYPES[self.kind.operands[i].dtype if i < count else self._dtype(self.kind.results[i - count])]

    def _dtype(self, reference: tuple[str, float]) -> str:
        where, i = reference
        return (self.kind.operands if where == "operand" else self.kind.nodes)[int(i)].dtype

    # ── loops ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _innermost(self, pointers: dict[int, str], start: str, stop: str) -> None:
        self._hoist(pointers)
        if self.kind.reduction:
            self._sum_along(pointers, start, stop)
            return
        code = self.code
        full = code.add(start, code.multiple(code.sub(stop, start), self.lanes))
        with code.loop(start, full, self.lanes) as i:
            self._store(pointers, i, None)
        with code.when(code.do(f"icmp slt i64 {full}, {stop}")):
            self._store(pointers, full, code.lanes_below(code.sub(stop, full), self.lanes))

    def _sum_along(self, pointers: dict[int, str], start: str, stop: str) -> None:
        """Some totals side by side, and then their lanes together."""
        code, unrolled = self.code, ROWS
        total = [(self._start(r).kind, self._start(r).name) for r in self.kind.results]
        whole = code.add(start, code.multiple(code.sub(stop, start), self.lanes * unrolled))
        with code.turns(start, whole, self.lanes * unrolled, total * unrolled) as loop:
            for part in range(unrolled):
                at = code.add(loop.index, part * self.lanes)
                loop.next += self._added(loop.carried[part * len(total) :], self._results(pointers, at, None))
        sums = self._joined(loop.results, self.kind.results)
        full = code.add(start, code.multiple(code.sub(stop, start), self.lanes))
        with code.turns(whole, full, self.lanes, list(zip([kind for kind, _ in total], sums, strict=True))) as loop:
            loop.next += self._added(loop.carried, self._results(pointers, loop.index, None))
        mask = code.lanes_below(code.sub(stop, full), self.lanes)
        rest = [
            value.chosen(mask, self._start(r))
            for r, value in zip(self.kind.results, self._results(pointers, full, mask), strict=True)
        ]
        for j, total_ in enumerate(self._added(loop.results, rest)):
            value = self.together(self.kind.reduction, self._as_result(self.kind.results[j], total_))
            code.store(value.type, value.name, pointers[len(self.kind.operands) + j])

    def _sum_across(self, pointers: dict[int, str], start: str, stop: str) -> None:
        """For each stretch of columns, down the rows; several side by side, so that lines come from memory in a row."""
        code, done, totals = self.code, start, host().registers // 2
        for stretches in (totals // ROWS, 1):
            width = stretches * self.lanes
            full = code.add(done, code.multiple(code.sub(stop, done), width))
            with code.loop(done, full, width) as i:
                self._down(pointers, i, None, stretches)
            done = full
        with code.when(code.do(f"icmp slt i64 {done}, {stop}")):
            self._down(pointers, done, code.lanes_below(code.sub(stop, done), self.lanes))

    def _down(self, pointers: dict[int, str], column: str, mask: str | None, stretches: int = 1) -> None:
        """Stretches of columns: totals of every fourth row side by side, then those together."""
        code, axis, count = self.code, self.kind.rank - 2, len(self.kind.operands)
        operands = {i: pointer for i, pointer in pointers.items() if i < count}
        results = self.kind.results * stretches
        first = [(self._start(r).kind, self._start(r).name) for r in results]
        columns = [code.add(column, stretch * self.lanes) for stretch in range(stretches)]

        def added(totals: list[str], row: str) -> list[str]:
            of_row = self._moved(operands, axis, row)
            self._hoist(of_row)
            return self._added(totals, [value for at in columns for value in self._results(of_row, at, mask)])

        rows = self._extent(axis)
        whole = code.multiple(rows, ROWS)
        with code.turns("0", whole, ROWS, first * ROWS) as loop:
            for part in range(ROWS):
                loop.next += added(loop.carried[part * len(first) :], code.add(loop.index, part))
        totals = self._joined(loop.results, results)
        kinds = [kind for kind, _ in first]
        with code.turns(whole, rows, 1, list(zip(kinds, totals, strict=True))) as rest:
            rest.next += added(rest.carried, rest.index)
        for j, name in enumerate(rest.results):
            at, result = divmod(j, len(self.kind.results))
            self._put(self._as_result(results[j], name), count + result, pointers[count + result], columns[at], mask)

    def _joined(self, parts: list[str], results: Sequence[tuple[str, float]]) -> list[str]:
        """Totals that were counted side by side, as one for each result."""
        several = len(results)
        totals = parts[:several]
        for start in range(several, len(parts), several):
            others = zip(results, parts[start : start + several], strict=True)
            totals = self._added(totals, [self._as_result(result, name) for result, name in others])
        return totals

    def _start(self, result: tuple[str, float]) -> Wide:
        """What a total begins with."""
        type_ = TYPES[self._dtype(result)]
        first = 0.0 if self.kind.reduction == "sum" else float("-inf")
        return Wide(self.code, constant(first, type_, self.lanes), type_, self.lanes)

    def _as_result(self, result: tuple[str, float], name: str) -> Wide:
        return Wide(self.code, name, TYPES[self._dtype(result)], self.lanes)

    def _added(self, totals: list[str], values: list[Wide]) -> list[str]:
        return [
            self.pair(self.kind.reduction, value.named(total), value).name
            for total, value in zip(totals, values, strict=False)
        ]

    def pair(self, reduction: str, x: Wide, y: Wide) -> Wide:
        """Their sum, or the larger one; "larger" is for numbers of which none is NaN."""
        if reduction == "larger":
            return x.chosen(x.compare("ogt", y), y)
        return x + y if reduction == "sum" else Machine.maximum(x, y)

    def together(self, reduction: str, x: Wide) -> Wide:
        """One number of all lanes: halves are joined until one is left."""
        while x.lanes > 1:
            half = x.lanes // 2
            low, high = range(half), range(half, x.lanes)
            parts = [self._shuffled(x, lanes, half) for lanes in (low, high)]
            if half == 1:
                parts = [
                    Wide(self.code, self.code.do(f"extractelement <1 x {x.type}> {part.name}, i64 0"), x.type, 1)
                    for part in parts
                ]
            x = self.pair(reduction, *parts)
        return x

    def _shuffled(self, x: Wide, lanes: Sequence[int], count: int) -> Wide:
        """Some of its lanes."""
        mask = ", ".join(f"i32 {i}" for i in lanes)
        text = f"shufflevector {x.kind} {x.name}, {x.kind} poison, <{count} x i32> <{mask}>"
        return Wide(self.code, self.code.do(text), x.type, count)

    # ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _hoist(self, pointers: dict[int, str]) -> None:
        """Read what is the same along the innermost axis."""
        for i, operand in enumerate(self.kind.operands):
            if operand.step == "repeated" and i in pointers:
                self.hoisted[i] = self._one(pointers[i], operand.dtype)
            elif operand.step == "pattern":
                self.hoisted[i] = self._pattern(pointers[i], operand)

    def _one(self, pointer: str, dtype: str) -> Wide:
        code, type_ = self.code, TYPES[dtype]
        value = Wide(code, code.load(type_, pointer), type_, 1)
        value = self._number(value)
        return Wide(code, code.spread(value.type, value.name, self.lanes), value.type, self.lanes)

    def _pattern(self, pointer: str, operand: Operand) -> Wide:
        """A few numbers, again and again, in a vector."""
        code, type_, period = self.code, TYPES[operand.dtype], operand.period
        value = Wide(code, code.load(type_, pointer, period), type_, period)
        return self._number(self._shuffled(value, [lane % period for lane in range(self.lanes)], self.lanes))

    def _number(self, value: Wide) -> Wide:
        """Bytes as float."""
        if value.type != "i8":
            return value
        to = vector(value.lanes, "float")
        return Wide(self.code, self.code.do(f"uitofp {value.kind} {value.name} to {to}"), "float", value.lanes)

    def _read(self, pointers: dict[int, str], i: int, at: str, mask: str | None) -> Wide:
        if i in self.hoisted:
            return self.hoisted[i]
        code, operand = self.code, self.kind.operands[i]
        type_ = TYPES[operand.dtype]
        if operand.step == "strided":
            return self.read_apart(pointers[i], i, at, mask)
        pointer = code.at(type_, pointers[i], at)
        if i in self.ahead:
            code.prefetch(code.at(type_, pointer, self.ahead[i]))
        return self._number(Wide(code, load(code, type_, self.lanes, pointer, mask or ""), type_, self.lanes))

    def read_apart(self, pointer: str, i: int, at: str, mask: str | None) -> Wide:
        """Numbers that do not follow each other."""
        code, type_, lanes = self.code, TYPES[self.kind.operands[i].dtype], self.lanes
        pointers = self._places(pointer, i, type_, at)
        wide, masks = vector(lanes, type_), vector(lanes, "i1")
        gather = f"llvm.masked.gather.v{lanes}{SUFFIX[type_]}.v{lanes}p0"
        name = code.call(wide, gather, (vector(lanes, "ptr"), pointers), ("i32", str(SIZES[type_])),
                         (masks, mask or "splat (i1 true)"), (wide, "zeroinitializer"))  # fmt: skip
        return self._number(Wide(code, name, type_, lanes))

    def _numbers_from(self, at: str) -> str:
        """at, at + 1, at + 2, …"""
        counts = ", ".join(f"i64 {lane}" for lane in range(self.lanes))
        return self.code.do(f"add <{self.lanes} x i64> {self.code.spread('i64', at, self.lanes)}, <{counts}>")

    def _results(self, pointers: dict[int, str], at: str, mask: str | None) -> list[Wide]:
        """The results at that index of the innermost axis, all nodes worked out in order."""
        operands: dict[int, Wide] = {}
        nodes: list[Wide] = []

        def value(reference: tuple[str, float]) -> Wide | float:
            where, i = reference
            if where == "number":
                return i
            if where == "node":
                return nodes[int(i)]
            if int(i) not in operands:
                operands[int(i)] = self._read(pointers, int(i), at, mask)
            return operands[int(i)]

        for node in self.kind.nodes:
            inputs = [value(reference) for reference in node.inputs]
            divided = node.operation == "divide" and self._divided(node, inputs)
            nodes.append(divided or self._computed(node, inputs, at))
        return [self._as_wide(value(result), self._dtype(result)) for result in self.kind.results]

    def _divided(self, node: Node, inputs: list[Wide | float]) -> Wide | None:
        """A quotient by a scalar, or of what a root divides, in a quicker way than by the processor's division."""
        where, divisor = node.inputs[1]
        x = self._as_wide(inputs[0], node.dtype)
        if where == "operand" and int(divisor) in self.inverses:
            inverse = self.inverses[int(divisor)]
            return x * inverse if self.estimates else quotient(x, self.hoisted[int(divisor)], inverse)
        return estimated(x, self._as_wide(inputs[1], node.dtype)) if self.estimates else None

    def _as_wide(self, value: Wide | float, dtype: str) -> Wide:
        type_ = TYPES[dtype]
        return (
            value if isinstance(value, Wide) else Wide(self.code, constant(value, type_, self.lanes), type_, self.lanes)
        )

    def _computed(self, node: Node, inputs: list[Wide | float], at: str) -> Wide:
        if node.operation == "cast":
            return self._as_wide(inputs[0], "float64").to(TYPES[node.dtype])
        if node.operation == "one_hot":
            same = self._are_labelled(self._as_wide(inputs[0], "int64"), at)
            one = self._as_wide(1.0, node.dtype)
            return one.chosen(same, 0.0)
        primitive = PRIMITIVES[node.operation]
        assert isinstance(primitive, Elementwise)
        if not any(isinstance(x, Wide) for x in inputs):
            inputs = [self._as_wide(x, node.dtype) for x in inputs]
        return self._as_wide(primitive.kernel.func(Machine, *inputs), node.dtype)  # type: ignore[attr-defined]

    def _are_labelled(self, label: Wide, at: str) -> str:
        """Which lanes are at the number that a label names.

        They are compared by 32 bits: labels beyond count as the largest number, which no lane is at.
        """
        code, lanes, most = self.code, self.lanes, f"splat (i64 {2**31 - 1})"
        least = code.call(label.kind, f"llvm.umin.v{lanes}i64", (label.kind, label.name), (label.kind, most))
        short = [code.do(f"trunc {label.kind} {x} to <{lanes} x i32>") for x in (least, self._numbers_from(at))]
        return code.do(f"icmp eq <{lanes} x i32> {', '.join(short)}")

    def _store(self, pointers: dict[int, str], at: str, mask: str | None) -> None:
        for i, value in enumerate(self._results(pointers, at, mask), len(self.kind.operands)):
            if self.kind.scattered:
                self._scatter(value, pointers[i], i, at, mask)
            else:
                self._put(value, i, pointers[i], at, mask)

    def _scatter(self, value: Wide, pointer: str, i: int, at: str, mask: str | None) -> None:
        masks = vector(self.lanes, "i1")
        self.code.call("void", f"llvm.masked.scatter.v{self.lanes}{SUFFIX[value.type]}.v{self.lanes}p0",
                       (value.kind, value.name), (vector(self.lanes, "ptr"), self._places(pointer, i, value.type, at)),
                       ("i32", str(SIZES[value.type])), (masks, mask or "splat (i1 true)"))  # fmt: skip

    def _places(self, pointer: str, i: int, type_: str, at: str) -> str:
        """The addresses of numbers that lie apart along the innermost axis."""
        code, lanes = self.code, self.lanes
        stride = code.spread("i64", self.arguments["stride", i, self.kind.rank - 1], lanes)
        places = code.do(f"mul <{lanes} x i64> {self._numbers_from(at)}, {stride}")
        return code.do(f"getelementptr {type_}, ptr {pointer}, <{lanes} x i64> {places}")

    def _put(self, value: Wide, i: int, pointer: str, at: str, mask: str | None) -> None:
        code = self.code
        target = code.at(value.type, pointer, at)
        if mask is None:
            if self.last:
                soon = code.least(code.add(at, SOON // SIZES[value.type]), self.last)
                code.prefetch(code.at(value.type, pointer, soon), write=True)
            elif i in self.ends:
                soon = code.least(code.do(f"ptrtoint ptr {code.at('i8', target, str(SOON))} to i64"), self.ends[i])
                code.prefetch(code.do(f"inttoptr i64 {soon} to ptr"), write=True)
            code.store(value.type, value.name, target, self.lanes)
            return
        store(code, value.type, self.lanes, target, value.name, mask)
