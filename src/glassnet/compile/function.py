"""A graph as a compiled function: samples in, outputs out. What else it reads, it reads where the network keeps it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from functools import cached_property
from math import prod

import numpy as np

from glassnet import ops
from glassnet.compile.engine import Prepared
from glassnet.compile.plan import planned
from glassnet.compile.threads import Threads
from glassnet.forking import held_at_forks
from glassnet.ir.graph import Graph, Var
from glassnet.ir.types import BATCH, Array

CHUNK = 512
"""Samples that are worked out at a time, where each is by itself."""
LARGEST = 1 << 23
"""Numbers of a result for them: fewer samples at a time go through long sequences and large pictures."""
WORTH = 5e-4
"""Seconds of a call from which on a second thread is worth its start."""
READ = {np.dtype(name): name for name in ("uint8", "float32", "float64", "int64")}
"""The dtypes of inputs that kernels read as they are."""


def read_as(array: Array, dtype: str) -> str:
    """The dtype in which an array is read: its own if kernels know it, else the network's."""
    return READ.get(array.dtype, dtype)


def readable(array: Array, dtype: str) -> Array:
    """An array that kernels can read, its numbers one after the other; the array itself, if it is one already."""
    return np.ascontiguousarray(array, read_as(array, dtype))


class Function:
    """A function of samples, planned when first called, once for each dtype in which they come.

    >>> from glassnet import ops
    >>> from glassnet.ir.graph import source
    >>> x = source("input", "x", (BATCH, 2), "float64")
    >>> twice = Function({"y": x + x}, {}, {})
    >>> twice({"x": np.array([[1.0, 2.0], [3.0, 4.0]])})["y"]
    array([[2., 4.],
           [6., 8.]])
    """

    def __init__(
        self,
        outputs: Mapping[str, Var],
        parameters: Mapping[str, Array],
        states: Mapping[str, Array],
        by_sample: bool = True,
        portable: bool = False,
    ) -> None:
        """``parameters`` are read where they are, ``states`` copied at each call.

        ``by_sample`` says that no output depends on several samples, so that they can be worked out in parts;
        ``portable``, that every processor is to give the same bits.
        """
        self._outputs, self._parameters, self._states, self._by_sample = outputs, parameters, states, by_sample
        self._portable = portable
        self._prepared: dict[tuple[str, ...], Prepared] = {}
        self._lock = threading.Lock()
        held_at_forks(self, 1)
        self._threads, self._seconds = Threads(), 0.0  # that a sample takes, once that is known

    def alone(self) -> threading.Lock:
        """Held while it is called, by one thread at a time, who may be reading the parameters already."""
        return self._lock

    def __call__(self, data: Mapping[str, Array]) -> dict[str, Array]:
        """The outputs for samples, as :func:`readable` gives them.

        Raises:
            NoKernel: the engine cannot run the graph.
        """
        count = len(next(iter(data.values())))
        with self._lock:
            chunk = self._chunk if self._by_sample else count
            prepared = self._for(data, chunk)
            for name, own in prepared.states.items():
                own[...] = self._states[name]
            samples = np.full(-(-count // chunk), chunk)
            samples[-1] = count - int(samples[:-1].sum())
            order = np.arange(count)
            results = {name: _empty(var, count, len(samples)) for name, var in self._outputs.items()}
            self._run(prepared, samples, {name: (array, order) for name, array in data.items()}, results)
        return {name: a if BATCH in self._outputs[name].shape else a[-1] for name, a in results.items()}

    @cached_property
    def _chunk(self) -> int:
        """How many samples are worked out at a time."""
        results = [var.shape for var in Graph(self._outputs).variables if BATCH in var.shape]
        sizes = [prod(size for size in shape if isinstance(size, int)) for shape in results]
        return max(1, min(CHUNK, LARGEST // max(sizes, default=1)))

    def _run(
        self,
        prepared: Prepared,
        samples: Array,
        data: Mapping[str, tuple[Array, Array]],
        results: Mapping[str, Array],
    ) -> None:
        """In two threads where the call is long enough, and that was faster lately."""
        count, started = int(samples.sum()), time.perf_counter()
        long = self._seconds * count > WORTH
        threads = self._threads.next(self._seconds * count / len(samples)) if long else 1
        prepared.run(samples, {}, data, results, threads)
        self._seconds = (time.perf_counter() - started) / count
        if long:
            self._threads.took(threads, self._seconds)

    def single(self, x: Var) -> Single:
        """The same for one sample, of a function of one input ``x`` and one output."""
        ((name, output),) = self._outputs.items()
        return Single(name, output, x, self._parameters, self._states)

    def _for(self, data: Mapping[str, Array], capacity: int) -> Prepared:
        key = tuple(READ[array.dtype] for array in data.values())
        known = self._prepared.get(key)
        if known is None or known.plan.layout.capacity < capacity:
            plan = planned(self._outputs, {}, capacity, dict(zip(data, key, strict=True)), portable=self._portable)
            known = self._prepared[key] = Prepared(plan, self._parameters, self._states)
        return known


def _empty(var: Var, samples: int, steps: int) -> Array:
    """An array for a variable: of all samples, or one of each step."""
    if BATCH in var.shape:
        return np.empty([dim if isinstance(dim, int) else samples for dim in var.shape], var.dtype)
    return np.empty([steps, *var.shape], var.dtype)  # type: ignore[list-item]


class Single:
    """A function of one sample, called in a few microseconds: its memory is fixed, and nothing is looked up."""

    def __init__(
        self, name: str, output: Var, x: Var, parameters: Mapping[str, Array], states: Mapping[str, Array]
    ) -> None:
        """Raises NoKernel where the engine cannot run the graph."""
        sound = ops.sum(0.0 * x)  # NaN where any number of the input is NaN or infinite
        self._x, self._y, self._sound = _empty(x, 1, 1), _empty(output, 1, 1), np.zeros(1, x.dtype)
        self._states = states
        self._prepared = Prepared(planned({name: output, "sound": sound}, {}, 1, {"x": x.dtype}), parameters, states)
        row = np.zeros(1, np.int64)
        self._run = self._prepared.one_step(1, {"x": (self._x, row)}, {name: self._y, "sound": self._sound})
        self._given, self._result = (array.reshape(array.shape[1:]) for array in (self._x, self._y))
        self._own = list(self._prepared.states.items())
        self._lock = threading.Lock()
        held_at_forks(self, 1)
        self._shape = self._given.shape
        self._taken = frozenset(np.dtype(taken).num for taken in (x.dtype, "uint8", "bool"))

    def alone(self) -> threading.Lock:
        """Held while it is called; a second thread does not wait for it."""
        return self._lock

    def __call__(self, x: Array) -> Array | None:
        """The output for one sample; None where that takes more care: another dtype, shape, or a number not finite."""
        if x.shape != self._shape or x.dtype.num not in self._taken or not self._lock.acquire(False):
            return None
        try:
            self._given[...] = x
            for name, own in self._own:
                own[...] = self._states[name]
            self._run()
            result: Array = self._result.copy()
            return None if self._sound[0] else result
        finally:
            self._lock.release()
