"""Building readable arithmetic: x + (y + z) is one sum, and x · 1 + 0 is x.

Only literals are left out so: numbers that the graph itself holds, such as the 0 of a missing edge. A weight or an
input that happens to be 0 or 1 is shown. The exact value of an expression never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, prod

import numpy as np

from glassnet.ir.expression import Expression, Number, Operation, fold
from glassnet.ir.graph import Equation, Var
from glassnet.ops.algebra import FLOATS, meaning

Index = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Leaf(Number):
    """A number of a variable: an input, a weight, or a result that is explained by itself."""

    var: Var
    index: Index

    @property
    def place(self) -> tuple[Var, Index]:
        """The variable and the index in it."""
        return self.var, self.index

    @property
    def is_computed(self) -> bool:
        """Whether it was computed, so that it can be explained in turn."""
        return isinstance(self.var.definition, Equation) and self.var.definition.primitive.element is not None


@dataclass(frozen=True, eq=False)
class Count(Number):
    """How many there are of something: the samples of a batch, the outputs of a network."""

    of: str


def literal(expression: Expression, value: float | None = None) -> bool:
    """Whether this is a number that the graph itself holds (and has that value)."""
    is_one = isinstance(expression, Number) and not isinstance(expression, Leaf)
    return is_one and (value is None or expression.value == value)  # type: ignore[attr-defined]


def combined(operator: str, parts: Sequence[Expression]) -> Expression:
    """The operator applied to the parts, in its shortest form: ``combined("sum", [x, Number(0)])`` is x."""
    match operator:
        case "sum":
            return _sum(parts)
        case "product":
            return _product(parts)
        case "quotient":
            return _quotient(*parts)
        case "negative":
            return _negative(*parts)
        case "power" if literal(parts[1], 1):
            return parts[0]
        case "equal" if all(map(literal, parts)):
            return Number(float(parts[0].value == parts[1].value))  # type: ignore[attr-defined]
    return Operation(operator, tuple(parts))


def _sum(parts: Sequence[Expression]) -> Expression:
    terms = _without_opposites([term for part in parts for term in _arguments(part, "sum") if not literal(term, 0)])
    if terms and literal(terms[0]) and roughly(terms[0]) < 0:  # a − 1, not −1 + a
        terms = [*terms[1:], terms[0]]
    return Operation("sum", tuple(terms)) if len(terms) > 1 else terms[0] if terms else Number(0.0)


def _without_opposites(terms: list[Expression]) -> list[Expression]:
    """The terms without literals that cancel, as in eˣ − 1 + 1; whole literals alone are one number: 2 − 1 is 1."""
    literals = [term for term in terms if literal(term)]
    total = sum(map(roughly, literals))
    if len(literals) > 1 and total == 0:
        return [term for term in terms if not literal(term)]
    is_whole = len(literals) == len(terms) > 1 and all(roughly(term).is_integer() for term in literals)
    return [Number(total)] if is_whole else terms


def _product(parts: Sequence[Expression]) -> Expression:
    factors: list[Expression] = []
    positive = True
    for part in parts:
        if literal(part, -1) or _is(part, "negative"):
            positive = not positive
            part = Number(1.0) if literal(part) else part.arguments[0]  # type: ignore[attr-defined]
        factors += [factor for factor in _arguments(part, "product") if not literal(factor, 1)]
    literals = [factor for factor in factors if literal(factor)]
    if len(literals) > 1 and prod(Fraction(roughly(factor)) for factor in literals if isfinite(roughly(factor))) == 1:
        factors = [factor for factor in factors if not literal(factor)]  # ½ · 2
    if any(literal(factor, 0) for factor in factors) and all(isfinite(roughly(factor)) for factor in factors):
        return Number(0.0)
    product = Operation("product", tuple(factors)) if len(factors) > 1 else factors[0] if factors else Number(1.0)
    return product if positive else _negative(product)


def _quotient(x: Expression, y: Expression) -> Expression:
    if _is(x, "negative"):
        return _negative(_quotient(x.arguments[0], y))  # type: ignore[attr-defined]
    if literal(y, 1):
        return x
    nothing = literal(x, 0) and isfinite(roughly(y)) and roughly(y) != 0
    return x if nothing else Operation("quotient", (x, y))


def _negative(x: Expression) -> Expression:
    if literal(x):
        return Number(-x.value if x.value else x.value)  # type: ignore[attr-defined]
    return x.arguments[0] if _is(x, "negative") else Operation("negative", (x,))  # type: ignore[attr-defined]


def _is(expression: Expression, operator: str) -> bool:
    return isinstance(expression, Operation) and expression.operator == operator


def _arguments(part: Expression, operator: str) -> tuple[Expression, ...]:
    return part.arguments if _is(part, operator) else (part,)  # type: ignore[attr-defined]


def largest_term(expression: Expression) -> float:
    """The size of the numbers whose rounding errors are left in the value: its own, or that of a term that cancels.

    (1000.1 - 1000)(0.5) has the rounding error of a number of the size of (1000)(0.5).

    >>> largest_term((Number(1000.1) - 1000) * 0.5)
    500.05
    """

    def combine(operator: str, parts: list[tuple[float, float]]) -> tuple[float, float]:
        values, sizes = zip(*parts, strict=True)
        value = float(meaning(operator)(FLOATS, [np.float64(v) for v in values]))
        match operator:
            case "product":
                left = max(size * prod(values[:i]) * prod(values[i + 1 :]) for i, size in enumerate(sizes))
            case "quotient":
                left = max(sizes[0], sizes[1] * value) / values[1]
            case "power":
                left = values[0] ** (values[1] - 1) * sizes[0]
            case "sum" | "negative" | "max":
                left = max(sizes)
            case _:
                left = value
        return value, max(abs(value), abs(left))

    with np.errstate(all="ignore"):
        return float(fold(expression, lambda x: (np.float64(x.value), abs(np.float64(x.value))), combine)[1])


def roughly(expression: Expression) -> float:
    """The value in floating point, for ranking terms; it is not shown."""
    with np.errstate(all="ignore"):
        return float(fold(expression, lambda x: np.float64(x.value), lambda name, xs: meaning(name)(FLOATS, xs)))
