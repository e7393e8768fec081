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
from glassnet.regression.exact import ExactSolution, solve
from glassnet.regression.fit import Fit
from glassnet.regression.inputs import fractions
from glassnet.words import SUBSCRIPTS

LARGEST = 10  # unknowns: beyond that the elimination fills many pages
WIDEST = 250  # characters: a longer sum shows only its value
MOST = 20  # observations: what is left of more is not written down one by one
CLOSE = Fraction(1, 10**9)  # how near the results on show are to the true ones, in shares of these


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
    decimal: Expression | None = None

    @property
    def text(self) -> str:
        return self._written(self.label, "text", "≈")

    @property
    def latex(self) -> str:
        return self._written(to_latex(self.label), "latex", r"\approx")

    def _written(self, label: str, form: Literal["text", "latex"], about: str) -> str:
        parts = []
        expression = getattr(self.expression, form, "")
        result = getattr(self.result, form, "")
        decimal = getattr(self.decimal, form, "")
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


def explain(fit: Fit) -> Explanation:
    """The calculation of a fit.

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
    The error e of each observation: y less its prediction
      e₁ = 2 − (0.5 + (19/14)·1) = 1/7
      e₂ = 3 − (0.5 + (19/14)·2) = −3/14
      e₃ = 6 − (0.5 + (19/14)·4) = 1/14
    <BLANKLINE>
    How well it fits: SSE = Σe²
      SSE = (1/7)·(1/7) + (−3/14)·(−3/14) + (1/14)·(1/14) = 1/14 ≈ 0.07142857143
      total sum of squares = 49 − (11·11) / 3 = 26/3 ≈ 8.666666667
      R² = 1 − (1/14) / (26/3) = 361/364 ≈ 0.9917582418
    """
    unknowns = len(fit.names)
    if unknowns > LARGEST:
        raise GlassnetError(
            f"an explanation with {unknowns} unknowns would fill many pages; fit at most {LARGEST} of them"
        )
    y, weights = fractions(fit.y, fit.target), fractions(fit.weights, "weights")
    truth = solve(fit.design, fit.table, y, weights)
    for digits in (10, 16, 24, 40, 80, None):
        derivation = _Derivation(fit, y, weights, digits)
        try:
            explanation = derivation.run()
        except ZeroDivisionError:  # a small number was rounded to 0
            continue
        if derivation.agrees_with(truth):
            break
    return explanation


class _Derivation:
    """One pass, in numbers of at most `digits` digits (None: exact); `lines` are the steps of the current section."""

    def __init__(self, fit: Fit, y: Any, weights: Any, digits: int | None) -> None:
        self.weights, self.intercept, self.digits = weights, fit.design.intercept, digits
        self.weighted = any(weight != 1 for weight in weights)
        columns, names = fit.design.exact_columns(fit.table), fit.design.columns
        self.columns = [*([y * 0 + 1] if self.intercept else []), *columns, y]
        self.labels = [*([None] if self.intercept else []), *names, fit.target]  # None: the constant
        first = 0 if self.intercept else 1
        if len(names) == 1 and names[0] not in ("b", "m"):
            self.unknowns = [*(["b"] if self.intercept else []), "m"]
        else:
            self.unknowns = [_indexed("b", i) for i in range(first, len(names) + 1)]
        self.lines: list[Step] = []

    def run(self) -> Explanation:
        p = len(self.unknowns)
        terms = [u if name is None else f"{u}·{name}" for u, name in zip(self.unknowns, self.labels, strict=False)]
        sums = {(i, j): self.total(i, j) for j in range(p + 1) for i in range(j + 1)}
        title = f"The model {self.labels[-1]} = {' + '.join(terms)}, and its sums over {len(self.weights)} observations"
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
        left = self.residuals()
        if len(left) <= MOST:
            sections.append((f"The error e of each observation: {self.labels[-1]} less its prediction", self.section()))
        self.lines.clear()
        self.quality(left, sums[p, p], right)
        sections.append((f"How well it fits: SSE = Σ{'w·' if self.weighted else ''}e²", self.section()))
        return Explanation(tuple(sections))

    def section(self) -> tuple[Step, ...]:
        """The lines so far; the next section starts with none."""
        lines, self.lines = tuple(self.lines), []
        return lines

    def step(self, label: str, expression: Expression, decimal: bool = False, shown: bool = True) -> Expression:
        """Write a line down, and return its result, rounded where that is needed, to go on with."""
        result = number(expression.value, self.digits)
        extra = _about(result.value, 10) if decimal and "/" in result.text else None
        written = expression if shown else None
        self.lines.append(Step(label, written, result, result.value == expression.value, extra))
        return result

    def total(self, i: int, j: int) -> Expression:
        """Σ of the products of two columns."""
        kept = [k for k in (i, j) if self.labels[k] is not None]
        factors = [*([self.weights] if self.weighted else []), *(self.columns[k] for k in kept)]
        if not factors:
            return self.step("n", number(Fraction(len(self.weights)), self.digits))
        label = ("Σw·" if self.weighted and kept else "Σw" if self.weighted else "Σ") + self.product(kept)
        terms = [reduce(mul, [number(value) for value in values]) for values in zip(*factors, strict=True)]
        return self.summed(label, terms)

    def summed(self, label: str, terms: list[Expression], decimal: bool = False) -> Expression:
        """A sum written out; only its value where that would be long."""
        if sum(len(term.text) + 3 for term in terms) <= WIDEST:
            return self.step(label, reduce(add, terms), decimal)
        value = sum((term.value for term in terms), Fraction(0))
        return self.step(label, Expression(value, "", ""), decimal, shown=False)

    def product(self, kept: list[int]) -> str:
        names = [str(self.labels[k]) for k in kept]
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

    def residuals(self) -> list[Expression]:
        """The error of each observation: y less its prediction by the solution on show."""
        left = []
        for i, (*inputs, y) in enumerate(zip(*self.columns, strict=True), 1):
            terms = [
                coefficient if label is None else coefficient * number(value)
                for coefficient, value, label in zip(self.solution, inputs, self.labels, strict=False)
            ]
            left.append(self.step(_indexed("e", i), number(y) - reduce(add, terms)))
        return left

    def quality(self, left: list[Expression], squares: Expression, right: list[Expression]) -> None:
        """SSE, from the errors; the total sum of squares; and R²."""
        weights = [[number(weight)] if self.weighted else [] for weight in self.weights]
        products = [reduce(mul, [*weight, one, one]) for weight, one in zip(weights, left, strict=True)]
        self.sse = self.summed("SSE", products, decimal=True)
        self.sst = squares
        if self.intercept:
            count = number(Fraction(self.weights.sum()), self.digits)
            self.sst = self.step("total sum of squares", squares - right[0] * right[0] / count, decimal=True)
        self.r2 = None
        if self.sst.value:
            self.r2 = self.step("R²", number(Fraction(1)) - self.sse / self.sst, decimal=True)

    def agrees_with(self, truth: ExactSolution) -> bool:
        """Whether all results on show are the true ones, to nine digits."""
        pairs = [
            *zip((found.value for found in self.solution), map(Fraction, truth.numbers.values), strict=True),
            (self.sse.value, Fraction(truth.sse)),
            (self.sst.value, Fraction(truth.sst)),
        ]
        if self.r2 is not None and truth.sst:
            pairs.append((self.r2.value, 1 - Fraction(truth.sse) / Fraction(truth.sst)))
        return all(abs(found - true) <= CLOSE * abs(true) for found, true in pairs)


def _indexed(name: str, index: int) -> str:
    return name + str(index).translate(SUBSCRIPTS)


def number(value: Fraction, digits: int | None = None) -> Expression:
    """The value as a decimal, else as a fraction, exactly; but rounded where that takes more than `digits` digits."""
    decimal = _decimal(value)
    if decimal is not None and (digits is None or len(str(abs(decimal[0]))) <= digits + 2):
        return _written(*decimal, padding=16)
    if decimal is None and (digits is None or len(f"{abs(value.numerator)}{value.denominator}") <= digits + 2):
        sign, top = ("−", -value.numerator) if value < 0 else ("", value.numerator)
        latex = rf"{sign.replace('−', '-')}\frac{{{top}}}{{{value.denominator}}}"
        return Expression(value, f"{sign}{top}/{value.denominator}", latex, 1)
    return _about(value, digits or 1)


def _about(value: Fraction, digits: int) -> Expression:
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
    ('−0.25', '1500', '1.5e3', '1.5 \\cdot 10^{40}')
    """
    value, sign, digits = Fraction(whole) * Fraction(10) ** power, "−" if whole < 0 else "", str(abs(whole))
    before = len(digits) + power  # digits before the point
    if before > -5 and power <= 0:
        padded = digits.rjust(-power + 1, "0")
        text = sign + (f"{padded[:power]}.{padded[power:]}" if power else padded)
        return Expression(value, text, text.replace("−", "-"))
    if power > 0 and before <= padding:
        text = sign + digits + "0" * power
        return Expression(value, text, text.replace("−", "-"))
    mantissa = f"{sign}{digits[0]}.{digits[1:]}".rstrip(".")
    latex = rf"{mantissa.replace('−', '-')} \cdot 10^{{{before - 1}}}"
    return Expression(value, f"{mantissa}e{before - 1}", latex)


_LATEX = {"Σ": r"\sum ", "·": r" \cdot ", "−": "-", "≈": r"\approx ", "…": r"\dots ", "\\": r"\backslash "}
_LATEX |= {c: rf"\{c}" for c in "{}$%&#_"}
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹", "01234567890123456789")


def to_latex(label: str) -> str:
    r"""A label in LaTeX's mathematics: words upright, symbols as symbols.

    >>> print(to_latex("Σx²"), to_latex("b₁₀"), to_latex("the right side:"))
    \sum x^2 b_{10} \text{the right side:}
    """
    letter = "(?:(?![Σ²³¹⁰-₉])[^\\W\\d_])"
    words = re.split(f"( *{letter}{{2}}(?:{letter}|[ ,:])*)", label)
    return "".join(rf"\text{{{word}}}" if i % 2 else _symbols(word) for i, word in enumerate(words))


def _symbols(text: str) -> str:
    escaped = "".join(_LATEX.get(c, c) for c in text)
    return re.sub("[₀-₉]+|[⁰¹²³⁴-⁹]+", lambda run: _raised(run[0]), escaped)


def _raised(run: str) -> str:
    """A run of digits below or above the line: "₁₀" is _{10}."""
    digits = run.translate(_DIGITS)
    return ("_" if run[0] in "₀₁₂₃₄₅₆₇₈₉" else "^") + (f"{{{digits}}}" if len(digits) > 1 else digits)
