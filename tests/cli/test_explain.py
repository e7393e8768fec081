"""``glassnet explain``: the lecture's arithmetic, any one number, and what cannot be explained."""

import json
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
    assert "= 0.71" in run("explain", "2-4-3-1", "--input", given, "--number", "w1").stdout


def test_takes_one_decimal_comma(run: Run) -> None:
    line = run("explain", "1-3-3-1", "--input", "0,3", "--number", "A", "--depth", "0").stdout
    assert line == "A = (0.3)(0.2) + 1 = 1.06\n"


def test_explains_gradients_and_updates(run: Run) -> None:
    gradient = run(*LECTURE, "--target", "1", "--number", "dloss/dw.weights[0,1]", "--depth", "1").stdout
    assert gradient.splitlines() == [
        "∂loss/∂w.weights[0, 1] = u · δw2 = (0.4)(1.537) ≈ 0.6148, for the weight from u to w2",
        "  δw2 = Σ_j δh_j · weight(w2→h_j) = (2.2414)(0.8) + (2.5616)(-0.4) + (1.9212)(0.4) ≈ 1.537",
    ]
    delta = run(*LECTURE, "--target", "1", "--number", "dloss/dz", "--depth", "0").stdout
    assert delta == "δz = 2 · (z - target) = (2)(-0.601 - 1) = -3.202\n"
    update = run(
        *LECTURE, "--target", "1", "--number", "new w.weights[0,1]", "--optimizer", "sgd", "--depth", "0"
    ).stdout
    in_names = "weight(u→w2) - learning rate · ∂loss/∂w.weights[0, 1]"
    in_numbers = "-0.3 - (0.01)(0.6148) ≈ -0.3061, for the weight from u to w2"
    assert update == f"new w.weights[0, 1] = {in_names} = {in_numbers}\n"


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
    whole = run("explain", model, "--input", image, "--number", "a1", "--whole", "--depth", "0").stdout
    assert whole.count(")(") == 784


def test_takes_the_name_of_a_class(run: Run, tmp_path: Path) -> None:
    network = gn.Network(1, gn.Dense(2, "softmax", weights=[[0.5, -0.5]]), dtype="float64")
    network.labels = ("no", "yes")
    network.save(tmp_path / "net.safetensors")
    result = run(
        "explain", "net.safetensors", "--input", "2", "--target", "yes", "--number", "dloss/dyes", "--depth", "0"
    )
    assert result.stdout == "δyes = softmax(yes) - 1 = 0.1192 - 1 ≈ -0.8808\n"


def test_explains_several_inputs(run: Run) -> None:
    both = [*LECTURE, "--input", "1", "2"]
    assert "  w1⁽²⁾ = (1)(0.3) + (2)(-0.7) + 0.1 = -1\n" in run(*both).stdout
    line = run(*both, "--target", "1", "--target", "0", "--number", "loss", "--depth", "0").stdout
    net = gn.lecture("2-4-3-1")
    loss = net.loss([[0.4, -0.7], [1.0, 2.0]], [[1.0], [0.0]])
    assert line.startswith("loss = ")
    assert float(line.split()[-1]) == pytest.approx(loss, rel=1e-3)
    assert run(*both, "--number", "w1^(2)", "--depth", "0").stdout.startswith("w1⁽²⁾ = ")


def test_takes_another_loss_and_training_step(run: Run) -> None:
    told = [*LECTURE, "--target", "1", "--depth", "0"]
    assert run(*told, "--loss", "absolute error", "--number", "loss").stdout.endswith("-0.601 - 1| = 1.601\n")
    first = [*told, "--number", "new z.biases[0]"]
    assert " = -0.7 - (0.001)(-3.202) / (sqrt(10.25) + 1e-7) ≈ -0.699, " in run(*first).stdout
    assert " = -0.7 - (0.01)(-3.202) ≈ -0.668, for the bias of z\n" in run(*first, "--optimizer", "sgd").stdout


def test_explains_rows_of_a_table(run: Run, tmp_path: Path) -> None:
    rows = [("width", "length", "kind")] + [(f"{i}.5", f"{i % 3}", "ab"[i % 2]) for i in range(40)]
    (tmp_path / "table.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    assert run("train", "table.csv", "--target", "kind", "--epochs", "1", "--hidden", "2").exit_code == 0
    network = gn.load("table.safetensors")
    found = json.loads(run("explain", "table.safetensors", "table.csv", "--rows", "3,5-6", "--format", "json").stdout)
    assert found[-1]["words"] == "loss"
    x = network.encoding.encode({"width": [2.5, 4.5, 5.5], "length": [2.0, 1.0, 2.0]})  # type: ignore[union-attr]
    assert found[-1]["children"][0]["value"] == pytest.approx(network.loss(x, [0, 0, 1]), rel=1e-6)
    (tmp_path / "new.csv").write_text("width,length\n1,2\n", encoding="utf-8")
    without_target = run("explain", "table.safetensors", "new.csv")
    assert without_target.exit_code == 0
    assert "loss" not in without_target.stdout
    assert "new.csv holds none for these rows" in message(
        run("explain", "table.safetensors", "new.csv", "--number", "loss")
    )


def test_explains_images_of_a_set(run: Run, model: Path, images: Path) -> None:
    told = ["explain", model, "mnist", "--data", images, "--rows", "2-3", "--depth", "0"]
    _, _, x, y = gn.data.mnist(images)
    loss = gn.load(model).loss(x[1:3], y[1:3])
    assert float(run(*told, "--number", "loss").stdout.split()[-1]) == pytest.approx(loss, rel=1e-3)


def test_formats(run: Run) -> None:
    explanation = gn.lecture("2-4-3-1").explain([0.4, -0.7], [1.0])
    tree, told = explanation["δw1"].tree(2), [*LECTURE, "--target", "1"]
    number = [*told, "--number", "dloss/dw1", "--format"]
    assert run(*number, "text").stdout == tree.text + "\n"
    assert run(*number, "latex").stdout == tree.latex + "\n"
    assert json.loads(run(*number, "json").stdout) == tree.data
    page = run(*number, "html").stdout
    assert tree.html in page
    assert '<meta charset="utf-8">' in page
    assert "<title>2-4-3-1: ∂loss/∂w1</title>" in page
    for form in ("text", "latex", "html", "json"):
        whole = run(*told, "--format", form)
        assert whole.exit_code == 0
        assert "w1" in whole.stdout.replace("w_{1}", "w1").replace("w<sub>1</sub>", "w1")
    assert run(*told, "--format", "pdf").exit_code == 2


@pytest.mark.parametrize("columns", [40, 70])
def test_lines_stay_within_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    plain = run(*LECTURE, "--target", "1").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = run(*LECTURE, "--target", "1").stdout
    assert max(map(len, shown.splitlines())) <= columns < max(map(len, plain.splitlines()))
    assert shown.split() == plain.split()
    assert all(len(line) - len(line.lstrip()) in (0, 2, 6) for line in shown.splitlines())


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
        ([*LECTURE[1:], "--number", "w5"], "there is no number 'w5'. There are: h1, h2, h3, h.biases, h.weights"),
        ([*LECTURE[1:], "--number", "dloss/dw1"], "give --target too"),
        ([*LECTURE[1:], "--target", "1,2,3"], "--target takes 1 number here, not 3"),
        ([*LECTURE[1:], "--target", "1", "--number", "dloss/dw.weights"], "say which number"),
        ([*LECTURE[1:], "--target", "1", "--number", "dloss/dw.weights[2,0]"], "there is no number [2, 0] in it"),
        (
            [*LECTURE[1:], "--target", "1", "--number", "new q.weights[0,0]"],
            "there is no parameter or state 'q.weights'",
        ),
        ([*LECTURE[1:], "--target", "1", "--number", "new z.biases[0]", "--optimizer", "magic"], "magic"),
        (["2-4-3-1"], "give an input with --input, or name DATA"),
        ([*LECTURE[1:], "--rows", "1"], "--rows are of DATA"),
        (["1-3-3-1", "thermometer", "--input", "1"], "give an input with --input, or name DATA"),
        (["1-3-3-1", "thermometer", "--target", "1"], "the targets are in the data"),
        (["1-3-3-1", "thermometer", "--rows", "1-400"], "thermometer has rows 1 to"),
        (["1-3-3-1", "thermometer", "--rows", "3-1"], "--rows asks for 3-1"),
        (["1-3-3-1", "thermometer", "--rows", "0"], "--rows asks for 0"),
        (["1-3-3-1", "thermometer", "--rows", "one"], "--rows takes numbers such as 3, 1-5 or 1,4,7-9, got 'one'"),
        (["2-4-3-1", "thermometer"], "thermometer has one input, day, for one number, temperature; 2-4-3-1 takes 2"),
        (["2-4-3-1", "mnist"], "the images of mnist have 784 numbers"),
        ([*LECTURE[1:], "--loss", "mse"], "give --target too"),
        ([*LECTURE[1:], "--number", "new z.biases[0]"], "give --target too"),
        ([*LECTURE[1:], "--number", "loss"], "give --target too"),
        ([*LECTURE[1:], "--target", "1", "--loss", "magic"], "magic"),
        ([*LECTURE[1:], "--input", "1,2", "--target", "1"], "2 inputs and 1 target; give each input its --target"),
    ],
)
def test_what_cannot_be_explained(run: Run, arguments: list[str], words: str) -> None:
    assert words in message(run("explain", *arguments))
