"""Branches: what a comparison, a ``where`` or a maximum comes to, and which comparison says so.

``where(-1.07 > 0, -1.07, (0.01)(-1.07))`` is (0.01)(-1.07), since -1.07 ≤ 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.ir.expression import Expression, Number, Operation, leaves
from glassnet.readings.explain.arithmetic import Leaf, combined, literal, roughly

MOST = 3  # comparisons that are told beside what they decide
NOT = {"greater": "less_equal", "greater_equal": "less", "equal": "unequal"}
"""Of each comparison, the one that is true where it is not."""
TURNED = {"greater": "less", "less": "greater", "greater_equal": "less_equal", "less_equal": "greater_equal"}
"""The same comparison with its sides exchanged."""
WEAKER = {
    "greater": ("greater_equal", "unequal"),
    "less": ("less_equal", "unequal"),
    "equal": ("greater_equal", "less_equal"),
}
"""Of each comparison, those that go without saying where it is true."""
EXTREMES = {"maximum": "greater_equal", "minimum": "less_equal"}
DECIDING = {"where", *NOT, *EXTREMES}


@dataclass(frozen=True, eq=False)
class Branch:
    """What an expression comes to, and the comparisons that are true, because of which it does."""

    expression: Expression
    since: tuple[Operation, ...] = ()


def decided(expression: Expression) -> Branch:
    """The expression without comparisons; the larger of two numbers is only chosen where more is made of it.

    Where a comparison is none of numbers, or there are many, nothing is chosen.

    >>> from glassnet.ir.expression import Number, call
    >>> chosen = decided(2 * call("where", call("greater", Number(-1.07), 0), 5, 7))
    >>> chosen.expression.arguments[1].value, chosen.since
    (7, ())
    """
    if not _chooses(expression):
        return Branch(expression)
    is_extreme = isinstance(expression, Operation) and expression.operator in EXTREMES
    branch = _of_parts(expression) if is_extreme else _decided(expression)  # type: ignore[arg-type]
    told = {_key(condition): condition for condition in branch.since if not _is_of_literals(condition)}
    since = list(told.values())
    since = [one for one in since if not any(_says_more(other, one) for other in since)]
    is_known = all(roughly(condition) == 1 for condition in branch.since)
    return Branch(branch.expression, tuple(since)) if is_known and len(since) <= MOST else Branch(expression)


def _chooses(expression: Expression) -> bool:
    """Whether there is anything in it that decides, as there seldom is."""
    if not isinstance(expression, Operation):
        return False
    return expression.operator in DECIDING or any(map(_chooses, expression.arguments))


def _decided(expression: Expression) -> Branch:
    if not isinstance(expression, Operation):
        return Branch(expression)
    if expression.operator == "where":
        return _chosen(expression)
    branch = _of_parts(expression)
    written = branch.expression
    if isinstance(written, Operation) and written.operator in NOT:
        is_true = bool(roughly(written))
        return Branch(Number(float(is_true)), (*branch.since, _true(written, is_true)))
    if isinstance(written, Operation) and written.operator in EXTREMES:
        comparison = Operation(EXTREMES[written.operator], written.arguments)
        is_first = bool(roughly(comparison))
        if not is_first:
            comparison = Operation(TURNED[comparison.operator], comparison.arguments)
        return Branch(written.arguments[not is_first], (*branch.since, _turned(comparison)))
    return branch


def _chosen(expression: Operation) -> Branch:
    """Of the two numbers of a ``where``, the one that its condition chooses."""
    condition = _decided(expression.arguments[0])
    is_true = roughly(condition.expression) != 0
    since = condition.since
    if not literal(condition.expression):
        since = (*since, Operation("unequal" if is_true else "equal", (condition.expression, Number(0.0))))
    chosen = _decided(expression.arguments[1 if is_true else 2])
    return Branch(chosen.expression, (*since, *chosen.since))


def _of_parts(expression: Operation) -> Branch:
    """The same operation of what its arguments come to. Of a product that is 0, the factors that are tell why."""
    parts = [_decided(part) for part in expression.arguments]
    written = combined(expression.operator, [part.expression for part in parts])
    nothing = [part for part in parts if literal(part.expression, 0)]
    telling = nothing if expression.operator == "product" and literal(written, 0) else parts
    return Branch(written, tuple(condition for part in telling for condition in part.since))


def _true(comparison: Operation, is_true: bool) -> Operation:
    return _turned(comparison if is_true else Operation(NOT[comparison.operator], comparison.arguments))


def _turned(comparison: Operation) -> Operation:
    """The comparison with a number of the formula itself on its right."""
    x, y = comparison.arguments
    if not literal(x) or literal(y):
        return comparison
    return Operation(TURNED.get(comparison.operator, comparison.operator), (y, x))


def _is_of_literals(condition: Operation) -> bool:
    return all(literal(leaf) for leaf in leaves(condition))


def _says_more(condition: Operation, other: Operation) -> bool:
    """Whether the other goes without saying: x ≥ 0 where x ≥ 6, or where x = 0."""
    if _key(condition)[1:] == _key(other)[1:]:
        return other.operator in WEAKER.get(condition.operator, ())
    way, limit = condition.operator.partition("_")[0], condition.arguments[1]
    is_same = way == other.operator.partition("_")[0] and literal(limit) and literal(other.arguments[1])
    if not is_same or way not in TURNED or _key(condition)[1:-1] != _key(other)[1:-1]:
        return False
    further = roughly(limit) - roughly(other.arguments[1])
    return further > 0 if way == "greater" else further < 0


def _key(condition: Operation) -> tuple[object, ...]:
    """What two equal conditions have in common."""
    numbers = (leaf.place if isinstance(leaf, Leaf) else (leaf.value,) for leaf in leaves(condition))
    return (condition.operator, *numbers)
