"""glassnet predict: digits from drawings, rows of tables, and the model that comes with Glassnet."""

import csv
import io
from importlib import resources
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


def test_the_model_that_comes_along(run: Run, images: Path, tmp_path: Path) -> None:
    """It reads drawn digits; a version that comes without it says so, and what to do."""
    _, _, x, y = gn.data.mnist(images)
    for i in range(20):
        Image.fromarray(x[i].reshape(28, 28)).save(tmp_path / f"{i:02}.png")
    result = run("predict", "digits", *sorted(tmp_path.glob("*.png")))
    if (resources.files("glassnet") / "models" / "digits.safetensors").is_file():
        read = [int(line.split()[1]) for line in result.stdout.splitlines()]
        assert np.mean(read == y[:20]) > 0.85
    else:
        assert "does not come with this version" in message(result)


@pytest.mark.parametrize("name", ["digits.safetensors", "./digits"])
def test_a_file_is_not_taken_for_the_model_that_comes_along(run: Run, name: str) -> None:
    assert "does not exist" in message(run("predict", name, "a.png"))
