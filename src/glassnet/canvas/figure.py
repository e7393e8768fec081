"""A figure of matplotlib that a notebook shows, whether or not the notebook has been told to show matplotlib's."""

from __future__ import annotations

import io

from matplotlib.figure import Figure


class ShownFigure(Figure):
    """A figure of its own, not one of pyplot's: no window, nothing global, and notebooks show it as a picture."""

    def _repr_png_(self) -> bytes:
        picture = io.BytesIO()
        self.savefig(picture, format="png")
        return picture.getvalue()
