"""Random numbers between 0 and 1: Philox 4×64-10, as :mod:`glassnet.ops.random` defines them.

A block of four words comes from a counter; the block's number is its first word, from 1 on.
"""

from __future__ import annotations

from glassnet.compile.algebra import literal
from glassnet.compile.emit import Code
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.kinds import TYPES

ARGUMENTS = ("scale", "seed", "step", "tag", "to")
"""``seed`` and ``step`` are cells of the step's line."""
MULTIPLIERS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
WEYL = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)


def _signed(word: int) -> int:
    return word - (1 << 64) if word >> 63 else word


def _wide_product(code: Code, constant: int, x: str) -> tuple[str, str]:
    """(high, low) words of a product of two words."""
    wide = code.do(f"zext i64 {x} to i128")
    product = code.do(f"mul i128 {wide}, {constant}")
    high = code.do(f"trunc i128 {code.do(f'lshr i128 {product}, 64')} to i64")
    return high, code.do(f"trunc i128 {product} to i64")


def block(code: Code, key: tuple[str, str], counter: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    """Ten rounds (Salmon, Moraes, Dror & Shaw 2011)."""
    for turn in range(10):
        if turn:
            key = (code.add(key[0], _signed(WEYL[0])), code.add(key[1], _signed(WEYL[1])))
        high0, low0 = _wide_product(code, MULTIPLIERS[0], counter[0])
        high1, low1 = _wide_product(code, MULTIPLIERS[1], counter[2])
        first = code.do(f"xor i64 {code.do(f'xor i64 {high1}, {counter[1]}')}, {key[0]}")
        third = code.do(f"xor i64 {code.do(f'xor i64 {high0}, {counter[3]}')}, {key[1]}")
        counter = (first, low1, third, low0)
    return counter


def write(dtype: str) -> Code:
    """The numbers of a stretch; those of a block that lie outside of it are left out."""
    type_ = TYPES[dtype]
    bits = 24 if dtype == "float32" else 53
    code = Code(f"uniform_{dtype}", PARAMETERS)
    arguments = {what: code.argument(i) for i, what in enumerate(ARGUMENTS)}
    seed, step = (code.load("i64", code.at("i64", "%row", arguments[what])) for what in ("seed", "step"))
    to = code.do(f"inttoptr i64 {arguments['to']} to ptr")
    first, last = (code.mul(end, arguments["scale"]) for end in ("%first", "%last"))
    begin = code.do(f"udiv i64 {first}, 4")
    end = code.do(f"udiv i64 {code.add(last, 3)}, 4")
    with code.loop(begin, end) as i:
        words = block(code, (seed, arguments["tag"]), (code.add(i, 1), step, "0", "0"))
        for j, word in enumerate(words):
            place = code.add(code.mul(i, 4), j)
            inside = code.do(f"icmp sge i64 {place}, {first}")
            inside = code.do(f"and i1 {inside}, {code.do(f'icmp slt i64 {place}, {last}')}")
            with code.when(inside):
                number = code.do(f"uitofp i64 {code.do(f'lshr i64 {word}, {64 - bits}')} to {type_}")
                scaled = code.do(f"fmul {type_} {number}, {literal(2.0**-bits, type_)}")
                code.store(type_, scaled, code.at(type_, to, place))
    return code
