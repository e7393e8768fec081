"""A run of training that can be gone through in both directions: snapshots on the way, and steps made again between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from time import perf_counter

from glassnet.ir.errors import DivergenceError
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.lab.playground.samples import features_of
from glassnet.lab.playground.settings import MOST_STEPS, Setup, Tuning, Tunings, tuned, tuning_at
from glassnet.layers.dense import Dense
from glassnet.layers.layer import Layer
from glassnet.layers.noise import Dropout
from glassnet.layers.penalty import Penalty
from glassnet.network import Network
from glassnet.train.snapshot import Snapshot

MOST_MOMENTS = 400
"""Snapshots that are kept: among more, every other one is dropped, so that the next is never far."""


@dataclass(frozen=True, eq=False)
class Moment:
    """The run after some steps.

    Attributes:
        snapshot: the network with its training.
        tuning: with which the snapshot was made.
        measured: "loss" without penalty, "penalty", "accuracy" or "mae", and the same of the test samples.
        milliseconds: that training took until then.
    """

    snapshot: Snapshot
    tuning: Tuning
    measured: dict[str, float]
    milliseconds: float


class Run:
    """A network in training on the samples of a setup, at some step.

    >>> run = Run(Setup(), ((0, Tuning()),))
    >>> run.forward(12), run.seek(5), run.step, run.last
    (None, None, 5, 12)
    """

    def __init__(self, setup: Setup, tunings: Tunings) -> None:
        self.setup, self.tunings = setup, tunings
        samples = setup.samples
        inputs = features_of(samples.points, setup.features)
        self.train = inputs[samples.train], samples.targets[samples.train]
        self.test = inputs[samples.test], samples.targets[samples.test]
        first = tuning_at(tunings, 0)
        self.network = network_of(setup, first)
        self.step = self.last = 0
        self.diverged = ""
        self._applied, self._optimizer = first, first.made
        self._moments: dict[int, Moment] = {}
        self._every = 1
        self._epoch: tuple[int, list[tuple[Array, Array]]] = (-1, [])
        self._milliseconds = 0.0
        self._costs: dict[
            tuple[Tuning, int], int
        ] = {}  # multiply-adds of a step with such a tuning and so many samples
        self._keep()

    # ── forwards ────────────────────────────────────────────────────────────────────────────────────────────────────

    def forward(self, steps: int = 1) -> None:
        """So many steps of training.

        Raises:
            DivergenceError: the loss is not finite any more; the step that found it changed nothing.
        """
        for _ in range(steps):
            self._advance()

    def _advance(self) -> None:
        require(self.step < MOST_STEPS, f"{MOST_STEPS:,} steps are the most here; begin anew with Reset")
        self._apply(tuning_at(self.tunings, self.step))
        epoch, batch = divmod(self.step, self.setup.batches)
        if self._epoch[0] != epoch:
            made = self.network.batches(*self.train, batch_size=self.setup.batch, epoch=epoch)
            self._epoch = epoch, list(made)
        began = perf_counter()
        try:
            self.network.train_on_batch(*self._epoch[1][batch], optimizer=self._optimizer)
        except DivergenceError as error:
            self.diverged = str(error)
            raise
        self._count(len(self._epoch[1][batch][0]))
        self.step += 1
        self._apply(tuning_at(self.tunings, self.step))
        if self.step > self.last:
            self.last = self.step
            self._milliseconds += 1000 * (perf_counter() - began)
            if self.step % self._every == 0:
                self._keep()

    def _count(self, samples: int) -> None:
        """Know what the step that was made has cost."""
        kind, training = (_kind(self._applied), samples), self.network.training
        if kind not in self._costs and training is not None:
            self._costs[kind] = training.operations(samples).multiply_adds

    def _apply(self, tuning: Tuning) -> None:
        """Train with that tuning from now on."""
        before, self._applied = self._applied, tuning
        if tuning == before:
            return
        network = self.network
        if penalty_of(tuning) != penalty_of(before):
            dense = [name for name, layer in network.layers.items() if isinstance(layer, Dense)]
            network.change(*dense, weights_penalty=penalty_of(tuning))
        drops = [name for name, layer in network.layers.items() if isinstance(layer, Dropout)]
        if tuning.dropout != before.dropout and drops:
            network.change(*drops, rate=tuning.dropout)
        self._optimizer = tuning.made

    # ── backwards ───────────────────────────────────────────────────────────────────────────────────────────────────

    def seek(self, step: int) -> None:
        """Be at a step that has been made: every number is as it was then, bit for bit."""
        require(0 <= step <= self.last, f"this run has made {self.last:,} steps; there is no step {step:,}")
        self.step = max(one for one in self._moments if one <= step)
        moment = self._moments[self.step]
        self.network.restore(moment.snapshot)
        self._applied, self._optimizer = moment.tuning, moment.tuning.made
        self.diverged = self.diverged if step == self.last else ""
        self.forward(step - self.step)
        self._apply(tuning_at(self.tunings, step))

    def tune(self, tuning: Tuning) -> None:
        """Train with another tuning from this step on; what came after it is no more."""
        self.retune(tuned(self.tunings, self.step, tuning))

    def retune(self, tunings: Tunings) -> None:
        """Have had these tunings; what came after the first that is another is no more."""
        pairs = zip_longest(self.tunings, tunings)
        parting = next((min(one[0] for one in pair if one) for pair in pairs if pair[0] != pair[1]), None)
        if parting is None or parting >= self.last:
            self.tunings = tunings
            if parting is not None and parting == self.step:
                self._begin_anew(parting)
            return
        self.seek(parting)
        self.tunings = tunings
        self._begin_anew(parting)

    def _begin_anew(self, step: int) -> None:
        """Go on from this step, at which the run stands, as its tunings say."""
        self._moments = {at: one for at, one in self._moments.items() if at < step}
        self.last, self.diverged = step, ""
        self._apply(tuning_at(self.tunings, step))
        if step % self._every == 0:
            self._keep()

    def fork(self) -> Run:
        """Another run with the same past; the snapshots are shared."""
        new = Run(self.setup, self.tunings)
        new._moments, new._every, new.last = dict(self._moments), self._every, self.last
        new._milliseconds, new._costs = self._milliseconds, dict(self._costs)
        new.seek(self.step)
        return new

    def _keep(self) -> None:
        """Take a snapshot of this step; of too many, drop every other one."""
        moment = Moment(self.network.snapshot(), self._applied, self.measured(), self._milliseconds)
        self._moments[self.step] = moment
        if len(self._moments) > MOST_MOMENTS:
            self._every *= 2
            self._moments = {step: one for step, one in self._moments.items() if step % self._every == 0}

    # ── what there is to see ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def tuning(self) -> Tuning:
        """What holds at this step."""
        return self._applied

    @property
    def epoch(self) -> tuple[int, int]:
        """(epochs that are finished, batches of the next one that are done)"""
        return divmod(self.step, self.setup.batches)

    def measured(self) -> dict[str, float]:
        """The losses without penalty, the penalty, and accuracy or mean absolute error, at this step."""
        found = self.network.evaluate(*self.train)
        found.setdefault("penalty", 0.0)
        if len(self.test[0]):
            tested = self.network.evaluate(*self.test)
            found |= {f"test {name}": value for name, value in tested.items() if name != "penalty"}
        return found

    @property
    def moments(self) -> dict[int, Moment]:
        """Those that are kept, by their steps."""
        return dict(sorted(self._moments.items()))

    @property
    def milliseconds(self) -> float:
        """That training took until the last moment that is kept."""
        known = max(step for step in self._moments if step <= self.step)
        return self._milliseconds if self.step == self.last else self._moments[known].milliseconds

    def multiply_adds(self) -> list[tuple[int, int]]:
        """The cost so far: (steps, multiply-adds of each), for each kind of step that was made."""
        if self.step == 0:
            return []
        counts: dict[tuple[Tuning, int], int] = {}
        bounds = [begin for begin, _ in self.tunings if begin < self.step] + [self.step]
        batches, samples = self.setup.batches, len(self.train[0])
        rest = samples - (batches - 1) * self.setup.batch
        for begin, end in pairwise(bounds):
            tuning = tuning_at(self.tunings, begin)
            short = end // batches - begin // batches if rest != self.setup.batch else 0
            for size, count in ((self.setup.batch, end - begin - short), (rest, short)):
                key = _kind(tuning), size
                counts[key] = counts.get(key, 0) + count
        return [(count, self._costs[key]) for key, count in counts.items() if count]


def _kind(tuning: Tuning) -> Tuning:
    """What of a tuning decides the cost of a step."""
    return replace(tuning, rate=1.0)


def penalty_of(tuning: Tuning) -> Penalty | None:
    """The penalty of the weights; None where there is none."""
    return Penalty(tuning.l1, tuning.l2) if tuning.l1 or tuning.l2 else None


def network_of(setup: Setup, tuning: Tuning) -> Network:
    """The network at its first step."""
    layers: list[Layer] = []
    penalty = penalty_of(tuning)
    for size in setup.layers:
        layers += [Dense(size, setup.activation, weights_penalty=penalty), Dropout(tuning.dropout)]
    outputs, activation = setup.outputs
    return Network(len(setup.features), *layers, Dense(outputs, activation, weights_penalty=penalty), seed=setup.seed)
