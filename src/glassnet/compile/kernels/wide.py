"""Products by a large matrix: C = A·B, where each thread takes some panels of B, and all rows of A.

So B comes from memory once, and not for each few rows of A. Slice by slice, as many rows of a panel as stay in the
first cache are copied side by side; that also turns a B whose columns are what follows each other. Then all tiles of A
meet the slice, and go on with the sums of the slice before, to the same bits as in
:mod:`glassnet.compile.kernels.products`.
"""

from __future__ import annotations

from glassnet.compile.emit import Code
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.panels import along, down
from glassnet.compile.kernels.products import extent, tile
from glassnet.compile.kernels.tiles import LINE, Sums, asked, lines_of

ARGUMENTS = ("rows", "k", "columns", "a", "a_row", "b", "b_row", "b_column", "c", "c_row", "list")
"""The arguments; ``rows`` below 0 is that many times the number of samples, negated. One of B's strides, from row to
row and from column to column, is 1; where there is a list of the columns of A that are multiplied, the latter. The
range counts panels."""
DEPTH = 256
"""Rows of a panel in a slice: as many stay in the first cache."""
ROWS = 256
"""Rows of A that meet a slice; what they read of A stays in the second cache."""


def name(dtype: str, listed: bool) -> str:
    return f"wide_{dtype}{'_listed' if listed else ''}"


def write(dtype: str, listed: bool) -> list[Code]:
    """The product, the copies of slices, and the tiles of every size."""
    copies = [along(dtype, listed=True)] if listed else [along(dtype), down(dtype)]
    return [_Product(dtype, listed).written(), *copies, *_sums(dtype, listed).write()]


def _sums(dtype: str, listed: bool) -> Sums:
    return Sums(name(dtype, listed), dtype, lies="there", depth=DEPTH, listed="k" if listed else "")


class _Product:
    """The loops over blocks of rows, slices of k, panels of B, and tiles."""

    def __init__(self, dtype: str, listed: bool) -> None:
        self.dtype, self.listed, self.kind = dtype, listed, _sums(dtype, listed)
        self.largest, self.type = tile(dtype), TYPES[dtype]
        self.code = code = Code(name(dtype, listed), PARAMETERS)
        self.of = {what: code.argument(i) for i, what in enumerate(ARGUMENTS)}
        self.a, self.b, self.c, numbers = (code.do(f"inttoptr i64 {self.of[what]} to ptr") for what in (*"abc", "list"))
        self.numbers = code.at("i64", numbers, "1")
        self.rows, self.k = extent(code, self.of["rows"]), code.load("i64", numbers) if listed else self.of["k"]
        self.own = code.do(f"alloca [{DEPTH * self.largest.columns} x {self.type}], align {LINE}")
        self.is_turned = "false" if listed else code.do(f"icmp ne i64 {self.of['b_column']}, 1")
        along = lines_of(self.largest.columns, dtype), self.of["b_row"]
        down = lines_of(DEPTH, dtype), self.of["b_column"]
        self.lines, self.stride = (
            code.do(f"select i1 {self.is_turned}, i64 {b}, i64 {a}") for a, b in zip(along, down, strict=True)
        )

    def written(self) -> Code:
        code, width = self.code, self.largest.columns
        with code.loop("0", self.rows, ROWS) as first:
            last = code.least(code.add(first, ROWS), self.rows)
            turns = code.most(self.k, 1)  # no column listed: the sums are 0
            with code.loop("0", turns, DEPTH) as done, code.loop("%first", "%last") as panel:
                depth, column = code.least(code.sub(self.k, done), DEPTH), code.mul(panel, width)
                valid = code.least(code.sub(self.of["columns"], column), width)
                self._copied(done, column, depth, valid)
                self._tiles(first, last, done, depth, column, valid)
        return code

    def _b(self, done: str, column: str) -> str:
        """Where a slice begins; of listed rows, where all do."""
        code = self.code
        far = code.mul(column, self.of["b_column"])
        far = far if self.listed else code.add(code.mul(done, self.of["b_row"]), far)
        return code.at(self.type, self.b, far)

    def _list(self, done: str) -> str:
        return self.code.at("i64", self.numbers, done)

    def _copied(self, done: str, column: str, depth: str, valid: str) -> None:
        code = self.code
        slice_ = [
            ("ptr", self._b(done, column)),
            ("i64", self.stride),
            ("ptr", self.own),
            ("i64", depth),
            ("i64", valid),
        ]
        if self.listed:
            code.call("void", along(self.dtype, listed=True).name, *slice_, ("ptr", self._list(done)))
            return
        for copy, condition in ((down, self.is_turned), (along, code.do(f"xor i1 {self.is_turned}, true"))):
            with code.when(condition):
                code.call("void", copy(self.dtype).name, *slice_)

    def _tiles(self, first: str, last: str, done: str, depth: str, column: str, valid: str) -> None:
        """All tiles of some rows, as wide as the slice is."""
        code, lanes = self.code, self.largest.lanes
        following = self._b(done, code.add(column, self.largest.columns))
        for vectors in range(1, self.largest.vectors + 1):
            rest = code.sub(valid, (vectors - 1) * lanes)
            above = code.do(f"icmp sgt i64 {rest}, 0")
            for masked, how in ((False, "eq"), (True, "slt")):
                fits = code.do(f"icmp {how} i64 {rest}, {lanes}")
                with code.when(code.do(f"and i1 {above}, {fits}")):
                    row = first
                    for height in self.kind.heights:
                        stop = code.sub(last, code.do(f"urem i64 {code.sub(last, row)}, {height}"))
                        with code.loop(row, stop, height) as i:
                            self._tile(self.kind.name(height, vectors, masked), i, done, depth, column, rest, following)
                        row = stop

    def _tile(self, tile_: str, i: str, done: str, depth: str, column: str, valid: str, following: str) -> None:
        code = self.code
        row = code.mul(i, self.of["a_row"])
        a = code.at(self.type, self.a, row if self.listed else code.add(row, done))
        c = code.at(self.type, self.c, code.add(code.mul(i, self.of["c_row"]), column))
        fresh = code.do(f"icmp eq i64 {done}, 0")
        code.call("void", tile_, ("ptr", a), ("i64", self.of["a_row"]), ("ptr", self.own),
                  ("i64", str(self.largest.columns)), ("ptr", c), ("i64", self.of["c_row"]), ("i64", depth),
                  ("i64", valid), ("i1", fresh), ("ptr", self._list(done)), ("ptr", following), ("i64", self.stride),
                  ("i64", self.lines), ("i64", asked(code, i, depth, self.dtype)))  # fmt: skip
