"""Matrix products: C = A·B, tile by tile, each tile's numbers in registers while the sums run.

A tile is a few rows by a few vectors of columns. B is read a panel at a time: as many columns as a tile is wide, row by
row. Where B's rows lie far apart, or its columns are what follows each other, it is copied into panels first, by
:mod:`glassnet.compile.kernels.panels` (Goto & van de Geijn, "Anatomy of high-performance matrix multiplication", 2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from glassnet.compile.algebra import SUFFIX, constant
from glassnet.compile.emit import SIZES, Code, vector
from glassnet.compile.jit import host
from glassnet.compile.kernels import PARAMETERS, SAMPLES
from glassnet.compile.kernels.kinds import TYPES


@dataclass(frozen=True)
class Tile:
    """The largest tile: rows, vectors of columns, and numbers in a vector."""

    rows: int
    vectors: int
    lanes: int

    @property
    def columns(self) -> int:
        return self.vectors * self.lanes


def tile(dtype: str) -> Tile:
    """As large as the registers allow: its sums, a row of B's panel and a number of A."""
    lanes = host().lanes(TYPES[dtype])
    return Tile(8, 2, lanes) if host().registers == 32 and host().width == 64 else Tile(6, 2, lanes)


EXTENTS = ("k", "columns", "a", "a_stride", "b", "b_row", "b_panel", "c", "c_row", "scale", "list")
"""The arguments of a product. ``k`` below 0 is that many times the number of samples, negated; ``a_stride`` is that of
A's rows, or of its columns where A is transposed; ``b_panel`` is from a panel of B to the next, in numbers."""
TURNS = 4
"""Columns of A in a turn of the highest tiles' loop: less arithmetic on addresses takes the place of products."""
Listed = Literal["", "k", "both", "rows", "own"]
PANELS = (4, 2)
"""Panels of B that a single row of A meets at once: with those of one, each sum would wait for the one before it."""


@dataclass(frozen=True)
class Form:
    """A way of multiplying, with code of its own.

    Attributes:
        dtype: of all numbers.
        transposed: whether A's rows are what follows each other in memory, instead of its columns.
        listed: a list of numbers, after their count, says which columns of A are multiplied: "k", with the rows of B
            one after the other; "both", with the same rows of B; or which rows of A and of C are worked out: "rows".
            With its "own" list, each tile leaves out the columns of A that are all 0 in its rows.
        onto: whether blocks with such lists can go on from the sums that are there, too.
    """

    dtype: str
    transposed: bool = False
    listed: Listed = ""
    onto: bool = False

    @property
    def name(self) -> str:
        parts = ["product", self.dtype, "transposed" * self.transposed, self.listed, "onto" * self.onto]
        return "_".join(filter(None, parts))


def extent(code: Code, size: str) -> str:
    """A size; below 0 it is that many times the number of samples."""
    samples = code.mul(code.argument(SAMPLES, arguments="%row"), code.sub("0", size))
    free = code.do(f"icmp slt i64 {size}, 0")
    return code.do(f"select i1 {free}, i64 {samples}, i64 {size}")


def write(form: Form) -> list[Code]:
    """The product, and its tiles of every height."""
    largest = tile(form.dtype)
    heights = [h for h in (8, 6, 4, 2, 1) if h <= largest.rows]
    tiles = [
        _tile(form, rows, vectors, masked)
        for rows in heights
        for vectors in range(1, largest.vectors + 1)
        for masked in (False, True)
    ]
    lines = [_tile(form, 1, panels * largest.vectors, False) for panels in PANELS]
    return [_product(form, heights), *tiles, *lines]


def _tile_name(form: Form, rows: int, vectors: int, masked: bool) -> str:
    return f"tile_{form.name}_{rows}_{vectors}{'_masked' if masked else ''}"


TILE_PARAMETERS = ("ptr %a", "i64 %a_stride", "ptr %b", "i64 %b_row", "i64 %b_panel", "ptr %c", "i64 %c_row", "i64 %k",
                   "i64 %valid", "ptr %list")  # fmt: skip


def _tile(form: Form, rows: int, vectors: int, masked: bool) -> Code:
    """One tile: for each k, a column of A times a row of B's panel, or of several, is added to all sums."""
    type_, lanes, of_panel = TYPES[form.dtype], tile(form.dtype).lanes, tile(form.dtype).vectors
    wide = vector(lanes, type_)
    code = Code(_tile_name(form, rows, vectors, masked), TILE_PARAMETERS, is_part=True)
    mask = code.lanes_below("%valid", lanes) if masked else ""
    numbers = [str(i) for i in range(rows)]
    if form.listed == "rows":
        numbers = [code.load("i64", code.at("i64", "%list", number)) for number in numbers]
    starts = [code.at(type_, "%a", number if form.transposed else code.mul("%a_stride", number)) for number in numbers]
    sums = [constant(0.0, type_, lanes)] * (rows * vectors)

    def column(sums: list[str], index: str) -> list[str]:
        """All sums with the products of one column of A and one row of B."""
        k = code.load("i64", code.at("i64", "%list", index)) if form.listed in ("k", "both") else index
        row = code.at(type_, "%b", code.mul(k if form.listed == "both" else index, "%b_row"))
        panels = [code.at(type_, row, code.mul("%b_panel", panel)) for panel in range(-(-vectors // of_panel))]
        places = [code.at(type_, panels[v // of_panel], str(v % of_panel * lanes)) for v in range(vectors)]
        panel = [load(code, type_, lanes, place, mask if v == vectors - 1 else "") for v, place in enumerate(places)]
        step = code.mul(k, "%a_stride") if form.transposed else k
        added = []
        for i in range(rows):
            a = code.spread(type_, code.load(type_, code.at(type_, starts[i], step)), lanes)
            for v in range(vectors):
                fma = f"llvm.fma.v{lanes}{SUFFIX[type_]}"
                added.append(code.call(wide, fma, (wide, a), (wide, panel[v]), (wide, sums[i * vectors + v])))
        return added

    turns = TURNS if not form.listed and rows == tile(form.dtype).rows else 1
    whole = code.multiple("%k", turns)
    with code.turns("0", whole, turns, [(wide, sum_) for sum_ in sums]) as loop:
        sums = loop.carried
        for turn in range(turns):
            sums = column(sums, code.add(loop.index, turn))
        loop.next += sums
    sums = loop.results
    if turns > 1:
        with code.turns(whole, "%k", 1, [(wide, sum_) for sum_ in sums]) as rest:
            rest.next += column(rest.carried, rest.index)
        sums = rest.results
    for i, number in enumerate(numbers):
        target = code.at(type_, "%c", code.mul("%c_row", number))
        for v in range(vectors):
            last = mask if v == vectors - 1 else ""
            store(code, type_, lanes, code.at(type_, target, str(v * lanes)), sums[i * vectors + v], last)
    return code


def store(code: Code, type_: str, lanes: int, pointer: str, value: str, mask: str) -> None:
    if not mask:
        code.store(type_, value, pointer, lanes)
        return
    mask = _here(code, mask)
    code.call("void", f"llvm.masked.store.v{lanes}{SUFFIX[type_]}.p0", (vector(lanes, type_), value), ("ptr", pointer),
              ("i32", str(SIZES[type_])), (vector(lanes, "i1"), mask))  # fmt: skip


def load(code: Code, type_: str, lanes: int, pointer: str, mask: str) -> str:
    if not mask:
        return code.load(type_, pointer, lanes)
    mask = _here(code, mask)
    wide = vector(lanes, type_)
    return code.call(wide, f"llvm.masked.load.v{lanes}{SUFFIX[type_]}.p0", ("ptr", pointer), ("i32", str(SIZES[type_])),
                     (vector(lanes, "i1"), mask), (wide, "zeroinitializer"))  # fmt: skip


def _here(code: Code, mask: str) -> str:
    """The mask as it is best had in a block that is not where it was made."""
    return mask if host().width == 64 else code.again(mask)


def _product(form: Form, heights: list[int]) -> Code:
    """Panel by panel of B, and in each the rows of A from the highest tiles to the lowest."""
    type_, largest = TYPES[form.dtype], tile(form.dtype)
    code = Code(form.name, PARAMETERS)
    arguments = {what: code.argument(i) for i, what in enumerate(EXTENTS)}
    k, columns = (extent(code, arguments[what]) for what in ("k", "columns"))
    first, last = (code.mul(end, arguments["scale"]) for end in ("%first", "%last"))
    a, b, c, listed = (code.do(f"inttoptr i64 {arguments[what]} to ptr") for what in ("a", "b", "c", "list"))
    numbers = code.at("i64", listed, "1")
    if form.listed:
        count = code.load("i64", listed)
        k, last = (k, code.least(last, count)) if form.listed == "rows" else (count, last)
    full = code.sub(columns, code.do(f"urem i64 {columns}, {largest.columns}"))
    alone = code.do(f"icmp eq i64 {code.sub(last, first)}, 1")

    def panel(column: str, vectors: int, valid: str, heights: list[int] = heights) -> None:
        number = code.do(f"udiv i64 {column}, {largest.columns}")
        start = code.at(type_, b, code.mul(number, arguments["b_panel"]))
        of_column = code.at(type_, c, column)
        row = first
        for height in heights:
            left = code.call("i64", "llvm.smax.i64", ("i64", code.sub(last, row)), ("i64", "0"))
            stop = code.add(row, code.sub(left, code.do(f"urem i64 {left}, {height}")))
            with code.loop(row, stop, height) as i:
                of_a, of_c, of_list = a, of_column, numbers
                if form.listed == "rows":
                    of_list = code.at("i64", numbers, i)
                else:
                    of_a = code.at(type_, a, i if form.transposed else code.mul(i, arguments["a_stride"]))
                    of_c = code.at(type_, of_column, code.mul(i, arguments["c_row"]))
                code.call("void", _tile_name(form, height, vectors, bool(valid)), ("ptr", of_a),
                          ("i64", arguments["a_stride"]), ("ptr", start), ("i64", arguments["b_row"]),
                          ("i64", arguments["b_panel"]), ("ptr", of_c), ("i64", arguments["c_row"]), ("i64", k),
                          ("i64", valid or "0"), ("ptr", of_list))  # fmt: skip
            row = stop

    done = "0"
    for panels in PANELS:
        left = code.sub(full, done)
        several = code.sub(left, code.do(f"urem i64 {left}, {panels * largest.columns}"))
        stop = code.add(done, code.do(f"select i1 {alone}, i64 {several}, i64 0"))
        with code.loop(done, stop, panels * largest.columns) as column:
            panel(column, panels * largest.vectors, "", [1])
        done = stop
    with code.loop(done, full, largest.columns) as column:
        panel(column, largest.vectors, "")
    rest = code.sub(columns, full)
    for vectors in range(1, largest.vectors + 1):
        low, high = (vectors - 1) * largest.lanes, vectors * largest.lanes
        above = code.do(f"icmp sgt i64 {rest}, {low}")
        below = code.do(f"icmp slt i64 {rest}, {high}")
        with code.when(code.do(f"and i1 {above}, {below}")):
            panel(full, vectors, code.sub(rest, low))
    for vectors in range(1, largest.vectors):  # whole vectors: a load under a mask takes longer
        with code.when(code.do(f"icmp eq i64 {rest}, {vectors * largest.lanes}")):
            panel(full, vectors, "")
    return code
