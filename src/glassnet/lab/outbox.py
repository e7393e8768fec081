"""What a session has to send: replies in their order, of events the newest of each kind, and acknowledged frames."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable
from threading import Lock

import numpy as np

from glassnet.ir.types import Array

HEADER = struct.Struct("<IIHH")
"""Of a frame: its sequence number, the step it shows, its kind, and zeros; float32 numbers follow."""
WINDOW = 2
"""Frames on their way that the browser has not yet acknowledged; older ones that wait are dropped for newer."""

MOST_REPLIES = 16


class Outbox:
    """Filled from any thread, emptied by the session.

    >>> box = Outbox(lambda: None)
    >>> for step in range(5):
    ...     box.frame(0, step, np.zeros(1))
    >>> HEADER.unpack(box.next()[:12]), box.next()
    ((1, 4, 0, 0), None)
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake, self._lock = wake, Lock()
        self._replies: deque[str] = deque()
        self._events: dict[str, str] = {}
        self._frames: dict[int, tuple[int, bytes]] = {}
        self._sent = self._acknowledged = 0

    def reply(self, text: str) -> None:
        """An answer to a command: each is sent."""
        with self._lock:
            self._replies.append(text)
        self._wake()

    @property
    def is_full(self) -> bool:
        """Whether so many answers wait that no more should be made."""
        return len(self._replies) >= MOST_REPLIES

    def event(self, name: str, text: str) -> None:
        """News of that name, which replaces news that still waits."""
        with self._lock:
            self._events[name] = text
        self._wake()

    def frame(self, kind: int, step: int, numbers: Array) -> None:
        """Numbers of that kind at a step, sent as float32; they replace a frame of that kind that still waits."""
        payload = np.ascontiguousarray(numbers, "<f4").tobytes()
        with self._lock:
            self._frames[kind] = (step, payload)
        self._wake()

    def acknowledge(self, sequence: int) -> None:
        """The browser has painted the frame of that number."""
        with self._lock:
            if self._acknowledged < sequence <= self._sent:
                self._acknowledged = sequence
        self._wake()

    def next(self) -> str | bytes | None:
        """What is to be sent now; None for nothing."""
        with self._lock:
            if self._replies:
                return self._replies.popleft()
            if self._events:
                return self._events.pop(next(iter(self._events)))
            if self._frames and self._sent - self._acknowledged < WINDOW:
                self._sent += 1
                kind = next(iter(self._frames))
                step, payload = self._frames.pop(kind)
                return HEADER.pack(self._sent, step, kind, 0) + payload
            return None
