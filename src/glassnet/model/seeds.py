"""Random numbers by purpose: what one purpose draws never moves another's."""

from __future__ import annotations

import numpy as np

_PURPOSES = {"parameters": 1, "order": 2, "augment": 3, "split": 4, "generate": 5}


def sequence(seed: int, purpose: str, *numbers: int) -> np.random.SeedSequence:
    """What the random numbers for one purpose begin with."""
    return np.random.SeedSequence([seed, _PURPOSES[purpose], *numbers])


def generator(seed: int, purpose: str, *numbers: int) -> np.random.Generator:
    """Random numbers for one purpose: each (seed, purpose, numbers) has a stream of its own."""
    return np.random.Generator(np.random.Philox(sequence(seed, purpose, *numbers)))
