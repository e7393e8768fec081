"""A child of a process that trains in another thread: what that thread held is free there, and whole."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import numpy as np
import pytest

import glassnet as gn
from glassnet.compile import is_available
from glassnet.forking import held_at_forks

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no forks"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]
X = np.random.default_rng(0).normal(size=(500, 20))
Y = np.arange(500) % 2


def ended_well(pid: int) -> bool:
    """Whether that child ends by itself, and without a complaint."""
    for _ in range(6000):  # a minute: beside the trainings of its parent, and on a busy machine
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status == 0
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return False


class Held:
    """A lock, and in which order it was taken."""

    taken: ClassVar[list[int]] = []

    def __init__(self, rank: int) -> None:
        self.rank, self.lock = rank, threading.Lock()
        held_at_forks(self, rank)

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self.lock:
            self.taken.append(self.rank)
            yield


def test_what_is_registered_is_held_in_order_and_let_go_on_both_sides() -> None:
    second, first = Held(8), Held(7)
    Held.taken.clear()
    pid = os.fork()
    if not pid:
        free = first.lock.acquire(timeout=5) and second.lock.acquire(timeout=5)
        os._exit(0 if free else 1)
    assert ended_well(pid)
    assert Held.taken == [7, 8]
    assert not first.lock.locked()
    assert not second.lock.locked()


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_a_child_of_a_process_that_trains_calls_and_trains(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most children of a training by the engine waited for ever for a thread that they do not have."""
    if engine == "compiled" and not is_available():
        pytest.skip("llvmlite has no wheel for this platform")
    monkeypatch.setenv("GLASSNET_ENGINE", engine)
    net = gn.Network(20, gn.Dense(64, "relu"), gn.Dense(2, "softmax"))
    net(X)
    over = threading.Event()

    def keep(what: str) -> None:
        while not over.is_set():
            net(X) if what == "call" else net.fit(X, Y, epochs=20)

    others = [threading.Thread(target=keep, args=(what,)) for what in ("train", "call")]
    for other in others:
        other.start()
    try:
        for _ in range(12):
            pid = os.fork()
            if not pid:
                fine = np.isfinite(net(X)).all() and net.fit(X, Y, epochs=1).epochs
                os._exit(0 if fine else 1)
            assert ended_well(pid)
    finally:
        over.set()
        for other in others:
            other.join()
