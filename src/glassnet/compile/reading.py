"""What instructions read, and numbers that are copied: to where they lie in order, or as another kernel needs them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from glassnet.compile import looping
from glassnet.compile.instructions import Instruction
from glassnet.compile.kernels.kinds import Node
from glassnet.compile.layout import Layout
from glassnet.compile.looping import Read, Reference
from glassnet.compile.places import Place, broadcast
from glassnet.ir.graph import Constant, Equation, Var
from glassnet.ir.types import Shape, Type

WIDE = 64
"""Numbers of a row from which on vectors are mostly full."""
FULL = 16
"""Numbers of a vector, on processors with the widest."""


def loop(layout: Layout, *what: Any, **more: Any) -> Instruction:
    """A loop over the layout's memory: :func:`glassnet.compile.looping.loop`."""
    return looping.loop(*what, cells=layout.gathered, portable=layout.portable, **more)


class Reading:
    """What a cluster reads, each once, and what it computes of it."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.reads: list[tuple[Read, str]] = []
        self.nodes: list[Node] = []
        self._known: dict[Var, Reference] = {}
        self._given: dict[tuple[Var, Shape], Reference] = {}
        self._reader: Shape = ()
        """The shape of what reads now, where one operand may be seen in several ways."""

    def add(self, var: Var) -> None:
        """Compute a variable."""
        assert isinstance(var.definition, Equation)
        name = var.definition.primitive.name
        if name == "one_hot":
            labels = self.layout.places[var.inputs[0]]
            labels = replace(labels, shape=(*labels.shape, 1), strides=(*labels.strides, 0))
            inputs: tuple[Reference, ...] = (self.read(labels, labels.dtype),)
        else:
            inputs = tuple(self.reference(v) for v in var.inputs)
        self._known[var] = self.node(name, inputs, var.dtype)

    def reference(self, var: Var) -> Reference:
        """What an operand is called in the loop's code: also one number for each row, seen in another shape."""
        base = self.layout.base(var)
        if base in self._known and self.layout.shows_rows(base, var):
            return self._known[base]
        scalar = self.layout.scalar_shown(var)
        var = var if scalar is None else scalar
        if scalar is not None and isinstance(var.definition, Constant):
            return "number", float(var.definition.values.array.reshape(()))
        if (var, self._reader) not in self._given:
            read: Read = self.layout.places[var] if scalar is None else self.layout.table.cell(var)
            self._given[var, self._reader] = self.converted(self.read(read, var.dtype), read, var.dtype)
        return self._given[var, self._reader]

    def converted(self, reference: Reference, read: Read, dtype: str) -> Reference:
        """Numbers that are given in another dtype than the graph says; bytes are read as float32."""
        given = read.dtype if isinstance(read, Place) else dtype
        return reference if given == dtype else self.node("cast", (reference,), dtype)

    def read(self, read: Read, dtype: str) -> Reference:
        self.reads.append((read, read.dtype if isinstance(read, Place) else dtype))
        return "operand", len(self.reads) - 1

    def node(self, operation: str, inputs: tuple[Reference, ...], dtype: str) -> Reference:
        self.nodes.append(Node(operation, inputs, dtype))
        return "node", len(self.nodes) - 1


def copy(layout: Layout, source: Place, target: Place, what: str) -> Instruction:
    """The numbers of a place, written at another one."""
    reading = Reading(layout)
    reference = reading.converted(reading.read(source, source.dtype), source, target.dtype)
    return loop(layout, target.shape, reading.reads, reading.nodes, [(reference, target)], what)


def copied(layout: Layout, var: Var, target: Place, what: str) -> Instruction:
    """The numbers of a variable, written at a place: also a scalar, as often as the shape says."""
    if layout.scalar_shown(var) is None:
        return copy(layout, layout.places[var], target, what)
    reading = Reading(layout)
    reference = reading.node("cast", (reading.reference(var),), target.dtype)
    return loop(layout, target.shape, reading.reads, reading.nodes, [(reference, target)], what)


def placed(layout: Layout, var: Var, what: str) -> tuple[list[Instruction], Place]:
    """A place with the numbers of a variable, and what has to be done first."""
    if var in layout.places:
        return [], layout.places[var]
    target = layout.new(var.type)
    return [copied(layout, var, target, f"{what}: a scalar")], target


def in_order(layout: Layout, var: Var, what: str) -> tuple[list[Instruction], Place]:
    """A place whose numbers lie one after the other; they are copied there, if they don't yet."""
    if var in layout.places and layout.places[var].is_whole and layout.places[var].buffer not in layout.gathered:
        return [], layout.places[var]
    target = layout.new(var.type)
    return [copied(layout, var, target, f"{what}: copy")], target


def widened(
    layout: Layout,
    shape: Shape,
    reads: list[tuple[Read, str]],
    results: list[tuple[Reference, Place]],
    what: str,
) -> tuple[list[Instruction], list[tuple[Read, str]]]:
    """The reads of a loop whose rows are short: what is repeated row by row, such as biases, written out for more rows.

    A loop walks along a row; with six channels a vector of sixteen numbers would be filled to a third. When all else
    goes on from row to row, rows as long as those that are written out fill it.
    """
    row, first = shape[-1] if shape else 1, len(shape) - 1
    if len(shape) < 3 or not isinstance(row, int) or row == 1 or row >= WIDE or row % FULL == 0:
        return [], reads
    seen = {i: broadcast(read, shape).strides for i, (read, _) in enumerate(reads) if isinstance(read, Place)}
    repeated = [i for i, strides in seen.items() if strides[-1] == 1 and not any(strides[:-1])]
    others = [s for i, s in seen.items() if i not in repeated] + [place.strides for _, place in results]
    width = row
    while first > 0 and width < WIDE and isinstance(size := shape[first - 1], int):
        if any(strides[first - 1] != strides[-1] * width for strides in others):
            break
        first, width = first - 1, width * size
    if first == len(shape) - 1 or not repeated:
        return [], reads
    made, found = [], list(reads)
    for i in repeated:
        place, dtype = reads[i]
        assert isinstance(place, Place)
        rows = layout.new(Type(shape[first:], dtype))
        once = replace(place, shape=(row,), strides=(1,))
        made.append(copy(layout, broadcast(once, shape[first:]), rows, f"{what}: rows"))
        found[i] = rows, dtype
    return made, found
