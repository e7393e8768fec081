"""Numbers as an explanation writes them: decimals, fractions, powers of ten, and the sums and products of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Expression:
    """A number and how it is written, as text and as LaTeX; sums and products of it are written as they are made.

    The notation is that of networks' explanations: factors in parentheses side by side, which is done before ``/``.
    `rank` says how tightly it binds: 0 a sum, 1 a quotient, 2 a product, 3 a single number.

    >>> (number(Fraction(2)) + number(Fraction(-1, 3)) * number(Fraction(6)) - number(Fraction(1))).text
    '2 + (-1/3)(6) - 1'
    """

    value: Fraction
    text: str
    latex: str
    rank: int = 3

    def __add__(self, other: Expression) -> Expression:
        if other.rank > 0 and other.text.startswith("-"):  # + −3 is − 3
            text, latex = f"{self.text} - {other.text[1:]}", f"{self.latex} - {other.latex[1:]}"
            return Expression(self.value + other.value, text, latex, 0)
        right = other.inside(1)
        return Expression(self.value + other.value, f"{self.text} + {right.text}", f"{self.latex} + {right.latex}", 0)

    def __sub__(self, other: Expression) -> Expression:
        right = other.inside(1)
        return Expression(self.value - other.value, f"{self.text} - {right.text}", f"{self.latex} - {right.latex}", 0)

    def __mul__(self, other: Expression) -> Expression:
        a, b = self if self.rank == 2 else self.enclosed, other.enclosed
        return Expression(self.value * other.value, a.text + b.text, a.latex + b.latex, 2)

    def __truediv__(self, other: Expression) -> Expression:
        a, b = self.inside(2), other.inside(3)
        latex = rf"\frac{{{self.latex}}}{{{other.latex}}}"
        return Expression(self.value / other.value, f"{a.text} / {b.text}", latex, 1)

    @property
    def enclosed(self) -> Expression:
        """The expression in parentheses."""
        return Expression(self.value, f"({self.text})", rf"\left({self.latex}\right)")

    def inside(self, rank: int) -> Expression:
        """The expression as an operand: in parentheses where it binds less than that, or starts with a minus."""
        return self if self.rank >= rank and not self.text.startswith("-") else self.enclosed


def number(value: Fraction, digits: int | None = None) -> Expression:
    """The value as a decimal, else as a fraction, exactly; but rounded where that takes more than `digits` digits."""
    decimal = _decimal(value)
    if decimal is not None and (digits is None or len(str(abs(decimal[0]))) <= digits + 2):
        return _written(*decimal, padding=16)
    if decimal is None and (digits is None or len(f"{abs(value.numerator)}{value.denominator}") <= digits + 2):
        sign, top = ("-", -value.numerator) if value < 0 else ("", value.numerator)
        latex = rf"{sign}\frac{{{top}}}{{{value.denominator}}}"
        return Expression(value, f"{sign}{top}/{value.denominator}", latex, 1)
    return about(value, digits or 1)


def about(value: Fraction, digits: int) -> Expression:
    """The value rounded to so many digits; no zeros stand for digits that were left out."""
    whole, power = _decimal(rounded(value, digits)) or (0, 0)
    return _written(whole, power, padding=0)


def rounded(value: Fraction, digits: int) -> Fraction:
    """The value to so many significant digits.

    >>> rounded(Fraction(2, 3), 4)
    Fraction(6667, 10000)
    """
    if not value:
        return value
    exponent = len(str(abs(value.numerator))) - len(str(value.denominator))
    unit = Fraction(10) ** (exponent - digits)
    while abs(value) >= unit * 10**digits:
        unit *= 10
    return round(value / unit) * unit


def _decimal(value: Fraction) -> tuple[int, int] | None:
    """The whole number and the power of ten that give the value, or None where it is no finite decimal.

    >>> _decimal(Fraction(-3, 40)), _decimal(Fraction(2500)), _decimal(Fraction(1, 3))
    ((-75, -3), (25, 2), None)
    """
    twos = (value.denominator & -value.denominator).bit_length() - 1
    rest, fives = value.denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    power = -max(twos, fives)
    whole = int(value * 10**-power)
    while whole and whole % 10 == 0:
        whole, power = whole // 10, power + 1
    return whole, power if whole else 0


def _written(whole: int, power: int, padding: int) -> Expression:
    r"""whole · 10^power as one writes it: 0.25, 1500, 1.5e40; at most `padding` zeros fill up a whole number.

    >>> _written(-25, -2, 0).text, _written(15, 2, 16).text, _written(15, 2, 0).text, _written(15, 39, 16).latex
    ('-0.25', '1500', '1.5e3', '1.5 \\cdot 10^{40}')
    """
    value, sign, digits = Fraction(whole) * Fraction(10) ** power, "-" if whole < 0 else "", str(abs(whole))
    before = len(digits) + power  # digits before the point
    if before > -5 and power <= 0:
        padded = digits.rjust(-power + 1, "0")
        text = sign + (f"{padded[:power]}.{padded[power:]}" if power else padded)
        return Expression(value, text, text)
    if power > 0 and before <= padding:
        text = sign + digits + "0" * power
        return Expression(value, text, text)
    mantissa = f"{sign}{digits[0]}.{digits[1:]}".rstrip(".")
    latex = rf"{mantissa} \cdot 10^{{{before - 1}}}"
    return Expression(value, f"{mantissa}e{before - 1}", latex)
