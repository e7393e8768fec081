"""The colours of all pictures and plots, light and dark.

Signs are orange, grey and blue: told apart with every kind of colour vision.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from glassnet.ir.require import require_known
from glassnet.ir.types import Array

LEVELS = 6
"""How many steps lie between grey and the full colour of a sign."""


@dataclass(frozen=True)
class Theme:
    """The colours of a picture or a plot, each "#rrggbb", by what they are for.

    ``theme["p3"]`` is a step from grey to the colour of a sign: n6 … n1 below 0, z for 0, p1 … p6 above.

    Attributes:
        background, surface, block: the page, a neuron on it, and a named block on it.
        outline, muted, ink: the lines around shapes, small notes, other text.
        positive, neutral, negative: numbers above 0, 0 and below 0.
        error: in plots, the errors of a fit.

    >>> LIGHT["positive"], LIGHT["p6"], LIGHT["p1"]
    ('#0a5fb4', '#0a5fb4', '#a4b6ca')
    """

    background: str
    surface: str
    block: str
    outline: str
    muted: str
    ink: str
    positive: str
    neutral: str
    negative: str
    error: str

    def __getitem__(self, name: str) -> str:
        if name == "z":
            return self.neutral
        if name[1:].isdigit():
            sign = {"p": self.positive, "n": self.negative}[name[0]]
            return mix(self.neutral, sign, int(name[1:]) / LEVELS)
        return str(getattr(self, name))

    @property
    def point(self) -> str:
        """In plots, what was observed or measured."""
        return self.positive

    @property
    def line(self) -> str:
        """In plots, the line that is fitted to the points."""
        return self.ink

    @property
    def grid(self) -> str:
        """In plots, the lines behind everything."""
        return self.block


def mix(first: str, second: str, share: float) -> str:
    """The colour that far on the way from the first to the second, both as "#rrggbb".

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = [(int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


LIGHT = Theme(
    background="#ffffff",
    surface="#f5f7f9",
    block="#e9edf2",
    outline="#7c8794",
    muted="#58616d",
    ink="#1d2127",
    positive="#0a5fb4",
    neutral="#c3c8cf",
    negative="#ad4b00",
    error="#f2b800",
)
DARK = Theme(
    background="#14171c",
    surface="#1e232b",
    block="#2a313b",
    outline="#7f8b99",
    muted="#a7b1bd",
    ink="#eceff3",
    positive="#74b9ff",
    neutral="#48515c",
    negative="#ffa450",
    error="#ffd23f",
)
PALETTES = {
    "signs": (LIGHT, DARK),
    "ink": tuple(replace(theme, positive=theme.ink, negative=theme.ink) for theme in (LIGHT, DARK)),
}
"""Light and dark: signs as blue and orange, or as solid and dashed lines of one ink."""


def theme_of(colors: str, dark: bool) -> Theme:
    """The theme of a palette.

    Raises:
        GlassnetError: there is no such palette.

    >>> theme_of("ink", dark=False)["n6"]
    '#1d2127'
    """
    require_known("palette of colours", colors, PALETTES)
    return PALETTES[colors][dark]


def level(value: float, largest: float) -> str:
    """The name of a number's colour: n6 … n1 below 0, z for 0, p1 … p6 above; ``largest`` has the full colour.

    >>> level(-0.7, 0.7), level(0.2, 0.7), level(0.0, 0.7)
    ('n6', 'p2', 'z')
    """
    if not value or not largest or value != value:
        return "z"
    step = min(LEVELS, max(1, round(LEVELS * abs(value) / largest)))
    return f"{'p' if value > 0 else 'n'}{step}"


CLASSES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#8c8c8c")
"""Okabe & Ito's colours (2008), which are told apart with every kind of colour vision; of more classes, they repeat."""


def shades(values: Array, dark: bool) -> Array:
    """Numbers from −1 to 1 as colours, from orange over grey to blue: (rows, columns) gives (rows, columns, 3), uint8.

    >>> shades(np.array([-1.0, 0.0, 1.0]), dark=False).tolist()
    [[173, 75, 0], [244, 246, 248], [10, 95, 180]]
    """
    theme = DARK if dark else LIGHT
    zero, negative, positive = (_rgb(color) for color in (_ZERO[dark], theme.negative, theme.positive))
    share = np.clip(np.nan_to_num(values), -1, 1)[..., None]
    return _rounded(zero + np.maximum(share, 0) * (positive - zero) - np.minimum(share, 0) * (negative - zero))


def class_shades(probabilities: Array, dark: bool) -> Array:
    """Probabilities as colours: the colour of the likeliest class, the fainter the less likely it is.

    Shape (rows, columns, classes) gives (rows, columns, 3), uint8.
    """
    best = probabilities.argmax(axis=-1)
    colors = np.array([_rgb(CLASSES[k % len(CLASSES)]) for k in range(probabilities.shape[-1])])
    least = 1 / probabilities.shape[-1]
    sure = np.clip((probabilities.max(axis=-1) - least) / (1 - least), 0, 1)[..., None]
    zero = _rgb(_ZERO[dark])
    return _rounded(zero + (0.15 + 0.5 * sure) * (colors[best] - zero))


_ZERO = {False: "#f4f6f8", True: "#20262e"}


def _rgb(color: str) -> Array:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], np.float64)


def _rounded(colors: Array) -> Array:
    return np.rint(colors).astype(np.uint8)
