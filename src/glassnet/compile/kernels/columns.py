"""Which columns of a matrix have a number that is not 0: in pictures of digits many have none, and need no products."""

from __future__ import annotations

from glassnet.compile.algebra import BITS
from glassnet.compile.emit import SIZES, Code, vector
from glassnet.compile.jit import host
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import extent, load, store

ARGUMENTS = ("rows", "columns", "a", "a_row", "to")
"""``to`` gets, as int64, how many columns there are that are not all 0, their numbers, and last those of the others."""
ZERO_ARGUMENTS = ("columns", "list", "rows", "c", "c_row")


def name(dtype: str) -> str:
    return f"columns_{dtype}"


def write(dtype: str) -> Code:
    """All rows of a stretch of columns are joined bit by bit; then each column's number goes to its end of the list.

    Where the first row has no 0, as in most data but pictures, the others aren't read.
    """
    type_ = TYPES[dtype]
    lanes, whole = host().lanes(type_), BITS[type_]
    wide, masks = vector(lanes, whole), vector(lanes, "i1")
    code = Code(name(dtype), PARAMETERS)
    arguments = {what: code.argument(i) for i, what in enumerate(ARGUMENTS)}
    rows, columns = (extent(code, arguments[what]) for what in ("rows", "columns"))
    a, to = (code.do(f"inttoptr i64 {arguments[what]} to ptr") for what in ("a", "to"))
    numbers = code.at("i64", to, "1")
    with code.turns("0", columns, lanes, [("i64", "0"), ("i64", columns)]) as stretch:
        low, high = stretch.carried
        valid = code.least(code.sub(columns, stretch.index), lanes)
        mask = code.lanes_below(valid, lanes)

        def join(first: str, last: str, before: str) -> tuple[str, str, str]:
            """The bits of further rows joined to those before, in which lanes there are any, and in how many."""
            with code.turns(first, last, 1, [(wide, before)]) as loop:
                pointer = code.at(type_, a, code.add(code.mul(loop.index, arguments["a_row"]), stretch.index))
                bits = code.do(f"bitcast {vector(lanes, type_)} {load(code, type_, lanes, pointer, mask)} to {wide}")
                unsigned = code.do(f"shl {wide} {bits}, splat ({whole} 1)")
                loop.next = [code.do(f"or {wide} {loop.carried[0]}, {unsigned}")]
            used = code.do(f"icmp ne {wide} {loop.results[0]}, zeroinitializer")
            return loop.results[0], used, count(code, used, lanes)

        first = code.least(rows, 1)
        bits, _, number = join("0", first, "zeroinitializer")
        all_used = code.do(f"icmp eq i64 {number}, {valid}")
        _, used, number = join(first, code.do(f"select i1 {all_used}, i64 {first}, i64 {rows}"), bits)
        above = code.sub(high, code.sub(valid, number))
        if host().width < 64:  # no instruction puts lanes side by side
            stretch.next = [_one_by_one(code, stretch.index, used, valid, numbers, (low, above), lanes), above]
        else:
            others = code.do(f"and {masks} {mask}, {code.do(f'xor {masks} {used}, splat (i1 true)')}")
            _put(code, stretch.index, used, code.at("i64", numbers, low), lanes)
            _put(code, stretch.index, others, code.at("i64", numbers, above), lanes)
            stretch.next = [code.add(low, number), above]
    code.store("i64", stretch.results[0], to)
    return code


def count(code: Code, mask: str, lanes: int) -> str:
    """In how many lanes a mask holds."""
    bits = code.do(f"bitcast {vector(lanes, 'i1')} {mask} to i{lanes}")
    return code.do(f"zext i{lanes} {code.call(f'i{lanes}', f'llvm.ctpop.i{lanes}', (f'i{lanes}', bits))} to i64")


def listed(code: Code, first: str, mask: str, lanes: int) -> str:
    """The numbers (i32) of the lanes in which a mask holds, counted from the first one's, one after the other."""
    kind = vector(lanes, "i32")
    start = code.spread("i32", code.do(f"trunc i64 {first} to i32"), lanes)
    every = code.do(f"add {kind} {start}, <{', '.join(f'i32 {lane}' for lane in range(lanes))}>")
    return code.call(kind, f"llvm.experimental.vector.compress.v{lanes}i32", (kind, every),
                     (vector(lanes, "i1"), mask), (kind, "poison"))  # fmt: skip


def _put(code: Code, first: str, mask: str, to: str, lanes: int) -> None:
    """Write these numbers as int64, and nothing beyond."""
    long = code.do(f"zext {vector(lanes, 'i32')} {listed(code, first, mask, lanes)} to {vector(lanes, 'i64')}")
    store(code, "i64", lanes, to, long, code.lanes_below(count(code, mask, lanes), lanes))


def _one_by_one(code: Code, first: str, used: str, valid: str, numbers: str, ends: tuple[str, str], lanes: int) -> str:
    """Write each number where the list of its kind ends; returns where that of those in use does then."""
    narrow = code.do(f"bitcast {vector(lanes, 'i1')} {used} to i{lanes}")
    bits = code.do(f"zext i{lanes} {narrow} to i64")
    with code.turns("0", valid, 1, [("i64", end) for end in ends]) as lane:
        low, above = lane.carried
        bit = code.do(f"and i64 {code.do(f'lshr i64 {bits}, {lane.index}')}, 1")
        place = code.do(f"select i1 {code.do(f'trunc i64 {bit} to i1')}, i64 {low}, i64 {above}")
        code.store("i64", code.add(first, lane.index), code.at("i64", numbers, place))
        lane.next = [code.add(low, bit), code.add(above, code.sub("1", bit))]
    return lane.results[0]


def zero_name(dtype: str) -> str:
    return f"zero_rows_{dtype}"


def write_zero(dtype: str) -> Code:
    """The rows of a matrix that belong to the columns that are all 0: as many as are not in the list's first part."""
    type_ = TYPES[dtype]
    code = Code(zero_name(dtype), PARAMETERS)
    arguments = {what: code.argument(i) for i, what in enumerate(ZERO_ARGUMENTS)}
    c, numbers = (code.do(f"inttoptr i64 {arguments[what]} to ptr") for what in ("c", "list"))
    bytes_ = code.mul(arguments["columns"], SIZES[type_])
    with code.loop(code.load("i64", numbers), arguments["rows"]) as i:
        number = code.load("i64", code.at("i64", numbers, code.add(i, 1)))
        row = code.at(type_, c, code.mul(number, arguments["c_row"]))
        code.call("void", "llvm.memset.p0.i64", ("ptr", row), ("i8", "0"), ("i64", bytes_), ("i1", "false"))
    return code
