"""The row of linear regression: times, and correct digits against the solution in fractions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from bench.suite.contestants import OURS, Contestant, processors
from bench.suite.processes import Failed, run
from bench.suite.results import Result
from bench.suite.rows import Row
from bench.suite.task import Array
from bench.suite.turns import Entry, Session, compared
from glassnet.regression.exact import reduce

SOLVERS = (
    Contestant(OURS, "glassnet", "", "glassnet"),
    Contestant("NumPy's lstsq", "numpy", "", "numpy"),
    Contestant("scikit-learn's LinearRegression", "sklearn", "", "scikit-learn"),
)
OFFSET = 10_000


def observations(n: int, inputs: int, seed: int = 0) -> tuple[Array, Array]:
    """Whole numbers, so that their sums of products are exact: columns far from 0, and y with noise."""
    rng = np.random.default_rng(seed)
    x = rng.integers(-1000, 1001, (n, inputs)) + OFFSET
    y = x @ rng.integers(-9, 10, inputs) + rng.integers(-5000, 5001, n)
    return x, y


def exact(x: Array, y: Array) -> list[Fraction]:
    """Intercept and slopes, from the normal equations in whole numbers and fractions."""
    rows = np.column_stack([np.ones(len(x), np.int64), x, y])
    sums = sum(part.T @ part for part in np.array_split(rows, max(1, len(rows) // 10_000)))  # below 2⁶³
    matrix = np.array([[Fraction(int(value)) for value in row] for row in sums[:-1]], dtype=object)
    reduced, _ = reduce(matrix, len(matrix))
    return list(reduced[:, -1])


def digits(found: Sequence[float], truth: Sequence[Fraction]) -> float:
    """The correct digits of the worst number: −log₁₀ of its relative error, at most 16.

    >>> digits([1.001], [Fraction(1)])
    3.0
    """
    errors = [abs(Fraction(a) - b) / (abs(b) or 1) for a, b in zip(found, truth, strict=True)]
    worst = float(max(errors))
    return round(min(16.0, -math.log10(worst)), 6) if worst else 16.0


@dataclass(frozen=True)
class Squares(Row):
    size: tuple[int, int] = (1_000_000, 20)

    def measure(self, session: Session) -> Result:
        x, y = observations(*self.size)
        truth, path = exact(x, y), session.folder / "squares.npz"
        np.savez(path, x=x.astype(np.float64), y=y.astype(np.float64))
        skipped = {one.name: one.missing for one in SOLVERS if one.missing}
        entries = [Entry(one, processors(), 0.0) for one in SOLVERS if not one.missing]
        right: dict[str, float] = {}
        for _ in range(2 if session.quick else min(session.turns, 7)):
            for entry in entries:
                try:
                    command = ["-m", "bench.rivals.squares", entry.contestant.module, str(path)]
                    seconds, *found = map(float, run(command, entry.contestant.variables(0)).output.split())
                except Failed as error:
                    skipped[entry.name] = str(error)
                    continue
                entry.times.append(seconds)
                right[entry.name] = digits(found, truth)
        path.unlink()
        return self._said([entry for entry in entries if entry.times], skipped, right)

    def _said(self, entries: list[Entry], skipped: dict[str, str], right: dict[str, float]) -> Result:
        names = [entry.name for entry in entries]
        lacking = None if len(names) == len(SOLVERS) else "a solver is missing"
        found = compared(entries, lacking, needed=())
        worse = right.get(OURS, 0) < max(right.values(), default=0)
        return {
            "contestants": [entry.said(1) | {"correct_digits": right[entry.name]} for entry in entries],
            "skipped": [{"name": name, "why": why} for name, why in skipped.items()],
            **found,
            "said": [f"{name}: {right[name]:.1f} correct digits" for name in names],
            "met": None if found["ratio"] is None else not worse and self.met(found),
        }
