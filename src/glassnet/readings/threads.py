"""The threads that NumPy's library multiplies matrices with: one for products that are too small to be shared.

Its threads wait for each other after each product, without a rest. Where a core is busy with something else, each
product then takes as long as that core's turn, a hundred times its own.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any

from glassnet.forking import held_at_forks
from glassnet.ir.graph import Graph
from glassnet.readings.operations import of_one

NEVER_SHARED = 2**13
"""Multiply-adds of a product below which the library itself takes one thread."""
WORTH_SHARING = 3e7
"""Multiply-adds from which several threads save more than they cost: a millisecond of one."""


def largest_product(graph: Graph) -> int:
    """The multiply-adds of the largest product, for one sample."""
    return max((of_one(var, equation, 1)[0] for var, equation in graph.equations()), default=0)


@cache
def library() -> Any:
    """The library that multiplies NumPy's matrices, as threadpoolctl knows it; None where it knows none."""
    from threadpoolctl import ThreadpoolController

    found = [one for one in ThreadpoolController().lib_controllers if one.user_api == "blas"]
    numpys = [one for one in found if "numpy" in str(one.filepath)]
    return next(iter([*numpys, *found]), None)


def blas_threads() -> int | None:
    """How many threads multiply matrices, on which the last bits of wide networks depend; None where none tells."""
    return None if library() is None else int(library().get_num_threads())


class _Blocks:
    """How many blocks want one thread now, and the number of threads to go back to."""

    def __init__(self) -> None:
        self.lock, self.count, self.before = threading.Lock(), 0, 1
        held_at_forks(self, 2)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A block in which none begins or ends; if it forks, those that are open stay with the parent."""
        process = os.getpid()
        with self.lock:
            yield
            if self.count and os.getpid() != process:
                self.count = 0
                library().set_num_threads(self.before)


_BLOCKS = _Blocks()


@contextmanager
def one_thread() -> Iterator[None]:
    """A block in which one thread multiplies NumPy's matrices: where the work is shared in another way, say."""
    if library() is None:
        yield
        return
    with _BLOCKS.lock:
        if not _BLOCKS.count:
            _BLOCKS.before = library().get_num_threads()
            library().set_num_threads(1)
        _BLOCKS.count += 1
    try:
        yield
    finally:
        with _BLOCKS.lock:
            _BLOCKS.count -= 1
            if not _BLOCKS.count:
                library().set_num_threads(_BLOCKS.before)


@contextmanager
def shared_if_worth(work: float) -> Iterator[None]:
    """A block whose largest product takes so many multiply-adds."""
    with one_thread() if NEVER_SHARED <= work < WORTH_SHARING else nullcontext():
        yield
