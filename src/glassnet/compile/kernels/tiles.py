"""Tiles of large products: their sums go on from C, and no tile waits for memory that the next ones read.

Each asks for its share of the part of B that comes next, a line of memory between the products of some columns, and for
the numbers of C that the tile below it goes on from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from glassnet.compile.algebra import SUFFIX
from glassnet.compile.emit import SIZES, Code, vector
from glassnet.compile.jit import host
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import Listed, load, store, tile

TURNS = 4
"""Columns that a turn of the innermost loop multiplies."""
LINE = 64
"""Bytes of a line of memory."""
ARGUMENTS = ("ptr %a", "i64 %a_row", "ptr %b", "i64 %b_row", "ptr %c", "i64 %c_row", "i64 %k", "i64 %valid",
             "i1 %fresh", "ptr %list", "ptr %next", "i64 %far", "i64 %lines", "i64 %asked")  # fmt: skip
"""Where the part of B lies that comes next: ``lines`` says by which power of two how many lines of memory follow each
other, ``far`` how many numbers it is from those to the next ones. ``asked`` are those that were asked for before."""


NUMBER = "i16"
"""The type of the numbers of a tile's own list: short, so that it leaves the first cache to other numbers."""
Lies = Literal["there", "rows", "columns"]


@dataclass(frozen=True)
class Sums:
    """A kind of tiles.

    Attributes:
        of: the kernel that it is part of.
        dtype: of all numbers.
        lies: where A's numbers are: "there", row by row; or copied, tile by tile, in "rows" or in "columns" one after
            the other.
        listed: a list says which "rows" of C they are; which columns of A are multiplied, "k", with the rows of B one
            after the other; or, "both", with the same rows of B.
        depth: how many columns of A a tile multiplies at most: a power of two.
        near: whether B is near enough for nothing to be asked for.
    """

    of: str
    dtype: str
    lies: Lies
    depth: int
    listed: Listed = ""
    near: bool = False

    @property
    def heights(self) -> list[int]:
        return [h for h in (8, 6, 4, 2, 1) if h <= tile(self.dtype).rows]

    def name(self, rows: int, vectors: int, masked: bool) -> str:
        return f"tile_{self.of}_{rows}_{vectors}{'_masked' if masked else ''}"

    def write(self) -> list[Code]:
        """The tiles of every size."""
        vectors = range(1, tile(self.dtype).vectors + 1)
        return [_tile(self, h, v, masked) for h in self.heights for v in vectors for masked in (False, True)]


def asked(code: Code, row: str, depth: str, dtype: str) -> str:
    """How many lines the tiles above that row have asked for, of so many columns each."""
    return code.do(f"udiv i64 {code.mul(row, depth)}, {TURNS * tile(dtype).rows}")


def lines_of(numbers: int, dtype: str) -> int:
    """The power of two that says how many lines of memory so many numbers are; 0 where they are less than one."""
    return max(numbers * SIZES[TYPES[dtype]] // LINE, 1).bit_length() - 1


def _tile(kind: Sums, rows: int, vectors: int, masked: bool) -> Code:
    type_, lanes = TYPES[kind.dtype], tile(kind.dtype).lanes
    wide = vector(lanes, type_)
    code = Code(kind.name(rows, vectors, masked), ARGUMENTS, is_part=True)
    mask = code.lanes_below("%valid", lanes) if masked else ""
    masks = ["" if v < vectors - 1 else mask for v in range(vectors)]
    numbers = [str(i) for i in range(rows)]
    if kind.listed == "rows":
        numbers = [code.load("i64", code.at("i64", "%list", number)) for number in numbers]
    of_rows = [code.at(type_, "%c", code.mul("%c_row", number)) for number in numbers]
    targets = [(code.at(type_, row, str(v * lanes)), masks[v]) for row in of_rows for v in range(vectors)]
    before = [load(code, type_, lanes, pointer, mask) for pointer, mask in targets]
    sums = [code.do(f"select i1 %fresh, {wide} zeroinitializer, {wide} {sum_}") for sum_ in before]
    for pointer, _ in targets:
        code.prefetch(code.at(type_, pointer, code.mul("%c_row", rows)), write=True)
    starts = [code.at(type_, "%a", str(i) if kind.lies == "columns" else code.mul("%a_row", i)) for i in range(rows)]

    def column(sums: list[str], k: str) -> list[str]:
        """All sums with the products of one column of A and one row of B."""
        number = k
        if kind.listed == "k":
            number = code.load("i64", code.at("i64", "%list", k))
        elif kind.listed == "both":
            number = code.do(f"zext {NUMBER} {code.load(NUMBER, code.at(NUMBER, '%list', k))} to i64")
        row = code.at(type_, "%b", code.mul(number if kind.listed == "both" else k, "%b_row"))
        step = code.mul(number, rows) if kind.lies == "columns" else number
        panel = [load(code, type_, lanes, code.at(type_, row, str(v * lanes)), masks[v]) for v in range(vectors)]
        added = []
        for i in range(rows):
            a = code.spread(type_, code.load(type_, code.at(type_, starts[i], step)), lanes)
            for v in range(vectors):
                fma = f"llvm.fma.v{lanes}{SUFFIX[type_]}"
                added.append(code.call(wide, fma, (wide, a), (wide, panel[v]), (wide, sums[i * vectors + v])))
        return added

    def several(sums: list[str], first: str) -> list[str]:
        """A turn's columns. Of 16 registers none is left for the rows of all of them, which LLVM would load first."""
        if host().registers == 16:
            with code.turns(first, code.add(first, TURNS), 1, [(wide, sum_) for sum_ in sums]) as loop:
                loop.next += column(loop.carried, loop.index)
            return loop.results
        for turn in range(TURNS):
            sums = column(sums, code.add(first, turn))
        return sums

    whole = "0"
    if rows == tile(kind.dtype).rows:  # lower ones are few: they ask for nothing, and are soon compiled
        whole = code.multiple("%k", TURNS)
        with code.turns("0", whole, TURNS, [(wide, sum_) for sum_ in sums]) as loop:
            if not kind.near:
                _ask(code, kind, loop.index)
            loop.next += several(loop.carried, loop.index)
        sums = loop.results
    with code.turns(whole, "%k", 1, [(wide, sum_) for sum_ in sums]) as rest:
        rest.next += column(rest.carried, rest.index)
    for (pointer, of_mask), sum_ in zip(targets, rest.results, strict=True):
        store(code, type_, lanes, pointer, sum_, of_mask)
    return code


def _ask(code: Code, kind: Sums, k: str) -> None:
    """Have one more line on its way; beyond the last one, one that was asked for before."""
    dtype = kind.dtype
    most = kind.depth << lines_of(tile(dtype).columns, dtype)
    each = 2 if kind.listed == "both" else 1  # about half of the columns are in use
    turn = code.do(f"udiv i64 {k}, {TURNS // each}")
    number = code.do(f"and i64 {code.add('%asked', turn)}, {most - 1}")
    run = code.do(f"lshr i64 {number}, %lines")
    of_run = code.sub(number, code.do(f"shl i64 {run}, %lines"))
    if kind.listed == "k":
        run = code.load("i64", code.at("i64", "%list", code.least(run, code.sub("%k", 1))))
    far = code.add(code.mul(run, "%far"), code.mul(of_run, LINE // SIZES[TYPES[dtype]]))
    for line in range(each):
        code.prefetch(code.at(TYPES[dtype], "%next", code.add(far, line * LINE // SIZES[TYPES[dtype]])))
