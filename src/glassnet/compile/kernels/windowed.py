"""Products of numbers that lie anywhere: tables say how far each row, and each column, of A is from A's first number.

A convolution multiplies windows of a picture. They overlap: copied out, one after the other, they would fill as many
times the picture's memory as a window has numbers. But number k of window i lies at row[i] + column[k], so the loop
that multiplies reads it where it is. The gradient for the kernel is the same product with the tables exchanged, summed
over samples: some samples at a time, whose sums are added up at the end, in order, so that threads can share the work
and no bit depends on them (direct convolution, as in Georganas et al., "Anatomy of high-performance deep learning
convolutions on SIMD architectures", 2018).
"""

from __future__ import annotations

from collections.abc import Callable

from glassnet.compile.algebra import SUFFIX, constant
from glassnet.compile.emit import Code, vector
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import extent, load, store, tile

ARGUMENTS = ("rows", "k", "columns", "chunk", "a", "a_sample", "a_rows", "a_columns", "b", "b_sample", "b_row",
             "b_panel", "c", "c_rows", "c_chunk")  # fmt: skip
"""The range counts samples. ``a_rows``, ``a_columns`` and ``c_rows`` are tables; each ``chunk`` samples are summed in
one C, the next of which is ``c_chunk`` numbers on."""
DEPTH = 128
"""Columns of A that are multiplied at a time: so many rows of a panel of B stay in the first cache."""
HEIGHTS = (8, 6, 4, 2, 1)


def name(dtype: str) -> str:
    return f"windowed_{dtype}"


def write(dtype: str) -> list[Code]:
    """The product, and its tiles of every height."""
    largest = tile(dtype)
    sizes = [(h, v, masked) for h in _heights(dtype) for v in range(1, largest.vectors + 1) for masked in (False, True)]
    return [_Product(dtype).written(), *(_tile(dtype, *size) for size in sizes)]


def _heights(dtype: str) -> list[int]:
    return [height for height in HEIGHTS if height <= tile(dtype).rows]


class _Product:
    """The loops over samples, blocks of columns of A, panels of B, and tiles."""

    def __init__(self, dtype: str) -> None:
        self.dtype, self.type, self.largest = dtype, TYPES[dtype], tile(dtype)
        self.code = code = Code(name(dtype), PARAMETERS)
        self.arguments = {what: code.argument(i) for i, what in enumerate(ARGUMENTS)}
        pointers = ("a", "a_rows", "a_columns", "b", "c", "c_rows")
        self.pointers = {what: code.do(f"inttoptr i64 {self.arguments[what]} to ptr") for what in pointers}

    def written(self) -> Code:
        code, of = self.code, self.arguments
        with code.loop("%first", "%last") as sample:
            chunk, within = (code.do(f"{how} i64 {sample}, {of['chunk']}") for how in ("udiv", "urem"))
            begins = code.do(f"icmp eq i64 {within}, 0")
            steps = (("a", sample, "a_sample"), ("b", sample, "b_sample"), ("c", chunk, "c_chunk"))
            a, b, c = (code.at(self.type, self.pointers[what], code.mul(i, of[step])) for what, i, step in steps)
            with code.loop("0", of["k"], DEPTH) as done:
                depth = code.least(code.sub(of["k"], done), DEPTH)
                first = code.do(f"icmp eq i64 {done}, 0")
                fresh = code.do(f"and i1 {begins}, {first}")
                columns = code.at("i64", self.pointers["a_columns"], done)
                self._panels(a, columns, code.at(self.type, b, code.mul(done, of["b_row"])), c, depth, fresh)
        return code

    def _panels(self, a: str, columns: str, b: str, c: str, depth: str, fresh: str) -> None:
        code, largest, of = self.code, self.largest, self.arguments

        def panel(column: str, vectors: int, valid: str) -> None:
            number = code.do(f"udiv i64 {column}, {largest.columns}")
            of_b = code.at(self.type, b, code.mul(number, of["b_panel"]))
            of_c = code.at(self.type, c, column)

            def multiplied(height: int, i: str) -> None:
                rows, targets = (code.at("i64", self.pointers[what], i) for what in ("a_rows", "c_rows"))
                code.call("void", _tile_name(self.dtype, height, vectors, bool(valid)), ("ptr", a), ("ptr", rows),
                          ("ptr", columns), ("ptr", of_b), ("i64", of["b_row"]), ("ptr", of_c), ("ptr", targets),
                          ("i64", depth), ("i64", valid or "0"), ("i1", fresh))  # fmt: skip

            self._by_height(multiplied)

        full = code.sub(of["columns"], code.do(f"urem i64 {of['columns']}, {largest.columns}"))
        with code.loop("0", full, largest.columns) as column:
            panel(column, largest.vectors, "")
        rest = code.sub(of["columns"], full)
        for vectors in range(1, largest.vectors + 1):
            low, high = (vectors - 1) * largest.lanes, vectors * largest.lanes
            above, below = code.do(f"icmp sgt i64 {rest}, {low}"), code.do(f"icmp slt i64 {rest}, {high}")
            with code.when(code.do(f"and i1 {above}, {below}")):
                panel(full, vectors, code.sub(rest, low))
        for vectors in range(1, largest.vectors):  # whole vectors: a load under a mask takes longer
            with code.when(code.do(f"icmp eq i64 {rest}, {vectors * largest.lanes}")):
                panel(full, vectors, "")

    def _by_height(self, do: Callable[[int, str], None]) -> None:
        """For all rows, as many at a time as the highest tile has, the rest in lower ones."""
        code, rows, row = self.code, self.arguments["rows"], "0"
        for height in _heights(self.dtype):
            stop = code.sub(rows, code.do(f"urem i64 {code.sub(rows, row)}, {height}"))
            with code.loop(row, stop, height) as i:
                do(height, i)
            row = stop


def _tile_name(dtype: str, rows: int, vectors: int, masked: bool) -> str:
    return f"tile_{name(dtype)}_{rows}_{vectors}{'_masked' if masked else ''}"


def _tile(dtype: str, rows: int, vectors: int, masked: bool) -> Code:
    """One tile: for each column of A its numbers, wherever they are, times a row of B; sums go on unless fresh."""
    type_, lanes = TYPES[dtype], tile(dtype).lanes
    wide = vector(lanes, type_)
    parameters = ["ptr %a", "ptr %a_rows", "ptr %a_columns", "ptr %b", "i64 %b_row", "ptr %c", "ptr %c_rows", "i64 %k",
                  "i64 %valid", "i1 %fresh"]  # fmt: skip
    code = Code(_tile_name(dtype, rows, vectors, masked), parameters, is_part=True)
    mask = code.lanes_below("%valid", lanes) if masked else ""
    masks = ["" if v < vectors - 1 else mask for v in range(vectors)]

    def starts(what: str) -> list[str]:
        """Where the tile's rows begin."""
        return [
            code.at(type_, f"%{what}", code.load("i64", code.at("i64", f"%{what}_rows", str(i)))) for i in range(rows)
        ]

    of_a = starts("a")
    targets = [(code.at(type_, row, str(v * lanes)), masks[v]) for row in starts("c") for v in range(vectors)]
    before = [load(code, type_, lanes, pointer, of_mask) for pointer, of_mask in targets]
    zero = constant(0.0, type_, lanes)
    first = [(wide, code.do(f"select i1 %fresh, {wide} {zero}, {wide} {sum_}")) for sum_ in before]
    with code.turns("0", "%k", 1, first) as loop:
        column = code.load("i64", code.at("i64", "%a_columns", loop.index))
        row = code.at(type_, "%b", code.mul(loop.index, "%b_row"))
        panel = [load(code, type_, lanes, code.at(type_, row, str(v * lanes)), masks[v]) for v in range(vectors)]
        for i, start in enumerate(of_a):
            a = code.spread(type_, code.load(type_, code.at(type_, start, column)), lanes)
            for v in range(vectors):
                fma, total = f"llvm.fma.v{lanes}{SUFFIX[type_]}", loop.carried[i * vectors + v]
                loop.next.append(code.call(wide, fma, (wide, a), (wide, panel[v]), (wide, total)))
    for (pointer, of_mask), sum_ in zip(targets, loop.results, strict=True):
        store(code, type_, lanes, pointer, sum_, of_mask)
    return code


# ── sums of chunks ──────────────────────────────────────────────────────────────────────────────────────────────────

SUMS = ("samples", "chunk", "size", "from", "to")
"""The arguments of a sum of chunks; the range counts numbers."""


def sums_name(dtype: str) -> str:
    return f"chunks_{dtype}"


def write_sums(dtype: str) -> Code:
    """to[i] = from[0, i] + from[1, i] + …, as many as there are chunks of samples in the batch."""
    type_, lanes = TYPES[dtype], tile(dtype).lanes
    wide = vector(lanes, type_)
    code = Code(sums_name(dtype), PARAMETERS)
    of = {what: code.argument(i) for i, what in enumerate(SUMS)}
    source, target = (code.do(f"inttoptr i64 {of[what]} to ptr") for what in ("from", "to"))
    last = code.add(extent(code, of["samples"]), code.sub(of["chunk"], 1))
    chunks = code.do(f"udiv i64 {last}, {of['chunk']}")

    def summed(i: str, mask: str) -> None:
        with code.turns("0", chunks, 1, [(wide, constant(0.0, type_, lanes))]) as loop:
            place = code.at(type_, source, code.add(code.mul(loop.index, of["size"]), i))
            value = load(code, type_, lanes, place, mask)
            loop.next = [code.do(f"fadd {wide} {loop.carried[0]}, {value}")]
        store(code, type_, lanes, code.at(type_, target, i), loop.results[0], mask)

    full = code.add("%first", code.multiple(code.sub("%last", "%first"), lanes))
    with code.loop("%first", full, lanes) as i:
        summed(i, "")
    with code.when(code.do(f"icmp slt i64 {full}, %last")):
        summed(full, code.lanes_below(code.sub("%last", full), lanes))
    return code
