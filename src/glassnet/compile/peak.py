"""How fast this processor multiplies and adds at best: as many sums in registers as hide each other's latency."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from functools import cache
from itertools import islice

import numpy as np

from glassnet.compile.algebra import Wide, constant, fma
from glassnet.compile.emit import Code
from glassnet.compile.jit import address, host
from glassnet.compile.kernels.kinds import TYPES

SUMS = 12
"""Independent sums: a processor begins two multiply-adds a cycle, and has the result of one after four or five."""
TURNS, TRIES = 100_000, 7


def _code(dtype: str) -> Code:
    type_ = TYPES[dtype]
    lanes = host().lanes(type_)
    code = Code(f"peak_{dtype}", ["ptr %sums", "i64 %turns"])
    first = Wide(code, constant(0.5, type_, lanes), type_, lanes)
    factor = Wide(code, code.load(type_, "%sums", lanes), type_, lanes)
    with code.turns("0", "%turns", 1, [(first.kind, first.name)] * SUMS) as loop:
        loop.next += [fma(first.named(sum_), factor, factor).name for sum_ in loop.carried]
    for i, sum_ in enumerate(loop.results):
        code.store(type_, sum_, code.at(type_, "%sums", str(i * lanes)), lanes)
    return code


def rates(dtype: str) -> Iterator[float]:
    """Floating-point operations a second of this thread, a multiply-add counted as two; try after try, without end."""
    lanes = host().lanes(TYPES[dtype])
    sums = np.zeros(SUMS * lanes, dtype)
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(address(f"peak_{dtype}", lambda: [_code(dtype)]))
    while True:
        started = time.perf_counter()
        call(sums.ctypes.data, TURNS)
        yield 2 * SUMS * lanes * TURNS / (time.perf_counter() - started)


@cache
def peak(dtype: str) -> float:
    """Floating-point operations a second of one thread, a multiply-add counted as two; measured once, in 0.05 s.

    >>> peak("float32") > 1e8
    True
    """
    return max(islice(rates(dtype), TRIES))
