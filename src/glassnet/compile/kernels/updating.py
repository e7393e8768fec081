"""A product, some rows at a time, and at once a loop over their numbers: a gradient, and the update of the weights.

In between the numbers are in memory of the thread's own, which stays in its cache: a large gradient is never written to
memory, nor read from there.
"""

from __future__ import annotations

from glassnet.compile.emit import SIZES, Code
from glassnet.compile.kernels import PARAMETERS, chained
from glassnet.compile.kernels.kinds import TYPES


def name(dtype: str) -> str:
    return f"update_{dtype}"


def write(dtype: str) -> Code:
    """Both kernels, turn by turn; the sizes: how many rows at a time, and numbers in each. The range counts rows."""
    type_ = TYPES[dtype]
    code = Code(name(dtype), PARAMETERS)
    rows, size = (code.argument(i) for i in range(chained.SIZES))
    product, loop = chained.parts(code)
    memory = code.do(f"alloca {type_}, i64 {code.mul(rows, size)}, align 64")
    begin = code.do(f"ptrtoint ptr {memory} to i64")
    with code.loop("%first", "%last", rows) as first:
        last = code.least(code.add(first, rows), "%last")
        start, end = (code.mul(row, size) for row in (first, last))
        origin = code.sub(begin, code.mul(start, SIZES[type_]))  # where row 0 would be
        for part in (product, loop):
            part.put(origin)
        product.call(first, last)
        loop.call(start, end)
    return code
