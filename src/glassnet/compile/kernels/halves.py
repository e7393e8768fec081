"""A sum over samples, over those of one half of the batch: another kernel, called with the places of these alone.

Each half has a result of its own, so that two threads can work them out side by side, and what is added up afterwards
is the same in one. The range counts samples, and is a whole half; or some of one, if the kernel's sums can go on.
"""

from __future__ import annotations

from glassnet.compile.emit import Code
from glassnet.compile.kernels import PARAMETERS, SAMPLES

GIVEN = ("kernel", "extent", "count", "on", "to", "other", "bytes", "grain")
"""The first arguments: the kernel, how much it does, how many arguments it has, and which of these, or the next one,
says whether sums go on; which says where the result of the first half belongs, and where that of the second; its bytes;
and what halves are multiples of. Then come the arguments for all samples; how much each is more for a sample that lies
before the range; and how much for each sample in it."""


def middle(code: Code, samples: str, grain: str) -> str:
    """Where the second half of so many samples begins: at a multiple of the grain."""
    both = code.mul(grain, 2)
    return code.mul(code.do(f"udiv i64 {code.sub(code.add(samples, both), 1)}, {both}"), grain)


def write(name: str) -> Code:
    """The kernel's own arguments, in memory of the thread's; where the first half has all samples, the other is 0."""
    code = Code(name, PARAMETERS)
    of = {what: code.argument(i, "ptr" if what == "kernel" else "i64") for i, what in enumerate(GIVEN)}
    given = code.at("i64", "%args", str(len(GIVEN)))
    before, inside = (code.at("i64", given, code.mul(of["count"], times)) for times in (1, 2))
    own = code.do(f"alloca i64, i64 {code.add(of['count'], 1)}, align 8")
    with code.loop("0", of["count"]) as i:
        number, skipped, each = (code.load("i64", code.at("i64", numbers, i)) for numbers in (given, before, inside))
        moved = code.add(number, code.mul("%first", skipped))
        moved = code.add(moved, code.mul(code.sub("%last", "%first"), each))
        code.store("i64", moved, code.at("i64", own, i))
    samples = code.argument(SAMPLES, arguments="%row")
    half = middle(code, samples, of["grain"])
    begins = code.do("icmp eq i64 %first, 0")
    fresh = code.do(f"or i1 {begins}, {code.do(f'icmp eq i64 %first, {half}')}")
    code.store("i64", code.do(f"select i1 {fresh}, i64 0, i64 1"), code.at("i64", own, of["on"]))
    with code.when(code.do(f"icmp sge i64 %first, {half}")):
        code.store("i64", of["other"], code.at("i64", own, of["to"]))
    alone = code.do(f"icmp sge i64 {half}, {samples}")
    with code.when(code.do(f"and i1 {begins}, {alone}")):
        other = code.do(f"inttoptr i64 {of['other']} to ptr")
        code.call("void", "llvm.memset.p0.i64", ("ptr", other), ("i8", "0"), ("i64", of["bytes"]), ("i1", "false"))
    code.line(f"call void {of['kernel']}(ptr {own}, ptr %row, i64 0, i64 {of['extent']})")
    return code
