"""A loop over steps: each calls some kernels one after the other, whose places move on from step to step.

Each call has numbers of its own in memory of this thread's, and how much is added to each of them after a step: where a
place moves along a sequence, from the numbers of one step to those of the next.
"""

from __future__ import annotations

from glassnet.compile.emit import Code
from glassnet.compile.kernels import PARAMETERS
from glassnet.compile.kernels.products import extent

NAME = "steps"
GIVEN = ("steps", "calls", "size")
"""The first arguments: how many steps, calls in each, and numbers that follow. For each call these are its kernel, how
much it does (0 for the stretch that the loop is given, below 0 for so many times the samples), its first step and the
one from which on it is left out, how many arguments it has, these in the first step, and what each is more in the next.
"""
HEAD = 5
"""Numbers of a call before its arguments."""


def write() -> Code:
    code = Code(NAME, PARAMETERS)
    steps, calls, size = (code.argument(i) for i in range(len(GIVEN)))
    own = code.do(f"alloca i64, i64 {size}, align 8")
    given = code.at("i64", "%args", str(len(GIVEN)))
    code.call("void", "llvm.memcpy.p0.p0.i64", ("ptr", own), ("ptr", given), ("i64", code.mul(size, 8)), ("i1", "0"))
    with code.loop("0", steps) as step, code.turns("0", calls, 1, [("ptr", own)]) as turn:
        call = turn.carried[0]
        kernel = code.load("ptr", call)
        much, since, until, count = (code.load("i64", code.at("i64", call, str(i))) for i in range(1, HEAD))
        arguments, given = code.at("i64", call, str(HEAD)), code.do(f"icmp eq i64 {much}, 0")
        first = code.do(f"select i1 {given}, i64 %first, i64 0")
        last = code.do(f"select i1 {given}, i64 %last, i64 {extent(code, much)}")
        begun, left = code.do(f"icmp sge i64 {step}, {since}"), code.do(f"icmp slt i64 {step}, {until}")
        with code.when(code.do(f"and i1 {begun}, {left}")):
            code.line(f"call void {kernel}(ptr {arguments}, ptr %row, i64 {first}, i64 {last})")
        more = code.at("i64", arguments, count)
        with code.loop("0", count) as i:
            number = code.at("i64", arguments, i)
            moved = code.add(code.load("i64", number), code.load("i64", code.at("i64", more, i)))
            code.store("i64", moved, number)
        turn.next = [code.at("i64", more, count)]
    return code
