"""How the work of a plan is cut: phases into tasks, which threads share, and tasks into runs of calls.

Tasks are cut the same way whatever the number of threads, so that no result depends on it.
"""

from __future__ import annotations

from itertools import groupby

from glassnet.compile.instructions import MOST_TASKS, SIZES, Instruction, chunk
from glassnet.ir.types import BATCH

LEAST_WORK = 40_000.0
"""Multiply-adds that are worth a task of their own."""
NEAR = 1 << 19
"""Bytes that some samples touch in a run of calls, and that a core's own cache keeps for the next call."""

MANY = 48
"""Rows that a product wants at a time: a multiple of the heights of its tiles."""


def laid_out(
    instructions: list[Instruction], capacity: int
) -> tuple[list[int], list[list[int]], list[list[int]], list[list[int]]]:
    """(the instructions in the order they are called, runs of these, the tasks, where each phase's two halves begin)"""
    calls: list[int] = []
    runs: list[list[int]] = []
    tasks: list[list[int]] = []
    phases: list[list[int]] = []
    for phase in range(max((i.phase for i in instructions), default=-1) + 1):
        now = [i for i, instruction in enumerate(instructions) if instruction.phase == phase]
        rows = [i for i in now if instructions[i].rows]
        parts: list[tuple[float, list[list[int]]]] = []
        if rows:
            begin, work = len(runs), sum(instructions[i].work for i in rows)
            size = _rows_a_task(work, capacity)
            for several, step in _together([instructions[i] for i in rows], size, capacity):
                runs.append([len(calls), len(calls) + several, step])
                calls += rows[len(calls) - runs[begin][0] :][:several]
            parts.append((work, [[begin, len(runs), first, first + size, 1] for first in range(0, capacity, size)]))
        for i in now:
            if not instructions[i].rows:
                size, extent = _part(instructions[i]), instructions[i].extent
                runs.append([len(calls), len(calls) + 1, size])
                calls.append(i)
                own = [[len(runs) - 1, len(runs), n, min(n + size, extent), 0] for n in range(0, extent, size)]
                parts.append((instructions[i].work, own))
        first_half, second_half = _halves(parts)
        phases.append([len(tasks), len(tasks) + len(first_half)])
        tasks += first_half + second_half
    return calls, runs, tasks, [*phases, [len(tasks), len(tasks)]]


def _halves(parts: list[tuple[float, list[list[int]]]]) -> tuple[list[list[int]], list[list[int]]]:
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
    where so many are near as well, they go through everything together.
    """
    if _near(rows, capacity) >= MANY:
        return [(len(rows), min(size, _near(rows, capacity) // MANY * MANY))]
    found: list[tuple[int, int]] = []
    for divisible, run in groupby(rows, key=lambda instruction: instruction.divisible):
        several = list(run)
        least = max(instruction.several for instruction in several)
        step = min(size, max(least, _near(several, capacity))) if divisible else size
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


def _rows_a_task(work: float, capacity: int) -> int:
    """Samples in a task: whole chunks, which are multiples of 8, as tiles like it; all of them where that is little."""
    size = chunk(max(capacity, 1))
    return min(-(-(int(LEAST_WORK / max(work, 1.0)) + 1) // size) * size, max(capacity, 1))


def _part(instruction: Instruction) -> int:
    least = max(
        -(-instruction.extent // MOST_TASKS), int(LEAST_WORK / max(instruction.work, 1.0)) + 1, instruction.grain
    )
    return min(-(-least // instruction.grain) * instruction.grain, max(instruction.extent, 1))
