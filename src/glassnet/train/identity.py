"""How a checkpoint knows its data again: by digests of all samples; what has no digest is named."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from functools import cached_property

import numpy as np

from glassnet.ir.types import Array
from glassnet.train.batches import ArrayBatches, Batches, Rows, Samples
from glassnet.train.metrics import Metric

PART = 1 << 24  # bytes read at a time: the array may be larger than memory


@dataclass(frozen=True, eq=False)
class Identity:
    """The data that a training learns from and is validated on; digests are computed when they are needed."""

    batches: Batches
    held_out: Samples | None
    metrics: Mapping[str, Metric]
    dtype: str

    @cached_property
    def digests(self) -> dict[str, str | None]:
        """The digest of each array by its name in ``fit``, None for one not given; of a list of batches, one."""
        batches, found = self.batches, {}
        if isinstance(batches, ArrayBatches):
            found = self._of((batches.x, batches.y, batches.sample_weight))
        elif isinstance(batches.stream, list | tuple):
            each = [self._of(batches.prepare(item)) for item in batches.stream]
            found = {"batches": f"sha256:{hashlib.sha256(repr(each).encode()).hexdigest()}"}
        validation = self._of(self.held_out) if self.held_out else {}
        return {**found, **{f"validation {name}": value for name, value in validation.items()}}

    def _of(self, samples: Samples) -> dict[str, str | None]:
        x, y, weight = samples
        return {"x": digest(x, self.dtype), "y": digest(y), "sample_weight": None if weight is None else digest(weight)}

    @property
    def unchecked(self) -> list[str]:
        """What may differ after resuming without being noticed, for it has no digest."""
        if isinstance(self.batches, ArrayBatches):
            augment = self.batches.augment
            found = [] if augment is None or is_dataclass(augment) else ["augment"]
        else:
            found = [] if "batches" in self.digests else ["the stream of batches"]
        ours = "glassnet.train.metrics"
        return [*found, *(f"the metric {name}" for name, f in self.metrics.items() if f.__module__ != ours)]


def digest(array: Array | Rows, dtype: str | None = None) -> str:
    """The SHA-256 of shape, dtype and numbers, as a training with that dtype sees them.

    >>> digest(np.array([1, 2], ">i2"), "float32") == digest(np.array([1.0, 2.0]), "float32")
    True
    """
    example = np.asarray(array[:1])
    kind = np.dtype(dtype or example.dtype).newbyteorder("<")
    found = hashlib.sha256(f"{kind.str} {(len(array), *example.shape[1:])}".encode())
    rows = max(1, PART // max(1, math.prod(example.shape[1:]) * kind.itemsize))
    for start in range(0, len(array), rows):
        found.update(np.asarray(array[start : start + rows]).astype(kind, copy=False).tobytes())
    return f"sha256:{found.hexdigest()}"
