"""glassnet predict: digits from drawings, rows of tables, and the model that comes with Glassnet."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

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
        assert lines[2 * i][1:] == lines[2 * i + 1][1:]
    for name, *said in lines:
        assert said == gn.read_digit(network, name).words.split()


def test_the_words_of_what_is_no_digit(run: Run, tmp_path: Path) -> None:
    """They are ``gn.read_digit``'s, and no errors: standard error stays empty."""
    canvas = Image.new("L", (300, 200), 255)
    canvas.save(tmp_path / "blank.png")
    draw = ImageDraw.Draw(canvas)
    draw.line([(60, 150), (60, 50), (90, 100), (120, 50), (120, 150)], 0, 10, joint="curve")
    canvas.save(tmp_path / "m.png")
    pair = np.hstack(list(gn.data.strokes(2, seed=4)[0].reshape(2, 28, 28)))
    Image.fromarray(pair).resize((448, 224)).save(tmp_path / "two.png")
    result = run("predict", "digits", "blank.png", "m.png", "two.png")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line.split(maxsplit=1) for line in result.stdout.splitlines()]
    assert [name for name, _ in lines] == ["blank.png", "m.png", "two.png"]
    beginnings = ("no digit", "no digit", "several digits")
    assert all(words.startswith(begin) for (_, words), begin in zip(lines, beginnings, strict=True)), lines


def test_what_the_network_saw(run: Run, tmp_path: Path) -> None:
    canvas = Image.new("L", (300, 200), 255)
    ImageDraw.Draw(canvas).rectangle((150, 40, 162, 160), 0)
    canvas.save(tmp_path / "one.png")
    answer, *table = run("predict", "digits", "--show", "one.png").stdout.splitlines()
    assert answer.split()[1] == "1"
    numbers = np.array([line.split() for line in table], int)
    assert (numbers == digit_image(tmp_path / "one.png").reshape(28, 28)).all()


def test_other_images_are_read_by_their_labels(run: Run, tmp_path: Path) -> None:
    network = gn.Network(784, gn.Rescale(1 / 255), gn.Dense(3, "softmax"))
    network.labels = ("shirt", "coat", "bag")
    network.save(tmp_path / "clothes.safetensors")
    Image.fromarray(gn.data.strokes(1)[0].reshape(28, 28)).save(tmp_path / "a.png")
    said = run("predict", "clothes.safetensors", "a.png").stdout.split()
    assert said[1] in network.labels
    assert said[3] == "%"


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
    read = [line.split()[1] for line in result.stdout.splitlines()]
    assert np.mean([word == str(digit) for word, digit in zip(read, y, strict=True)]) > 0.6  # grainy, seldom framed


@pytest.mark.parametrize("name", ["digits.safetensors", "./digits"])
def test_a_file_is_not_taken_for_the_model_that_comes_along(run: Run, name: str) -> None:
    assert "does not exist" in message(run("predict", name, "a.png"))


def test_a_question_is_translated(run: Run) -> None:
    pairs = gn.data.TextPairs.of([("one", "1"), ("ten", "10")])
    size = pairs.tokens.size
    net = gn.Network(4, gn.Embedding(size, 8), gn.GRU(8, sequence=True), gn.Crop(2), gn.Dense(size, "softmax"))
    net.tokens = pairs.tokens
    net.fit(pairs.x_train, pairs.y_train, epochs=100, optimizer=gn.Adam(0.03))
    net.save("words.safetensors")
    assert run("predict", "words.safetensors", "--input", "ten").stdout == "10\n"
    assert "a question is a text of 1 to 3 characters" in message(
        run("predict", "words.safetensors", "--input", "eleven")
    )
