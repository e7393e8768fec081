"""glassnet show: a digit as its numbers, a model as its layers and its history."""

from pathlib import Path

import numpy as np

import glassnet as gn
from tests.cli.conftest import Run


def test_a_digit_as_its_table_of_numbers(run: Run, images: Path) -> None:
    """What stands in the terminal is the image: 28 rows of 28 numbers from 0 to 255."""
    x, y, x_test, _ = gn.data.mnist(images)
    for options, pixels in (((7,), x[7]), ((3, "--test"), x_test[3]), ((), x[0])):
        result = run("show", "mnist", *options, "--data", images)
        assert result.exit_code == 0, result.output
        lines = result.stdout.splitlines()
        shown = np.array([line.split() for line in lines[:28]], int)
        np.testing.assert_array_equal(shown, pixels.reshape(28, 28))
        assert max(map(len, lines[:28])) == 112
    assert f"training image 0, labelled '{y[0]}'" in result.stdout


def test_a_model(run: Run, model: Path) -> None:
    result = run("show", model)
    assert result.exit_code == 0, result.output
    network = gn.load(model)
    assert str(network.summary()) in result.stdout
    assert "Dense(units 32, activation Relu, weights GlorotUniform, biases Zeros)" in result.stdout
    first, last = (f"{network.history['loss'][epoch]:.4g}" for epoch in (0, -1))
    assert first in result.stdout
    assert last in result.stdout


def test_a_model_of_a_table(run: Run, rents: Path) -> None:
    assert run("train", rents, "--target", "rent", "--epochs", 1).exit_code == 0
    assert "area, town=Graz, town=Linz, town=Wien, built → rent" in run("show", "rents.safetensors").stdout
