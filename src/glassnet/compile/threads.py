"""How many threads do the work: as many as were fastest lately. The results don't depend on it."""

from __future__ import annotations

import os


class Threads:
    """How many threads a run gets: as many as were fastest lately; each number is tried again now and then."""

    AGAIN = 32
    LEAST = 2e-5
    """Seconds of a step below which other threads cannot help."""
    HELD_UP = 1.1
    """How much longer than before a run may count at most: whoever held it up may be gone by the next one."""

    def __init__(self) -> None:
        self._took: dict[int, float] = {}
        self._runs = 0

    def next(self, seconds: float) -> int:
        """For the next run, where a step takes so many seconds; 0 where that is not known yet."""
        if seconds < self.LEAST or (most := min(2, processors())) == 1:
            return 1
        self._runs += 1
        untried = [threads for threads in (most, 1) if threads not in self._took]
        if untried:
            return untried[0]
        best = min(self._took, key=self._took.__getitem__)
        return 3 - best if self._runs % self.AGAIN == 0 else best

    def took(self, threads: int, seconds: float) -> None:
        """Note the seconds of a step with so many threads."""
        self._took[threads] = min(seconds, self.HELD_UP * self._took.get(threads, seconds))


def processors() -> int:
    """How many processors this process may use; fewer where ``OMP_NUM_THREADS`` says so, as in other libraries."""
    try:
        found = len(os.sched_getaffinity(0))
    except AttributeError:  # as on macOS and Windows
        found = os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return min(found, int(asked)) if asked.isascii() and asked.isdigit() and int(asked) else found
