"""A question: one number to work out, when an answer to it is right, and what a wrong one comes from."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from glassnet.ir.expression import Expression, Operation
from glassnet.practice.answers import FEWEST, MOST, WIDEST, is_close, is_it, read_answer, reading
from glassnet.practice.arithmetic import DIGITS, Given, in_names, in_numbers, of_letters, shown
from glassnet.practice.slips import Change, Slip, diagnose, of_rounding, slips
from glassnet.readings.explain import Explanation
from glassnet.readings.explain.precise import exactly, gives

NO_SLIP = "No single slip explains it."


@dataclass(frozen=True)
class Reply:
    """What comes back for an answer: whether it is right, the words, and the slips that explain a wrong one."""

    text: str
    is_right: bool = False
    slips: tuple[Slip, ...] = ()

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, eq=False)
class Question:
    """One number to work out.

    Attributes:
        name: what is asked for: "a1", "relu(a1)", "∂loss/∂y.weights[0, 0]".
        place: a few words more, such as "the weight from x1 to y"; may be empty.
        explanation: the library's own arithmetic for it.
        expression: the same in exact fractions.
        value: the exact value. The result of an exponential or a root is no fraction, and is rounded to 30 digits.
        also: slips that belong to this question, such as other numbers of the exercise.
    """

    name: str
    place: str
    explanation: Explanation
    expression: Expression
    value: Fraction
    is_rounded: bool
    also: tuple[Change, ...]

    @property
    def about(self) -> str:
        """What to know before one answers: the place, and to how many decimals, where these are more than three."""
        return ", ".join(filter(None, (self.place, f"to {self.decimals} decimals" * (self.decimals > FEWEST))))

    def check(self, answer: str | float | Fraction) -> Reply:
        """What comes back for an answer: that it is right, or which slip gives it.

        Raises:
            GlassnetError: it is no number.
        """
        number = answer if isinstance(answer, Fraction) else read_answer(str(answer))
        if self.is_right(number):
            return Reply(f"Right: {self.result}", is_right=True)
        named = tuple(self.diagnose(number))
        why = f"It looks as if {', or '.join(slip.words for slip in named)}." if named else NO_SLIP
        read = reading(answer) if isinstance(answer, str) else ""
        return Reply(f"Not yet. {read}{why}", slips=named)

    def is_right(self, answer: Fraction) -> bool:
        """Whether an answer is the value, or the value rounded to as many decimals as are asked for."""
        return is_close(answer, self.value, self.is_rounded, self.decimals)

    @cached_property
    def decimals(self) -> int:
        """The fewest decimals, from three to six, to which no slip gives the value."""
        return next((decimals for decimals in range(FEWEST, MOST) if not self._is_slip_right(decimals)), MOST)

    @cached_property
    def is_clear(self) -> bool:
        """Whether no slip gives the value to the decimals that are asked for."""
        return not self._is_slip_right(self.decimals)

    def _is_slip_right(self, decimals: int) -> bool:
        def is_right(answer: Fraction) -> bool:
            return is_close(answer, self.value, self.is_rounded, decimals)

        return any(is_right(slip.value) or is_right(round(slip.value, decimals)) for slip in self._nearly_right)

    @cached_property
    def _nearly_right(self) -> list[Slip]:
        """The slips that could be taken for the value, to three decimals or more."""
        return [slip for slip in self._wrong if abs(slip.roughly - float(self.value)) < WIDEST]

    @cached_property
    def _wrong(self) -> list[Slip]:
        return slips(self.expression, self.also)

    @cached_property
    def slips(self) -> list[Slip]:
        """Every single slip that gives another number, the simplest first."""
        rounded = of_rounding(self.value, self.decimals, self.is_rounded)
        return sorted([*rounded, *self._wrong], key=lambda slip: slip.cost)

    def diagnose(self, answer: Fraction) -> list[Slip]:
        """The slips that give this answer, the two simplest where there are more; none where no single one does."""
        named = diagnose(answer, self.slips)
        is_near = is_close(answer, self.value, self.is_rounded) and not self.is_right(answer)
        if not is_near or any(is_it(answer, slip.value) for slip in named):
            return named
        words = f"numbers were rounded too far on the way: the result is asked to {self.decimals} decimals"
        return [Slip("rounded on the way", words, 0, answer)]

    @cached_property
    def as_given(self) -> Given:
        """The number as others are made of it."""
        words = f"{self.name} = {shown(self.value)}"
        return Given(self.value, self.name, words, "value", self.is_rounded, letters=of_letters(self.expression))

    @property
    def hints(self) -> list[str]:
        """The arithmetic in names, then in numbers, without the result; what would say nothing is left out."""
        names, numbers = in_names(self.expression), in_numbers(self.expression)
        hints = [f"{self.name} = {names}"] if names != self.name else []
        return hints + ([f"{self.name} = {numbers} = ?"] if isinstance(self.expression, Operation) else [])

    @property
    def arithmetic(self) -> str:
        """The arithmetic with its result: that of the numbers as they are shown, of which fewer digits may follow."""
        written = (in_numbers if isinstance(self.expression, Operation) else in_names)(self.expression)
        exact = exactly(self.expression, lambda number: shown(number.value))
        digits = next(digits for digits in range(DIGITS, 0, -1) if digits == 1 or _follows(exact, self.value, digits))
        text = shown(self.value, digits)
        return f"{self.name} = {written} {_sign(Fraction(text) == exact == self.value)} {text}"

    @property
    def result(self) -> str:
        """a1 = 0.71, or ≈ where not all digits are shown."""
        text = shown(self.value)
        return f"{self.name} {_sign(Fraction(text) == self.value)} {text}"


def _follows(exact: Any, value: Fraction, digits: int) -> bool:
    return gives(exact, shown(value, digits), digits)


def _sign(is_exact: bool) -> str:
    return "=" if is_exact else "≈"
