"""Large matrix products: C = A·B, block by block, each block of A copied so that its numbers follow each other.

Of a large matrix the rows lie far apart, and those a power of two apart push each other out of the cache. So a block of
A, some rows by some columns, is copied tile by tile into memory that stays in the second cache, and meets all panels of
B there, of each of which as many rows stay in the first. A smaller A is read where it is. The sums of a tile go on
where those of the block before ended: each number of C is summed from first to last, as in
:mod:`glassnet.compile.kernels.products`, to the same bits (Goto & van de Geijn, "Anatomy of high-performance matrix
multiplication", 2008).
"""

from __future__ import annotations

from collections.abc import Callable

from glassnet.compile.emit import Code, vector
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import EXTENTS, Form, extent, tile
from glassnet.compile.kernels.tiles import DEPTH, Sums, asked, lines_of

TILES = 8
"""Tiles of rows in a block."""
AHEAD = 8
"""Columns by which an A is asked for whose columns lie apart: no processor guesses where the next one is."""


def name(form: Form, copied: bool) -> str:
    return f"blocks_{'' if copied else 'uncopied_'}{form.name}"


def write(form: Form, copied: bool) -> list[Code]:
    """The product, the copies of tiles if A's blocks are ``copied``, and the tiles of every height."""
    kind = Sums(name(form, copied), form.dtype, copied, "rows" if form.listed == "rows" else "")
    copies = [_side_by_side(form, kind), *(_copy(form, kind, height) for height in kind.heights)] if copied else []
    return [_Product(form, kind).written(), *copies, *kind.write()]


class _Product:
    """The loops over blocks of rows, blocks of columns of A, panels of B, and tiles."""

    def __init__(self, form: Form, kind: Sums) -> None:
        self.form, self.kind, self.largest, self.type = form, kind, tile(form.dtype), TYPES[form.dtype]
        self.code = code = Code(kind.of, PARAMETERS)
        self.arguments = {what: code.argument(i) for i, what in enumerate(EXTENTS)}
        self.a, self.b, self.c, listed = (
            code.do(f"inttoptr i64 {self.arguments[what]} to ptr") for what in ("a", "b", "c", "list")
        )
        self.numbers = code.at("i64", listed, "1")
        size = TILES * self.largest.rows * DEPTH
        self.own = code.do(f"alloca [{size} x {self.type}], align 64") if kind.copied else ""
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
                if self.kind.copied:
                    self._copy_block(first, last, done, depth)
                self._panels(first, last, done, depth, fresh)
        return code

    def _by_height(self, first: str, last: str, do: Callable[[int, str], None]) -> None:
        """For all rows, as many at a time as the highest tile has, the rest in lower ones."""
        code, row = self.code, first
        for height in self.kind.heights:
            stop = code.sub(last, code.do(f"urem i64 {code.sub(last, row)}, {height}"))
            with code.loop(row, stop, height) as i:
                do(height, i)
            row = stop

    def _copy_block(self, first: str, last: str, done: str, depth: str) -> None:
        """Copy a block; of an A whose rows are what follows each other, whole tiles side by side, so in A's order."""
        code, row = self.code, first
        if self.form.transposed and self.form.listed != "rows":
            tiles = code.do(f"udiv i64 {code.sub(last, first)}, {self.largest.rows}")
            code.call("void", _side_by_side_name(self.kind), ("ptr", code.at(self.type, self.a, first)),
                      ("i64", self.arguments["a_stride"]), ("ptr", self.own), ("i64", done), ("i64", depth),
                      ("ptr", self.numbers), ("i64", tiles))  # fmt: skip
            row = code.add(first, code.mul(tiles, self.largest.rows))
        self._by_height(row, last, lambda height, i: self._copied(height, i, first, done, depth))

    def _copied(self, height: int, i: str, first: str, done: str, depth: str) -> None:
        code = self.code
        a, numbers = self.a, self.numbers
        if self.form.listed == "rows":
            numbers = code.at("i64", numbers, i)
        else:
            a = code.at(self.type, a, i if self.form.transposed else code.mul(i, self.arguments["a_stride"]))
        code.call("void", _copy_name(self.kind, height), ("ptr", a), ("i64", self.arguments["a_stride"]),
                  ("ptr", self._place(i, first)), ("i64", done), ("i64", depth), ("ptr", numbers))  # fmt: skip

    def _tile(self, i: str, first: str, done: str) -> tuple[str, str]:
        """Where the tile of these rows begins; and its stride from row to row, where it is not copied."""
        if self.kind.copied:
            return self._place(i, first), "0"
        code, stride = self.code, self.arguments["a_stride"]
        return code.at(self.type, self.a, code.add(code.mul(i, stride), done)), stride

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

            def tiles(height: int, i: str) -> None:
                of_c, numbers = c, self.numbers
                if self.form.listed == "rows":
                    numbers = code.at("i64", numbers, i)
                else:
                    of_c = code.at(self.type, c, code.mul(i, self.arguments["c_row"]))
                of_a, stride = self._tile(i, first, done)
                code.call("void", self.kind.name(height, vectors, bool(valid)), ("ptr", of_a),
                          ("i64", stride), ("ptr", b), ("ptr", of_c), ("i64", self.arguments["c_row"]), ("i64", depth),
                          ("i64", valid or "0"), ("i1", fresh), ("ptr", numbers), ("ptr", following),
                          ("i64", str(largest.columns)), ("i64", str(lines_of(largest.columns, self.form.dtype))),
                          ("i64", asked(code, code.sub(i, first), depth, self.form.dtype)))  # fmt: skip

            self._by_height(first, last, tiles)

        with code.loop("0", full, largest.columns) as column:
            panel(column, largest.vectors, "")
        rest = code.sub(self.columns, full)
        for vectors in range(1, largest.vectors + 1):
            low, high = (vectors - 1) * largest.lanes, vectors * largest.lanes
            above, below = code.do(f"icmp sgt i64 {rest}, {low}"), code.do(f"icmp sle i64 {rest}, {high}")
            with code.when(code.do(f"and i1 {above}, {below}")):
                panel(full, vectors, code.sub(rest, low))


def _copy_name(kind: Sums, height: int) -> str:
    return f"copy_{kind.of}_{height}"


def _copy(form: Form, kind: Sums, height: int) -> Code:
    """A tile of A: for each column its rows' numbers, one after the other."""
    type_ = TYPES[form.dtype]
    parameters = ["ptr %a", "i64 %a_stride", "ptr %to", "i64 %done", "i64 %depth", "ptr %list"]
    code = Code(_copy_name(kind, height), parameters, linkage="internal")
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
        column = code.load(type_, numbers[0], height) if together else _together(code, type_, numbers)
        code.store(type_, column, to, height)
    return code


def _together(code: Code, type_: str, pointers: list[str]) -> str:
    """The numbers at these places as one vector."""
    numbers = [code.load(type_, pointer) for pointer in pointers]
    if len(numbers) == 1:
        return numbers[0]
    column = "poison"
    for row, number in enumerate(numbers):
        column = code.do(f"insertelement {vector(len(numbers), type_)} {column}, {type_} {number}, i64 {row}")
    return column


def _side_by_side_name(kind: Sums) -> str:
    return f"copy_{kind.of}"


def _side_by_side(form: Form, kind: Sums) -> Code:
    """Whole tiles of an A whose rows are what follows each other: a column of all of them at a time."""
    type_, height = TYPES[form.dtype], tile(form.dtype).rows
    parameters = ["ptr %a", "i64 %a_stride", "ptr %to", "i64 %done", "i64 %depth", "ptr %list", "i64 %tiles"]
    code = Code(_side_by_side_name(kind), parameters, linkage="internal")
    ahead = code.mul("%a_stride", AHEAD)
    with code.loop("0", "%depth") as i:
        k = code.add("%done", i)
        k = code.load("i64", code.at("i64", "%list", k)) if form.listed == "k" else k
        column, to = code.at(type_, "%a", code.mul(k, "%a_stride")), code.at(type_, "%to", code.mul(i, height))
        with code.loop("0", "%tiles") as number:
            start = code.at(type_, column, code.mul(number, height))
            code.prefetch(code.at(type_, start, ahead))
            there = code.at(type_, to, code.mul(number, height * DEPTH))
            code.store(type_, code.load(type_, start, height), there, height)
    return code
