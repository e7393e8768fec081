"""Answers as people write them: fractions, decimals, decimal commas, any minus sign; and when one counts as right."""

from __future__ import annotations

import re
from fractions import Fraction

from glassnet.ir.errors import GlassnetError

MINUS_SIGNS = dict.fromkeys(map(ord, "‐‑‒–—―⁻₋−➖﹘﹣-"), "-")  # what keyboards and word processors make of a minus
STROKES = dict.fromkeys(map(ord, "⁄∕÷"), "/")  # and of a division
HALVES = {ord(sign): f" {number}" for sign, number in {"½": "1/2", "¼": "1/4", "¾": "3/4"}.items()}
LONGEST = 40  # characters; nobody works out more
_DECIMAL = r"(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d\d?)?"
_PART = rf"([+-]?\s*{_DECIMAL}|\(\s*[+-]?\s*{_DECIMAL}\s*\))"
_QUOTIENT = re.compile(rf"{_PART}(?:\s*/\s*{_PART})?", re.IGNORECASE)
_MIXED = re.compile(r"(\d+)\s+(\d+)\s*/\s*(\d+)")  # 1 1/2
_SIGNED = re.compile(r"([+-]?)\s*(.+)", re.DOTALL)
_ENCLOSED = re.compile(r"\((.*)\)", re.DOTALL)
_NAMED = re.compile(r".*[=≈≃≅≐~]", re.DOTALL)

ROUNDING = Fraction(5, 10_000)  # half a unit of the third decimal
CARRIED = Fraction(2, 1000)  # where one goes on with rounded numbers, as after a sigmoid
SHARE = Fraction(1, 20)  # half a unit of the second significant digit of 0.010
WIDEST = 0.01  # no answer is so far from the value that it stands for
FEWEST, MOST = 3, 6  # decimals that a rounded answer is asked to have
LAST = 30  # decimal that an answer may have


def read_answer(text: str) -> Fraction:
    """The exact number that was written, with or without the name before it.

    Raises:
        GlassnetError: it is no number.

    >>> [str(read_answer(text)) for text in ("0.71", "−0,7", "1/3", "a1 = .5", "≈ (−0.39)", "-1 1/2", "−71/−100")]
    ['71/100', '-7/10', '1/3', '1/2', '-39/100', '-3/2', '71/100']
    """
    written = text.translate(MINUS_SIGNS | STROKES | HALVES)
    if len(text) > LONGEST:
        raise _unreadable(text, "is not a number")
    try:
        value = _read(_NAMED.sub("", written, count=1).strip())
    except ZeroDivisionError:
        raise _unreadable(text, "divides by 0") from None
    if value is None:
        raise _unreadable(text, "is not a number")
    return value


def _unreadable(text: str, why: str) -> GlassnetError:
    return GlassnetError(f"{text[:LONGEST].strip()!r} {why}; write 0.71 or 0,71 or -0.7 or 71/100")


def _read(text: str) -> Fraction | None:
    """A quotient of decimals, a mixed number, or either with a sign or parentheses; None for anything else."""
    if quotient := _QUOTIENT.fullmatch(text):
        return _decimal(quotient[1]) / _decimal(quotient[2] or "1")
    if mixed := _MIXED.fullmatch(text):
        return int(mixed[1]) + Fraction(int(mixed[2]), int(mixed[3]))
    signed = _SIGNED.fullmatch(text)
    if signed is None:
        return None
    sign, rest = signed.groups()
    enclosed = _ENCLOSED.fullmatch(rest)
    if not enclosed and not (sign and _MIXED.fullmatch(rest)):
        return None
    value = _read(enclosed[1].strip() if enclosed else rest)
    return -value if value is not None and sign == "-" else value


def _decimal(text: str) -> Fraction:
    return Fraction(re.sub(r"[\s()]", "", text).replace(",", "."))


def tolerance(value: Fraction, is_rounded: bool, decimals: int = FEWEST) -> Fraction:
    """How far from ``value`` a rounded answer may be: so many decimals, and two significant digits at least."""
    unit = Fraction(1, 10 ** (decimals - FEWEST))
    return min((CARRIED if is_rounded else ROUNDING) * unit, abs(value) * SHARE)


def is_close(answer: Fraction, value: Fraction, is_rounded: bool, decimals: int = FEWEST) -> bool:
    """Whether an answer is the value, or the value rounded."""
    return abs(answer - value) <= tolerance(value, is_rounded, decimals)


def is_it(answer: Fraction, value: Fraction) -> bool:
    """Whether an answer is the value itself, to all of its decimals; of a rounded one these are three at least.

    >>> is_it(Fraction("0.786"), Fraction("0.78583")), is_it(Fraction("0.7863"), Fraction("0.78583"))
    (True, False)
    """
    if answer == value:
        return True
    decimals = next((k for k in range(FEWEST, LAST) if 10**k % answer.denominator == 0), None)
    return decimals is not None and answer != 0 and abs(answer - value) <= Fraction(1, 2 * 10**decimals)
