"""Answers as people write them: fractions, decimals, decimal commas, any minus sign; and when one counts as right."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from glassnet.ir.errors import GlassnetError

MINUS_SIGNS = dict.fromkeys(map(ord, "‐‑‒–—―⁻₋−➖﹘﹣－-"), "-")  # what keyboards and word processors make of a minus
STROKES = dict.fromkeys(map(ord, "⁄∕÷"), "/")  # and of a division
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
LONGEST = 40  # characters; nobody works out more
_DECIMAL = r"(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:e[+-]?\d\d?)?"
_PART = rf"([+-]?\s*{_DECIMAL}|\(\s*[+-]?\s*{_DECIMAL}\s*\))"
_QUOTIENT = re.compile(rf"{_PART}(?:\s*/\s*{_PART})?", re.IGNORECASE)
_MIXED = re.compile(r"(\d+)\s+(\d+)\s*/\s*(\d+)")  # 1 1/2
_SIGNED = re.compile(r"([+-]?)\s*(.+)", re.DOTALL)
_ENCLOSED = re.compile(r"\((.*)\)", re.DOTALL)
_NAMED = re.compile(r".*[=≈≃≅≐~]", re.DOTALL)
_RAISED = re.compile(r"10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")  # 10⁻¹
_POWER = re.compile(r"\s*[·⋅∙×x*]\s*10\s*(?:\^|\*\*)\s*(?:\(\s*([+-]?\d\d?)\s*\)|([+-]?\d\d?)(?!\d))", re.IGNORECASE)
_GROUPED = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")  # 12 345 with a thin space
_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")  # 1,234 is 1.234 to some and 1234 to others

ROUNDING = Fraction(5, 10_000)  # half a unit of the third decimal
CARRIED = Fraction(2, 1000)  # where one goes on with rounded numbers, as after a sigmoid
SHARE = Fraction(1, 20)  # half a unit of the second significant digit of 0.010
WIDEST = 0.003  # no answer is so far from the value that it stands for
FEWEST, MOST = 3, 6  # decimals that a rounded answer is asked to have
LAST = 30  # decimal that an answer may have


def read_answer(text: str) -> Fraction:
    """The exact number that was written, with or without the name before it.

    Raises:
        GlassnetError: it is no number.

    >>> [str(read_answer(text)) for text in ("0.71", "−0,7", "1/3", "a1 = .5", "≈ (−0.39)", "-1 1/2", "−71/−100")]
    ['71/100', '-7/10', '1/3', '1/2', '-39/100', '-3/2', '71/100']
    >>> [str(read_answer(text)) for text in ("1½", "5e-1", "5·10⁻¹", "50 %", "0.5.", "０．５", "12\u2009345")]
    ['3/2', '1/2', '1/2', '1/2', '1/2', '1/2', '12345']
    """
    if len(text) > LONGEST:
        raise _unreadable(text, "is not a number")
    try:
        value = _of_hundred(_plain(_NAMED.sub("", text, count=1)))
    except ZeroDivisionError:
        raise _unreadable(text, "divides by 0") from None
    if value is None:
        raise _unreadable(text, "is not a number")
    return value


def _unreadable(text: str, why: str) -> GlassnetError:
    return GlassnetError(f"{text[:LONGEST].strip()!r} {why}; write 0.71 or 0,71 or -0.7 or 71/100")


def reading(text: str) -> str:
    """What was read, in words, where another could read another number; else empty.

    >>> reading("1,234"), reading("50 %"), reading("0,234")
    ('1,234 is read with a decimal comma, as 1.234. ', '50 % is read as 0.5. ', '')
    """
    written = text.strip()
    if _UNCLEAR.fullmatch(_plain(_NAMED.sub("", text, count=1))):
        return f"{written} is read with a decimal comma, as {float(read_answer(text)):g}. "
    return f"{written} is read as {float(read_answer(text)):g}. " if "%" in _plain(text) else ""


def _plain(text: str) -> str:
    """The text with the signs that a keyboard has: ５·10⁻¹ is 5e-1, 1½ is 1 1/2."""
    text = _RAISED.sub(lambda match: f"10^{match[1].translate(SUPERSCRIPTS)}", text)
    text = text.translate(MINUS_SIGNS | STROKES)
    text = text if "/" in text else _GROUPED.sub("", text)
    text = _POWER.sub(lambda match: f"e{match[1] or match[2]}", "".join(map(_plain_sign, text)))
    return text.strip().removesuffix(".").strip()


def _plain_sign(sign: str) -> str:
    """A sign as a keyboard has it; small raised and lowered digits stay, since 2² is not 22."""
    written = unicodedata.normalize("NFKC", sign)
    if "⁄" in written:
        return f" {written.replace('⁄', '/')}"  # ½
    is_small = unicodedata.decomposition(sign).startswith(("<super>", "<sub>"))
    return sign if is_small else written


def _of_hundred(text: str) -> Fraction | None:
    """A number, or so many per cent."""
    value = _read(text.removesuffix("%").strip())
    return value / 100 if value is not None and text.endswith("%") else value


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
    return answer == value or abs(answer - value) <= tolerance(value, is_rounded, decimals)


def is_it(answer: Fraction, value: Fraction) -> bool:
    """Whether an answer is the value itself, to all of its decimals; of a rounded one these are three at least.

    >>> is_it(Fraction("0.786"), Fraction("0.78583")), is_it(Fraction("0.7863"), Fraction("0.78583"))
    (True, False)
    """
    if answer == value:
        return True
    decimals = next((k for k in range(FEWEST, LAST) if 10**k % answer.denominator == 0), None)
    return decimals is not None and answer != 0 and abs(answer - value) <= Fraction(1, 2 * 10**decimals)
