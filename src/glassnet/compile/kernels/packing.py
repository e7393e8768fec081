"""A product of samples with a small matrix that is copied into panels first, in memory of the thread's own.

So no thread waits for another's copy, nor reads it from there.
"""

from __future__ import annotations

from glassnet.compile.emit import Code
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES
from glassnet.compile.kernels.updating import own

GIVEN = ("room", "panels", "pack", "to", "pack_count", "product", "from", "product_count")
"""The first arguments: how many numbers the copy has, and how many panels; then of the copy, and of the product, its
kernel, which of its arguments says where the panels are, and how many it has. These follow. The range is the product's.
"""


def name(dtype: str) -> str:
    return f"product_packing_{dtype}"


def write(dtype: str) -> Code:
    """Both kernels, one after the other."""
    code = Code(name(dtype), PARAMETERS)
    of = {what: code.argument(i, "ptr" if what in ("pack", "product") else "i64") for i, what in enumerate(GIVEN)}
    given = code.at("i64", "%args", str(len(GIVEN)))
    pack = own(code, given, of["pack_count"])
    product = own(code, code.at("i64", given, of["pack_count"]), of["product_count"])
    memory = code.do(f"alloca {TYPES[dtype]}, i64 {of['room']}, align 64")
    begin = code.do(f"ptrtoint ptr {memory} to i64")
    for arguments, which in ((pack, "to"), (product, "from")):
        code.store("i64", begin, code.at("i64", arguments, of[which]))
    code.line(f"call void {of['pack']}(ptr {pack}, ptr %row, i64 0, i64 {of['panels']})")
    code.line(f"call void {of['product']}(ptr {product}, ptr %row, i64 %first, i64 %last)")
    return code
