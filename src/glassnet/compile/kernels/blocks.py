"""Large matrix products: C = A·B, block by block, each block of A copied so that its numbers follow each other.

Of a large matrix the rows lie far apart, and those a power of two apart push each other out of the cache. So a block of
A, some rows by some columns, is copied tile by tile into memory that stays in the second cache, and meets all panels of
B there, as many rows of each. A block is deep, so that few tiles have to read their sums and write them. A smaller A is
read where it is. The sums of a tile go on where those of the block before ended: each number of C is summed from first
to last, as in :mod:`glassnet.compile.kernels.products`, to the same bits (Goto & van de Geijn, "Anatomy of
high-performance matrix multiplication", 2008).
"""

from __future__ import annotations

from collections.abc import Callable

from glassnet.compile.algebra import constant
from glassnet.compile.emit import SIZES, Code, vector
from glassnet.compile.kernels import PARAMETERS, columns
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import EXTENTS, Form, Listed, extent, load, tile
from glassnet.compile.kernels.tiles import NUMBER, Lies, Sums, asked, lines_of

TILES = 8
"""Tiles of rows in a block."""
ROW = 64
"""Vectors in a row of a block: of the processors with the longest vectors, each has a large second cache."""
PERIOD = 4096
"""Bytes from row to row, or a multiple of them, by which all rows of a near B belong in the same few lines of the first
cache and push each other out of it: a panel of it is copied as well.
"""
AHEAD = 8
"""Columns by which an A is asked for whose columns lie apart: no processor guesses where the next one is."""


def depth_of(dtype: str) -> int:
    """Columns of a block."""
    return ROW * tile(dtype).lanes


def own_row(dtype: str) -> int:
    """Numbers from a row of a block's copy to the next: no power of two, so that rows share no lines of the cache."""
    return depth_of(dtype) + 16


def list_of(dtype: str) -> int:
    """Words of 8 bytes for the list of a tile's columns: how many, their numbers, and what a vector writes beyond."""
    return depth_of(dtype) // 4 + 8


def name(form: Form, copied: bool, near: bool = False) -> str:
    return f"blocks_{'' if copied else 'uncopied_'}{'near_' if near else ''}{form.name}"


def write(form: Form, copied: bool, near: bool = False) -> list[Code]:
    """The product, the copies of tiles if A's blocks are ``copied``, and the tiles of every height.

    A B that is ``near`` is read where it lies, else panel by panel. Then sums can go on from what is there, from call
    to call, as one more argument says.
    """
    listed: Listed = "both" if form.listed else ""
    kind = Sums(name(form, copied, near), form.dtype, _lies(form, copied), depth_of(form.dtype), listed, near)
    copies: list[Code] = []
    if kind.lies == "columns":
        copies = [_side_by_side(kind), *(_copy(kind, height) for height in kind.heights)]
    elif kind.lies == "rows":
        copies = [_along(kind, height) for height in kind.heights]
    return [_Product(form, kind).written(), *copies, *kind.write()]


def goes_on(form: Form, near: bool) -> bool:
    """Whether an argument says that the sums go on."""
    return near and (form.onto or not form.listed)


def _lies(form: Form, copied: bool) -> Lies:
    return "there" if not copied else "columns" if form.transposed else "rows"


class _Product:
    """The loops over blocks of rows, blocks of columns of A, panels of B, and tiles."""

    def __init__(self, form: Form, kind: Sums) -> None:
        self.form, self.kind, self.largest, self.type = form, kind, tile(form.dtype), TYPES[form.dtype]
        self.code = code = Code(kind.of, PARAMETERS)
        self.arguments = {what: code.argument(i) for i, what in enumerate(EXTENTS)}
        self.a, self.b, self.c = (code.do(f"inttoptr i64 {self.arguments[what]} to ptr") for what in "abc")
        rows, self.depth = TILES * self.largest.rows, depth_of(form.dtype)
        self.own_row, self.list = own_row(form.dtype), list_of(form.dtype)
        self.own = code.do(f"alloca [{rows * self.own_row} x {self.type}], align 64") if kind.lies != "there" else ""
        self.lists = code.do(f"alloca [{rows // 2 * self.list} x i64], align 64") if form.listed else ""
        self.on, self.panel = "0", ""
        if goes_on(form, kind.near):
            self.on = code.argument(len(EXTENTS))
            self.panel = code.do(f"alloca [{self.depth * self.largest.columns} x {self.type}], align 64")
        self.k, self.columns = (extent(code, self.arguments[what]) for what in ("k", "columns"))
        self.first, self.last = (code.mul(end, self.arguments["scale"]) for end in ("%first", "%last"))

    def written(self) -> Code:
        code, rows = self.code, TILES * self.largest.rows
        with code.loop(self.first, self.last, rows) as first:
            last = code.least(code.add(first, rows), self.last)
            with code.loop("0", self.k, self.depth) as done:
                depth = code.least(code.sub(self.k, done), self.depth)
                fresh = code.do(f"icmp eq i64 {code.do(f'or i64 {done}, {self.on}')}, 0")
                if self.kind.lies != "there":
                    self._copy_block(first, last, done, depth)
                self._panels(first, last, done, depth, fresh)
        return code

    def _a(self, row: str, column: str) -> str:
        """Where a number of A is."""
        code = self.code
        along, across = (row, column) if self.form.transposed else (column, row)
        return code.at(self.type, self.a, code.add(code.mul(across, self.arguments["a_stride"]), along))

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
        if self.form.transposed:
            tiles = code.do(f"udiv i64 {code.sub(last, first)}, {self.largest.rows}")
            code.call("void", _side_by_side_name(self.kind), *self._source(first, first, done, depth), ("i64", tiles))
            row = code.add(first, code.mul(tiles, self.largest.rows))
        self._by_height(row, last, lambda height, i: self._copied(height, i, first, done, depth))

    def _copied(self, height: int, i: str, first: str, done: str, depth: str) -> None:
        self.code.call("void", _copy_name(self.kind, height), *self._source(i, first, done, depth))

    def _source(self, i: str, first: str, done: str, depth: str) -> list[tuple[str, str]]:
        """What the copies are called with: where the tile of these rows begins, and where it belongs."""
        own = self._list(i, first) if self.form.listed else "null"
        return [("ptr", self._a(i, done)), ("i64", self.arguments["a_stride"]), ("ptr", self._place(i, first)),
                ("i64", depth), ("ptr", own)]  # fmt: skip

    def _tile(self, i: str, first: str, done: str) -> tuple[str, str]:
        """Where the tile of these rows begins; and its stride from row to row, where it is not copied."""
        if self.kind.lies != "there":
            return self._place(i, first), str(self.own_row)
        return self._a(i, done), self.arguments["a_stride"]

    def _place(self, i: str, first: str) -> str:
        """Where the tile of these rows is in the copy."""
        return self.code.at(self.type, self.own, self.code.mul(self.code.sub(i, first), self.own_row))

    def _list(self, i: str, first: str) -> str:
        """Where the list of the tile of these rows is: all tiles but the last have an even number of rows."""
        pairs = self.code.do(f"udiv i64 {self.code.sub(i, first)}, 2")
        return self.code.at("i64", self.lists, self.code.mul(pairs, self.list))

    def _panels(self, first: str, last: str, done: str, depth: str, fresh: str) -> None:
        code, largest = self.code, self.largest
        full = code.sub(self.columns, code.do(f"urem i64 {self.columns}, {largest.columns}"))
        b_row = self.arguments["b_row"] if self.kind.near else str(largest.columns)
        lines = str(lines_of(largest.columns, self.form.dtype))

        def panel(column: str, vectors: int, valid: str) -> None:
            number = code.do(f"udiv i64 {column}, {largest.columns}")
            of_panel = code.at(self.type, self.b, code.mul(number, self.arguments["b_panel"]))
            b = code.at(self.type, of_panel, code.mul(done, b_row))
            c, b_of = code.at(self.type, self.c, column), b_row
            if self.panel:
                b, b_of = self._copied_panel(b, b_row, depth, vectors, valid)
            following = code.at(self.type, b, self.arguments["b_panel"])

            def tiles(height: int, i: str) -> None:
                of_c = code.at(self.type, c, code.mul(i, self.arguments["c_row"]))
                numbers, count = "null", depth
                if self.form.listed:
                    own = self._list(i, first)
                    count, numbers = code.load("i64", own), code.at("i64", own, "1")
                of_a, a_row = self._tile(i, first, done)
                code.call("void", self.kind.name(height, vectors, bool(valid)), ("ptr", of_a), ("i64", a_row),
                          ("ptr", b), ("i64", b_of), ("ptr", of_c), ("i64", self.arguments["c_row"]), ("i64", count),
                          ("i64", valid or "0"), ("i1", fresh), ("ptr", numbers), ("ptr", following), ("i64", b_row),
                          ("i64", lines), ("i64", asked(code, code.sub(i, first), depth, self.form.dtype)))  # fmt: skip

            self._by_height(first, last, tiles)

        with code.loop("0", full, largest.columns) as column:
            panel(column, largest.vectors, "")
        rest = code.sub(self.columns, full)
        for vectors in range(1, largest.vectors + 1):
            low, high = (vectors - 1) * largest.lanes, vectors * largest.lanes
            above, below = code.do(f"icmp sgt i64 {rest}, {low}"), code.do(f"icmp sle i64 {rest}, {high}")
            with code.when(code.do(f"and i1 {above}, {below}")):
                panel(full, vectors, code.sub(rest, low))

    def _copied_panel(self, b: str, b_row: str, depth: str, vectors: int, valid: str) -> tuple[str, str]:
        """A panel of B, and its stride: copied, where the first cache would keep few of its rows."""
        code, lanes, columns = self.code, self.largest.lanes, self.largest.columns
        mask = code.lanes_below(valid, lanes) if valid else ""
        beyond = code.do(f"and i64 {b_row}, {PERIOD // SIZES[self.type] - 1}")
        crowded = code.do(f"icmp eq i64 {beyond}, 0")
        with code.when(crowded), code.loop("0", depth) as i:
            row, to = code.at(self.type, b, code.mul(i, b_row)), code.mul(i, columns)
            for v in range(vectors):
                of_mask = mask if v == vectors - 1 else ""
                numbers = load(code, self.type, lanes, code.at(self.type, row, str(v * lanes)), of_mask)
                code.store(self.type, numbers, code.at(self.type, self.panel, code.add(to, v * lanes)), lanes)
        place = code.do(f"select i1 {crowded}, ptr {self.panel}, ptr {b}")
        return place, code.do(f"select i1 {crowded}, i64 {columns}, i64 {b_row}")


def _copy_name(kind: Sums, height: int) -> str:
    return f"copy_{kind.of}_{height}"


COPY = ["ptr %a", "i64 %a_stride", "ptr %to", "i64 %depth", "ptr %list"]
"""The arguments of a copy: where it begins, the stride of A that is not 1, where it belongs, how many columns it has,
and where the list of those in use belongs."""


def _copy(kind: Sums, height: int) -> Code:
    """A tile of an A whose rows are what follows each other: for each column its rows' numbers, one after the other."""
    type_ = TYPES[kind.dtype]
    code = Code(_copy_name(kind, height), COPY, is_part=True)
    with code.turns("0", "%depth", 1, [("i64", "0")]) as loop:
        (count,) = loop.carried
        column = code.load(type_, code.at(type_, "%a", code.mul(loop.index, "%a_stride")), height)
        code.store(type_, column, code.at(type_, "%to", code.mul(loop.index, height)), height)
        loop.next = [_noted(code, kind, column, height, loop.index, "%list", count) if kind.listed else count]
    if kind.listed:
        code.store("i64", loop.results[0], "%list")
    return code


def _noted(code: Code, kind: Sums, column: str, height: int, number: str, list_: str, count: str) -> str:
    """Add a column to the list unless all its numbers are 0; returns how many there are now."""
    type_, width = TYPES[kind.dtype], 8 * SIZES[TYPES[kind.dtype]]
    code.store(NUMBER, code.do(f"trunc i64 {number} to {NUMBER}"), code.at(NUMBER, code.at("i64", list_, "1"), count))
    bits, but_signs = f"i{height * width}", sum((2 ** (width - 1) - 1) << width * row for row in range(height))
    all_ = code.do(f"bitcast {vector(height, type_)} {column} to {bits}")
    some = code.do(f"icmp ne {bits} {code.do(f'and {bits} {all_}, {but_signs}')}, 0")
    return code.add(count, code.do(f"zext i1 {some} to i64"))


def _along(kind: Sums, height: int) -> Code:
    """A tile of an A whose columns are what follows each other: row by row, and with it the list of columns in use."""
    type_, lanes = TYPES[kind.dtype], tile(kind.dtype).lanes
    code = Code(_copy_name(kind, height), COPY, is_part=True)
    with code.turns("0", "%depth", lanes, [("i64", "0")]) as loop:
        (known,) = loop.carried
        mask = code.lanes_below(code.sub("%depth", loop.index), lanes)
        used = ""
        for row in range(height):
            start = code.at(type_, "%a", code.add(code.mul("%a_stride", row), loop.index))
            numbers = load(code, type_, lanes, start, mask)
            code.store(type_, numbers, code.at(type_, "%to", code.add(loop.index, row * own_row(kind.dtype))), lanes)
            more = code.do(f"fcmp une {vector(lanes, type_)} {numbers}, {constant(0.0, type_, lanes)}")
            used = more if not used else code.do(f"or {vector(lanes, 'i1')} {used}, {more}")
        if kind.listed:
            several = columns.listed(code, loop.index, used, lanes)
            numbers = code.do(f"trunc {vector(lanes, 'i32')} {several} to {vector(lanes, NUMBER)}")
            code.store(NUMBER, numbers, code.at(NUMBER, code.at("i64", "%list", "1"), known), lanes)
            known = code.add(known, columns.count(code, used, lanes))
        loop.next = [known]
    if kind.listed:
        code.store("i64", loop.results[0], "%list")
    return code


def _side_by_side_name(kind: Sums) -> str:
    return f"copy_{kind.of}"


def _side_by_side(kind: Sums) -> Code:
    """Whole tiles of an A whose rows are what follows each other: a column of all of them at a time."""
    type_, height = TYPES[kind.dtype], tile(kind.dtype).rows
    code = Code(_side_by_side_name(kind), [*COPY, "i64 %tiles"], is_part=True)
    ahead = code.mul("%a_stride", AHEAD)
    if kind.listed:
        with code.loop("0", "%tiles") as number:
            code.store("i64", "0", code.at("i64", "%list", code.mul(number, height // 2 * list_of(kind.dtype))))
    with code.loop("0", "%depth") as i:
        column, to = code.at(type_, "%a", code.mul(i, "%a_stride")), code.at(type_, "%to", code.mul(i, height))
        with code.loop("0", "%tiles") as number:
            start = code.at(type_, column, code.mul(number, height))
            code.prefetch(code.at(type_, start, ahead))
            there = code.at(type_, to, code.mul(number, height * own_row(kind.dtype)))
            numbers = code.load(type_, start, height)
            code.store(type_, numbers, there, height)
            if kind.listed:
                own = code.at("i64", "%list", code.mul(number, height // 2 * list_of(kind.dtype)))
                code.store("i64", _noted(code, kind, numbers, height, i, own, code.load("i64", own)), own)
    return code
