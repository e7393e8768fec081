"""glassnet predict: digits from drawings, rows of tables, and the model that comes with Glassnet."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.data.digit_image import digit_image
from tests.cli.conftest import Run, message


def test_images(run: Run, images: Path, model: Path, tmp_path: Path) -> None:
    """Each line: path, digit, probability, for images framed as the network knows them, on dark and on light paper."""
    network, (_, _, x, _) = gn.load(model), gn.data.mnist(images)
    for i in range(2):
        Image.fromarray(x[i].reshape(28, 28)).save(tmp_path / f"dark{i}.png")
        Image.fromarray(255 - x[i].reshape(28, 28)).save(tmp_path / f"light{i}.png")
    names = ["dark0.png", "light0.png", "dark1.png", "light1.png"]
    result = run("predict", model, *names)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    assert [line[0] for line in lines] == names
    for i in range(2):
        assert lines[2 * i][1] == lines[2 * i + 1][1] == str(network.predict(x[i]))
    for name, *said in lines:
        outputs = network(digit_image(name))
        assert said == [str(outputs.argmax()), f"{100 * outputs.max():.2f}", "%"]


def test_rows_of_a_table(run: Run, flowers: Path, rents: Path) -> None:
    assert run("train", flowers, "--target", "kind", "--epochs", 60).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(run("predict", "flowers.safetensors", flowers).stdout)))
    with flowers.open(newline="", encoding="utf-8") as file:
        truth = [row["kind"] for row in csv.DictReader(file)]
    assert len(rows) == 90
    assert np.mean([row["kind"] == kind for row, kind in zip(rows, truth, strict=True)]) > 0.9
    assert all(0 < float(row["probability"]) <= 1 for row in rows)
    assert run("train", rents, "--target", "rent", "--epochs", 60).exit_code == 0
    prices = list(csv.DictReader(io.StringIO(run("predict", "rents.safetensors", rents).stdout)))
    assert 300 < float(prices[0]["rent"]) < 1800


def test_the_model_that_comes_along(run: Run, tmp_path: Path) -> None:
    """It reads the digits that the program draws, which are harder than MNIST's."""
    x, y = gn.data.strokes(100, seed=3)
    for i in range(100):
        Image.fromarray(x[i].reshape(28, 28)).save(tmp_path / f"{i:02}.png")
    result = run("predict", "digits", *sorted(tmp_path.glob("*.png")))
    read = [int(line.split()[1]) for line in result.stdout.splitlines()]
    assert np.mean(read == y) > 0.6  # these are grainy and seldom framed; tests/data reads what people draw


@pytest.mark.parametrize("name", ["digits.safetensors", "./digits"])
def test_a_file_is_not_taken_for_the_model_that_comes_along(run: Run, name: str) -> None:
    assert "does not exist" in message(run("predict", name, "a.png"))
