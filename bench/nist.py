"""Correct digits on NIST's eleven certified linear data sets: ours, NumPy's, scikit-learn's.

    GLASSNET_DATA=/path/to/data python bench/nist.py

prints the table of docs/regression.md. The folder holds nist/Norris.dat … as NIST gives them. The last column needs
scikit-learn (the extra "oracles").
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from glassnet.regression import LinearRegression, Polynomial

# The degree of the polynomial in x, where the model is one; the two NoInt sets have no intercept.
DEGREES = {"Pontius": 2, "Filip": 10, **{f"Wampler{i}": 5 for i in range(1, 6)}}
NAMES = ["Norris", "Pontius", "NoInt1", "NoInt2", "Longley", "Filip", *(f"Wampler{i}" for i in range(1, 6))]


@dataclass(frozen=True)
class Certified:
    """One data set, every number as NIST writes it."""

    name: str
    y: list[str]
    x: list[list[str]]
    coefficients: list[str]
    standard_errors: list[str]

    @property
    def intercept(self) -> bool:
        return not self.name.startswith("NoInt")

    @property
    def floats(self) -> tuple[np.ndarray, np.ndarray]:
        return np.array(self.x, dtype=np.float64), np.array(self.y, dtype=np.float64)

    def model(self, **options: str) -> LinearRegression:
        terms = [Polynomial(self.degree)] if self.name in DEGREES else None
        return LinearRegression(intercept=self.intercept, terms=terms, **options)

    @property
    def degree(self) -> int:
        return DEGREES.get(self.name, 1)

    @property
    def columns(self) -> np.ndarray:
        """The design without the constant, as one gives it to NumPy."""
        x, _ = self.floats
        return np.hstack([x**k for k in range(1, self.degree + 1)])


def read(path: Path) -> Certified:
    """A data set from NIST's own file: certified values in the lines B0, B1, …, data from line 61 on."""
    lines = path.read_text().splitlines()
    certified = [line.split() for line in lines[30:60] if re.match(r"\s+B\d+\s", line)]
    rows = [line.split() for line in lines[60:] if line.strip()]
    return Certified(
        path.stem,
        [row[0] for row in rows],
        [row[1:] for row in rows],
        [c[1] for c in certified],
        [c[2] for c in certified],
    )


def correct_digits(found: Iterable[float], certified: list[str]) -> float:
    """The log relative error of the worst value, between 0 and 15: −log₁₀ |found − certified| / |certified|.

    Where the certified value is 0 it is −log₁₀ |found|. The differences are taken exactly, on the decimal text.
    """
    worst = 15.0
    for value, text in zip(found, certified, strict=True):
        truth = Fraction(text)
        error = abs(Fraction(float(value)) - truth) / (abs(truth) or 1)
        worst = min(worst, -math.log10(error) if error else 15.0)
    return max(worst, 0.0)


def both(model: LinearRegression, data: Certified) -> tuple[float, float]:
    """The correct digits of a fitted model's coefficients and of its standard errors."""
    return (
        correct_digits(model.parameters, data.coefficients),
        correct_digits(model.standard_errors, data.standard_errors),
    )


def by_numpy(data: Certified) -> np.ndarray:
    ones = [np.ones((len(data.y), 1))] if data.intercept else []
    return np.linalg.lstsq(np.hstack([*ones, data.columns]), data.floats[1])[0]


def by_scikit_learn(data: Certified) -> np.ndarray:
    from sklearn.linear_model import LinearRegression as Rival

    rival = Rival(fit_intercept=data.intercept).fit(data.columns, data.floats[1])
    return np.array([*([rival.intercept_] if data.intercept else []), *rival.coef_])


def row(data: Certified) -> list[str]:
    x, y = data.floats
    ours = both(data.model().fit(x, y), data)
    exact = both(data.model(precision="exact").fit(data.x, data.y), data)
    others: list[Callable[[], Iterable[float]]] = [
        lambda: data.model(method="normal equations").fit(x, y).parameters,
        lambda: by_numpy(data),
        lambda: by_scikit_learn(data),
    ]
    cells = [f"{digits:.1f}" for digits in (*ours, *exact)]
    for solve in others:
        try:
            cells.append(f"{correct_digits(solve(), data.coefficients):.1f}")
        except ValueError:
            cells.append("refused")
    return [data.name, *cells]


def main() -> None:
    folder = Path(os.environ["GLASSNET_DATA"]) / "nist"
    header = [
        "data set",
        "float64",
        "its errors",
        "exact",
        "its errors",
        "normal equations",
        "NumPy lstsq",
        "scikit-learn",
    ]
    print("| " + " | ".join(header) + " |")
    print("|---" + "|---:" * (len(header) - 1) + "|")
    for name in NAMES:
        print("| " + " | ".join(row(read(folder / f"{name}.dat"))) + " |")


if __name__ == "__main__":
    main()
