"""Expressions: the arithmetic of one number as a tree, such as 0.4 · 0.3 + 0.1. ``Primitive.element`` gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from math import pi
from typing import Any, TypeVar

ARITHMETIC = ("sum", "product", "quotient", "power", "negative")
"""Operators with a notation of their own; every other operation is written as a function."""


@dataclass(frozen=True, eq=False)
class Expression:
    """A node of the tree. Python's arithmetic builds larger ones: ``Number(2) * x + 1``."""

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
    """One number of an operand: ``Element(1, (0, 2))`` is the number at [0, 2] of the second operand."""

    operand: int
    index: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Operation(Expression):
    """An operator or function applied to expressions: ``Operation("sum", (x, y))`` is x + y."""

    operator: str
    arguments: tuple[Expression, ...]


T = TypeVar("T")


def fold(
    expression: Expression,
    leaf: Callable[[Any], T],
    combine: Callable[[str, list[T]], T],
    known: dict[Expression, T] | None = None,
) -> T:
    """One value for the whole tree: ``leaf`` of each number or element, ``combine`` of each operator and its arguments.

    known: the values of operations that were met before; is added to. Trees that share parts share their work.

    >>> fold(2 * call("exp", 0), lambda number: str(number.value), lambda name, parts: f"{name}({', '.join(parts)})")
    'product(2, exp(0))'
    """
    if not isinstance(expression, Operation):
        return leaf(expression)
    if known is not None and expression in known:
        return known[expression]
    value = combine(expression.operator, [fold(part, leaf, combine, known) for part in expression.arguments])
    if known is not None:
        known[expression] = value
    return value


def leaves(expression: Expression) -> Iterator[Any]:
    """The numbers and elements of an expression, from left to right."""
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Operation):
            waiting.extend(reversed(part.arguments))
        else:
            yield part


def lift(value: Any) -> Expression:
    """The value as an expression: a plain number becomes a ``Number``."""
    return value if isinstance(value, Expression) else Number(value)


def call(name: str, *arguments: Any) -> Expression:
    """A function of expressions or numbers: ``call("exp", x)`` is exp(x)."""
    return Operation(name, tuple(lift(argument) for argument in arguments))


def total(terms: Iterable[Expression]) -> Expression:
    """The sum of the terms; 0 where there are none."""
    added = tuple(terms)
    return added[0] if len(added) == 1 else Operation("sum", added) if added else Number(0.0)


class Written:
    """The algebra in which a formula writes itself down as an expression.

    >>> (lambda m, x: 1 + m.exp(x))(Written(), Number(2)).operator
    'sum'
    """

    pi = Number(pi)
    abs = partial(call, "absolute")

    def __getattr__(self, name: str) -> Callable[..., Expression]:
        return partial(call, name)
