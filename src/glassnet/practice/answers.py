"""Answers as people write them: fractions, decimals, decimal commas, any minus sign; and when one counts as right."""

from __future__ import annotations

import re
from fractions import Fraction

from glassnet.ir.errors import GlassnetError

MINUS_SIGNS = str.maketrans("−–—﹣-", "-----")  # what keyboards and word processors make of a minus
LONGEST = 40  # characters; nobody works out more
_DECIMAL = r"(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d\d?)?"
_ANSWER = re.compile(rf"(?:[^=]*=)?\s*([+-]?)\s*({_DECIMAL})\s*(?:/\s*({_DECIMAL}))?\s*", re.IGNORECASE)

ROUNDING = Fraction(5, 10_000)  # half a unit of the third decimal
CARRIED = Fraction(2, 1000)  # where one goes on with rounded numbers, as after a sigmoid
SHARE = Fraction(1, 20)  # half a unit of the second significant digit of 0.010


def read_answer(text: str) -> Fraction:
    """The exact number that was written, with or without the name before it.

    Raises:
        GlassnetError: it is no number.

    >>> [str(read_answer(text)) for text in ("0.71", "−0,7", "1/3", "a1 = .5")]
    ['71/100', '-7/10', '1/3', '1/2']
    """
    match = _ANSWER.fullmatch(text.translate(MINUS_SIGNS))
    if match is None or len(text) > LONGEST:
        raise GlassnetError(f"{text[:LONGEST].strip()!r} is not a number; write 0.71 or 0,71 or -0.7 or 71/100")
    sign, above, below = match.groups()
    divisor = _fraction(below or "1")
    if divisor == 0:
        raise GlassnetError(f"{text.strip()!r} divides by 0; write 0.71 or 0,71 or -0.7 or 71/100")
    value = _fraction(above) / divisor
    return -value if sign == "-" else value


def _fraction(decimal: str) -> Fraction:
    return Fraction(decimal.replace(",", "."))


def tolerance(value: Fraction, is_rounded: bool) -> Fraction:
    """How far from ``value`` a rounded answer may be: three decimals, and two significant digits at least."""
    return min(CARRIED if is_rounded else ROUNDING, abs(value) * SHARE)


def is_close(answer: Fraction, value: Fraction, is_rounded: bool) -> bool:
    """Whether an answer is the value, or the value rounded."""
    return abs(answer - value) <= tolerance(value, is_rounded)
