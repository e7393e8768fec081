"""Exercises about convolutions, recurrent layers and attention: their numbers, and slips in them."""

from fractions import Fraction

import numpy as np
import pytest

import glassnet as gn
from glassnet.practice import LEVELS, Practice, worksheet
from glassnet.practice.specialised import Specialised, table
from tests.practice.drawn import drawn_once

SEEDS = range(3)


def answers(level: int, seed: int) -> tuple[Specialised, dict[str, float]]:
    drawn = drawn_once(level, seed)
    assert isinstance(drawn, Specialised)
    return drawn, {question.name: float(question.value) for question in drawn.questions}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_convolution_is_the_sum_over_its_window(seed: int) -> None:
    drawn, found = answers(11, seed)
    picture, kernel = (np.array([row[1:] for row in one.rows], float) for one in drawn.tables)
    bias = float(drawn.tables[1].title.rpartition(" ")[2])
    sums = [(picture[:, at : at + 2] * kernel).sum() + bias for at in (0, 1)]
    assert list(found) == ["c1_1_1", "c1_2_1"]
    assert drawn.questions[0].about == "the kernel on columns 1 and 2"
    assert list(found.values()) == pytest.approx(sums, abs=1e-12)
    assert np.ravel(drawn.network([picture])) == pytest.approx(sums, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_recurrent_neuron_remembers(seed: int) -> None:
    drawn, found = answers(12, seed)
    inputs, (weight, recurrent, bias) = ([float(cell) for cell in one.rows[0][1:]] for one in drawn.tables)
    first = np.tanh(inputs[0] * weight + bias)
    second = np.tanh(inputs[1] * weight + bias + first * recurrent)
    assert found["h.step_1.output"] == pytest.approx(first, abs=1e-12)
    assert found["h.step_2.output"] == pytest.approx(second, abs=1e-12)
    assert drawn.network([[[x] for x in inputs]]).item() == pytest.approx(second, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_attention_mixes_by_softmax_of_scores(seed: int) -> None:
    drawn, found = answers(13, seed)
    steps = np.array([row[1:] for row in drawn.tables[0].rows], float)
    scores = 4 * steps @ steps[1] / np.sqrt(2)
    weights = np.exp(scores) / np.exp(scores).sum()
    expected = [*scores, weights[0], weights @ steps[:, 0]]
    assert list(found.values()) == pytest.approx(expected, abs=1e-12)


def test_slips_are_named() -> None:
    practice = Practice(level=11, seed=7)
    question = practice.question
    without = next(slip for slip in question.slips if slip.kind == "forgotten bias")
    assert f"{practice.answer(without.value)}" == f"Not yet. It looks as if {without.words}."
    assert practice.answer(question.value).is_right
    assert Fraction(str(float(question.value))) == question.value


def test_they_are_written_on_sheets() -> None:
    for level in range(11, len(LEVELS) + 1):
        sheet = worksheet(1, seed=7, level=level)
        [one] = sheet.exercises
        assert all(shown.title in sheet.html() for shown in one.tables)
        assert all(question.name in sheet.markdown() for question in one.questions)
        assert one.given == []


def test_a_number_that_is_not_there() -> None:
    net = gn.Network((2, 1), gn.RNN(1, name="h"), dtype="float64")
    with pytest.raises(gn.GlassnetError, match=r"there is no number 'h\.step_9\.output'"):
        Specialised(net, [[0.4], [0.7]], {"h.step_9.output": ""}, "A recurrent neuron", [], [])


def test_tables_have_their_names() -> None:
    assert table("kernel", ["left", "right"], {"top": [0.5, 2.0]}).rows == [["top", "0.5", "2"]]
