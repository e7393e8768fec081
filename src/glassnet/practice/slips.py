"""The slips that people make in hand arithmetic, and the search for the one that gives a wrong answer.

A slip is a small change of the arithmetic: a term left out, a sign lost, two weights exchanged. Each rule below says
what can go wrong at one kind of place; the search makes every slip at every place, one at a time, and compares the
results with the answer. Where several give it, the two simplest are named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations
from math import floor, isclose
from typing import Any

from glassnet.ir.expression import Expression, Operation
from glassnet.practice.answers import WIDEST, is_close, is_it
from glassnet.practice.arithmetic import Given, Mistaken, evaluated, givens, in_numbers, of_letters, shown

TEN = Given(Fraction(10), "10", "10", "number")
TENTH = Given(Fraction(1, 10), "0.1", "0.1", "number")
MOST_NAMED = 2
SIMPLE = 1  # the cost of a question's own slips that matter, however small the difference is that they make
SAME = 1e-6  # share in which two results agree that are one: nobody writes more digits


@dataclass(frozen=True)
class Slip:
    """What went wrong: ``words`` completes "it looks as if …".

    >>> from glassnet.practice import exercise
    >>> question = exercise(1, seed=7).questions[0]
    >>> question.arithmetic, [slip.words for slip in question.diagnose(Fraction("-0.21"))]
    ('y = (0.7)(-0.3) - 0.9 = -1.11', ['the bias -0.9 was forgotten'])
    """

    kind: str
    words: str
    cost: int
    value: Fraction
    is_rounded: bool = False
    is_as_written: bool = False  # the value is these digits, and no others near them

    @cached_property
    def roughly(self) -> float:
        """The value, to look for it quickly."""
        return float(self.value)

    def gives(self, answer: Fraction) -> bool:
        """Whether this is how one comes to that answer."""
        return answer == self.value if self.is_as_written else is_close(answer, self.value, self.is_rounded)


@dataclass(frozen=True)
class Change:
    """A slip that is not worked out yet: the arithmetic that was done instead."""

    kind: str
    words: str
    cost: int
    expression: Expression


def slips(expression: Expression, others: Iterable[Change] = ()) -> list[Slip]:
    """Every slip that gives another number, the simplest first; ``others`` are those of this question alone.

    Two that mean the same, whatever the numbers are that are not 0, are one: the simplest.
    """
    known: dict[Expression, Any] = {}
    right, _ = evaluated(expression, known)
    shown_right, meaning = shown(right), cache(of_letters)
    others = tuple(others)
    simple = [change for change in others if change.cost <= SIMPLE]
    found: dict[str, list[tuple[Slip, Expression]]] = {}
    for change in sorted([*others, *changes(expression), *_of_result(expression)], key=lambda change: change.cost):
        try:
            value, rounds = evaluated(change.expression, known)
        except (ArithmeticError, ValueError):
            continue  # that would divide by zero
        written = shown(value)
        is_same = value == right if change in simple else written == shown_right
        alike = found.setdefault(written, [])
        if not is_same and not any(isclose(meaning(change.expression), meaning(one), rel_tol=SAME) for _, one in alike):
            alike.append((Slip(change.kind, change.words, change.cost, value, rounds), change.expression))
    return sorted((slip for alike in found.values() for slip, _ in alike), key=lambda slip: slip.cost)


def diagnose(answer: Fraction, possible: Iterable[Slip]) -> list[Slip]:
    """The slips that give the answer, the two simplest of them, exactly if any does; none where no single slip does."""
    near = float(answer)
    explaining = [slip for slip in possible if abs(slip.roughly - near) < WIDEST and slip.gives(answer)]
    exactly = [slip for slip in explaining if is_it(answer, slip.value)]
    return sorted(exactly or explaining, key=lambda slip: slip.cost)[:MOST_NAMED]


# ── anywhere in the arithmetic ──────────────────────────────────────────────────────────────────────────────────────


def changes(expression: Expression) -> Iterator[Change]:
    """Every single slip at every place of an arithmetic."""
    if isinstance(expression, Given):
        for other in expression.mistaken:
            words = f"{other.words} was used instead of {expression.words}"
            yield Change(other.kind, words, 3, _given(other))
    if not isinstance(expression, Operation):
        return
    yield from RULES.get(expression.operator, _of_function)(expression)
    for i, part in enumerate(expression.arguments):
        for change in changes(part):
            parts = (*expression.arguments[:i], change.expression, *expression.arguments[i + 1 :])
            yield Change(change.kind, change.words, change.cost, Operation(expression.operator, parts))


def _of_sum(expression: Operation) -> Iterator[Change]:
    terms = expression.arguments
    if len(terms) == 2 and _is(terms[1], "negative") and not _is(terms[0], "negative"):
        yield Change("reversed", f"{in_numbers(expression)} was taken the other way round", 2, _negative(expression))
    for i, term in enumerate(terms):
        rest = (*terms[:i], *terms[i + 1 :])
        yield Change(*_missing(term), _sum(rest))
        if not _is(term, "negative"):
            yield Change(*_wrong_sign(term), _sum((*terms[:i], _negative(term), *terms[i + 1 :])))
        if not isinstance(term, Given):
            words = f"{_words(term)} was counted twice"
            yield Change("counted twice", words, 4, _sum((*terms, term)))
    for count in range(1, len(terms) - 1):
        words = f"only {'the first term was' if count == 1 else f'the first {count} terms were'} taken"
        yield Change("stopped early", words, 4, _sum(terms[:count]))
    yield from _exchanged(terms)
    yield from _of_another_neuron(expression)


def _missing(term: Expression) -> tuple[str, str, int]:
    if isinstance(term, Given) and term.kind == "bias":
        return "forgotten bias", f"{term.words} was forgotten", 1
    if isinstance(term, Given) and term.kind == "old":
        return "forgotten old value", f"{term.words} was forgotten", 1
    return "missing term", f"{_words(term)} is missing", 2


def _wrong_sign(term: Expression) -> tuple[str, str, int]:
    if isinstance(term, Given) and term.kind == "bias":
        how = "subtracted instead of added" if term.value > 0 else "added without its minus sign"
        return "subtracted bias", f"{term.words} was {how}", 1
    return "wrong sign", f"{_words(term)} has the wrong sign", 1


def _exchanged(terms: tuple[Expression, ...]) -> Iterator[Change]:
    """Two weights that changed places."""
    at = [(i, weight) for i, term in enumerate(terms) for weight in givens(term) if weight.kind == "weight"]
    for (i, one), (j, other) in combinations(at, 2):
        if i == j or not _is(terms[i], "product") or not _is(terms[j], "product"):
            continue
        swapped = list(terms)
        swapped[i], swapped[j] = replaced(terms[i], one, other), replaced(terms[j], other, one)
        words = f"the weights {shown(one.value)} and {shown(other.value)} were exchanged"
        yield Change("exchanged weights", words, 2, _sum(tuple(swapped)))


def _of_another_neuron(expression: Operation) -> Iterator[Change]:
    """All weights of a sum taken from the neighbouring neuron, with its own bias."""
    weights = [given for given in givens(expression) if given.kind == "weight"]
    if len(weights) < 2:
        return
    for neuron in dict.fromkeys(mistaken.whole for mistaken in weights[0].mistaken if mistaken.whole):
        changed: Expression = expression
        for weight in weights:
            instead = next((mistaken for mistaken in weight.mistaken if mistaken.whole == neuron), None)
            changed = changed if instead is None else replaced(changed, weight, _given(instead))
        yield Change("another neuron's weights", f"the weights of {neuron} were used", 3, changed)


def _of_product(expression: Operation) -> Iterator[Change]:
    factors = expression.arguments
    for i, factor in enumerate(factors):
        words = f"{_words(factor)} was left out of {in_numbers(expression)}"
        yield Change("missing factor", words, 2, product_of(*factors[:i], *factors[i + 1 :]))
    added = f"the factors of {in_numbers(expression)} were added instead of multiplied"
    yield Change("sum instead of product", added, 3, _sum(factors))
    point = f"the decimal point of {in_numbers(expression)} = {shown(evaluated(expression)[0])} is a place off"
    yield Change("decimal point", point, 3, product_of(*factors, TEN))
    yield Change("decimal point", point, 3, product_of(*factors, TENTH))


def _of_negative(expression: Operation) -> Iterator[Change]:
    part = expression.arguments[0]
    yield Change("wrong sign", f"the minus before {_words(part)} became a plus", 1, part)


def _of_power(expression: Operation) -> Iterator[Change]:
    base, exponent = expression.arguments
    power = in_numbers(expression)
    yield Change("not squared", f"{in_numbers(base)} was not raised to the power in {power}", 1, base)
    yield Change("doubled", f"{power} was multiplied instead of raised to the power", 2, product_of(base, exponent))


def _of_quotient(expression: Operation) -> Iterator[Change]:
    above, below = expression.arguments
    yield Change("missing divisor", f"the division by {in_numbers(below)} is missing", 2, above)
    upside_down = Operation("quotient", (below, above))
    yield Change("upside down", f"{in_numbers(expression)} was turned upside down", 3, upside_down)


def _of_function(expression: Operation) -> Iterator[Change]:
    if len(expression.arguments) != 1:
        return
    (part,) = expression.arguments
    name = expression.operator
    yield Change("missing function", f"{name} was left out of {in_numbers(expression)}", 1, part)
    yield Change("other function", f"{name} was taken for the absolute value", 3, Operation("absolute", (part,)))


RULES: dict[str, Callable[[Operation], Iterator[Change]]] = {
    "sum": _of_sum,
    "product": _of_product,
    "negative": _of_negative,
    "power": _of_power,
    "quotient": _of_quotient,
}
"""What can go wrong at an operator; at everything else, what can go wrong with a function."""


# ── with the result as a whole ──────────────────────────────────────────────────────────────────────────────────────


def _of_result(expression: Expression) -> Iterator[Change]:
    yield Change("wrong sign of the result", "the sign of the result is wrong", 2, _negative(expression))
    for part in _parts(expression):
        yield Change("stopped early", f"this is only {in_numbers(part)}", 4, part)
    for factor in (TEN, TENTH):
        yield Change(
            "decimal point", "the decimal point of the result is a place off", 4, product_of(expression, factor)
        )


def of_rounding(right: Fraction, decimals: int, is_rounded: bool) -> Iterator[Slip]:
    """The right result with fewer decimals than are asked for, rounded or cut off."""
    sign, seen = 1 if right > 0 else -1, {Fraction(0)}
    for fewer in range(1, decimals + 1):
        places = f"{fewer} decimal{'s' * (fewer != 1)}"
        rounded = sign * Fraction(floor(abs(right) * 10**fewer + Fraction(1, 2)), 10**fewer)
        cut = sign * Fraction(floor(abs(right) * 10**fewer), 10**fewer)
        if rounded not in seen and not is_close(rounded, right, is_rounded, decimals):
            words = f"the result is right but rounded to {places}"
            yield Slip("rounded too far", words, 0, rounded, is_as_written=True)
        if cut not in {*seen, rounded} and not is_close(cut, right, is_rounded, decimals):
            words = f"the result is right but cut off after {places} instead of rounded"
            yield Slip("cut off", words, 1, cut, is_as_written=True)
        seen |= {rounded, cut}


def _parts(expression: Expression) -> Iterator[Operation]:
    """The operations within an expression."""
    for part in expression.arguments if isinstance(expression, Operation) else ():
        if isinstance(part, Operation):
            yield part
            yield from _parts(part)


# ── writing arithmetic ──────────────────────────────────────────────────────────────────────────────────────────────


def _words(expression: Expression) -> str:
    if isinstance(expression, Given):
        return expression.words
    return ("the term " if _is(expression, "product", "negative") else "") + in_numbers(expression)


def _is(expression: Expression, *operators: str) -> bool:
    return isinstance(expression, Operation) and expression.operator in operators


def _sum(terms: tuple[Expression, ...]) -> Expression:
    return Operation("sum", terms)


def product_of(*factors: Expression) -> Expression:
    """One number times another, and so on."""
    return Operation("product", factors)


def _negative(expression: Expression) -> Expression:
    return Operation("negative", (expression,))


def _given(mistaken: Mistaken) -> Given:
    return Given(mistaken.value, mistaken.words, mistaken.words, "mistaken", letters=mistaken.letters)


def replaced(expression: Expression, old: Expression, new: Expression) -> Expression:
    """The expression with one of its parts changed."""
    if expression is old:
        return new
    if not isinstance(expression, Operation):
        return expression
    return Operation(expression.operator, tuple(replaced(part, old, new) for part in expression.arguments))
