"""How work is cut: by whole chunks of samples, the same for any threads; and a picture goes on while it is near."""

from glassnet.compile.instructions import Address, Instruction, chunk
from glassnet.compile.places import Buffer, whole
from glassnet.compile.tasks import FIRST_HALF, MANY, NEAR, SECOND_HALF, laid_out
from glassnet.ir.types import BATCH, Type


def rows(
    numbers: int, *, divisible: bool = True, work: float = 1e6, capacity: int = 64, halves: bool = False
) -> Instruction:
    """An instruction that touches so many numbers of each sample."""
    buffer = Buffer(Type((BATCH, numbers), "float32"), capacity)
    arguments = [Address(whole(buffer))]
    return Instruction(
        "loop", list, arguments, {buffer}, set(), "", True, divisible=divisible, work=work, halves=halves
    )


def test_tasks_are_whole_chunks() -> None:
    for capacity in (1, 5, 8, 20, 64, 100, 1000):
        for work in (1.0, 1e3, 1e6):
            tasks = laid_out([rows(1, work=work)], capacity).tasks
            assert all(first % chunk(capacity) == 0 for _, _, first, _, _ in tasks)
            assert [last for *_, last, _ in tasks[:-1]] == [first for _, _, first, _, _ in tasks[1:]]
            assert tasks[-1][3] >= capacity


def test_what_is_worth_two_threads_is_cut_in_halves_and_what_is_not_stays_whole() -> None:
    """Reading a batch is less than a task is worth, and half of it still sooner done than all."""
    for work, ends in ((784.0, [32, 64]), (1.0, [64])):
        assert [last for *_, last, _ in laid_out([rows(1, work=work)], 64).tasks] == ends
    matrix = laid_out([columns(784, work=8192.0)], 64)
    begin, second, end, _ = matrix.phases[0]
    first, other = (sum(task[3] - task[2] for task in matrix.tasks[i:j]) for i, j in ((begin, second), (second, end)))
    assert first == other == 392


def test_large_pictures_go_on_one_by_one_and_small_ones_together() -> None:
    large, small, matrix = rows(NEAR // 8), rows(4), rows(NEAR // 8, divisible=False)
    assert laid_out([small, small], 64).runs == [[0, 2, 8]]
    assert laid_out([large, rows(NEAR // 8)], 64).runs == [[0, 2, 1]]
    assert laid_out([large, matrix, small], 64).runs == [[0, 1, 2], [1, 3, 8]]


def test_as_many_tiles_go_on_as_are_near() -> None:
    for near, step in ((3, 8), (15, 8), (17, 16)):
        loop = rows(NEAR // (4 * near), capacity=512)
        assert laid_out([loop], 512).runs[0][2] == near
        loop.several = 8
        assert laid_out([loop], 512).runs[0][2] == step


def test_rows_that_are_near_go_through_products_and_loops_together() -> None:
    numbers = NEAR // (2 * 4 * (2 * MANY + 1))
    layer = [rows(numbers, divisible=False, capacity=8192), rows(numbers, capacity=8192)]
    assert laid_out(layer, 8192).runs == [[0, 2, 2 * MANY]]


def test_calls_of_a_phase_are_in_the_order_of_the_plan() -> None:
    instructions = [rows(4), rows(NEAR, divisible=False), rows(NEAR)]
    cut = laid_out(instructions, 64)
    assert cut.calls == [0, 1, 2]
    assert [run[:2] for run in cut.runs] == [[0, 2], [2, 3]]
    assert cut.phases == [[0, 4, 8, 8]]


def columns(extent: int, *, work: float = 1e6) -> Instruction:
    """An instruction that is no matter of samples."""
    return Instruction("loop", list, [], set(), set(), "", False, extent=extent, work=work)


def test_each_thread_goes_on_with_its_half() -> None:
    """Of all instructions of a phase; a single task is for the thread that has less to do."""
    cut = laid_out([columns(4), columns(1), columns(2), columns(1, work=1e7)], 64)
    assert cut.phases == [[0, 4, 8, 8]]
    stretches = [(cut.runs[begin][0], first, last) for begin, _, first, last, _ in cut.tasks]
    assert stretches[:4] == [(0, 0, 1), (0, 1, 2), (2, 0, 1), (1, 0, 1)]
    assert stretches[4:] == [(0, 2, 3), (0, 3, 4), (2, 1, 2), (3, 0, 1)]


def test_sums_over_halves_come_last_and_each_in_one_call() -> None:
    """What goes on from some samples to the next goes with them."""
    large, gradual = rows(NEAR // 8), rows(4, halves=True)
    at_once = rows(4, divisible=False, halves=True)
    cut = laid_out([large, gradual, at_once], 64)
    assert cut.runs == [[0, 2, 1], [2, 3, 32]]
    assert [what for *_, what in cut.tasks] == [FIRST_HALF, SECOND_HALF]
    assert laid_out([at_once], 64).runs == [[0, 1, 32]]


def test_what_is_small_is_done_by_the_thread_that_comes_last() -> None:
    """It takes no phase of its own, but for the first one, and where the loss is checked before."""
    first, small, update = rows(4), columns(1, work=8.0), columns(4)
    small.phase, update.phase = 1, 2
    assert laid_out([first, small, update], 64, checked=2).phases == [[0, 4, 8, 9], [9, 11, 13, 13]]
    cut = laid_out([first, small, update], 64, checked=1)
    assert cut.phases == [[0, 4, 8, 8], [8, 9, 9, 9], [9, 11, 13, 13]]
    assert cut.checked == 1


def test_an_instruction_that_is_worth_two_threads_is_cut_in_two() -> None:
    loop = Instruction("loop", list, [], set(), set(), "", False, extent=4352, grain=64, work=2.0)
    assert [task[2:4] for task in laid_out([loop], 64).tasks] == [[0, 2176], [2176, 4352]]
    loop.extent = 512
    assert [task[2:4] for task in laid_out([loop], 64).tasks] == [[0, 512]]
