"""Points of one's own on the page *Playground*: drawn, typed, or from a table."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np

from glassnet.data import table
from glassnet.data.records import read_records
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lab.playground.samples import OWN, Points
from glassnet.lab.playground.settings import MOST_OWN, Setup

NEAR = 4.0
"""Numbers up to this size are taken as they are; columns with larger ones are brought into −1 to 1."""


def own_points(setup: Setup) -> Setup:
    """The same samples as points of one's own, which can be added to.

    >>> len(own_points(Setup(count=20)).points)
    20
    """
    if setup.data == OWN:
        return setup
    samples = setup.samples
    chosen = slice(0, MOST_OWN)
    columns = np.column_stack([samples.points[chosen], samples.targets[chosen]]).astype(float)
    points = tuple((round(x, 3), round(y, 3), round(target, 3)) for x, y, target in columns.tolist())
    return replace(setup, data=OWN, points=points, labels=tuple(map(str, range(setup.classes))))


def own_table(content: bytes, target: str) -> tuple[tuple[str, ...], Points]:
    """(the classes' names, the points) of a table; no names where the target is a number.

    >>> own_table(b"a,b,kind\\n0,1,red\\n1,0,blue\\n1,1,red\\n", "")
    (('blue', 'red'), ((0.0, 1.0, 1.0), (1.0, 0.0, 0.0), (1.0, 1.0, 1.0)))

    Raises:
        GlassnetError: it cannot be read, or does not have two inputs.
    """
    records = read_records(BytesIO(content))
    found = table(records, target.strip() or list(records.columns)[-1])
    features = found.encoding.features
    require(
        len(features) == 2,
        f"a point of the plane has two inputs, and here are {len(features)}: {', '.join(features[:10])}",
    )
    inputs = np.column_stack([_near(column) for column in found.x.T])
    labels = tuple(found.encoding.target.labels or ())
    targets = found.y if labels else _near(found.y)
    rows = np.column_stack([inputs, targets]).astype(float).tolist()
    return labels, tuple((round(x, 4), round(y, 4), round(value, 4)) for x, y, value in rows)


def _near(column: Array) -> Array:
    """A column of large numbers brought into −1 to 1, by their least and largest."""
    low, high = float(column.min()), float(column.max())
    if max(abs(low), abs(high)) <= NEAR or low == high:
        return column
    return 2 * (column - low) / (high - low) - 1
