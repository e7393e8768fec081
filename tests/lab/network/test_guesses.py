"""Predict, then reveal: what is hidden is nowhere to be read, and the slip in a wrong guess is named."""

from __future__ import annotations

import dataclasses

import pytest

from glassnet.ir.errors import GlassnetError
from glassnet.lab.messages import written
from glassnet.lab.network.messages import Feed, Hide, Open
from glassnet.lab.pages.network import NetworkPage
from glassnet.lab.shown import Ask, Guess

VALUES = {"A": "1.06", "B": "-1.18", "C": "-0.29", "D": "0.244", "E": "-1.001", "F": "0.079", "y": "-0.2422"}


def test_the_lectures_check_is_ready_and_hides_every_value(alone: NetworkPage) -> None:
    check = next(one for one in alone.open(Open()).checks if "x = 0.3" in one.title)
    view = alone.open(Open(check.fragment))
    assert set(view.hidden) == set(VALUES)
    said = written(view).replace("−", "-")
    assert not any(value in said for value in VALUES.values())


@pytest.mark.parametrize(("name", "value"), VALUES.items())
def test_right_guesses_are_right(alone: NetworkPage, name: str, value: str) -> None:
    alone.open(Open("example=1-3-3-1&hide=A,B,C,D,E,F,y"))
    assert alone.guess(Guess(name, value)).is_right


@pytest.mark.parametrize(
    ("name", "text", "slip"),
    [
        ("A", "0.06", "the bias 1 was forgotten"),
        ("B", "-0.82", "wrong sign"),
        ("C", "0.71", "sign"),
        ("D", "-0,056", "the bias 0.3 was forgotten"),
        ("y", "0.1578", "the bias -0.4 was forgotten"),
    ],
)
def test_the_slip_in_a_wrong_guess_is_named(alone: NetworkPage, name: str, text: str, slip: str) -> None:
    alone.open(Open("example=1-3-3-1&hide=A,B,C,D,E,F,y"))
    found = alone.guess(Guess(name, text))
    assert not found.is_right
    assert slip in found.text


def test_no_arithmetic_gives_a_hidden_number_away(alone: NetworkPage) -> None:
    alone.open(Open("example=2-4-3-1&hide=w1&target=1"))
    assert alone.open(Open("example=2-4-3-1&hide=w1&target=1")).loss is None
    for ask in (Ask("w1"), Ask("h1"), Ask("z", 2)):
        with pytest.raises(GlassnetError, match=r"hidden|guess first"):
            alone.why(ask)
    for name in ("w1", "h2"):
        with pytest.raises(GlassnetError, match=r"hidden|guess first"):
            alone.feed(Feed((name,)))
        with pytest.raises(GlassnetError, match=r"hidden|guess first"):
            alone.mattered(Ask(name))
    assert [line.name for line in alone.why(Ask("w2")).lines] == ["w2"]
    assert alone.why(Ask("z", 0)).lines[0].text.startswith("z = ")


def test_what_is_not_hidden_or_no_number_is_said(alone: NetworkPage) -> None:
    alone.open(Open("example=1-3-3-1&hide=A"))
    for given, said in ((Guess("B", "1"), "not hidden"), (Guess("A", "one"), "not a number")):
        with pytest.raises(GlassnetError, match=said):
            alone.guess(given)
    with pytest.raises(GlassnetError, match="no neuron Q"):
        alone.hide(Hide(("A", "Q")))
    assert alone.hide(Hide(())).hidden == ()


def test_a_number_after_an_activation_is_hidden_too(alone: NetworkPage) -> None:
    view = alone.open(Open("example=2-4-3-1&w.activation=relu&hide=relu(w1)"))
    assert view.hidden == ("relu(w1)",)
    assert next(one.label for one in view.neurons if one.name == "w1") == "w1, relu(w1) = ?"
    assert alone.guess(Guess("relu(w1)", "0.71")).is_right
    assert dataclasses.asdict(alone.why(Ask("w1")))["lines"]
