"""Which columns of a matrix have a number that is not 0: in pictures of digits many have none, and need no products."""

from __future__ import annotations

from glassnet.compile.algebra import BITS, SUFFIX
from glassnet.compile.emit import SIZES, Code, vector
from glassnet.compile.jit import host
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.products import extent

ARGUMENTS = ("rows", "columns", "a", "a_row", "to")
"""``to`` gets, as int64, how many columns there are that are not all 0, their numbers, and last those of the others."""
ZERO_ARGUMENTS = ("columns", "list", "rows", "c", "c_row")


def name(dtype: str) -> str:
    return f"columns_{dtype}"


def write(dtype: str) -> Code:
    """All rows of a stretch of columns are joined bit by bit; then each column's number goes to its end of the list."""
    type_ = TYPES[dtype]
    lanes, whole = host().lanes(type_), BITS[type_]
    wide, masks = vector(lanes, type_), vector(lanes, "i1")
    code = Code(name(dtype), PARAMETERS)
    arguments = {what: code.argument(i) for i, what in enumerate(ARGUMENTS)}
    rows, columns = (extent(code, arguments[what]) for what in ("rows", "columns"))
    a, to = (code.do(f"inttoptr i64 {arguments[what]} to ptr") for what in ("a", "to"))
    used = code.do(f"alloca i8, i64 {code.add(columns, lanes)}, align 64")
    with code.loop("0", columns, lanes) as column:
        mask = code.lanes_below(code.sub(columns, column), lanes)
        with code.turns("0", rows, 1, [(vector(lanes, whole), "zeroinitializer")]) as loop:
            pointer = code.at(type_, a, code.add(code.mul(loop.index, arguments["a_row"]), column))
            value = code.call(wide, f"llvm.masked.load.v{lanes}{SUFFIX[type_]}.p0", ("ptr", pointer),
                              ("i32", str(SIZES[type_])), (masks, mask), (wide, "zeroinitializer"))  # fmt: skip
            bits = code.do(f"bitcast {wide} {value} to {vector(lanes, whole)}")
            unsigned = code.do(f"shl {vector(lanes, whole)} {bits}, splat ({whole} 1)")
            loop.next = [code.do(f"or {vector(lanes, whole)} {loop.carried[0]}, {unsigned}")]
        found = code.do(f"icmp ne {vector(lanes, whole)} {loop.results[0]}, zeroinitializer")
        stored = code.do(f"zext {masks} {found} to {vector(lanes, 'i8')}")
        code.store("i8", stored, code.at("i8", used, column), lanes)
    numbers = code.at("i64", to, "1")
    with code.turns("0", columns, 1, [("i64", "0"), ("i64", columns)]) as loop:
        low, high = loop.carried
        is_used = code.do(f"zext i8 {code.load('i8', code.at('i8', used, loop.index))} to i64")
        code.store("i64", loop.index, code.at("i64", numbers, low))
        code.store("i64", loop.index, code.at("i64", numbers, code.sub(high, 1)))
        loop.next = [code.add(low, is_used), code.sub(high, code.do(f"xor i64 {is_used}, 1"))]
    code.store("i64", loop.results[0], to)
    return code


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
