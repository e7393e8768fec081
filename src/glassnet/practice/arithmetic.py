"""The arithmetic of an explanation in exact fractions, with each number's name: what slips are made in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any, Protocol

import numpy as np

from glassnet.ir.expression import Expression, Number, Operation, fold, leaves
from glassnet.ir.require import require
from glassnet.ops.algebra import FLOATS, meaning
from glassnet.readings.explain import Explanation
from glassnet.readings.explain.arithmetic import Leaf
from glassnet.readings.explain.notation import text
from glassnet.readings.explain.precise import exactly
from glassnet.words import rounded

NOISE = 12  # decimals: what training leaves in float64 of a number that has few
CASES = ("relu", "absolute", "greater", "greater_equal")
BETWEEN = ("m̂", "v̂", "bias correction")
DIGITS = 6  # that people write
MAGNITUDE = 300  # powers of two, beyond which nobody writes a number
IRRATIONAL = 30  # digits of the results of exponentials and roots, which are no fractions


@dataclass(frozen=True)
class Mistaken:
    """Another number that can be taken for a given one. ``whole`` names the neuron whose numbers all are taken."""

    value: Fraction
    words: str
    kind: str
    whole: str = ""
    letters: float | None = None


@dataclass(frozen=True, eq=False)
class Given(Number):
    """An exact number in the arithmetic.

    Attributes:
        name: as it is called in a formula: "x1", "bias".
        words: as a sentence has it: "the bias 0.1".
        kind: "input", "weight", "bias", "old" (a parameter before a step), "value" (something computed before),
            "state", "target", "number" (of the formula itself) or "mistaken" (taken for another).
        is_rounded: whether it was rounded, as the result of an exponential or a root is.
        mistaken: what it can be taken for.
        letters: what it comes to where each number is an arbitrary one, to see what means the same.
    """

    value: Fraction
    name: str
    words: str
    kind: str
    is_rounded: bool = False
    mistaken: tuple[Mistaken, ...] = ()
    letters: float | None = None


class Labels(Protocol):
    """What names the numbers of an arithmetic."""

    def __call__(self, leaf: Leaf) -> Given:
        """A number that the network was given."""

    def computed(self, name: str, expression: Expression) -> Given:
        """A number that was computed, with the name of its explanation."""

    def literal(self, value: Fraction) -> Given:
        """A number of the formula itself."""


def require_computed(explanation: Explanation) -> None:
    """That a number was computed, so that it can be asked for."""
    is_given = explanation.expression is None
    require(not is_given, f"{explanation.name} is given, not computed: ask for a number that is worked out")


def is_between(explanation: Explanation) -> bool:
    """Whether exercises write a number out where it is used: relu'(w1), the m̂ of Adam."""
    return "'(" in explanation.name or any(word in explanation.name for word in BETWEEN)


def remembered(update: Explanation) -> Iterator[Explanation]:
    """What an update remembers for the next: its new m and its new v."""
    for child in update.children:
        if child.name.startswith("new "):
            yield child
        elif is_between(child):
            yield from remembered(child)


class Exactly:
    """Turns explanations into exact arithmetic; remembers the numbers that it has worked out."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._known: dict[object, Expression] = {}

    def __call__(self, explanation: Explanation) -> Expression:
        """The arithmetic, with a ``Given`` for each number."""
        if explanation.place not in self._known:
            whole = explanation.whole
            children = {child.place: child for child in whole.operands}
            assert whole.expression is not None, f"{explanation.name} was given, not computed"
            self._known[explanation.place] = self._converted(whole.expression, children)
        return self._known[explanation.place]

    def _converted(self, expression: Expression, children: Mapping[Any, Explanation]) -> Expression:
        def converted(number: Number) -> Expression:
            if not isinstance(number, Leaf):
                return self._labels.literal(decimal(number.value))
            child = children.get(number.place)
            if child is None:
                return self._labels(number)
            return self(child) if is_between(child) else self._labels.computed(child.name, self(child))

        return fold(expression, converted, _picked)


NOTHING = Given(Fraction(0), "0", "the number 0", "number")


def _picked(operator: str, parts: list[Expression]) -> Expression:
    """The operator applied to the parts; a factor t or 1 - t of a target picks a term, and is not written out."""
    if operator == "product" and (picking := [part for part in parts if _picks(part)]):
        if any(evaluated(part)[0] == 0 for part in picking):
            return NOTHING
        parts = [part for part in parts if part not in picking]
    if operator in ("sum", "negative"):
        parts = [part for part in parts if part is not NOTHING] or [NOTHING]
    is_one = len(parts) == 1 and (operator in ("sum", "product") or parts[0] is NOTHING)
    return parts[0] if is_one else Operation(operator, tuple(parts))


def _picks(part: Expression) -> bool:
    """Whether this is a target of 0 or 1, or 1 minus it."""
    kinds = {given.kind for given in givens(part)}
    return "target" in kinds <= {"target", "number"} and evaluated(part)[0] in (0, 1)


def decimal(value: float) -> Fraction:
    """The decimal that a float64 stands for."""
    return Fraction(repr(round(float(value), NOISE)))


def evaluated(expression: Expression, known: dict[Expression, Any] | None = None) -> tuple[Fraction, bool]:
    """(value, whether it was rounded); ArithmeticError where there is none. known: the parts that were met before."""
    import mpmath

    value = exactly(expression, lambda number: number.value, known)
    is_rounded = any(given.is_rounded for given in givens(expression))
    if isinstance(value, Fraction):
        return value, is_rounded
    if not mpmath.isfinite(value) or (abs(mpmath.mag(value)) > MAGNITUDE and value):
        raise ArithmeticError("the result is too large or too small to be written")
    return Fraction(mpmath.nstr(value, IRRATIONAL)), True


def givens(expression: Expression) -> Iterator[Given]:
    """The numbers in an expression, from left to right."""
    return (leaf for leaf in leaves(expression) if isinstance(leaf, Given))


def shown(value: Fraction, digits: int = DIGITS) -> str:
    """A number for people, in at most so many significant digits."""
    return rounded(float(value), digits)


@lru_cache(1024)
def letter(name: str) -> float:
    """An arbitrary number, the same for the same name."""
    return Random(name).uniform(0.5, 1.5)


def of_letters(expression: Expression) -> float:
    """What it comes to with an arbitrary number for each that is not 0: what means the same comes to the same.

    Distinctions of cases are decided as they are for the numbers of the exercise.
    """
    with np.errstate(all="ignore"):
        return float(_in_letters(expression))


def _in_letters(expression: Expression) -> Any:
    if isinstance(expression, Given):
        return np.float64(_letters(expression))
    assert isinstance(expression, Operation)
    parts, operator = expression.arguments, expression.operator
    if operator not in CASES:
        return meaning(operator)(FLOATS, [_in_letters(part) for part in parts])
    value = evaluated(expression)[0]
    if not value or operator not in ("relu", "absolute"):
        return np.float64(value)
    part = _in_letters(parts[0])
    return part if value == evaluated(parts[0])[0] else -part


def _letters(given: Given) -> float:
    if given.kind == "number" or not given.value:
        return float(given.value)
    return letter(given.words) if given.letters is None else given.letters


def in_numbers(expression: Expression) -> str:
    """(0.4)(0.3) + 0.1"""
    return text(expression, lambda number: shown(number.value))


def in_names(expression: Expression) -> str:
    """(x1)(weight from x1) + bias"""
    return text(expression, lambda number: number.name)  # type: ignore[attr-defined]
