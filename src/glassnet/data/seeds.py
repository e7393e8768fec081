"""Random numbers for data that the program makes: the same seed gives the same data."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.ir.require import require


def generator(seed: Any) -> np.random.Generator:
    """The random numbers of a seed, the same on every machine (Philox 4×64-10).

    Raises:
        GlassnetError: it is no whole number from 0 to 2⁶⁴ − 1.

    >>> generator(0).integers(0, 100, 3).tolist()
    [13, 1, 93]
    """
    is_seed = isinstance(seed, int | np.integer) and not isinstance(seed, bool) and 0 <= seed < 2**64
    require(bool(is_seed), f"the seed must be a whole number from 0 to 2⁶⁴ − 1, got {seed!r}")
    return np.random.Generator(np.random.Philox(int(seed)))
