"""The exercises of the levels, each drawn once for all tests that only look at it."""

from functools import cache

from glassnet.practice import Exercise, exercise


@cache
def drawn_once(level: int, seed: int) -> Exercise:
    """For tests that do not train its network."""
    return exercise(level, seed)
