"""``glassnet explain``: the lecture's arithmetic, any one number, and what cannot be explained."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.data.strokes import strokes
from tests.cli.conftest import Run, message

LECTURE = ["explain", "2-4-3-1", "--input", "0.4,-0.7"]


def test_shows_the_lectures_arithmetic(run: Run) -> None:
    result = run(*LECTURE)
    assert result.exit_code == 0
    assert "  w1 = (0.4)(0.3) + (-0.7)(-0.7) + 0.1 = 0.71\n" in result.stdout
    assert result.stdout.endswith("z = (-0.724)(-0.7) + (1.406)(-0.8) + (-1.195)(-0.6) - 0.7 = -0.601\n")


@pytest.mark.parametrize("given", ["0.4,-0.7", "0.4, -0.7", "0,4; -0,7", "0,4 -0,7", "0.4;-0.7"])
def test_takes_points_and_commas(run: Run, given: str) -> None:
    assert "= 0.71" in run("explain", "2-4-3-1", "--input", given, "--neuron", "w1").stdout


def test_takes_one_decimal_comma(run: Run) -> None:
    line = run("explain", "1-3-3-1", "--input", "0,3", "--neuron", "A", "--depth", "0").stdout
    assert line == "A = (0.3)(0.2) + 1 = 1.06\n"


def test_explains_gradients_and_updates(run: Run) -> None:
    gradient = run(*LECTURE, "--target", "1", "--gradient", "w.weights[0,1]", "--depth", "1").stdout
    assert gradient.splitlines() == [
        "∂loss/∂w.weights[0, 1] = (0.4)(1.537) ≈ 0.6148",
        "  δw2 = (2.2414)(0.8) + (2.5616)(-0.4) + (1.9212)(0.4) ≈ 1.537",
    ]
    delta = run(*LECTURE, "--target", "1", "--gradient", "z", "--depth", "0").stdout
    assert delta == "δz = (2)(-0.601 - 1) = -3.202\n"
    update = run(*LECTURE, "--target", "1", "--update", "w.weights[0,1]", "--optimizer", "sgd", "--depth", "0").stdout
    assert update == "new w.weights[0, 1] = -0.3 - (0.01)(0.6148) ≈ -0.3061\n"


def test_shows_the_loss(run: Run) -> None:
    assert run(*LECTURE, "--target", "1").stdout.endswith("loss = (-0.601 - 1)^2 ≈ 2.563\n")


def test_reads_images_and_cuts_wide_layers_short(run: Run, model: Path, tmp_path: Path) -> None:
    x, _ = strokes(1)
    image = tmp_path / "digit.png"
    Image.fromarray(255 - np.asarray(x[0], np.uint8).reshape(28, 28)).save(image)
    result = run("explain", model, "--input", image, "--target", "3")
    assert result.exit_code == 0, result.stderr
    assert "… and 26 more" in result.stdout
    assert "more terms: " in result.stdout
    assert "softmax(y9) = exp(" in result.stdout
    assert max(map(len, result.stdout.splitlines())) < 300
    whole = run("explain", model, "--input", image, "--neuron", "a1", "--whole", "--depth", "0").stdout
    assert whole.count(")(") == 784


def test_takes_the_name_of_a_class(run: Run, tmp_path: Path) -> None:
    network = gn.Network(1, gn.Dense(2, "softmax", weights=[[0.5, -0.5]]), dtype="float64")
    network.labels = ("no", "yes")
    network.save(tmp_path / "net.safetensors")
    result = run("explain", "net.safetensors", "--input", "2", "--target", "yes", "--gradient", "yes", "--depth", "0")
    assert result.stdout == "δyes = 0.1192 - 1 ≈ -0.8808\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2-4-3-1", "--input", "0.4"], "--input takes 2 numbers here, not 1"),
        (["2-4-3-1", "--input", "0,4,-0,7"], "--input takes 2 numbers here, not 4"),
        (
            ["2-4-3-1", "--input", "zero,1"],
            "such as 0.4,-0.7, or decimal commas and semicolons, 0,4; -0,7; got 'zero,1'",
        ),
        (["2-4-3-1", "--input", "nan,1"], "nan"),
        (["nothing.safetensors", "--input", "1"], "nothing.safetensors"),
        ([*LECTURE[1:], "--neuron", "w5"], "there is no number 'w5'. There are: h.biases, h.weights, h1"),
        ([*LECTURE[1:], "--gradient", "w1"], "give --target too"),
        ([*LECTURE[1:], "--target", "1,2,3"], "--target takes 1 number here, not 3"),
        ([*LECTURE[1:], "--target", "1", "--gradient", "w.weights"], "say which number"),
        ([*LECTURE[1:], "--target", "1", "--gradient", "w.weights[2,0]"], "there is no number [2, 0] in it"),
        ([*LECTURE[1:], "--target", "1", "--update", "q.weights[0,0]"], "there is no parameter or state 'q.weights'"),
        ([*LECTURE[1:], "--target", "1", "--update", "z.biases[0]", "--optimizer", "magic"], "magic"),
        ([*LECTURE[1:], "--target", "1", "--neuron", "w1", "--gradient", "w1"], "ask for one of"),
    ],
)
def test_what_cannot_be_explained(run: Run, arguments: list[str], words: str) -> None:
    assert words in message(run("explain", *arguments))
