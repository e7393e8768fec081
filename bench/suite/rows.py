"""The kinds of rows: training beside the rivals, answering, growing. A file of bench/rows says one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from bench.suite import machine
from bench.suite.contestants import ALONE, CONTESTANTS, OURS, SCAN, TORCH, Contestant
from bench.suite.processes import busy_process
from bench.suite.results import SCHEMA, Result
from bench.suite.statistics import TOLERANCE
from bench.suite.task import Task
from bench.suite.turns import Session, answers, race

EPOCHS = 3
"""After which the losses are compared."""
MOST_BESIDE = 1.1
"""A goal of its own: of our single thread's time beside a busy process."""


class Unavailable(Exception):
    """What a row needs is not here; the message says what."""


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        most: the goal: the largest ratio to the best rival; None where the goal is said otherwise.
        goal: in words.
    """

    name: str
    title: str
    goal: str
    unit: str
    most: float | None = None

    def measured(self, session: Session) -> Result:
        """Measure and give the whole result."""
        before, when = machine.load(), machine.now()
        try:
            found = self.measure(session)
        except Unavailable as error:
            found = {"ratio": None, "not_measured": str(error)}
        frame = {
            "schema": SCHEMA, "row": self.name, "title": self.title, "goal": self.goal, "unit": self.unit,
            "measured": when, "quick": session.quick, "machine": machine.machine(), "versions": machine.versions(),
            "load": [before, machine.load()], "settings": {"turns": session.turns, "seconds_a_turn": session.seconds},
        }  # fmt: skip
        empty: Result = {"contestants": [], "skipped": [], "points": [], "said": [], "met": self.met(found)}
        return frame | empty | found

    def met(self, found: Result) -> bool | None:
        """Whether the goal is reached; None where that isn't known."""
        ratio = found.get("ratio")
        return None if ratio is None or self.most is None else bool(ratio["lower_quartiles"] <= self.most)

    def measure(self, session: Session) -> Result:
        raise NotImplementedError


@dataclass(frozen=True)
class Training(Row):
    """Steps of training through `fit`.

    Attributes:
        busy: whether another process keeps a core busy meanwhile.
        peak: the share of the machine's peak that is a goal of its own; 0 where the share is only said, None where
            the peak isn't measured.
    """

    unit: str = "µs a step"
    task: Callable[[], Task] = field(kw_only=True)
    tolerance: float = TOLERANCE
    busy: bool = False
    peak: float | None = None

    def measure(self, session: Session) -> Result:
        task = self.task()
        contestants = [*CONTESTANTS, ALONE] if self.busy else CONTESTANTS
        with busy_process() if self.busy else nullcontext():
            peaks: list[float] = []
            also = (lambda: peaks.append(machine.multiply_adds())) if self.peak is not None else None
            found = race(session, task, contestants, EPOCHS, self.tolerance, also)
        said, goals = self._further({one["name"]: one for one in found["contestants"]}, task, peaks)
        return {**found, "said": said, "met": all([self.met(found), *goals]) if found["ratio"] else None}

    def _further(self, by_name: Mapping[str, Any], task: Task, peaks: Sequence[float]) -> tuple[list[str], list[bool]]:
        """What there is to say beside the ratio, and whether such goals are reached."""
        said, goals = [], []
        if self.busy and {OURS, ALONE.name} <= by_name.keys():
            alone = by_name[OURS]["lower_quartile"] / by_name[ALONE.name]["lower_quartile"]
            said.append(f"{alone:.2f} × our own single thread there (goal {MOST_BESIDE})")
            goals.append(alone <= MOST_BESIDE)
        if self.peak is not None and OURS in by_name:
            peak = float(np.quantile(peaks, 0.75))
            said.append(
                f"the machine's peak: {peak:.0f} GFLOP/s of multiply-adds on all cores at once, the upper quartile of "
                f"{min(peaks):.0f} to {max(peaks):.0f}, measured in turns with all others; "
                f"{machine.matrix_product():.0f} in NumPy's product of two matrices of 2048 × 2048"
            )
            reached = {name: 2e-3 * task.work.multiply_adds / one["lower_quartile"] for name, one in by_name.items()}
            said += [
                f"{name}: {gflops:.0f} GFLOP/s through the whole step, {gflops / peak:.0%} of the peak"
                for name, gflops in reached.items()
            ]
            goals.append(reached[OURS] >= self.peak * peak)
        return said, goals


@dataclass(frozen=True)
class Answering(Row):
    """Outputs for given inputs, as NumPy arrays."""

    task: Callable[[], Task] = field(kw_only=True)
    seconds: float = 1e-6

    def measure(self, session: Session) -> Result:
        return answers(session, self.task(), CONTESTANTS, self.seconds)


GROWING = (OURS, TORCH, SCAN)
MOST_TURNS = 7
"""At each size."""


@dataclass(frozen=True)
class Growth(Row):
    """Steps of training as something grows, ours beside PyTorch and JAX.

    Attributes:
        grows: what, for the picture's axis.
        values: of it; `few` of them in a quick run.
        task_of: the task for a value.
    """

    unit: str = "µs a step"
    grows: str = field(kw_only=True)
    values: Sequence[int] = field(kw_only=True)
    few: Sequence[int] = field(kw_only=True)
    task_of: Callable[[int], Task] = field(kw_only=True)
    tolerance: float = TOLERANCE

    def measure(self, session: Session) -> Result:
        contestants: list[Contestant] = [one for one in CONTESTANTS if one.name in GROWING]
        points, brief = [], replace(session, turns=min(session.turns, MOST_TURNS), seconds=session.seconds / 2)
        for value in self.few if session.quick else self.values:
            found = race(brief, self.task_of(value), contestants, EPOCHS, self.tolerance)
            points.append({"at": value, **found})
        ratios = [point["ratio"]["lower_quartiles"] for point in points if point["ratio"]]
        said = [f"ours beside the fastest: {min(ratios):.2f} to {max(ratios):.2f}"] if ratios else []
        whole = len(ratios) == len(points)
        return {
            "points": points, "ratio": None, "said": said, "met": max(ratios) <= 1.05 if whole else None,
            "not_measured": "one ratio for each size" if whole else "at some sizes there is no ratio",
            "settings": {"turns": brief.turns, "seconds_a_turn": brief.seconds, "grows": self.grows},
        }  # fmt: skip

    def met(self, found: Result) -> bool | None:
        return found.get("met")
