"""Any number of any network can be guessed before it is shown, and a wrong guess is explained."""

from collections.abc import Iterator

import numpy as np
import pytest

import glassnet as gn
from bench.practice import named, right_answers
from glassnet.practice import Question, question

EMBEDDING = gn.Network(3, gn.Embedding(5, 2), gn.Flatten(), gn.Dense(2, "tanh"), seed=1)
NORMALIZED = gn.Network(
    2, gn.Dense(3), gn.BatchNorm(), gn.Activation("gelu"), gn.Dropout(0.5), gn.Dense(2, "softmax"), seed=1
)
WIDE = gn.Network(40, gn.Dense(30, "relu"), gn.LayerNorm(), gn.Dense(3, "softmax"), seed=2)
OVERFLOWING = gn.Network(90, gn.Dense(1, "relu", weights=np.full((90, 1), 3e38), name="y"))
PIXELS = [round(0.05 * i - 1, 2) for i in range(40)]
CASES = [
    (gn.lecture("2-4-3-1"), [0.4, -0.7], [1.0], ["z", "δw1", "∂loss/∂w.weights[0, 1]", "new h.biases[1]"]),
    (EMBEDDING, [1, 2, 3], [1.0, 0.5], ["y1", "tanh(y2)", "loss", "δy1"]),
    (NORMALIZED, [0.4, -0.7], 1, ["a1", "c2", "softmax(y1)", "loss", "new dense_2.weights[0, 1]"]),
    (WIDE, PIXELS, 2, ["a1", "relu(a2)", "y3", "softmax(y1)", "loss", "∂loss/∂dense_1.weights[3, 4]"]),
    (gn.Network((4, 4), gn.Flatten(), gn.Dense(1), seed=3), np.eye(4), [1.0], ["y", "δy"]),
]


def questions() -> Iterator[Question]:
    """One for each number of the cases."""
    for network, x, y, names in CASES:
        yield from (question(network, x, name, y, gn.SGD(0.5)) for name in names)


def test_the_value_is_that_of_the_explanation() -> None:
    for network, x, y, names in CASES:
        numbers = network.explain(x, y, optimizer=gn.SGD(0.5))
        for name in names:
            asked = question(network, x, name, y, gn.SGD(0.5))
            assert asked.name == numbers[name].name
            assert float(asked.value) == pytest.approx(float(numbers[name].value), rel=1e-5, abs=1e-7)


def test_right_guesses_are_right_and_slips_are_named() -> None:
    outcomes = []
    for asked in questions():
        assert all(asked.check(answer).is_right for answer in right_answers(asked)), asked.name
        if asked.is_clear:
            outcomes += [named(asked, slip) for slip in asked.slips]
    assert len(outcomes) > 500
    assert "taken as right" not in outcomes
    assert outcomes.count("not named") < 0.01 * len(outcomes)
    assert outcomes.count("alone") > 0.9 * len(outcomes)


@pytest.mark.parametrize(
    ("name", "guess", "words"),
    [
        ("a", "-1.0871", "the bias 0.25 was forgotten"),
        ("relu(a)", "-0.8371", "relu was left out: that is a itself"),
        ("y", "-0.469", "a, before its activation, was used instead of relu(a) = 0"),
        ("y", "-0.05", "the bias 0.05 was subtracted instead of added"),
    ],
)
def test_words(name: str, guess: str, words: str) -> None:
    weights, more = [[0.625], [-0.875], [1.1]], [[0.62]]
    hidden = gn.Dense(1, "relu", weights=weights, biases=[0.25], name="a")
    network = gn.Network(3, hidden, gn.Dropout(0.2), gn.Dense(1, weights=more, biases=[0.05], name="y"))
    reply = question(network, [0.5, 1.02, -0.461], name).check(guess)
    assert not reply.is_right
    assert words in reply.text


def test_one_of_several_samples() -> None:
    network = gn.lecture("2-4-3-1")
    assert question(network, [[0.4, -0.7], [0.1, 0.2]], "w1⁽²⁾").check("-0.01").is_right


@pytest.mark.parametrize(
    ("network", "x", "name", "words"),
    [
        (gn.lecture(), [0.4, -0.7], "u", "u is given, not computed"),
        (gn.lecture(), [0.4, -0.7], "w.weights[0, 1]", "is given, not computed"),
        (gn.lecture(), [0.4, -0.7], "p9", "there is no number 'p9'"),
        (EMBEDDING, [1, 2, 3], "x1", "x1 is given, not computed"),
        (gn.lecture(), [0.4, -0.7], "loss", "no target"),
        (OVERFLOWING, [1] * 90, "relu(y)", "no number that one could write: inf"),
    ],
)
def test_refusals(network: gn.Network, x: list[float], name: str, words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        question(network, x, name)
    with pytest.raises(gn.GlassnetError, match="'many' is not a number"):
        question(gn.lecture(), [0.4, -0.7], "w1").check("many")
