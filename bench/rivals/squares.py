"""Least squares with a constant: ours, NumPy's lstsq, scikit-learn's. Each gives the intercept, then the slopes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from bench.suite.task import Array


def glassnet(x: Array, y: Array) -> Array:
    import glassnet as gn

    return gn.LinearRegression().fit(x, y).parameters


def numpy(x: Array, y: Array) -> Array:
    found: Array = np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]), y)[0]
    return found


def sklearn(x: Array, y: Array) -> Array:
    from sklearn.linear_model import LinearRegression

    model = LinearRegression().fit(x, y)
    return np.array([model.intercept_, *model.coef_])


def main() -> None:
    """Fit once to few observations, then to all, and print the seconds and the parameters."""
    name, path = sys.argv[1], Path(sys.argv[2])
    with np.load(path) as file:
        x, y = file["x"], file["y"]
    solve = {"glassnet": glassnet, "numpy": numpy, "sklearn": sklearn}[name]
    solve(x[:1000], y[:1000])
    started = time.perf_counter()
    found = solve(x, y)
    print(time.perf_counter() - started, *map(float, found))


if __name__ == "__main__":
    main()
