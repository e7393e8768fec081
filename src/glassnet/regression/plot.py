"""Pictures of a regression, with matplotlib: the line with its errors as squares, planes, residuals."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.canvas.colors import DARK, LIGHT, Theme
from glassnet.canvas.plots import new_figure, save_figure
from glassnet.ir.errors import GlassnetError
from glassnet.regression.doubles import Floats
from glassnet.regression.fit import Fit
from glassnet.regression.inputs import floats
from glassnet.words import meant

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot(fit: Fit, kind: str = "fit", path: str | os.PathLike[str] | None = None, dark: bool = False) -> Figure:
    """A picture of a fit.

    kind: "fit" (one input: points, curve, vertical segments to the points; two inputs: the plane), "squares" (the
    same with each error's square drawn as a square, whose side is the error; one input), "residuals" (against the
    fitted values), "qq" (residuals against normal quantiles), "path" (gradient descent: the loss, step by step).
    path: a .png, .svg or .pdf file to write as well.

    >>> from glassnet.regression import LinearRegression
    >>> figure = plot(LinearRegression().fit([1, 2, 3], [2, 4, 5]).found, "squares")
    >>> len(figure.axes[0].patches)  # one square a point
    3
    """
    kinds = {"fit": _points, "squares": _squares, "residuals": _residuals, "qq": _qq, "path": _path}
    if kind not in kinds:
        raise GlassnetError(f"unknown kind of plot {kind!r}{meant(str(kind), kinds)}; choose from {', '.join(kinds)}")
    theme = DARK if dark else LIGHT
    with new_figure(theme, (6.4, 4.8)) as figure:
        kinds[kind](fit, figure, theme)
    return save_figure(figure, path)


def usual_kind(fit: Fit) -> str:
    """The kind of picture that shows most of a fit: its inputs, where they are few enough to be drawn."""
    return "fit" if _are_drawn(fit) else "residuals"


def _points(fit: Fit, figure: Figure, theme: Theme) -> Axes:
    if len(_numeric_inputs(fit)) == 2:
        return _plane(fit, figure, theme)
    axes = figure.subplots()
    x = _one_input(fit)
    margin = 0.05 * (np.ptp(x) or 1.0)
    along = np.linspace(x.min() - margin, x.max() + margin, 300)
    axes.vlines(x, fit.fitted, floats(fit.y, fit.target), color=theme.error, linewidth=2.5, zorder=1)
    axes.plot(along, fit.predict(along), color=theme.line, linewidth=1.8, zorder=2)
    draw_points(axes, fit, theme)
    title(axes, f"{fit.equation}    R² = {fit.r2:.3f}" if fit.sst else fit.equation)
    axes.set_xlim(along[0], along[-1])
    return axes


def _squares(fit: Fit, figure: Figure, theme: Theme) -> Axes:
    from matplotlib.patches import Rectangle

    x, y = _one_input(fit), floats(fit.y, fit.target)
    axes = _points(fit, figure, theme)
    title(axes, f"{fit.equation}    sum of the squares = {fit.sse:.4g}")
    height = np.ptp(np.concatenate([y, fit.fitted])) or 1.0
    # One unit of y is drawn as long as `stretch` units of x, whatever the window's size: so the rectangles are squares.
    slant = height / (np.ptp(x) or 1.0)
    stretch = 1.0 if 0.4 < slant < 1.6 else float(f"{0.75 / slant:.1g}")
    axes.set_aspect(stretch, adjustable="box")
    left, right = x.min(), x.max()
    alpha = float(np.clip(5 / len(x), 0.04, 0.28))  # many squares overlap: let each be fainter
    for at, predicted, residual in zip(x, fit.fitted, fit.residuals, strict=True):
        side = abs(residual) * stretch
        start = at if at + side <= right or at - side < left else at - side
        low = min(predicted, predicted + residual)
        axes.add_patch(Rectangle((start, low), side, abs(residual), color=theme.error, alpha=alpha, zorder=0))
        left, right = min(left, start), max(right, start + side)
    margin = 0.05 * (right - left)
    axes.set_xlim(left - margin, right + margin)
    along = np.linspace(left - margin, right + margin, 300)
    axes.lines[0].set_data(along, fit.predict(along))
    axes.autoscale(axis="y")
    return axes


def _plane(fit: Fit, figure: Figure, theme: Theme) -> Axes:
    (first, u), (second, v) = _numeric_inputs(fit).items()
    axes: Any = figure.add_subplot(projection="3d")
    across, deep = np.meshgrid(np.linspace(u.min(), u.max(), 15), np.linspace(v.min(), v.max(), 15))
    surface = fit.predict({first: across.ravel(), second: deep.ravel()}).reshape(across.shape)
    axes.plot_surface(across, deep, surface, color=theme.point, alpha=0.25, edgecolor=theme.grid, linewidth=0.3)
    y = floats(fit.y, fit.target)
    for at, depth, low, high in zip(u, v, fit.fitted, y, strict=True):
        axes.plot([at, at], [depth, depth], [low, high], color=theme.error, linewidth=2)
    axes.scatter(u, v, y, color=theme.point, s=22, depthshade=False)
    label(axes, first, second)
    axes.set_zlabel(textwrap.fill(fit.target, 40), parse_math=False)
    title(axes, fit.equation)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_pane_color(theme.background)
    axes.set_box_aspect(None, zoom=0.95)  # room for the label of the upright axis
    return axes  # type: ignore[no-any-return]


def _residuals(fit: Fit, figure: Figure, theme: Theme) -> Axes:
    axes = figure.subplots()
    axes.axhline(0, color=theme.line, linewidth=1.5)
    axes.vlines(fit.fitted, 0, fit.residuals, color=theme.error, linewidth=2, zorder=1)
    axes.plot(fit.fitted, fit.residuals, "o", color=theme.point, zorder=3)
    label(axes, f"fitted {fit.target}", f"residual of {fit.target}")
    title(axes, "Residuals against fitted values")
    return axes


def _qq(fit: Fit, figure: Figure, theme: Theme) -> Axes:
    """Sorted residuals against the normal quantiles of (i − ½)/n; the line has the residuals' mean and deviation."""
    from scipy.special import ndtri

    residuals = np.sort(fit.residuals)
    n = len(residuals)
    quantiles = ndtri((np.arange(n) + 0.5) / n)
    axes = figure.subplots()
    axes.plot(quantiles, residuals.mean() + residuals.std() * quantiles, color=theme.line, linewidth=1.5)
    axes.plot(quantiles, residuals, "o", color=theme.point)
    label(axes, "normal quantile", f"residual of {fit.target}")
    title(axes, "Normal Q–Q: on the line if the residuals are normal")
    return axes


def _path(fit: Fit, figure: Figure, theme: Theme) -> Axes:
    path = fit.path
    axes = figure.subplots()
    steps = np.arange(path.steps + 1)
    axes.plot(steps + 1, path.loss, color=theme.point, linewidth=2)
    axes.set_xscale("log")
    axes.set_yscale("log")
    label(axes, "step (from 1)", f"mean squared error of {fit.target}")
    title(axes, f"Gradient descent, learning rate {path.learning_rate:.3g}")
    return axes


def title(axes: Axes, text: str, size: float = 11, width: int = 64) -> None:
    """Put a title over the axes, in as many lines as that takes."""
    axes.set_title(textwrap.fill(text, width), fontsize=size, parse_math=False)


def label(axes: Axes, x: str, y: str) -> None:
    """Name the axes, as the data are named: a $ in a name is a $."""
    axes.set_xlabel(textwrap.fill(x, 50), parse_math=False)
    axes.set_ylabel(textwrap.fill(y, 40), parse_math=False)


def draw_points(axes: Axes, fit: Fit, theme: Theme) -> None:
    """Draw the observations, and name the axes after the data."""
    (name,) = _numeric_inputs(fit)
    axes.plot(_one_input(fit), floats(fit.y, fit.target), "o", color=theme.point, markersize=6, zorder=3)
    label(axes, name, fit.target)


def _numeric_inputs(fit: Fit) -> dict[str, Floats]:
    """The inputs that the terms use, as numbers."""
    used = dict.fromkeys(feature.column for feature in fit.design.features)
    if not _are_drawn(fit):
        names = ", ".join(used)
        raise GlassnetError(f'this picture needs one or two numeric inputs, the fit has {names}; try kind="residuals"')
    return {name: floats(fit.table[name], name) for name in used}


def _are_drawn(fit: Fit) -> bool:
    """Whether the inputs are one or two, and numeric."""
    return not fit.design.levels and len({feature.column for feature in fit.design.features}) <= 2


def _one_input(fit: Fit) -> Floats:
    values = list(_numeric_inputs(fit).values())
    if len(values) != 1:
        raise GlassnetError('the squares are drawn for one input; with two, use kind="fit"')
    return values[0]
