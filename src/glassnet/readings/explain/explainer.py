"""From a graph and its values to explanations: which numbers a number was made from, and what is shown in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from glassnet.ir.errors import GlassnetError
from glassnet.ir.expression import Element, Expression, Number, Operation
from glassnet.ir.graph import Constant, Equation, Graph, Source, Var
from glassnet.ir.types import Array
from glassnet.readings.evaluate import Program
from glassnet.readings.explain.explanation import Explanation

Index = tuple[int, ...]
Names = Mapping[Var, Callable[[Index], str]]
SMALL = 4  # so many numbers at most are written out where a single one would do


@dataclass(frozen=True, eq=False)
class Leaf(Number):
    """A number that is shown as it is: an input, a weight, or a result explained elsewhere."""

    var: Var
    index: Index


class Explainer:
    """Explains any number of a graph that was run on given values.

    >>> import numpy as np
    >>> from glassnet.ir import Graph, source
    >>> x, w = source("input", "x", (1, 2), "float64"), source("parameter", "w", (2, 1), "float64")
    >>> graph = Graph({"y": x @ w + 0.1})
    >>> explainer = Explainer(graph, {"x": np.array([[0.4, -0.7]]), "w": np.array([[0.3], [-0.7]])})
    >>> print(explainer(graph.outputs["y"], (0, 0)))
    (0.4)(0.3) + (-0.7)(-0.7) + 0.1 = 0.71
    """

    def __init__(self, graph: Graph, values: Mapping[str, Array], names: Names | None = None) -> None:
        everything = Graph({str(i): var for i, var in enumerate(graph.variables)})
        computed = Program(everything)(values)
        self._values = {var: computed[str(i)] for i, var in enumerate(graph.variables)}
        self.names: Names = names or {}

    def shape(self, var: Var) -> tuple[int, ...]:
        """The shape of a variable's values."""
        return tuple(self._values[var].shape)

    def value(self, var: Var, index: Index = ()) -> Any:
        """One number of a variable, as the program computed it."""
        array = self._values.get(var)
        if array is None:
            raise GlassnetError("this variable is not part of the graph that is being explained")
        if len(index) != array.ndim or any(not 0 <= i < size for i, size in zip(index, array.shape, strict=True)):
            raise GlassnetError(f"there is no number at {index} of an array of shape {array.shape}")
        return array[index]

    def __call__(self, var: Var, index: Index = (), name: str | None = None) -> Explanation:
        """How the number at ``index`` of a variable came about."""
        value = self.value(var, index)
        var, index = self._behind(var, index)
        computed = isinstance(var.definition, Equation) and var.definition.primitive.element is not None
        expression = self._expanded(var, index, var.origin.path) if computed else None
        chosen = name if name is not None else self._name(var, index)
        return Explanation(chosen, value, expression, lambda: self._children(expression))

    def _children(self, expression: Expression | None) -> tuple[Explanation, ...]:
        computed = [leaf for leaf in _leaves(expression) if isinstance(leaf.var.definition, Equation)]
        unique = {(leaf.var, leaf.index): None for leaf in computed}
        return tuple(self(var, index) for var, index in unique)

    def _name(self, var: Var, index: Index) -> str:
        if var in self.names:
            return self.names[var](index)
        if isinstance(var.definition, Source):
            return f"{var.definition.name}{list(index) if index else ''}"
        return ""

    def _behind(self, var: Var, index: Index) -> tuple[Var, Index]:
        """The number that this one merely is, moved to another place."""
        while isinstance(var.definition, Equation):
            element = self._element(var, index)
            if not isinstance(element, Element):
                break
            var, index = var.inputs[element.operand], element.index
        return var, index

    def _element(self, var: Var, index: Index) -> Expression | None:
        assert isinstance(var.definition, Equation)
        rule = var.definition.primitive.element
        if rule is None:
            return None
        arrays = [self._values[operand] for operand in var.inputs]
        result: Expression = rule(index, *arrays, **dict(var.definition.params))
        return result

    def _expanded(self, var: Var, index: Index, path: str) -> Expression:
        """The arithmetic of one number, with the small steps on the way to it written out."""
        element = self._element(var, index)
        assert element is not None
        return self._filled(element, var, path, additive=True)

    def _filled(self, expression: Expression, owner: Var, path: str, additive: bool) -> Expression:
        if isinstance(expression, Element):
            return self._operand(owner.inputs[expression.operand], expression.index, path, additive)
        if not isinstance(expression, Operation):
            return expression
        inside = additive and expression.operator in ("sum", "negative")
        parts = [self._filled(part, owner, path, inside) for part in expression.arguments]
        return _flattened(expression.operator, parts)

    def _operand(self, var: Var, index: Index, path: str, additive: bool) -> Expression:
        """An operand as a number; or written out, where it belongs to the same layer and stays readable."""
        value = self.value(var, index)
        var, index = self._behind(var, index)
        if isinstance(var.definition, Constant):
            return Number(value)
        leaf = Leaf(value, var=var, index=index)
        if not isinstance(var.definition, Equation) or var in self.names or var.origin.path != path:
            return leaf
        if self._element(var, index) is None:
            return leaf
        written = self._filled(self._element(var, index), var, path, additive)  # type: ignore[arg-type]
        small = _count(written) <= SMALL and not _is_reduction(var)
        term = isinstance(written, Operation) and written.operator in ("sum", "product")
        return written if small or (additive and term) else leaf


def _flattened(operator: str, parts: list[Expression]) -> Expression:
    """A sum of sums is one sum."""
    if operator != "sum":
        return Operation(operator, tuple(parts))
    terms: list[Expression] = []
    for part in parts:
        is_sum = isinstance(part, Operation) and part.operator == "sum"
        terms += part.arguments if is_sum else [part]  # type: ignore[attr-defined]
    return Operation("sum", tuple(terms))


def _is_reduction(var: Var) -> bool:
    return var.is_result_of("matmul") or var.is_result_of("sum")


def _leaves(expression: Expression | None) -> list[Leaf]:
    if isinstance(expression, Leaf):
        return [expression]
    parts = expression.arguments if isinstance(expression, Operation) else ()
    return [leaf for part in parts for leaf in _leaves(part)]


def _count(expression: Expression) -> int:
    return sum(map(_count, expression.arguments)) if isinstance(expression, Operation) else 1
