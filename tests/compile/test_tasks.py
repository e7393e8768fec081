"""How work is cut: by whole chunks of samples, the same for any threads; and a picture goes on while it is near."""

from glassnet.compile.instructions import Address, Instruction, chunk
from glassnet.compile.places import Buffer, whole
from glassnet.compile.tasks import MANY, NEAR, laid_out
from glassnet.ir.types import BATCH, Type


def rows(numbers: int, *, divisible: bool = True, work: float = 1e6, capacity: int = 64) -> Instruction:
    """An instruction that touches so many numbers of each sample."""
    buffer = Buffer(Type((BATCH, numbers), "float32"), capacity)
    arguments = [Address(whole(buffer))]
    return Instruction("loop", list, arguments, {buffer}, set(), "", True, divisible=divisible, work=work)


def test_tasks_are_whole_chunks() -> None:
    for capacity in (1, 5, 8, 20, 64, 100, 1000):
        for work in (1.0, 1e3, 1e6):
            _, _, tasks, _ = laid_out([rows(1, work=work)], capacity)
            assert all(first % chunk(capacity) == 0 for _, _, first, _, _ in tasks)
            assert [last for *_, last, _ in tasks[:-1]] == [first for _, _, first, _, _ in tasks[1:]]
            assert tasks[-1][3] >= capacity


def test_large_pictures_go_on_one_by_one_and_small_ones_together() -> None:
    large, small, matrix = rows(NEAR // 8), rows(4), rows(NEAR // 8, divisible=False)
    assert laid_out([small, small], 64)[1] == [[0, 2, 8]]
    assert laid_out([large, rows(NEAR // 8)], 64)[1] == [[0, 2, 1]]
    assert laid_out([large, matrix, small], 64)[1] == [[0, 1, 2], [1, 3, 8]]


def test_rows_that_are_near_go_through_products_and_loops_together() -> None:
    numbers = NEAR // (2 * 4 * (2 * MANY + 1))
    layer = [rows(numbers, divisible=False, capacity=8192), rows(numbers, capacity=8192)]
    assert laid_out(layer, 8192)[1] == [[0, 2, 2 * MANY]]


def test_calls_of_a_phase_are_in_the_order_of_the_plan() -> None:
    instructions = [rows(4), rows(NEAR, divisible=False), rows(NEAR)]
    order, runs, _, phases = laid_out(instructions, 64)
    assert order == [0, 1, 2]
    assert [run[:2] for run in runs] == [[0, 2], [2, 3]]
    assert phases == [[0, 4], [8, 8]]


def columns(extent: int, *, work: float = 1e6) -> Instruction:
    """An instruction that is no matter of samples."""
    return Instruction("loop", list, [], set(), set(), "", False, extent=extent, work=work)


def test_each_thread_goes_on_with_its_half() -> None:
    """Of all instructions of a phase; a single task is for the thread that has less to do."""
    _, runs, tasks, phases = laid_out([columns(4), columns(1), columns(2), columns(1, work=1e7)], 64)
    assert phases == [[0, 4], [8, 8]]
    stretches = [(runs[begin][0], first, last) for begin, _, first, last, _ in tasks]
    assert stretches[:4] == [(0, 0, 1), (0, 1, 2), (2, 0, 1), (1, 0, 1)]
    assert stretches[4:] == [(0, 2, 3), (0, 3, 4), (2, 1, 2), (3, 0, 1)]
