"""The tally of an epoch: what is measured over all of its samples, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.types import Array
from glassnet.storage import under
from glassnet.train.metrics import Metric, batch_means, is_mean, measured

KEPT = ("targets", "outputs")


class Tally:
    """Sums over an epoch's samples; and its outputs and targets, where a metric is more than a mean over samples.

    Attributes:
        metrics: what is measured beside the loss, by name.
        sums: for each mean over samples, the sum so far.
        samples: how many there were so far.
        targets, outputs: those of each batch so far, kept for the metrics that need all of them at once.
    """

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self.metrics = metrics
        self.sums: dict[str, float] = {}
        self.samples = 0
        self.targets: list[Array] = []
        self.outputs: list[Array] = []

    def add(self, losses: Mapping[str, float], y: Array, prediction: Array) -> dict[str, float]:
        """Add a batch; returns its losses and those of its metrics that are means over samples."""
        means = {name: metric for name, metric in self.metrics.items() if is_mean(metric)}
        of_batch = {**losses, **{name: measured(name, metric, y, prediction) for name, metric in means.items()}}
        for name, value in of_batch.items():
            self.sums[name] = self.sums.get(name, 0.0) + value * len(prediction)
        self.samples += len(prediction)
        if len(means) < len(self.metrics):
            self.targets.append(y)
            self.outputs.append(prediction)
        return of_batch

    def add_steps(self, samples: Array, losses: Mapping[str, Array], y: Array, prediction: Array) -> dict[str, float]:
        """Add batches of so many samples, as :meth:`add` does one by one; returns what the last one's are."""
        means = {name: metric for name, metric in self.metrics.items() if is_mean(metric)}
        by_batch = {name: values.astype(np.float64) for name, values in losses.items()}
        by_batch |= {name: batch_means(metric, y, prediction, samples) for name, metric in means.items()}
        for name, values in by_batch.items():
            self._add_up(name, values * samples)
        self.samples += int(samples.sum())
        if len(means) < len(self.metrics):
            self.targets.append(y)
            self.outputs.append(prediction)
        return {name: float(values[-1]) for name, values in by_batch.items()}

    def _add_up(self, name: str, values: Array) -> None:
        """One after the other, so that the sum is the same however many come at once."""
        self.sums[name] = float(np.add.accumulate(np.concatenate([[self.sums.get(name, 0.0)], values]))[-1])

    def means(self) -> dict[str, float]:
        """The means over the samples so far."""
        return {name: total / self.samples for name, total in self.sums.items()}

    def row(self) -> dict[str, float]:
        """Everything that is measured, over all samples so far: the losses, then the metrics in their order."""
        means = self.means()
        losses = {name: value for name, value in means.items() if name not in self.metrics}
        if len(means) == len(losses) + len(self.metrics):
            return {**losses, **{name: means[name] for name in self.metrics}}
        y, prediction = np.concatenate(self.targets), np.concatenate(self.outputs)
        return {
            **losses,
            **{
                name: means[name] if name in means else measured(name, metric, y, prediction)
                for name, metric in self.metrics.items()
            },
        }

    def arrays(self) -> dict[str, Array]:
        """The tally as named arrays, for a checkpoint in the middle of an epoch."""
        sums = {f"sums/{name}": np.array(total, np.float64) for name, total in self.sums.items()}
        kept = {"targets": self.targets, "outputs": self.outputs}
        return {
            "samples": np.array(self.samples, np.int64),
            **sums,
            **{name: np.concatenate(batches) for name, batches in kept.items() if batches},
        }

    def restore(self, arrays: Mapping[str, Array]) -> None:
        """Take :meth:`arrays` back."""
        sums = {name: float(total) for name, total in under("sums/", arrays).items()}
        losses = [name for name in ("loss", "penalty") if name in sums]
        self.sums = {name: sums[name] for name in (*losses, *self.metrics) if name in sums}
        self.samples = int(arrays["samples"])
        self.targets, self.outputs = ([arrays[name]] if name in arrays else [] for name in ("targets", "outputs"))

    def largest(self, samples: int, target: Array, output: Array) -> dict[str, Array]:
        """The arrays at their largest: after an epoch of so many samples with such targets and outputs."""
        sums = {f"sums/{name}": np.array(0.0) for name in ("loss", "penalty", *self.metrics)}
        if all(map(is_mean, self.metrics.values())):
            return {"samples": np.array(samples), **sums}
        kept = {name: np.broadcast_to(a, (samples, *a.shape)) for name, a in zip(KEPT, (target, output), strict=True)}
        return {"samples": np.array(samples), **sums, **kept}

    def require_sound(self, arrays: Mapping[str, Array]) -> None:
        """Raise GlassnetError unless these are the arrays of such a tally."""
        sums = {name.removeprefix("sums/"): a for name, a in arrays.items() if name not in ("samples", *KEPT)}
        known = {"loss", "penalty", *(name for name, metric in self.metrics.items() if is_mean(metric))}
        samples = arrays.get("samples")
        sound = samples is not None and samples.shape == () and samples.dtype == np.int64 and samples >= 0
        fits = sound and all(len(arrays[name]) == samples for name in KEPT if name in arrays and arrays[name].ndim)
        whole = all(name in arrays for name in KEPT) or not any(name in arrays for name in KEPT)
        if not (fits and whole and sums.keys() <= known and all(a.shape == () for a in sums.values())):
            raise GlassnetError("its sums over the epoch are not those of this training")
