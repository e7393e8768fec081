"""Writing LLVM's text: functions, values, loops. What it means is in the LLVM Language Reference Manual.

A :class:`Code` is one function under construction. Its methods write a line and return the name of its result.

>>> code = Code("twice", ["ptr %x", "i64 %n"])
>>> with code.loop("0", "%n") as i:
...     x = code.load("float", code.at("float", "%x", i))
...     code.store("float", code.do(f"fadd float {x}, {x}"), code.at("float", "%x", i))
>>> code.text().splitlines()[0]
'define void @twice(ptr %x, i64 %n) #0 {'
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

SIZES = {"i1": 1, "i8": 1, "i16": 2, "i32": 4, "float": 4, "i64": 8, "double": 8, "ptr": 8}


def vector(lanes: int, type_: str) -> str:
    """The type of so many numbers side by side; of one number, the number's own.

    >>> vector(8, "float"), vector(1, "float")
    ('<8 x float>', 'float')
    """
    return type_ if lanes == 1 else f"<{lanes} x {type_}>"


@dataclass
class Loop:
    """A loop being written.

    Attributes:
        index: its counter.
        carried: the values that each turn gets from the one before.
        next: the values that this turn hands on.
        results: the last values, once the loop is written.
    """

    index: str
    carried: list[str]
    next: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)


class Code:
    """One function under construction."""

    def __init__(
        self, name: str, parameters: Sequence[str], result: str = "void", is_part: bool = False, contracts: bool = True
    ) -> None:
        """
        ``is_part`` says that it becomes a part of those that call it, and is not called from elsewhere; ``contracts``
        allows that a product and a sum become one operation, which is rounded once.
        """
        self.name = name
        linkage, inlined = ("internal ", "alwaysinline ") if is_part else ("", "")
        self._head = f"define {linkage}{result} @{name}({', '.join(parameters)}) {inlined}#0 {{"
        self._lines = ["entry:"]
        self._count = 0
        self._block = "entry"
        self._masks: dict[str, tuple[str, str]] = {}
        self.declared: dict[str, str] = {}
        self.contracts = contracts

    def fresh(self, what: str = "v") -> str:
        self._count += 1
        return f"{what}{self._count}"

    def line(self, text: str) -> None:
        """A line without a result."""
        self._lines.append("  " + text)

    def do(self, text: str) -> str:
        """A line with a result, whose name is returned."""
        name = "%" + self.fresh()
        self.line(f"{name} = {text}")
        return name

    def call(self, result: str, name: str, *arguments: tuple[str, str]) -> str:
        """A call of a function that is defined elsewhere, of arguments given as (type, value); returns its result."""
        self.declared[name] = f"declare {result} @{name}({', '.join(type_ for type_, _ in arguments)})"
        call = f"call {result} @{name}({', '.join(f'{type_} {value}' for type_, value in arguments)})"
        if result == "void":
            self.line(call)
            return ""
        return self.do(call)

    def block(self, label: str) -> None:
        """Begin a block: jumps go to its label."""
        self._lines.append(f"{label}:")
        self._block = label

    # ── memory ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def at(self, type_: str, pointer: str, index: str) -> str:
        """The address of the number at that index."""
        return self.do(f"getelementptr {type_}, ptr {pointer}, i64 {index}")

    def load(self, type_: str, pointer: str, lanes: int = 1) -> str:
        return self.do(f"load {vector(lanes, type_)}, ptr {pointer}, align {SIZES[type_]}")

    def store(self, type_: str, value: str, pointer: str, lanes: int = 1) -> None:
        self.line(f"store {vector(lanes, type_)} {value}, ptr {pointer}, align {SIZES[type_]}")

    def prefetch(self, pointer: str, *, write: bool = False) -> None:
        """Have a line of memory on its way: into the second cache, or to be written soon, into the first."""
        what, where = ("1", "3") if write else ("0", "2")
        self.call("void", "llvm.prefetch.p0", ("ptr", pointer), ("i32", what), ("i32", where), ("i32", "1"))

    def argument(self, index: int, type_: str = "i64", arguments: str = "%args") -> str:
        """A number of the instruction."""
        return self.load(type_, self.at("i64", arguments, str(index)))

    # ── whole numbers ───────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, x: str, y: str | int) -> str:
        return self.do(f"add i64 {x}, {y}")

    def sub(self, x: str, y: str | int) -> str:
        return self.do(f"sub i64 {x}, {y}")

    def mul(self, x: str, y: str | int) -> str:
        return self.do(f"mul i64 {x}, {y}")

    def least(self, x: str, y: str | int) -> str:
        return self.call("i64", "llvm.smin.i64", ("i64", x), ("i64", str(y)))

    def most(self, x: str, y: str | int) -> str:
        return self.call("i64", "llvm.smax.i64", ("i64", x), ("i64", str(y)))

    def multiple(self, x: str, of: int) -> str:
        """The largest multiple of a power of two that is ≤ x."""
        return self.do(f"and i64 {x}, {-of}")

    # ── vectors ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def spread(self, type_: str, value: str, lanes: int) -> str:
        """One number in all lanes."""
        if lanes == 1:
            return value
        wide = vector(lanes, type_)
        first = self.do(f"insertelement {wide} poison, {type_} {value}, i64 0")
        return self.do(f"shufflevector {wide} {first}, {wide} poison, <{lanes} x i32> zeroinitializer")

    def lanes_below(self, count: str, lanes: int) -> str:
        """The mask of the first ``count`` lanes."""
        type_ = "i32" if lanes >= 8 else "i64"
        if type_ == "i32":
            count = self.do(f"trunc i64 {self.least(count, lanes)} to i32")
        numbers = ", ".join(f"{type_} {i}" for i in range(lanes))
        wide = vector(lanes, type_)
        mask = self.do(f"icmp slt {wide} <{numbers}>, {self.spread(type_, count, lanes)}")
        signs = self.do(f"sext {vector(lanes, 'i1')} {mask} to {wide}")
        self._masks[mask] = self._block, f"{wide} {signs}"
        return mask

    def again(self, mask: str) -> str:
        """A mask of another block, made anew of whole numbers: without AVX-512, LLVM keeps those better than bits."""
        block, signs = self._masks.get(mask, (self._block, ""))
        return mask if block == self._block else self.do(f"icmp slt {signs}, zeroinitializer")

    @contextmanager
    def as_written(self) -> Iterator[None]:
        """Lines of which no product and sum are rounded together; elsewhere they may be."""
        before, self.contracts = self.contracts, False
        yield
        self.contracts = before

    # ── control ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def loop(
        self, start: str, stop: str, step: str | int = 1, carried: Sequence[tuple[str, str]] = ()
    ) -> Iterator[str]:
        """A loop; the value is its index."""
        with self.turns(start, stop, step, carried) as loop:
            yield loop.index

    @contextmanager
    def turns(
        self, start: str, stop: str, step: str | int = 1, carried: Sequence[tuple[str, str]] = ()
    ) -> Iterator[Loop]:
        """A loop with carried values, given as (type, first value); ``results`` are their last values, after it."""
        label, before = self.fresh("loop"), self._block
        loop = Loop(f"%{label}.i", [f"%{label}.c{j}" for j in range(len(carried))])
        self.line(f"br label %{label}.head")
        self.block(f"{label}.head")
        hole = len(self._lines)
        self._lines.append("")
        more = self.do(f"icmp slt i64 {loop.index}, {stop}")
        self.line(f"br i1 {more}, label %{label}.body, label %{label}.end")
        self.block(f"{label}.body")
        yield loop
        following, last = self.add(loop.index, step), self._block
        self.line(f"br label %{label}.head")
        phis = [f"  {loop.index} = phi i64 [{start}, %{before}], [{following}, %{last}]"]
        for name, (type_, first), value in zip(loop.carried, carried, loop.next, strict=True):
            phis.append(f"  {name} = phi {type_} [{first}, %{before}], [{value}, %{last}]")
        self._lines[hole] = "\n".join(phis)
        self.block(f"{label}.end")
        loop.results = loop.carried

    @contextmanager
    def when(self, condition: str) -> Iterator[None]:
        """A block that runs only where the condition (i1) holds."""
        label = self.fresh("when")
        self.line(f"br i1 {condition}, label %{label}.then, label %{label}.end")
        self.block(f"{label}.then")
        yield
        self.line(f"br label %{label}.end")
        self.block(f"{label}.end")

    def otherwise(
        self, condition: str, values: Sequence[tuple[str, str]], other: Callable[[], Sequence[str]]
    ) -> list[str]:
        """The values, given as (type, value); or the others, only worked out where the condition (i1) holds."""
        label, before = self.fresh("otherwise"), self._block
        self.line(f"br i1 {condition}, label %{label}.other, label %{label}.end")
        self.block(f"{label}.other")
        changed = other()
        after = self._block
        self.line(f"br label %{label}.end")
        self.block(f"{label}.end")
        return [
            self.do(f"phi {type_} [{value}, %{before}], [{new}, %{after}]")
            for (type_, value), new in zip(values, changed, strict=True)
        ]

    def text(self) -> str:
        """The whole function; it returns where it ends."""
        return "\n".join([self._head, *self._lines, "  ret void", "}"])
