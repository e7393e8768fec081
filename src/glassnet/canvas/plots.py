"""Plots by matplotlib: figures in the theme's colours, light or dark, and how they are written to files."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.canvas.colors import CLASSES, Theme
from glassnet.canvas.picture import PICTURE
from glassnet.canvas.text import clean
from glassnet.files import write_whole
from glassnet.ir.errors import GlassnetError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from glassnet.canvas.figure import ShownFigure


@contextmanager
def new_figure(theme: Theme, size: tuple[float, float]) -> Iterator[ShownFigure]:
    """An empty figure in the theme's colours, laid out when the drawing is done; no window, nothing global.

    Its curves are blue, then orange, then in the colours of classes, unless they say otherwise. ``size`` is in inches.
    """
    import matplotlib
    from cycler import cycler

    from glassnet.canvas.figure import ShownFigure

    surfaces = dict.fromkeys(["figure.facecolor", "axes.facecolor", "savefig.facecolor"], theme.background)
    inks = ["text.color", "xtick.color", "ytick.color", "axes.edgecolor", "axes.labelcolor", "axes.titlecolor"]
    style: Any = {
        **surfaces,
        **dict.fromkeys(inks, theme.ink),
        "axes.prop_cycle": cycler(color=[theme.positive, theme.negative, *CLASSES[2:]]),
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": theme.grid,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "figure.constrained_layout.use": True,
    }
    with matplotlib.rc_context(style):
        figure = ShownFigure(figsize=size, dpi=150)
        yield figure
        _show_names_as_they_are(figure)
        with _any_script():
            figure.draw_without_rendering()


def _show_names_as_they_are(figure: Figure) -> None:
    """Show the user's names in titles and labels rather than obey them: a "$" begins no formula."""
    for axes in figure.axes:
        upright = [axes.zaxis] if hasattr(axes, "zaxis") else []
        labels = [axis.label for axis in (axes.xaxis, axes.yaxis, *upright)]
        legend = axes.get_legend()
        for text in [axes.title, *labels, *axes.texts, *(legend.get_texts() if legend else ())]:
            text.set(text="\n".join(map(clean, text.get_text().split("\n"))), parse_math=False)


@contextmanager
def _any_script() -> Iterator[None]:
    """A name may be in a script that the font lacks: a box stands for each character, without a warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        yield


def save_figure(figure: ShownFigure, path: str | os.PathLike[str] | None) -> ShownFigure:
    """The figure itself, written first where a path is given: whole or not at all; only an older picture is replaced.

    Raises:
        GlassnetError: the name does not end in .png, .svg or .pdf, the file cannot be written, or there is another file
            of that name, which Glassnet did not write.
    """
    if path is None:
        return figure
    from matplotlib import rc_context

    target = Path(path)
    kind = target.suffix.lower().removeprefix(".")
    if kind not in {"png", "svg", "pdf"}:
        raise GlassnetError(f"cannot write {target.name!r}: give a name that ends in .png, .svg or .pdf")
    picture = io.BytesIO()
    dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind, {})  # equal pictures, equal files
    maker = {"Software" if kind == "png" else "Creator": "Glassnet"}
    with _any_script(), rc_context({"svg.fonttype": "none", "svg.hashsalt": "glassnet"}):  # text stays text
        figure.savefig(picture, format=kind, metadata={**maker, **dates})
    write_whole(target, picture.getvalue(), PICTURE)
    return figure
