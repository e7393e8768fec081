"""Exact fractions as people write them: short decimals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from glassnet.words import counted, rounded

DIGITS = 6
SIMPLE = 100  # fractions up to this denominator are left as they are: 1/3
LINES = 10  # so many formulas are listed
ELLIPSIS = "…"
ABOUT, LATEX_ABOUT = "≈", r"\approx"


def shown(value: Fraction | int) -> tuple[str, bool]:
    """A number in at most six significant digits, and whether that is all of it.

    >>> [shown(Fraction(text))[0] for text in ("0.026", "-5/3", "0.123456789", "1e-7", "1234567")]
    ['0.026', '-5/3', '0.123457', '1e-7', '1234567']
    """
    if isinstance(value, int) or value.denominator == 1:
        return str(value), True
    decimal = Context(prec=DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator))
    exact = Fraction(decimal) == value
    if not exact and value.denominator <= SIMPLE:
        return str(value), True
    return rounded(decimal, DIGITS), exact


def equals(values: Iterable[Fraction]) -> str:
    """The sign between a name and these numbers as shown: "=" or "≈"."""
    return "=" if all(shown(value)[1] for value in values) else ABOUT


def affine(factors: Sequence[Fraction], constant: Fraction, names: Sequence[str], most: int = 12) -> str:
    """Factors times names and a constant, in words of algebra; of very many terms, the first.

    >>> affine([Fraction("0.3"), Fraction(-1)], Fraction("0.1"), ["u", "v"])
    '0.3u - v + 0.1'
    """
    terms = [product(shown(factor)[0], name) for factor, name in zip(factors, names, strict=True) if factor]
    if len(terms) > most:
        terms = [*terms[:most], f"[{counted(len(terms) - most, 'more term')}]"]
    return signed([*terms, *([shown(constant)[0]] if constant or not terms else [])])


def product(number: str, name: str) -> str:
    """0.3x; x; -x; (1/3)x"""
    if number in ("1", "-1"):
        return number[:-1] + name
    sign, size = ("-", number[1:]) if number.startswith("-") else ("", number)
    return f"{sign}({size}){name}" if "/" in size or "e" in size else f"{number}{name}"


def signed(terms: Sequence[str]) -> str:
    """Terms in a row, with the signs of those that have one between them."""
    text = terms[0]
    for term in terms[1:]:
        text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return text
