"""Kinds of loops: all that a loop's code depends on. Sizes and addresses are arguments, so that networks share code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from glassnet.compile.jit import host

TYPES = {"float32": "float", "float64": "double", "int64": "i64", "uint64": "i64", "uint8": "i8"}
PORTABLE = 64
"""Bytes of the vectors of portable loops; a processor with shorter registers uses several for each."""
Step = Literal["one", "repeated", "strided", "pattern"]
"""How an operand's numbers follow each other along the innermost axis; a pattern is a few of them, again and again."""


@dataclass(frozen=True)
class Operand:
    """What is read. A ``scalar`` is in a cell of the step's line. Of data that is ``gathered``, a cell has the address,
    and the next one that of the numbers of the samples, by which its rows are looked up. ``period``: how many numbers a
    pattern has; it fills a vector once or several times."""

    dtype: str
    step: Step
    scalar: bool = False
    gathered: bool = False
    period: int = 0


@dataclass(frozen=True)
class Node:
    """One operation: its operands are ("operand", i), ("node", i) or ("number", value)."""

    operation: str
    inputs: tuple[tuple[str, float], ...]
    dtype: str


@dataclass(frozen=True)
class Row:
    """Rows that are worked out whole, sums and all: how many vectors they have, whether the last one is not full, and
    which results are one number for the row. Of ``narrow`` rows a vector has one number of many rows, which lie
    ``beside`` each other in some operands and results, counted on."""

    vectors: int
    masked: bool
    single: tuple[bool, ...]
    narrow: bool = False
    beside: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A loop: how many axes, what is read, what is computed of it, and what becomes of the results.

    Attributes:
        rank: axes, after joining those that can be walked as one.
        operands, nodes: what is read, and computed, in order.
        results: the nodes that are kept.
        reduction: "" where the results are stored; "sum" or "max" along the innermost axis.
        across: the reduction goes along the axis before the innermost instead, whose numbers stay.
        scattered: the results of a loop without reduction lie apart along the innermost axis, which is the one whose
            stretch is given.
        portable: the results are the same on every processor: sums have as many parts on all, and no product is
            rounded together with a sum.
        row: where there are sums or largest numbers among the nodes, along the innermost axis: how long that is.
    """

    rank: int
    operands: tuple[Operand, ...]
    nodes: tuple[Node, ...]
    results: tuple[tuple[str, float], ...]
    reduction: str = ""
    across: bool = False
    scattered: bool = False
    portable: bool = False
    row: Row | None = None

    @property
    def name(self) -> str:
        return "loop_" + sha256(repr(self).encode()).hexdigest()[:20]

    @property
    def lanes(self) -> int:
        dtypes = [operand.dtype for operand in self.operands] + [node.dtype for node in self.nodes]
        return lanes([dtype for dtype in dtypes if self.row is None or "int" not in dtype], self.portable)

    def layout(self) -> list[tuple[str, int, int]]:
        """The arguments in order: ("scale", 0, 0), ("extent", axis, 0), ("cell", i, 0), ("address", i, 0) and
        ("stride", i, axis). ``i`` counts operands, then results.

        An extent below 0 is that many times the number of samples.
        """
        inner = self.rank - 1
        arguments = [("scale", 0, 0), *(("extent", axis, 0) for axis in range(self.rank))]
        for i, operand in enumerate(self.operands):
            arguments.append(("cell" if operand.scalar or operand.gathered else "address", i, 0))
            if operand.scalar:
                continue
            arguments += [("stride", i, axis) for axis in range(inner)]
            if operand.step == "strided":
                arguments.append(("stride", i, inner))
        for j in range(len(self.results)):
            i = len(self.operands) + j
            along = self.scattered or (self.row is not None and self.row.narrow)
            arguments += [("address", i, 0), *(("stride", i, axis) for axis in range(inner + along))]
        return arguments


def lanes(dtypes: Iterable[str], portable: bool) -> int:
    """How many numbers of the widest of these dtypes are worked out side by side."""
    wide = any("64" in dtype for dtype in dtypes)
    return (PORTABLE if portable else host().width) // (8 if wide else 4)
