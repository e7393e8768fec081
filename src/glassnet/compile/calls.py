"""Instructions of products, and of kernels that are no loops: which kernel, called with which numbers."""

from __future__ import annotations

from glassnet.compile.instructions import SIZES, Address, Argument, Instruction
from glassnet.compile.kernels import blocks, lookup, many, panels, philox, products, wide
from glassnet.compile.kernels import columns as used_columns
from glassnet.compile.places import Buffer, Place
from glassnet.ir.types import BATCH, Dim

DEEP, LONG = 256, 1024
"""Rows and columns of a large B, for which blocks of A are copied; and rows of any B, as of a large batch."""
NEAR = 1 << 18
"""Numbers of a matrix that stay in a core's own cache: of larger ones, what comes next is asked for."""
SMALL = 1 << 12
"""Numbers of a matrix that stays in the first cache: few samples, a row of each, are soon multiplied by it as well."""
TILES = 4
"""Tiles of rows that are worth reading all of a large B for."""


class NoKernel(Exception):
    """What the engine has no kernel for; the evaluator runs the graph instead. The message says what it is."""


# ── products ────────────────────────────────────────────────────────────────────────────────────────────────────────


def product(
    a: Place, b: Place, c: Place, pack: Buffer | None, used: Place | None, what: str, scale: int = 1, own: bool = False,
    onto: bool = False,
) -> list[Instruction]:  # fmt: skip
    """c = a·b for two matrices.

    Args:
        a, b, c: where they are.
        pack: b in panels, where it was copied first.
        used: the list of a's columns that are not all 0 (of its rows, where a is seen transposed).
        what: in words.
        scale: rows, or columns, of a that each sample has.
        own: whether each tile looks which columns of its rows are not all 0.
        onto: whether sums are to go on from call to call, where the kernel can: of a B that is read where it lies.
    """
    (rows, k), tile = a.shape, products.tile(c.dtype)
    transposed = a.strides[1] != 1
    form = products.Form(c.dtype, transposed, "own" if own else _listed(transposed, pack, used), onto)
    depth = _depth(a, scale)
    b_place, b_row, b_panel = b, b.strides[0], tile.columns
    made: list[Instruction] = []
    if pack is not None:
        b_place, b_row, b_panel = Place(pack, pack.type.shape, (0, 0)), tile.columns, depth * tile.columns
    numbers: dict[str, Argument] = {
        "k": _size(k, scale), "columns": _size(b.shape[1]), "a": Address(a),
        "a_stride": a.strides[1 if transposed else 0], "b": Address(b_place), "b_row": b_row, "b_panel": b_panel,
        "c": Address(c), "c_row": c.strides[0], "scale": scale if rows is BATCH else 1,
        "list": 0 if used is None else Address(used),
    }  # fmt: skip
    work = float(depth * abs(_size(b.shape[1])) * (scale if rows is BATCH else 1))
    if form.listed == "rows" and used is not None:
        made.append(_zeroed(a, c, used, what))
    kernel, codes = form.name, lambda: products.write(form)
    grain = _multiple(int(60_000 / work) + 1, tile.rows)
    is_soon = scale == 1 and depth * abs(_size(b.shape[1])) <= SMALL
    arguments = [numbers[name] for name in products.EXTENTS]
    blocked = _in_blocks(a, b, c, pack, form, scale)
    if blocked is not None:
        copied, near = blocked
        arguments += [0] * blocks.goes_on(form, near)
        grain = max(grain, blocks.TILES * tile.rows)
        kernel, codes = blocks.name(form, copied, near), lambda: blocks.write(form, copied, near)
    return [*made, Instruction(
        kernel,
        codes,
        arguments,
        {a.buffer, b_place.buffer} | ({used.buffer} if used is not None else set()),
        {c.buffer},
        what,
        rows=rows is BATCH,
        extent=1 if rows is BATCH else _size(rows),
        grain=grain,
        work=work,
        divisible=scale > 1 or is_soon,
        several=1 if scale == 1 else -(-TILES * tile.rows // scale),
    )]  # fmt: skip


def is_far(a: Place, b: Place, scale: int = 1) -> bool:
    """Whether both matrices of a product are large, or its sums long: blocks of A are copied nearer then."""
    depth, columns = _depth(a, scale), abs(_size(b.shape[1]))
    return min(depth, columns) > DEEP or depth >= LONG


def _depth(a: Place, scale: int) -> int:
    """How many products are summed at most."""
    return a.shape[1] if isinstance(a.shape[1], int) else a.buffer.capacity * scale


def _in_blocks(
    a: Place, b: Place, c: Place, pack: Buffer | None, form: products.Form, scale: int
) -> tuple[bool, bool] | None:
    """Whether blocks of a large A are copied, and B is read where it lies; None where whole rows are near anyway."""
    rows = a.shape[0]
    if form.listed:
        return (True, pack is None) if form.listed == "own" else None
    if pack is None:
        is_apart = form.transposed and _depth(a, scale) * room(rows, a) > NEAR // 8 and b.strides[1] == 1
        return (True, True) if is_apart else None
    if is_far(a, b, scale):
        return True, False
    many = scale >= TILES * products.tile(c.dtype).rows or (rows is BATCH and room(rows, c) * _size(b.shape[1]) > NEAR)
    return (False, False) if many and not form.transposed else None


def wide_product(a: Place, b: Place, c: Place, used: Place | None, what: str, scale: int = 1) -> Instruction:
    """c = a·b for a large matrix b, not copied before; ``used`` and ``scale`` as in :func:`product`."""
    (rows, k), columns, width = a.shape, b.shape[1], products.tile(c.dtype).columns
    numbers: dict[str, Argument] = {
        "rows": _size(rows, scale), "k": _size(k), "columns": _size(columns), "a": Address(a), "a_row": a.strides[0],
        "b": Address(b), "b_row": b.strides[0], "b_column": b.strides[1], "c": Address(c), "c_row": c.strides[0],
        "list": 0 if used is None else Address(used),
    }  # fmt: skip
    return Instruction(
        wide.name(c.dtype, used is not None),
        lambda: wide.write(c.dtype, used is not None),
        [numbers[name] for name in wide.ARGUMENTS],
        {a.buffer, b.buffer} | ({used.buffer} if used is not None else set()),
        {c.buffer},
        what,
        rows=False,
        extent=-(-_size(columns) // width),
        work=float(room(rows, c) * (scale if rows is BATCH else 1) * _size(k) * width),
    )


def _listed(transposed: bool, pack: Buffer | None, used: Place | None) -> products.Listed:
    if used is None:
        return ""
    return "rows" if transposed else "both" if pack is None else "k"


def columns(a: Place, to: Place, what: str) -> Instruction:
    """The list of a's columns that are not all 0."""
    numbers: dict[str, Argument] = {
        "rows": _size(a.shape[0]), "columns": _size(a.shape[1]), "a": Address(a), "a_row": a.strides[0],
        "to": Address(to),
    }  # fmt: skip
    return Instruction(
        used_columns.name(a.dtype), lambda: [used_columns.write(a.dtype)],
        [numbers[name] for name in used_columns.ARGUMENTS], {a.buffer}, {to.buffer}, f"{what}: columns in use",
        rows=False, work=float(a.buffer.size) / 8,
    )  # fmt: skip


def _zeroed(a: Place, c: Place, used: Place, what: str) -> Instruction:
    """The rows of c that are not in the list."""
    numbers: dict[str, Argument] = {
        "columns": _size(c.shape[1]), "list": Address(used), "rows": _size(a.shape[0]), "c": Address(c),
        "c_row": c.strides[0],
    }  # fmt: skip
    return Instruction(
        used_columns.zero_name(c.dtype), lambda: [used_columns.write_zero(c.dtype)],
        [numbers[name] for name in used_columns.ZERO_ARGUMENTS], {used.buffer}, {c.buffer}, f"{what}: zeros",
        rows=False, work=float(c.buffer.size) / 16,
    )  # fmt: skip


def products_of(a: Place, b: Place, c: Place, what: str) -> Instruction:
    """c = a·b for every matrix along up to two leading axes; a and b have as many of them as c, repeated or not."""
    lead = len(c.shape) - 2
    if lead > 2:
        raise NoKernel("a product of matrices along more than two leading axes")
    (rows, k), columns, tile = a.shape[-2:], b.shape[-1], products.tile(c.dtype)
    transposed = a.strides[-1] != 1
    how = panels.way(room(k, b), b.strides, c.dtype)
    copied = None if how == "along" or columns == 1 else how
    form = products.Form(c.dtype, transposed)
    sizes = [*(1,) * (2 - lead), *c.shape[:lead]]
    steps = {n: [*(0,) * (2 - lead), *p.strides[:lead]] for n, p in (("a", a), ("b", b), ("c", c))}
    numbers: dict[str, Argument] = {
        "outer": _size(sizes[0]), "inner": _size(sizes[1]), "rows": _size(rows),
        **{f"outer_{n}": strides[0] for n, strides in steps.items()},
        **{f"inner_{n}": strides[1] for n, strides in steps.items()},
        "b_column": b.strides[-1], "panels": -(-room(columns, b) // tile.columns), "panel": room(k, b) * tile.columns,
        "k": _size(k), "columns": _size(columns), "a": Address(a), "a_stride": a.strides[-1 if transposed else -2],
        "b": Address(b), "b_row": b.strides[-2], "b_panel": tile.columns, "c": Address(c), "c_row": c.strides[-2],
        "scale": 1, "list": 0,
    }  # fmt: skip
    return Instruction(
        many.name(form, copied),
        lambda: many.codes(form, copied),
        [numbers[name] for name in many.ARGUMENTS],
        {a.buffer, b.buffer},
        {c.buffer},
        what,
        rows=sizes[0] is BATCH,
        extent=1 if sizes[0] is BATCH else _size(sizes[0]),
        work=float(abs(_size(sizes[1]) * _size(rows) * _size(k) * _size(columns))),
    )


def room(size: Dim, place: Place) -> int:
    """As many numbers as there are along an axis at most."""
    return size if isinstance(size, int) else place.buffer.capacity


def _size(dim: Dim, scale: int = 1) -> int:
    """A size as an argument: −1 for the number of samples, −scale for so many times that."""
    return dim if isinstance(dim, int) else -scale


def _multiple(x: int, of: int) -> int:
    return -(-x // of) * of


def packed(b: Place, pack: Buffer, what: str, used: Place | None = None, scale: int = 1) -> Instruction:
    """A matrix copied into panels; of the rows that a list names, where there is one. ``scale`` as in a product.

    Rows of samples are copied sample by sample, while they are near.
    """
    rows, columns, width = b.shape[0], b.shape[1], products.tile(b.dtype).columns
    depth = rows if isinstance(rows, int) else pack.capacity * scale
    how, panel = panels.way(depth, b.strides, b.dtype, used is not None), depth * width
    by_sample = rows is BATCH and how == "along" and used is None
    number = pack.type.shape[0]
    assert isinstance(number, int)
    numbers: dict[str, Argument] = {
        "k": _size(rows, scale), "columns": _size(columns), "b": Address(b), "b_row": b.strides[0],
        "b_column": b.strides[1], "to": Address(Place(pack, pack.type.shape, (0, 0))), "b_panel": panel,
        "list": 0 if used is None else Address(used), "scale": scale,
    }  # fmt: skip
    return Instruction(
        panels.name(b.dtype, how, used is not None, by_sample),
        lambda: panels.write(b.dtype, how, used is not None, by_sample),
        [numbers[name] for name in panels.ARGUMENTS],
        {b.buffer} | ({used.buffer} if used is not None else set()),
        {pack},
        f"{what}: panels",
        rows=by_sample,
        extent=1 if by_sample else number,
        work=16.0 * (number * width * scale if by_sample else panel),
    )


# ── other kernels ───────────────────────────────────────────────────────────────────────────────────────────────────


def take(table: Place, index: Place, to: Place, count: int, rows: bool, what: str) -> Instruction:
    """``count`` rows of a table, for each sample where ``rows``."""
    size, columns = table.shape
    arguments: list[Argument] = [count if rows else 1, columns, size, Address(table), Address(index), Address(to)]  # type: ignore[list-item]
    return Instruction(
        f"take_{to.dtype}", lambda: [lookup.write_take(to.dtype)], arguments, {table.buffer, index.buffer}, {to.buffer},
        what, rows=rows, extent=1 if rows else count, work=float(columns),  # type: ignore[arg-type]
    )  # fmt: skip


def scatter(source: Place, index: Place, to: Place, count: int, what: str) -> Instruction:
    """Rows added to those of ``to`` that the index names; ``count`` below 0 is that many for each sample."""
    size, columns = to.shape
    arguments: list[Argument] = [count, columns, size, Address(source), Address(index), Address(to)]  # type: ignore[list-item]
    return Instruction(
        f"scatter_add_{to.dtype}", lambda: [lookup.write_scatter(to.dtype)], arguments,
        {source.buffer, index.buffer}, {to.buffer}, what, rows=False, work=float(to.buffer.size),
    )  # fmt: skip


def uniform(to: Place, seed: int, step: int, tag: int, count: int, rows: bool, what: str) -> Instruction:
    """``count`` random numbers, for each sample where ``rows``; seed and step are in these cells."""
    arguments: list[Argument] = [count if rows else 1, seed, step, tag, Address(to)]
    return Instruction(
        f"uniform_{to.dtype}", lambda: [philox.write(to.dtype)], arguments, set(), {to.buffer}, what,
        rows=rows, extent=1 if rows else count, grain=1024, work=10.0 * count,
    )  # fmt: skip


def move(place: Place, cell: int, count: int, what: str) -> Instruction:
    """The numbers of a place, to where the step's line says; ``count`` below 0 is that many for each sample."""
    arguments: list[Argument] = [count * SIZES[place.dtype], Address(place), cell]
    return Instruction(
        "move", lambda: [lookup.write_move()], arguments, {place.buffer}, set(), what, rows=False,
        work=place.buffer.size / 16,
    )  # fmt: skip
