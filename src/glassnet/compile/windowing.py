"""Windows as instructions: added back to where they were seen, and the sum or the largest number of each."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from glassnet.compile import calls
from glassnet.compile.contractions import by_sample, inner, multiplied, sample_stride
from glassnet.compile.instructions import Address, Argument, Instruction
from glassnet.compile.kernels import overlapping, products
from glassnet.compile.kernels.kinds import Node
from glassnet.compile.layout import Layout
from glassnet.compile.looping import Reference
from glassnet.compile.places import Place, at, slice_, windows
from glassnet.compile.reading import Reading, copied, loop
from glassnet.ir.graph import Equation, Var
from glassnet.ir.types import Shape, Type

Params = dict[str, Any]
MOST = 32
"""Numbers of a window up to which they are read or written side by side."""
BLOCK = 16_384
"""Numbers of windows that are worked out at a time before they are added back."""


def overlap(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """Windows added back: what is at one place of all windows at a time, since that lies apart in the result."""
    if var in layout.within:
        return _added_back(layout, var, params, what)
    axis, count, target = params["axis"], len(params["lengths"]), layout.places[var]
    made, given = multiplied(layout, var.inputs[0], what)
    sizes: tuple[int, ...] = given.shape[axis + count : axis + 2 * count]  # type: ignore[assignment]
    seen = windows(target, axis, sizes, params["strides"], params["dilations"])
    pairs = [tuple(at(place, axis + count, within) for place in (given, seen)) for within in np.ndindex(sizes)]
    steps = zip(sizes, params["strides"], params["dilations"], strict=True)
    apart = all(stride > (size - 1) * dilation for size, stride, dilation in steps)
    counts: tuple[int, ...] = seen.shape[axis : axis + count]  # type: ignore[assignment]
    if not apart or prod(counts) * prod(sizes) < prod(params["lengths"]):
        made.append(zeros(layout, target, what))
    if apart:
        return [*made, *(_put_back(layout, pairs[i : i + MOST], what) for i in range(0, len(pairs), MOST))]
    for here, there in pairs:
        reads = [(there, var.dtype), (here, here.dtype)]
        node = Node("add", (("operand", 0.0), ("operand", 1.0)), var.dtype)
        made.append(loop(layout, there.shape, reads, [node], [(("node", 0.0), there)], what))
    return made


def _put_back(layout: Layout, pairs: list[tuple[Place, ...]], what: str) -> Instruction:
    """Windows that do not overlap, written to where they were seen, all their places at a time."""
    given = list(dict.fromkeys(here for here, _ in pairs))
    results = [(("operand", float(given.index(here))), there) for here, there in pairs]
    return loop(layout, pairs[0][1].shape, [(here, here.dtype) for here in given], [], results, what)


def pad(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """Zeros, and amid them the numbers; those that are padded along other axes before too, at once."""
    place, x = layout.places[var], var
    while True:
        assert isinstance(x.definition, Equation)
        along, inner_ = dict(x.definition.params), x.inputs[0]
        size: Any = inner_.shape[along["axis"]]
        place = slice_(place, along["axis"], along["before"], along["before"] + size)
        if x not in layout.within:
            return [zeros(layout, layout.places[var], what), copied(layout, inner_, place, what)]
        x = layout.within[x]


def zeros(layout: Layout, target: Place, what: str) -> Instruction:
    """Zeros at a place."""
    zero = Node("cast", (("number", 0.0),), target.dtype)
    return loop(layout, target.shape, [], [zero], [(("node", 0.0), target)], f"{what}: zeros")


def is_few(shape: Shape, axes: Sequence[int]) -> bool:
    """Whether there are few numbers along axes, which lie beside each other, so that they can be read side by side."""
    sizes = [size for axis in axes if isinstance(size := shape[axis], int)]
    beside = bool(axes) and list(axes) == list(range(axes[0], axes[0] + len(axes)))
    return beside and len(sizes) == len(axes) and prod(sizes) <= MOST


def reduced(layout: Layout, reduction: str, read: Place, target: Place, over: Sequence[int], what: str) -> Instruction:
    """A sum or maximum of few numbers that lie apart, all of which are read side by side."""
    reading = Reading(layout)
    pieces = [reading.read(piece, read.dtype) for piece in _pieces(read, over)]
    total = _chain(reading, {"sum": "add", "max": "maximum"}[reduction], pieces, target.dtype)
    return loop(layout, target.shape, reading.reads, reading.nodes, [(total, target)], what)


def _pieces(place: Place, axes: Sequence[int]) -> list[Place]:
    """What is at each place along axes that lie beside each other."""
    sizes: Any = [place.shape[axis] for axis in axes]
    return [at(place, axes[0], index) for index in np.ndindex(*sizes)]


def _chain(reading: Reading, operation: str, pieces: list[Reference], dtype: str) -> Reference:
    """All pieces, one after the other."""
    total = pieces[0]
    for piece in pieces[1:]:
        total = reading.node(operation, (total, piece), dtype)
    return total


def winner(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """1 where a number is the largest along axes, and none before it is: those that lie apart side by side."""
    axes, dtype, target = params["axes"], var.dtype, layout.places[var]
    made, read = multiplied(layout, var.inputs[0], what)
    reading = Reading(layout)
    pieces = [reading.read(piece, dtype) for piece in _pieces(read, axes)]
    largest = _chain(reading, "maximum", pieces, dtype)
    found: Reference = ("number", 0.0)
    results = []
    for piece, there in zip(pieces, _pieces(target, axes), strict=True):
        is_largest = reading.node("equal", (piece, largest), dtype)
        results.append((reading.node("greater", (is_largest, found), dtype), there))
        found = reading.node("maximum", (is_largest, found), dtype)
    return [*made, loop(layout, results[0][1].shape, reading.reads, reading.nodes, results, what)]


def _added_back(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """Windows that are products of each sample, added back as they are computed."""
    product, target, axis, count = layout.within[var], layout.places[var], params["axis"], len(params["lengths"])
    x, y = product.inputs
    summed = len(x.shape) - axis - count
    sizes: tuple[int, ...] = product.shape[axis + count : axis + 2 * count]  # type: ignore[assignment]
    seen = windows(target, axis, sizes, params["strides"], params["dilations"])
    made, of_x = multiplied(layout, x, what)
    more, of_y = multiplied(layout, y, what)
    again, rows, stride = by_sample(layout, of_x, axis + count, what)
    before, matrix, _ = by_sample(layout, of_y, summed, what)
    (k, width), tile = matrix.shape, products.tile(var.dtype)
    assert isinstance(k, int)
    assert isinstance(width, int)
    pack = layout.new(Type((-(-width // tile.columns), k, tile.columns), var.dtype)).buffer
    begins = inner(seen.shape[: axis + count], seen.strides[: axis + count])
    runs, length = _runs(*inner(seen.shape[axis + count :], seen.strides[axis + count :]))
    numbers: dict[str, Argument] = {
        "windows": prod(begins[0]), "block": max(tile.rows, BLOCK // width // tile.rows * tile.rows),
        "a_sample": stride, "to": Address(target), "to_sample": sample_stride(target),
        "to_windows": Address(layout.table_of(*begins)), "runs": prod(runs[0]), "length": length,
        "to_runs": Address(layout.table_of(*runs)), "k": k, "columns": width, "a": Address(rows),
        "a_stride": rows.strides[0], "b": Address(Place(pack, pack.type.shape, (0, 0, 0))), "b_row": tile.columns,
        "b_panel": k * tile.columns, "c": 0, "c_row": width, "scale": 1, "list": 0,
    }  # fmt: skip
    return [*made, *more, *again, *before, calls.packed(matrix, pack, what), Instruction(
        overlapping.name(var.dtype),
        lambda: [overlapping.write(var.dtype), *products.write(products.Form(var.dtype))],
        [numbers[name] for name in overlapping.ARGUMENTS], {rows.buffer, pack}, {target.buffer}, what, rows=True,
        work=float(prod(begins[0]) * k * width),
    )]  # fmt: skip


def _runs(shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], int]:
    """The outer axes, and how many numbers lie side by side along the inner ones."""
    length = 1
    while shape and (shape[-1] == 1 or strides[-1] == length):
        length *= shape[-1]
        shape, strides = shape[:-1], strides[:-1]
    return (shape, strides), length
