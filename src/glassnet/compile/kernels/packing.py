"""A product of samples with a small matrix that is copied into panels first, in memory of the thread's own.

So no thread waits for another's copy, nor reads it from there.
"""

from __future__ import annotations

from glassnet.compile.emit import Code
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.chained import SIZES, parts
from glassnet.compile.kernels.kinds import TYPES


def name(dtype: str) -> str:
    return f"product_packing_{dtype}"


def write(dtype: str) -> Code:
    """Both kernels, one after the other; the sizes are how many numbers the copy has, and how many panels.

    The range is the product's.
    """
    code = Code(name(dtype), PARAMETERS)
    room, panels = (code.argument(i) for i in range(SIZES))
    pack, product = parts(code)
    begin = code.do(f"ptrtoint ptr {code.do(f'alloca {TYPES[dtype]}, i64 {room}, align 64')} to i64")
    for part in (pack, product):
        part.put(begin)
    pack.call("0", panels)
    product.call("%first", "%last")
    return code
