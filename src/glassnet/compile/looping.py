"""Loops as instructions: which axes they have, and the kind of loop that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from glassnet.compile.calls import NoKernel
from glassnet.compile.emit import Code
from glassnet.compile.instructions import Address, Argument, Cell, Instruction
from glassnet.compile.kernels import kinds, loops, narrow, rows
from glassnet.compile.places import Buffer, Place, broadcast
from glassnet.ir.types import BATCH, Shape

Read = Place | int
"""What a loop reads: numbers at a place, or a scalar in a cell of the step's line."""
Reference = tuple[str, float]
NUMBERS_A_TASK = 1024
FEW = 16
"""Numbers below which vectors go along the axis before instead: of sums; a quarter of it, of what is stored."""


@dataclass(frozen=True)
class Axis:
    """An axis of a loop: ``count`` numbers, or that many for each sample; the stride of every array along it."""

    count: int
    samples: bool
    reduced: bool
    strides: tuple[int, ...]

    @property
    def extent(self) -> int:
        return -self.count if self.samples else self.count

    def inside(self, inner: Axis) -> Axis | None:
        """The two as one, where every array goes on where the inner one ends; else None."""
        joins = all(a == b * inner.count for a, b in zip(self.strides, inner.strides, strict=True))
        if inner.samples or self.reduced != inner.reduced or not joins:
            return None
        return Axis(self.count * inner.count, self.samples, self.reduced, inner.strides)


def loop(
    shape: Shape,
    reads: Sequence[tuple[Read, str]],
    nodes: Sequence[kinds.Node],
    results: Sequence[tuple[Reference, Place]],
    what: str,
    *,
    reduction: str = "",
    over: tuple[int, ...] = (),
    cells: Mapping[Buffer, int],
    portable: bool = False,
    row: kinds.Row | None = None,
) -> Instruction:
    """A loop over a shape: nodes worked out of what is read, and stored; or reduced ``over`` axes.

    Args:
        shape: of the loop; what is read is repeated to it.
        reads: places or cells, and the dtype of each.
        nodes, results: as in :class:`glassnet.compile.kernels.kinds.Kind`, and where each result goes.
        what: in words.
        cells: the cells of data that is gathered sample by sample.
        portable: whether the results are to be the same on every processor.
        row: of a loop with sums of rows among its nodes.
    """
    arrays = [broadcast(read, shape).strides for read, _ in reads if isinstance(read, Place)]
    kept = [axis for axis in range(len(shape)) if axis not in over]
    for _, place in results:
        found = dict(zip(kept, place.strides, strict=True))
        arrays.append(tuple(found.get(axis, 0) for axis in range(len(shape))))
    gathered = any(isinstance(read, Place) and read.buffer in cells for read, _ in reads)
    counted = any(node.operation == "one_hot" for node in nodes)
    plain = not (reduction or gathered or counted or row)
    patterns = _repeated(shape, arrays, len(results)) if row is not None and row.narrow else {}
    if plain:
        patterns = _patterns(shape, arrays, len(results), kinds.lanes(_dtypes(reads, nodes), portable))
        arrays = [(0,) * len(shape) if i in patterns else strides for i, strides in enumerate(arrays)]
    axes = _axes(shape, arrays, over, gathered, counted or row is not None)
    across = False
    if row is None:
        axes, across = _arranged(axes, len(arrays), len(results), bool(reduction), gathered)
    elif len(axes) == 1:
        axes = [Axis(1, False, False, (0,) * len(arrays)), *axes]
    if row is not None and row.narrow:
        row = replace(row, beside=_beside(reads, len(results), [axes[-2].strides[i] == 1 for i in range(len(arrays))]))
    scattered = plain and _is_narrow(axes, FEW // 4)
    if scattered:
        axes = axes[::-1]
    kind = kinds.Kind(
        len(axes),
        _operands(reads, axes, cells, patterns),
        tuple(nodes),
        tuple(r for r, _ in results),
        reduction,
        across,
        scattered,
        portable,
        row,
    )
    ranged = axes[-1] if scattered or (across and len(axes) == 2) else axes[0]
    numbers = 1
    for axis in axes:
        numbers *= axis.count if axis is not ranged or axis.samples else 1
    return Instruction(
        kind.name,
        lambda: [_writer(row)(kind)],
        _arguments(kind, axes, ranged, reads, results, cells),
        {read.buffer for read, _ in reads if isinstance(read, Place)},
        {place.buffer for _, place in results},
        what,
        rows=ranged.samples,
        extent=ranged.count,
        grain=max(64, NUMBERS_A_TASK // numbers),
        work=numbers * max(1, len(nodes)) / 8,
        flat=len(axes) == 1
        and all(stride == 1 for stride in axes[0].strides)
        and all(read.is_whole for read, _ in reads if isinstance(read, Place))
        and all(place.is_whole for _, place in results),
    )


def _writer(row: kinds.Row | None) -> Callable[[kinds.Kind], Code]:
    """What writes the code of a kind."""
    if row is None:
        return loops.write
    return narrow.write if row.narrow else rows.write


def _axes(
    shape: Shape, arrays: Sequence[tuple[int, ...]], over: tuple[int, ...], gathered: bool, apart: bool
) -> list[Axis]:
    """The axes of a loop, those of size 1 left out, neighbours joined but for the last one where ``apart``."""
    axes: list[Axis] = []
    for i, size in enumerate(shape):
        if size == 1 and not (apart and i == len(shape) - 1):
            continue
        axis = Axis(1 if size is BATCH else size, size is BATCH, i in over, tuple(strides[i] for strides in arrays))  # type: ignore[arg-type]
        alone = (gathered and len(axes) == 1) or (apart and i == len(shape) - 1)
        joined = axes[-1].inside(axis) if axes and not alone else None
        axes[-1:] = [joined] if joined is not None else [*axes[-1:], axis]
    return axes


def _arranged(axes: list[Axis], arrays: int, results: int, reduction: bool, gathered: bool) -> tuple[list[Axis], bool]:
    """The axes as a loop needs them, and whether it reduces along the one before the innermost."""
    one = Axis(1, False, False, tuple(0 if i < arrays - results else 1 for i in range(arrays)))
    if not reduction:
        if len(axes) < 1 + gathered or any(stride != 1 for stride in axes[-1].strides[arrays - results :]):
            axes = [*axes, one]
        return axes, False
    reduced = [axis for axis in axes if axis.reduced]
    if not reduced or (gathered and len(axes) == 1):
        axes = [*axes, Axis(1, False, True, (0,) * arrays)]
        reduced = axes[-1:]
    if len(reduced) > 1:
        raise NoKernel("a reduction along axes that do not lie side by side")
    where = axes.index(reduced[0])
    if (
        where == 1
        and not gathered
        and _is_narrow(axes, FEW)
        and all(stride == 1 for stride in axes[0].strides[arrays - results :])
    ):
        return axes[::-1], True
    if where == len(axes) - 1:
        return (axes if len(axes) > 1 else [Axis(1, False, False, (0,) * arrays), *axes]), False
    if where < len(axes) - 2 or any(stride != 1 for stride in axes[-1].strides[arrays - results :]):
        raise NoKernel("a reduction along an axis with several after it")
    return axes, True


def _is_narrow(axes: list[Axis], least: int) -> bool:
    """Whether the innermost of two axes has fewer numbers than that, and the other one enough to fill vectors."""
    return (
        len(axes) == 2 and not axes[1].samples and axes[1].count < least and (axes[0].samples or axes[0].count >= FEW)
    )


def _dtypes(reads: Sequence[tuple[Read, str]], nodes: Sequence[kinds.Node]) -> list[str]:
    return [dtype for _, dtype in reads] + [node.dtype for node in nodes]


def _patterns(shape: Shape, arrays: Sequence[tuple[int, ...]], results: int, lanes: int) -> dict[int, int]:
    """What is repeated row by row, such as biases, where rows fill a vector together: for each how many numbers it has.

    Row by row, a vector would be half empty; and what it leaves of a row that is not full cannot be read again for a
    long time, as the next row is if it lies there. So all else is walked as one axis.
    """
    row = shape[-1] if shape else 1
    if len(shape) < 2 or not isinstance(row, int) or row == 1 or lanes % row:
        return {}
    found = _repeated(shape, arrays, results)
    others = [strides for i, strides in enumerate(arrays) if i not in found]
    axes = _axes(shape, others, (), False, False)
    joined = len(axes) == 1 and all(stride == 1 for stride in axes[0].strides[len(others) - results :])
    return found if joined else {}


def _repeated(shape: Shape, arrays: Sequence[tuple[int, ...]], results: int) -> dict[int, int]:
    """What is the same in all rows, of all that is read: for each how many numbers it has."""
    (*_, row), once = shape, (*(0,) * (len(shape) - 1), 1)
    assert isinstance(row, int)
    return {i: row for i, strides in enumerate(arrays[: len(arrays) - results]) if strides == once}


def _beside(reads: Sequence[tuple[Read, str]], results: int, follow: Sequence[bool]) -> tuple[bool, ...]:
    """Which operands and results have the numbers of rows beside each other, of the arrays that do; no scalar has."""
    array = iter(follow)
    return tuple([not isinstance(read, int) and next(array) for read, _ in reads] + list(array))


def _operands(
    reads: Sequence[tuple[Read, str]], axes: list[Axis], cells: Mapping[Buffer, int], patterns: Mapping[int, int]
) -> tuple[kinds.Operand, ...]:
    operands, array = [], 0
    for read, dtype in reads:
        if isinstance(read, int):
            operands.append(kinds.Operand(dtype, "repeated", scalar=True))
            continue
        stride = axes[-1].strides[array]
        step: kinds.Step = "one" if stride == 1 else "repeated" if stride == 0 else "strided"
        period = patterns.get(array, 0)
        array += 1
        if read.buffer in cells:
            operands.append(kinds.Operand(dtype, step, gathered=True))
        else:
            operands.append(kinds.Operand(dtype, "pattern" if period else step, period=period))
    return tuple(operands)


def _arguments(
    kind: kinds.Kind,
    axes: list[Axis],
    ranged: Axis,
    reads: Sequence[tuple[Read, str]],
    results: Sequence[tuple[Reference, Place]],
    cells: Mapping[Buffer, int],
) -> list[Argument]:
    places = [read if isinstance(read, Place) else None for read, _ in reads] + [place for _, place in results]
    array_of = {i: sum(p is not None for p in places[:i]) for i in range(len(places))}
    arguments: list[Argument] = []
    for what, i, axis in kind.layout():
        if what == "scale":
            arguments.append(ranged.count if ranged.samples else 1)
        elif what == "extent":
            arguments.append(axes[i].extent)
        elif what == "cell":
            read = reads[i][0]
            arguments.append(Cell(read if isinstance(read, int) else cells[read.buffer]))
        elif what == "address":
            place = places[i]
            assert place is not None
            arguments.append(Address(place))
        else:
            arguments.append(axes[axis].strides[array_of[i]])
    return arguments
