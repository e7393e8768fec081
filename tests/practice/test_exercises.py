"""Every level: the values agree with the library and with fractions worked out here, and any spelling is taken."""

import re
from collections.abc import Iterator
from fractions import Fraction
from math import exp, tanh

import numpy as np
import pytest

import glassnet as gn
from glassnet.practice import Exercise, exercise
from glassnet.practice.answers import read_answer
from glassnet.practice.arithmetic import shown
from glassnet.practice.levels import DENSE
from glassnet.readings.explain.precise import exactly
from tests.practice.drawn import drawn_once

CASES = [(level, seed) for level in range(1, DENSE + 1) for seed in range(3)]
FUNCTIONS = {
    "relu": lambda z: max(z, Fraction(0)),
    "sigmoid": lambda z: Fraction(1 / (1 + exp(-z))),
    "tanh": lambda z: Fraction(tanh(z)),
}


def tenths(array: np.ndarray) -> list[Fraction]:
    return [Fraction(round(float(value) * 10), 10) for value in array.ravel()]


def by_hand(drawn: Exercise) -> dict[str, Fraction]:
    """Every neuron in fractions, straight from the lecture's rule."""
    found, fed = {}, tenths(np.array(drawn.x))
    for name in dict.fromkeys(name.split(".")[0] for name in drawn.network.parameters):
        weights, biases = (drawn.network.parameters[f"{name}.{kind}"] for kind in ("weights", "biases"))
        rows, units = np.array(tenths(weights), object).reshape(weights.shape), weights.shape[1]
        sums = [sum(v * rows[i, j] for i, v in enumerate(fed)) + tenths(biases)[j] for j in range(units)]
        names = [f"{name}{j + 1}" if units > 1 else name for j in range(units)]
        found |= dict(zip(names, sums, strict=True))
        activation = next((a for a in FUNCTIONS if f"{a}({names[0]})" in drawn.numbers.neurons), None)
        fed = [FUNCTIONS[activation](z) for z in sums] if activation else sums
        found |= {f"{activation}({one})": value for one, value in zip(names, fed, strict=True)} if activation else {}
    return found


@pytest.mark.parametrize(("level", "seed"), CASES)
def test_values_are_those_of_fractions_and_of_the_network(level: int, seed: int) -> None:
    drawn = drawn_once(level, seed)
    expected = by_hand(drawn)
    neurons = [question for question in drawn.questions if question.name in expected]
    assert neurons or level == 7
    for question in neurons:
        assert abs(question.value - expected[question.name]) < 1e-15
        assert question.is_rounded or question.value == expected[question.name]
    assert float(expected["y"]) == pytest.approx(drawn.network(drawn.x).item(), abs=1e-12)


def gradients(drawn: Exercise) -> dict[str, float]:
    """Every ∂loss/∂parameter by its name in questions."""
    found = drawn.network.gradients([drawn.x], [drawn.y])
    return {f"∂loss/∂{name}{list(i)}": g[i] for name, g in found.items() for i in np.ndindex(g.shape)}


@pytest.mark.parametrize(("level", "seed"), [case for case in CASES if case[0] >= 6])
def test_gradients_and_steps_are_those_of_the_library(level: int, seed: int) -> None:
    drawn = exercise(level, seed)
    expected = gradients(drawn)
    y = drawn.network(drawn.x).item()
    expected |= {"loss": drawn.network.loss([drawn.x], [drawn.y]), "δy": 2 * (y - drawn.y[0])}
    if drawn.optimizer:
        drawn.network.train_on_batch([drawn.x], [drawn.y], optimizer=drawn.optimizer)
        after = drawn.network.parameters
        expected |= {f"new {name}{list(i)}": after[name][i] for name in after for i in np.ndindex(after[name].shape)}
    compared = [question for question in drawn.questions if question.name in expected]
    assert len(compared) >= 3
    for question in compared:
        assert float(question.value) == pytest.approx(expected[question.name], abs=1e-11), question.name


def spellings(value: Fraction, is_rounded: bool) -> Iterator[str]:
    if not is_rounded:
        yield str(value)
        yield f"{float(value):.15g}"
    text = f"{float(value):.6g}"
    yield from (text, text.replace(".", ","), text.replace("-", "−"), f"z = {text}", f" {text} ")
    if abs(value) > 0.01:
        yield f"{float(value):.3f}"


@pytest.mark.parametrize(("level", "seed"), CASES)
def test_the_right_answer_is_taken_in_any_spelling(level: int, seed: int) -> None:
    for question in drawn_once(level, seed).questions:
        for text in spellings(question.value, question.is_rounded):
            assert question.is_right(read_answer(text)), (question.name, text)


def test_the_same_numbers_give_the_same_exercise() -> None:
    one, same = exercise(4, 7, 2), exercise(4, 7, 2)
    assert (one.x, one.tables) == (same.x, same.tables)
    assert one.tables != exercise(4, 8, 2).tables
    assert one.tables != exercise(4, 7, 3).tables


@pytest.mark.parametrize("seed", range(20))
def test_exercises_are_instructive(seed: int) -> None:
    """relu lets some neurons through and stops others; numbers are small and of one decimal."""
    drawn = drawn_once(4, seed)
    passed = [q.value > 0 for q in drawn.questions if q.name.startswith("relu")]
    assert set(passed) == {True, False}
    for array in drawn.network.parameters.values():
        assert np.all(np.abs(array * 10 - np.rint(array * 10)) < 1e-12)
        assert np.all((np.abs(array) > 0.05) & (np.abs(array) < 0.95))


def test_lecture() -> None:
    """The understanding check of the lecture, with its names and values."""
    drawn = Exercise(gn.lecture("1-3-3-1"), [0.3])
    assert [q.result for q in drawn.questions] == [
        "A = 1.06", "B = -1.18", "C = -0.29", "D = 0.244", "E = -1.001", "F = 0.079", "y = -0.2422",
    ]  # fmt: skip


def test_what_is_given() -> None:
    drawn = drawn_once(7, 0)
    assert [line.partition(":")[0] for line in drawn.given] == ["input", "target", "known"]
    assert drawn.given[2].startswith("known: a1 = ")
    momentum = drawn_once(9, 0).given
    assert momentum[2] == "optimizer: SGD with learning rate 0.3, momentum 0.9"
    assert re.fullmatch(r"known: y\.weights\.v\[0, 0\] = \S+, y\.biases\.v\[0\] = \S+", momentum[3])


def test_hints_go_from_names_to_numbers() -> None:
    question = Exercise(gn.lecture("2-4-3-1"), [0.4, -0.7]).questions[0]
    assert question.hints == [
        "w1 = (u)(weight from u) + (v)(weight from v) + bias",
        "w1 = (0.4)(0.3) + (-0.7)(-0.7) + 0.1 = ?",
    ]
    assert all(question.hints for level, seed in CASES[::3] for question in drawn_once(level, seed).questions)


def test_refusals() -> None:
    with pytest.raises(gn.GlassnetError, match="from 1 to 13, got 14"):
        exercise(14, 0)
    with pytest.raises(gn.GlassnetError, match="Dense layers"):
        Exercise(gn.Network(2, gn.BatchNorm()), [1, 2])


@pytest.mark.parametrize(("level", "seed"), [(level, seed) for level in range(1, 14) for seed in range(2)])
def test_keys_follow_from_what_is_shown(level: int, seed: int) -> None:
    """Evaluated as it is printed, each line gives its result, in at most six digits; = only where that is all of it."""
    for question in drawn_once(level, seed).questions:
        name, sign, result = re.fullmatch(r"(.+?) = .* ([=≈]) (\S+)", question.arithmetic).groups()
        assert name == question.name
        assert len(re.sub(r"e.*|\D", "", result).strip("0")) <= 6
        exact = exactly(question.expression, lambda number: shown(number.value))
        half = 0.5 * 0.1 ** len(result.partition(".")[2])  # of the last digit, where fewer than six are shown
        assert float(result) == pytest.approx(float(exact), rel=1e-5, abs=half)
        assert (sign == "=") == (Fraction(result) == question.value == exact)
