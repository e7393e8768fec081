"""Reads explanations as a sceptical pupil would: evaluates what is displayed, exactly, and compares it with the result.

It shares no code with the explanations. Fractions as long as the arithmetic is rational; five hundred digits elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from math import floor
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import mpmath
import numpy as np

from glassnet.ir.expression import Number
from glassnet.readings.explain import Explanation

mp = mpmath.mp.clone()
mp.dps = 500
NUMBER = r"-?(?:inf|nan|\d+(?:\.\d+)?(?:e-?\d+)?)"
TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?(?:e-?\d+)?|more terms:|[a-z_]\w*|>=|==|[-+/^(),\[\]|>≥<≤=≠])")
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    ">": gt, ">=": ge, "==": eq, "≥": ge, "<": lt, "≤": le, "=": eq, "≠": ne,
}  # fmt: skip
SIGNIFICANT = 4

# ── the language ────────────────────────────────────────────────────────────────────────────────────────────────────


class Reader:
    """A recursive-descent parser that computes as it reads: ^, then side by side, then /, then + and −."""

    def __init__(self, text: str, sizes: bool = False) -> None:
        """With ``sizes`` nothing cancels: every minus is read as a plus."""
        self.sizes = sizes
        self.tokens = list(tokens(text))
        self.position = 0

    def read(self) -> Any:
        value = self.comparison()
        assert self.next is None, f"unread: {self.tokens[self.position :]}"
        return value

    @property
    def next(self) -> str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.next
        assert token is not None, "the text ends too early"
        assert expected in (None, token), f"{expected!r} expected, not {token!r}"
        self.position += 1
        return token

    def comparison(self) -> Any:
        value = self.sum()
        if self.next in SIGNS:
            return truth(self.take(), value, self.sum())
        return value

    def sum(self) -> Any:
        terms = [self.signed()]
        while self.next in ("+", "-"):
            terms.append(self.term() if self.take() == "+" else self.negative(self.term()))
        return add(terms)

    def signed(self) -> Any:
        if self.next == "-":
            self.take()
            return self.negative(self.term())
        return self.term()

    def negative(self, x: Any) -> Any:
        return x if self.sizes else -x

    def term(self) -> Any:
        value = self.product()
        while self.next == "/":
            self.take()
            value = divide(value, self.product())
        return value

    def product(self) -> Any:
        factors = [self.power()]
        while self.next == "(":
            factors.append(self.power())
        return multiply(factors)

    def power(self) -> Any:
        base = self.atom()
        if self.next != "^":
            return base
        self.take()
        return raise_to(base, self.atom())

    def atom(self) -> Any:
        token = self.take()
        if token == "(":
            value = self.comparison()
            self.take(")")
            return value
        if token == "|":
            value = abs(self.sum())
            self.take("|")
            return value
        if token == "[":
            assert int(self.take()) > 0
            self.take("more terms:")
            value = self.sum()
            self.take("]")
            return value
        if token in ("inf", "nan"):
            return mp.mpf(token)
        return Fraction(token) if token[0].isdigit() else self.call(token)

    def call(self, name: str) -> Any:
        self.take("(")
        arguments = [self.comparison()]
        while self.next == ",":
            self.take()
            arguments.append(self.comparison())
        self.take(")")
        assert name in FUNCTIONS, f"what is {name}?"
        return FUNCTIONS[name](*arguments)


def tokens(text: str) -> Iterator[str]:
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        assert match, f"cannot read {text[position:]!r}"
        yield match[1]
        position = match.end()


def evaluate(text: str) -> Any:
    """The exact value of an expression as it is written: a Fraction, or an mpmath number."""
    return Reader(text).read()


# ── its arithmetic ──────────────────────────────────────────────────────────────────────────────────────────────────


def real(x: Any) -> Any:
    return mp.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else x


def rational(*xs: Any) -> bool:
    return all(isinstance(x, Fraction) for x in xs)


def add(terms: list[Any]) -> Any:
    return sum(terms, Fraction(0)) if rational(*terms) else mp.fsum(map(real, terms))


def multiply(factors: list[Any]) -> Any:
    total = factors[0]
    for factor in factors[1:]:
        total = total * factor if rational(total, factor) else real(total) * real(factor)
    return total


def divide(x: Any, y: Any) -> Any:
    if y == 0:
        return mp.nan if x == 0 or x != x else mp.inf * (1 if x > 0 else -1)
    return x / y if rational(x, y) else real(x) / real(y)


def raise_to(x: Any, y: Any) -> Any:
    if rational(x, y) and y.denominator == 1 and abs(y) < 1000 and (x != 0 or y >= 0):
        return x ** int(y)
    if x == 0:
        return mp.inf if y < 0 else Fraction(0) if y > 0 else y
    return of_real(mp.power)(x, y)


def of_real(function: Callable[..., Any]) -> Callable[..., Any]:
    """Without complex numbers: what is not real is not a number."""

    def applied(*xs: Any) -> Any:
        value = function(*map(real, xs))
        return mp.nan if isinstance(value, mp.mpc) else value

    return applied


def truth(sign: str, x: Any, y: Any) -> Fraction:
    if not rational(x, y):
        x, y = real(x), real(y)
    return Fraction(int(SIGNS[sign](x, y)))


def larger(*xs: Any) -> Any:
    largest = xs[0]
    for x in xs[1:]:
        if largest != largest or x != x:
            return mp.nan
        largest = x if truth(">", x, largest) else largest
    return largest


def smaller(*xs: Any) -> Any:
    return -larger(*(-x for x in xs))


def round_down(x: Any) -> Any:
    return Fraction(floor(x)) if rational(x) else x if mp.isinf(x) or mp.isnan(x) else Fraction(int(mp.floor(x)))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: of_real(getattr(mp, name)) for name in ("exp", "log", "sqrt", "tanh", "erf", "sin", "cos")},
    "relu": lambda x: larger(x, Fraction(0)),
    "step": lambda x: truth(">", x, Fraction(0)),
    "absolute": abs,
    "sign": lambda x: x if x != x else Fraction((x > 0) - (x < 0)),
    "floor": round_down,
    "max": larger,
    "maximum": larger,
    "minimum": smaller,
    "where": lambda condition, x, y: x if condition != 0 else y,
}

# ── is it honest? ───────────────────────────────────────────────────────────────────────────────────────────────────


def answers(explanation: Explanation) -> list[tuple[str, float]]:
    """The names and values of the numbers in the reasons."""
    return [(one.name, float(one.value)) for one in explanation._explained(explanation.since, also_given=True)]


def check(explanation: Explanation) -> None:
    """Raise AssertionError unless the line, evaluated exactly as displayed, gives what it displays."""
    line, name = explanation.text, explanation.name
    assert balanced(explanation.latex), explanation.latex
    assert line.startswith(name), line
    body, *reasons = re.split(", since | and ", line[len(name) :])
    assert len(reasons) == len(explanation.since), line
    body, _, winner = body.partition(", which is ")
    if winner:
        won = [child for child in explanation._explained([explanation.shown], also_given=True) if child.name == winner]
        assert [child.value for child in won] == [explanation.value], line
    for reason in reasons:
        named = re.fullmatch(r"(\D.*) = ([01])", reason)
        told = named is not None and (named[1], float(named[2])) in answers(explanation)
        assert told or evaluate(reason) == 1, f"{line}\n   but it is not true that {reason}"
    if explanation.shown is None:
        digits = body.removeprefix(" = ")
        same = np.asarray(explanation.value).dtype.type(digits) == explanation.value
        assert same or explanation.value != explanation.value, line
        return
    found = re.fullmatch(
        rf"(?: = )?(?P<left>.*?)?(?:(?:^| )(?P<relation>[=≈]) )?(?P<result>{NUMBER})"
        rf"(?: \[(?P<machine>{NUMBER}) after rounding in float(?:32|64)\]| \[{NUMBER} by hand\])?",
        body,
    )
    assert found, line
    machine, value = found["machine"] or found["result"], explanation.value
    assert near(Fraction(str(value)) if np.isfinite(value) else mp.mpf(str(value)), machine), line
    if isinstance(explanation.shown, Number):
        return  # the number itself, or the name of another number
    exact = evaluate(found["left"])
    assert near(exact, found["result"]), f"{line}\n   is {mpmath.nstr(real(exact), 20)}"
    if found["machine"]:
        assert not near(exact, found["machine"]), f"{line}\n   needs no brackets"
    check_relation(exact, found["relation"], found["result"], line)
    if not found["machine"] and np.isfinite(value):
        size = Reader(found["left"], sizes=True).read()
        check_that_equal_means_equal(exact, found["relation"], found["result"], value, size, line)


def balanced(latex: str) -> bool:
    """Every brace and every \\left has its partner, in their order."""
    open_ones = []
    for sign in re.findall(r"\\left|\\right|(?<!\\)[{}]", latex):
        if sign in ("{", r"\left"):
            open_ones.append(sign)
        elif not open_ones or open_ones.pop() != {"}": "{", r"\right": r"\left"}[sign]:
            return False
    return not open_ones


def check_relation(exact: Any, relation: str, result: str, line: str) -> None:
    """= only where the two are equal."""
    if result.endswith(("inf", "nan")) or relation != "=":
        return
    if rational(exact):
        assert exact == Fraction(result), f"{line}\n   is exactly {exact}"
    else:
        assert abs(exact - real(Fraction(result))) <= abs(exact) * mp.mpf(10) ** -490, line


UNITS = 8


def check_that_equal_means_equal(exact: Any, relation: str, result: str, value: Any, size: Any, line: str) -> None:
    """= where the number itself is the displayed result too, up to rounding errors at the size of the largest term."""
    dtype = np.asarray(value).dtype.type
    off = abs(Fraction(float(value)) - Fraction(result))
    if relation == "=":
        largest = min(max(float(abs(value)), float(abs(size))), float(np.finfo(dtype).max))
        assert float(off) <= UNITS * unit(dtype(largest)), f"{line}\n   is {value!r}"
    elif rational(exact) and exact == Fraction(result):
        assert float(off) > UNITS * unit(abs(value)), f"{line}\n   is exactly that"


def unit(value: Any) -> float:
    """One unit in the last place of a number of this size."""
    with np.errstate(over="ignore"):
        return float(np.spacing(value))


def near(value: Any, shown: str) -> bool:
    """Whether a value rounds to what is shown, at its precision and at four significant digits at least."""
    if not rational(value) and mp.isfinite(value) and abs(mp.mag(value)) > 3 * 10**9:  # an exponent of ten digits
        return shown == ("0" if mp.mag(value) < 0 else "inf" if value > 0 else "-inf")
    if shown.endswith(("inf", "nan")) or not (rational(value) or mp.isfinite(value)):
        return not rational(value) and str(value).lstrip("+") == shown
    mantissa, _, exponent = shown.partition("e")
    if Decimal(mantissa) == 0:
        return bool(value == 0)
    last = min(Decimal(mantissa).adjusted() - SIGNIFICANT + 1, int(Decimal(mantissa).as_tuple().exponent))
    last = last + int(exponent) if exponent else min(last, 0)  # all digits before the point are shown
    if rational(value) and abs(last) < 10_000:
        return bool(abs(value - Fraction(shown)) <= Fraction(10) ** last / 2)
    return bool(abs(real(value) - mp.mpf(shown)) <= mp.mpf(10) ** last / 2 * (1 + mp.mpf(10) ** -400))


def check_tree(explanation: Explanation, depth: int = 2, seen: set[Any] | None = None) -> int:
    """Check the line and those of its numbers, down to a depth; returns how many lines were read."""
    seen = set() if seen is None else seen
    if explanation.place in seen:
        return 0
    seen.add(explanation.place)
    check(explanation)
    return 1 + sum(check_tree(child, depth - 1, seen) for child in explanation.children if depth > 0)
