"""The recipes for images: the networks that they say, and a training from the command line."""

from pathlib import Path

import pytest

import glassnet as gn
from glassnet.cli.recipes import IMAGES, image_network, image_recipe
from tests.cli.conftest import Run

DIGITS = tuple("0123456789")


def test_lenet_is_the_network_of_1998() -> None:
    network = image_network(image_recipe("lenet"), DIGITS)
    shapes = {name: array.shape for name, array in network.parameters.items() if name.endswith("weights")}
    assert list(shapes.values()) == [(5, 5, 1, 6), (5, 5, 6, 16), (400, 120), (120, 84), (84, 10)]
    assert network.operations().parameters == 61_706  # 60,000 in the paper, where not all maps are connected


@pytest.mark.parametrize("name", IMAGES)
def test_each_recipe_reads_rows_of_grey_values(name: str) -> None:
    network = image_network(image_recipe(name), DIGITS)
    assert network([0] * 784).shape == (10,)


def test_pictures_are_learnt_by_convolutions(run: Run, images: Path) -> None:
    result = run("train", "mnist", "--data", images, "--recipe", "lenet", "--out", "seen.safetensors")
    assert result.exit_code == 0, result.output
    _, _, x, y = gn.data.mnist(images)
    assert gn.load("seen.safetensors").evaluate(x, y)["accuracy"] > 0.5  # of 600 digits in five epochs
