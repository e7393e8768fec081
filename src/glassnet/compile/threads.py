"""How many threads do the work: as many as were fastest lately. The results don't depend on it."""

from __future__ import annotations

import os


class Threads:
    """How many threads a run gets: as many as were fastest lately; the other number is tried again now and then.

    Two threads were perhaps held up when they were slower than one. So they are tried again soon, and only then more
    and more seldom. If they are held up later, their own runs say so.
    """

    SOON, SELDOM = 2, 32
    """Runs until the other number is tried again."""
    TRIAL = 0.2
    """How long a run is that tries it, as a share of others: it may take twice the time."""
    LEAST = 1e-5
    """Seconds of a step below which other threads cannot help."""
    HELD_UP = 1.1
    """How much longer than before a run may count at most: whoever held it up may be gone by the next one."""

    def __init__(self) -> None:
        self._took: dict[int, float] = {}
        self._runs, self._again = 0, self.SOON

    def next(self, seconds: float) -> int:
        """For the next run, where a step takes so many seconds; 0 where that is not known yet."""
        if seconds < self.LEAST or processors() == 1:
            return 1
        chosen, self._runs = self._chosen(), self._runs + 1
        if chosen in self._took and chosen != self._best():
            self._runs, self._again = 0, min(2 * self._again, self.SELDOM)
        return chosen

    def share(self, seconds: float) -> float:
        """How long the next run should be, as a share of others."""
        tries = seconds >= self.LEAST and processors() > 1 and self._chosen() != self._best()
        return self.TRIAL if tries else 1.0

    def took(self, threads: int, seconds: float) -> None:
        """Note the seconds of a step with so many threads."""
        before = self._best()
        self._took[threads] = min(seconds, self.HELD_UP * self._took.get(threads, seconds))
        if self._best() != before:
            self._runs, self._again = 0, self.SOON

    def _chosen(self) -> int:
        untried = [threads for threads in (2, 1) if threads not in self._took]
        if untried:
            return untried[0]
        best = self._best()
        return 3 - best if self._runs >= (self._again if best == 1 else self.SELDOM) else best

    def _best(self) -> int:
        """The number that was fastest lately, of those that were tried; 0 where none was."""
        return min(self._took, key=self._took.__getitem__, default=0)


def processors() -> int:
    """How many processors this process may use; fewer where ``OMP_NUM_THREADS`` says so, as in other libraries."""
    try:
        found = len(os.sched_getaffinity(0))
    except AttributeError:  # as on macOS and Windows
        found = os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return min(found, int(asked)) if asked.isascii() and asked.isdigit() and int(asked) else found
