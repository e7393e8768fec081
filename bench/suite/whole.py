"""Rows of whole processes: MNIST from a cold start, its memory, imports."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bench.suite.contestants import CONTESTANTS, OURS, SCAN, TORCH, Contestant, installed
from bench.suite.data import mnist
from bench.suite.processes import Failed, Ran, run
from bench.suite.results import Result
from bench.suite.rows import Row, Unavailable
from bench.suite.statistics import ratio, summary
from bench.suite.turns import Entry, Session, compared
from glassnet.folders import cache_folder

FILE = "train-images-idx3-ubyte.gz"
SCRIPTS = {OURS: "mnist_glassnet", TORCH: "mnist_torch", SCAN: "mnist_jax"}


@cache
def mnist_folder() -> Path:
    """Where MNIST's files lie, once the library has found or fetched them. Raises Unavailable."""
    mnist()
    roots = [Path(os.environ.get("GLASSNET_DATA", ".")), cache_folder()]
    for folder in (place for root in roots for place in (root / "mnist", root)):
        if (folder / FILE).exists():
            return folder
    raise Unavailable("MNIST's files are not where they were found")


@dataclass(frozen=True)
class Cold(Row):
    """MNIST in processes of their own, one seed after the other.

    Attributes:
        measure_of: what is taken of a finished process, in the row's unit.
        bounds: the goals: the largest ratio to each rival.
    """

    measure_of: Callable[[Ran], float] = field(kw_only=True)
    bounds: dict[str, float] = field(kw_only=True, hash=False)
    most_turns: int = 10

    def measure(self, session: Session) -> Result:
        folder = mnist_folder()
        accuracies: dict[str, list[float]] = {name: [] for name in SCRIPTS}
        entries, skipped = self._entries()
        turns = min(session.turns, 2 if session.quick else self.most_turns)
        for seed in range(turns):
            for entry in [*entries]:
                try:
                    ran = run(
                        ["-m", f"bench.cold.{SCRIPTS[entry.name]}", str(folder), str(seed)],
                        entry.contestant.variables(entry.threads),
                    )
                except Failed as error:
                    skipped[entry.name] = str(error)
                    entries.remove(entry)
                    continue
                entry.times.append(self.measure_of(ran))
                accuracies[entry.name].append(float(ran.output.split()[-1]))
        found = [entry.said(1) | {"accuracies": accuracies[entry.name]} for entry in entries]
        unequal = self._unequal({entry.name: accuracies[entry.name] for entry in entries})
        return {
            "contestants": found,
            "skipped": [{"name": name, "why": why} for name, why in skipped.items()],
            **compared(entries, unequal),
            "said": [*self._ratios(entries), *_accuracy(accuracies)],
            "met": self._met(entries) if unequal is None else None,
        }

    def _entries(self) -> tuple[list[Entry], dict[str, str]]:
        """Each contestant with all threads: the work is too long to try others, and is mostly in one thread."""
        chosen: list[Contestant] = [one for one in CONTESTANTS if one.name in SCRIPTS]
        skipped = {one.name: one.missing for one in chosen if one.missing}
        return [Entry(one, one.threads_tried()[-1], 0.0) for one in chosen if not one.missing], skipped

    def _unequal(self, accuracies: dict[str, list[float]]) -> str | None:
        means = {name: float(np.mean(values)) for name, values in accuracies.items() if values}
        if not means or max(means.values()) - min(means.values()) < 0.006:
            return None
        return "the accuracies differ: " + ", ".join(f"{name} {mean:.2%}" for name, mean in means.items())

    def _ratios(self, entries: list[Entry]) -> list[str]:
        by_name = {entry.name: entry.times for entry in entries if entry.times}
        return [
            f"{ratio(by_name[OURS], by_name[name])['lower_quartiles']:.2f} × {name} (goal {most})"
            for name, most in self.bounds.items()
            if name in by_name and OURS in by_name
        ]

    def _met(self, entries: list[Entry]) -> bool | None:
        by_name = {entry.name: entry.times for entry in entries if entry.times}
        if not {OURS, *self.bounds} <= by_name.keys():
            return None
        return all(ratio(by_name[OURS], by_name[name])["lower_quartiles"] <= most for name, most in self.bounds.items())

    def met(self, found: Result) -> bool | None:
        return found.get("met")


def _accuracy(accuracies: dict[str, list[float]]) -> list[str]:
    return [
        f"{name}: {np.mean(values):.2%} right ± {np.std(values):.2%} over {len(values)} seeds"
        for name, values in accuracies.items()
        if values
    ]


@dataclass(frozen=True)
class Peak(Row):
    """The memory that some work takes, in processes of their own.

    Attributes:
        scripts: for each contestant what it runs of bench/cold, which prints at its end what it took.
    """

    scripts: dict[str, str] = field(kw_only=True, hash=False)
    most_turns: int = 3

    def measure(self, session: Session) -> Result:
        chosen = [one for one in CONTESTANTS if one.name in self.scripts]
        skipped = {one.name: one.missing for one in chosen if one.missing}
        entries = [Entry(one, one.threads_tried()[-1], 0.0) for one in chosen if not one.missing]
        for _ in range(min(session.turns, 2 if session.quick else self.most_turns)):
            for entry in [*entries]:
                script, variables = self.scripts[entry.name], entry.contestant.variables(entry.threads)
                try:
                    entry.times.append(float(run(["-m", f"bench.cold.{script}"], variables).output.split()[-1]))
                except Failed as error:
                    skipped[entry.name] = str(error)
                    entries.remove(entry)
        return {
            "contestants": [entry.said(1) for entry in entries],
            "skipped": [{"name": name, "why": why} for name, why in skipped.items()],
            **compared(entries, needed=tuple(self.scripts)),
        }


@dataclass(frozen=True)
class Importing(Row):
    """The time of an import beside NumPy's, in processes of their own."""

    most_more: float = 0.06

    def measure(self, session: Session) -> Result:
        codes = {"Glassnet": "import glassnet", "NumPy": "import numpy", "Python alone": "pass"}
        codes |= {"PyTorch": "import torch"} if installed("torch") else {}
        times: dict[str, list[float]] = {name: [] for name in codes}
        for turn in range(session.turns + 1):
            for name, code in codes.items():
                seconds = run(["-c", code], dict(os.environ)).seconds
                if turn:  # the first reads the files from the disk
                    times[name].append(seconds)
        low = {name: summary(values)["lower_quartile"] for name, values in times.items()}
        more = low["Glassnet"] - low["NumPy"]
        packages: dict[str, Any] = {"Glassnet": "glassnet", "NumPy": "numpy", "PyTorch": "torch"}
        return {
            "contestants": [
                {"name": name, "version": installed(packages.get(name, name)), "threads": None, "times": values}
                | summary(values)
                for name, values in times.items()
            ],
            "ratio": None,
            "not_measured": "a difference, not a ratio",
            "said": [f"NumPy's {'−' if more < 0 else '+'} {abs(more):.3f} s"],
            "met": more <= self.most_more,
        }

    def met(self, found: Result) -> bool | None:
        return found.get("met")
