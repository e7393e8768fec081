"""The normal equations with their real numbers, and each step to the solution.

Every number on show is the number that is used: where a fraction gets too long it is rounded, and the steps after it
start from the rounded number. So each displayed expression, evaluated as displayed, gives the displayed result (after
"=" exactly, after "≈" to its last digit). The rounding is made fine enough for the solution to agree
with the exact one to nine digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from html import escape
from operator import add, mul, sub
from typing import Any, Literal

from glassnet.ir.errors import GlassnetError
from glassnet.regression import exact

LARGEST = 10  # unknowns: beyond that the elimination fills many pages
WIDEST = 250  # characters: a longer sum shows only its value

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Expression:
    """A number that remembers how it was written: its value, as text and as LaTeX. `rank`: 0 sum, 1 product, 2 atom."""

    value: Fraction
    text: str
    latex: str
    rank: int = 2

    def __add__(self, other: Expression) -> Expression:
        # A negative number after a plus or minus gets brackets, like in the lecture: 2 + (−3).
        right = other.inside(1)
        return Expression(self.value + other.value, f"{self.text} + {right.text}", f"{self.latex} + {right.latex}", 0)

    def __sub__(self, other: Expression) -> Expression:
        right = other.inside(1)
        return Expression(self.value - other.value, f"{self.text} − {right.text}", f"{self.latex} - {right.latex}", 0)

    def __mul__(self, other: Expression) -> Expression:
        a, b = self.inside(1 if "/" not in self.text else 2), other.inside(2)
        return Expression(self.value * other.value, f"{a.text}·{b.text}", rf"{a.latex} \cdot {b.latex}", 1)

    def __truediv__(self, other: Expression) -> Expression:
        a, b = self.inside(2), other.inside(2)
        latex = rf"\frac{{{self.latex}}}{{{other.latex}}}"
        return Expression(self.value / other.value, f"{a.text} / {b.text}", latex, 1)

    def inside(self, rank: int) -> Expression:
        """This expression as an operand: in brackets where it binds less, or starts with a minus."""
        if self.rank >= rank and not self.text.startswith("−"):
            return self
        return Expression(self.value, f"({self.text})", rf"\left({self.latex}\right)")


@dataclass(frozen=True)
class Step:
    """One line: `label` = expression = result (≈ where `exact` is false); ≈ decimal, for a fraction.

    After a label that ends in a colon there is no "="; a line with a label alone is an equation.
    """

    label: str
    expression: Expression | None = None
    result: Expression | None = None
    exact: bool = True
    decimal: str = ""

    @property
    def text(self) -> str:
        return self._written(self.label, "text", "≈", self.decimal)

    @property
    def latex(self) -> str:
        return self._written(to_latex(self.label), "latex", r"\approx", self.decimal.replace("−", "-"))

    def _written(self, label: str, form: Literal["text", "latex"], about: str, decimal: str) -> str:
        parts = []
        expression = getattr(self.expression, form, "")
        result = getattr(self.result, form, "")
        if expression:
            parts += ["=", expression]
        if result and result != expression.replace(" / ", "/"):
            parts += ["=" if self.exact else about, result]
        if decimal:
            parts += [about, decimal]
        return " ".join([label, *(parts[1:] if self.label.endswith(":") else parts)])


@dataclass(frozen=True)
class Explanation:
    """The whole calculation: titled sections of steps; as `text` (what print shows), `latex` and `html`."""

    sections: tuple[tuple[str, tuple[Step, ...]], ...]

    @property
    def text(self) -> str:
        return "\n\n".join("\n".join([title, *("  " + step.text for step in steps)]) for title, steps in self.sections)

    @property
    def latex(self) -> str:
        """One `align*` a section, under its title; needs the package amsmath."""
        return "\n\n".join(
            f"\\paragraph{{${to_latex(title)}$}}\n\\begin{{align*}}\n"
            + " \\\\\n".join("  & " + step.latex for step in steps)
            + "\n\\end{align*}"
            for title, steps in self.sections
        )

    @property
    def html(self) -> str:
        return "".join(
            f'<h4>{escape(title)}</h4><ul style="list-style: none">'
            + "".join(f"<li>{escape(step.text)}</li>" for step in steps)
            + "</ul>"
            for title, steps in self.sections
        )

    def _repr_html_(self) -> str:
        return self.html

    def __str__(self) -> str:
        return self.text


def explain(columns: list[Any], names: list[str], y: Any, weights: Any, intercept: bool) -> Explanation:
    """The calculation for columns, y and weights of fractions, each of shape (n,).

    >>> from glassnet.regression import LinearRegression
    >>> print(LinearRegression().fit([1, 2, 4], [2, 3, 6]).explain())
    The model y = b + m·x, and its sums over 3 observations
      n = 3
      Σx = 1 + 2 + 4 = 7
      Σx² = 1·1 + 2·2 + 4·4 = 21
      Σy = 2 + 3 + 6 = 11
      Σx·y = 1·2 + 2·3 + 4·6 = 32
      Σy² = 2·2 + 3·3 + 6·6 = 49
    <BLANKLINE>
    The normal equations
      3·b + 7·m = 11
      7·b + 21·m = 32
    <BLANKLINE>
    Eliminate b
      subtract from equation 2 this multiple of equation 1: 7 / 3
      the number before m: 21 − (7/3)·7 = 14/3
      the right side: 32 − (7/3)·11 = 19/3
      equation 2: (14/3)·m = 19/3
    <BLANKLINE>
    The solution, from the last unknown to the first
      m = (19/3) / (14/3) = 19/14 ≈ 1.357142857
      b = (11 − 7·(19/14)) / 3 = 0.5
    <BLANKLINE>
    How well it fits
      SSE = 49 − 0.5·11 − (19/14)·32 = 1/14 ≈ 0.07142857143
      total sum of squares = 49 − (11·11) / 3 = 26/3 ≈ 8.666666667
      R² = 1 − (1/14) / (26/3) = 361/364 ≈ 0.9917582418
    """
    unknowns = len(columns) + intercept
    if unknowns > LARGEST:
        raise GlassnetError(
            f"an explanation with {unknowns} unknowns would fill many pages; fit at most {LARGEST} of them"
        )
    truth = exact.solve(columns, names, y, weights, intercept)
    close = Fraction(1, 10**9)
    for digits in (10, 16, 24, 40, 80, None):
        derivation = _Derivation(columns, names, y, weights, intercept, digits)
        try:
            explanation = derivation.run()
        except ZeroDivisionError:  # a small number was rounded to 0
            continue
        pairs = zip(derivation.solution, truth.exact_parameters, strict=True)
        if all(abs(found.value - true) <= close * abs(true) for found, true in pairs) and (
            abs(derivation.sse.value - truth.sse) <= close * truth.sst
        ):
            break
    return explanation


class _Derivation:
    """One pass, in numbers of at most `digits` digits (None: exact); `lines` are the steps of the current section."""

    def __init__(
        self, columns: list[Any], names: list[str], y: Any, weights: Any, intercept: bool, digits: int | None
    ) -> None:
        self.y, self.weights, self.intercept, self.digits = y, weights, intercept, digits
        self.weighted = any(weight != 1 for weight in weights)
        self.columns = [*([y * 0 + 1] if intercept else []), *columns, y]
        self.labels = [*(["1"] if intercept else []), *names, "y"]
        if len(columns) == 1:
            self.unknowns = [*(["b"] if intercept else []), "m"]
        else:
            first = 0 if intercept else 1
            self.unknowns = [f"b{str(i).translate(_SUBSCRIPTS)}" for i in range(first, len(columns) + 1)]
        self.lines: list[Step] = []

    def run(self) -> Explanation:
        p = len(self.unknowns)
        terms = [u if name == "1" else f"{u}·{name}" for u, name in zip(self.unknowns, self.labels, strict=False)]
        sums = {(i, j): self.total(i, j) for j in range(p + 1) for i in range(j + 1)}
        title = f"The model y = {' + '.join(terms)}, and its sums over {len(self.y)} observations"
        sections = [(title, self.section())]
        matrix = [[sums[min(i, j), max(i, j)] for j in range(p + 1)] for i in range(p)]
        right = [row[p] for row in matrix]
        for row in matrix:
            self.lines.append(Step(self.equation(row, 0)))
        sections.append(("The normal equations", self.section()))
        for i in range(p - 1):
            self.eliminate(matrix, i)
            sections.append((f"Eliminate {self.unknowns[i]}", self.section()))
        self.solution = self.substitute(matrix)
        sections.append(("The solution, from the last unknown to the first", self.section()))
        self.quality(sums[p, p], right)
        sections.append(("How well it fits", self.section()))
        return Explanation(tuple(sections))

    def section(self) -> tuple[Step, ...]:
        """The lines so far; the next section starts with none."""
        lines, self.lines = tuple(self.lines), []
        return lines

    def step(self, label: str, expression: Expression, decimal: bool = False) -> Expression:
        """Write a line down, and return its result, rounded where that is needed, to go on with."""
        result = number(expression.value, self.digits)
        extra = _decimal(rounded(result.value, 10)) if decimal and "/" in result.text else None
        self.lines.append(Step(label, expression, result, result.value == expression.value, extra or ""))
        return result

    def total(self, i: int, j: int) -> Expression:
        """Σ of the products of two columns."""
        kept = [k for k in (i, j) if self.labels[k] != "1"]
        factors = [*([self.weights] if self.weighted else []), *(self.columns[k] for k in kept)]
        if not factors:
            return self.step("n", number(Fraction(len(self.y)), self.digits))
        label = ("Σw·" if self.weighted and kept else "Σw" if self.weighted else "Σ") + self.product(kept)
        terms = [reduce(mul, [number(value) for value in values]) for values in zip(*factors, strict=True)]
        whole = reduce(add, terms)
        if len(whole.text) <= WIDEST:
            return self.step(label, whole)
        result = number(whole.value, self.digits)
        self.lines.append(Step(label, None, result, result.value == whole.value))
        return result

    def product(self, kept: list[int]) -> str:
        names = [self.labels[k] for k in kept]
        if len(names) == 2 and names[0] == names[1]:
            return f"{names[0]}²" if names[0].isascii() and names[0].isalnum() else f"({names[0]})²"
        return "·".join(names)

    def equation(self, row: list[Expression], first: int) -> str:
        terms = [f"{row[j].inside(2).text}·{u}" for j, u in enumerate(self.unknowns) if j >= first]
        return f"{' + '.join(terms)} = {row[-1].text}"

    def eliminate(self, matrix: list[list[Expression]], i: int) -> None:
        """Take unknown i out of the equations below equation i, in place."""
        p = len(matrix)
        for k in range(i + 1, p):
            label = f"subtract from equation {k + 1} this multiple of equation {i + 1}:"
            factor = self.step(label, matrix[k][i] / matrix[i][i])
            for j in range(i + 1, p + 1):
                what = "the right side:" if j == p else f"the number before {self.unknowns[j]}:"
                matrix[k][j] = self.step(what, matrix[k][j] - factor * matrix[i][j])
            self.lines.append(Step(f"equation {k + 1}: {self.equation(matrix[k], i + 1)}"))

    def substitute(self, matrix: list[list[Expression]]) -> list[Expression]:
        """Solve the triangular equations from the last to the first; the unknowns in their order."""
        p = len(matrix)
        found: list[Expression] = []
        for i in reversed(range(p)):
            known = zip(matrix[i][i + 1 : p], found, strict=True)
            numerator = reduce(sub, [factor * value for factor, value in known], matrix[i][p])
            found.insert(0, self.step(self.unknowns[i], numerator / matrix[i][i], decimal=True))
        return found

    def quality(self, squares: Expression, right: list[Expression]) -> None:
        """SSE = Σy² − Σ unknown · right side (true at the solution), the total sum of squares, and R²."""
        products = [value * side for value, side in zip(self.solution, right, strict=True)]
        self.sse = self.step("SSE", reduce(sub, products, squares), decimal=True)
        total = squares
        if self.intercept:
            count = number(Fraction(self.weights.sum()), self.digits)
            total = self.step("total sum of squares", squares - right[0] * right[0] / count, decimal=True)
        if total.value:
            self.step("R²", number(Fraction(1)) - self.sse / total, decimal=True)


def number(value: Fraction, digits: int | None = None) -> Expression:
    """The value as a decimal, else as a fraction, exactly; but rounded where that takes more than `digits` digits."""
    decimal = _decimal(value)
    if decimal is not None and (digits is None or sum(map(str.isdigit, decimal)) <= digits + 2):
        return Expression(value, decimal, decimal.replace("−", "-"))
    if decimal is None and (digits is None or len(f"{abs(value.numerator)}{value.denominator}") <= digits + 2):
        sign, top = ("−", -value.numerator) if value < 0 else ("", value.numerator)
        latex = rf"{sign.replace('−', '-')}\frac{{{top}}}{{{value.denominator}}}"
        return Expression(value, f"{sign}{top}/{value.denominator}", latex, 1)
    return number(rounded(value, digits or 1))


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


def _decimal(value: Fraction) -> str | None:
    """The value as a finite decimal, or None where it has none."""
    twos = (value.denominator & -value.denominator).bit_length() - 1
    rest, fives = value.denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    whole, fraction = (digits[:-places], "." + digits[-places:]) if places else (digits, "")
    return f"{'−' if value < 0 else ''}{whole}{fraction}"


_LATEX = {"Σ": r"\sum ", "·": r" \cdot ", "−": "-", "≈": r"\approx ", "\\": r"\backslash "}
_LATEX |= {c: rf"\{c}" for c in "{}$%&#_"}
_LATEX |= {c: f"^{i}" for i, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")} | {c: f"_{i}" for i, c in enumerate("₀₁₂₃₄₅₆₇₈₉")}


def to_latex(label: str) -> str:
    r"""A label in LaTeX's mathematics: words upright, symbols as symbols.

    >>> print(to_latex("Σx²"), to_latex("the right side:"))
    \sum x^2 \text{the right side:}
    """
    letter = "(?:(?![Σ²³¹⁰-₉])[^\\W\\d_])"
    words = re.split(f"( *{letter}{{2}}(?:{letter}|[ ,:])*)", label)
    return "".join(rf"\text{{{w}}}" if i % 2 else "".join(_LATEX.get(c, c) for c in w) for i, w in enumerate(words))
