"""Reading formulas as algebra: the same definitions that NumPy runs, in SymPy's symbols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from glassnet.ops.algebra import Algebra


class Symbolic:
    """SymPy's functions under the names that formulas use: the twin of :class:`glassnet.ops.numeric.Numeric`.

    Comparisons are 1 and 0, so that they multiply, as they do in numbers.

    >>> from sympy import Symbol
    >>> from glassnet.ops import sigmoid
    >>> sigmoid.formula(Symbolic(), Symbol("x"))
    1/(1 + exp(-x))
    """

    def __init__(self) -> None:
        import sympy

        self.pi = sympy.pi
        self.exp, self.log, self.sqrt, self.erf = sympy.exp, sympy.log, sympy.sqrt, sympy.erf
        self.abs, self.sign, self.floor = sympy.Abs, sympy.sign, sympy.floor
        self.sin, self.cos, self.tanh = sympy.sin, sympy.cos, sympy.tanh
        self._max, self._min = sympy.Max, sympy.Min
        self._piecewise, self._unequal = sympy.Piecewise, sympy.Ne
        self._greater, self._greater_equal, self._equal = sympy.Gt, sympy.Ge, sympy.Eq

    def expm1(self, x: Any) -> Any:
        return self.exp(x) - 1

    def log1p(self, x: Any) -> Any:
        return self.log(1 + x)

    def sigmoid(self, x: Any) -> Any:
        return 1 / (1 + self.exp(-x))

    def power(self, x: Any, y: Any) -> Any:
        return x**y

    def maximum(self, x: Any, y: Any) -> Any:
        return self._max(x, y, evaluate=_is_number(x) and _is_number(y))

    def minimum(self, x: Any, y: Any) -> Any:
        return self._min(x, y, evaluate=_is_number(x) and _is_number(y))

    def greater(self, x: Any, y: Any) -> Any:
        return self._compared(self._greater, x, y)

    def greater_equal(self, x: Any, y: Any) -> Any:
        return self._compared(self._greater_equal, x, y)

    def equal(self, x: Any, y: Any) -> Any:
        return self._compared(self._equal, x, y)

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        return self._choice(self._truth(condition), x, y)

    def _compared(self, relation: Any, x: Any, y: Any) -> Any:
        return self._choice(relation(x, y, evaluate=_is_number(x) and _is_number(y)), 1, 0)

    def _choice(self, condition: Any, x: Any, y: Any) -> Any:
        if _is_number(condition):
            return self._piecewise((x, condition), (y, True))
        return as_written(self._piecewise, (x, condition), (y, True))

    def _truth(self, condition: Any) -> Any:
        """Whether a condition is not 0; a comparison, which is 1 or 0, says so itself."""
        if isinstance(condition, self._piecewise) and [piece.expr for piece in condition.args] == [1, 0]:
            return condition.args[0].cond
        return self._unequal(condition, 0)


def as_written(function: Any, *arguments: Any) -> Any:
    """A SymPy expression of these very arguments; a Piecewise takes (expression, condition) pairs.

    SymPy rearranges conditions, even where it is told not to: that is harder to read, and takes minutes where
    conditions have conditions within them.
    """
    from sympy import Basic, Piecewise, sympify
    from sympy.functions.elementary.piecewise import ExprCondPair

    if function is Piecewise:
        arguments = tuple(Basic.__new__(ExprCondPair, *map(sympify, pair)) for pair in arguments)
    return Basic.__new__(function, *arguments)


def _is_number(x: Any) -> bool:
    return not getattr(x, "free_symbols", ())


class SymbolicAlgebra(Algebra):
    """SymPy expressions as the numbers of a reading; decimals are exact fractions."""

    def __init__(self) -> None:
        import sympy

        super().__init__(Symbolic())
        self._rational, self._add = sympy.Rational, sympy.Add

    def number(self, text: str) -> Any:
        return self._rational(text)

    def total(self, terms: Sequence[Any]) -> Any:
        return self._add(*terms)
