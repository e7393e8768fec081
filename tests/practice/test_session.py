"""The dialogue: tries, help, score, and growing harder."""

from fractions import Fraction

import pytest

import glassnet as gn
from glassnet.practice import LEVELS, Exercise, Practice, exercise


def solve(practice: Practice) -> None:
    """Answer a whole exercise rightly."""
    for question in practice.exercise.questions:
        assert practice.question is question
        assert practice.answer(question.value).is_right


def check() -> Practice:
    return Practice(of=Exercise(gn.lecture("1-3-3-1"), [0.3]))


def test_solving_leads_through_all_levels() -> None:
    practice = Practice(seed=3)
    for level in range(1, len(LEVELS) + 1):
        assert practice.level == level
        assert practice.exercise.tables == exercise(level, 3, number=level).tables
        solve(practice)
    assert practice.level == len(LEVELS)  # there is nothing harder
    assert practice.score.questions == practice.score.right == practice.score.first > 40


def test_help_is_no_first_try_and_the_level_stays() -> None:
    practice = Practice(seed=3)
    practice.hint()
    solve(practice)
    assert practice.level == 1
    assert practice.number == 2
    assert (practice.score.right, practice.score.first) == (1, 0)


def test_three_tries_then_the_arithmetic() -> None:
    practice = check()
    first = practice.answer("0,06")
    assert repr(first) == "Not yet. It looks as if the bias 1 was forgotten."
    assert [slip.kind for slip in first.slips] == ["forgotten bias"]
    assert practice.answer("17").text == "Not yet. No single slip explains it."
    last = practice.answer("-1.06")
    assert last.text.splitlines()[-1] == practice.exercise.questions[0].explanation.text == "A = (0.3)(0.2) + 1 = 1.06"
    assert practice.question.name == "B"
    assert str(practice.score) == "0 of 1 right, 0 at the first try"


def test_what_is_no_number_is_no_try() -> None:
    practice = check()
    for _ in range(5):
        with pytest.raises(gn.GlassnetError, match="'what' is not a number"):
            practice.answer("what")
    assert practice.answer(Fraction(53, 50)).is_right
    assert practice.score.first == 1


def test_show_skip_and_the_end() -> None:
    practice = check()
    assert practice.show() == "A = (0.3)(0.2) + 1 = 1.06"
    assert practice.skip() == "B = -1.18"
    while not practice.is_over:
        assert practice.question.name in practice._repr_html_()
        practice.skip()
    assert "0 of 7 right" in practice._repr_html_()
    with pytest.raises(gn.GlassnetError, match="over"):
        practice.answer(1)


def test_hints_repeat_the_last() -> None:
    practice = check()
    names, numbers = practice.hint(), practice.hint()
    assert names == "A = (x)(weight from x) + bias"
    assert numbers == practice.hint() == "A = (0.3)(0.2) + 1 = ?"


def test_a_notebook_shows_the_network() -> None:
    page = Practice(level=4, seed=7)._repr_html_()
    assert "<svg" in page
    assert "a1 = ?" in page
    assert "<script" not in page
