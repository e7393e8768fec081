"""Named colours, light and dark. Signs are orange, grey and blue: told apart with every kind of colour vision."""

from __future__ import annotations

from collections.abc import Mapping

LEVELS = 6
"""How many steps lie between grey and the full colour of a sign."""

Theme = Mapping[str, str]


def mix(first: str, second: str, share: float) -> str:
    """The colour that far on the way from the first to the second, both as "#rrggbb".

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = [(int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _theme(neutral: str, **named: str) -> Theme:
    """The named colours, and the steps from the neutral one to those of either sign: n6 … n1, z, p1 … p6."""
    steps = {"z": neutral}
    for i in range(1, LEVELS + 1):
        steps[f"p{i}"] = mix(neutral, named["positive"], i / LEVELS)
        steps[f"n{i}"] = mix(neutral, named["negative"], i / LEVELS)
    return {**named, **steps}


LIGHT = _theme(
    "#c3c8cf",
    background="#ffffff",
    surface="#f5f7f9",
    block="#e9edf2",
    outline="#7c8794",
    muted="#58616d",
    ink="#1d2127",
    positive="#0a5fb4",
    negative="#b34f00",
)
DARK = _theme(
    "#48515c",
    background="#14171c",
    surface="#1e232b",
    block="#2a313b",
    outline="#7f8b99",
    muted="#a7b1bd",
    ink="#eceff3",
    positive="#74b9ff",
    negative="#ffa450",
)


def level(value: float, largest: float) -> str:
    """The name of the colour of a number, where ``largest`` has the full one: n6 … n1, z, p1 … p6.

    >>> level(-0.7, 0.7), level(0.2, 0.7), level(0.0, 0.7)
    ('n6', 'p2', 'z')
    """
    if not value or not largest or value != value:
        return "z"
    step = min(LEVELS, max(1, round(LEVELS * abs(value) / largest)))
    return f"{'p' if value > 0 else 'n'}{step}"
