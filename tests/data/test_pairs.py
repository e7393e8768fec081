"""Pairs of texts: additions are right, dates are the days they say, and nothing of the test is among what is learnt."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.data import pairs as made
from glassnet.data.pairs import MONTHS, WRITINGS, TextPairs

READ = ["%d %B %Y", "%B %d, %Y", "%b %d, %Y", "%a %d %b %Y", "%d-%b-%Y", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d"]
"""How Python reads the writings; a weekday, which it passes over, is looked at by itself."""


def test_sums_are_right_and_all_different() -> None:
    found = gn.data.additions(samples=3000, digits=3, held_out=0.2)
    every = [*found.train, *found.test]
    assert len(every) == len(set(every)) == 3000
    assert all(sum(map(int, question.split("+"))) == int(answer) for question, answer in every)
    lengths = Counter(len(term) for question, _ in every for term in question.split("+"))
    assert lengths[3] > 9 * lengths[2] > 0


def test_all_sums_there_are() -> None:
    found = gn.data.additions(samples=100, digits=1, held_out=0)
    assert sorted(found.train) == sorted((f"{a}+{b}", str(a + b)) for a in range(10) for b in range(10))
    assert found.x_test.shape == (0, 4)


def test_no_pair_of_numbers_is_learnt_and_tested() -> None:
    found = gn.data.additions(samples=10_000, held_out=0.1)
    learnt, tested = ({frozenset(question.split("+")) for question, _ in part} for part in (found.train, found.test))
    assert not learnt & tested
    assert len(tested) == round(0.1 * 5050)


def read(text: str) -> date:
    """The day that a text says, by Python's own reading of dates."""
    plain = text
    for ending in ("st", "nd", "rd", "th"):
        for before in "0123456789":
            plain = plain.replace(f"{before}{ending}", before)
    for way in READ:
        try:
            day = datetime.strptime(plain, way).date()
        except ValueError:
            continue
        assert "%a" not in way or plain.startswith(f"{day:%a}")
        return day
    raise AssertionError(text)


def test_dates_are_the_days_they_say() -> None:
    found = gn.data.dates(samples=2000)
    assert all(read(question).isoformat() == answer for question, answer in [*found.train, *found.test])
    years = [int(answer[:4]) for _, answer in found.train]
    assert (min(years), max(years)) == (1900, 2099)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
        (22, "22nd"), (23, "23rd"), (30, "30th"), (31, "31st"),
    ],
)  # fmt: skip
def test_ordinal_numbers(day: int, said: str) -> None:
    assert made._written(date(2024, 1, day), WRITINGS[1]) == f"{said} January 2024"


def test_months_and_days_of_the_week_are_named_as_in_english() -> None:
    assert made._written(date(1979, 5, 3), WRITINGS[4]) == "Thu 3 May 1979"
    assert [made._written(date(2023, month, 9), WRITINGS[0]).split()[1] for month in range(1, 13)] == list(MONTHS)


def test_no_day_is_learnt_and_tested() -> None:
    found = gn.data.dates(samples=20_000, held_out=0.3)
    learnt, tested = ({answer for _, answer in part} for part in (found.train, found.test))
    assert not learnt & tested
    assert len(tested) / len(learnt | tested) == pytest.approx(0.3, abs=1e-3)


@pytest.mark.parametrize("make", [gn.data.additions, gn.data.dates])
def test_rows_are_question_and_answer_and_a_seed_decides(make: Callable[..., TextPairs]) -> None:
    found = make(samples=200, seed=3)
    assert found.x_train.shape == (len(found.train), found.question + found.answer - 1)
    assert found.y_test.shape == (len(found.test), found.answer)
    for x, y, (question, answer) in zip(found.x_test, found.y_test, found.test, strict=True):
        assert found.tokens.decode(x) == f"{question:<{found.question}}{answer:<{found.answer}}"[:-1]
        assert found.tokens.decode(y) == f"{answer:<{found.answer}}"
    assert [array.tolist() for array in found] == [array.tolist() for array in make(samples=200, seed=3)]
    assert found.train != make(samples=200, seed=4).train


def test_pairs_of_ones_own() -> None:
    x, y, x_test, y_test = found = TextPairs.of([("zwei", "two"), ["drei", "three"]], [("eins", "one")])
    assert [found.tokens.decode(row) for row in (*x, *x_test)] == ["zweitwo ", "dreithre", "einsone "]
    assert [found.tokens.decode(row) for row in (*y, *y_test)] == ["two  ", "three", "one  "]
    assert repr(found).startswith("TextPairs(2 training, 1 test pairs such as 'zwei' → 'two'; ")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: gn.data.additions(101, digits=1), "there are 100 sums of two numbers of up to 1 digit, got"),
        (lambda: gn.data.additions(0), "samples must be a whole number of at least 1, got 0"),
        (lambda: gn.data.dates(10**6), "there are 730,490 dates, each day written in ten ways, got samples=1,000,000"),
        (lambda: gn.data.additions(digits=10), "numbers of up to 9 digits are added, got 10"),
        (lambda: gn.data.additions(held_out=1), "the share that is held out must be a number, at least 0"),
        (lambda: gn.data.dates(1.5), "samples must be a whole number of at least 1, got 1.5"),
        (lambda: gn.data.dates(seed=-1), "the seed must be a whole number from 0 to 2⁶⁴ − 1, got -1"),
        (lambda: TextPairs.of([]), "there are no pairs to learn from"),
        (lambda: TextPairs.of([("a", "b", "c")]), "a pair is (question, answer), two texts that are not empty"),
        (lambda: TextPairs.of([("a", "")]), "two texts that are not empty, got ('a', '')"),
        (lambda: TextPairs.of(["ab"]), "two texts that are not empty, got 'ab'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_words(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(gn.GlassnetError) as error:
        make()
    assert words in str(error.value)


def test_many_digits_take_no_memory() -> None:
    found = gn.data.additions(samples=50, digits=9)
    assert found.question == 19
    assert np.abs([int(answer) for _, answer in found.train]).max() > 10**9
