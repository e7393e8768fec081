"""Two kernels called by one: what the first writes, and the second reads, is in memory of the thread's own."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.compile.emit import Code

SIZES = 2
OF_EACH = 3
"""The first arguments are so many sizes. Then come, of each of the two, so many: its kernel, which of its arguments
says where the numbers in between are, and how many it has. These follow, one after the other."""


@dataclass(frozen=True)
class Part:
    """One of the two kernels, with its arguments in memory of the thread's own."""

    code: Code
    kernel: str
    arguments: str
    between: str

    def put(self, address: str) -> None:
        """Say where the numbers in between are."""
        self.code.store("i64", address, self.code.at("i64", self.arguments, self.between))

    def call(self, first: str, last: str) -> None:
        """Have it do this range."""
        self.code.line(f"call void {self.kernel}(ptr {self.arguments}, ptr %row, i64 {first}, i64 {last})")


def parts(code: Code) -> list[Part]:
    """Both, in the order in which they are called."""
    made, given = [], code.at("i64", "%args", str(SIZES + 2 * OF_EACH))
    for at in (SIZES, SIZES + OF_EACH):
        kernel, between, count = (code.argument(at + i, "i64" if i else "ptr") for i in range(OF_EACH))
        own = code.do(f"alloca i64, i64 {count}, align 8")
        size = code.mul(count, 8)
        code.call("void", "llvm.memcpy.p0.p0.i64", ("ptr", own), ("ptr", given), ("i64", size), ("i1", "0"))
        made.append(Part(code, kernel, own, between))
        given = code.at("i64", given, count)
    return made
