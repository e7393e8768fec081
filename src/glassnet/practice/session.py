"""Practice as a dialogue: questions and answers, hints, and the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from glassnet.grids import text_table
from glassnet.ir.errors import GlassnetError
from glassnet.ir.require import require
from glassnet.network import Network
from glassnet.practice.exercise import Exercise
from glassnet.practice.levels import LEVELS, exercise
from glassnet.practice.own import Own
from glassnet.practice.question import Question, Reply
from glassnet.practice.writing import html_of_network

MOST_TRIES = 3  # then the arithmetic is shown
TO_RISE = Fraction(4, 5)  # of an exercise's answers right at the first try


@dataclass
class Score:
    """How many questions were answered rightly, and how many of those at the first try."""

    questions: int = 0
    right: int = 0
    first: int = 0

    def __repr__(self) -> str:
        return f"{self.right} of {self.questions} right, {self.first} at the first try"


class Practice:
    """Exercises without end, one question after the other; they grow harder as they are solved.

    Args:
        level: where to begin, from 1 (one neuron) over 10 (a step of Adam) to 13 (attention).
        seed: the same seed gives the same exercises.
        of: a network of your own, or one exercise, instead of drawn networks.
        x: the input of that network; without it, inputs are drawn, without end. y: its target, a class or a number for
            each output: gradients and a step of gradient descent are asked for too.

    ``practice.answer("0,71")`` takes an answer to ``practice.question``; ``hint()``, ``show()`` and ``skip()`` help.
    An answer counts when it is exact, or rounded to three decimals (and two significant digits at least); from the
    sigmoid on it may be 0.002 off, since one goes on with rounded numbers.

    Raises:
        GlassnetError: there is no such level, a network is not for work by hand, or the exercise is over.

    >>> import glassnet as gn
    >>> from glassnet.practice import Exercise
    >>> net = gn.Network(2, gn.Dense(1, weights=[[0.3], [-0.7]], biases=[0.1]), dtype="float64")
    >>> practice = gn.Practice(of=Exercise(net, [0.4, -0.7]))
    >>> practice.answer("0,61")
    Not yet. It looks as if the bias 0.1 was forgotten.
    >>> practice.answer("71/100")
    Right: y = 0.71
    >>> practice.score
    1 of 1 right, 0 at the first try
    >>> check = gn.Practice(of=gn.lecture("1-3-3-1"), x=[0.3])
    >>> check.answer(1.06), check.question.name
    (Right: A = 1.06, 'B')
    """

    def __init__(
        self,
        level: int = 1,
        seed: int = 0,
        of: Exercise | Network | None = None,
        x: Sequence[float] | None = None,
        y: Sequence[float] | int | None = None,
    ) -> None:
        require(of is None or isinstance(of, Exercise | Network), f"of= takes a network or an exercise, got {of!r}")
        require(isinstance(of, Network) or (x is None and y is None), "x and y belong to a network: give it as of=net")
        self.level, self.seed = level, seed
        self.score = Score()
        self._own = Own(of, x, y, seed) if isinstance(of, Network) else of
        self._number = 0
        self._begin_exercise(self._drawn(1))

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to ask."""
        return self._at == len(self.exercise.questions)

    @property
    def question(self) -> Question:
        """What is asked now."""
        if self.is_over:
            raise GlassnetError("this exercise is over; begin another with gn.Practice()")
        return self.exercise.questions[self._at]

    @property
    def number(self) -> int:
        """Which exercise this is, from 1."""
        return self._number

    def answer(self, text: str | float | Fraction) -> Reply:
        """Check an answer; after three wrong ones the arithmetic is shown and the next question asked.

        Raises:
            GlassnetError: it is no number; that is no try.
        """
        question = self.question
        reply = question.check(text)
        self._tries += 1
        if reply.is_right:
            self.score.right += 1
            self.score.first += self._tries == 1 and not self._hinted
            self._fresh += self._tries == 1 and not self._hinted
        if not reply.is_right and self._tries < MOST_TRIES:
            return reply
        self._next_question()
        if reply.is_right:
            return reply
        why = reply.text.removeprefix("Not yet. ")
        return Reply(f"No. {why} This is how:\n{question.arithmetic}", slips=reply.slips)

    def hint(self) -> str:
        """The arithmetic in words, and asked again, in numbers."""
        hints = self.question.hints
        self._hinted += 1
        return hints[min(self._hinted, len(hints)) - 1]

    def show(self) -> str:
        """The arithmetic with its result; the question counts as not answered."""
        question = self.question
        self._next_question()
        return question.arithmetic

    def skip(self) -> str:
        """The result alone, and on to the next question; this one counts as not answered."""
        question = self.question
        self._next_question()
        return question.result

    def __repr__(self) -> str:
        """The network, what is given and the question; the score at the end."""
        if self.is_over:
            return str(self.score)
        exercise, question = self.exercise, self.question
        tables = (f"{table.title}\n{text_table([table.header, *table.rows])}" for table in exercise.tables)
        about = f" ({question.about})" if question.about else ""
        return "\n".join([exercise.title, *exercise.rules, *tables, *exercise.given, f"{question.name} = ?{about}"])

    def _repr_html_(self) -> str:
        if self.is_over:
            return f"<p>{self.score}</p>"
        asked = f"<p><b>{escape(self.question.name)} = ?</b> {escape(self.question.about)}</p>"
        return f"<h4>{escape(self.exercise.title)}</h4>{html_of_network(self.exercise)}{asked}<p>{self.score}</p>"

    # ── going on ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _next_question(self) -> None:
        self.score.questions += 1
        self._begin(self._at + 1)
        if not self.is_over:
            return
        if self._own is None and self._fresh >= TO_RISE * len(self.exercise.questions):
            self.level = min(self.level + 1, len(LEVELS))
        self._begin_exercise(self._drawn(self._number + 1))

    def _drawn(self, number: int) -> Exercise | None:
        """The exercise of that number; None where there are no more."""
        if isinstance(self._own, Exercise):
            return self._own if number == 1 else None
        return self._own(number) if self._own else exercise(self.level, self.seed, number)

    def _begin_exercise(self, drawn: Exercise | None) -> None:
        if drawn is not None:
            self.exercise, self._number, self._fresh = drawn, self._number + 1, 0  # fresh: right at the first try
            self._begin(0)

    def _begin(self, at: int) -> None:
        self._at, self._tries, self._hinted = at, 0, 0
