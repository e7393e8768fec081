"""Expressions: the arithmetic that makes one number, as a tree. What a primitive's ``element`` rule answers with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import pi
from typing import Any, TypeVar

ARITHMETIC = ("sum", "product", "quotient", "power", "negative")
"""Operators with a notation of their own; every other operation is written as a function."""


@dataclass(frozen=True, eq=False)
class Expression:
    """A node of the tree; Python's arithmetic on expressions builds larger ones."""

    def __add__(self, other: Any) -> Expression:
        return Operation("sum", (self, lift(other)))

    def __radd__(self, other: Any) -> Expression:
        return Operation("sum", (lift(other), self))

    def __sub__(self, other: Any) -> Expression:
        return Operation("sum", (self, Operation("negative", (lift(other),))))

    def __rsub__(self, other: Any) -> Expression:
        return Operation("sum", (lift(other), Operation("negative", (self,))))

    def __mul__(self, other: Any) -> Expression:
        return Operation("product", (self, lift(other)))

    def __rmul__(self, other: Any) -> Expression:
        return Operation("product", (lift(other), self))

    def __truediv__(self, other: Any) -> Expression:
        return Operation("quotient", (self, lift(other)))

    def __rtruediv__(self, other: Any) -> Expression:
        return Operation("quotient", (lift(other), self))

    def __pow__(self, other: Any) -> Expression:
        return Operation("power", (self, lift(other)))

    def __neg__(self) -> Expression:
        return Operation("negative", (self,))


@dataclass(frozen=True, eq=False)
class Number(Expression):
    """A literal number."""

    value: Any


@dataclass(frozen=True, eq=False)
class Element(Expression):
    """One number of an operand: which operand, and where in it."""

    operand: int
    index: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Operation(Expression):
    """An operator or function applied to expressions."""

    operator: str
    arguments: tuple[Expression, ...]


T = TypeVar("T")


def fold(expression: Expression, leaf: Callable[[Any], T], combine: Callable[[str, list[T]], T]) -> T:
    """The expression from its leaves up: ``leaf`` of each number or element, ``combine`` of each operator's arguments.

    >>> fold(2 * call("exp", 0), lambda number: str(number.value), lambda name, parts: f"{name}({', '.join(parts)})")
    'product(2, exp(0))'
    """
    if isinstance(expression, Operation):
        return combine(expression.operator, [fold(part, leaf, combine) for part in expression.arguments])
    return leaf(expression)


def leaves(expression: Expression) -> Iterator[Any]:
    """The numbers and elements of an expression, from left to right."""
    if isinstance(expression, Operation):
        for part in expression.arguments:
            yield from leaves(part)
    else:
        yield expression


def lift(value: Any) -> Expression:
    """A plain number as an expression; an expression as it is."""
    return value if isinstance(value, Expression) else Number(value)


def call(name: str, *arguments: Any) -> Expression:
    """The function of that name applied to expressions or numbers."""
    return Operation(name, tuple(lift(argument) for argument in arguments))


def total(terms: list[Expression]) -> Expression:
    """The sum of the terms."""
    return terms[0] if len(terms) == 1 else Operation("sum", tuple(terms)) if terms else Number(0.0)


class Written:
    """The algebra of expressions: a formula in it is the arithmetic that it stands for.

    >>> (lambda m, x: 1 + m.exp(x))(Written(), Number(2)).operator
    'sum'
    """

    pi = Number(pi)
    abs = partial(call, "absolute")

    def __getattr__(self, name: str) -> Callable[..., Expression]:
        return partial(call, name)
