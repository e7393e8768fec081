"""A picture as it is handed to the user: shown by notebooks, saved as SVG, PDF, PNG or TikZ."""

from __future__ import annotations

import os
import re
from pathlib import Path

from glassnet.canvas.colors import theme_of
from glassnet.canvas.raster import rendered
from glassnet.canvas.scene import Scene
from glassnet.canvas.svg import svg
from glassnet.canvas.tikz import tikz
from glassnet.files import FileKind, write_whole
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.words import unknown

PICTURE = FileKind(
    "picture",
    re.compile(rb'\A<svg xmlns="[^"]*" id="g[0-9a-f]{8}"|\A% Glassnet|(Software\0|/Creator \(|<dc:title>)Glassnet'),
)
"""Pictures and plots, of any format."""
KINDS = ("svg", "pdf", "png", "tex")


class Picture:
    """A picture for the user. A notebook shows it, ``save`` writes it, ``title`` and ``description`` say it in words.

    ``dark`` is True or False, or None for SVG that follows the reader's system (other files are then light);
    ``colors`` is "signs", blue and orange, or "ink", black and white.

    >>> import glassnet as gn
    >>> picture = gn.Network(2, gn.Dense(1)).draw()
    >>> picture
    Picture: A neural network: 2 inputs → 1 output
    """

    def __init__(self, scene: Scene, dark: bool | None = None, colors: str = "signs") -> None:
        theme_of(colors, dark=False)  # there must be such colours
        self.scene, self.dark, self.colors = scene, dark, colors

    @property
    def title(self) -> str:
        return self.scene.title

    @property
    def description(self) -> str:
        return self.scene.description

    @property
    def svg(self) -> str:
        """The picture as an SVG document."""
        return svg(self.scene, self.dark, self.colors)

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a .svg, .pdf, .png or .tex file, whole or not at all; only an older picture is replaced.

        Raises:
            GlassnetError: the name has another ending, the picture is too large for it, the file cannot be written, or
                there is another file of that name, which Glassnet did not write.

        >>> import glassnet as gn
        >>> gn.Network(2, gn.Dense(1)).draw("network.bmp")
        Traceback (most recent call last):
        glassnet.ir.errors.GlassnetError: network.bmp cannot be drawn: its name must end in .svg, .pdf, .png or .tex
        """
        kind = Path(path).suffix.lower().removeprefix(".")
        require(kind in KINDS, f"{path} cannot be drawn: its name must end in .svg, .pdf, .png or .tex")
        write_whole(path, self.encoded(kind), PICTURE)

    def encoded(self, kind: str) -> bytes:
        """The content of a file of that kind: svg, pdf, png or tex, which is TikZ.

        Raises:
            GlassnetError: another kind, or the picture is too large for it.

        >>> import glassnet as gn
        >>> gn.Network(2, gn.Dense(1)).draw().encoded("tex").decode().splitlines()[0]
        '% Glassnet: A neural network: 2 inputs → 1 output'
        """
        match kind:
            case "svg":
                return self.svg.encode()
            case "tex":
                return tikz(self.scene, bool(self.dark), self.colors).encode()
            case "pdf" | "png":
                return rendered(self.scene, kind, bool(self.dark), self.colors)
            case _:
                raise GlassnetError(unknown("kind of picture", kind, KINDS))

    def saved(self, path: str | os.PathLike[str] | None) -> Picture:
        """The picture itself, saved first where a path is given."""
        if path is not None:
            self.save(path)
        return self

    def __repr__(self) -> str:
        return f"Picture: {self.title}"
