"""Pictures of a regression, with matplotlib: the line with its errors as squares, planes, residuals, the quartet."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.canvas.plots import DARK, LIGHT, Theme, new_figure, save_figure
from glassnet.ir.errors import GlassnetError
from glassnet.regression import inputs, report
from glassnet.regression.distributions import normal_quantile
from glassnet.regression.doubles import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from glassnet.regression.linear import LinearRegression


def plot(
    model: LinearRegression, kind: str = "fit", path: str | os.PathLike[str] | None = None, dark: bool = False
) -> Figure:
    """A picture of a fitted regression.

    kind: "fit" (one input: points, curve, vertical segments to the points; two inputs: the plane), "squares" (the
    same with each error's square drawn as a square, whose side is the error; one input), "residuals" (against the
    fitted values), "qq" (residuals against normal quantiles), "path" (gradient descent: the loss, step by step).
    path: a .png, .svg or .pdf file to write as well.

    >>> from glassnet.regression import LinearRegression
    >>> figure = plot(LinearRegression().fit([1, 2, 3], [2, 4, 5]), "squares")
    >>> len(figure.axes[0].patches)  # one square a point
    3
    """
    kinds = {"fit": _fit, "squares": _squares, "residuals": _residuals, "qq": _qq, "path": _path}
    if kind not in kinds:
        raise GlassnetError(f"unknown kind of plot {kind!r}; choose from {', '.join(kinds)}")
    theme = DARK if dark else LIGHT
    with new_figure(theme, (6.4, 4.8)) as figure:
        kinds[kind](model, figure, theme)
    return save_figure(figure, path)


def plot_quartet(
    sets: Mapping[str, tuple[Any, Any]] | None = None, path: str | os.PathLike[str] | None = None, dark: bool = False
) -> Figure:
    """Several sets of points (x, y), each with its line, on the same axes; Anscombe's quartet by default.

    >>> [axes.get_title() for axes in plot_quartet({"A": ([1, 2, 3], [2, 4, 9]), "B": ([1, 2, 4], [3, 3, 6])}).axes]
    ['A:  y = 3.5·x − 2,  R² = 0.94', 'B:  y = 1.07143·x + 1.5,  R² = 0.89']
    """
    from glassnet.regression.linear import LinearRegression

    sets = report.quartet() if sets is None else sets
    theme = DARK if dark else LIGHT
    columns = min(2, len(sets))
    rows = -(-len(sets) // columns)
    with new_figure(theme, (3.6 * columns, 2.9 * rows)) as figure:
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes, (name, (x, y)) in zip(grid.flat, sets.items(), strict=False):
            model = LinearRegression().fit(x, y)
            _draw_points(axes, model, theme)
            _title(axes, f"{name}:  {model.equation},  R² = {model.r2:.2f}", 9.5)
        ends = np.array(grid.flat[0].get_xlim())
        for axes, (x, y) in zip(grid.flat, sets.values(), strict=False):
            axes.plot(ends, LinearRegression().fit(x, y).predict(ends), color=theme.line, linewidth=1.5, zorder=2)
        grid.flat[0].set_xlim(*ends)
        grid.flat[0].locator_params(integer=True)
        for axes in list(grid.flat)[len(sets) :]:
            axes.remove()
    return save_figure(figure, path)


def _fit(model: LinearRegression, figure: Figure, theme: Theme) -> Axes:
    if len(_numeric_inputs(model)) == 2:
        return _plane(model, figure, theme)
    axes = figure.subplots()
    x = _one_input(model)
    margin = 0.05 * (np.ptp(x) or 1.0)
    along = np.linspace(x.min() - margin, x.max() + margin, 300)
    axes.vlines(x, model.fitted, _observed(model), color=theme.error, linewidth=2.5, zorder=1)
    axes.plot(along, model.predict(along), color=theme.line, linewidth=1.8, zorder=2)
    _draw_points(axes, model, theme)
    _title(axes, f"{model.equation}    R² = {model.r2:.3f}" if model.sst else model.equation)
    axes.set_xlim(along[0], along[-1])
    return axes


def _squares(model: LinearRegression, figure: Figure, theme: Theme) -> Axes:
    from matplotlib.patches import Rectangle

    x, y = _one_input(model), _observed(model)
    axes = _fit(model, figure, theme)
    _title(axes, f"{model.equation}    sum of the squares = {model.sse:.4g}")
    height = np.ptp(np.concatenate([y, model.fitted])) or 1.0
    # One unit of y is drawn as long as `stretch` units of x, whatever the window's size: so the rectangles are squares.
    slant = height / (np.ptp(x) or 1.0)
    stretch = 1.0 if 0.4 < slant < 1.6 else float(f"{0.75 / slant:.1g}")
    axes.set_aspect(stretch, adjustable="box")
    left, right = x.min(), x.max()
    alpha = float(np.clip(5 / len(x), 0.04, 0.28))  # many squares overlap: let each be fainter
    for at, predicted, residual in zip(x, model.fitted, model.residuals, strict=True):
        side = abs(residual) * stretch
        start = at if at + side <= right or at - side < left else at - side
        low = min(predicted, predicted + residual)
        axes.add_patch(Rectangle((start, low), side, abs(residual), color=theme.error, alpha=alpha, zorder=0))
        left, right = min(left, start), max(right, start + side)
    margin = 0.05 * (right - left)
    axes.set_xlim(left - margin, right + margin)
    along = np.linspace(left - margin, right + margin, 300)
    axes.lines[0].set_data(along, model.predict(along))
    axes.autoscale(axis="y")
    return axes


def _plane(model: LinearRegression, figure: Figure, theme: Theme) -> Axes:
    (first, u), (second, v) = _numeric_inputs(model).items()
    axes: Any = figure.add_subplot(projection="3d")
    across, deep = np.meshgrid(np.linspace(u.min(), u.max(), 15), np.linspace(v.min(), v.max(), 15))
    surface = model.predict({first: across.ravel(), second: deep.ravel()}).reshape(across.shape)
    axes.plot_surface(across, deep, surface, color=theme.point, alpha=0.25, edgecolor=theme.grid, linewidth=0.3)
    y = _observed(model)
    for at, depth, low, high in zip(u, v, model.fitted, y, strict=True):
        axes.plot([at, at], [depth, depth], [low, high], color=theme.error, linewidth=2)
    axes.scatter(u, v, y, color=theme.point, s=22, depthshade=False)
    axes.set(xlabel=first, ylabel=second, zlabel="y")
    _title(axes, model.equation)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_pane_color(theme.background)
    axes.set_box_aspect(None, zoom=0.95)  # room for the label of the upright axis
    return axes  # type: ignore[no-any-return]


def _residuals(model: LinearRegression, figure: Figure, theme: Theme) -> Axes:
    axes = figure.subplots()
    axes.axhline(0, color=theme.line, linewidth=1.5)
    axes.vlines(model.fitted, 0, model.residuals, color=theme.error, linewidth=2, zorder=1)
    axes.plot(model.fitted, model.residuals, "o", color=theme.point, zorder=3)
    axes.set(xlabel="fitted", ylabel="residual", title="Residuals against fitted values")
    return axes


def _qq(model: LinearRegression, figure: Figure, theme: Theme) -> Axes:
    """Sorted residuals against the normal quantiles of (i − ½)/n; the line has the residuals' mean and deviation."""
    residuals = np.sort(model.residuals)
    n = len(residuals)
    quantiles = np.array([normal_quantile((i + 0.5) / n) for i in range(n)])
    axes = figure.subplots()
    axes.plot(quantiles, residuals.mean() + residuals.std() * quantiles, color=theme.line, linewidth=1.5)
    axes.plot(quantiles, residuals, "o", color=theme.point)
    axes.set(xlabel="normal quantile", ylabel="residual", title="Normal Q–Q: on the line if the residuals are normal")
    return axes


def _path(model: LinearRegression, figure: Figure, theme: Theme) -> Axes:
    path = model.path
    axes = figure.subplots()
    steps = np.arange(path.steps + 1)
    axes.plot(steps + 1, path.loss, color=theme.point, linewidth=2)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set(xlabel="step (from 1)", ylabel="mean squared error")
    _title(axes, f"Gradient descent, learning rate {path.learning_rate:.3g}")
    return axes


def _title(axes: Axes, text: str, size: float = 11) -> None:
    axes.set_title(textwrap.fill(text, 64), fontsize=size)


def _draw_points(axes: Axes, model: LinearRegression, theme: Theme) -> None:
    (name,) = _numeric_inputs(model)
    axes.plot(_one_input(model), _observed(model), "o", color=theme.point, markersize=6, zorder=3)
    axes.set(xlabel=name, ylabel="y")


def _numeric_inputs(model: LinearRegression) -> dict[str, Floats]:
    """The inputs that the terms use, as numbers."""
    fit = model._fit
    used = dict.fromkeys(feature.column for feature in fit.design.features)
    if fit.design.levels or len(used) > 2:
        names = ", ".join(used)
        raise GlassnetError(f'this picture needs one or two numeric inputs, the fit has {names}; try kind="residuals"')
    return {name: inputs.floats(fit.table[name], name) for name in used}


def _one_input(model: LinearRegression) -> Floats:
    values = list(_numeric_inputs(model).values())
    if len(values) != 1:
        raise GlassnetError('the squares are drawn for one input; with two, use kind="fit"')
    return values[0]


def _observed(model: LinearRegression) -> Floats:
    return inputs.floats(model._fit.y, "y")
