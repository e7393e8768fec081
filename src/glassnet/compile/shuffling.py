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

BLOCK = 8
"""Draws of 32 bits in a block of four words."""


def shuffled(count: int, sequence: np.random.SeedSequence) -> Array:
    """0, 1, …, count − 1, at most 2³², in a random order.

    >>> sequence = np.random.SeedSequence(7)
    >>> shuffled(5, sequence), np.random.Generator(np.random.Philox(sequence)).permutation(5)
    (array([1, 0, 4, 2, 3]), array([1, 0, 4, 2, 3]))
    """
    numbers, partners = np.empty(count, np.int64), np.empty(BLOCK + count, np.uint32)
    _call()(numbers.ctypes.data, partners.ctypes.data, count, *sequence.generate_state(2, np.uint64).tolist())
    return numbers


@cache
def _call() -> Any:
    arguments = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_uint64, ctypes.c_uint64
    return ctypes.CFUNCTYPE(None, *arguments)(address("shuffled", lambda: [_code()]))


def _code() -> Code:
    """0, 1, …, ``count`` − 1 at ``numbers``, in the order that Philox's key gives.

    All partners are drawn first, into memory of their own, which begins with room for a block: so that no exchange
    waits for a draw.
    """
    code = Code("shuffled", ["ptr %numbers", "ptr %partners", "i64 %count", "i64 %key_0", "i64 %key_1"])
    partners = code.at("i32", "%partners", str(BLOCK))
    _draw(code, partners)
    with code.loop("0", "%count") as i:
        code.store("i64", i, code.at("i64", "%numbers", i))
    with code.loop("1", "%count") as done:
        last = code.sub("%count", done)
        partner = code.do(f"zext i32 {code.load('i32', code.at('i32', partners, last))} to i64")
        here, there = (code.at("i64", "%numbers", number) for number in (last, partner))
        x, y = code.load("i64", here), code.load("i64", there)
        code.store("i64", y, here)
        code.store("i64", x, there)
    return code


def _draw(code: Code, partners: str) -> None:
    """The number that each but the first changes places with, where it belongs."""
    last = code.sub("%count", 1)
    mask = code.sub(code.do(f"shl i64 1, {code.sub('64', _zeros(code, code.most(last, 1)))}"), 1)
    with code.turns(code.sub("0", last), "0", "%taken", [("i64", "1"), ("i64", mask)]) as loop:
        last, mask = code.sub("0", loop.index), loop.carried[1]
        words = block(code, ("%key_0", "%key_1"), (loop.carried[0], "0", "0", "0"))
        draws = [bits for word in words for bits in (word, code.do(f"lshr i64 {word}, 32"))]
        narrows = code.do(f"icmp sle i64 {code.sub(last, BLOCK)}, {code.do(f'lshr i64 {mask}, 1')}")
        drawn = _drawn(code, partners, last, mask, draws)
        last, mask = code.otherwise(
            narrows,
            [("i64", drawn), ("i64", mask)],
            lambda: _drawn_narrowing(code, partners, last, mask, draws),
        )
        loop.next = [code.add(loop.carried[0], 1), mask]
        code.line(f"%taken = sub i64 {code.sub('0', loop.index)}, {last}")


def _drawn(code: Code, partners: str, last: str, mask: str, draws: list[str]) -> str:
    """A block of draws, all of as many bits; the last number whose partner is still to be drawn."""
    for bits in draws:
        fits = _noted(code, partners, last, code.do(f"and i64 {bits}, {mask}"))
        last = code.sub(last, code.do(f"zext i1 {fits} to i64"))
    return last


def _drawn_narrowing(code: Code, partners: str, last: str, mask: str, draws: list[str]) -> list[str]:
    """The same where fewer bits are enough from one of the draws on, or there are no more numbers."""
    for bits in draws:
        fits = _noted(code, partners, last, code.do(f"and i64 {bits}, {mask}"))
        taken = code.do(f"and i1 {fits}, {code.do(f'icmp sgt i64 {last}, 0')}")
        last = code.sub(last, code.do(f"zext i1 {taken} to i64"))
        half = code.do(f"lshr i64 {mask}, 1")
        mask = code.do(f"select i1 {code.do(f'icmp sle i64 {last}, {half}')}, i64 {half}, i64 {mask}")
    return [last, mask]


def _noted(code: Code, partners: str, last: str, number: str) -> str:
    """Note a draw as the last number's partner; whether it is one, or the next draw takes its place."""
    code.store("i32", code.do(f"trunc i64 {number} to i32"), code.at("i32", partners, last))
    return code.do(f"icmp sle i64 {number}, {last}")


def _zeros(code: Code, number: str) -> str:
    """How many bits are 0 before the first that isn't."""
    return code.call("i64", "llvm.ctlz.i64", ("i64", number), ("i1", "true"))
