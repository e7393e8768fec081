"""What is said of times: quartiles, and the ratio of two contestants that took turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

TOLERANCE = 0.2
"""How far, relatively, a contestant's loss may lie from the others' middle one."""


def summary(times: Sequence[float]) -> dict[str, float]:
    """The least, the quartiles, and how far the quartiles lie apart relative to the median.

    >>> summary([1.0, 2.0, 3.0, 4.0, 5.0])
    {'least': 1.0, 'lower_quartile': 2.0, 'median': 3.0, 'upper_quartile': 4.0, 'spread': 0.6666666666666666}
    """
    low, middle, high = (float(q) for q in np.quantile(times, (0.25, 0.5, 0.75)))
    named = {"lower_quartile": low, "median": middle, "upper_quartile": high}
    return {"least": float(min(times)), **named, "spread": (high - low) / middle}


def ratio(ours: Sequence[float], rival: Sequence[float]) -> dict[str, Any]:
    """Ours over the rival's: of lower quartiles, of medians, and the quartiles of the ratios turn by turn.

    >>> ratio([1.0, 1.0, 1.0], [2.0, 2.0, 4.0])
    {'lower_quartiles': 0.5, 'medians': 0.5, 'spread': [0.375, 0.5]}
    """
    mine, others = summary(ours), summary(rival)
    turns = [a / b for a, b in zip(ours, rival, strict=False)]
    return {
        "lower_quartiles": mine["lower_quartile"] / others["lower_quartile"],
        "medians": mine["median"] / others["median"],
        "spread": [float(q) for q in np.quantile(turns, (0.25, 0.75))],
    }


def unequal(losses: dict[str, float], before: float, tolerance: float = TOLERANCE) -> dict[str, str]:
    """The contestants whose loss is not the others', or no less than before training, and why.

    >>> unequal({"a": 0.50, "b": 0.51, "c": 0.70}, before=2.3)
    {'c': 'its loss is 0.7, the middle one 0.51'}
    """
    middle = float(np.nanmedian(list(losses.values())))
    far = {
        name: f"its loss is {loss:.3g}, the middle one {middle:.3g}"
        for name, loss in losses.items()
        if not abs(loss - middle) <= tolerance * middle
    }
    idle = {
        name: f"its loss is {loss:.3g}, as before training" for name, loss in losses.items() if loss > 0.95 * before
    }
    return far | idle
