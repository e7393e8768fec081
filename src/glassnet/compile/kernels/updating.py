"""A product, some rows at a time, and at once a loop over their numbers: a gradient, and the update of the weights.

In between the numbers are in memory of the thread's own, which stays in its cache: a large gradient is never written to
memory, nor read from there.
"""

from __future__ import annotations

from glassnet.compile.emit import SIZES, Code
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES

GIVEN = ("rows", "size", "product", "to", "product_count", "loop", "from", "loop_count")
"""The first arguments: how many rows at a time, and numbers in each; then of the product, and of the loop, its kernel,
which of its arguments says where the numbers in between are, and how many it has. These follow. The range counts rows.
"""


def name(dtype: str) -> str:
    return f"update_{dtype}"


def write(dtype: str) -> Code:
    """Both kernels, turn by turn."""
    type_ = TYPES[dtype]
    code = Code(name(dtype), PARAMETERS)
    of = {what: code.argument(i, "ptr" if what in ("product", "loop") else "i64") for i, what in enumerate(GIVEN)}
    given = code.at("i64", "%args", str(len(GIVEN)))
    product = own(code, given, of["product_count"])
    loop = own(code, code.at("i64", given, of["product_count"]), of["loop_count"])
    memory = code.do(f"alloca {type_}, i64 {code.mul(of['rows'], of['size'])}, align 64")
    begin = code.do(f"ptrtoint ptr {memory} to i64")
    with code.loop("%first", "%last", of["rows"]) as first:
        last = code.least(code.add(first, of["rows"]), "%last")
        start, end = (code.mul(row, of["size"]) for row in (first, last))
        origin = code.sub(begin, code.mul(start, SIZES[type_]))  # where row 0 would be
        for arguments, which in ((product, "to"), (loop, "from")):
            code.store("i64", origin, code.at("i64", arguments, of[which]))
        code.line(f"call void {of['product']}(ptr {product}, ptr %row, i64 {first}, i64 {last})")
        code.line(f"call void {of['loop']}(ptr {loop}, ptr %row, i64 {start}, i64 {end})")
    return code


def own(code: Code, given: str, count: str) -> str:
    """Arguments in memory of the thread's own."""
    own = code.do(f"alloca i64, i64 {count}, align 8")
    code.call("void", "llvm.memcpy.p0.p0.i64", ("ptr", own), ("ptr", given), ("i64", code.mul(count, 8)), ("i1", "0"))
    return own
