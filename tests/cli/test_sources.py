"""The lecture's networks and data in every command, and --input in one way."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.cli.group import spread
from glassnet.cli.sources import TABLES, numbers
from glassnet.data.strokes import strokes
from glassnet.ir.errors import GlassnetError
from tests.cli.conftest import Run, message

U_V = ("--input", "0.4", "-0.7")


# ── networks by name ────────────────────────────────────────────────────────────────────────────────────────────────


def test_draw_has_the_names_and_numbers_of_the_slides(run: Run, tmp_path: Path) -> None:
    assert run("draw", "2-4-3-1", *U_V).exit_code == 0
    picture = (tmp_path / "network.svg").read_text(encoding="utf-8")
    for text in ("u", "v", "w1", "w4", "h3", "z", "0.71", "−0.39", "−0.24", "−0.58", "−0.724", "−0.601"):
        assert f">{text}<" in picture, text
    assert run("draw", "1-3-3-1", "--input", "0.3").exit_code == 0
    picture = (tmp_path / "network.svg").read_text(encoding="utf-8")
    for text in ("x", "A", "F", "y", "1.06", "−1.18", "0.244", "−0.2422"):
        assert f">{text}<" in picture, text


def test_formula_is_the_line_of_the_slides(run: Run) -> None:
    assert run("formula", "1-3-3-1").stdout == "y = 0.026x - 0.25\n"
    assert run("formula", "2-4-3-1").stdout.startswith("z = ")
    assert "u" in run("formula", "2-4-3-1", "--neuron", "w1").stdout


def test_show_explain_and_predict(run: Run) -> None:
    assert "31 parameters" in run("show", "2-4-3-1").stdout
    assert "= -0.601" in run("explain", "2-4-3-1", *U_V, "--number", "z").stdout
    assert run("predict", "2-4-3-1", *U_V).stdout == "-0.601\n"
    assert run("predict", "1-3-3-1", "--input", "0,3").stdout == "-0.2422\n"


# ── data by name ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", TABLES)
def test_train_evaluate_and_predict(run: Run, name: str) -> None:
    trained = run("train", name, "--hidden", "6,4", "--epochs", 2)
    assert trained.exit_code == 0, trained.output
    network = gn.load(f"{name}.safetensors")
    assert [a.shape[-1] for n, a in network.parameters.items() if n.endswith("biases")] == [6, 4, 1]
    assert network.encoding is not None
    assert network.encoding.target.name == TABLES[name]
    assert "R²" in run("evaluate", f"{name}.safetensors", name).stdout
    rows = 34 if name == "thermometer" else 44
    assert len(run("predict", f"{name}.safetensors", name).stdout.splitlines()) == 1 + rows


@pytest.mark.parametrize("name", TABLES)
def test_a_network_of_the_lecture_on_data_of_the_lecture(run: Run, name: str) -> None:
    net, points = gn.lecture("1-3-3-1"), gn.data.anscombe().values()
    x, y = gn.data.thermometer() if name == "thermometer" else map(np.concatenate, zip(*points, strict=True))
    predicted = run("predict", "1-3-3-1", name).stdout.split()
    assert predicted[0] == TABLES[name]
    np.testing.assert_allclose(np.array(predicted[1:], float), net(x[:, None])[:, 0], rtol=1e-5)
    error = net.evaluate(x[:, None], y[:, None], metrics=["mae"])["mae"]
    assert f"mean absolute error {error:.4g}." in run("evaluate", "1-3-3-1", name).stdout


def test_regress_explains_the_temperature(run: Run, tmp_path: Path) -> None:
    result = run("regress", "thermometer", "--plot", "line.svg")
    line = gn.LinearRegression().fit(*gn.data.thermometer())
    found = re.match(r"temperature = ([\d.]+)·day − ([\d.]+)", result.stdout)
    assert found is not None
    np.testing.assert_allclose([float(found[1]), -float(found[2])], [line.coefficients[0], line.intercept], rtol=1e-4)
    lesson = (Path(__file__).parents[2] / "docs/lessons/01-regression.md").read_text(encoding="utf-8")
    assert f"'y = {found[1]}·day − {found[2]}'" in lesson
    picture = (tmp_path / "line.svg").read_text(encoding="utf-8")
    assert "temperature" in picture
    assert "day" in picture


def test_show_prints_the_numbers(run: Run) -> None:
    lines = run("show", "thermometer").stdout.splitlines()
    assert lines[0].split() == ["day", "temperature"]
    assert len(lines) == 1 + 34
    quartet = run("show", "anscombe").stdout
    assert "x IV" in quartet
    assert re.search(r"\b19 +12.5\b", quartet)
    assert "0.816" in quartet


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["evaluate", "2-4-3-1", "anscombe"], "anscombe has one input, x, for one number, y; 2-4-3-1 takes 2 inputs"),
        (["evaluate", "2-4-3-1", "mnist"], "the images of mnist have 784 numbers"),
        (["predict", "2-4-3-1", "thermometer"], "thermometer has one input, day"),
        (["predict", "2-4-3-1"], "name files to predict, or give one input with --input"),
        (["predict", "2-4-3-1", "a.csv", *U_V], "name files to predict, or give one input with --input"),
        (["train", "termometer"], "did you mean 'thermometer'?"),
        (["train", "thermometer", "--target", "rain"], "thermometer has no column 'rain'"),
        (["train", "thermometer", "--delimiter", ";"], "are for CSV files, and thermometer comes with Glassnet"),
        (["regress", "mnist"], "mnist is a set of images"),
        (["show", "thermometer", "3"], "choose an image of mnist, fashion or strokes, not of thermometer"),
        (["show", "2-4-3-1", "--test"], "choose an image"),
        (["draw", "2-4-3-2"], "2-4-3-2 does not exist"),
    ],
)
def test_what_does_not_fit_is_said(run: Run, command: list[str], words: str) -> None:
    assert words in message(run(*command))


# ── one input ───────────────────────────────────────────────────────────────────────────────────────────────────────

WAYS = [["0.4,-0.7"], ["0.4", "-0.7"], ["0.4 -0.7"], ["0.4,", "-0.7"], ["0,4", "-0,7"], ["0,4; -0,7"], [".4;-.7"]]


@pytest.mark.parametrize("written", [*WAYS, ["0.4", "−0.7"], ["4e-1", "-7e-1"]], ids=" ".join)
def test_an_input_means_the_same_in_every_command(run: Run, tmp_path: Path, written: list[str]) -> None:
    assert run("predict", "2-4-3-1", "--input", *written).stdout == "-0.601\n"
    assert run("explain", "2-4-3-1", "--input", *written, "--number", "w1").stdout.startswith("w1 = (0.4)(0.3)")
    assert run("explain", "--input", *written, "2-4-3-1", "--number", "w1").stdout.startswith("w1 = (0.4)(0.3)")
    assert run("draw", "2-4-3-1", "--input", *written).exit_code == 0
    assert ">−0.601<" in (tmp_path / "network.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["predict", "explain", "draw"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.4", "--input takes 2 numbers here, not 1"),
        ("0,4,-0,7", "--input takes 2 numbers here, not 4"),
        ("a, b", "--input takes numbers with commas or blanks between them"),
        ("7.png", "there is no picture 7.png"),
    ],
)
def test_an_input_that_is_none(run: Run, command: str, text: str, words: str) -> None:
    assert words in message(run(command, "2-4-3-1", "--input", text))


def test_the_picture_of_a_digit_is_an_input(run: Run, model: Path, tmp_path: Path) -> None:
    x, _ = strokes(1)
    Image.fromarray(255 - np.asarray(x[0], np.uint8).reshape(28, 28)).save(tmp_path / "digit.png")
    read = run("predict", model, "digit.png").stdout
    assert read.startswith("digit.png  ")
    assert run("predict", model, "--input", "digit.png").stdout == read
    assert run("draw", model, "--input", "digit.png").exit_code == 0
    assert "softmax(y0)" in run("explain", model, "--input", "digit.png").stdout
    for command in ("predict", "draw", "explain"):
        assert "the network takes 2 inputs" in message(run(command, "2-4-3-1", "--input", "digit.png"))


def test_answers_by_their_kind(run: Run, tmp_path: Path) -> None:
    flower = gn.Network(1, gn.Dense(2, "softmax", weights=[[1, -1]]))
    flower.labels = ("setosa", "virginica")
    flower.save(tmp_path / "flower.safetensors")
    assert run("predict", "flower.safetensors", "--input", "-1").stdout == "virginica  88.08 %\n"
    gn.Network(1, gn.Dense(1, "sigmoid", weights=[[1.0]])).save(tmp_path / "yes.safetensors")
    assert run("predict", "yes.safetensors", "--input", "-2").stdout == "0  88.08 %\n"


@pytest.mark.parametrize("written", ["16,8", "16, 8", "16 8"])
def test_hidden_layers_with_commas(run: Run, written: str) -> None:
    assert run("train", "thermometer", "--hidden", *written.split(), "--epochs", 1).exit_code == 0
    assert gn.load("thermometer.safetensors").parameters["dense_2.weights"].shape == (16, 8)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--input", "0.4", "-0.7", "out"], ["--input=0.4 -0.7", "out"]),
        (["--input=0.4,-0.7", "3"], ["--input=0.4,-0.7", "3"]),
        (["--input", "7.png", "8"], ["--input", "7.png", "8"]),
        (["--input", "1", "2-4-3-1"], ["--input=1", "2-4-3-1"]),
        (["--hidden=8,4", "7"], ["--hidden=8", "--hidden=4", "7"]),
        (["--", "--input", "1", "2"], ["--", "--input", "1", "2"]),
    ],
)
def test_numbers_are_gathered(args: list[str], expected: list[str]) -> None:
    assert spread(args, ["--hidden"], ["--input"]) == expected


def test_not_a_number_in_a_row_is_said() -> None:
    with pytest.raises(GlassnetError, match="got '1,two'"):
        numbers("1,two", "--target", 2)


@pytest.mark.parametrize(
    "command", [("train", "mnist", "--data", "~nosuchuser/mnist"), ("show", "mnist", "--data", "~nosuchuser")]
)
def test_a_home_folder_of_nobody_is_named(run: Run, command: tuple[str, ...]) -> None:
    assert "there is no user of that name" in message(run(*command))
