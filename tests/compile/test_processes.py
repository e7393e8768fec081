"""The engine beside others: forked and spawned processes, two trainings in two threads, readers, signals, one core."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet import compile as engine
from glassnet import ops
from glassnet.compile import choice, tasks, threads
from glassnet.compile import function as calls

pytestmark = pytest.mark.skipif(not engine.is_available(), reason="llvmlite has no wheel for this platform")

X = np.random.default_rng(3).normal(size=(90, 6))
Y = np.arange(90) % 4


@pytest.fixture(autouse=True)
def by_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "compiled")


def trained(seed: int = 1, net: gn.Network | None = None) -> gn.Network:
    net = net or gn.Network(6, gn.Dense(8, "tanh"), gn.Dropout(0.3), gn.Dense(4, "softmax"), seed=seed)
    net.fit(X, Y, epochs=4, batch_size=16)
    return net


def numbers(net: gn.Network) -> np.ndarray:
    """Its weights, and answers for many samples and for one."""
    return np.concatenate([net.parameters.buffer, net(X).ravel(), net(X[0])])


def send(net: gn.Network | None, pipe: Any) -> None:
    """In another process: train on, or from the beginning."""
    os.environ[choice.VARIABLE] = "compiled"
    pipe.send(numbers(trained(net=net)))


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the runner of the tests may have threads
@pytest.mark.parametrize("way", multiprocessing.get_all_start_methods())
@pytest.mark.parametrize("begun", [False, True])
def test_another_process_trains_to_the_same_bits(way: str, begun: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    context, net = multiprocessing.get_context(way), trained() if begun else None
    here, there = context.Pipe()
    process: Any = context.Process(target=send, args=(net, there))  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.delenv(choice.VARIABLE)  # a fork server stays, for other tests too, with the variables it was begun with
        process.start()
    found = here.recv()
    process.join()
    is_a_copy = way != "fork"  # which has no training to go on with
    again = trained(net=net.copy() if net is not None and is_a_copy else net)
    np.testing.assert_array_equal(found, numbers(again))


def test_two_threads_train_two_networks_to_the_bits_of_each_alone() -> None:
    found: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda seed=seed: found.update({seed: numbers(trained(seed))})) for seed in (1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed, array in found.items():
        np.testing.assert_array_equal(array, numbers(trained(seed)))
    assert len(found) == 2


WIDE = 20_000


@gn.loss
def all_downhill(prediction: Any, target: Any) -> Any:
    """Its gradient by the biases is −1: with the learning rate 1, each step adds 1 to all of them."""
    return ops.sum(-prediction, axes=(1,))


READINGS: dict[str, Callable[[gn.Network], np.ndarray]] = {
    "one sample": lambda net: net(np.zeros(1)),
    "many samples": lambda net: net(np.zeros((3, 1)))[[0, -1]],
    "arrays": lambda net: net.arrays()["dense_1.biases"],
}


@pytest.mark.parametrize("reading", READINGS)
def test_a_reading_between_many_steps_is_of_one_step(reading: str) -> None:
    """All biases grow together: any two that differ are of two steps."""
    net, end, seen = gn.Network(1, gn.Dense(WIDE, weights="zeros"), dtype="float64"), threading.Event(), []

    class UntilRead(gn.Callback):
        def on_epoch(self, training: Any, row: Any) -> None:
            training.stop = "read often enough" if end.is_set() else ""

    def train() -> None:
        settings: dict[str, Any] = {"optimizer": gn.SGD(1.0), "loss": all_downhill, "metrics": [], "batch_size": 1}
        x = np.zeros((50, 1))
        net.fit(x, np.zeros((50, WIDE)), epochs=10**9, callbacks=[UntilRead()], **settings)

    thread = threading.Thread(target=train)
    thread.start()
    try:
        while len(set(seen)) < 10:
            read = READINGS[reading](net)
            assert read.min() == read.max()
            seen.append(float(read.flat[0]))
    finally:
        end.set()
        thread.join()
    assert seen == sorted(seen)


def test_a_signal_ends_many_steps_after_a_whole_one() -> None:
    """It comes while the machine runs; all steps are counted, and the weights are those of the best epoch."""
    net, begun = gn.Network(6, gn.Dense(8, "tanh"), gn.Dense(4, "softmax"), seed=1), threading.Event()

    class Begun(gn.Callback):
        def on_epoch(self, training: Any, row: Any) -> None:
            begun.set()

    def interrupt() -> None:
        begun.wait()
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        history = net.fit(X, Y, epochs=10**9, batch_size=16, callbacks=[Begun()])
    finally:
        signal.signal(signal.SIGINT, before)
        thread.join()
    assert history.signal == signal.SIGINT
    best = int(np.argmin(history["loss"])) + 1
    assert history.stopped.endswith(f"the network has the weights of epoch {best}, the best by loss")
    again = gn.Network(6, gn.Dense(8, "tanh"), gn.Dense(4, "softmax"), seed=1)
    again.fit(X, Y, epochs=best, batch_size=16)
    np.testing.assert_array_equal(net.parameters.buffer, again.parameters.buffer)


def test_one_core_makes_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    several = trained()
    monkeypatch.setattr(threads, "processors", lambda: 1)
    monkeypatch.setattr("glassnet.compile.machine._started", lambda threads: threads and pytest.fail("a thread"))
    np.testing.assert_array_equal(trained().parameters.buffer, several.parameters.buffer)


def test_the_bits_of_a_call_do_not_depend_on_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    net, x = (
        gn.Network(6, gn.Dense(8, "tanh"), gn.Dense(4, "softmax"), seed=1),
        np.random.default_rng(4).random((2000, 6)),
    )
    alone, used = net(x), []
    monkeypatch.setattr(calls, "WORTH", 0.0)
    monkeypatch.setattr(tasks, "LEAST_WORK", 100.0)
    monkeypatch.setattr(threads.Threads, "next", lambda self, _: used.append(2) or 2)
    again = gn.Network(6, gn.Dense(8, "tanh"), gn.Dense(4, "softmax"), seed=1)
    for _ in range(3):
        np.testing.assert_array_equal(again(x), alone)
    assert used


def test_a_second_thread_is_used_only_where_it_helps() -> None:
    """A busy core makes two threads slower than one: then one makes the steps, and two are tried again in between."""
    chosen_by = threads.Threads()
    if threads.processors() > 1:
        chosen = []
        for _ in range(100):
            chosen.append(chosen_by.next(0.01))
            chosen_by.took(chosen[-1], {1: 0.01, 2: 0.02}[chosen[-1]])
        tried = [run for run, several in enumerate(chosen) if several == 2]
        assert tried[0] == 0
        waits = [after - before for before, after in pairwise(tried)]
        assert waits[0] <= 2 * chosen_by.SOON
        assert waits == sorted(waits)  # more and more seldom
        assert waits[-1] == chosen_by.SELDOM + 1
    assert chosen_by.next(chosen_by.LEAST / 2) == 1


def test_the_other_number_of_threads_is_tried_for_a_short_time() -> None:
    """It may be half as fast; and it is tried again soon, since the first time it may have been held up."""
    chosen_by = threads.Threads()
    if threads.processors() > 1:
        chosen_by.took(1, 0.02)
        seconds, tried, held_up = {1: 0.02, 2: 0.01}, [], 0.1
        for run in range(2 * chosen_by.SELDOM):
            share, chosen = chosen_by.share(0.01), chosen_by.next(0.01)
            if share < 1:
                assert share == chosen_by.TRIAL
                tried.append((run, chosen))
            chosen_by.took(chosen, seconds[chosen] if tried[1:] else held_up)
        assert tried[0] == (0, 2)
        assert tried[1][1] == 2
        assert tried[1][0] <= chosen_by.SOON + 1
        assert [chosen for _, chosen in tried[2:]] == [1]
    assert chosen_by.share(chosen_by.LEAST / 2) == 1.0


def test_a_run_that_was_held_up_once_changes_nothing() -> None:
    """But several do: then what holds them up is still there."""
    chosen_by = threads.Threads()
    if threads.processors() > 1:
        chosen_by.took(1, 0.015)
        chosen_by.took(2, 0.01)
        chosen_by.took(2, 0.1)
        assert chosen_by.next(0.01) == 2
        for _ in range(10):
            chosen_by.took(2, 0.1)
        assert chosen_by.next(0.01) == 1
