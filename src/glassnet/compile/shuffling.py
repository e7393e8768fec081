"""Numbers in a random order, the same as NumPy's ``Generator(Philox(…)).permutation(count)``, in a third of its time.

Each number, from the last one on, changes places with any up to it (Fisher & Yates). Which one, as many random bits say
as it takes, drawn anew while they name none; they are those of Philox 4×64-10, of each word the low half first.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np

from glassnet.compile.emit import Code
from glassnet.compile.jit import address
from glassnet.compile.kernels.philox import block
from glassnet.ir.types import Array


def shuffled(count: int, sequence: np.random.SeedSequence) -> Array:
    """0, 1, …, count − 1, at most 2³², in a random order.

    >>> sequence = np.random.SeedSequence(7)
    >>> shuffled(5, sequence), np.random.Generator(np.random.Philox(sequence)).permutation(5)
    (array([1, 0, 4, 2, 3]), array([1, 0, 4, 2, 3]))
    """
    numbers = np.empty(count, np.int64)
    _call()(numbers.ctypes.data, count, *sequence.generate_state(2, np.uint64).tolist())
    return numbers


@cache
def _call() -> Any:
    arguments = ctypes.c_void_p, ctypes.c_int64, ctypes.c_uint64, ctypes.c_uint64
    return ctypes.CFUNCTYPE(None, *arguments)(address("shuffled", lambda: [_code()]))


def _code() -> Code:
    """0, 1, …, ``count`` − 1 at ``numbers``, in the order that Philox's key gives."""
    code = Code("shuffled", ["ptr %numbers", "i64 %count", "i64 %key_0", "i64 %key_1"])
    with code.loop("0", "%count") as i:
        code.store("i64", i, code.at("i64", "%numbers", i))
    last = code.sub("%count", 1)
    mask = code.sub(code.do(f"shl i64 1, {code.sub('64', _zeros(code, code.most(last, 1)))}"), 1)
    with code.turns(code.sub("0", last), "0", "%taken", [("i64", "1"), ("i64", mask)]) as loop:
        last, mask = code.sub("0", loop.index), loop.carried[1]
        for word in block(code, ("%key_0", "%key_1"), (loop.carried[0], "0", "0", "0")):
            for bits in (word, code.do(f"lshr i64 {word}, 32")):
                last = code.sub(last, _exchanged(code, last, code.do(f"and i64 {bits}, {mask}")))
                mask = _narrowed(code, mask, last)
        loop.next = [code.add(loop.carried[0], 1), mask]
        code.line(f"%taken = sub i64 {code.sub('0', loop.index)}, {last}")
    return code


def _zeros(code: Code, number: str) -> str:
    """How many bits are 0 before the first that isn't."""
    return code.call("i64", "llvm.ctlz.i64", ("i64", number), ("i1", "true"))


def _narrowed(code: Code, mask: str, last: str) -> str:
    """The bits that numbers up to the last have: one less, once that is enough."""
    half = code.do(f"lshr i64 {mask}, 1")
    return code.do(f"select i1 {code.do(f'icmp sle i64 {last}, {half}')}, i64 {half}, i64 {mask}")


def _exchanged(code: Code, last: str, number: str) -> str:
    """The last number changes places with that one: 1; or 0, where it is beyond the last, or there are no more."""
    fits = code.do(f"icmp sle i64 {number}, {last}")
    taken = code.do(f"and i1 {fits}, {code.do(f'icmp sgt i64 {last}, 0')}")
    here, there = (code.do(f"select i1 {taken}, i64 {index}, i64 0") for index in (last, number))
    of_here, of_there = (code.at("i64", "%numbers", index) for index in (here, there))
    x, y = code.load("i64", of_here), code.load("i64", of_there)
    code.store("i64", y, of_here)
    code.store("i64", x, of_there)
    return code.do(f"zext i1 {taken} to i64")
