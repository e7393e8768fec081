"""glassnet evaluate: the numbers are those of the network, and the mistakes are all there."""

from pathlib import Path

import numpy as np

import glassnet as gn
from tests.cli.conftest import Run


def test_images(run: Run, images: Path, model: Path) -> None:
    result = run("evaluate", model, "mnist", "--data", images)
    assert result.exit_code == 0, result.output
    network, (_, _, x, y) = gn.load(model), gn.data.mnist(images)
    expected = network.evaluate(x, y)
    assert (
        f"On 200 test images: loss {expected['loss']:.4g}, accuracy {100 * expected['accuracy']:.2f} %."
        in result.stdout
    )
    answers = network.predict(x)
    lines = result.stdout.splitlines()
    heading = next(i for i, line in enumerate(lines) if line.startswith("rows: the truth"))
    for digit, line in enumerate(lines[heading + 2 : heading + 12]):
        counts = [int(cell) for cell in line.replace("·", "0").split()[1:]]
        assert counts == [int(np.sum((y == digit) & (answers == other))) for other in range(10)]
    zero = next(line for line in lines if line.split()[:1] == ["0"] and "%" in line)
    right = np.sum((y == 0) & (answers == 0))
    assert zero.split()[1] == f"{100 * right / np.sum(answers == 0):.2f}"
    assert zero.split()[3] == f"{100 * right / np.sum(y == 0):.2f}"


def test_tables(run: Run, flowers: Path, rents: Path) -> None:
    assert run("train", flowers, "--target", "kind", "--epochs", 40).exit_code == 0
    result = run("evaluate", "flowers.safetensors", flowers)
    assert f"On 90 rows of {flowers}: loss" in result.stdout
    assert "virginica" in result.stdout
    assert run("train", rents, "--target", "rent", "--epochs", 40).exit_code == 0
    result = run("evaluate", "rents.safetensors", rents)
    assert "R² 0.9" in result.stdout
    assert "mean absolute error" in result.stdout
