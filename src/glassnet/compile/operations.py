"""How each operation becomes instructions; clusters of elementwise ones are loops over all their numbers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from math import prod
from typing import Any

from glassnet.compile import calls, contractions, rowwise, windowing
from glassnet.compile.calls import NoKernel
from glassnet.compile.clusters import Group, is_elementwise
from glassnet.compile.halves import can_be_halved, halved
from glassnet.compile.instructions import Instruction
from glassnet.compile.layout import Layout, joined_pieces
from glassnet.compile.places import Place, is_same, with_axes
from glassnet.compile.reading import Reading, copied, copy, in_order, loop, placed, widened
from glassnet.ir.graph import Equation, Source, Var
from glassnet.ir.origin import Origin
from glassnet.ir.types import BATCH, Shape, Type

Params = dict[str, Any]


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
        return [copy(layout, layout.given(var.definition), layout.places[var], f"{var.definition.name} in order")]
    assert isinstance(var.definition, Equation)
    if group.sums and len(group.members) > 1:
        return [rowwise.cluster(layout, group, kept, what)]
    if is_elementwise(var):
        return _cluster(layout, group, kept, what)
    name = var.definition.primitive.name
    if name not in WRITERS:
        raise NoKernel(f"the operation {name}")
    return WRITERS[name](layout, var, dict(var.definition.params), what)


def _what(layout: Layout, group: Group) -> str:
    """What is computed, and of which layers: "add, relu: dense_1"."""
    members = [layout.within[v] if v.is_result_of("first_half") else v for v in group.members]
    names = dict.fromkeys(v.definition.primitive.name for v in members if isinstance(v.definition, Equation))
    origins = (str(layout.origins.get(v, "")) for v in group.members)
    where = ", ".join(dict.fromkeys(origin for origin in origins if origin))
    return ", ".join(names) + (f": {where}" if where else "")


def _cluster(layout: Layout, group: Group, kept: set[Var], what: str) -> list[Instruction]:
    reading = Reading(layout)
    for var in group.members:
        reading.add(var)
    results = [(reading.reference(var), layout.places[var]) for var in group.members if var in kept]
    shape = group.members[-1].shape
    made, reads = widened(layout, shape, reading.reads, results, what)
    return [*made, loop(layout, shape, reads, reading.nodes, results, what)]


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
            own = layout.places[var] if params["keepdims"] else with_axes(layout.places[var], params["axes"])
            target = replace(own, shape=kept)
        made += _reduced(layout, var, read, target, run, what)
        read, shape = target, kept
    return made


def _runs(shape: Shape, axes: tuple[int, ...]) -> list[list[int]]:
    """The axes, in groups that lie side by side; samples alone, so that what is in one is summed with that sample."""
    runs: list[list[int]] = [[]]
    for axis in axes:
        beside = not runs[-1] or all(shape[a] == 1 for a in range(runs[-1][-1] + 1, axis))
        alone = shape[axis] != 1 and any(shape[a] is BATCH for a in runs[-1])
        runs[-1:] = [[*runs[-1], axis]] if beside and not alone else [runs[-1], [axis]]
    return runs


def _reduced(layout: Layout, var: Var, read: Place, target: Place, run: list[int], what: str) -> list[Instruction]:
    """Few numbers that lie apart, side by side; else along the axes as they lie, or of a copy in order."""
    assert isinstance(var.definition, Equation)
    kept = [axis for axis in range(len(read.shape)) if axis not in run]
    squeezed = replace(
        target, shape=tuple(target.shape[a] for a in kept), strides=tuple(target.strides[a] for a in kept)
    )
    reduction, ordered = var.definition.primitive.name, layout.new(Type(read.shape, var.dtype))

    def along(place: Place) -> Instruction:
        return loop(
            layout, place.shape, [(place, place.dtype)], [], [(("operand", 0), squeezed)], what,
            reduction=reduction, over=tuple(run),
        )  # fmt: skip

    if len(read.shape) - 1 not in run and windowing.is_few(read.shape, run):
        return [windowing.reduced(layout, reduction, read, squeezed, run, what)]
    with suppress(NoKernel):
        return [along(read)]
    return [copy(layout, read, ordered, f"{what}: copy"), along(ordered)]


def _first_half(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """A sum over samples, worked out by halves: the result of the second one is written with it."""
    whole = layout.within[var]
    assert isinstance(whole.definition, Equation)
    layout.places[whole] = layout.places[var]
    writer = _reduce if whole.is_result_of("sum") else contractions.summed
    *made, last = writer(layout, whole, dict(whole.definition.params), what)
    (other,) = (user for user in layout.users(var) if user.is_result_of("second_half"))
    if not can_be_halved(last):
        return [*made, last, windowing.zeros(layout, layout.places[other], what)]
    return [*made, halved(last, layout.places[var], layout.places[other])]


def _concatenate(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """What is not computed where it belongs already is copied there."""
    pieces = joined_pieces(var, layout.places[var])
    return [copied(layout, x, piece, what) for x, piece in pieces if not is_same(piece, layout.places.get(x))]


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
    "every": lambda layout, var, params, what: [],  # its loop writes it, step by step
    "looped": lambda layout, var, params, what: [
        copied(layout, var.inputs[0], layout.first_state(params["turns"]), f"{what}: first")
    ],
    "concatenate": _concatenate,
    "contract": contractions.contract,
    "first_half": _first_half,
    "second_half": lambda layout, var, params, what: [],  # written with the first one
    "matmul": contractions.matmul,
    "max": _reduce,
    "overlap": windowing.overlap,
    "pad": windowing.pad,
    "reshape": _reshape,
    "scatter_add": _scatter_add,
    "sum": _reduce,
    "take": _take,
    "uniform": _uniform,
    "winner": windowing.winner,
}


ANYWHERE = ("concatenate", "matmul", "max", "sum")
"""Those whose writers put the results where they are wanted, be it amid others."""


def can_be_placed(var: Var) -> bool:
    """Whether its numbers can be computed anywhere, as those of each step are amid those of all."""
    return is_elementwise(var) or any(var.is_result_of(name) for name in ANYWHERE)


def is_known(var: Var) -> bool:
    """Whether an operation is better done by its own kernel than by the simpler operations that it is made of."""
    assert isinstance(var.definition, Equation)
    name, params = var.definition.primitive.name, dict(var.definition.params)
    return name in WRITERS and (name != "winner" or windowing.is_few(var.inputs[0].shape, params["axes"]))
