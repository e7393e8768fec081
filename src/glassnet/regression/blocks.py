"""Rows worked on some at a time, so few that what is made of them stays in the processor's cache; in two threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

PART = 1 << 16
"""Rows that a thread takes at a time."""
T = TypeVar("T")
R = TypeVar("R")


def blocks(n: int, size: int, start: int = 0) -> list[slice]:
    """The numbers from ``start`` to n in slices of ``size``; the last may be shorter.

    >>> blocks(5, 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return [slice(first, min(first + size, n)) for first in range(start, n, size)]


def each(work: Callable[[T], R], parts: Sequence[T]) -> Iterator[R]:
    """The result for each part, in order; two are worked out at a time, since NumPy lets other threads go on.

    >>> list(each(abs, [-1, 2]))
    [1, 2]
    """
    if len(parts) < 2:
        yield from map(work, parts)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(work, parts)
