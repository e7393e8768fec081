"""A network approximates any function: networks of growing width fitted to a curve, their errors and what they cost.

That one hidden layer is enough, if it is wide enough, was shown by Cybenko and by Hornik, Stinchcombe & White in 1989.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.canvas.colors import DARK, LIGHT, Theme
from glassnet.canvas.plots import new_figure, save_figure
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require, require_count
from glassnet.ir.types import Array
from glassnet.layers import Dense, Rescale
from glassnet.network import Network
from glassnet.train.optimizers import LBFGS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BETWEEN = 10  # errors are measured on so many times as many points as are fitted: between them too


@dataclass(frozen=True, eq=False)
class Fit:
    """One network fitted to the curve.

    Attributes:
        width: its number of hidden neurons; 0 for a straight line.
        network: itself.
        error: the root of the mean squared error, between the points that it was fitted to as well.
        largest: the largest error there.
        multiply_adds: of one evaluation, as ``network.operations()`` counts them.
        milliseconds: what one evaluation of all those points took, on this machine, this time.
    """

    width: int
    network: Network
    error: float
    largest: float
    multiply_adds: int
    milliseconds: float

    def __repr__(self) -> str:
        measured = f"{self.width:>5}  {self.error:<9.3g}  {self.largest:<9.3g}"
        return f"{measured}  {self.multiply_adds:>13,}  {self.milliseconds:>12.3f}"


@dataclass(frozen=True, eq=False)
class Approximation:
    """A curve and the networks that were fitted to it; print it for a table, ``plot()`` it for a picture.

    Attributes:
        function: the curve.
        low, high: where it was fitted.
        fits: one a width, in the order of the widths.
    """

    function: Callable[[Array], Any]
    low: float
    high: float
    fits: tuple[Fit, ...]

    def __iter__(self) -> Iterator[Fit]:
        return iter(self.fits)

    def __getitem__(self, i: int) -> Fit:
        return self.fits[i]

    def __repr__(self) -> str:
        return "\n".join(["width  error      largest    multiply-adds  milliseconds", *map(str, self.fits)])

    def plot(self, path: str | os.PathLike[str] | None = None, dark: bool = False) -> Figure:
        """A picture: the curve with each network's, and the error against the width.

        path: a .png, .svg or .pdf file to write as well.
        """
        theme = DARK if dark else LIGHT
        with new_figure(theme, (10, 4.2)) as figure:
            curves, errors = figure.subplots(1, 2)
            self._draw_curves(curves, theme)
            self._draw_errors(errors, theme)
        return save_figure(figure, path)

    def _draw_curves(self, axes: Axes, theme: Theme) -> None:
        from matplotlib import colormaps

        x = np.linspace(self.low, self.high, 500)
        axes.plot(x, _values(self.function, x), color=theme.ink, linewidth=4, alpha=0.35, label="the curve")
        shades = colormaps["cividis"](np.linspace(0.15, 0.95, len(self.fits)))
        styles = ["-", "--", "-.", ":"]
        for i, (fit, shade) in enumerate(zip(self.fits, shades, strict=True)):
            label = f"width {fit.width}" if fit.width else "a line"
            axes.plot(x, fit.network(x[:, None])[:, 0], styles[i % 4], color=shade, linewidth=1.6, label=label)
        axes.legend(fontsize=8, frameon=False, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.08))
        axes.set_title("Wider networks come closer", fontsize=11)

    def _draw_errors(self, axes: Axes, theme: Theme) -> None:
        places = range(len(self.fits))
        axes.plot(places, [fit.error for fit in self.fits], "o-", color=theme.point, label="root of the mean square")
        axes.plot(places, [fit.largest for fit in self.fits], "s--", color=theme.error, label="largest")
        axes.set_yscale("log")
        axes.set_xticks(places, [f"{fit.width}\n{fit.multiply_adds:,}" for fit in self.fits])
        axes.set_xlabel("hidden neurons, and multiply-adds of one evaluation")
        axes.set_title("Error against width", fontsize=11)
        axes.legend(fontsize=8, frameon=False)


def approximate(
    function: Callable[[Array], Any],
    widths: Sequence[int] = (0, 1, 2, 4, 8, 16, 32),
    low: float = 0.0,
    high: float = 1.0,
    *,
    activation: str = "tanh",
    samples: int = 100,
    epochs: int = 500,
) -> Approximation:
    """Fit networks with one hidden layer of each of these widths to a curve, by L-BFGS.

    Before training, the hidden neurons' bends lie evenly over the stretch, and the output's weights are 0. So
    nothing is random, and a wider network starts with more places to bend at.

    Args:
        function: from an array of numbers to their values, or from a number to its value.
        widths: numbers of hidden neurons; 0 means none, so a straight line.
        low, high: where to fit it; ``samples`` evenly spaced points are used there.
        activation: of the hidden neurons.
        epochs: how often all points are gone through.

    Raises:
        GlassnetError: an empty stretch, no widths, or a curve that is not finite there.

    >>> import numpy as np
    >>> found = approximate(np.sin, widths=(0, 2), low=0, high=3, epochs=100)
    >>> [fit.multiply_adds for fit in found]
    [1, 4]
    >>> found[1].error < found[0].error / 5
    True
    """
    require(low < high, f"low must be less than high, got {low} and {high}")
    require(len(widths) > 0, "give at least one width")
    require_count(samples, "the number of samples")
    x = np.linspace(low, high, samples)
    y = _values(function, x)
    fits = []
    for width in widths:
        network = _network(width, low, high, activation)
        _train(network, x[:, None], y[:, None], epochs)
        fits.append(_measured(network, width, function, np.linspace(low, high, BETWEEN * (samples - 1) + 1)))
    return Approximation(function, low, high, tuple(fits))


def _network(width: int, low: float, high: float, activation: str) -> Network:
    """A network that takes the stretch to −1..1 and bends there at evenly spaced places, one a neuron."""
    scale = 2 / (high - low)
    layers = []
    if width:
        places = (2 * np.arange(width) + 1) / width - 1
        slopes = np.where(np.arange(width) % 2, -width, width)
        layers = [Dense(width, activation, weights=[slopes], biases=-slopes * places)]
    rescaled = Rescale(scale, -scale * (low + high) / 2)
    return Network(1, rescaled, *layers, Dense(1, weights="zeros", name="y"), dtype="float64")


def _train(network: Network, x: Array, y: Array, epochs: int) -> None:
    """Fit the curve brought to mean 0 and deviation 1, and let the output layer bring it back."""
    mean, spread = y.mean(), y.std() or 1.0
    network.fit(
        x, (y - mean) / spread, epochs=epochs, batch_size=len(x), optimizer=LBFGS(learning_rate=0.5), progress=False
    )
    network.assign({name: spread * network.parameters[name] for name in ("y.weights", "y.biases")})
    network.assign({"y.biases": network.parameters["y.biases"] + mean})


def _measured(network: Network, width: int, function: Callable[[Array], Any], x: Array) -> Fit:
    inputs = x[:, None]
    network(inputs)
    start = perf_counter()
    output = network(inputs)
    milliseconds = 1000 * (perf_counter() - start)
    errors = np.abs(output[:, 0] - _values(function, x))
    rms, largest = float(np.sqrt(np.mean(errors**2))), float(errors.max())
    return Fit(width, network, rms, largest, network.operations().multiply_adds, milliseconds)


def _values(function: Callable[[Array], Any], x: Array) -> Array:
    """The curve at these points, however the function takes them."""
    try:
        y = np.asarray(function(x), np.float64)
    except (TypeError, ValueError):  # it takes one number at a time, like math.sin
        y = np.array([function(value) for value in x.tolist()], np.float64)
    y = np.broadcast_to(y, x.shape)
    for wrong in x[~np.isfinite(y)]:
        raise GlassnetError(f"the curve has no finite value at {wrong:g}; choose another stretch")
    return y
