"""The arithmetic of an explanation in exact fractions, with each number's name: what slips are made in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from glassnet.ir.expression import Expression, Number, Operation, fold, leaves
from glassnet.readings.explain import Explanation
from glassnet.readings.explain.arithmetic import Leaf
from glassnet.readings.explain.notation import text
from glassnet.readings.explain.precise import exactly
from glassnet.words import rounded

NOISE = 12  # decimals: what training leaves in float64 of a number that has few
DIGITS = 30  # of the results of exponentials and roots, which are no fractions


@dataclass(frozen=True)
class Mistaken:
    """Another number that can be taken for a given one. ``whole`` names the neuron whose numbers all are taken."""

    value: Fraction
    words: str
    kind: str
    whole: str = ""


@dataclass(frozen=True, eq=False)
class Given(Number):
    """An exact number in the arithmetic.

    Attributes:
        name: as it is called in a formula: "x1", "bias".
        words: as a sentence has it: "the bias 0.1".
        kind: "input", "weight", "bias", "value" (something computed before), "state", "target" or "number".
        is_rounded: whether it was rounded, as the result of an exponential or a root is.
        mistaken: what it can be taken for.
    """

    value: Fraction
    name: str
    words: str
    kind: str
    is_rounded: bool = False
    mistaken: tuple[Mistaken, ...] = ()


class Labels(Protocol):
    """What names the numbers of an arithmetic."""

    def __call__(self, leaf: Leaf, name: str, value: Fraction, is_rounded: bool) -> Given:
        """A number of the network; ``name`` is that of its explanation, if it was computed."""

    def literal(self, value: Fraction) -> Given:
        """A number of the formula itself."""


class Exactly:
    """Turns explanations into exact arithmetic; remembers the numbers that it has worked out."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._known: dict[object, tuple[Fraction, bool]] = {}

    def __call__(self, explanation: Explanation) -> Expression:
        """The arithmetic, with a ``Given`` for each number."""
        whole = explanation.whole
        children = {child.place: child for child in whole.children}
        if whole.expression is None:
            raise AssertionError(f"{explanation.name} was given, not computed")
        return self._converted(whole.expression, children)

    def _converted(self, expression: Expression, children: Mapping[Any, Explanation]) -> Expression:
        def converted(number: Number) -> Expression:
            if not isinstance(number, Leaf):
                return self._labels.literal(decimal(number.value))
            child = children.get(number.place)
            return self._labels(number, "" if child is None else child.name, *self._value(number, child))

        return fold(expression, converted, lambda operator, parts: Operation(operator, tuple(parts)))

    def _value(self, leaf: Leaf, child: Explanation | None) -> tuple[Fraction, bool]:
        """(exact value, whether it was rounded) of a number, from the numbers that it was made of."""
        if child is None:
            return decimal(leaf.value), False
        if child.place not in self._known:
            self._known[child.place] = evaluated(self(child))
        return self._known[child.place]


def decimal(value: float) -> Fraction:
    """The decimal that a float64 stands for."""
    return Fraction(repr(round(float(value), NOISE)))


def evaluated(expression: Expression) -> tuple[Fraction, bool]:
    """(value, whether it was rounded); ArithmeticError where there is none."""
    import mpmath

    value = exactly(expression, lambda number: str(number.value))
    is_rounded = any(given.is_rounded for given in givens(expression))
    if isinstance(value, Fraction):
        return value, is_rounded
    if not mpmath.isfinite(value):
        raise ArithmeticError("the result is not finite")
    return Fraction(mpmath.nstr(value, DIGITS)), True


def givens(expression: Expression) -> Iterator[Given]:
    """The numbers in an expression, from left to right."""
    return (leaf for leaf in leaves(expression) if isinstance(leaf, Given))


def shown(value: Fraction) -> str:
    """A number for people: up to six significant digits."""
    return rounded(float(value), 6)


def in_numbers(expression: Expression) -> str:
    """(0.4)(0.3) + 0.1"""
    return text(expression, lambda number: shown(number.value))


def in_names(expression: Expression) -> str:
    """(x1)(weight from x1) + bias"""
    return text(expression, lambda number: number.name)  # type: ignore[attr-defined]
