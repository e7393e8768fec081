"""Forks: the child has none of its parent's other threads, so what one of them was holding would never be let go.

So the thread that forks first holds all that is registered here, and lets it go in both processes: there it is whole,
and free.
"""

from __future__ import annotations

import os
import threading
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol
from weakref import WeakValueDictionary


class Holdable(Protocol):
    """What one thread holds at a time."""

    def alone(self) -> AbstractContextManager[object]:
        """A block in which no other thread holds it."""


_ALL: WeakValueDictionary[tuple[int, int], Holdable] = WeakValueDictionary()
_TURN = threading.Lock()
_HELD = ExitStack()


def held_at_forks(thing: Holdable, rank: int) -> None:
    """Register a thing, for as long as it lives; whoever holds several takes those of a lower rank first."""
    _ALL[rank, id(thing)] = thing


def _before() -> None:
    _HELD.enter_context(_TURN)
    for _, thing in sorted(_ALL.items(), key=lambda item: item[0]):
        _HELD.enter_context(thing.alone())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_HELD.close, after_in_child=_HELD.close)
