"""Products of the heads of an attention that are narrower than a vector, for all heads that fill one at once.

A head of four features would leave most of a vector of sixteen numbers empty. But in memory the heads of a step lie
side by side, and four of them fill it. So a score has its heads side by side as well: those of a query and a key are
one number for each head. A mixture multiplies the values of all heads by these, each spread over the lanes of its head;
and a vector of scores has all heads of a few queries, and adds up the products of one feature after the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.compile.algebra import SUFFIX, constant
from glassnet.compile.emit import Code, vector
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import tile

SCORES = ("a", "a_sample", "a_row", "b", "b_sample", "b_row", "c", "c_sample", "c_row", "rows", "columns")
"""c[j, i, head] = Σ a[i, head, feature] · b[j, head, feature]; the range counts samples."""
MIXED = (
    "a",
    "a_sample",
    "a_row",
    "a_column",
    "b",
    "b_sample",
    "b_row",
    "c",
    "c_sample",
    "c_row",
    "rows",
    "k",
    "vectors",
)
"""c[i, head, feature] = Σ a[i, k, head] · b[k, head, feature], of so many vectors of heads."""
BLOCKS = (4, 2, 1)
"""Vectors of queries that meet a key at once."""
HEIGHTS = (8, 4, 2, 1)
"""Rows of a mixture that are summed side by side."""


def scores_name(dtype: str, heads: int, size: int) -> str:
    return f"heads_scores_{dtype}_{heads}_{size}"


def mixed_name(dtype: str, size: int) -> str:
    return f"heads_mixed_{dtype}_{size}"


class _Writer:
    """A product being written, of one sample after the other."""

    def __init__(self, name: str, names: Sequence[str], dtype: str) -> None:
        self.code, self.type, self.lanes = Code(name, PARAMETERS), TYPES[dtype], tile(dtype).lanes
        self.of = {what: self.code.argument(i) for i, what in enumerate(names)}
        self.wide = vector(self.lanes, self.type)

    def start(self, what: str, sample: str) -> str:
        """Where a sample of an operand begins."""
        pointer = self.code.do(f"inttoptr i64 {self.of[what]} to ptr")
        return self.code.at(self.type, pointer, self.code.mul(sample, self.of[f"{what}_sample"]))

    def at(self, start: str, *steps: tuple[str, str]) -> str:
        """A place so many rows, or columns, further on."""
        for number, stride in steps:
            start = self.code.at(self.type, start, self.code.mul(number, self.of[stride]))
        return start

    def shuffled(self, x: str, y: str, count: int, lanes: Sequence[int]) -> str:
        """Some of the lanes of two vectors of so many numbers."""
        kind, mask = vector(count, self.type), ", ".join(f"i32 {i}" for i in lanes)
        return self.code.do(f"shufflevector {kind} {x}, {kind} {y}, <{len(lanes)} x i32> <{mask}>")

    def added(self, a: str, b: str, total: str) -> str:
        fma = f"llvm.fma.v{self.lanes}{SUFFIX[self.type]}"
        return self.code.call(self.wide, fma, (self.wide, a), (self.wide, b), (self.wide, total))

    def zero(self) -> str:
        return constant(0.0, self.type, self.lanes)


def write_scores(dtype: str, heads: int, size: int) -> Code:
    """The scores of all heads, where these fill a vector with those of a few queries."""
    writer = _Writer(scores_name(dtype, heads, size), SCORES, dtype)
    code, several, width = writer.code, writer.lanes // heads, heads * size

    def features(first: str) -> list[str]:
        """Of a few queries, for each feature a vector that has it of all their heads."""
        rows = [code.load(writer.type, writer.at(a, (code.add(first, i), "a_row")), width) for i in range(several)]
        found = []
        for feature in range(size):
            parts = [writer.shuffled(row, row, width, range(feature, width, size)) for row in rows]
            while len(parts) > 1:
                count = heads * several // len(parts)
                parts = [
                    writer.shuffled(x, y, count, range(2 * count)) for x, y in zip(parts[::2], parts[1::2], strict=True)
                ]
            found.append(parts[0])
        return found

    def block(first: str, vectors: int) -> None:
        queries = [features(code.add(first, several * number)) for number in range(vectors)]
        with code.loop("0", writer.of["columns"]) as j:
            key = code.load(writer.type, writer.at(b, (j, "b_row")), width)
            sums = [writer.zero()] * vectors
            for feature in range(size):
                everywhere = writer.shuffled(key, key, width, [*range(feature, width, size)] * several)
                sums = [writer.added(q[feature], everywhere, total) for q, total in zip(queries, sums, strict=True)]
            target = code.at(writer.type, writer.at(c, (j, "c_row")), code.mul(first, heads))
            for number, total in enumerate(sums):
                code.store(writer.type, total, code.at(writer.type, target, str(number * writer.lanes)), writer.lanes)

    with code.loop("%first", "%last") as sample:
        a, b, c = (writer.start(what, sample) for what in "abc")
        row = "0"
        for vectors in BLOCKS:
            step = vectors * several
            stop = code.add(row, code.multiple(code.sub(writer.of["rows"], row), step))
            with code.loop(row, stop, step) as i:
                block(i, vectors)
            row = stop
    return code


def write_mixed(dtype: str, size: int) -> Code:
    """The mixtures of all heads: a vector has the features of as many heads as fill it.

    While they are summed, a vector has the first feature of all its heads, then the second one of all, and so on: so
    the shares of a row are repeated as they lie, and only values and sums are put in another order, once each.
    """
    writer = _Writer(mixed_name(dtype, size), MIXED, dtype)
    code, heads, lanes = writer.code, writer.lanes // size, range(writer.lanes)

    def rows(first: str, height: int, a: str, b: str, c: str) -> None:
        starts = [writer.at(a, (code.add(first, i), "a_row")) for i in range(height)]
        with code.turns("0", writer.of["k"], 1, [(writer.wide, writer.zero())] * height) as loop:
            values = code.load(writer.type, writer.at(b, (loop.index, "b_row")), writer.lanes)
            values = writer.shuffled(values, values, writer.lanes, [i % heads * size + i // heads for i in lanes])
            for start, total in zip(starts, loop.carried, strict=True):
                shares = code.load(writer.type, writer.at(start, (loop.index, "a_column")), heads)
                spread = writer.shuffled(shares, shares, heads, [i % heads for i in lanes])
                loop.next.append(writer.added(spread, values, total))
        for i, total in enumerate(loop.results):
            total = writer.shuffled(total, total, writer.lanes, [i % size * heads + i // size for i in lanes])
            code.store(writer.type, total, writer.at(c, (code.add(first, i), "c_row")), writer.lanes)

    with code.loop("%first", "%last") as sample, code.loop("0", writer.of["vectors"]) as number:
        of_heads, far = code.mul(number, heads), code.mul(number, writer.lanes)
        a, b, c = (code.at(writer.type, writer.start(what, sample), of_heads if what == "a" else far) for what in "abc")
        row = "0"
        for height in HEIGHTS:
            stop = code.add(row, code.multiple(code.sub(writer.of["rows"], row), height))
            with code.loop(row, stop, height) as i:
                rows(i, height, a, b, c)
            row = stop
    return code
