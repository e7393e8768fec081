"""Pairs of texts to translate one into the other, made on the spot: additions of numbers, and dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from glassnet.data.seeds import generator
from glassnet.data.tokens import Characters
from glassnet.ir.errors import DataError
from glassnet.ir.require import require, require_count, require_number
from glassnet.words import counted

Pair = tuple[str, str]
Places = NDArray[np.int64]

MOST_DIGITS = 9
FIRST_DAY, DAYS = date(1900, 1, 1), 73_049  # to the end of 2099
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WRITINGS = (
    "{d} {month} {y}",
    "{d}{th} {month} {y}",
    "{month} {d}, {y}",
    "{short} {d}, {y}",
    "{weekday} {d} {short} {y}",
    "{d}-{short}-{y}",
    "{d:02}.{m:02}.{y}",
    "{d}.{m}.{y}",
    "{d}/{m}/{y}",
    "{y}/{m:02}/{d:02}",
)
"""The ways of writing a date; where both are numbers, the day stands before the month, as in Britain."""


@dataclass(frozen=True, eq=False, repr=False)
class TextPairs:
    """Questions with their answers as one row of tokens each, in two parts. Iterating gives the four arrays.

    A question is padded with blanks to ``question`` characters, an answer to ``answer``. The network reads the question
    and the answer except its last character, and its last steps give the answer: at each it says what comes next, and
    is told in the next step what should have come ("teacher forcing", Williams & Zipser 1989).

    Attributes:
        x_train, x_test: the tokens that are read, int64 of shape (n, question + answer − 1).
        y_train, y_test: the answers' tokens, int64 of shape (n, answer).
        tokens: the characters of all texts.
        train, test: the pairs themselves, (question, answer), as texts.

    >>> import glassnet as gn
    >>> pairs = gn.data.TextPairs.of([("one", "1"), ("ten", "10")])
    >>> [pairs.tokens.decode(row) for row in pairs.x_train], [pairs.tokens.decode(row) for row in pairs.y_train]
    (['one1', 'ten1'], ['1 ', '10'])
    """

    x_train: Places
    y_train: Places
    x_test: Places
    y_test: Places
    tokens: Characters
    train: tuple[Pair, ...]
    test: tuple[Pair, ...]

    @classmethod
    def of(cls, train: Sequence[Pair], test: Sequence[Pair] = ()) -> TextPairs:
        """Pairs of your own, such as [("eins", "one"), ("zwei", "two")], padded to the longest of both parts.

        Raises:
            DataError: they are no pairs of texts, or there are none.
        """
        both = [*train, *test]
        for pair in both:
            fits = (
                isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(one, str) and one for one in pair)
            )
            require(fits, f"a pair is (question, answer), two texts that are not empty, got {pair!r:.80}")
        if not train:
            raise DataError("there are no pairs to learn from; give some, such as [('one', '1'), ('two', '2')]")
        tokens = Characters.learnt(" ".join(text for pair in both for text in pair) + " ")
        question, answer = (max(len(pair[side]) for pair in both) for side in (0, 1))

        def rows(pairs: Sequence[Pair]) -> Places:
            written = "".join(f"{asked:<{question}}{told:<{answer}}" for asked, told in pairs)
            return tokens.encode(written).reshape(-1, question + answer)

        (x, y), (x_test, y_test) = ((part[:, :-1], part[:, question:]) for part in (rows(train), rows(test)))
        return cls(x, y, x_test, y_test, tokens, *(tuple((q, a) for q, a in part) for part in (train, test)))

    @property
    def question(self) -> int:
        """How many characters a question has, padded."""
        return int(self.x_train.shape[1]) + 1 - self.answer

    @property
    def answer(self) -> int:
        """How many characters an answer has, padded."""
        return int(self.y_train.shape[1])

    def __iter__(self) -> Iterator[Places]:
        return iter((self.x_train, self.y_train, self.x_test, self.y_test))

    def __repr__(self) -> str:
        question, answer = self.train[0]
        such = f"{len(self.train):,} training, {len(self.test):,} test pairs such as {question!r} → {answer!r}"
        return f"TextPairs({such}; {counted(self.tokens.size, 'character')})"


def additions(samples: int = 5000, digits: int = 2, *, held_out: float = 0.1, seed: int = 0) -> TextPairs:
    """Sums of two numbers of up to so many digits, written out: "48+7" and "55".

    No two are the same. Those of the test are of other pairs of numbers than those to learn from: where 48+7 is among
    them, 7+48 is too, or is in neither part.

    Raises:
        GlassnetError: more samples than there are sums, or settings that make no sense.

    >>> additions(samples=1000)
    TextPairs(902 training, 98 test pairs such as '80+28' → '108'; 12 characters)
    >>> additions(samples=1000).test[:3]
    (('97+37', '134'), ('49+19', '68'), ('49+35', '84'))
    """
    samples, digits = require_count(samples, "samples"), require_count(digits, "digits")
    require(digits <= MOST_DIGITS, f"numbers of up to {MOST_DIGITS} digits are added, got {digits}")
    numbers = 10**digits
    few = f"there are {numbers**2:,} sums of two numbers of up to {counted(digits, 'digit')}, got samples={samples:,}"
    require(samples <= numbers**2, few)
    stream = generator(seed)
    first, second = np.divmod(stream.choice(numbers**2, samples, replace=False), numbers)
    pairs = [(f"{a}+{b}", str(a + b)) for a, b in zip(first.tolist(), second.tolist(), strict=True)]
    return _split(pairs, np.minimum(first, second) * numbers + np.maximum(first, second), held_out, stream)


def dates(samples: int = 5000, *, held_out: float = 0.1, seed: int = 0) -> TextPairs:
    """Dates from 1900 to 2099 as people write them, and as ISO 8601 does: "3 May 1979" and "1979-05-03".

    They are written in ten ways. No day of the test is among those to learn from, in whatever way it is written.

    Raises:
        GlassnetError: more samples than there are days in ten ways, or settings that make no sense.

    >>> dates(samples=1000)
    TextPairs(901 training, 99 test pairs such as 'Wed 16 Feb 1927' → '1927-02-16'; 44 characters)
    >>> dates(samples=1000).test[:3]
    (('Mar 30, 1933', '1933-03-30'), ('Jun 16, 1986', '1986-06-16'), ('2018/06/21', '2018-06-21'))
    """
    samples, most = require_count(samples, "samples"), DAYS * len(WRITINGS)
    require(samples <= most, f"there are {most:,} dates, each day written in ten ways, got samples={samples:,}")
    stream = generator(seed)
    days, ways = stream.integers(0, DAYS, samples), stream.integers(0, len(WRITINGS), samples)
    pairs = []
    for since, way in zip(days.tolist(), ways.tolist(), strict=True):
        day = FIRST_DAY + timedelta(since)
        pairs.append((_written(day, WRITINGS[way]), day.isoformat()))
    return _split(pairs, days, held_out, stream)


def _written(day: date, writing: str) -> str:
    """The day as a text.

    >>> _written(date(1979, 5, 3), "{weekday} {d}{th} {month} {y}")
    'Thu 3rd May 1979'
    """
    month, weekday, d = MONTHS[day.month - 1], WEEKDAYS[day.weekday()], day.day
    th = "th" if 10 < d < 20 else {1: "st", 2: "nd", 3: "rd"}.get(d % 10, "th")
    return writing.format(y=day.year, m=day.month, d=d, month=month, short=month[:3], weekday=weekday, th=th)


def _split(pairs: Sequence[Pair], groups: Places, held_out: float, stream: np.random.Generator) -> TextPairs:
    """The pairs with a share of the groups, at random, held out for the test."""
    require_number(held_out, "the share that is held out", 0, 0.9)
    different = stream.permutation(np.unique(groups))
    tested = np.isin(groups, different[: round(held_out * len(different))])
    train, test = ([pair for pair, out in zip(pairs, tested, strict=True) if out == part] for part in (False, True))
    return TextPairs.of(train, test)
