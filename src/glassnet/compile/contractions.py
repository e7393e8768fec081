"""Products as instructions: of matrices, of many matrices, and of arrays with several axes multiplied and summed.

Where the axes of each operand can be walked as the two of a matrix, it is a product of matrices. Else tables say where
each row and each column of the first operand lies, in windows of a picture say, and nothing is copied.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import Any

from glassnet.compile import calls, heads
from glassnet.compile.instructions import Address, Argument, Instruction, chunk
from glassnet.compile.kernels import products, windowed
from glassnet.compile.layout import Layout
from glassnet.compile.places import Buffer, Place, Strides, broadcast, reshape, transpose
from glassnet.compile.reading import copy, in_order, placed
from glassnet.ir.graph import Var
from glassnet.ir.types import BATCH, Shape, Type

Params = dict[str, Any]
PACKED = 8192
"""Numbers of a matrix above which it is copied into panels before a product."""
LISTED = 64
"""Columns of data from which on those that are all 0 are looked for."""
SHARED = 256
"""Rows of a matrix above which threads share them rather than the columns of a large one that it is multiplied by."""
OWN = 65_536
"""Numbers of a matrix up to which each thread copies it into panels by itself."""
FEW = 16
"""Rows of a sample below which a sum over all samples is one product of matrices; else, of several, by samples."""
LONG = 4096
"""Numbers of such a sum from which on it is one product all the same: they keep enough threads at work."""
LARGE, PANELS = 65_536, 4
"""Numbers and panels of a matrix from which on threads share its columns."""


def matmul(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """A's rows or columns, and B's columns, must follow each other; a large B is copied into panels."""
    a, b = var.inputs
    if len(a.shape) > 2 and len(b.shape) == 2:
        return contract(layout, var, {"axes": 1}, what)
    if len(a.shape) > 2 or len(b.shape) > 2:
        return _of_many(layout, var, what)
    made, of_a = placed(layout, a, what)
    if of_a.buffer in layout.gathered or not (
        of_a.strides[1] == 1 or (of_a.strides[0] == 1 and a.shape[0] is not BATCH)
    ):
        more, of_a = in_order(layout, a, what)
        made += more
    more, of_b = multiplied(layout, b, what)
    is_wide = var not in layout.loops and _is_wide(layout, of_a, of_b)
    often = a.shape[0] is not BATCH or _is_often(layout, var.dtype)
    own = not is_wide and _is_often(layout, var.dtype) and (layout.is_bytes(a) or calls.is_far(of_a, of_b))
    if own and _is_sparse(layout, a, of_a):
        packed, pack = _panels(layout, of_b, what, often=often, most=calls.NEAR)
        return [*made, *more, *packed, *calls.product(of_a, of_b, layout.places[var], pack, None, what, own=True)]
    listed, used = _columns_in_use(layout, a, of_a, what)
    if is_wide and (used is None or of_b.strides[1] == 1):
        return [*made, *more, *listed, calls.wide_product(of_a, of_b, layout.places[var], used, what)]
    rows_used = used if of_a.strides[1] == 1 else None
    packed, pack = _panels(layout, of_b, what, often=often, used=rows_used)
    return [*made, *more, *listed, *packed, *calls.product(of_a, of_b, layout.places[var], pack, used, what)]


def multiplied(layout: Layout, var: Var, what: str) -> tuple[list[Instruction], Place]:
    """A place with the numbers of an operand; data is put in the order of the batch first."""
    is_data = var in layout.places and layout.places[var].buffer in layout.gathered
    return in_order(layout, var, what) if is_data else placed(layout, var, what)


def _is_often(layout: Layout, dtype: str, rows: int = 1) -> bool:
    """Whether samples of so many rows are enough to make up for a copy of what they are multiplied by."""
    return layout.capacity * rows >= 2 * products.tile(dtype).rows


def _is_wide(layout: Layout, a: Place, b: Place, scale: int = 1) -> bool:
    """Whether threads share the columns of a large B, of which each copies its own; else they share the rows of A.

    So many rows that a few at a time keep a thread busy are shared: each then reads all of B, but only its part of A.
    """
    (rows, k), columns = a.shape, b.shape[1]
    if rows is not BATCH or not isinstance(k, int) or not isinstance(columns, int):
        return False
    panels = columns // products.tile(b.dtype).columns
    many = 2 * products.tile(b.dtype).rows <= layout.capacity * scale <= SHARED
    return many and a.strides[1] == 1 and 1 in b.strides and k * columns > LARGE and panels >= PANELS


def _panels(
    layout: Layout, b: Place, what: str, *, often: bool, used: Place | None = None, scale: int = 1, most: int = PACKED
) -> tuple[list[Instruction], Buffer | None]:
    """A matrix in panels, if it is better read so, and what copies it there, once for all products that read it.

    Args:
        often: whether it is multiplied by enough rows.
        used: the list of the rows that are copied, where there is one.
        scale: rows that it has of each sample, if it has rows of samples.
    """
    tile, k = products.tile(b.dtype), b.shape[0]
    depth = k if isinstance(k, int) else layout.capacity * scale
    columns = b.shape[1] if isinstance(b.shape[1], int) else layout.capacity
    large = often and depth * columns > most and columns > tile.columns
    if not large and (b.strides[1] == 1 or columns == 1):
        return [], None
    if (b, used) in layout.panels:
        return [], layout.panels[b, used]
    pack = layout.new(Type((-(-columns // tile.columns), k, tile.columns * scale), b.dtype)).buffer
    layout.panels[b, used] = pack
    return [calls.packed(b, pack, what, used, scale)], pack


def _is_sparse(layout: Layout, a: Var, of_a: Place) -> bool:
    """Whether a matrix may have many columns that are all 0: one that follows from the data alone."""
    columns = of_a.shape[1 if of_a.shape[0] is BATCH else 0]
    return BATCH in of_a.shape and isinstance(columns, int) and columns >= LISTED and layout.is_data(a)


def _columns_in_use(layout: Layout, a: Var, of_a: Place, what: str) -> tuple[list[Instruction], Place | None]:
    """The list of columns that are not all 0, of a matrix that comes from the data alone; made once."""
    if not _is_sparse(layout, a, of_a):
        return [], None
    if of_a.buffer in layout.lists:
        return [], layout.lists[of_a.buffer]
    samples_first = of_a.shape[0] is BATCH
    columns = of_a.shape[1 if samples_first else 0]
    assert isinstance(columns, int)
    used = layout.lists[of_a.buffer] = layout.new(Type((columns + 1,), "int64"))
    matrix = of_a if samples_first else transpose(of_a, (1, 0))
    return [calls.columns(matrix, used, what)], used


def _of_many(layout: Layout, var: Var, what: str) -> list[Instruction]:
    """A product for each matrix along the leading axes, read where they are as far as one stride says where that is."""
    lead, (a, b), c = var.shape[:-2], var.inputs, layout.places[var]
    made, of_a = multiplied(layout, a, what)
    more, of_b = multiplied(layout, b, what)
    if (of_heads := heads.product(of_a, of_b, c, what)) is not None:
        return [*made, *more, of_heads]
    if of_a.strides[-1] != 1 and (of_a.strides[-2] != 1 or a.shape[-2] is BATCH):
        again, of_a = in_order(layout, a, what)
        made += again
    if of_b.strides[-1] != 1 and calls.room(b.shape[-1], of_b) * calls.room(b.shape[-2], of_b) > OWN:
        again, of_b = in_order(layout, b, what)
        more += again
    of_a, of_b = broadcast(of_a, (*lead, *a.shape[-2:])), broadcast(of_b, (*lead, *b.shape[-2:]))
    if c.strides[-1] == 1:
        return [*made, *more, calls.products_of(of_a, of_b, c, what)]
    ordered = layout.new(var.type)
    return [*made, *more, calls.products_of(of_a, of_b, ordered, what), copy(layout, ordered, c, f"{what}: copy")]


# ── several axes at once ────────────────────────────────────────────────────────────────────────────────────────────


def contract(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """The last axes of the one with the first axes of the other, multiplied and summed."""
    x, y = var.inputs
    made, a = multiplied(layout, x, what)
    more, b = multiplied(layout, y, what)
    own = _is_of_pictures(layout, x)
    return [*made, *more, *_contracted(layout, a, b, params["axes"], layout.places[var], what, own=own)]


def summed(layout: Layout, var: Var, params: Params, what: str) -> list[Instruction]:
    """A sum over samples, matrix or not, of which halves can be made: the last instruction is a single product."""
    x, y = var.inputs
    made, a = multiplied(layout, x, what)
    more, b = multiplied(layout, y, what)
    axes, own = params.get("axes", 1), len(x.shape) > 2 and _is_of_pictures(layout, x)
    return [*made, *more, *_contracted(layout, a, b, axes, layout.places[var], what, once=True, own=own)]


def _is_of_pictures(layout: Layout, x: Var) -> bool:
    """Whether it is data given as bytes, such as the rows of pictures, where most are 0."""
    return layout.is_data(x) and layout.is_bytes(x)


def first(place: Place, axes: int) -> Place:
    """The last axes, from that one on, before the others."""
    return transpose(place, (*range(axes, len(place.shape)), *range(axes)))


def _contracted(
    layout: Layout, a: Place, b: Place, axes: int, c: Place, what: str, once: bool = False, own: bool = False
) -> list[Instruction]:
    """``once`` keeps to a single product of matrices as they lie, where that can be.

    ``own`` has tiles of a matrix leave out the columns that are all 0 in their rows, where several panels meet them.
    """
    kept = len(a.shape) - axes
    if BATCH in b.shape[axes:] or (_repeats(b) and not _repeats(a)):  # samples are rows; windows are not copied out
        turned = layout.new(Type(b.shape[axes:] + a.shape[:kept], c.dtype))
        made = _contracted(layout, first(b, axes), first(a, kept), axes, turned, what)
        return [*made, copy(layout, first(turned, len(b.shape) - axes), c, what)]
    rows, columns = _run(a.shape[:kept], a.strides[:kept]), _run(a.shape[kept:], a.strides[kept:])
    of_b = _run(b.shape[:axes], b.strides[:axes]), _run(b.shape[axes:], b.strides[axes:])
    if rows is None or columns is None or of_b[0] is None or of_b[1] is None:
        if rows and of_b[1] and rows.count * of_b[1].count >= LONG and _is_apart(a, kept):
            ordered = layout.new(Type(a.shape[kept:] + a.shape[:kept], a.dtype))
            copies = copy(layout, first(a, kept), ordered, f"{what}: copy")
            return [copies, *_contracted(layout, first(ordered, axes), b, axes, c, what, once)]
        return _windowed(layout, a, b, axes, c, what)
    is_matrix = columns.stride == 1 or (rows.stride == 1 and not rows.samples)
    small = rows.count * of_b[1].count < LONG and layout.capacity > 1 and not once
    if not is_matrix or (columns.samples and columns.count >= FEW and small):
        return _windowed(layout, a, b, axes, c, what)
    of_a, matrix = _matrix(a, rows, columns), _matrix(b, of_b[0], of_b[1])
    target = replace(c, shape=(rows.size, of_b[1].size), strides=(of_b[1].count, 1))
    scale = rows.count if rows.samples else columns.count if columns.samples else 1
    own = own and of_b[1].count > products.tile(c.dtype).columns
    if once:
        return calls.product(of_a, matrix, target, None, None, what, scale, own, onto=own)
    often = not rows.samples or _is_often(layout, c.dtype, rows.count)
    if _is_wide(layout, of_a, matrix, scale):
        return [calls.wide_product(of_a, matrix, target, None, what, scale)]
    packed, pack = _panels(layout, matrix, what, often=often, scale=scale if columns.samples else 1)
    return [*packed, *calls.product(of_a, matrix, target, pack, None, what, scale, own)]


def _repeats(place: Place) -> bool:
    """Whether it has numbers of its memory several times, as windows that overlap do."""
    return prod(size if isinstance(size, int) else place.buffer.capacity for size in place.shape) > place.buffer.size


def _is_apart(a: Place, kept: int) -> bool:
    """Whether only the samples lie further apart than what is summed of each: states of steps amid others, say."""
    inside = _run(a.shape[kept + 1 :], a.strides[kept + 1 :])
    return a.shape[kept] is BATCH and inside is not None and a.strides[kept] > inside.count * inside.stride


@dataclass(frozen=True)
class _Run:
    """Axes that can be walked as one: how many numbers they have, or has each sample, and the stride."""

    count: int
    samples: bool
    stride: int

    @property
    def size(self) -> Any:
        return BATCH if self.samples else self.count


def _run(shape: Shape, strides: Strides) -> _Run | None:
    """The axes as one; None where they do not follow each other, or the samples are not the outermost."""
    found = _Run(1, False, 1)
    for size, stride in zip(reversed(shape), reversed(strides), strict=True):
        if size == 1:
            continue
        if found == _Run(1, False, 1):
            found = replace(found, stride=stride)
        elif found.samples or stride != found.count * found.stride:
            return None
        found = replace(found, count=found.count * size) if isinstance(size, int) else replace(found, samples=True)
    return found


def _matrix(place: Place, rows: _Run, columns: _Run) -> Place:
    return replace(place, shape=(rows.size, columns.size), strides=(rows.stride, columns.stride))


# ── by tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


def inner(shape: Shape, strides: Strides) -> tuple[tuple[int, ...], Strides]:
    """The axes of one sample."""
    axes = [i for i, size in enumerate(shape) if size is not BATCH]
    return tuple(shape[i] for i in axes), tuple(strides[i] for i in axes)  # type: ignore[misc]


def sample_stride(place: Place) -> int:
    """From one sample to the next; 0 where there is none."""
    return place.strides[place.shape.index(BATCH)] if BATCH in place.shape else 0


def by_sample(layout: Layout, place: Place, rows: int, what: str) -> tuple[list[Instruction], Place, int]:
    """A sample's numbers as a matrix, whose rows are the first axes; copied in order first, if they don't lie so yet.

    Returns what has to be done before, the matrix of the first sample, and the stride to the next one.
    """
    shape, strides = inner(place.shape, place.strides)
    kept = rows - (BATCH in place.shape[:rows])
    matrix = reshape(replace(place, shape=shape, strides=strides), (prod(shape[:kept]), prod(shape[kept:])))
    if matrix is not None and (matrix.strides[1] == 1 or matrix.shape[1] == 1 or BATCH not in place.shape):
        return [], matrix, sample_stride(place)
    samples = tuple(i for i, size in enumerate(place.shape) if size is BATCH)
    order = (*samples, *(i for i in range(len(place.shape)) if i not in samples))
    target = layout.new(Type(tuple(place.shape[i] for i in order), place.dtype))
    made = copy(layout, transpose(place, order), target, f"{what}: copy")
    _, matrix, stride = by_sample(layout, target, kept + len(samples), what)
    return [made], matrix, stride


def _windowed(layout: Layout, a: Place, b: Place, axes: int, c: Place, what: str) -> list[Instruction]:
    """Row by row of each sample; where several are summed, a sum for each chunk of them, and then the sum of those."""
    kept, summed = len(a.shape) - axes, BATCH in b.shape
    rows, columns = (inner(a.shape[part], a.strides[part]) for part in (slice(0, kept), slice(kept, None)))
    made, matrix, b_stride = by_sample(layout, b, axes, what)
    k, width = (int(size) for size in matrix.shape)  # type: ignore[arg-type]
    target, c_stride, samples = c, sample_stride(c), 1
    c_rows = inner(c.shape[:kept], c.strides[:kept])
    if summed and layout.capacity > 1:
        samples, c_stride = chunk(layout.capacity), prod(rows[0]) * width
        target = layout.new(Type((-(-layout.capacity // samples), c_stride), c.dtype))
    often = _is_often(layout, c.dtype, prod(rows[0]))
    packed, pack = ([], None) if summed else _panels(layout, matrix, what, often=often)
    made += packed
    if pack is not None:
        matrix = Place(pack, (k, width), (products.tile(c.dtype).columns, 1))
    panel = products.tile(c.dtype).columns * (1 if pack is None else k)
    numbers: dict[str, Argument] = {
        "rows": prod(rows[0]), "k": k, "columns": width, "chunk": samples,
        "a": Address(a), "a_sample": sample_stride(a), "a_rows": Address(layout.table_of(*rows)),
        "a_columns": Address(layout.table_of(*columns)),
        "b": Address(matrix), "b_sample": b_stride, "b_row": matrix.strides[0], "b_panel": panel,
        "c": Address(target), "c_rows": Address(layout.table_of(*c_rows)), "c_chunk": c_stride,
    }  # fmt: skip
    made.append(Instruction(
        windowed.name(c.dtype), lambda: windowed.write(c.dtype), [numbers[name] for name in windowed.ARGUMENTS],
        {a.buffer, matrix.buffer}, {target.buffer}, what, rows=BATCH in a.shape, work=float(prod(rows[0]) * k * width),
    ))  # fmt: skip
    return made if target is c else [*made, _sum_of_chunks(target, c, samples, what)]


def _sum_of_chunks(source: Place, c: Place, samples: int, what: str) -> Instruction:
    size = source.shape[1]
    assert isinstance(size, int)
    arguments: list[Argument] = [-1, samples, size, Address(source), Address(c)]
    return Instruction(
        windowed.sums_name(c.dtype), lambda: [windowed.write_sums(c.dtype)], arguments, {source.buffer}, {c.buffer},
        what, rows=False, extent=size, grain=64, work=2.0,
    )  # fmt: skip
