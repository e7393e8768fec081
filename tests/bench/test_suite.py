"""The benchmark suite without a stopwatch: what results must have, how they are compared, refused and shown."""

import doctest
import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.rivals import numpy as by_hand
from bench.rivals.glassnet import Ours
from bench.rows import NAMES, rows
from bench.suite import reference, stacks, transformers
from bench.suite.contestants import ALONE, CONTESTANTS, LIMITS, NEEDED, OURS, SCAN, TORCH, Contestant
from bench.suite.data import drawn, letters
from bench.suite.page import page
from bench.suite.plots import draw
from bench.suite.processes import Failed, Slow, run
from bench.suite.results import check, read_all, write
from bench.suite.rows import Row, Training, Unavailable
from bench.suite.squares import digits, exact, observations
from bench.suite.statistics import ratio, unequal
from bench.suite.task import SQUARED_ERROR, Task, Work, first_weights
from bench.suite.transformers import Transformer
from bench.suite.turns import Entry, Session, compared, take_turns, tried

BY_NAME = {one.name: one for one in CONTESTANTS}


def entry(name: str, *times: float) -> Entry:
    return Entry(BY_NAME[name], 1, min(times), times=list(times))


class Fixed(Row):
    """A row of which the times are known."""

    def measure(self, session: Session) -> dict[str, Any]:
        entries = [entry(OURS, 1.0, 2.0, 3.0), entry(TORCH, 4.0, 4.0, 8.0), entry(SCAN, 2.0, 4.0, 8.0)]
        skipped = [{"name": "tinygrad", "why": "tinygrad is not installed"}]
        return {"contestants": [one.said(1.0) for one in entries], "skipped": skipped, **compared(entries)}


class Lacking(Row):
    def measure(self, session: Session) -> dict[str, Any]:
        raise Unavailable("MNIST is not here")


SESSION: Any = Session(None, Path(), 3, 0.1, quick=True)  # type: ignore[arg-type]
ROW = Fixed("small", "a small network", "≤ 0.6 × the best rival", "µs a step", 0.6)


def test_the_peak_of_a_process_is_its_own() -> None:
    """Not that of the one that started it, which holds half a gigabyte here."""
    held = np.ones(2**26)
    ran = run(["-c", "held = b'x' * 2**26; print('a line'); print(len(held))"], dict(os.environ))
    assert 2**26 < ran.memory < 2**26 + 2**27 < held.nbytes
    assert ran.output.split("\n")[:2] == ["a line", str(2**26)]
    assert ran.seconds > 0


def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(Failed, match="ValueError: no such thing"):
        run(["-c", "raise ValueError('no such thing')"], dict(os.environ))


def test_a_ratio_is_of_quartiles_and_of_turns() -> None:
    found = ratio([1.0, 2.0, 3.0, 4.0, 100.0], [4.0, 4.0, 4.0, 4.0, 4.0])
    assert found["lower_quartiles"] == 2 / 4
    assert found["medians"] == 3 / 4
    assert found["spread"] == [0.5, 1.0]


def test_the_best_rival_is_the_fastest_of_all_others() -> None:
    found = compared([entry(OURS, 1, 1), entry(TORCH, 4, 4), entry(SCAN, 3, 3), entry("NumPy by hand", 2, 2)])
    assert found["ratio"]["best_rival"] == "NumPy by hand"
    assert found["ratio"]["medians"] == 0.5


@pytest.mark.parametrize("missing", NEEDED)
def test_without_a_needed_contestant_there_is_no_ratio(missing: str) -> None:
    found = compared([entry(name, 1, 1) for name in (*NEEDED, "NumPy by hand") if name != missing])
    assert found["ratio"] is None
    assert missing in found["not_measured"]


def test_a_goal_in_two_parts_is_reached_by_both() -> None:
    """A row beside a busy process, and one that is to reach most of the peak."""
    task = drawn(Work((4, 8, 2), 32), 64)
    alone = {"lower_quartile": 1.0}
    busy = Training("busy", "busy", "", task=lambda: task, busy=True)
    for times, reached in ((1.05, True), (1.2, False)):
        said, goals = busy._further({OURS: {"lower_quartile": times}, ALONE.name: alone}, task, [])
        assert goals == [reached]
        assert said == [f"{times:.2f} × our own single thread there (goal 1.1)"]
    large = Training("large", "large", "", task=lambda: task, peak=0.8)
    operations = 2e-3 * task.work.multiply_adds  # GFLOP/s, if a step takes a microsecond
    for peaks, reached in (([operations, 0.1 * operations], True), ([1.5 * operations] * 3, False)):
        said, goals = large._further({OURS: {"lower_quartile": 1.0}}, task, peaks)
        assert goals == [reached]
        assert f"{100 * operations / np.quantile(peaks, 0.75):.0f}% of the peak" in said[1]
        saying = Training("saying", "saying", "", task=lambda: task, peak=0)  # as rows of convolutions
        assert saying._further({OURS: {"lower_quartile": 1.0}}, task, peaks)[1] == [True]
    assert large._further({}, task, [operations]) == ([], [])  # ours was left out


def test_another_loss_is_refused() -> None:
    same = {OURS: 0.50, TORCH: 0.52, SCAN: 0.49}
    assert unequal(same, before=2.3) == {}
    assert list(unequal({**same, "tinygrad": 0.8}, before=2.3)) == ["tinygrad"]
    assert list(unequal({**same, "tinygrad": float("nan")}, before=2.3, tolerance=0.35)) == ["tinygrad"]


def test_who_learns_nothing_is_refused() -> None:
    assert unequal({OURS: 2.3, TORCH: 2.3}, before=2.3).keys() == {OURS, TORCH}


def test_each_takes_part_at_its_best_number_of_threads() -> None:
    ended = []

    def attempt(contestant: Contestant, threads: int) -> Entry:
        if contestant.name == SCAN:
            raise Failed("no such thing")
        return Entry(contestant, threads, 1.0 if threads == 1 else 2.0)

    chosen = [BY_NAME[name] for name in (OURS, "NumPy by hand", SCAN) if BY_NAME[name].missing is None or name == OURS]
    entries, skipped, slow = tried(chosen, attempt, lambda one, threads: ended.append((one.name, threads)))
    assert [(one.name, one.threads) for one in entries] == [(OURS, 0), ("NumPy by hand", 1)]
    assert all(name == "NumPy by hand" and threads > 1 for name, threads in ended)
    assert set(skipped) <= {SCAN}
    assert slow == set()


def test_who_takes_longer_than_anyone_waits_has_lost() -> None:
    def attempt(contestant: Contestant, threads: int) -> Entry:
        raise Slow("it took more than 120 s")

    by_hand = BY_NAME["NumPy by hand"]
    _, skipped, slow = tried([by_hand], attempt, lambda one, threads: None)
    assert skipped == {by_hand.name: "it took more than 120 s"}
    assert slow == {by_hand.name}


def test_the_slow_get_few_turns_and_failures_are_said() -> None:
    entries = [entry(OURS, 1.0), entry(TORCH, 2.0), entry(SCAN, 20.0), entry("tinygrad", 2.0)]
    for one in entries:
        one.times.clear()

    def take(one: Entry, count: int) -> float:
        if one.name == "tinygrad":
            raise Failed("it stopped")
        return one.piece * count

    failed = take_turns(entries, take, Session(SESSION.workers, Path(), 7, 8.0, quick=True))
    assert failed == {"tinygrad": "it stopped"}
    assert [len(one.times) for one in entries] == [7, 7, 3, 0]
    assert entries[0].times == [1.0] * 7


def test_one_thread_is_asked_for_by_variables_and_none_limits_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    torch = BY_NAME[TORCH]
    assert not torch.variables(2).keys() & set(LIMITS)
    assert {torch.variables(1)[name] for name in LIMITS} == {"1"}


# ── results and the page ────────────────────────────────────────────────────────────────────────────────────────────


def test_results_are_written_and_read(tmp_path: Path) -> None:
    path = write(ROW.measured(SESSION), tmp_path)
    found = read_all(tmp_path)["small"]
    assert json.loads(path.read_text(encoding="utf-8")) == found
    assert found["met"] is True
    assert found["machine"]["cores"] >= 1
    assert found["versions"]["numpy"] == np.__version__


@pytest.mark.parametrize("name", ["machine", "versions", "load", "contestants", "unit"])
def test_results_that_lack_something_are_refused(name: str) -> None:
    result = ROW.measured(SESSION)
    del result[name]
    with pytest.raises(ValueError, match=f"small: {name} is missing"):
        check(result)


def test_a_contestant_without_its_times_is_refused() -> None:
    result = ROW.measured(SESSION)
    del result["contestants"][1]["times"]
    with pytest.raises(ValueError, match="PyTorch lacks times"):
        check(result)


def test_no_ratio_without_a_reason() -> None:
    with pytest.raises(ValueError, match="it must say why"):
        check({**ROW.measured(SESSION), "ratio": None})


def test_the_page_says_what_was_measured(tmp_path: Path) -> None:
    absent = Lacking("large", "a large network", "≤ 0.9 × the best rival", "µs a step", 0.9)
    results = {"small": ROW.measured(SESSION), "large": absent.measured(SESSION)}
    text = page(results, NAMES, draw(results, NAMES, tmp_path / "performance"))
    lines = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("|")}
    assert "| 0.50 | 0.50 | (0.44–0.50) | JAX, a scan of the epoch | 1.50 µs a step | yes |" in lines["a small network"]
    assert "not measured" in lines["a large network"]
    assert "Not measured: MNIST is not here." in text
    assert "not measured" in lines["`curve`"]
    assert "tinygrad is left out: tinygrad is not installed." in text
    assert "(performance/all.svg)" in text
    assert (tmp_path / "performance/all.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_growth_is_a_table_and_a_picture(tmp_path: Path) -> None:
    points = [{"at": at, **ROW.measure(SESSION)} for at in (1, 8)]
    grown = {
        **ROW.measured(SESSION),
        "contestants": [],
        "points": points,
        "ratio": None,
        "settings": {"grows": "layers"},
    }
    pictures = draw({"small": check(grown)}, ["small"], tmp_path / "performance")
    text = page({"small": grown}, ["small"], pictures)
    assert pictures == {"small": "performance/small.svg"}
    assert "| 8 | 1.50 | 4.00 | 3.00 | 0.50 |" in text


def test_the_page_in_the_documentation_is_made_of_the_results_that_are_kept() -> None:
    root = Path(__file__).parents[2]
    kept = root / "docs/performance.md"
    pictures = {path.stem: f"performance/{path.name}" for path in (root / "docs/performance").glob("*.svg")}
    assert kept.read_text(encoding="utf-8") == page(read_all(root / "bench/results"), NAMES, pictures)


def test_every_row_says_its_goal() -> None:
    found = rows()
    assert [row.name for row in found] == list(NAMES)
    assert all(row.goal and row.unit for row in found)
    with pytest.raises(ValueError, match="there is no row 'smal'"):
        rows("smal")


# ── the work ────────────────────────────────────────────────────────────────────────────────────────────────────────

WORKS = {
    "classes": Work((4, 8, 3), 32, rate=1e-2),
    "numbers": Work((1, 8, 8, 1), 32, "tanh", SQUARED_ERROR, rate=1e-2),
}


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_ours_and_the_one_by_hand_do_the_same_work(work: Work) -> None:
    """In one batch of all samples order does not matter, so the weights are equal."""
    task = drawn(Work(**{**vars(work), "batch": 320, "dtype": "float64"}), 320)
    doers = Ours(task), by_hand.ByHand(task)
    before = reference.loss(task, first_weights(task.work))
    for doer in doers:
        doer.train(5)
    ours, other = (doer.weights() for doer in doers)
    for a, b in zip(ours, other, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-9)
    assert reference.loss(task, ours) < before


def test_ours_answers_as_the_reference() -> None:
    task = drawn(WORKS["classes"], 64)
    expected = np.exp(reference.log_softmax(reference.answer(task.work, first_weights(task.work), task.x)))
    np.testing.assert_allclose(Ours(task).answer(task.x), expected, atol=1e-6)
    np.testing.assert_allclose(by_hand.ByHand(task).answer(task.x), expected, atol=1e-6)


def test_a_task_survives_its_file(tmp_path: Path) -> None:
    task = drawn(WORKS["classes"], 64)
    task.save(tmp_path / "task.npz")
    again = Task.load(tmp_path / "task.npz")
    assert again.work == task.work
    np.testing.assert_array_equal(again.x, task.x)


def test_the_regularised_network_has_all_parameters_in_the_suites_order() -> None:
    work = Work((4, 8, 8, 3), 32, dropout=0.2, norm=True, l2=1e-3, smoothing=0.1, clip=1.0, rate=1e-2)
    ours = Ours(drawn(work, 320))
    assert [array.shape for array in ours.weights()] == [array.shape for array in first_weights(work)]
    before = reference.loss(drawn(work, 320), first_weights(work))
    ours.train(20)
    assert reference.loss(drawn(work, 320), ours.weights()) < before


def test_multiply_adds_of_a_step() -> None:
    assert Work((784, 1024, 1024, 10), 512).multiply_adds == 512 * (2 * 784 * 1024 + 3 * 1024 * 1024 + 3 * 10240)


def test_the_exact_solution_is_what_fractions_give() -> None:
    x, y = observations(50, 3)
    truth = exact(x, y)
    found = np.linalg.lstsq(np.column_stack([np.ones(50), x]), y)[0]
    assert 6 < digits(found, truth) < 16
    assert digits([float(value) for value in truth], truth) > 15


@pytest.mark.parametrize("name", ["statistics", "page", "squares"])
def test_examples(name: str) -> None:
    found = doctest.testmod(import_module(f"bench.suite.{name}"))
    assert found.attempted
    assert not found.failed


@pytest.mark.parametrize("stack", [stacks.LENET, stacks.CHANNELS, stacks.ROW_BY_ROW])
def test_pictures_have_the_answers_of_the_reference(stack: tuple[stacks.Layer, ...]) -> None:
    work = Work((784, 10), 8, scale=1 / 255, stack=stack)
    x = np.random.default_rng(0).integers(0, 256, (5, 784), dtype=np.uint8)
    sums = reference.answer(work, first_weights(work), x)
    found = Ours(Task(work, x, np.zeros(5, np.int64))).answer(x)
    np.testing.assert_allclose(found, np.exp(reference.log_softmax(sums)), atol=1e-5)


def test_weights_come_back_from_the_order_of_pytorch() -> None:
    arrays = stacks.first_weights(stacks.LENET, "float64")
    theirs = stacks.channels_first(stacks.LENET, arrays)
    assert [array.shape for array in theirs[:6:2]] == [(6, 1, 5, 5), (16, 6, 5, 5), (120, 400)]
    for array, back in zip(arrays, stacks.channels_last(stacks.LENET, theirs), strict=True):
        assert np.array_equal(array, back)


def test_the_work_of_a_stack_is_counted() -> None:
    dense = 400 * 120 + 120 * 84 + 84 * 10
    first, second = 28 * 28 * 25 * 6, 10 * 10 * 25 * 6 * 16
    assert stacks.multiply_adds(stacks.LENET) == 2 * first + 3 * (second + dense)


def test_a_stack_is_kept_in_a_file(tmp_path: Path) -> None:
    task = Task(Work((784, 10), 8, stack=stacks.LENET), np.zeros((8, 784)), np.zeros(8, np.int64))
    task.save(tmp_path / "task.npz")
    assert Task.load(tmp_path / "task.npz").work == task.work


# ── networks of attention ───────────────────────────────────────────────────────────────────────────────────────────

BARE = Transformer(letters=27, context=16, features=16, heads=4, blocks=1, bare=True)
TWO = Transformer(letters=27, context=8, features=12, heads=2, blocks=2)


@pytest.mark.parametrize("net", [BARE, TWO], ids=["bare", "two blocks"])
def test_letters_have_the_guesses_of_the_reference(net: Transformer, tmp_path: Path) -> None:
    task = letters(Work((net.context, net.letters), 8, rate=1e-2, transformer=net), 32)
    first, path = first_weights(task.work), tmp_path / "task.npz"
    ours = Ours(task)
    assert [array.shape for array in ours.weights()] == [array.shape for array in first]
    expected = np.exp(reference.log_softmax(reference.answer(task.work, first, task.x).reshape(-1, net.letters)))
    np.testing.assert_allclose(ours.answer(task.x).reshape(expected.shape), expected, atol=1e-5)
    before = reference.loss(task, first)
    ours.train(5)
    assert reference.loss(task, ours.weights()) < before
    task.save(path)
    assert Task.load(path).work == task.work


def test_the_small_gpt_has_its_parameters() -> None:
    assert sum(array.size for array in transformers.first_weights(BARE, "float32")) == 4192


def test_each_letter_is_asked_for_the_one_after_it() -> None:
    task = letters(Work((16, 27), 8, transformer=BARE), 20)
    np.testing.assert_array_equal(task.x[:, 1:], task.y[:, :-1])


def test_joined_weights_come_apart_again() -> None:
    arrays = transformers.first_weights(TWO, "float32")
    together = transformers.joined(TWO, arrays)
    assert together["1 three"].shape == (12, 36)
    for array, back in zip(arrays, transformers.parted(TWO, together), strict=True):
        np.testing.assert_array_equal(array, back)


def test_the_work_of_attention_is_counted() -> None:
    block = 12 * (4 * 12 + 2 * 48) + 2 * 8 * 12
    assert Work((8, 27), 4, transformer=TWO).multiply_adds == 4 * 3 * 8 * (2 * block + 12 * 27)
