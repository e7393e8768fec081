"""A picture as it is handed to the user: shown by notebooks, saved as SVG, PDF or PNG."""

from __future__ import annotations

import os
import re
from pathlib import Path

from glassnet.canvas.raster import rendered
from glassnet.canvas.scene import Scene
from glassnet.canvas.svg import svg
from glassnet.files import FileKind, write_whole
from glassnet.ir.errors import GlassnetError

PICTURE = FileKind(
    "picture", re.compile(rb'\A<svg xmlns="[^"]*" id="g[0-9a-f]{8}"|(Software\0|/Creator \(|<dc:title>)Glassnet')
)
"""Pictures and plots, of any format."""


class Picture:
    """A picture for the user. A notebook shows it, ``save`` writes it, ``title`` and ``description`` say it in words.

    ``dark`` is True or False, or None for SVG that follows the reader's system (PDF and PNG are then light).

    >>> import glassnet as gn
    >>> picture = gn.Network(2, gn.Dense(1)).draw()
    >>> picture
    Picture: A neural network: 2 inputs → 1 output
    """

    def __init__(self, scene: Scene, dark: bool | None = None) -> None:
        self.scene, self.dark = scene, dark

    @property
    def title(self) -> str:
        return self.scene.title

    @property
    def description(self) -> str:
        return self.scene.description

    @property
    def svg(self) -> str:
        """The picture as an SVG document."""
        return svg(self.scene, self.dark)

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a .svg, .pdf or .png file, whole or not at all; only an older picture is replaced.

        Raises:
            GlassnetError: the name has another ending, the picture is too large for it, the file cannot be written, or
                there is another file of that name, which Glassnet did not write.

        >>> import glassnet as gn
        >>> gn.Network(2, gn.Dense(1)).draw("network.bmp")
        Traceback (most recent call last):
        glassnet.ir.errors.GlassnetError: network.bmp cannot be drawn: its name must end in .svg, .pdf or .png
        """
        match Path(path).suffix.lower():
            case ".svg":
                content = self.svg.encode()
            case ".pdf":
                content = rendered(self.scene, "pdf", bool(self.dark))
            case ".png":
                content = rendered(self.scene, "png", bool(self.dark))
            case _:
                raise GlassnetError(f"{path} cannot be drawn: its name must end in .svg, .pdf or .png")
        write_whole(path, content, PICTURE)

    def saved(self, path: str | os.PathLike[str] | None) -> Picture:
        """The picture itself, saved first where a path is given."""
        if path is not None:
            self.save(path)
        return self

    def __repr__(self) -> str:
        return f"Picture: {self.title}"
