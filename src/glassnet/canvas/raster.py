"""A scene as PNG or PDF: the same shapes and the same font, drawn by matplotlib."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any, Literal

from glassnet.canvas.colors import Theme, theme_of
from glassnet.canvas.scene import Circle, Element, Image, Path, Rectangle, Scene, Text
from glassnet.canvas.text import clean
from glassnet.ir.errors import GlassnetError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PIXELS_PER_INCH = 96
"""As CSS has it."""
LARGEST = {"png": 30_000, "pdf": 19_200}
"""The longest side of a picture, in pixels: what other programs open (a page of PDF is at most 200 inches long)."""


def rendered(scene: Scene, kind: Literal["png", "pdf"], dark: bool = False, colors: str = "signs") -> bytes:
    """The picture as the bytes of a file. A PNG file has two dots a pixel, as good screens do, or fewer if it is large.

    Raises:
        GlassnetError: the picture is larger than such files can be.
    """
    if max(scene.width, scene.height) > LARGEST[kind]:
        raise GlassnetError(
            f"the picture is {scene.width:,} × {scene.height:,} pixels, and a side of a {kind.upper()} file is at most "
            f"{LARGEST[kind]:,}: save it as .svg"
        )
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    theme = theme_of(colors, dark)
    size = (scene.width / PIXELS_PER_INCH, scene.height / PIXELS_PER_INCH)
    with rc_context(
        {"font.family": "DejaVu Sans", "pdf.fonttype": 42, "path.simplify": False, "lines.scale_dashes": False}
    ):
        figure = Figure(figsize=size, dpi=PIXELS_PER_INCH, facecolor=theme.background)
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, scene.width), ylim=(scene.height, 0))
        axes.set_axis_off()
        for order, element in enumerate(scene.elements):
            _draw(axes, element, theme, order)
        dots = min(2 * PIXELS_PER_INCH, LARGEST["png"] / max(size))
        file = io.BytesIO()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing")  # names may be in any script; a box stands for these
            figure.savefig(file, format=kind, dpi=dots, facecolor=theme.background, metadata=_metadata(scene, kind))
    return file.getvalue()


def _metadata(scene: Scene, kind: str) -> dict[str, Any]:
    """The content in words; no date, so that equal pictures are equal files."""
    title, description = clean(scene.title), clean(scene.description)
    if kind == "pdf":
        return {"Title": title, "Subject": description, "Creator": "Glassnet", "CreationDate": None}
    return {"Title": title, "Description": description, "Software": "Glassnet"}


def _draw(axes: Axes, element: Element, theme: Theme, order: int) -> None:
    from matplotlib import patches

    look: dict[str, Any] = {"zorder": order}
    match element:
        case Circle(x, y, radius, fill, stroke, thickness):
            look |= {"facecolor": _color(fill, theme), "edgecolor": _color(stroke, theme), "linewidth": _pt(thickness)}
            axes.add_patch(patches.Circle((x, y), radius, **look))
        case Rectangle(x, y, width, height, fill, stroke, radius):
            style = f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
            look |= {"facecolor": _color(fill, theme), "edgecolor": _color(stroke, theme), "linewidth": _pt(1)}
            axes.add_patch(patches.FancyBboxPatch((x, y), width, height, boxstyle=style, **look))
        case Path():
            _draw_path(axes, element, theme, order)
        case Text(x, y, text, size, paint, anchor, bold, angle):
            axes.annotate(
                clean(text),
                (x, y),
                color=_color(paint, theme),
                fontsize=_pt(size),
                fontweight="bold" if bold else "normal",
                horizontalalignment={"start": "left", "middle": "center", "end": "right"}[anchor],
                verticalalignment="center_baseline",
                rotation=-angle,
                rotation_mode="anchor",
                parse_math=False,
                annotation_clip=False,
                **look,
            )
        case Image(x, y, width, height, pixels, smooth):
            extent = (x, x + width, y + height, y)
            how = "bilinear" if smooth else "nearest"
            axes.imshow(pixels, extent=extent, interpolation=how, aspect="auto", **look)
            axes.set(xlim=(0, axes.get_xlim()[1]), ylim=(axes.get_ylim()[0], 0))


def _draw_path(axes: Axes, path: Path, theme: Theme, order: int) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    code = Outline.CURVE4 if path.curved else Outline.LINETO
    points = [point for line in path.lines for point in line]
    codes = [c for line in path.lines for c in [Outline.MOVETO, *[code] * (len(line) - 1)]]
    dashes = (0, (_pt(7), _pt(4))) if path.dashed else "solid"
    look: dict[str, Any] = {
        "edgecolor": _color(path.stroke, theme),
        "linewidth": _pt(path.thickness),
        "linestyle": dashes,
    }
    patch = PathPatch(Outline(points, codes), facecolor="none", capstyle="butt", zorder=order, **look)
    axes.add_patch(patch)


def _color(paint: str | None, theme: Theme) -> str:
    return "none" if paint is None else paint if paint.startswith("#") else theme[paint]


def _pt(pixels: float) -> float:
    """Pixels as points, matplotlib's unit of text and lines."""
    return pixels * 72 / PIXELS_PER_INCH
