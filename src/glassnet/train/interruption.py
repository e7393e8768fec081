"""Interruption: Ctrl-C and the signals that ask a program to end, taken between two steps of a training."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from glassnet.train.training import Training

DEFAULTS = {
    getattr(signal, name): handler
    for name, handler in (
        ("SIGINT", signal.default_int_handler),
        ("SIGTERM", signal.SIG_DFL),
        ("SIGHUP", signal.SIG_DFL),  # the terminal was closed; Windows has none
    )
    if hasattr(signal, name)
}
"""The signals that are taken, and what Python does with them: where a program has its own plans, they stay."""


@contextmanager
def interruptible(training: Training) -> Iterator[None]:
    """A block in which the first signal ends the training after the current step, and a second one at once.

    Only the main thread is told of signals, so a training in another thread goes on.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        if training.signal and not training.is_writing:
            raise KeyboardInterrupt
        training.signal = number
        training.stop_now = training.stop_now or "interrupted"

    before = {number: signal.getsignal(number) for number in DEFAULTS}
    taken = {number: handler for number, handler in before.items() if handler is DEFAULTS[number]}
    for number in taken:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)
