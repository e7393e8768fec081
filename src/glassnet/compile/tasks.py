"""How the work of a plan is cut: phases into tasks, which threads share, and tasks into runs of calls.

Tasks are cut the same way whatever the number of threads, so that no result depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby, pairwise, repeat

from glassnet.compile.instructions import MOST_TASKS, SIZES, Instruction, chunk
from glassnet.ir.types import BATCH

Part = tuple[float, list[list[int]]]
"""The tasks of an instruction, or of several, and the work of one of their range."""
SMALL = 2_000.0
"""Multiply-adds that are done sooner than threads have met."""
LEAST_WORK = 40_000.0
"""Multiply-adds that are worth a task of their own."""
NEAR = 1 << 19
"""Bytes that some samples touch in a run of calls, and that a core's own cache keeps for the next call."""

EXTENT, SAMPLES, FIRST_HALF, SECOND_HALF = range(4)
"""What the stretch of a task counts: parts of an instruction's work, or samples, those that there are; or it is a half
of the batch at hand, as :func:`half` cuts it."""
MANY = 48
"""Rows that a product wants at a time: a multiple of the heights of its tiles."""


@dataclass
class Tasks:
    """How a plan is cut.

    Attributes:
        calls: the instructions, in the order in which they are called.
        runs: of calls one after the other: the first, the end, and how much of a stretch each does at a time.
        tasks: each its first run, the end of its runs, its stretch from and to, and what that counts.
        phases: of each the first task, the first of the second thread's, the first of those that are done before the
            next phase begins, by one thread, and the end of these.
        checked: the phase before which the loss is checked.
        grain: what halves of a batch are multiples of.
    """

    grain: int

    calls: list[int] = field(default_factory=list)
    runs: list[list[int]] = field(default_factory=list)
    tasks: list[list[int]] = field(default_factory=list)
    phases: list[list[int]] = field(default_factory=list)
    checked: int = -1


def laid_out(instructions: list[Instruction], capacity: int, checked: int = -1) -> Tasks:
    """The tasks of instructions; before the phase ``checked`` all threads meet."""
    cut = Tasks(grain_of(instructions, capacity))
    for phase in range(max((i.phase for i in instructions), default=-1) + 1):
        now = [i for i, instruction in enumerate(instructions) if instruction.phase == phase]
        halves = _halves(_parts(cut, instructions, now, capacity))
        begin, small = len(cut.tasks), _is_small([instructions[i] for i in now])
        cut.tasks += halves[0] + halves[1]
        if phase == checked:
            cut.checked = len(cut.phases)
        elif small and cut.phases:
            cut.phases[-1][-1] = len(cut.tasks)
            continue
        cut.phases.append([begin, begin + len(halves[0]), len(cut.tasks), len(cut.tasks)])
    return cut


def _is_small(instructions: list[Instruction]) -> bool:
    """Whether what a phase does takes less time than it takes threads to meet again."""
    work = sum(instruction.work * instruction.extent for instruction in instructions)
    return work <= SMALL and not any(instruction.rows for instruction in instructions)


def _parts(cut: Tasks, instructions: list[Instruction], now: list[int], capacity: int) -> list[Part]:
    """The tasks of each instruction of a phase, of those that work sample by sample together, and their work."""
    rows = [i for i in now if instructions[i].rows]
    parts: list[Part] = []
    if rows:
        begin, work = len(cut.runs), sum(instructions[i].work for i in rows)
        several = [instructions[i] for i in rows]
        halved = any(instruction.halves for instruction in several)
        grain = cut.grain if halved else chunk(capacity)
        size = half(capacity, grain) if halved else _rows_a_task(work, capacity)
        for number, step in _together(several, size, capacity):
            cut.runs.append([len(cut.calls), len(cut.calls) + number, step])
            cut.calls += rows[len(cut.calls) - cut.runs[begin][0] :][:number]
        kinds = (FIRST_HALF, SECOND_HALF) if halved else repeat(SAMPLES)
        cuts = zip(stretches(capacity, size, grain), kinds, strict=False)
        parts.append((work, [[begin, len(cut.runs), *stretch, kind] for stretch, kind in cuts]))
    for i in now:
        if not instructions[i].rows:
            size, run = _part(instructions[i]), len(cut.runs)
            cut.runs.append([len(cut.calls), len(cut.calls) + 1, size])
            cut.calls.append(i)
            own_stretches = stretches(instructions[i].extent, size, instructions[i].grain)
            own = [[run, run + 1, *stretch, EXTENT] for stretch in own_stretches]
            parts.append((instructions[i].work, own))
    return parts


def _halves(parts: list[Part]) -> tuple[list[list[int]], list[list[int]]]:
    """The tasks of a phase for one thread and another: of each instruction the first and the second half.

    So both go on, from phase to phase, with the samples or columns that they had before, and find them in their own
    caches. What is a single task goes where there is less to do. Each part is its tasks, and the work of one of their
    range.
    """
    halves: tuple[list[list[int]], list[list[int]]] = ([], [])
    load = [0.0, 0.0]
    for work, tasks in sorted(parts, key=lambda part: len(part[1]) == 1):
        middle = (len(tasks) + 1) // 2
        several = (tasks[:middle], tasks[middle:])
        if len(tasks) == 1 and load[1] < load[0]:
            several = ([], tasks)
        for half, own in enumerate(several):
            halves[half].extend(own)
            load[half] += sum(work * (last - first) for _, _, first, last, _ in own)
    return halves


def _together(rows: list[Instruction], size: int, capacity: int) -> list[tuple[int, int]]:
    """Runs of calls, how many each, and the samples that go through each run before the next ones' turn.

    A picture goes through all that is done to it while it is near. What multiplies a row of each sample wants many:
    where so many are near as well, they go through everything together; else as many tiles as are near, if it wants
    tiles. Sums over half of them come last, at once.
    """
    if sums := [instruction for instruction in rows if instruction.sums_at_once]:
        others = _together(rows[: -len(sums)], size, capacity) if len(sums) < len(rows) else []
        return [*others, (len(sums), size)]
    if _near(rows, capacity) >= MANY:
        return [(len(rows), min(size, _near(rows, capacity) // MANY * MANY))]
    found: list[tuple[int, int]] = []
    for divisible, run in groupby(rows, key=lambda instruction: instruction.divisible):
        several = list(run)
        least = max(instruction.several for instruction in several)
        step = min(size, max(least, _near(several, capacity) // least * least)) if divisible else size
        if found and found[-1][1] == step:
            found[-1] = found[-1][0] + len(several), step
        else:
            found.append((len(several), step))
    return found


def _near(instructions: list[Instruction], capacity: int) -> int:
    """How many samples are near while all this is done to them."""
    buffers = {buffer for instruction in instructions for buffer in instruction.buffers if BATCH in buffer.type.shape}
    bytes_ = sum(buffer.size * SIZES[buffer.type.dtype] for buffer in buffers) // capacity
    return NEAR // max(bytes_, 1)


def half(samples: int, grain: int) -> int:
    """Samples of the first half of a batch: a multiple of the grain.

    >>> half(64, 8), half(28, 8), half(9, 8), half(1, 8)
    (32, 16, 8, 8)
    """
    return -(-samples // (2 * grain)) * grain


def stretches(extent: int, size: int, grain: int) -> list[tuple[int, int]]:
    """From where to where tasks of that size at most go: of either half of an extent, so that two threads do as much.

    >>> stretches(784, 104, 8)[:5], stretches(7, 8, 8)
    ([(0, 104), (104, 208), (208, 312), (312, 392), (392, 496)], [(0, 7)])
    """
    middle = half(extent, grain) if size < extent else extent
    ends = (0, middle, extent)
    return [(n, min(n + size, end)) for begin, end in pairwise(ends) for n in range(begin, end, size)]


def grain_of(instructions: Iterable[Instruction], capacity: int) -> int:
    """What halves are multiples of: a tile's rows, or the chunks of samples where some are summed by these."""
    return chunk(capacity) if any(instruction.kind == "chunks" for instruction in instructions) else 8


def _rows_a_task(work: float, capacity: int) -> int:
    """Samples in a task: whole chunks, which are multiples of 8, as tiles like it; all of them where that is little."""
    capacity = max(capacity, 1)
    size = chunk(capacity)
    worth = -(-(int(LEAST_WORK / max(work, 1.0)) + 1) // size) * size
    return min(worth, _largest(work, capacity, size))


def _largest(work: float, extent: int, grain: int) -> int:
    """How much is a task at most: half of it, where that is worth a second thread."""
    return half(extent, grain) if work * extent > 2 * SMALL else extent


def _part(instruction: Instruction) -> int:
    """How much of an instruction is a task: as much as is worth one, or half of it, where that is less."""
    largest = _largest(instruction.work, instruction.extent, instruction.grain)
    worth = min(int(LEAST_WORK / max(instruction.work, 1.0)) + 1, largest)
    least = max(-(-instruction.extent // MOST_TASKS), worth, instruction.grain)
    return min(-(-least // instruction.grain) * instruction.grain, max(instruction.extent, 1))
