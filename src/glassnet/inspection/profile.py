"""Where the time goes: each instruction of a step, or of a call, by the clock, beside the processor's own peak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.compile import (
    Instruction,
    NoKernel,
    Plan,
    Prepared,
    is_available,
    peak,
    planned,
    read_as,
    readable,
    resolved,
)
from glassnet.grids import Grid, html_table, text_table
from glassnet.ir.graph import Equation, Graph
from glassnet.ir.origin import Origin
from glassnet.ir.require import require
from glassnet.ir.types import Array
from glassnet.model.model import Model
from glassnet.readings import timing
from glassnet.readings.operations import of_one
from glassnet.train.batches import Batch
from glassnet.train.step import StepSettings
from glassnet.train.steps import machine_of
from glassnet.train.training import Training
from glassnet.words import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STAGES = {"": "forward", "gradient": "gradient", "optimizer": "update"}
HEADING = ["", "µs", "share", "GFLOP/s", "of peak"]


@dataclass(frozen=True)
class Part:
    """One instruction, or one operation of the evaluator.

    Attributes:
        origin: the layer and the stage that it belongs to.
        what: what it does, in words.
        seconds: that it takes in each step.
        operations: floating-point operations in each step, a multiply-add counted as two; 0 for what only moves
            numbers. Columns of the data that are all 0, and left out, count like others.
    """

    origin: Origin
    what: str
    seconds: float
    operations: float

    @property
    def layer(self) -> str:
        """The layer, or what else it is for: the data ("x") that is put in order, the loss, the optimiser."""
        return "optimizer" if self.origin.stage == "optimizer" else self.origin.layer or "loss"


@dataclass(frozen=True)
class Profile:
    """The time of a step or a call, part by part; printed, shown in a notebook, or drawn by :meth:`plot`.

    Attributes:
        title: what was measured.
        parts: in the order in which they run.
        peak: floating-point operations a second that this processor makes at best, in one thread; 0 where that was not
            measured.
    """

    title: str
    parts: Sequence[Part]
    peak: float

    @property
    def seconds(self) -> float:
        """Of a whole step in one thread."""
        return sum(part.seconds for part in self.parts)

    def by_layer(self) -> dict[str, dict[str, list[Part]]]:
        """The parts by layer, in the order in which layers begin, and in each by stage: forward, gradient, update."""
        found: dict[str, dict[str, list[Part]]] = {}
        for part in self.parts:
            found.setdefault(part.layer, {}).setdefault(STAGES[part.origin.stage], []).append(part)
        return found

    @property
    def layers(self) -> Grid:
        """A row of texts for each layer and stage, under a heading."""
        rows = [
            self._row(name if stage == "update" else f"{name}, {stage}", parts)
            for name, stages in self.by_layer().items()
            for stage, parts in stages.items()
        ]
        return [HEADING, *rows, self._row("all", self.parts)]

    @property
    def instructions(self) -> Grid:
        """A row of texts for each part, the slowest first, under a heading."""
        slowest = sorted(self.parts, key=lambda part: -part.seconds)
        return [HEADING, *(self._row(part.what, [part]) for part in slowest)]

    def _row(self, name: str, parts: Sequence[Part]) -> list[str]:
        seconds, operations = sum(part.seconds for part in parts), sum(part.operations for part in parts)
        speed = operations / seconds if seconds else 0.0
        return [
            name,
            f"{1e6 * seconds:,.1f}",
            f"{seconds / self.seconds:.0%}" if self.seconds else "",
            f"{speed / 1e9:.1f}" if operations else "",
            f"{speed / self.peak:.0%}" if operations and self.peak else "",
        ]

    @property
    def _peak(self) -> str:
        return f"This processor's peak, in one thread, is {self.peak / 1e9:.0f} GFLOP/s." if self.peak else ""

    def __repr__(self) -> str:
        tables = [text_table(_right(self.layers)), text_table(_right(self.instructions))]
        return "\n\n".join([self.title, *tables, *filter(None, [self._peak])])

    def _repr_html_(self) -> str:
        return (
            f"<p>{escape(self.title)}</p>{html_table(self.layers)}"
            f"<details><summary>{counted(len(self.parts), 'instruction')}</summary>{html_table(self.instructions)}"
            f"</details><p>{self._peak}</p>"
        )

    def plot(self, path: str | Path | None = None) -> Figure:
        """A bar for each layer, in its stages' colours; saved where a path is given."""
        from glassnet.canvas.colors import LIGHT
        from glassnet.canvas.plots import new_figure, save_figure

        layers = self.by_layer()
        with new_figure(LIGHT, (7, 1.2 + 0.4 * len(layers))) as figure:
            axes = figure.subplots()
            starts = dict.fromkeys(layers, 0.0)
            for stage in STAGES.values():
                times = {name: 1e6 * sum(p.seconds for p in stages.get(stage, ())) for name, stages in layers.items()}
                if any(times.values()):
                    axes.barh(list(layers), list(times.values()), left=list(starts.values()), label=stage)
                starts = {name: starts[name] + times[name] for name in layers}
            axes.invert_yaxis()
            axes.set(xlabel="microseconds", title=self.title)
            axes.legend()
        return save_figure(figure, path)


STEPS, TRIES = 5, 20


def profile_of_step(network: Model, batch: Batch, settings: StepSettings, engine: str) -> Profile:
    """The profile of a training step on a batch; the network stays as it is.

    Raises:
        GlassnetError: the engine is to be "compiled", and has no kernel for an operation.
    """
    training = Training(network.copy(), settings, batch, engine=engine)
    if training.engine == "auto":
        training.engine = "compiled"  # as after the steps that the evaluator makes first
    count = len(batch[0])
    machine = machine_of(training, count)
    title = f"A training step of {counted(count, 'sample')}"
    if machine is None:
        why = f", as {training.no_kernel}" if training.no_kernel else ""
        return _evaluated(f"{title}, operation by operation with NumPy{why}", training.graph, training.values(batch))
    data = {
        name: (np.ascontiguousarray(array, machine.given[name]), np.tile(np.arange(count), STEPS))
        for name, array in zip(("x", "y", "sample_weight"), batch, strict=True)
        if array is not None
    }
    samples, scalars = np.full(STEPS, count), training.scalars(np.arange(STEPS))
    runs = [machine.timed(training.memory, samples, scalars, data) for _ in range(TRIES)]
    return _compiled(title, runs, count, network.dtype)


def profile_of_call(network: Model, x: Array, engine: str) -> Profile:
    """The profile of the network's answers to inputs (n, …).

    Raises:
        GlassnetError: the engine is to be "compiled", and has no kernel for an operation.
    """
    title, graph = f"An answer to {counted(len(x), 'sample')}", Graph({"output": network.output})
    values, why = {**network.parameters, **network.state, "x": x.astype(network.dtype)}, ""
    if resolved(engine) != "numpy":
        try:
            plan = planned(graph.outputs, {}, len(x), {"x": read_as(x, network.dtype)})
            return _compiled(title, _runs(network, plan, readable(x, network.dtype)), len(x), network.dtype)
        except NoKernel as error:
            why = f", as the compiled engine has no kernel for {error}"
            require(engine != "compiled", why.removeprefix(", as "))
    return _evaluated(f"{title}, operation by operation with NumPy{why}", graph, values)


def _runs(network: Model, plan: Plan, x: Array) -> list[list[tuple[Instruction, float]]]:
    """The plan of the network's output, run some times over all inputs."""
    parameters = {name: network.parameters[name] for name in network.parameters}
    prepared, samples = Prepared(plan, parameters, network.state), np.full(STEPS, len(x))
    data = {"x": (x, np.tile(np.arange(len(x)), STEPS))}
    shape: Any = (STEPS * len(x), *network.output.shape[1:])
    return [prepared.timed(samples, {}, data, {"output": np.empty(shape, network.dtype)}) for _ in range(TRIES)]


def _compiled(title: str, runs: list[list[tuple[Instruction, float]]], samples: int, dtype: str) -> Profile:
    """Of each instruction the quickest of some runs: others may have been interrupted."""
    parts = [
        Part(_whose(tries[0][0].origins), str(tries[0][0]), min(s for _, s in tries), tries[0][0].operations(samples))
        for tries in zip(*runs, strict=True)
    ]
    return Profile(f"{title}, compiled, in one thread", parts, peak(dtype))


def _whose(origins: Sequence[Origin]) -> Origin:
    """That of a part's last result that belongs to a layer or parameter."""
    return next((origin for origin in reversed(origins) if origin.path), Origin())


def _evaluated(title: str, graph: Graph, values: Mapping[str, Array]) -> Profile:
    samples, parts = len(values["x"]), []
    for var, seconds in timing.seconds(graph, values).items():
        assert isinstance(var.definition, Equation)
        multiply_adds, others = of_one(var, var.definition, samples)
        what = ": ".join(filter(None, (var.definition.primitive.name, str(var.origin))))
        parts.append(Part(var.origin, what, seconds, 2.0 * multiply_adds + others))
    return Profile(title, parts, peak(str(values["x"].dtype)) if is_available() else 0.0)


def _right(grid: Grid) -> Grid:
    """Numbers under each other."""
    columns = [list(column) for column in zip(*grid, strict=True)]
    for numbers in columns[1:]:
        widest = max(map(len, numbers))
        numbers[:] = [cell.rjust(widest) for cell in numbers]
    return [list(row) for row in zip(*columns, strict=True)]
