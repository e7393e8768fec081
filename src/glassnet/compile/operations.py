"""How each operation becomes instructions; clusters of elementwise ones are loops over all their numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

from glassnet.compile import calls
from glassnet.compile.calls import NoKernel, Reference
from glassnet.compile.clusters import Group, is_elementwise
from glassnet.compile.instructions import Instruction
from glassnet.compile.kernels import products
from glassnet.compile.kernels.kinds import Node
from glassnet.compile.layout import Layout
from glassnet.compile.places import Place, at, broadcast, slice_, transpose, windows
from glassnet.ir.graph import Constant, Equation, Source, Var
from glassnet.ir.origin import Origin
from glassnet.ir.types import BATCH, Shape, Type

Params = dict[str, Any]
PACKED = 16384
"""Numbers of a matrix above which it is copied into panels before a product."""
LISTED = 64
"""Columns of data from which on those that are all 0 are looked for."""


def instructions(layout: Layout, group: Group, kept: set[Var]) -> list[Instruction]:
    """What computes a group; of a cluster, the variables in ``kept`` are stored.

    Raises:
        NoKernel: there is no kernel for the operation.
    """
    made = _instructions(layout, group, kept)
    for instruction in made:
        instruction.origins = tuple(dict.fromkeys(_origin(layout, v) for v in group.members))
    return made


def _origin(layout: Layout, var: Var) -> Origin:
    """Whose result a variable is; of data that is put in order, the input."""
    source = var.definition.name if isinstance(var.definition, Source) else ""
    return layout.origins.get(var, Origin(source))


def _instructions(layout: Layout, group: Group, kept: set[Var]) -> list[Instruction]:
    var = group.members[-1]
    what = _what(layout, group)
    if isinstance(var.definition, Source):
        return [_copy(layout, layout.given(var.definition), layout.places[var], f"{var.definition.name} in order")]
    assert isinstance(var.definition, Equation)
    if is_elementwise(var):
        return [_cluster(layout, group, kept, what)]
    name = var.definition.primitive.name
    if name not in WRITERS:
        raise NoKernel(f"the operation {name}")
    return WRITERS[name](layout, var, dict(var.definition.params), what)


def _what(layout: Layout, group: Group) -> str:
    """What is computed, and of which layers: "add, relu: dense_1"."""
    names = dict.fromkeys(v.definition.primitive.name for v in group.members if isinstance(v.definition, Equation))
    origins = (str(layout.origins.get(v, "")) for v in group.members)
    where = ", ".join(dict.fromkeys(origin for origin in origins if origin))
    return ", ".join(names) + (f": {where}" if where else "")


def _loop(layout: Layout, *what: Any, **more: Any) -> Instruction:
    """A loop over the layout's memory: :func:`glassnet.compile.calls.loop`."""
    return calls.loop(*what, cells=layout.gathered, portable=layout.portable, **more)


# ── loops ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Reading:
    """What a cluster reads, each once, and what it computes of it."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.reads: list[tuple[calls.Read, str]] = []
        self.nodes: list[Node] = []
        self._known: dict[Var, Reference] = {}

    def add(self, var: Var) -> None:
        """Compute a variable."""
        assert isinstance(var.definition, Equation)
        name = var.definition.primitive.name
        if name == "one_hot":
            labels = self.layout.places[var.inputs[0]]
            labels = replace(labels, shape=(*labels.shape, 1), strides=(*labels.strides, 0))
            inputs: tuple[Reference, ...] = (self._read(labels, labels.dtype),)
        else:
            inputs = tuple(self.reference(v) for v in var.inputs)
        self._known[var] = self.node(name, inputs, var.dtype)

    def reference(self, var: Var) -> Reference:
        """What an operand is called in the loop's code."""
        scalar = self.layout.scalar_shown(var)
        var = var if scalar is None else scalar
        if scalar is not None and isinstance(var.definition, Constant):
            return "number", float(var.definition.values.array.reshape(()))
        if var not in self._known:
            read: calls.Read = self.layout.places[var] if scalar is None else self.layout.table.cell(var)
            self._known[var] = self.converted(self._read(read, var.dtype), read, var.dtype)
        return self._known[var]

    def converted(self, reference: Reference, read: calls.Read, dtype: str) -> Reference:
        """Numbers that are given in another dtype than the graph says; bytes are read as float32."""
        given = read.dtype if isinstance(read, Place) else dtype
        return reference if given == dtype else self.node("cast", (reference,), dtype)

    def _read(self, read: calls.Read, dtype: str) -> Reference:
        self.reads.append((read, read.dtype if isinstance(read, Place) else dtype))
        return "operand", len(self.reads) - 1

    def node(self, operation: str, inputs: tuple[Reference, ...], dtype: str) -> Reference:
        self.nodes.append(Node(operation, inputs, dtype))
        return "node", len(self.nodes) - 1


def _cluster(layout: Layout, group: Group, kept: set[Var], what: str) -> Instruction:
    reading = _Reading(layout)
    for var in group.members:
        reading.add(var)
    results = [(reading.reference(var), layout.places[var]) for var in group.members if var in kept]
    shape = group.members[-1].shape
    return _loop(layout, shape, reading.reads, reading.nodes, results, what)


def _copy(layout: Layout, source: Place, target: Place, what: str) -> Instruction:
    reading = _Reading(layout)
    reference = reading.converted(reading._read(source, source.dtype), source, target.dtype)
    return _loop(layout, target.shape, reading.reads, reading.nodes, [(reference, target)], what)


def copied(layout: Layout, var: Var, target: Place, what: str) -> Instruction:
    """The numbers of a variable, written at a place: also a scalar, as often as the shape says."""
    if layout.scalar_shown(var) is None:
        return _copy(layout, layout.places[var], target, what)
    reading = _Reading(layout)
    reference = reading.node("cast", (reading.reference(var),), target.dtype)
    return _loop(layout, target.shape, reading.reads, reading.nodes, [(reference, target)], what)


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


# ── operations of other kinds ───────────────────────────────────────────────────────────────────────────────────────


def _reduce(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """A sum or maximum along axes: those that lie side by side at a time, the last ones first."""
    (x,) = var.inputs
    made, read = placed(layout, x, what)
    shape = x.shape
    runs = _runs(x.shape, params["axes"])
    for run in reversed(runs):
        kept = tuple(1 if axis in run else size for axis, size in enumerate(shape))
        target = layout.new(Type(kept, x.dtype))
        if run is runs[0]:
            target = replace(target, buffer=layout.places[var].buffer, offset=layout.places[var].offset)
        made += _reduced(layout, var, read, target, run, what)
        read, shape = target, kept
    return made


def _runs(shape: Shape, axes: tuple[int, ...]) -> list[list[int]]:
    """The axes, in groups that lie side by side."""
    runs: list[list[int]] = [[]]
    for axis in axes:
        beside = not runs[-1] or all(shape[a] == 1 for a in range(runs[-1][-1] + 1, axis))
        runs[-1:] = [[*runs[-1], axis]] if beside else [runs[-1], [axis]]
    return runs


def _reduced(layout: Layout, var: Var, read: Place, target: Place, run: list[int], what: str) -> list[Instruction]:
    assert isinstance(var.definition, Equation)
    kept = [axis for axis in range(len(read.shape)) if axis not in run]
    squeezed = replace(
        target, shape=tuple(target.shape[a] for a in kept), strides=tuple(target.strides[a] for a in kept)
    )
    reduction, before = var.definition.primitive.name, []
    for place in (read, layout.new(Type(read.shape, var.dtype))):
        if place is not read:
            before = [_copy(layout, read, place, f"{what}: copy")]
        try:
            made = _loop(
                layout, place.shape, [(place, place.dtype)], [], [(("operand", 0), squeezed)], what,
                reduction=reduction, over=tuple(run)
            )  # fmt: skip
        except NoKernel:
            continue
        return [*before, made]
    raise NoKernel(f"a {reduction} along axes {run} of {read.shape}")


def _matmul(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """A's rows or columns, and B's columns, must follow each other; a large B is copied into panels."""
    a, b = var.inputs
    if len(a.shape) > 2 or len(b.shape) > 2:
        return _matmul_of_many(layout, var, what)
    made, of_a = placed(layout, a, what)
    if of_a.buffer in layout.gathered or not (
        of_a.strides[1] == 1 or (of_a.strides[0] == 1 and a.shape[0] is not BATCH)
    ):
        more, of_a = in_order(layout, a, what)
        made += more
    of_data = b in layout.places and layout.places[b].buffer in layout.gathered
    more, of_b = in_order(layout, b, what) if of_data else placed(layout, b, what)
    made += more
    k, columns = b.shape[0], b.shape[1] if isinstance(b.shape[1], int) else layout.capacity
    tile, pack = products.tile(var.dtype), None
    often = layout.capacity >= 2 * tile.rows if a.shape[0] is BATCH else True
    depth = k if isinstance(k, int) else layout.capacity
    large = often and depth * columns > PACKED and columns > tile.columns
    if large or (of_b.strides[1] != 1 and columns > 1):
        pack = layout.new(Type((-(-columns // tile.columns), k, tile.columns), var.dtype)).buffer
    more, used = _columns_in_use(layout, a, of_a, what)
    return [*made, *more, *calls.product(of_a, of_b, layout.places[var], pack, used, what)]


def _columns_in_use(layout: Layout, a: Var, of_a: Place, what: str) -> tuple[list[Instruction], Place | None]:
    """The list of columns that are not all 0, of a matrix that comes from the data alone; made once."""
    samples_first = of_a.shape[0] is BATCH
    columns = of_a.shape[1 if samples_first else 0]
    if BATCH not in of_a.shape or not isinstance(columns, int) or columns < LISTED or not layout.is_data(a):
        return [], None
    if of_a.buffer in layout.lists:
        return [], layout.lists[of_a.buffer]
    used = layout.lists[of_a.buffer] = layout.new(Type((columns + 1,), "int64"))
    matrix = of_a if samples_first else transpose(of_a, (1, 0))
    return [calls.columns(matrix, used, what)], used


def _matmul_of_many(layout: Layout, var: Var, what: str) -> list[Instruction]:
    """A product for each matrix along the leading axes."""
    lead, (a, b) = var.shape[:-2], var.inputs
    made, of_a = in_order(layout, a, what)
    more, of_b = in_order(layout, b, what)
    of_a, of_b = broadcast(of_a, (*lead, *a.shape[-2:])), broadcast(of_b, (*lead, *b.shape[-2:]))
    return [*made, *more, calls.products_of(of_a, of_b, layout.places[var], what)]


def _concatenate(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    axis, start, made = params["axis"], 0, []
    for x in var.inputs:
        size: Any = x.shape[axis]
        made.append(copied(layout, x, slice_(layout.places[var], axis, start, start + size), what))
        start += size
    return made


def _pad(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    (x,), target, axis, before = var.inputs, layout.places[var], params["axis"], params["before"]
    size: Any = x.shape[axis]
    zeros = _zeros(layout, var, what)
    return [zeros, copied(layout, x, slice_(target, axis, before, before + size), what)]


def _zeros(layout: Layout, var: Var, what: str) -> Instruction:
    zero, result = Node("cast", (("number", 0.0),), var.dtype), (("node", 0.0), layout.places[var])
    return _loop(layout, var.shape, [], [zero], [result], f"{what}: zeros")


def _overlap(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """Zeros; then, for each place in a window, the numbers that all windows have there are added where they belong."""
    (g,), count = var.inputs, len(params["lengths"])
    first = params["axis"] + count
    sizes: Any = g.shape[first : first + count]
    seen = windows(layout.places[var], params["axis"], sizes, params["strides"], params["dilations"])
    made, of_g = placed(layout, g, what)
    made.append(_zeros(layout, var, what))
    for within in product(*map(range, sizes)):
        made.append(_added(layout, at(of_g, first, within), at(seen, first, within), what))
    return made


def _added(layout: Layout, source: Place, target: Place, what: str) -> Instruction:
    """The numbers of a place added to those of another."""
    reading = _Reading(layout)
    numbers = tuple(reading._read(place, place.dtype) for place in (target, source))
    total = reading.node("add", numbers, target.dtype)
    return _loop(layout, target.shape, reading.reads, reading.nodes, [(total, target)], what)


def _take(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    table, index = var.inputs
    made, of_table = in_order(layout, table, what)
    more, of_index = in_order(layout, index, what)
    by_sample = index.shape[:1] == (BATCH,)
    return [*made, *more, calls.take(of_table, of_index, layout.places[var], _count(index.shape), by_sample, what)]


def _scatter_add(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    g, index = var.inputs[:2]
    made, of_g = in_order(layout, g, what)
    more, of_index = in_order(layout, index, what)
    count = -_count(index.shape) if BATCH in index.shape else _count(index.shape)
    return [*made, *more, calls.scatter(of_g, of_index, layout.places[var], count, what)]


def _uniform(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    seed, step = (layout.table.cell(v) for v in var.inputs[:2])
    by_sample = BATCH in var.shape
    return [calls.uniform(layout.places[var], seed, step, params["tag"], _count(var.shape), by_sample, what)]


def _count(shape: Shape) -> int:
    """How many numbers; for each sample, where there is a batch axis."""
    return prod(size for size in shape if isinstance(size, int))


def _reshape(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """Where the operand's numbers cannot be seen in that shape, they are put in order first."""
    (x,) = var.inputs
    target = replace(layout.places[var], shape=x.shape, strides=layout.new(x.type).strides)
    return [copied(layout, x, target, what)]


Writer = Callable[[Layout, Var, Params, str], list[Instruction]]
WRITERS: dict[str, Writer] = {
    "concatenate": _concatenate,
    "matmul": _matmul,
    "max": _reduce,
    "overlap": _overlap,
    "pad": _pad,
    "reshape": _reshape,
    "scatter_add": _scatter_add,
    "sum": _reduce,
    "take": _take,
    "uniform": _uniform,
}
