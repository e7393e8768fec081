"""Words for people: what a terminal would obey is shown instead."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import glassnet as gn
from glassnet.data.checks import in_order
from glassnet.words import counted, joined, latex_name, listed, nearest, number, quoted, rounded, unknown, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Länge, cm · 😀", "Länge, cm · 😀"),
        ("\x1b[2J", "\\x1b[2J"),  # clears the screen
        ("\x9b31m", "\\x9b31m"),  # the same in one character of 8 bits
        ("a\rb\nc\td\x07", "a\\rb\\nc\\td\\x07"),
        ("abc\u202etxt", "abc\\u202etxt"),  # turns the direction of writing
        ("\u2028", "\\u2028"),
        ("\ud800", "\\ud800"),  # half a character, which cannot be printed at all
        ("می\u200cخواهم", "می\u200cخواهم"),  # needs its joiner
    ],
)
def test_what_a_terminal_would_obey_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(visible(text)) == shown


def test_characters_may_be_kept() -> None:
    assert visible("a\nb\x1b", keep="\n") == "a\nb\\x1b"


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (0.0, 3, "0"), (-0.0, 3, "0"), (1e-9, 3, "1e-9"), (-12345678.9, 3, "-1.23e7"), (9994999.4, 3, "9994999"),
        (0.99996, 4, "1"), (1 / 3, 2, "0.33"), (0.00001, 3, "0.00001"), (float("inf"), 3, "inf"),
        (float("-inf"), 3, "-inf"), (float("nan"), 3, "nan"), (np.float32(0.1), 9, "0.1"), (12, 1, "12"),
        (5e-324, 4, "5e-324"), (1.7976931348623157e308, 17, "1.7976931348623157e308"),
    ],
)  # fmt: skip
def test_numbers_are_rounded_to_significant_digits(value: float, digits: int, written: str) -> None:
    assert rounded(value, digits) == written
    assert number(value, digits) == written.replace("-", "−")


@pytest.mark.parametrize(
    ("count", "written"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1_000_000, "1,000,000 rows")]
)
def test_one_alone_is_singular(count: int, written: str) -> None:
    assert counted(count, "row") == written


def test_of_many_names_alike_the_ends_are_said_and_the_nearest_of_all() -> None:
    message = unknown("neuron", "y999_", ["z", *(f"y{i}" for i in range(1, 1301)), "loss"])
    assert message == "there is no neuron 'y999_'; did you mean 'y999'? There are: loss, y1 … y1300, z"
    pictures = [f"{letter}{i}_{j}" for letter in "ba" for i in range(1, 12) for j in range(1, 12)]
    assert unknown("neuron", "q", pictures).endswith("There are: a1_1 … a11_11, b1_1 … b11_11")
    assert unknown("layer", "conv", ["dense_2", "dense_10", "dense_1"]).endswith("dense_1, dense_2, dense_10")


def test_of_many_different_names_the_first_are_said() -> None:
    names = [f"{first}{second}" for first in "abcdefghijkl" for second in "abcdefghijkl"]
    assert unknown("layer", "?", names).endswith("There are: aa, " + ", ".join(names[1:100]) + " and 44 more")


def test_lists() -> None:
    assert listed([]) == ""
    assert listed(range(10)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    assert listed(range(1234), most=2) == "0, 1 and 1,232 more"
    assert quoted(["it's", 2]) == "\"it's\", '2'"
    assert joined(["x", "y", "z"]) == "x, y and z"


@pytest.mark.parametrize(
    ("name", "meant"),
    [("RELLU", "relu"), ("leaky-relu", "leaky relu"), ("x", None), ("", None), ("Softmax ", "softmax")],
)
def test_the_nearest_name(name: str, meant: str | None) -> None:
    assert nearest(name, ["relu", "leaky relu", "softmax"]) == meant


@pytest.mark.parametrize(
    ("read", "there", "asked"),
    [
        (gn.load, "net.safetensors", "nte.safetensors"),
        (lambda path: gn.data.table(path, target="y"), "points.csv", "point.csv"),
        (lambda path: gn.LinearRegression().fit(gn.data.table(path, target="y").x, [1]), "points.csv", "points.cvs"),
        (lambda path: gn.read_digit(gn.load("digits"), path), "seven.png", "Seven.pgn"),
    ],
    ids=["model", "table", "regression", "picture"],
)
def test_a_file_that_is_not_there_is_said_with_the_nearest(
    read: Callable[[Path], object], there: str, asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / there).touch()
    with pytest.raises(gn.GlassnetError) as refused:
        read(tmp_path / asked)
    assert str(refused.value) == f"{tmp_path / asked} does not exist; did you mean {tmp_path / there}?"
    with pytest.raises(gn.GlassnetError, match=r"nor does its folder .*none; check the path"):
        read(tmp_path / "none" / asked)

    def forbidden(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", forbidden)
    with pytest.raises(gn.GlassnetError, match="does not exist; check the path"):
        read(tmp_path / asked)


FRAME = pd.DataFrame({"petal length": [1.0, 2.0, 3.0], "town": ["Graz", "Linz", "Wien"], "y": [1.0, 3.0, 4.0]})


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: gn.data.table(FRAME, target="z"), "has no column 'z'; it has 'petal length', 'town', 'y'"),
        (lambda: gn.data.table(FRAME, target="twon"), r"has no column 'twon' \(did you mean 'town'\?\); it has"),
        (
            lambda: gn.data.table(FRAME, target="y").encoding.encode([{"petal_lenght": 1, "twon": "Graz"}]),
            r"has no column 'petal length', 'town' \(did you mean 'petal_lenght' and 'twon'\?\); it has",
        ),
        (
            lambda: gn.data.table(FRAME, target="y").encoding.encode([{"petal length": 1, "town": "Grazz"}]),
            r"'town' is 'Grazz', which the training data did not have; did you mean 'Graz'\?; known are 'Graz'",
        ),
        (
            lambda: in_order(FRAME[["y"]], ["Y"], "x"),
            r"x has the columns 'y'; did you mean 'Y'\?; learned from were 'Y'",
        ),
        (lambda: in_order(FRAME[["y"]], ["zebra"], "x"), "x has the columns 'y'; learned from were 'zebra'"),
        (lambda: gn.lecture("2-4-3"), "there is no lecture network '2-4-3'; did you mean '2-4-3-1'"),
        (lambda: gn.LinearRegression(method="QR "), r"unknown method 'QR '; did you mean 'qr'\?; choose from 'qr'"),
        (lambda: gn.LinearRegression().fit([1, 2, 4], [1, 3, 4]).plot("residual"), "did you mean 'residuals'"),
        (lambda: gn.LinearRegression(terms=["petal  Length"]).fit(FRAME, FRAME["y"]), "did you mean 'petal length'"),
    ],
)
def test_whoever_lists_names_says_the_nearest_first(ask: Callable[[], object], words: str) -> None:
    with pytest.raises(gn.GlassnetError, match=words):
        ask()


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("w", "w"), ("w12", "w_{12}"), ("w1_2", "w_{1,2}"), ("w_1", "w_{1}"), ("out", r"\text{out}"),
        ("50%", r"\text{50\%}"), ("a_b{c}", r"\text{a\_b\{c\}}"), ("δ", r"\text{δ}"),
    ],
)  # fmt: skip
def test_names_in_latex(name: str, latex: str) -> None:
    assert latex_name(name) == latex


def test_what_people_read_of_one_is_singular() -> None:
    net = gn.Network(1, gn.Dense(1, biases=None), dtype="float64")
    history = net.fit([[1.0], [2.0]], [1.0, 2.0], epochs=1)
    assert repr(history).startswith("History(1 epoch; ")
    assert repr(net) == "Network: 1 input → 1 output, float64, seed 0"
    assert str(net.operations()) == "1 multiply-add and 0 other operations; 1 parameter, 8 bytes"
    assert repr(net.parameters).startswith("Parameters(1 number of float64: ")
    with pytest.raises(gn.DataError, match="x has 1 sample and y has 2"):
        net.fit([[1.0]], [1.0, 2.0])
