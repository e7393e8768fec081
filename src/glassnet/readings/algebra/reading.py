"""Reading a graph in numbers of another kind: symbols, exact fractions, affine functions.

Only the arithmetic of the numbers that are asked for is done. It comes from the operations' definitions: from
``formula`` where an operation acts number by number, else from the ``element`` rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.expression import Element, Expression, Number, call, fold, leaves
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
        steps: list[tuple[Place, Expression | None]] = []
        for var in reversed(Graph({str(i): var for i, var in enumerate(wanted)}).variables):
            for index in needed[var]:
                expression = None if var in self._given else self._arithmetic(var, index)
                steps.append(((var, index), expression))
                for element in _elements(expression):
                    needed[var.inputs[element.operand]][element.index] = None
        slots = {place: slot for slot, (place, _) in enumerate(reversed(steps))}
        self._steps = [
            (place, expression, _compiled(expression, place[0].inputs, slots)) for place, expression in reversed(steps)
        ]

    def _arithmetic(self, var: Var, index: Index) -> Expression | None:
        """What makes this number from the operands' numbers; None for a number that is given."""
        if not isinstance(var.definition, Equation):
            return None
        expression = _element(var, var.definition, index)
        self._left -= sum(1 for _ in _elements(expression))
        if self._left < 0:
            raise TooLarge(f"this takes more than {self._most:,} numbers")
        return expression

    def __call__(self, algebra: Algebra, values: Mapping[Var, Array]) -> dict[Place, Any]:
        """Run it: arrays of numbers of this kind, or of floats, in; every number on the way out."""
        numbers: list[Any] = []
        for (var, index), expression, compute in self._steps:
            try:
                given = expression is None
                numbers.append(self._number(var, index, algebra, values) if given else compute(numbers, algebra))
            except NotAffine:
                raise NotLinear(var) from None
        return {place: number for (place, _, _), number in zip(self._steps, numbers, strict=True)}

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
        sizes: dict[Place, int] = {}
        for (var, index), expression, _ in self._steps:
            places = [(var.inputs[element.operand], element.index) for element in _elements(expression)]
            sizes[var, index] = max(1, sum(sizes[place] for place in places))
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
        unknown = [np.broadcast_to(np.array(_Unknown(), object), size) for size in shapes]
        try:
            return primitive.element(index, *unknown, **dict(equation.params))
        except TypeError:  # the rule asked for a value: which row to look up, say
            pass
    raise NoFormula(f"{describe(var)} has no formula: what it does depends on the numbers, not only on where they are")


class _Unknown:
    """A number whose place matters but not its value: comparing it is a TypeError."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise TypeError


def _elements(expression: Expression | None) -> Iterator[Element]:
    return (leaf for leaf in leaves(expression or Number(0)) if isinstance(leaf, Element))


def _compiled(expression: Expression | None, operands: tuple[Var, ...], slots: Mapping[Place, int]) -> Compute:
    """The expression as a function of (the numbers so far, the algebra), so that running it looks nothing up."""

    def leaf(part: Expression) -> Compute:
        if isinstance(part, Element):
            slot = slots[operands[part.operand], part.index]
            return lambda numbers, algebra: numbers[slot]
        text = str(part.value)  # type: ignore[attr-defined]
        return lambda numbers, algebra: algebra.number(text)

    def combine(operator: str, parts: list[Compute]) -> Compute:
        means = meaning(operator)
        return lambda numbers, algebra: means(algebra, [part(numbers, algebra) for part in parts])

    return fold(expression or Number(0), leaf, combine)
