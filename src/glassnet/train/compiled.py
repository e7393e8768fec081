"""A training step as machine code, which makes many steps without returning to Python in between."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.compile import Instruction, Prepared, Threads, planned
from glassnet.ir.types import Array
from glassnet.model.model import Model
from glassnet.train.step import Step

SLICE = 0.1
"""Seconds that steps run before Python looks after callbacks, signals and readers of the weights."""
Data = Mapping[str, tuple[Array, Array]]
"""Of each input with samples: the array, and the numbers (int64) of samples in it."""


@dataclass(frozen=True)
class Slice:
    """What some steps did.

    Attributes:
        steps: how many were made.
        diverged: whether the next one's loss was not finite, so that it changed nothing.
        losses: "loss", and "penalty" where there is one, of each step.
        prediction: the outputs of all their samples.
    """

    steps: int
    diverged: bool
    losses: dict[str, Array]
    prediction: Array


class Compiled:
    """A training step, planned and bound to the memory of its network.

    Attributes:
        capacity: the largest batch that there is room for.
        given: the dtype in which each input with samples is given.
        portable: whether every processor gives the same bits.
    """

    def __init__(
        self,
        step: Step,
        network: Model,
        memory: Mapping[str, Array],
        capacity: int,
        given: Mapping[str, str],
        portable: bool = False,
    ) -> None:
        """Raises NoKernel where a step has an operation that the engine cannot run."""
        self.capacity, self.given, self.portable = capacity, dict(given), portable
        self._network, self._outputs = network, step.measures
        plan = planned(step.measures, step.new, capacity, given, "loss", portable)
        parameters = {name: network.parameters[name] for name in network.parameters}
        self._prepared = Prepared(plan, parameters, {**network.state, **memory})
        self._seconds = 0.0  # that a step takes, once that is known
        self._threads = Threads()

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """A copy has other memory, so it is compiled anew when it trains."""
        return type(None), ()

    def run(self, memory: dict[str, Array], samples: Array, scalars: Mapping[str, Any], data: Data) -> Slice:
        """Make steps of so many samples each.

        Args:
            memory: what the optimiser keeps; the arrays are replaced by those that the machine writes to.
            samples: of each step.
            scalars: the graph's scalar inputs, one number for all steps or one for each.
            data: the samples of all steps, one after the other.
        """
        self._bind(self._network.state)
        self._bind(memory)
        outputs = self._empty(samples)
        warm = self._seconds > 0  # the first step finds nothing in the caches, and tells nothing of others
        threads, started = self._threads.next(self._seconds), time.perf_counter()
        stopped = self._prepared.run(samples, scalars, data, outputs, threads)
        if stopped.steps:
            self._seconds = (time.perf_counter() - started) / stopped.steps
            if warm:
                self._threads.took(threads, self._seconds)
        losses = {name: outputs[name][: stopped.steps] for name in ("loss", "penalty")}
        return Slice(
            stopped.steps, stopped.diverged, losses, outputs["prediction"][: int(samples[: stopped.steps].sum())]
        )

    def timed(
        self, memory: dict[str, Array], samples: Array, scalars: Mapping[str, Any], data: Data
    ) -> list[tuple[Instruction, float]]:
        """Make steps in one thread, as :meth:`run` does; returns the seconds of a step that each instruction took."""
        self._bind(self._network.state)
        self._bind(memory)
        return self._prepared.timed(samples, scalars, data, self._empty(samples))

    def _empty(self, samples: Array) -> dict[str, Array]:
        """Arrays for what steps of so many samples measure."""
        prediction = self._outputs["prediction"]
        shape: Any = (int(samples.sum()), *prediction.shape[1:])
        losses = {name: np.zeros(len(samples), self._outputs[name].dtype) for name in ("loss", "penalty")}
        return {**losses, "prediction": np.empty(shape, prediction.dtype)}

    def stop(self) -> None:
        """Ask for the end after the step that is being made, from any thread."""
        self._prepared.machine.stop()

    def _bind(self, owner: dict[str, Array]) -> None:
        """Have arrays where the machine writes them; what was put elsewhere meanwhile is copied there."""
        for name, array in owner.items():
            own = self._prepared.states.get(name)
            if own is not None and own is not array:
                own[...] = array
                owner[name] = own

    def at_once(self, left: int) -> int:
        """How many of the steps that are left make a slice: one, until it is known how long a step takes."""
        if not self._seconds:
            return 1
        return max(1, min(left, int(SLICE * self._threads.share(self._seconds) / self._seconds)))
