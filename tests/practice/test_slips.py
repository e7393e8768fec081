"""Slips that are planted here, by formulas of their own, are found and named."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from random import Random

import numpy as np
import pytest

import glassnet as gn
from glassnet.practice import Exercise, Question, exercise
from tests.practice.test_exercises import by_hand, gradients, tenths

Planted = tuple[str, str, Fraction]  # the question, the kind of slip, what it gives
FORWARD = [(level, seed) for level in (1, 2, 3, 4) for seed in range(4)]
BACKWARD = [(level, seed) for level in (6, 7, 8, 9, 10) for seed in range(3)]


def forward_slips(drawn: Exercise) -> Iterator[Planted]:
    """What goes wrong in a neuron: fed v, weights w, bias b."""
    values, v = by_hand(drawn), tenths(np.array(drawn.x))
    before = v
    for layer in drawn.labels.layers:
        shape = drawn.network.parameters[f"{layer.path}.weights"].shape
        rows = np.array(tenths(drawn.network.parameters[f"{layer.path}.weights"]), object).reshape(shape)
        biases = tenths(drawn.network.parameters[f"{layer.path}.biases"])
        for j, name in enumerate(layer.neurons):
            w, b, total = list(rows[:, j]), biases[j], values[name]
            yield from ((name, kind, value) for kind, value in neuron_slips(v, w, b, total))
            yield from ((name, "no activation", total + (before[i] - v[i]) * w[i]) for i in range(len(v)))
            for k in range(len(biases)):
                yield name, "another neuron's bias", total - b + biases[k]
                if len(v) > 1:
                    yield name, "another neuron's weights", sum(x * y for x, y in zip(v, rows[:, k], strict=True)) + b
                yield from ((name, "another weight", total + v[i] * (rows[i, k] - w[i])) for i in range(len(v)))
                yield from ((name, "another number", values[one]) for one in layer.neurons[:j])
        if layer.activation:
            yield from ((f"relu({name})", "forgotten activation", values[name]) for name in layer.neurons)
        before, v = [values[name] for name in layer.neurons], [values[name] for name in layer.outputs]


def neuron_slips(v: list[Fraction], w: list[Fraction], b: Fraction, total: Fraction) -> Iterator[tuple[str, Fraction]]:
    yield "forgotten bias", total - b
    yield "subtracted bias", total - 2 * b
    yield "wrong sign of the result", -total
    for x, y in zip(v, w, strict=True):
        yield "missing term", total - x * y
        yield "wrong sign", total - 2 * x * y
        yield "missing factor", total - x * y + x
        yield "missing factor", total - x * y + y
        yield "sum instead of product", total - x * y + x + y
        yield "decimal point", total + 9 * x * y
        yield "counted twice", total + x * y
    for (x1, y1), (x2, y2) in combinations(zip(v, w, strict=True), 2):
        yield "exchanged weights", total + (x1 - x2) * (y2 - y1)


def backward_slips(drawn: Exercise) -> Iterator[Planted]:
    """What goes wrong in gradients and steps, from the library's numbers."""
    y, target = Fraction(drawn.network(drawn.x).item()), tenths(np.array(drawn.y))[0]
    yield "loss", "not squared", y - target
    yield "loss", "doubled", 2 * (y - target)
    yield "loss", "wrong sign", (y + target) ** 2
    yield "δy", "missing factor", y - target
    yield "δy", "reversed", 2 * (target - y)
    yield "δy", "wrong sign", 2 * (y + target)
    found = {name: Fraction(g) for name, g in gradients(drawn).items()}
    for i, x in enumerate(tenths(np.array(drawn.x))):
        name = f"∂loss/∂y.weights[{i}, 0]"
        if name in found and len(drawn.labels.layers) == 1:
            yield name, "missing factor", found[name] / x
            yield name, "missing factor", x
    if isinstance(drawn.optimizer, gn.SGD) and not drawn.optimizer.momentum:
        rate = Fraction(round(drawn.optimizer.learning_rate * 10), 10)
        for name, g in found.items():
            place = name.removeprefix("∂loss/∂")
            array, _, row = place.partition("[")
            old = tenths(drawn.network.parameters[array])[int(row[0])]
            yield f"new {place}", "wrong sign", old + rate * g
            yield f"new {place}", "missing factor", old - g
            yield f"new {place}", "forgotten bias" if "biases" in place else "missing term", -rate * g
    if isinstance(drawn.optimizer, gn.SGD) and drawn.optimizer.momentum:
        v = next(Fraction(q.value) for q in drawn.questions if q.name == "new y.weights.v[0, 0]")
        yield "new y.weights.v[0, 0]", "missing term", found["∂loss/∂y.weights[0, 0]"]
        old = tenths(drawn.network.parameters["y.weights"])[0]
        yield "new y.weights[0, 0]", "missing factor", old - v
        yield "new y.weights[0, 0]", "another value", old - found["∂loss/∂y.weights[0, 0]"] / 10
    if isinstance(drawn.optimizer, gn.Adam):
        g = found["∂loss/∂y.weights[0, 0]"]
        yield "new y.weights.m[0, 0]", "missing factor", g
        yield "new y.weights.v[0, 0]", "not squared", g / 1000


def check(drawn: Exercise, planted: Iterator[Planted]) -> Iterator[bool]:
    """For each planted slip whether it is named as what it is; else as something as simple with the same result."""
    questions: dict[str, Question] = {question.name: question for question in drawn.questions}
    for name, kind, value in planted:
        question = questions.get(name)
        if question is None or question.is_right(value):
            continue
        named = question.diagnose(value)
        same = [slip.cost for slip in question.slips if slip.kind == kind and slip.gives(value)]
        assert same, f"{kind} of {name} ({value}) is not among the slips"
        assert named is not None
        assert named.gives(value)
        assert named.value == value or named.cost <= min(same), f"{kind} of {name} was named {named}"
        yield named.kind == kind


@pytest.mark.parametrize(("level", "seed"), FORWARD)
def test_slips_in_neurons_are_named(level: int, seed: int) -> None:
    drawn = exercise(level, seed)
    named = Counter(check(drawn, forward_slips(drawn)))
    assert named[True] > 0.6 * named.total()  # the others have another slip with the same result


@pytest.mark.parametrize(("level", "seed"), BACKWARD)
def test_slips_in_gradients_and_steps_are_named(level: int, seed: int) -> None:
    drawn = exercise(level, seed)
    named = Counter(check(drawn, backward_slips(drawn)))
    assert named.total() > 1
    assert named[True] > 0.6 * named.total()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("0.61", "the bias 0.1 was forgotten"),
        ("0.51", "the bias 0.1 was subtracted instead of added"),
        ("-0.27", "the term (-0.7)(-0.7) has the wrong sign"),
        ("0.22", "the term (-0.7)(-0.7) is missing"),
        ("-0.39", "the weights 0.3 and -0.7 were exchanged"),
        ("0.87", "the weight 0.7 from x1 to w3 was used instead of the weight 0.3 from x1"),
        ("0.41", "the bias -0.2 of w2 was used instead of the bias 0.1"),
        ("1.79", "the decimal point of (0.4)(0.3) = 0.12 is a place off"),
        ("0.7", "the result is right but rounded to 1 decimal"),
        ("-0.71", "the sign of the result is wrong"),
    ],
)
def test_words(answer: str, words: str) -> None:
    question = Exercise(gn.lecture("2-4-3-1"), [0.4, -0.7]).questions[0]
    slip = question.diagnose(Fraction(answer))
    assert slip is not None
    assert slip.words == words


def test_words_of_activations() -> None:
    layers = gn.Dense(1, "relu", weights=[[1.0]], name="a"), gn.Dense(1, weights=[[0.5]], name="y")
    relu, y = Exercise(gn.Network(1, *layers, dtype="float64"), [-0.4]).questions[1:]
    assert relu.diagnose(Fraction("-0.4")).words == "the activation was forgotten: that is a itself"
    assert relu.diagnose(Fraction("0.4")).words == "relu was taken for the absolute value"
    assert relu.diagnose(Fraction("-0.38")).words == "tanh was taken instead of relu"
    assert y.diagnose(Fraction("-0.2")).words == "a, before its activation, was used instead of relu(a) = 0"


@pytest.mark.parametrize("level", range(1, 11))
def test_random_answers_are_explained_truly_or_not_at_all(level: int) -> None:
    stream = Random(level)
    unexplained = 0
    for question in exercise(level, 1).questions:
        for answer in [Fraction(stream.randrange(-3000, 3000), 1000) for _ in range(15)] + [Fraction(10**30)]:
            slip = question.diagnose(answer)
            unexplained += slip is None
            assert slip is None or slip.gives(answer)
    assert unexplained  # not everything has an excuse


def test_a_slip_is_never_the_right_result() -> None:
    for level in range(1, 11):
        for question in exercise(level, 2).questions:
            assert question.diagnose(question.value) is None
            assert not any(question.is_right(slip.value) for slip in question.slips)
