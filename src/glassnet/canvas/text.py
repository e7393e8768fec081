"""How wide a text is in every picture, and what of it fits."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from glassnet.words import is_harmless, number

FONTS = "Verdana, 'DejaVu Sans', sans-serif"
"""Two fonts with nearly equal widths; other sans-serif fonts are narrower, so a text never grows out of its place."""

_WIDTHS = {
    275: "'", 278: "ijl", 295: "IJ", 318: " ,.·", 337: "/:;\\|", 352: "f", 361: "-", 390: "()[]", 392: "t",
    401: "!²", 411: "r", 460: '"', 500: "*_`–", 517: "∂", 521: "s", 525: "z", 531: "?", 550: "c", 557: "L", 575: "F",
    579: "k", 592: "vxy", 603: "P", 611: "TY", 612: "oö", 613: "aä", 615: "eé", 630: "ß", 632: "E", 634: "hnuü",
    635: "Sbdgpq", 636: "$0123456789{}", 656: "K", 684: "AV", 685: "XZ", 686: "B", 695: "R", 698: "C", 732: "U",
    748: "N", 752: "H", 770: "D", 775: "G", 780: "&", 787: "OQ", 818: "w", 838: "#+<=>^~−×→", 863: "M", 950: "%",
    974: "m", 989: "W",
}  # fmt: skip
WIDTHS = {character: width / 1000 for width, characters in _WIDTHS.items() for character in characters}
"""Advance widths of DejaVu Sans, in units of the font's size; any other character is taken as 1 wide."""
BOLD = 1.26
"""No bold character is wider than its regular one by more."""
_UNWRITABLE = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ASCENT, DESCENT = 0.76, 0.24
"""How far letters and digits reach above and below the baseline, in units of the font's size."""


@lru_cache(4096)
def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text in pixels, or a little more.

    >>> width("0.71", 10)
    22.26
    """
    return round(sum(WIDTHS.get(character, 1.0) for character in text) * size * (BOLD if bold else 1), 4)


def scientific(value: float, digits: int) -> str:
    """A number as digits times a power of ten: "1.2e−5"."""
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def fitted(value: float, size: float, room: float) -> str:
    """A number with four significant digits, or with as many as fit into ``room`` pixels.

    >>> fitted(-0.724, 12, 54), fitted(-0.00061732, 12, 54), fitted(-123456.0, 12, 54)
    ('−0.724', '−0.0006', '−1.23e5')
    """
    written = [number(value, digits) for digits in (4, 3, 2, 1)]
    written += [scientific(value, digits) for digits in (3, 2, 1)] if math.isfinite(value) else []
    return next((text for text in written if width(text, size) <= room), written[-1])


def shortened(text: str, size: float, room: float) -> str:
    """The text, cut and ended by "…" where it is wider than ``room`` pixels.

    >>> shortened("petal length in cm", 10, 60)
    'petal len…'
    """
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def clean(text: str) -> str:
    """The text as one line of what XML can hold and a font can show.

    Line breaks become spaces; "�" stands for a control character and for a mark that turns the direction of writing.

    >>> clean("two" + chr(10) + "lines" + chr(0))
    'two lines�'
    """
    line = re.sub(r"[\t\n\r]", " ", text)
    return line if line.isprintable() else "".join(ch if _is_writable(ch) else "\ufffd" for ch in line)


def _is_writable(ch: str) -> bool:
    return is_harmless(ch) and not _UNWRITABLE.match(ch)
