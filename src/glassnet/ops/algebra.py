"""Algebras: the kinds of numbers that formulas and expressions are worked out in.

Floats, SymPy's symbols, exact numbers, affine functions, expressions: each has Python's arithmetic and the functions
listed here, so that one formula means the same in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import mul
from typing import Any, Protocol

from glassnet.ir.graph import PRIMITIVES
from glassnet.ops.elementwise import Elementwise
from glassnet.ops.numeric import Numeric


class Functions(Protocol):
    """The functions that a formula may use: those of ``m`` in ``formula=lambda m, x: 1 / (1 + m.exp(-x))``.

    Comparisons give 1 or 0, and ``where`` takes any number but 0 as true.
    """

    @property
    def pi(self) -> Any: ...
    def exp(self, x: Any, /) -> Any: ...
    def log(self, x: Any, /) -> Any: ...
    def sqrt(self, x: Any, /) -> Any: ...
    def sin(self, x: Any, /) -> Any: ...
    def cos(self, x: Any, /) -> Any: ...
    def tanh(self, x: Any, /) -> Any: ...
    def erf(self, x: Any, /) -> Any: ...
    def abs(self, x: Any, /) -> Any: ...
    def sign(self, x: Any, /) -> Any: ...
    def floor(self, x: Any, /) -> Any: ...
    def maximum(self, x: Any, y: Any, /) -> Any: ...
    def minimum(self, x: Any, y: Any, /) -> Any: ...
    def greater(self, x: Any, y: Any, /) -> Any: ...
    def greater_equal(self, x: Any, y: Any, /) -> Any: ...
    def equal(self, x: Any, y: Any, /) -> Any: ...
    def where(self, condition: Any, x: Any, y: Any, /) -> Any: ...


class KernelFunctions(Functions, Protocol):
    """What a kernel may use besides, to keep digits."""

    def expm1(self, x: Any, /) -> Any: ...
    def log1p(self, x: Any, /) -> Any: ...
    def sigmoid(self, x: Any, /) -> Any: ...
    def power(self, x: Any, y: Any, /) -> Any: ...


class Algebra:
    """A kind of number: its functions ``m``, and the arithmetic of expressions, where Python's own is not enough.

    >>> from glassnet.ir.expression import Number, call
    >>> from glassnet.ir.expression import fold
    >>> floats = Algebra(Numeric)
    >>> fold(2 * call("sqrt", 9.0), lambda number: number.value, lambda name, xs: meaning(name)(floats, xs))
    np.float64(6.0)
    """

    def __init__(self, m: Functions) -> None:
        self.m = m

    def number(self, text: str) -> Any:
        """The number that a decimal text says."""
        return float(text)

    def total(self, terms: Sequence[Any]) -> Any:
        return sum(terms)

    def product(self, factors: Sequence[Any]) -> Any:
        return reduce(mul, factors)

    def scalar_product(self, xs: Sequence[Any], ys: Sequence[Any]) -> Any:
        """x₁y₁ + x₂y₂ + …"""
        return self.total([self.product(pair) for pair in zip(xs, ys, strict=True)])

    def quotient(self, x: Any, y: Any) -> Any:
        return x / y

    def power(self, x: Any, y: Any) -> Any:
        return x**y


FLOATS = Algebra(Numeric)
Meaning = Callable[[Algebra, Sequence[Any]], Any]

_ARITHMETIC: dict[str, Meaning] = {
    "sum": lambda algebra, terms: algebra.total(terms),
    "product": lambda algebra, factors: algebra.product(factors),
    "quotient": lambda algebra, xs: algebra.quotient(*xs),
    "power": lambda algebra, xs: algebra.power(*xs),
    "negative": lambda algebra, xs: -xs[0],
    "max": lambda algebra, xs: reduce(algebra.m.maximum, xs),
    "less": lambda algebra, xs: algebra.m.greater(xs[1], xs[0]),
    "less_equal": lambda algebra, xs: algebra.m.greater_equal(xs[1], xs[0]),
    "unequal": lambda algebra, xs: 1 - algebra.m.equal(*xs),
}


def meaning(operator: str) -> Meaning:
    """What an operator or function of expressions does in any algebra: ``meaning("sum")(algebra, terms)``."""
    if operator in _ARITHMETIC:
        return _ARITHMETIC[operator]
    primitive = PRIMITIVES[operator]
    assert isinstance(primitive, Elementwise), "expressions call elementwise operations alone"
    formula = primitive.formula
    return lambda algebra, xs: formula(algebra.m, *xs)
