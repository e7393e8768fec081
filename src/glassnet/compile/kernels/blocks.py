"""Large matrix products: C = A·B, block by block, each block of A copied so that its numbers follow each other.

Of a large matrix the rows lie far apart, and those a power of two apart push each other out of the cache. So a block of
A, some rows by some columns, is copied tile by tile into memory that stays in the second cache, and meets all panels of
B there, of each of which as many rows stay in the first. The sums of a tile go on where those of the block before
ended: each number of C is summed from first to last, as in :mod:`glassnet.compile.kernels.products`, to the same bits
(Goto & van de Geijn, "Anatomy of high-performance matrix multiplication", 2008).

No tile waits for memory: each asks for its share of the panel that comes next, a line at a time between its products,
and for the numbers of C that the tile below it goes on from.
"""

from __future__ import annotations

from collections.abc import Callable

from glassnet.compile.algebra import SUFFIX
from glassnet.compile.emit import Code, vector
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import EXTENTS, Form, extent, load, store, tile

DEPTH = 256
"""Columns of a block of A."""
TILES = 8
"""Tiles of rows in a block."""
TURNS = 4
"""Columns that a turn of the innermost loop multiplies."""


def name(form: Form) -> str:
    return f"blocks_{form.name}"


def write(form: Form) -> list[Code]:
    """The product, the copies of tiles, and the tiles of every height."""
    largest = tile(form.dtype)
    heights = [h for h in (8, 6, 4, 2, 1) if h <= largest.rows]
    sizes = [(h, v, masked) for h in heights for v in range(1, largest.vectors + 1) for masked in (False, True)]
    return [_Product(form, heights).written(), *(_copy(form, h) for h in heights), *(_tile(form, *s) for s in sizes)]


class _Product:
    """The loops over blocks of rows, blocks of columns of A, panels of B, and tiles."""

    def __init__(self, form: Form, heights: list[int]) -> None:
        self.form, self.heights, self.largest, self.type = form, heights, tile(form.dtype), TYPES[form.dtype]
        self.code = code = Code(name(form), PARAMETERS)
        self.arguments = {what: code.argument(i) for i, what in enumerate(EXTENTS)}
        self.a, self.b, self.c, listed = (
            code.do(f"inttoptr i64 {self.arguments[what]} to ptr") for what in ("a", "b", "c", "list")
        )
        self.numbers = code.at("i64", listed, "1")
        size = TILES * self.largest.rows * DEPTH
        self.own = code.do(f"alloca [{size} x {self.type}], align 64")
        k, self.columns = (extent(code, self.arguments[what]) for what in ("k", "columns"))
        count = code.load("i64", listed) if form.listed else ""
        self.k = count if form.listed == "k" else k
        self.first, last = (code.mul(end, self.arguments["scale"]) for end in ("%first", "%last"))
        self.last = code.least(last, count) if form.listed == "rows" else last

    def written(self) -> Code:
        code, rows = self.code, TILES * self.largest.rows
        with code.loop(self.first, self.last, rows) as first:
            last = code.least(code.add(first, rows), self.last)
            with code.loop("0", self.k, DEPTH) as done:
                depth = code.least(code.sub(self.k, done), DEPTH)
                fresh = code.do(f"icmp eq i64 {done}, 0")
                self._by_height(first, last, lambda height, i: self._copied(height, i, first, done, depth))
                self._panels(first, last, done, depth, fresh)
        return code

    def _by_height(self, first: str, last: str, do: Callable[[int, str], None]) -> None:
        """For all rows, as many at a time as the highest tile has, the rest in lower ones."""
        code, row = self.code, first
        for height in self.heights:
            stop = code.sub(last, code.do(f"urem i64 {code.sub(last, row)}, {height}"))
            with code.loop(row, stop, height) as i:
                do(height, i)
            row = stop

    def _copied(self, height: int, i: str, first: str, done: str, depth: str) -> None:
        code = self.code
        a, numbers = self.a, self.numbers
        if self.form.listed == "rows":
            numbers = code.at("i64", numbers, i)
        else:
            a = code.at(self.type, a, i if self.form.transposed else code.mul(i, self.arguments["a_stride"]))
        code.call("void", _copy_name(self.form, height), ("ptr", a), ("i64", self.arguments["a_stride"]),
                  ("ptr", self._place(i, first)), ("i64", done), ("i64", depth), ("ptr", numbers))  # fmt: skip

    def _place(self, i: str, first: str) -> str:
        """Where the tile of these rows is in the copy."""
        return self.code.at(self.type, self.own, self.code.mul(self.code.sub(i, first), DEPTH))

    def _panels(self, first: str, last: str, done: str, depth: str, fresh: str) -> None:
        code, largest = self.code, self.largest
        full = code.sub(self.columns, code.do(f"urem i64 {self.columns}, {largest.columns}"))

        def panel(column: str, vectors: int, valid: str) -> None:
            number = code.do(f"udiv i64 {column}, {largest.columns}")
            of_panel = code.at(self.type, self.b, code.mul(number, self.arguments["b_panel"]))
            b = code.at(self.type, of_panel, code.mul(done, largest.columns))
            c = code.at(self.type, self.c, column)
            following = code.at(self.type, b, self.arguments["b_panel"])
            share = code.do(f"udiv i64 {code.mul(depth, largest.columns)}, {TILES * largest.rows}")

            def tiles(height: int, i: str) -> None:
                of_c, numbers = c, self.numbers
                if self.form.listed == "rows":
                    numbers = code.at("i64", numbers, i)
                else:
                    of_c = code.at(self.type, c, code.mul(i, self.arguments["c_row"]))
                code.call("void", _tile_name(self.form, height, vectors, bool(valid)), ("ptr", self._place(i, first)),
                          ("ptr", b), ("ptr", of_c), ("i64", self.arguments["c_row"]), ("i64", depth),
                          ("i64", valid or "0"), ("i1", fresh), ("ptr", numbers),
                          ("ptr", code.at(self.type, following, code.mul(code.sub(i, first), share))))  # fmt: skip

            self._by_height(first, last, tiles)

        with code.loop("0", full, largest.columns) as column:
            panel(column, largest.vectors, "")
        rest = code.sub(self.columns, full)
        for vectors in range(1, largest.vectors + 1):
            low, high = (vectors - 1) * largest.lanes, vectors * largest.lanes
            above, below = code.do(f"icmp sgt i64 {rest}, {low}"), code.do(f"icmp sle i64 {rest}, {high}")
            with code.when(code.do(f"and i1 {above}, {below}")):
                panel(full, vectors, code.sub(rest, low))


def _copy_name(form: Form, height: int) -> str:
    return f"copy_{name(form)}_{height}"


def _copy(form: Form, height: int) -> Code:
    """A tile of A: for each column its rows' numbers, one after the other."""
    type_ = TYPES[form.dtype]
    parameters = ["ptr %a", "i64 %a_stride", "ptr %to", "i64 %done", "i64 %depth", "ptr %list"]
    code = Code(_copy_name(form, height), parameters, linkage="internal")
    rows = [str(i) for i in range(height)]
    if form.listed == "rows":
        rows = [code.load("i64", code.at("i64", "%list", row)) for row in rows]
    starts = [code.at(type_, "%a", row if form.transposed else code.mul("%a_stride", row)) for row in rows]
    with code.loop("0", "%depth") as i:
        k = code.add("%done", i)
        k = code.load("i64", code.at("i64", "%list", k)) if form.listed == "k" else k
        step = code.mul(k, "%a_stride") if form.transposed else k
        to = code.at(type_, "%to", code.mul(i, height))
        numbers = [code.at(type_, start, step) for start in starts]
        together = form.transposed and form.listed != "rows"
        column = code.load(type_, numbers[0], height) if together else _side_by_side(code, type_, numbers)
        code.store(type_, column, to, height)
    return code


def _side_by_side(code: Code, type_: str, pointers: list[str]) -> str:
    """The numbers at these places as one vector."""
    numbers = [code.load(type_, pointer) for pointer in pointers]
    if len(numbers) == 1:
        return numbers[0]
    column = "poison"
    for row, number in enumerate(numbers):
        column = code.do(f"insertelement {vector(len(numbers), type_)} {column}, {type_} {number}, i64 {row}")
    return column


def _tile_name(form: Form, rows: int, vectors: int, masked: bool) -> str:
    return f"tile_{name(form)}_{rows}_{vectors}{'_masked' if masked else ''}"


TILE_PARAMETERS = ("ptr %a", "ptr %b", "ptr %c", "i64 %c_row", "i64 %k", "i64 %valid", "i1 %fresh", "ptr %list",
                   "ptr %next")  # fmt: skip


def _tile(form: Form, rows: int, vectors: int, masked: bool) -> Code:
    """One tile: its sums go on from C, unless they are fresh. It asks for a share of the ``next`` panel."""
    type_, lanes = TYPES[form.dtype], tile(form.dtype).lanes
    wide = vector(lanes, type_)
    code = Code(_tile_name(form, rows, vectors, masked), TILE_PARAMETERS, linkage="internal")
    mask = code.lanes_below("%valid", lanes) if masked else ""
    masks = ["" if v < vectors - 1 else mask for v in range(vectors)]
    numbers = [str(i) for i in range(rows)]
    if form.listed == "rows":
        numbers = [code.load("i64", code.at("i64", "%list", number)) for number in numbers]
    of_rows = [code.at(type_, "%c", code.mul("%c_row", number)) for number in numbers]
    targets = [(code.at(type_, row, str(v * lanes)), masks[v]) for row in of_rows for v in range(vectors)]
    before = [load(code, type_, lanes, pointer, mask) for pointer, mask in targets]
    sums = [code.do(f"select i1 %fresh, {wide} zeroinitializer, {wide} {sum_}") for sum_ in before]

    for row in of_rows:
        for v in range(vectors):
            below = code.add(code.mul("%c_row", rows), v * lanes)
            code.prefetch(code.at(type_, row, below), write=True)
    width = tile(form.dtype).columns

    def column(sums: list[str], k: str) -> list[str]:
        """All sums with the products of one column of A and one row of B."""
        row, of_a = code.at(type_, "%b", code.mul(k, width)), code.at(type_, "%a", code.mul(k, rows))
        panel = [load(code, type_, lanes, code.at(type_, row, str(v * lanes)), masks[v]) for v in range(vectors)]
        added = []
        for i in range(rows):
            a = code.spread(type_, code.load(type_, code.at(type_, of_a, str(i))), lanes)
            for v in range(vectors):
                fma = f"llvm.fma.v{lanes}{SUFFIX[type_]}"
                added.append(code.call(wide, fma, (wide, a), (wide, panel[v]), (wide, sums[i * vectors + v])))
        return added

    whole = code.multiple("%k", TURNS)
    with code.turns("0", whole, TURNS, [(wide, sum_) for sum_ in sums]) as loop:
        sums = loop.carried
        code.prefetch(code.at(type_, "%next", code.mul(loop.index, width // TILES)))
        for turn in range(TURNS):
            sums = column(sums, code.add(loop.index, turn))
        loop.next += sums
    with code.turns(whole, "%k", 1, [(wide, sum_) for sum_ in loop.results]) as rest:
        rest.next += column(rest.carried, rest.index)
    for (pointer, of_mask), sum_ in zip(targets, rest.results, strict=True):
        store(code, type_, lanes, pointer, sum_, of_mask)
    return code
