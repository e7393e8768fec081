"""Anscombe's quartet by a line and by a small network: what a line cannot do, and what doing it costs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.canvas.colors import DARK, LIGHT
from glassnet.canvas.plots import save_figure
from glassnet.data import anscombe
from glassnet.ir.types import Array
from glassnet.layers import Dense, Penalty, Rescale
from glassnet.network import Network
from glassnet.regression import LinearRegression, plot_quartet
from glassnet.train.optimizers import LBFGS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEPS = 300
SMALL = Penalty(l2=1e-4)  # without it the curve leaps between the points
RUNS = 100  # evaluations timed, of which the quickest counts


@dataclass(frozen=True, eq=False)
class Contest:
    """One data set, fitted by a line and by a network.

    ``milliseconds`` are for one evaluation of all points by (line, network), on this machine, this time; the line as a
    network without a hidden layer, so that both are measured alike.
    """

    name: str
    x: Array
    y: Array
    line: LinearRegression
    network: Network
    milliseconds: tuple[float, float]

    @property
    def multiply_adds(self) -> tuple[int, int]:
        """The multiply-adds of one answer by (line, network)."""
        return as_network(self.line).operations().multiply_adds, self.network.operations().multiply_adds

    @property
    def sse(self) -> tuple[float, float]:
        """The sums of squared errors of (line, network)."""
        return float(self.line.sse), float(((self.network(self.x[:, None])[:, 0] - self.y) ** 2).sum())

    def row(self) -> str:
        """Its row in the table of all."""
        (line, network), (one, several), (short, long) = self.sse, self.multiply_adds, self.milliseconds
        return f"{self.name:4}  {line:15.4f}  {network:14.4f}  {one:>4} and {several:>4}  {short:8.3f}  {long:11.3f}"


@dataclass(frozen=True, eq=False)
class Quartet:
    """The four contests; print it for a table, ``plot()`` it for a picture."""

    contests: tuple[Contest, ...]

    def __repr__(self) -> str:
        head = f"{'':4}  {'SSE of the line':>15}  {'of the network':>14}  {'multiply-adds':>13}"
        head += f"  {'ms, line':>8}  {'ms, network':>11}"
        return "\n".join([head, *(one.row() for one in self.contests)])

    def plot(self, path: str | os.PathLike[str] | None = None, dark: bool = False) -> Figure:
        """The points, the lines and the networks' curves; saved where a path is given (.png, .svg, .pdf)."""
        figure = plot_quartet({one.name: (one.x, one.y) for one in self.contests}, dark=dark)
        theme = DARK if dark else LIGHT
        for axes, one in zip(figure.axes, self.contests, strict=True):
            limits, x = axes.get_ylim(), np.linspace(one.x.min(), one.x.max(), 200)
            axes.plot(x, one.network(x[:, None])[:, 0], color=theme.negative, linewidth=1.5, label="network")
            axes.set_ylim(limits)
        figure.axes[0].legend(loc="lower right", fontsize=8)
        return save_figure(figure, path)


def quartet(hidden: int = 4, seed: int = 1) -> Quartet:
    """Fit a line and a network 1-hidden-1 with tanh to each of Anscombe's four data sets.

    >>> line, network = quartet().contests[1].sse  # the second set lies on a parabola
    >>> round(line, 2), network < 0.2
    (13.78, True)
    """
    return Quartet(tuple(_contest(name, *points, hidden, seed) for name, points in _sets().items()))


def _sets() -> Mapping[str, tuple[Array, Array]]:
    return {name: (np.asarray(x, float), np.asarray(y, float)) for name, (x, y) in anscombe().items()}


def _contest(name: str, x: Array, y: Array, hidden: int, seed: int) -> Contest:
    line = LinearRegression().fit(x, y)
    scale, spread = float(x.std()), float(y.std())
    network = Network(
        1,
        Rescale(1 / scale, -float(x.mean()) / scale),
        Dense(hidden, "tanh", weights_penalty=SMALL),
        Dense(1, weights_penalty=SMALL),
        Rescale(spread, float(y.mean())),
        seed=seed,
        dtype="float64",
    )
    settings: dict[str, Any] = {"epochs": STEPS, "batch_size": len(x), "shuffle": False, "metrics": []}
    network.fit(x[:, None], y[:, None], optimizer=LBFGS(), progress=False, **settings)
    return Contest(name, x, y, line, network, _milliseconds(x[:, None], as_network(line), network))


def as_network(line: LinearRegression) -> Network:
    """The line as a network: one neuron, no activation."""
    return Network(1, Dense(1, weights=[line.coefficients], biases=[line.intercept]), dtype="float64")


def _milliseconds(x: Array, line: Network, network: Network) -> tuple[float, float]:
    """The quickest of many evaluations by each, in turn."""
    quickest = [float("inf"), float("inf")]
    for _ in range(RUNS):
        for i, function in enumerate((line, network)):
            started = perf_counter()
            function(x)
            quickest[i] = min(quickest[i], perf_counter() - started)
    return 1000 * quickest[0], 1000 * quickest[1]
