"""Instructions: a kernel, the numbers it is called with, and which stretches of its work may run side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from glassnet.compile.emit import Code
from glassnet.compile.jit import address
from glassnet.compile.places import Buffer, Place
from glassnet.ir.origin import Origin

OPERATIONS = {"product": 2.0, "blocks": 2.0, "wide": 2.0, "many": 2.0, "windowed": 2.0, "overlap": 2.0, "update": 2.0,
              "loop": 8.0}  # fmt: skip
"""Floating-point operations in a unit of work; a vector of numbers is worked out at once."""
MOST_TASKS = 8
SIZES = {"float32": 4, "float64": 8, "int64": 8, "uint64": 8, "uint8": 1}


@dataclass(frozen=True)
class Address:
    """Where a place begins; a number once the buffer has its memory."""

    place: Place

    def number(self) -> int:
        return self.place.buffer.address + self.place.offset * SIZES[self.place.dtype]


@dataclass(frozen=True)
class Cell:
    """A cell of the step's line."""

    index: int

    def number(self) -> int:
        return self.index


@dataclass(frozen=True)
class Called:
    """A kernel that another one calls: the address of its code."""

    kernel: str
    codes: Callable[[], Iterable[Code]]

    def number(self) -> int:
        return address(self.kernel, self.codes)


Argument = int | Address | Cell | Called


def chunk(capacity: int) -> int:
    """Samples that are summed one after the other where samples are summed by tasks; tasks are whole chunks of them.

    >>> chunk(20), chunk(64), chunk(512)
    (8, 8, 64)
    """
    return -(-capacity // (8 * MOST_TASKS)) * 8


@dataclass(eq=False)
class Instruction:
    """One call of a kernel.

    Attributes:
        kernel: the name of its code.
        codes: that code and what it calls, to be written if it is not compiled yet.
        arguments: its numbers.
        reads, writes: the buffers that it touches.
        what: in words, for plans that are printed and profiled.
        rows: whether it works sample by sample; else ``extent`` is how much there is to do.
        grain: how much of it is one task at least; the work of a part must not depend on others.
        flat: whether it goes along all numbers of whole buffers, each by itself.
        divisible: of what works sample by sample, whether few samples at a time are done as well as many.
        several: how many samples at a time are wanted, or a multiple of them, if it is divisible.
        work: about the time of one sample or of one part of the extent, in multiply-adds.
        halves: of what works sample by sample, whether it sums over them, over each half of the batch by itself.
        origins: whose results it computes.
        parts: of a loop over steps, what each of them does.
        since, until: of such a part, how many of the first steps leave it out, and how many of the last.
    """

    kernel: str
    codes: Callable[[], Iterable[Code]]
    arguments: Sequence[Argument]
    reads: set[Buffer]
    writes: set[Buffer]
    what: str
    rows: bool
    extent: int = 1
    grain: int = 1
    work: float = 1.0
    flat: bool = False
    divisible: bool = True
    several: int = 1
    halves: bool = False
    origins: tuple[Origin, ...] = ()
    parts: tuple[Instruction, ...] = ()
    since: int = 0
    until: int = 0
    phase: int = field(default=0, init=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"

    @property
    def sums_at_once(self) -> bool:
        """Whether it sums over all samples of a half in one call."""
        return self.halves and not self.divisible

    @property
    def kind(self) -> str:
        """The kind of kernel, without the details in its name."""
        return self.kernel.split("_")[0]

    def operations(self, samples: int) -> float:
        """Floating-point operations for so many samples, a multiply-add counted as two; 0 for what only moves numbers.

        Columns of data that are all 0, and left out, count like others.
        """
        if self.parts:
            steps = {part: self.arguments[0] - part.since - part.until for part in self.parts}  # type: ignore[operator]
            return sum(count * part.operations(samples) for part, count in steps.items())
        return OPERATIONS.get(self.kind, 0.0) * self.work * (samples if self.rows else self.extent)

    @property
    def buffers(self) -> dict[Buffer, None]:
        """All that it touches, in the order of its arguments."""
        named = [a.place.buffer for a in self.arguments if isinstance(a, Address)]
        return dict.fromkeys([*named, *sorted(self.reads | self.writes, key=lambda b: b.name)])

    @property
    def moves(self) -> bool:
        """Whether it reads or writes elsewhere at each step of a loop."""
        return any(a.place.step for a in self.arguments if isinstance(a, Address))

    def numbers(self) -> list[int]:
        return [a if isinstance(a, int) else a.number() for a in self.arguments]
