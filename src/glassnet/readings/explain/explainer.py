"""Explaining the numbers of a graph: what each was computed from, and how much of that stands in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

import numpy as np

from glassnet.ir.errors import GlassnetError
from glassnet.ir.expression import Element, Expression, Number, Operation, leaves
from glassnet.ir.graph import Constant, Equation, Graph, Source, Var
from glassnet.ir.types import FLOATS, Array
from glassnet.readings.evaluate import Program
from glassnet.readings.explain.arithmetic import Count, Index, Leaf, combined, literal
from glassnet.readings.explain.branches import decided
from glassnet.readings.explain.explanation import UNITS, Explanation

Names = Mapping[Var, Callable[[Index], str]]
"""What the numbers of a variable are called, by their index."""

TARGETS = "y"
"""The source whose numbers the loss compares the network's answers with."""
SMALL = 6  # so many numbers at most are written out where a single one would do
TINY = 2  # the same for a number that is used in several places, which would be written out in each


class Explainer:
    """Explains any number of a graph that was run on given values.

    A line goes back to numbers that have a name, belong to another layer or are used elsewhere too. What lies between
    is written out where that stays short.

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
        self._consumers: dict[Var, list[Var]] = {}
        for var, equation in graph.equations():
            for operand in set(equation.inputs):
                self._consumers.setdefault(operand, []).append(var)
        self._values = {var: computed[str(i)] for i, var in enumerate(graph.variables)}
        self._sources: dict[Var, frozenset[str]] = {}
        self._written: dict[tuple[Var, Index, bool], Expression] = {}
        self._arithmetics: dict[tuple[Var, Index], Expression | None] = {}
        self._read: dict[Var, frozenset[Var]] = {}
        self.names: Names = names or {}
        """What is not written out, and what it is called."""
        self.symbols: Names = {}
        """What numbers are called in formulas, where that is another name."""
        self.roles: Names = {}
        """What numbers belong to, in words."""

    def take(self, values: Mapping[Var, Array]) -> None:
        """Explain these values of variables, computed by an equal graph: they may differ in their last bits."""
        self._values |= values

    def shape(self, var: Var) -> tuple[int, ...]:
        """The shape of a variable's values."""
        return tuple(self._array(var).shape)

    def value(self, var: Var, index: Index = ()) -> Any:
        """One number of a variable, as the program computed it."""
        array = self._array(var)
        if len(index) != array.ndim or any(not 0 <= i < size for i, size in zip(index, array.shape, strict=True)):
            raise GlassnetError(f"there is no number {list(index)} in an array of shape {array.shape}")
        return array[index]

    def _array(self, var: Var) -> Array:
        if var not in self._values:
            raise GlassnetError("this variable is not part of the graph that is being explained")
        return self._values[var]

    def __call__(self, var: Var, index: Index = (), name: str | None = None) -> Explanation:
        """The explanation of the number at ``index`` of a variable, under that name.

        Raises:
            GlassnetError: the variable is not in the graph, or has no number at that index.
        """
        value = self.value(var, index)
        place = self.behind(var, index)
        chosen = self._name(*place) if name is None else name
        symbol, role = (words[place[0]](place[1]) if place[0] in words else "" for words in (self.symbols, self.roles))
        return Explanation(chosen, value, place, lambda: self._arithmetic(*place), self, symbol=symbol, role=role)

    def behind(self, var: Var, index: Index) -> tuple[Var, Index]:
        """The place that the number was moved from, by reshaping say, without being changed."""
        while var not in self.names and isinstance(element := self._element(var, index), Element):
            var, index = var.inputs[element.operand], element.index
        return var, index

    def _name(self, var: Var, index: Index) -> str:
        if var in self.names:
            return self.names[var](index)
        if isinstance(var.definition, Source):
            return f"{var.definition.name}{list(index) if index else ''}"
        return ""

    def _element(self, var: Var, index: Index) -> Expression | None:
        """The operation's arithmetic of one number of its result; None for a number that was given."""
        if not isinstance(var.definition, Equation) or var.definition.primitive.element is None:
            return None
        arrays = [self._values[operand] for operand in var.inputs]
        element: Expression = var.definition.primitive.element(index, *arrays, **dict(var.definition.params))
        return self._decided(element, var)

    def _decided(self, element: Expression, owner: Var) -> Expression:
        """Of two numbers between which the size of the batch chooses, the chosen one: nothing is computed there."""
        if not isinstance(element, Operation) or element.operator != "where":
            return element
        condition, chosen, other = element.arguments
        if not isinstance(condition, Element) or not self._is_fixed(owner.inputs[condition.operand]):
            return element
        return chosen if self._values[owner.inputs[condition.operand]][condition.index] else other

    def _is_used_again(self, var: Var) -> bool:
        """Whether the numbers of a variable, not only its shape, are used in several places of its layer."""
        uses = 0
        for consumer in self._consumers[var]:
            if (consumer.origin.path, consumer.origin.stage) == (var.origin.path, var.origin.stage):
                uses += var in self._operands(consumer)
        return uses > 1

    def _operands(self, var: Var) -> frozenset[Var]:
        """The variables whose numbers, not only shapes, a variable is computed from."""
        if var not in self._read:
            first = self._element(var, (0,) * len(self.shape(var)))
            self._read[var] = frozenset(var.inputs[element.operand] for element in _elements(first))
        return self._read[var]

    # ── what is written out ─────────────────────────────────────────────────────────────────────────────────────────

    def _arithmetic(self, var: Var, index: Index) -> Expression | None:
        """What stands in the line of a number. It is kept, since lines look into those of the numbers in them."""
        if (var, index) not in self._arithmetics:
            self._arithmetics[var, index] = self._worked_out(var, index)
        return self._arithmetics[var, index]

    def _worked_out(self, var: Var, index: Index) -> Expression | None:
        if isinstance(var.definition, Constant):
            return Number(self.value(var, index))
        element = self._element(var, index)
        if element is None:
            return None
        written = self._filled(element, var, _layer(var), outermost=True)
        merely = isinstance(written, Leaf) and written.var not in self.names  # another number, which tells more
        return (self._arithmetic(*written.place) if merely else None) or written  # type: ignore[attr-defined]

    def _filled(self, expression: Expression, owner: Var, layer: tuple[str, bool], outermost: bool) -> Expression:
        """The expression with numbers for its operands; ``outermost`` where there is room for a long sum."""
        if isinstance(expression, Element):
            return self._operand(owner, expression, layer, outermost)
        if not isinstance(expression, Operation):
            return expression
        parts = [
            self._filled(part, owner, layer, outermost and _stays_outermost(expression, i))
            for i, part in enumerate(expression.arguments)
        ]
        written = combined(expression.operator, parts)
        if outermost and isinstance(written, Leaf):  # all that is left of a product
            return self._number(written.var, written.index, owner, layer, outermost)
        return written

    def _operand(self, owner: Var, element: Element, layer: tuple[str, bool], outermost: bool) -> Expression:
        var, index = self.behind(owner.inputs[element.operand], element.index)
        var = self._called(var, owner)
        return self._number(var, index, owner, layer, outermost)

    def _called(self, var: Var, owner: Var) -> Var:
        """The same numbers by a name, if their layer has given them one: those of ``named(var)``."""
        named = (v for v in self._consumers.get(var, []) if v.is_result_of("named") and v is not owner)
        return var if var in self.names else next((v for v in named if v in self.names), var)

    def _number(self, var: Var, index: Index, owner: Var, layer: tuple[str, bool], outermost: bool) -> Expression:
        """An operand as a number; or its own arithmetic, where that is of the same layer and short."""
        value = self._values[var][index]
        if isinstance(var.definition, Constant) or var.dtype not in FLOATS:  # labels choose; they are not computed with
            return Number(value)
        if var.is_result_of("count"):
            return Count(value, of=_counted(var))
        rule = self._element(var, index)
        if rule is not None and _reads_several(rule) and self._is_one(var, value):
            return Number(1.0)
        leaf = Leaf(value, var=var, index=index)
        if rule is None or var in self.names or (_layer(var) != layer and not var.origin.stage):
            is_nothing = rule is not None and value == 0 and literal(self._arithmetic(var, index) or leaf, 0)
            return Number(0.0) if is_nothing else leaf  # what a mask leaves out is not there
        if not self._is_fixed(var) and self._stands_alone(var, owner, rule, outermost):
            return leaf
        written = self._written_out(rule, var, index, outermost)
        again = self._is_used_again(var) and not self._is_fixed(var)
        most = inf if outermost else TINY if again else SMALL
        numbers = [one for one in leaves(decided(written).expression) if not (again and literal(one))]
        return written if literal(written) or len(numbers) <= most else leaf

    def _written_out(self, rule: Expression, var: Var, index: Index, outermost: bool) -> Expression:
        """A number's own arithmetic. It is kept, since where numbers are used several times, ways to them are many."""
        key = var, index, outermost
        if key not in self._written:
            self._written[key] = self._filled(rule, var, _layer(var), outermost)
        return self._written[key]

    def _stands_alone(self, var: Var, owner: Var, rule: Expression, outermost: bool) -> bool:
        """Whether a number has an explanation of its own, however short its arithmetic is."""
        is_longer = len(_elements(rule)) > TINY
        shared = self._values[var].size < self._values[owner].size  # each of its numbers is used for several
        return (is_longer and (shared or self._is_used_again(var))) or (_reads_several(rule) and not outermost)

    def _is_fixed(self, var: Var) -> bool:
        """Whether a variable depends on constants and labels alone, as the size of a batch does."""
        return self._behind_all(var) <= {""}

    def _is_one(self, var: Var, value: Any) -> bool:
        """Whether this is 1 whatever the network does: the sum of targets that are probabilities, say."""
        is_one = abs(value - 1) <= UNITS * np.finfo(var.dtype).eps
        return bool(is_one) and self._behind_all(var) <= {"", TARGETS}

    def _behind_all(self, var: Var) -> frozenset[str]:
        """The names of the sources that a variable depends on; "" of constants and labels."""
        if var not in self._sources:
            if isinstance(var.definition, Constant) or var.dtype not in FLOATS:
                found = frozenset({""})
            elif isinstance(var.definition, Source) or var.definition.primitive.element is None:
                found = frozenset({var.definition.name if isinstance(var.definition, Source) else "?"})
            else:
                found = frozenset().union(*map(self._behind_all, self._operands(var)))
            self._sources[var] = found
        return self._sources[var]


def _layer(var: Var) -> tuple[str, bool]:
    """Whose a variable is. A layer and its gradient count as one; what an optimiser does is apart."""
    return var.origin.path, var.origin.stage == "optimizer"


def _counted(count: Var) -> str:
    """What is counted: samples, outputs in a loss, else numbers."""
    assert isinstance(count.definition, Equation)
    axes = dict(count.definition.params)["axes"]
    if 0 in axes:
        return "samples" if len(axes) == 1 else "numbers"
    return "numbers" if count.origin.path else "outputs"


def _stays_outermost(operation: Operation, i: int) -> bool:
    """Whether a long sum can be read as this argument: a term, a numerator, the argument of a function."""
    if operation.operator in ("sum", "negative"):
        return True
    return i == 0 and (operation.operator == "quotient" or len(operation.arguments) == 1)


def _reads_several(rule: Expression) -> bool:
    """Whether an operation takes several numbers of one operand for one of its own, as sums do."""
    operands = [element.operand for element in _elements(rule)]
    return len(set(operands)) < len(operands)


def _elements(rule: Expression | None) -> list[Element]:
    return [] if rule is None else [leaf for leaf in leaves(rule) if isinstance(leaf, Element)]
