"""Reading a graph in numbers of another kind: symbols, exact fractions, affine functions.

Only the arithmetic of the numbers that are asked for is done. It comes from the operations' definitions: from
``formula`` where an operation acts number by number, else from the ``element`` rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from operator import itemgetter
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.expression import Element, Expression, Operation, call, fold, leaves
from glassnet.ir.graph import Constant, Equation, Graph, Var, describe
from glassnet.ir.types import Array
from glassnet.ops.algebra import Algebra, meaning
from glassnet.ops.elementwise import Elementwise, broadcast_index
from glassnet.readings.algebra.affine import NotAffine

Index = tuple[int, ...]
Place = tuple[Var, Index]


class NoFormula(GlassnetError):
    """An operation that cannot be written as a formula of the input, such as a random draw."""


class TooLarge(GlassnetError):
    """A formula of more numbers than were allowed."""


class NotLinear(GlassnetError):
    """The first result on the way that is no affine function of the input.

    Attributes:
        operation: the name of the operation that gives it.
        layer: the path of the operation's layer, "" outside of layers.
    """

    def __init__(self, var: Var) -> None:
        super().__init__(f"{describe(var)} is not linear")
        self.operation = var.definition.primitive.name if isinstance(var.definition, Equation) else describe(var)
        self.layer = var.origin.path


Compute = Callable[[list[Any], Algebra], Any]


class Reading:
    """The arithmetic of some numbers of a graph, prepared to be run on numbers of any kind, for one sample.

    Args:
        wanted: which numbers of which variables.
        given: variables where the reading stops: their numbers are given, like those of sources.
        most: how many operands all the arithmetic may have.

    Raises:
        NoFormula: an operation on the way has none.
        TooLarge: there are more operands than ``most``.

    >>> import numpy as np
    >>> from sympy import symbols
    >>> from glassnet.ir import source
    >>> from glassnet.ops import relu
    >>> from glassnet.readings.algebra import SymbolicAlgebra
    >>> x, w = source("input", "x", (1, 2), "float64"), source("parameter", "w", (2, 1), "float64")
    >>> y = relu(x @ w)
    >>> run = Reading({y: [(0, 0)]})
    >>> run(SymbolicAlgebra(), {x: np.array([symbols("u v")]), w: np.array([[0.3], [-0.7]])})[y, (0, 0)]
    Max(0, 3*u/10 - 7*v/10)
    """

    def __init__(self, wanted: Mapping[Var, Iterable[Index]], given: Iterable[Var] = (), most: int = 1_000_000) -> None:
        self._given = frozenset(given)
        self._left = self._most = most
        needed: dict[Var, dict[Index, None]] = defaultdict(dict)
        for var, indices in wanted.items():
            needed[var].update(dict.fromkeys(indices))
        arithmetic: list[tuple[Place, Expression, list[Place]]] = []
        self._sources: list[Place] = []
        for var in reversed(Graph({str(i): var for i, var in enumerate(wanted)}).variables):
            for index in needed[var]:
                if var in self._given or not isinstance(var.definition, Equation):
                    self._sources.append((var, index))
                    continue
                expression = _element(var, var.definition, index)
                operands = [
                    (var.inputs[leaf.operand], leaf.index) for leaf in leaves(expression) if isinstance(leaf, Element)
                ]
                self._count(operands)
                for operand, place in operands:
                    needed[operand][place] = None
                arithmetic.append(((var, index), expression, operands))
        arithmetic.reverse()
        self._operands = {place: operands for place, _, operands in arithmetic}
        self._work = list(accumulate((10 + len(operands) for operands in self._operands.values()), initial=0))
        self.slots = {place: slot for slot, place in enumerate((*self._sources, *self._operands))}
        self._steps = [
            (place[0], _compiled(expression, [self.slots[operand] for operand in operands]))
            for place, expression, operands in arithmetic
        ]

    def _count(self, operands: list[Place]) -> None:
        self._left -= len(operands)
        if self._left < 0:
            raise TooLarge(f"this takes more than {self._most:,} numbers")

    def __call__(self, algebra: Algebra, values: Mapping[Var, Array]) -> dict[Place, Any]:
        """Run it: arrays of numbers of this kind, or of floats, in; every number on the way out."""
        numbers = self.given(algebra, values)
        self.go_on(algebra, numbers)
        return dict(zip(self.slots, numbers, strict=True))

    def given(self, algebra: Algebra, values: Mapping[Var, Array]) -> list[Any]:
        """The numbers that it starts from: those of sources, of constants, and where it stops."""
        return [self._number(var, index, algebra, values) for var, index in self._sources]

    def go_on(self, algebra: Algebra, numbers: list[Any]) -> None:
        """Append the numbers that are missing, one by one: number ``slots[place]`` is the one of that place."""
        for var, compute in self._steps[len(numbers) - len(self._sources) :]:
            try:
                numbers.append(compute(numbers, algebra))
            except NotAffine:
                raise NotLinear(var) from None

    @property
    def starts(self) -> list[Place]:
        """Where it starts from: the numbers of sources, of constants, and where it stops."""
        return self._sources

    def work(self, numbers: list[Any]) -> int:
        """How much :meth:`go_on` would do: as many steps as operands, and ten a number, which a corner takes."""
        return self._work[-1] - self._work[len(numbers) - len(self._sources)]

    def _number(self, var: Var, index: Index, algebra: Algebra, values: Mapping[Var, Array]) -> Any:
        if isinstance(var.definition, Constant) and var not in self._given:
            array = var.definition.values.array
        elif var in values:
            array = values[var]
        else:
            raise GlassnetError(f"no value given for {describe(var)}")
        number = array[index]
        if array.dtype == object:
            return number
        if not np.isfinite(number):
            raise GlassnetError(f"{describe(var)} has the number {number}, which has no place in a formula")
        return algebra.number(str(number))

    def sizes(self) -> dict[Place, int]:
        """How many numbers each formula would have if it were written out down to what is given."""
        sizes: dict[Place, int] = dict.fromkeys(self._sources, 1)
        for place, operands in self._operands.items():
            sizes[place] = max(1, sum(sizes[operand] for operand in operands))
        return sizes


def shape(var: Var) -> tuple[int, ...]:
    """The shape of a variable for one sample."""
    return tuple(dim if isinstance(dim, int) else 1 for dim in var.shape)


def _element(var: Var, equation: Equation, index: Index) -> Expression:
    primitive = equation.primitive
    shapes = [shape(operand) for operand in var.inputs]
    if isinstance(primitive, Elementwise):
        operands = (Element(i, broadcast_index(index, size)) for i, size in enumerate(shapes))
        return call(primitive.name, *operands)
    if primitive.element is not None:
        try:
            return primitive.element(index, *map(_given, var.inputs, shapes), **dict(equation.params))
        except TypeError:  # the rule asked for a value: which row to look up, say
            pass
    raise NoFormula(f"{describe(var)} has no formula: what it does depends on the numbers, not only on where they are")


def _given(operand: Var, size: tuple[int, ...]) -> Array:
    """The numbers of a constant, such as a mask; placeholders for all others."""
    if isinstance(operand.definition, Constant):
        return operand.definition.values.array
    return np.broadcast_to(np.array(_Unknown(), object), size)


class _Unknown:
    """A number whose place matters but not its value: comparing it, or asking whether it is 0, is a TypeError."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise TypeError

    def __bool__(self) -> bool:
        raise TypeError


def _compiled(expression: Expression, slots: list[int]) -> Compute:
    """The expression as a function of (the numbers so far, the algebra), so that running it looks nothing up.

    slots: where its elements' numbers are, from left to right.
    """
    if _is_scalar_product(expression):
        left, right = itemgetter(*slots[::2]), itemgetter(*slots[1::2])
        return lambda numbers, algebra: algebra.scalar_product(left(numbers), right(numbers))
    following = iter(slots)

    def leaf(part: Expression) -> Compute:
        if isinstance(part, Element):
            slot = next(following)
            return lambda numbers, algebra: numbers[slot]
        text = str(part.value)  # type: ignore[attr-defined]
        return lambda numbers, algebra: algebra.number(text)

    def combine(operator: str, parts: list[Compute]) -> Compute:
        means = meaning(operator)
        return lambda numbers, algebra: means(algebra, [part(numbers, algebra) for part in parts])

    return fold(expression, leaf, combine)


def _is_scalar_product(expression: Expression) -> bool:
    """Whether it is x₁y₁ + x₂y₂ + …, as a number of a matrix product is."""

    def is_product(term: Expression) -> bool:
        match term:
            case Operation("product", (Element(), Element())):
                return True
        return False

    match expression:
        case Operation("sum", terms):
            return len(terms) > 1 and all(map(is_product, terms))
    return False
