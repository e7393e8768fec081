"""One number and the arithmetic that made it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from glassnet.ir.expression import Expression, Operation
from glassnet.readings.explain import notation
from glassnet.readings.explain.notation import Rest
from glassnet.readings.explain.precise import displayed, exactly, is_exactly, number_of, rounds_to

TERMS_SHOWN = 12
TERMS_KEPT = 6
RESULT_DIGITS = 4


@dataclass(frozen=True, eq=False)
class Explanation:
    """A number of the program, and how it came about.

    Attributes:
        name: what it is, such as "w1" or "∂loss/∂dense_1.weights[0, 1]"; may be empty.
        value: the number itself, as the program has it.
        expression: the arithmetic, a tree over the numbers it was made from; None for a number that was given.
    """

    name: str
    value: Any
    expression: Expression | None
    _children: Callable[[], tuple[Explanation, ...]]

    @property
    def children(self) -> tuple[Explanation, ...]:
        """The explanations of the numbers in the arithmetic that were computed themselves."""
        return self._children()

    @property
    def terms(self) -> tuple[tuple[str, float], ...]:
        """The terms of the outermost sum: (as written, value). A single one where it is not a sum."""
        if self.expression is None:
            return ()
        expression = self._shortened
        parts = expression.arguments if _is(expression, "sum") else (expression,)  # type: ignore[attr-defined]
        show = self._show
        return tuple((notation.text(part, show), float(exactly(part, _full))) for part in parts)

    @property
    def text(self) -> str:
        """``w1 = (0.4)(0.3) + (-0.7)(-0.7) + 0.1 = 0.71``: evaluated as displayed, it gives what is displayed."""
        return self._written(notation.text, "≈", " = ")

    @property
    def latex(self) -> str:
        """The same as LaTeX."""
        return self._written(notation.latex, r"\approx", " = ")

    @property
    def whole(self) -> Explanation:
        """The same with every term of a long sum."""
        return _Whole(self.name, self.value, self.expression, self._children)

    @cached_property
    def _shortened(self) -> Expression:
        assert self.expression is not None
        return shortened(self.expression)

    @cached_property
    def _digits(self) -> int:
        """How many digits the operands need for the result to come out right; 0 where no number of digits does."""
        result = displayed(self.value, RESULT_DIGITS)
        for digits in range(RESULT_DIGITS, 18):
            exact = exactly(self._shortened, lambda leaf, d=digits: displayed(number_of(leaf), d))  # type: ignore[misc]
            if rounds_to(exact, result):
                return digits
        return 0

    def _show(self, leaf: Expression) -> str:
        return displayed(number_of(leaf), self._digits or 17)

    def _written(self, write: Callable[..., str], about: str, equals: str) -> str:
        name = [self.name] if self.name else []
        if self.expression is None or not np.isfinite(self.value):
            return equals.join([*name, displayed(self.value, 17)])
        exact = exactly(self._shortened, self._show)
        result = displayed(self.value, RESULT_DIGITS)
        if not self._digits:  # the machine's rounding is all there is of the number: say both
            return equals.join([*name, write(self._shortened, self._show)]) + self._rounding(exact, about)
        relation = "=" if is_exactly(exact, result) else about
        written = write(self._shortened, self._show)
        if written == result:
            return equals.join([*name, result])
        return equals.join([*name, written]) + f" {relation} {result}"

    def _rounding(self, exact: Any, about: str) -> str:
        result = displayed(float(exact), RESULT_DIGITS)
        relation = "=" if is_exactly(exact, result) else about
        dtype = np.asarray(self.value).dtype
        return f" {relation} {result} [{displayed(self.value, RESULT_DIGITS)} after rounding in {dtype}]"

    def tree(self, depth: int = 3) -> str:
        """This explanation, and below it, indented, those of the numbers in it, down to a depth."""
        lines = [self.text]
        for child in self.children if depth > 0 else ():
            lines += ["  " + line for line in child.tree(depth - 1).splitlines()]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"


class _Whole(Explanation):
    @cached_property
    def _shortened(self) -> Expression:
        assert self.expression is not None
        return self.expression


def _full(leaf: Expression) -> str:
    return displayed(number_of(leaf), 17)


def _is(expression: Expression, operator: str) -> bool:
    return isinstance(expression, Operation) and expression.operator == operator


def shortened(expression: Expression) -> Expression:
    """Every long sum with its largest terms in their order, and the rest as one number."""
    if not isinstance(expression, Operation):
        return expression
    parts = tuple(shortened(part) for part in expression.arguments)
    if expression.operator != "sum" or len(parts) <= TERMS_SHOWN:
        return Operation(expression.operator, parts)
    sizes = [abs(float(exactly(part, _full))) for part in parts]
    kept = set(sorted(range(len(parts)), key=lambda i: -sizes[i])[:TERMS_KEPT])
    rest = exactly(Operation("sum", tuple(part for i, part in enumerate(parts) if i not in kept)), _full)
    return Operation("sum", (*(parts[i] for i in sorted(kept)), Rest(float(rest), count=len(parts) - len(kept))))
