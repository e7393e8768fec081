"""One number and the arithmetic that made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Any

import numpy as np

from glassnet.ir.expression import Expression, Number, Operation, leaves
from glassnet.ir.graph import Var
from glassnet.readings.explain import notation
from glassnet.readings.explain.arithmetic import Index, Leaf, largest_term, literal, roughly
from glassnet.readings.explain.branches import Branch, decided
from glassnet.readings.explain.notation import Rest
from glassnet.readings.explain.outline import Line, Outline, markup
from glassnet.readings.explain.precise import (
    Exact,
    Show,
    displayed_exactly,
    exactly,
    gives,
    in_digits,
    is_exactly,
    precisely,
    written_exactly,
)
from glassnet.readings.explain.symbols import in_latex, in_names
from glassnet.words import rounded

TERMS_SHOWN = 12
TERMS_KEPT = 6
RESULT_DIGITS = 4
OPERAND_DIGITS = (4, 5, 6, 7, 8, 9, 12, 17, 21, 34)
JUMPS = ("greater", "greater_equal", "equal", "sign", "floor", "step")
"""Operations whose result is another number as soon as their operand is a little larger."""
FORWARD = "fed forward"
"""The title of what stands apart from the gradients that it is used in."""
LEVELS = 20  # of lines, back to which a result by hand is worked out
Place = tuple[Var, Index]
YES_NO = ("equal", "unequal")
"""The comparisons with 0 by which a yes or no decides."""
UNITS = 8  # in the last place: so far rounding errors may take a computed number from the exact one


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """A number, and the arithmetic that it was computed by.

    Attributes:
        name: what it is, such as "w1" or "∂loss/∂dense_1.weights[0, 1]"; may be empty.
        value: the number, as it was computed.
        place: the variable of the graph and the index in it.
        is_whole: whether long sums are shown with all their terms.
        origin: of a number that was not computed, where it comes from, in words; the representation says it, too.
        symbol: what it is called in formulas, where that is another name: weight(u→w1).
        role: what it belongs to, in words: "the weight from u to w1".
    """

    name: str
    value: Any
    place: Place
    _write: Callable[[], Expression | None]
    _explain: Callable[[Var, Index], Explanation]
    is_whole: bool = False
    origin: str = ""
    symbol: str = ""
    role: str = ""

    @cached_property
    def expression(self) -> Expression | None:
        """The arithmetic as a tree of numbers and operators; None for a number that was given."""
        return self._write()

    @cached_property
    def shown(self) -> Expression | None:
        """The arithmetic as it is displayed: the branch that counts, with long sums cut to their largest terms."""
        branch = None if self._branch is None else self._branch.expression
        return branch if branch is None or self.is_whole else shortened(branch)

    @cached_property
    def since(self) -> tuple[Operation, ...]:
        """The comparisons that are true, because of which what is shown is what counts."""
        return () if self._branch is None else self._branch.since

    @cached_property
    def _branch(self) -> Branch | None:
        return None if self.expression is None else decided(self.expression)

    @property
    def whole(self) -> Explanation:
        """The same explanation with every term of its long sums."""
        return replace(self, is_whole=True)

    @cached_property
    def children(self) -> tuple[Explanation, ...]:
        """The explanations of those displayed numbers that were computed, not given."""
        return self._explained(() if self.shown is None else (self.shown, *self.since))

    @property
    def operands(self) -> tuple[Explanation, ...]:
        """The explanations of all numbers in the arithmetic that were computed, those of all branches."""
        return self._explained(() if self.expression is None else (self.expression,))

    def _explained(self, expressions: Iterable[Expression], also_given: bool = False) -> tuple[Explanation, ...]:
        numbers = (leaf for expression in expressions for leaf in leaves(expression))
        places = {leaf.place: None for leaf in numbers if isinstance(leaf, Leaf) and (leaf.is_computed or also_given)}
        explained = (self._explain(*place) for place in places)
        return tuple(one.whole if self.is_whole else one for one in explained)

    @property
    def terms(self) -> tuple[tuple[str, float], ...]:
        """(as written, value) for each term of the outermost sum; one for an expression that is no sum."""
        if self.shown is None:
            return ()
        is_sum = isinstance(self.shown, Operation) and self.shown.operator == "sum"
        parts = self.shown.arguments if is_sum else (self.shown,)  # type: ignore[attr-defined]
        return tuple((notation.text(part, self._show), precisely(part)) for part in parts)

    @property
    def contributions(self) -> tuple[tuple[tuple[str, ...], str, float], ...]:
        """The terms as in ``terms``, each after the names of the numbers in it; the rest of a long sum has none."""
        is_sum = isinstance(self.shown, Operation) and self.shown.operator == "sum"
        parts = self.shown.arguments if is_sum else (self.shown,)  # type: ignore[union-attr]
        places = [[leaf.place for leaf in leaves(part) if isinstance(leaf, Leaf)] for part in parts if part is not None]
        names = [tuple(self._explain(*place).name for place in of_term) for of_term in places]
        return tuple((of_term, *term) for of_term, term in zip(names, self.terms, strict=True))

    # ── as displayed ────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def text(self) -> str:
        """One line: ``w1 = (0.4)(0.3) + (-0.7)(-0.7) + 0.1 = 0.71``. Evaluated as displayed, it gives that result.

        After = stands the number itself, up to the rounding errors of its dtype; after ≈ the number in fewer digits.
        """
        since = " and ".join(self._reason(one, str, notation.condition) for one in self.since)
        which = f", which is {self.winner}" if self.winner else ""
        return self._line(str, notation.text, str, "≈") + which + (f", since {since}" if since else "")

    @cached_property
    def winner(self) -> str:
        """Of a largest number, as of max-pooling, the name of the number that it is, of equal ones the first; or ""."""
        match self.shown:
            case Operation("max", parts):
                first = max(parts, key=precisely)
                return self._explain(*first.place).name if isinstance(first, Leaf) else ""
        return ""

    @property
    def told(self) -> str:
        """The line, of gradients and updates first in names: ``δh1 = δz · weight(h1→z) = (-3.202)(-0.7) ≈ 2.241``."""
        symbols = self.symbols if self.is_backward and self.name else ""
        written = f"{self.name} = {symbols}{self.text[len(self.name) :]}" if symbols else self.text
        return f"{written}, for {self.role}" if self.role and self.is_backward else written

    @cached_property
    def symbols(self) -> str:
        """The arithmetic in names, before the numbers are put in; empty where some have none, or there is none."""
        shown = self.whole.shown
        if shown is None or isinstance(shown, Number) or not any(isinstance(leaf, Leaf) for leaf in leaves(shown)):
            return ""
        return in_names(shown, self._named(shown))

    def _named(self, expression: Expression) -> Callable[[Leaf], str]:
        """What its numbers are called in formulas."""
        named = {one.place: one.symbol or one.name for one in self._explained((expression,), also_given=True)}
        return lambda leaf: named[leaf.place]

    @property
    def is_backward(self) -> bool:
        """Whether it is a gradient, or belongs to an update: computed from the loss backwards."""
        return self.place[0].origin.stage != ""

    @property
    def latex(self) -> str:
        """The line in LaTeX: as :attr:`text` has it, and of gradients and updates first in names, as :attr:`told`."""
        since = r"\text{ and }".join(
            self._reason(one, notation.latex_name, notation.latex_condition) for one in self.since
        )
        line = self._line(self._latex_start, notation.latex, notation.latex_number, r"\approx")
        which = rf"\text{{, which is }}{notation.latex_name(self.winner)}" if self.winner else ""
        return line + which + (rf"\text{{, since }}{since}" if since else "")

    def _reason(self, one: Operation, name: Callable[[str], str], write: Callable[[Operation, Show], str]) -> str:
        """A comparison that is true; of a yes or no that has a name, what it is: ``accepted = 1``."""
        answer, nothing = one.arguments
        is_answer = isinstance(answer, Leaf) and answer.value in (0, 1) and literal(nothing, 0)
        if is_answer and one.operator in YES_NO and (called := self._explain(*answer.place).name):  # type: ignore[attr-defined]
            return f"{name(called)} = {self._show(answer)}"  # type: ignore[arg-type]
        return write(one, self._show)

    def _latex_start(self, name: str) -> str:
        """The name in LaTeX, and of a gradient or an update after it the arithmetic in names."""
        shown = self.whole.shown if name == self.name and self.is_backward and self.symbols else None
        symbols = "" if shown is None else f" = {in_latex(shown, self._named(shown))}"
        return notation.latex_name(name) + symbols

    def _line(
        self, name: Callable[[str], str], write: Callable[..., str], number: Callable[[str], str], about: str
    ) -> str:
        if self.shown is None or isinstance(self.shown, Number):
            return self._equal_to(self.shown, name, number, about)
        start = f"{name(self.name)} = " if self.name else ""
        written = start + write(self.shown, self._show)
        result = self._result if self._digits else displayed_exactly(self._exact, RESULT_DIGITS)
        is_equal = is_exactly(self._exact, result) and (not self._digits or self._is_all_there_is(result))
        relation = "=" if is_equal else about
        beside = self._beside(number) if self._digits else self._rounding(number)
        return f"{written} {relation} {number(result)}{beside}"

    def _equal_to(
        self, other: Number | None, name: Callable[[str], str], number: Callable[[str], str], about: str
    ) -> str:
        """The line of a number that was given, or that equals another number."""
        whole = in_digits(self.value, 0)
        result = whole if other is None else self._result
        others = self._explain(*other.place).name if isinstance(other, Leaf) else ""
        names = " = ".join(name(one) for one in (self.name, others) if one)
        beside = self._beside(number) if self.since else ""
        return (f"{names} {'=' if result == whole else about} {number(result)}" if names else number(result)) + beside

    def _rounding(self, number: Callable[[str], str]) -> str:
        """The computed result beside the exact one, for a number that is nothing but rounding errors."""
        return f" [{number(self._result)} after rounding in {np.asarray(self.value).dtype}]"

    def _beside(self, number: Callable[[str], str]) -> str:
        """The result by hand beside the computed one, where they differ."""
        return f" [{number(self._by_hand)} by hand]" if self._by_hand else ""

    @cached_property
    def _by_hand(self) -> str:
        """The result without rounding errors, if a comparison turned on them: 0.1 + 0.2 - 0.3 > 0 is true in floats."""
        assert self.shown is not None
        jumped = exactly(self._jumped(self.shown), self._show)
        shown = displayed_exactly(self._exact, RESULT_DIGITS)
        if all(exactly(one, self._exact_number) for one in self.since) and (
            displayed_exactly(jumped, RESULT_DIGITS) == shown
        ):
            return ""
        by_hand = exactly(Number(0), lambda _: self._by_exact_arithmetic(LEVELS, {}))
        result = displayed_exactly(by_hand, RESULT_DIGITS)
        return "" if result == shown else result

    def _exact_number(self, number: Number) -> str:
        """What the number's own line gives, by exact arithmetic."""
        explained = self._explain(*number.place) if isinstance(number, Leaf) and number.is_computed else None
        return in_digits(number.value, 0) if explained is None else explained._by_exact_arithmetic(1, {})

    def _jumped(self, expression: Expression) -> Expression:
        """The expression with its jumps made by exact values."""
        if not isinstance(expression, Operation):
            return expression
        if expression.operator in JUMPS:
            return Number(float(exactly(expression, self._exact_number)))
        return Operation(expression.operator, tuple(map(self._jumped, expression.arguments)))

    def _by_exact_arithmetic(self, levels: int, known: dict[Place, str]) -> str:
        """The number as a decimal or a fraction, computed exactly from what stands so many lines before it.

        known: the numbers found so far.
        """
        if self.expression is None or not levels:
            return in_digits(self.value, 0)
        if self.place not in known:

            def exact(number: Number) -> str:
                if isinstance(number, Leaf) and number.is_computed:
                    return self._explain(*number.place)._by_exact_arithmetic(levels - 1, known)
                return in_digits(number.value, 0)

            known[self.place] = written_exactly(exactly(self.expression, exact))
        return known[self.place]

    @property
    def _result(self) -> str:
        return rounded(self.value, RESULT_DIGITS)

    @cached_property
    def _digits(self) -> int:
        """The fewest digits of the operands that give the result as displayed; 0 where no number of digits does."""
        enough = (digits for digits in OPERAND_DIGITS if gives(self._evaluated(digits), self._result, RESULT_DIGITS))
        return next((digits for digits in enough if self._is_seen(digits)), 0)

    def _is_seen(self, digits: int) -> bool:
        """Whether the comparisons are true of the numbers in so many digits."""
        return all(exactly(one, lambda number: in_digits(number.value, digits)) == 1 for one in self.since)

    def _is_all_there_is(self, result: str) -> bool:
        """Whether the number is the displayed result, up to rounding errors at the size of the largest term."""
        value = np.asarray(self.value)
        if not np.isfinite(value):
            return True
        assert self.shown is not None
        off = float(abs(Fraction(value.item()) - Fraction(result)))
        with np.errstate(over="ignore"):
            unit = np.spacing(value.dtype.type(largest_term(self.shown))) if value.dtype.kind == "f" else 0.0
        return off <= UNITS * float(unit)

    @cached_property
    def _exact(self) -> Exact:
        return self._evaluated(self._digits)

    def _evaluated(self, digits: int) -> Exact:
        assert self.shown is not None
        return exactly(self.shown, lambda number: in_digits(number.value, digits))

    def _show(self, number: Number) -> str:
        return in_digits(number.value, self._digits)

    # ── with what it came from ──────────────────────────────────────────────────────────────────────────────────────

    def tree(self, depth: int | None = 3) -> Outline:
        """This explanation and, indented below it, those of the numbers in it, down to a depth (None: to the inputs).

        Each number is explained once, as near to the top as it is needed; elsewhere it is only named.
        """
        return Outline(tuple(self._lines(self._below(inf if depth is None else depth))))

    def _below(self, depth: float) -> dict[Place, list[tuple[Explanation, bool]]]:
        """For each number, level by level, the numbers in it, and whether they are explained there."""
        below: dict[Place, list[tuple[Explanation, bool]]] = {}
        told, level = {self.place}, [self]
        while level and depth > 0:
            deeper: list[Explanation] = []
            for number in level:
                below[number.place] = [(child, child.place not in told) for child in number.children]
                new = [child for child, is_new in below[number.place] if is_new]
                told.update(child.place for child in new)
                deeper += new
            level, depth = deeper, depth - 1
        return below

    def _lines(self, below: dict[Place, list[tuple[Explanation, bool]]]) -> Iterator[Line]:
        """First what goes backwards from the loss, then what was fed forward to it."""
        said, forward = set[Place](), list[Explanation]()
        yield from self._told_below(below, said, forward)
        if forward:
            yield Line(0, words=FORWARD)
        for number in forward:
            yield from number._told_below(below, said, [], level=1)

    def _told_below(
        self,
        below: dict[Place, list[tuple[Explanation, bool]]],
        said: set[Place],
        forward: list[Explanation],
        level: int = 0,
    ) -> Iterator[Line]:
        to_say: list[tuple[int, Explanation | list[Explanation]]] = [(level, self)]
        while to_say:
            level, number = to_say.pop()
            if isinstance(number, list):
                for where, among in (("above", True), ("below", False)):
                    names = [one.name for one in number if one.name and (one.place in said) is among]
                    if names:
                        yield Line(level, words=f"and {', '.join(names)} from {where}")
                continue
            yield Line(level, number)
            said.add(number.place)
            children = below.get(number.place, [])
            if number.is_backward:
                forward += [child for child, is_here in children if is_here and not child.is_backward]
                children = [(child, is_here) for child, is_here in children if child.is_backward]
            to_say.append((level + 1, [child for child, is_here in children if not is_here]))
            to_say += [(level + 1, child) for child, is_here in reversed(children) if is_here]

    @property
    def html(self) -> str:
        """The line in HTML."""
        return markup(self.text)

    def __repr__(self) -> str:
        return f"{self.told} ({self.origin})" if self.origin else self.told

    def _repr_html_(self) -> str:
        """Notebooks prefer this to LaTeX: a click on the number shows those in it. LaTeX is what they print with."""
        return self.tree().folded()

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"


def shortened(expression: Expression) -> Expression:
    """The expression with long sums cut: the largest terms stay, in their order, and the rest is one number."""
    if not isinstance(expression, Operation):
        return expression
    parts = tuple(shortened(part) for part in expression.arguments)
    if expression.operator not in ("sum", "max") or len(parts) <= TERMS_SHOWN:
        return Operation(expression.operator, parts)
    values = np.nan_to_num([roughly(part) for part in parts], nan=inf)
    sizes = values if expression.operator == "max" else np.abs(values)
    kept = set(np.argsort(-sizes, kind="stable")[:TERMS_KEPT].tolist())
    others = Operation(expression.operator, tuple(part for i, part in enumerate(parts) if i not in kept))
    rest = Rest(precisely(others), count=len(parts) - len(kept))
    return Operation(expression.operator, (*(parts[i] for i in sorted(kept)), rest))
