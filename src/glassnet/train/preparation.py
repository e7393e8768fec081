"""Preparation: the x and y that a user gives become arrays that fit the network and its loss, or one clear error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.data.checks import column_names, require_same_rows
from glassnet.ir.errors import DataError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.layers.losses import Loss
from glassnet.model.answer import Answer
from glassnet.model.model import Model
from glassnet.model.seeds import generator
from glassnet.train.batches import ArrayBatches, Augmentation, Batch, Batches, Rows, Samples, StreamBatches
from glassnet.train.targets import class_numbers, prepare_targets, require_two_classes, sample_weights, texts_of
from glassnet.words import counted


@dataclass(frozen=True, eq=False)
class Preparation:
    """Checks and shapes samples for one network and one loss."""

    network: Model
    loss: Loss

    def samples(self, x: Any, y: Any, weight: Any = None, class_weight: dict[int, float] | None = None) -> Batch:
        """(inputs, targets, weights or None), with as many of each.

        Raises:
            DataError: data that cannot be used.
        """
        inputs, single = self.network.inputs_of(x)
        network = self.network.at(inputs.shape[1:])
        if not single:
            require_same_rows({"x": x, "y": y, "sample_weight": weight})
        if (texts := texts_of(y)) is not None:
            numbers = class_numbers(texts, network.labels, network.output, network.is_classifier)
            y = numbers.reshape(np.asarray(y, dtype=object).shape)
        targets = prepare_targets(y, network.output, self.loss, network.dtype)
        if len(inputs) != len(targets):
            raise DataError(
                f"x has {counted(len(inputs), 'sample')} and y has {len(targets)}; each sample needs one target"
            )
        outputs = network.output.shape
        classes = max(2, int(outputs[-1])) if outputs[1:] else 2  # type: ignore[arg-type]
        return (
            inputs,
            targets,
            sample_weights(weight, class_weight, network.answer.labels(targets), network.dtype, classes),
        )

    def batches(
        self,
        x: Any,
        y: Any,
        batch_size: int,
        shuffle: bool = True,
        validation: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        augment: Augmentation | None = None,
    ) -> tuple[Batches, Samples | None]:
        """The training batches, and the validation samples. The names of a data frame's columns are remembered, and so
        are the classes where the targets are texts."""
        self.network.columns = self.network.columns or column_names(x)
        if self.network.is_classifier and self.network.labels is None and (texts := texts_of(y)) is not None:
            labels = tuple(sorted(set(texts)))
            class_numbers(texts, labels, self.network.output, True)
            self.network.labels = labels
        held_out: Samples | None = None
        if isinstance(validation, tuple | list):
            given = f"validation must be (x, y) or (x, y, sample_weight), got {len(validation)} parts"
            require(len(validation) in (2, 3), given)
            held_out = self.samples(*validation)
        if y is None:
            what = f"without y, x must be an iterable of batches (x, y), got {type(x).__name__}"
            require(isinstance(x, Iterable) and not isinstance(x, np.ndarray), what)
            whole = validation is None or held_out is not None
            require(whole, "a share of a stream cannot be held out; give validation=(x, y)")
            per_sample = sample_weight is None and class_weight is None and augment is None
            require(per_sample, "weights and augmentation of a stream belong into it: give (x, y, sample_weight)")
            return StreamBatches(x, lambda item: self._stream_batch(item)), held_out
        every = self.samples(x, y, sample_weight, class_weight)
        require_two_classes(every[1], self.loss)
        samples: Samples = every
        if validation is not None and held_out is None:
            samples, held_out = self._split(every, validation)
        inputs, targets, weights = samples
        size = min(batch_size, len(inputs))  # no plan for more than there are
        return ArrayBatches(inputs, targets, weights, size, shuffle, self.network.seed, augment), held_out

    def _stream_batch(self, item: Any) -> Batch:
        fits = isinstance(item, tuple | list) and len(item) in (2, 3)
        require(fits, f"each batch must be (x, y) or (x, y, sample_weight), got a {type(item).__name__}")
        return self.samples(*item)

    def _split(self, samples: Batch, share: Any) -> tuple[Samples, Samples]:
        """(training, held out): a random share of the samples, decided by the seed."""
        n = len(samples[0])
        is_share = isinstance(share, float) and 0 < share < 1
        got = repr(share) if isinstance(share, str | int | float) else f"a {type(share).__name__}"
        require(is_share, f"validation must be a share between 0 and 1, or (x, y), got {got}")
        count = max(1, round(share * n))
        few = f"{n} sample{'s are' if n > 1 else ' is'} too few"
        require(count < n, f"{few} to hold out {share:g} of them; give validation=(x, y)")
        order = generator(self.network.seed, "split").permutation(n)
        classes = None if self.network.answer is Answer.VALUES else self.network.answer.labels(samples[1])
        kept, held = map(np.sort, hold_out(order, count, classes))
        x, y, w = samples
        train, test = ((Rows(x, rows), y[rows], w if w is None else w[rows]) for rows in (kept, held))
        return train, test


def hold_out(order: Array, count: int, classes: Array | None) -> tuple[Array, Array]:
    """(kept, held out): the first ``count`` of the order are held out, but of each class the last one is kept.

    So no class is held out as a whole, which nothing could be learned about.

    >>> hold_out(np.array([3, 1, 2, 0]), 2, np.array([0, 0, 0, 1]))
    (array([3, 0]), array([1, 2]))

    Raises:
        GlassnetError: all samples are the only ones of their class.
    """
    if classes is None or classes.size != len(order):
        return order[count:], order[:count]
    _, from_the_end = np.unique(classes.reshape(-1)[order][::-1], return_index=True)
    free = np.delete(np.arange(len(order)), len(order) - 1 - from_the_end)
    require(len(free) > 0, f"each of {len(order)} samples is the only one of its class; none can be held out")
    return np.delete(order, free[:count]), order[free[:count]]
