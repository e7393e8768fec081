"""Whatever a user gets back shows itself: in lines that people read at the prompt, in richer forms in notebooks."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from tests.model.test_summary import cells

CORNERS = gn.Dense(2, "relu", weights=[[1, -2]], biases=[0, 1])


def corners() -> gn.Network:
    return gn.Network(1, CORNERS, gn.Dense(1, weights=[[1], [1]]), dtype="float64")


def plane() -> gn.Network:
    return gn.Network(2, gn.Dense(1, "relu", weights=[[0.3], [-0.6]], biases=[0.1]), dtype="float64")


def line() -> gn.LinearRegression:
    return gn.LinearRegression().fit([1, 2, 3, 4], [2, 4, 5, 8])


def flats() -> Any:
    rows = {"area": [50, 90, 70] * 4, "town": ["Graz", "Wien", "Graz"] * 4, "rent": [600, 1500, 700.5] * 4}
    return gn.data.table(rows, target="rent")


def rates() -> Any:
    return gn.find_learning_rate(corners(), [[0.0], [1.0]], [[0.0], [1.0]], steps=20)


SHOWN = {
    "a network": (corners, "Network: 1 input → 1 output, float64, seed 0"),
    "a summary": (lambda: corners().summary(), "Network: 1 input → 1 output"),
    "layers": (lambda: corners().layers, "dense_1: Dense(units=2, activation=Relu(), weights="),
    "parameters": (lambda: corners().parameters, "Parameters(7 numbers of float64: dense_1.weights (1, 2)"),
    "operations": (lambda: corners().operations(), "Operations(multiply_adds=4"),
    "a history": (lambda: corners().fit([[1.0]], [[1.0]], epochs=2), "History(2 epochs; last: loss "),
    "a formula": (lambda: plane().formula(), "relu(y) = max(0, 0.3u - 0.6v + 0.1)"),
    "a collapse": (lambda: gn.lecture("2-4-3-1").collapse(), "w\n  A = "),
    "pieces": (lambda: corners().pieces(), "y = -2x + 1  for x ≤ 0\n"),
    "regions": (lambda: plane().regions(), "2 linear regions, the largest first:\nrelu(y) = 0.3u"),
    "a picture": (lambda: corners().draw(), "Picture: A neural network"),
    "a regression": (line, "LinearRegression: y = "),
    "its report": (lambda: line().summary(), "y = 1.9·x\n\n   "),
    "its steps": (lambda: line().explain(), "The model y = "),
    "its variance": (lambda: line().anova(), "source      df"),
    "a table": (flats, "Table(12 rows, 3 inputs, regression of 'rent')"),
    "its encoding": (lambda: flats().encoding, "Encoding: area (number), town (Graz, Wien) → rent (number)"),
    "learning rates": (rates, "LearningRates(suggestion "),
    "a confusion matrix": (lambda: gn.drawing.confusion(np.eye(2, dtype=int)), "Picture: A confusion matrix"),
    "practice": (lambda: gn.Practice(seed=7), "One neuron\neach neuron: "),
    "a digit": (lambda: gn.read_digit(gn.load("digits"), np.zeros((50, 50))), "DigitAnswer(words='no digit"),
    "a check of gradients": (lambda: gn.check_gradients(corners(), [[1.0]], [[1.0]]), "gradients are true"),
}
NO_RICH_FORM = {"layers", "its report", "its encoding", "a check of gradients"}
"""Their lines say all there is to see."""


@pytest.mark.parametrize("name", SHOWN)
def test_at_the_prompt_it_is_read_in_lines(name: str) -> None:
    make, begins = SHOWN[name]
    text = repr(make())
    assert text.startswith(begins)
    assert "Fraction(" not in text
    assert " object at 0x" not in text


@pytest.mark.parametrize("name", [name for name in SHOWN if name not in NO_RICH_FORM])
def test_a_notebook_has_a_richer_form(name: str) -> None:
    shown = SHOWN[name][0]()
    forms = [form for form in ("html", "svg", "png", "latex") if hasattr(shown, f"_repr_{form}_")]
    assert forms
    for form in forms:
        made = getattr(shown, f"_repr_{form}_")()
        assert made.startswith({"html": "<", "svg": "<svg", "png": b"\x89PNG", "latex": "$"}[form])


def test_a_table_shows_its_first_rows_and_its_notes() -> None:
    heading, *rows = cells(flats()._repr_html_())
    assert heading == ["area", "town=Graz", "town=Wien", "rent"]
    assert rows[:2] == [["50", "1", "0", "600"], ["90", "0", "1", "1500"]]
    assert rows[-1] == ["…"] * 4
    classes = gn.data.table({"x": [1, 2, 3, None], "kind": ["<b>", "c", "c", "c"]}, target="kind")
    assert [row[-1] for row in cells(classes._repr_html_())] == ["kind", "<b>", "c", "c", "c"]
    assert "filled in with its mean" in classes._repr_html_()


def test_parameters_show_their_shapes_and_a_deep_network_stays_short() -> None:
    assert cells(corners().parameters._repr_html_())[1] == ["dense_1.weights", "(1, 2)", "2"]
    deep = gn.Network(2, *[gn.Dense(2) for _ in range(50)])
    assert repr(deep.parameters).endswith(" and 90 more)")
    assert len(cells(deep.parameters._repr_html_())) == 101


def test_a_digit_shows_what_the_network_saw(tmp_path: Path) -> None:
    answer = gn.read_digit(gn.load("digits"), np.pad(np.full((20, 4), 255, np.uint8), 20))
    assert cells(answer._repr_html_())[0] == list("0123456789")
    assert "data:image/png;base64,iVBOR" in answer._repr_html_()


def test_a_layer_tells_only_what_is_not_as_always() -> None:
    assert repr(gn.Dense(3)) == "Dense(units=3)"
    assert repr(gn.Dense(3, "relu", name="h", trainable=False)) == (
        "Dense(name='h', trainable=False, units=3, activation=Relu())"
    )
    assert repr(gn.BatchNorm()) == "BatchNorm()"
    assert "momentum=0.5" in repr(gn.BatchNorm(momentum=0.5))


def test_layers_asked_for_by_place_are_answered_by_name() -> None:
    with pytest.raises(gn.GlassnetError, match=r"layers go by name: write net.layers\['dense_2'\]"):
        corners().layers[-1]  # type: ignore[index]
    with pytest.raises(gn.GlassnetError, match="there is no layer '7'"):
        corners().layers[7]  # type: ignore[index]
