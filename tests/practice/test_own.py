"""Networks of one's own: the exercises agree with the library, say what was changed, and refuse what is too large."""

from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from bench.practice import OWN, own_exercises, sweep
from glassnet.practice import Exercise, Practice, worksheet


def exercises(practice: Practice) -> list[Exercise]:
    """All exercises of a practice that has an end, each answered rightly."""
    found = [practice.exercise]
    while not practice.is_over:
        assert practice.answer(practice.question.value).is_right
        if practice.exercise is not found[-1]:
            found.append(practice.exercise)
    assert practice.score.questions == practice.score.first == sum(len(one.questions) for one in found)
    return found


def test_the_understanding_check_of_the_lecture() -> None:
    practice = gn.Practice(of=gn.lecture("1-3-3-1"), x=[0.3])
    for answer in ("1,06", "−1.18", "≈ -.29", "D = 0.244", "(−1.001)", "79/1000", "-0.2422"):
        assert practice.answer(answer).is_right
    assert practice.is_over


def test_another_input_without_end() -> None:
    one, same = (gn.Practice(of=gn.lecture("2-4-3-1"), seed=3) for _ in range(2))
    inputs = []
    for _ in range(3):
        inputs.append(one.exercise.x)
        assert one.exercise.x == same.exercise.x
        for practice in (one, same):
            for question in practice.exercise.questions:
                practice.answer(question.value)
    assert len(set(inputs)) == 3
    assert one.level == 1


MASK = [[1, 0], [1, 1], [0, 1]]
NETWORKS = [
    (gn.lecture("2-4-3-1"), [0.4, -0.7], [1.0]),
    (gn.Network(2, gn.Dense(3, "tanh"), gn.Dense(3, "softmax"), seed=1), [0.4, -0.7], 2),
    (gn.Network(2, gn.Dense(3, "relu", biases=None), gn.Dense(1, "sigmoid"), seed=2), [0.4, -0.7], [1.0]),
    (
        gn.Network(3, gn.Dense(2, "sigmoid", connected=[[1, 0], [1, 1], [0, 1]]), gn.Dense(2), seed=3),
        [1, 2, -1],
        [0.5, 1],
    ),
]


@pytest.mark.parametrize(("network", "x", "y"), NETWORKS)
def test_forward_gradients_and_a_step(network: gn.Network, x: list[float], y: list[float] | int) -> None:
    forward, backward, step = exercises(gn.Practice(of=network, x=x, y=y))
    assert [one.title for one in (forward, backward, step)] == [
        "Feed forward", "Backpropagation", "A step of gradient descent",
    ]  # fmt: skip
    assert forward.network(x) == pytest.approx(
        [float(question.value) for question in forward.questions[-len(forward.network(x)) :]], abs=1e-9
    )
    assert np.allclose(forward.network(x), network(x), atol=0.05)  # weights are rounded to two decimals
    gradients = backward.network.gradients([x], [y])
    asked = [question for question in backward.questions if "weights[" in question.name or "biases[" in question.name]
    assert len(asked) >= len(network.parameters)
    for question in asked:
        name, _, place = question.name.removeprefix("∂loss/∂").partition("[")
        index = tuple(int(i) for i in place.removesuffix("]").split(","))
        assert float(question.value) == pytest.approx(gradients[name][index], abs=1e-9)
    before = {name: array.copy() for name, array in step.network.parameters.items()}
    for question in step.questions:
        name, _, place = question.name.removeprefix("new ").partition("[")
        index = tuple(int(i) for i in place.removesuffix("]").split(","))
        assert float(question.value) == pytest.approx(before[name][index] - 0.2 * gradients[name][index], abs=1e-9)


def test_the_network_stays_as_it_is_and_rounding_is_said() -> None:
    network = gn.Network(2, gn.Dense(2, "tanh"), gn.Dense(1), seed=4)
    before = network.parameters.buffer.copy()
    drawn = gn.Practice(of=network, x=[0.4, -0.7], y=[1.0]).exercise
    assert np.array_equal(network.parameters.buffer, before)
    assert drawn.rules[0] == "weights and biases are rounded to 2 decimals"
    for name, array in drawn.network.parameters.items():
        assert np.array_equal(array, np.round(network.parameters[name].astype(float), 2))
    assert "rounded" not in str(gn.Practice(of=gn.lecture(), x=[0.4, -0.7]).exercise.rules)


def test_few_decimals_of_float32_are_taken_as_they_are_written() -> None:
    network = gn.Network(1, gn.Dense(1, weights=[[0.3]], biases=[0.125], name="y"))
    drawn = Exercise(network, [0.7])
    assert not drawn.rules
    assert drawn.questions[0].result == "y = 0.335"


@pytest.mark.parametrize(("network", "x", "y"), NETWORKS)
def test_slips_are_told_apart_as_well_as_the_numbers_allow(network: gn.Network, x: list[float], y: list[float]) -> None:
    counts = sum(map(sweep, exercises(gn.Practice(of=network, x=x, y=y))), Counter[str]())
    assert counts["right, refused"] == counts["taken as right"] == 0
    assert counts["alone"] > 0.8 * counts.total()


@pytest.mark.parametrize("kind", OWN)
def test_slips_in_random_networks_are_told_apart(kind: str) -> None:
    """As bench/practice.py over 200 seeds."""
    drawn = [one for seed in range(4) for one in own_exercises(kind, seed)]
    counts = sum(map(sweep, drawn), Counter[str]())
    assert counts["right, refused"] == counts["taken as right"] == 0
    assert counts["alone"] >= 0.95 * counts.total()


def tanh(weight: float) -> gn.Network:
    """A neuron with a tanh, and one that it leads to."""
    layers = gn.Dense(1, "tanh", weights=[[weight]], name="a"), gn.Dense(1, weights=[[0.3]], biases=[0.7], name="y")
    return gn.Network(1, *layers, dtype="float64")


def test_more_decimals_are_asked_for_where_a_slip_comes_near() -> None:
    """tanh(0.08) = 0.07983."""
    questions = gn.Practice(of=tanh(0.4), x=[0.2]).exercise.questions
    assert [(question.name, question.about) for question in questions] == [
        ("a", ""), ("tanh(a)", "to 5 decimals"), ("y", "to 5 decimals"),
    ]  # fmt: skip
    practice = gn.Practice(of=tanh(0.4), x=[0.2])
    practice.answer("0.08")
    assert "tanh was left out" in practice.answer("0.08").text
    assert practice.answer("0.0798").text == "Not yet. It looks as if the result is right but rounded to 4 decimals."


def test_what_a_slip_gives_too_is_not_asked() -> None:
    """tanh(0.002) is 0.002 to eight decimals: neither it nor the sum that is as large can be asked for."""
    drawn = gn.Practice(of=tanh(0.01), x=[0.2]).exercise
    assert [question.name for question in drawn.questions] == ["y"]
    assert drawn.rules[-1] == "not asked, since a slip gives the same to 6 decimals: tanh(a)"
    assert drawn.given[-1] == "known: tanh(a) = 0.002"
    last = gn.Network(1, gn.Dense(1, "tanh", weights=[[0.01]], name="y"), dtype="float64")
    with pytest.raises(gn.GlassnetError, match=r"nothing can be asked: slips give the right tanh\(y\) too"):
        gn.Practice(of=last, x=[0.2])


def test_what_is_not_connected_has_no_weight() -> None:
    network = gn.Network(2, gn.Dense(2, weights=[[0.2, 0], [0.3, 0.4]], connected=[[1, 0], [1, 1]], name="y"))
    drawn = Exercise(network, [0.7, 0.6])
    assert drawn.tables[0].rows == [["y1", "0.2", "0.3", "0"], ["y2", "none", "0.4", "0"]]
    assert drawn.questions[1].hints[0] == "y2 = (v)(weight from v) + bias"


def test_pictures_tables_and_questions_have_the_same_names() -> None:
    for network, x, y in NETWORKS:
        drawn = gn.Practice(of=network, x=x, y=y).exercise
        picture = drawn.network.draw(dark=False).svg
        assert drawn.given[0].startswith(f"input: {drawn.labels.inputs[0]} = ")
        for name in (*drawn.labels.inputs, *(row[0] for table in drawn.tables for row in table.rows)):
            assert f">{name}<" in picture, name
        rows = {row[0] for table in drawn.tables for row in table.rows}
        assert {question.name for question in drawn.questions if "(" not in question.name} == rows


def test_a_corner_is_where_it_is_by_hand() -> None:
    """0.1 + 0.2 - 0.3 is 5.6e-17 in float64 and 0 by hand, where the derivative of relu is 0."""
    hidden = gn.Dense(1, "relu", weights=[[0.1], [0.2]], biases=[-0.3], name="a")
    network = gn.Network(2, hidden, gn.Dense(1, weights=[[0.7]], biases=[0.2], name="y"), dtype="float64")
    _, backward, step = exercises(gn.Practice(of=network, x=[1, 1], y=[1]))
    values = {question.name: question.value for question in (*backward.questions, *step.questions)}
    assert values["δy"] == Fraction("-1.6")
    assert values["δa"] == values["∂loss/∂a.weights[0, 0]"] == 0
    assert values["new a.biases[0]"] == Fraction("-0.3")


LAYER = gn.Dense(2)
LARGE = gn.Network(1, gn.Dense(2, "softmax", weights=[[9e8, -9e8]]), dtype="float64")


@pytest.mark.parametrize(
    ("network", "x", "y", "words"),
    [
        (gn.load("digits"), None, None, "weights and biases; by hand, at most 80"),
        (gn.Network(9, gn.Dense(9)), None, None, "the network has 90 weights and biases"),
        (gn.Network(2, gn.Dense(2, "gelu")), None, None, "linear, relu, sigmoid, tanh and softmax, got Gelu"),
        (gn.Network(2, LAYER, gn.BatchNorm()), None, None, "practice takes networks of Dense layers; .* BatchNorm"),
        (gn.Network((2, 2), LAYER), None, None, r"inputs in a row, got the shape \(2, 2\)"),
        (gn.Network(2, gn.Dense(2, weights_penalty=gn.Penalty(l2=0.1))), None, None, "without a penalty"),
        (gn.Network(2, gn.Dense(2, trainable=False)), [1, 2], [1, 2], "all layers of the network are frozen"),
        (gn.lecture(), None, [1], "a target belongs to an input"),
        (gn.lecture(), [1], None, "expects 2 inputs"),
        (gn.lecture(), [1, float("inf")], None, "finite numbers"),
        (gn.lecture(), ["u", "v"], None, "one works out numbers"),
        (gn.lecture(), [1, 2], [1, 2], "give y that shape"),
        (gn.Network(2, gn.Dense(2, "softmax")), [1, 2], 1.5, "a class is a whole number"),
        (gn.Network(2, gn.Dense(2, "softmax")), [1, 2], 2, "class numbers 0..1"),
        (LARGE, [1], None, "cannot be worked out by hand: the result is too large or too small"),
        (gn.Network(1, gn.Dense(2, "softmax", weights=[[999, 0]])), [1], 1, "cannot be worked out by hand"),
        ("2-4-3-1", None, None, "a network or an exercise, got '2-4-3-1'"),
        (None, [1], None, "x and y belong to a network"),
    ],
)
def test_refusals(network: gn.Network, x: list[float] | None, y: list[float] | None, words: str) -> None:
    def to_the_end() -> None:
        practice = gn.Practice(of=network, x=x, y=y)
        while not practice.is_over:
            practice.skip()

    with pytest.raises(gn.GlassnetError, match=words):
        to_the_end()


def test_sheets(tmp_path: Path) -> None:
    sheet = worksheet(of=gn.lecture("2-4-3-1"), x=[0.4, -0.7], y=[1.0])
    assert [one.title for one in sheet.exercises] == ["Feed forward", "Backpropagation", "A step of gradient descent"]
    assert "`z = (−0.724)(−0.7) + (1.406)(−0.8) + (−1.195)(−0.6) − 0.7 = −0.601`" in sheet.markdown(answers=True)
    for name in ("sheet.md", "sheet.html", "sheet.pdf"):
        sheet.save(tmp_path / name)
    given = [one.given[-1] for one in sheet.exercises[1:]]
    assert given[0].startswith("from the exercises before: w1, h1, z")
    assert given[1].startswith("from the exercises before: ∂loss/∂w.weights[0, 0], ∂loss/∂w.biases[0]")
    drawn = worksheet(3, seed=5, of=gn.lecture("1-3-3-1"))
    assert len({one.x for one in drawn.exercises}) == 3
    assert drawn.note.startswith("Seed 5.")
    with pytest.raises(gn.GlassnetError, match="either a level or a network"):
        worksheet(of=gn.lecture(), level=2)
    with pytest.raises(gn.GlassnetError, match="belong to a network"):
        worksheet(x=[1])


@pytest.mark.parametrize(("network", "x", "y"), NETWORKS)
def test_no_exercise_on_paper_gives_the_result_of_another(network: gn.Network, x: list[float], y: list[float]) -> None:
    sheet = worksheet(of=network, x=x, y=y)
    answers = {question.name: question.result for one in sheet.exercises for question in one.questions}
    for drawn in sheet.exercises:
        facts = " ".join([*drawn.given, *drawn.rules])
        assert not [result for result in answers.values() if result in facts.replace(" = ", " ≈ ") or result in facts]
    dialogue = exercises(gn.Practice(of=network, x=x, y=y))
    assert all("from the exercises before" not in " ".join(one.given) for one in dialogue)


def test_inputs_and_outputs_are_called_as_in_the_table_that_was_learnt(tmp_path: Path) -> None:
    (tmp_path / "flowers.csv").write_text("petal length,petal width,species\n1.4,0.2,setosa\n4.7,1.4,virginica\n")
    table = gn.data.table(tmp_path / "flowers.csv", target="species")
    network = gn.Network(2, gn.Dense(2, "relu"), gn.Dense(2, "softmax"), seed=0)
    network.encoding, network.labels = table.encoding, table.encoding.target.labels
    drawn = gn.Practice(of=network, x=[1.4, 0.2]).exercise
    assert drawn.given[0] == "input: petal_length = 1.4, petal_width = 0.2"
    assert drawn.tables[0].header == ["", "from petal_length", "from petal_width", "bias"]
    assert [row[0] for row in drawn.tables[1].rows] == ["setosa", "virginica"]
    assert {"setosa", "softmax(virginica)"} <= {question.name for question in drawn.questions}
    picture = drawn.network.draw(dark=False).svg
    assert all(f">{name}<" in picture for name in ("petal_length", "petal_width", "setosa", "virginica"))
