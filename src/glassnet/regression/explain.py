"""The normal equations with their real numbers, and each step to the solution.

Every number on show is the number that is used: where a fraction gets too long it is rounded, and the steps after it
start from the rounded number. So each displayed expression, evaluated as displayed, gives the displayed result (after
"=" exactly, after "≈" to its last digit). The rounding is made fine enough for all results to agree with the exact ones
to nine digits.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import add, mul, sub
from typing import Any

from glassnet.ir.errors import GlassnetError
from glassnet.regression.exact import ExactSolution, solve
from glassnet.regression.fit import Fit
from glassnet.regression.inputs import fractions
from glassnet.regression.steps import Explanation, Step
from glassnet.regression.uniqueness import symbol
from glassnet.regression.written import Expression, about, number
from glassnet.words import SUBSCRIPTS

LARGEST = 10  # unknowns: beyond that the elimination fills many pages
WIDEST = 250  # characters: of a longer sum only the value is shown
MOST = 20  # observations: of more the errors are not shown one by one
CLOSE = Fraction(1, 10**9)  # the largest relative difference between a result on show and the true one


def explain(fit: Fit) -> Explanation:
    """The calculation of a fit.

    >>> from glassnet.regression import LinearRegression
    >>> print(LinearRegression().fit([1, 2, 4], [2, 3, 6]).explain())
    The model y = b + m·x, and its sums over 3 observations
      n = 3
      Σx = 1 + 2 + 4 = 7
      Σx² = (1)(1) + (2)(2) + (4)(4) = 21
      Σy = 2 + 3 + 6 = 11
      Σx·y = (1)(2) + (2)(3) + (4)(6) = 32
      Σy² = (2)(2) + (3)(3) + (6)(6) = 49
    <BLANKLINE>
    The normal equations
      3·b + 7·m = 11
      7·b + 21·m = 32
    <BLANKLINE>
    Eliminate b
      subtract from equation 2 this multiple of equation 1: 7 / 3
      the number before m: 21 - (7/3)(7) = 14/3
      the right side: 32 - (7/3)(11) = 19/3
      equation 2: (14/3)·m = 19/3
    <BLANKLINE>
    The solution, from the last unknown to the first
      m = (19/3) / (14/3) = 19/14 ≈ 1.357142857
      b = (11 - (7)(19/14)) / 3 = 0.5
    <BLANKLINE>
    The error e of each observation: y less its prediction
      e₁ = 2 - (0.5 + (19/14)(1)) = 1/7
      e₂ = 3 - (0.5 + (19/14)(2)) = -3/14
      e₃ = 6 - (0.5 + (19/14)(4)) = 1/14
    <BLANKLINE>
    How well it fits: SSE = Σe²
      SSE = (1/7)(1/7) + (-3/14)(-3/14) + (1/14)(1/14) = 1/14 ≈ 0.07142857143
      total sum of squares = 49 - (11)(11) / 3 = 26/3 ≈ 8.666666667
      R² = 1 - (1/14) / (26/3) = 361/364 ≈ 0.9917582418
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
    """The calculation in numbers of at most `digits` digits (None: exact); `lines` are those of the current section."""

    def __init__(self, fit: Fit, y: Any, weights: Any, digits: int | None) -> None:
        self.weights, self.intercept, self.digits = weights, fit.design.intercept, digits
        self.weighted = any(weight != 1 for weight in weights)
        columns, names = fit.design.exact_columns(fit.table), fit.design.columns
        self.columns = [*([y * 0 + 1] if self.intercept else []), *columns, y]
        self.labels = [*([None] if self.intercept else []), *map(symbol, [*names, fit.target])]  # None: the constant
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
        """The lines of the section that ends here; the next starts with none."""
        lines, self.lines = tuple(self.lines), []
        return lines

    def step(self, label: str, expression: Expression, decimal: bool = False, shown: bool = True) -> Expression:
        """Write a line down, and return its result, rounded where that is needed, to go on with."""
        result = number(expression.value, self.digits)
        extra = about(result.value, 10) if decimal and "/" in result.text else None
        written = expression if shown else None
        self.lines.append(Step(label, written, result, result.value == expression.value, extra))
        return result

    def total(self, i: int, j: int) -> Expression:
        """The sum of the products of two columns, written down."""
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
        """Write down SSE, from the errors; the total sum of squares; and R²."""
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
