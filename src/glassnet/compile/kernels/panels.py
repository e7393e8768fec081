"""Copies of a matrix B in panels: as many columns as a tile is wide, row after row, as products read them.

Where B's columns are what follows each other, squares of numbers are turned in registers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from glassnet.compile.algebra import SUFFIX
from glassnet.compile.emit import SIZES, Code, vector
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import extent, load, tile
from glassnet.compile.kernels.turning import turned

ARGUMENTS = ("k", "columns", "b", "b_row", "b_column", "to", "b_panel", "list", "scale")
"""The arguments of a copy into panels; the range counts panels, or samples, of each of which ``scale`` rows are copied
to all panels. A list says which rows are copied, if there is one."""
SLICE = ("ptr %b", "i64 %stride", "ptr %to", "i64 %depth", "i64 %valid")
"""The arguments of a slice's copy: where it begins, the stride of B that is not 1, the slice's rows and columns."""
ROWS = 8
"""Rows of a panel that are copied before those of the next one."""

Way = Literal["along", "down", "apart"]
"""How B lies: its rows are what follows each other, or its columns, or numbers lie apart either way."""


def way(rows: float, strides: tuple[int, ...], dtype: str, listed: bool = False) -> Way:
    """How a matrix of so many rows is best copied: a few numbers of each column are not worth being turned."""
    if strides[-1] == 1:
        return "along"
    return "down" if strides[-2] == 1 and not listed and rows >= tile(dtype).lanes else "apart"


def name(dtype: str, how: Way, listed: bool, by_sample: bool = False) -> str:
    return f"pack_{dtype}_{how}{'_listed' if listed else ''}{'_samples' if by_sample else ''}"


def write(dtype: str, how: Way, listed: bool, by_sample: bool = False) -> list[Code]:
    """All of B in panels; what lies beyond its last column is no number of it."""
    code = Code(name(dtype, how, listed, by_sample), PARAMETERS)
    copy = _Pack(code, dtype, listed)
    match how:
        case "along" if by_sample:
            first, last = (code.mul(end, copy.arguments["scale"]) for end in ("%first", "%last"))
            panels = code.do(f"udiv i64 {code.add(copy.columns, copy.largest.columns - 1)}, {copy.largest.columns}")
            copy.along((first, last), ("0", panels))
            return [code, along(dtype, listed)]
        case "along":
            copy.along(("0", copy.k), ("%first", "%last"))
            return [code, along(dtype, listed)]
        case "down":
            with code.loop("%first", "%last") as panel:
                copy.turned(panel)
            return [code, down(dtype)]
        case "apart":
            with code.loop("%first", "%last") as panel, code.loop("0", copy.k) as i:
                copy.row(panel, i)
    return [code]


class _Pack:
    """Rows of panels being copied."""

    def __init__(self, code: Code, dtype: str, listed: bool) -> None:
        self.code, self.dtype, self.type, self.largest, self.listed = code, dtype, TYPES[dtype], tile(dtype), listed
        self.arguments = {what: code.argument(i) for i, what in enumerate(ARGUMENTS)}
        k, self.columns = (extent(code, self.arguments[what]) for what in ("k", "columns"))
        self.source, self.target, self.numbers = (
            code.do(f"inttoptr i64 {self.arguments[what]} to ptr") for what in ("b", "to", "list")
        )
        self.k = code.load("i64", self.numbers) if listed else k

    def along(self, rows: tuple[str, str], panels: tuple[str, str]) -> None:
        """All from a row to another of all from a panel to another: a few rows of each panel, and then the next ones.

        Single rows would be lines of the cache that lie far apart, and be in each other's place.
        """
        code, width = self.code, self.largest.columns
        with code.loop(*rows, ROWS) as i, code.loop(*panels) as panel:
            column, list_ = code.mul(panel, width), code.at("i64", self.numbers, code.add(i, 1))
            start = column if self.listed else code.add(column, code.mul(i, self.arguments["b_row"]))
            to = code.add(code.mul(panel, self.arguments["b_panel"]), code.mul(i, width))
            code.call("void", along(self.dtype, self.listed).name,
                      ("ptr", code.at(self.type, self.source, start)), ("i64", self.arguments["b_row"]),
                      ("ptr", code.at(self.type, self.target, to)), ("i64", code.least(code.sub(rows[1], i), ROWS)),
                      ("i64", code.least(code.sub(self.columns, column), width)),
                      *[("ptr", list_)] * self.listed)  # fmt: skip

    def row(self, panel: str, i: str) -> None:
        """Row ``i`` of a panel of a B whose numbers lie apart."""
        code, lanes, width = self.code, self.largest.lanes, self.largest.columns
        number = code.load("i64", code.at("i64", self.numbers, code.add(i, 1))) if self.listed else i
        of_row = code.at(self.type, self.source, code.mul(number, self.arguments["b_row"]))
        to = code.add(code.mul(panel, self.arguments["b_panel"]), code.mul(i, width))
        for v in range(self.largest.vectors):
            column = code.add(code.mul(panel, width), v * lanes)
            valid = code.sub(self.columns, column)
            with code.when(code.do(f"icmp sgt i64 {valid}, 0")):
                start = code.at(self.type, of_row, code.mul(column, self.arguments["b_column"]))
                value = self.gathered(start, code.lanes_below(valid, lanes))
                code.store(self.type, value, code.at(self.type, self.target, code.add(to, v * lanes)), lanes)

    def turned(self, panel: str) -> None:
        """A whole panel of a B whose columns are what follows each other."""
        code, stride, width = self.code, self.arguments["b_column"], self.largest.columns
        column = code.mul(panel, width)
        b = code.at(self.type, self.source, code.mul(column, stride))
        to = code.at(self.type, self.target, code.mul(panel, self.arguments["b_panel"]))
        valid = code.least(code.sub(self.columns, column), width)
        code.call("void", down(self.dtype).name, ("ptr", b), ("i64", stride), ("ptr", to), ("i64", self.k),
                  ("i64", valid))  # fmt: skip

    def gathered(self, start: str, mask: str) -> str:
        """Numbers that lie a column apart."""
        code, type_, lanes = self.code, self.type, self.largest.lanes
        wide, masks, pointers = vector(lanes, type_), vector(lanes, "i1"), vector(lanes, "ptr")
        lane = ", ".join(f"i64 {i}" for i in range(lanes))
        steps = code.do(f"mul <{lanes} x i64> <{lane}>, {code.spread('i64', self.arguments['b_column'], lanes)}")
        places = code.do(f"getelementptr {type_}, ptr {start}, <{lanes} x i64> {steps}")
        return code.call(wide, f"llvm.masked.gather.v{lanes}{SUFFIX[type_]}.v{lanes}p0", (pointers, places),
                         ("i32", str(SIZES[type_])), (masks, mask), (wide, "zeroinitializer"))  # fmt: skip


def along(dtype: str, listed: bool = False) -> Code:
    """A slice of a B whose rows are what follows each other; if they are ``listed``, one more argument says which."""
    type_, largest = TYPES[dtype], tile(dtype)
    parameters = (*SLICE, "ptr %list") if listed else SLICE
    code = Code(f"along_{dtype}{'_listed' if listed else ''}", parameters, is_part=True)
    left = [code.most(code.sub("%valid", v * largest.lanes), 0) for v in range(largest.vectors)]
    masks = [code.lanes_below(count, largest.lanes) for count in left]
    whole = code.do(f"icmp eq i64 %valid, {largest.columns}")
    for condition, masked in ((whole, False), (code.do(f"xor i1 {whole}, true"), True)):
        with code.when(condition), code.loop("0", "%depth") as i:
            number = code.load("i64", code.at("i64", "%list", i)) if listed else i
            row, to = code.mul(number, "%stride"), code.mul(i, largest.columns)
            for v in range(largest.vectors):
                start = code.at(type_, "%b", code.add(row, v * largest.lanes))
                value = load(code, type_, largest.lanes, start, masks[v] if masked else "")
                code.store(type_, value, code.at(type_, "%to", code.add(to, v * largest.lanes)), largest.lanes)
    return code


def down(dtype: str) -> Code:
    """A slice of a B whose columns are what follows each other; those that B does not have repeat the last one."""
    type_, lanes, width = TYPES[dtype], tile(dtype).lanes, tile(dtype).columns
    code = Code(f"down_{dtype}", SLICE, is_part=True)
    last, whole = code.sub("%valid", 1), code.multiple("%depth", lanes)
    rest = code.sub("%depth", whole)
    mask = code.lanes_below(rest, lanes)

    def square(k: str, start: int, mask: str) -> Iterator[tuple[str, str]]:
        """Rows with where they belong."""
        far = [code.mul(code.least(last, start + lane), "%stride") for lane in range(lanes)]
        columns = [load(code, type_, lanes, code.at(type_, "%b", code.add(f, k)), mask) for f in far]
        for i, row in enumerate(turned(code, type_, columns)):
            yield row, code.at(type_, "%to", code.add(code.mul(code.add(k, i), width), start))

    for start in range(0, width, lanes):
        with code.when(code.do(f"icmp sgt i64 %valid, {start}")):
            with code.loop("0", whole, lanes) as k:
                for row, to in square(k, start, ""):
                    code.store(type_, row, to, lanes)
            with code.when(code.do(f"icmp ne i64 {rest}, 0")):
                for i, (row, to) in enumerate(square(whole, start, mask)):
                    with code.when(code.do(f"icmp slt i64 {i}, {rest}")):
                        code.store(type_, row, to, lanes)
    return code
