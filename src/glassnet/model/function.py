"""A function of samples with a model's numbers: by the evaluator, or by the compiled engine where that pays."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from glassnet.compile import LARGE, PAYS, Function, NoKernel, Single, Work, is_available, readable, resolved
from glassnet.ir.graph import Graph, Var
from glassnet.ir.types import BATCH, Array
from glassnet.model.parameters import Parameters
from glassnet.readings.evaluate import Program, own

CHUNK = 1024
"""Samples that the evaluator works out at a time."""


class ModelFunction:
    """Outputs that depend on samples, parameters and running statistics; the last two are read as they are."""

    def __init__(
        self, parameters: Parameters, state: Mapping[str, Array], outputs: Mapping[str, Var], by_sample: bool
    ) -> None:
        self._parameters, self._state, self._outputs, self._by_sample = parameters, state, outputs, by_sample
        self._program: Program | None = None
        self._single: Single | bool | None = None
        self._looks_up = any(equation.primitive.name == "take" for _, equation in Graph(outputs).equations())
        own_arrays = {name: parameters[name] for name in parameters}
        self._compiled = Function(outputs, own_arrays, state, by_sample) if is_available() else None
        self._means = resolved()  # what "auto" is

    def __reduce__(self) -> tuple[type[ModelFunction], tuple[object, ...]]:
        """A copy has other memory, so it is compiled anew."""
        return ModelFunction, (self._parameters, self._state, self._outputs, self._by_sample)

    def __call__(self, data: Mapping[str, Array], engine: str = "") -> dict[str, Array]:
        """The outputs for these samples, all of one step, also while another thread trains.

        ``engine`` is "compiled", "portable" or "numpy"; where it is not said, :meth:`engine` decides.
        """
        engine = engine or self.engine(len(data["x"]))
        version = self._parameters.version
        results = self._computed(data, engine)
        if version % 2 or version != self._parameters.version:  # written to meanwhile
            with self._parameters.reading():
                results = self._computed(data, engine)
        return results

    def engine(self, samples: int, before: int | None = None) -> str:
        """Which engine is to work out so many samples.

        That follows from the work of one call, so that the same call gives the same bits each time. Where it is known
        how often the same was done ``before``, as after the epochs of a training, all of these count.
        """
        if self._compiled is None or self._means != "auto":
            return "numpy" if self._compiled is None else self._means
        times = 1 if before is None else before + 1
        pays = self._work.a_sample >= LARGE or times * self._work.seconds(samples) >= PAYS
        return "compiled" if pays else "numpy"

    @cached_property
    def _work(self) -> Work:
        return Work.of(Graph(self._outputs))

    def single(self, x: Array) -> Array | None:
        """The one output for one sample, quickly; None where that takes more care than a few microseconds allow."""
        if self._single is None:
            self._single = self._made_for_one() if self.engine(1) == "compiled" else False
        version = self._parameters.version
        if version % 2 or not callable(self._single):
            return None
        result = self._single(x)
        return result if version == self._parameters.version else None

    def _made_for_one(self) -> Single | bool:
        """False where there is none."""
        if self._compiled is None or self._looks_up:
            return False
        try:
            return self._compiled.single(Graph(self._outputs).sources["x"])
        except (NoKernel, KeyError):
            return False

    @cached_property
    def _portable(self) -> Function:
        arrays = {name: self._parameters[name] for name in self._parameters}
        return Function(self._outputs, arrays, self._state, self._by_sample, portable=True)

    def _computed(self, data: Mapping[str, Array], engine: str) -> dict[str, Array]:
        if engine != "numpy" and self._compiled is not None:
            function = self._portable if engine == "portable" else self._compiled
            dtype = self._parameters.buffer.dtype.name
            try:
                results = function({name: readable(array, dtype) for name, array in data.items()})
            except NoKernel:
                self._compiled = None
            else:
                if not self._looks_up or all(np.isfinite(array).all() for array in results.values()):
                    return results
        return self._evaluated(data)  # which says what row of a table is not there

    def _evaluated(self, data: Mapping[str, Array]) -> dict[str, Array]:
        if self._program is None:
            self._program = Program(Graph(self._outputs))
        dtype, count = self._parameters.buffer.dtype, len(data["x"])
        parts = []
        for start in range(0, count, CHUNK if self._by_sample else count):
            part = slice(start, start + CHUNK) if self._by_sample else slice(None)
            values = {name: array[part] for name, array in data.items()} | {"x": np.asarray(data["x"][part], dtype)}
            parts.append(self._program({**values, **self._parameters, **self._state}))
        return {name: self._joined(name, [part[name] for part in parts]) for name in self._outputs}

    def _joined(self, name: str, parts: list[Array]) -> Array:
        if BATCH in self._outputs[name].shape and len(parts) > 1:
            return np.concatenate(parts)
        return own(parts[-1]) if parts[-1].base is None else parts[-1].copy()
