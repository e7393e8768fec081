"""Batches: how samples reach the training, from arrays (also larger than memory) or from a stream of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, is_dataclass
from itertools import chain, islice
from typing import Any

import numpy as np

from glassnet.compile import shuffled
from glassnet.ir.errors import DataError
from glassnet.ir.types import Array
from glassnet.model.seeds import generator, sequence

Batch = tuple[Array, Array, Array | None]
Augmentation = Callable[[Array, np.random.Generator], Array]


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of an array, each read when it is asked for: the array may be larger than memory."""

    array: Array
    rows: Array

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, chosen: slice | Array) -> Array:
        return np.asarray(self.array[self.rows[chosen]])


Samples = tuple[Array | Rows, Array, Array | None]


@dataclass(frozen=True, eq=False)
class ArrayBatches:
    """Samples from arrays, in a new order each epoch; the order depends on the seed and the epoch alone."""

    x: Array | Rows
    y: Array
    sample_weight: Array | None
    size: int
    shuffle: bool
    seed: int
    augment: Augmentation | None = None

    def sample(self) -> Batch:
        """A batch from all over the samples, as large as those of an epoch, to be looked at beforehand."""
        count = min(self.size, len(self.x))
        spread = np.arange(count) * len(self.x) // count
        return self.x[spread], self.y[spread], None if self.sample_weight is None else self.sample_weight[spread]

    def describe(self) -> dict[str, Any]:
        """What must be the same for the batches to be the same, as JSON."""
        return {
            "samples": len(self.x),
            "batch_size": self.size,
            "shuffle": self.shuffle,
            "augment": _described(self.augment),
        }

    def order(self, epoch: int, compiled: bool = False) -> Array:
        """The index of each sample, in the order of an epoch; ``compiled``, by machine code, which is quicker."""
        samples = len(self.x)
        if not self.shuffle:
            return np.arange(samples)
        if compiled:
            return shuffled(samples, sequence(self.seed, "order", epoch))
        return generator(self.seed, "order", epoch).permutation(samples)

    def epoch(self, epoch: int, start: int) -> Iterator[Batch]:
        """The batches of an epoch, from batch number ``start`` on."""
        order = self.order(epoch)
        for batch in range(start, -(-len(order) // self.size)):
            chosen = order[batch * self.size : (batch + 1) * self.size]
            x = np.asarray(self.x[chosen])
            if self.augment is not None:
                x = self.augment(x, generator(self.seed, "augment", epoch, batch))
            yield x, self.y[chosen], None if self.sample_weight is None else self.sample_weight[chosen]


def _described(augment: Augmentation | None) -> str | None:
    """What describes an augmentation in JSON: its settings where it shows them, else its name."""
    if augment is None:
        return None
    return repr(augment) if is_dataclass(augment) else getattr(augment, "__name__", type(augment).__name__)


@dataclass(eq=False)
class StreamBatches:
    """Batches that the user makes: an iterable of (x, y) or (x, y, sample_weight), begun anew each epoch."""

    stream: Iterable[Any]
    prepare: Callable[[Any], Batch]

    def sample(self) -> Batch:
        """The first batch, to be looked at beforehand; a generator still gives it when its one epoch is read."""
        iterator = iter(self.stream)
        for item in iterator:
            if iterator is self.stream:
                self.stream = chain([item], iterator)
            return self.prepare(item)
        raise _no_batches(0)

    def describe(self) -> dict[str, Any]:
        """What must be the same for the batches to be the same: that is up to the user."""
        return {"samples": None}

    def epoch(self, epoch: int, start: int) -> Iterator[Batch]:
        """The batches of an epoch, from batch number ``start`` on (those before are read and left out)."""
        empty = True
        for item in islice(iter(self.stream), start, None):
            empty = False
            yield self.prepare(item)
        if empty and not start:
            raise _no_batches(epoch)


def _no_batches(epoch: int) -> DataError:
    return DataError(
        f"epoch {epoch + 1} got no batches; a generator can be read only once: give a list, or an object whose "
        "__iter__ starts anew each epoch"
    )


Batches = ArrayBatches | StreamBatches
