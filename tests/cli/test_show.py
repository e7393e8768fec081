"""glassnet show, info and regress."""

import platform
from pathlib import Path

import numpy as np
import pytest

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
    assert network.summary() in result.stdout
    assert "Dense(units 32, activation Relu, weights GlorotUniform, biases Zeros)" in result.stdout
    first, last = (f"{network.history['loss'][epoch]:.4g}" for epoch in (0, -1))
    assert first in result.stdout
    assert last in result.stdout


def test_a_model_of_a_table(run: Run, rents: Path) -> None:
    assert run("train", rents, "--target", "rent", "--epochs", 1).exit_code == 0
    assert "area, town=Graz, town=Linz, town=Wien, built → rent" in run("show", "rents.safetensors").stdout


def test_info(run: Run) -> None:
    result = run("info")
    assert result.exit_code == 0, result.output
    for found in (gn.__version__, platform.python_version(), np.__version__, "not set", "no such folder"):
        assert found in result.stdout


def test_info_says_which_data_was_found(run: Run, images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSNET_DATA", str(images))
    assert f"{images}: MNIST" in run("info").stdout.replace("\n", "")


def test_regress(run: Run, tmp_path: Path) -> None:
    """Anscombe's first set: y = 3.00 + 0.500 x, R² = 0.67."""
    x, y = gn.data.anscombe()["I"]
    rows = "".join(f"{a:g},{b:g}\n" for a, b in zip(x, y, strict=True))
    (tmp_path / "one.csv").write_text(f"x,y\n{rows}", encoding="utf-8")
    result = run("regress", "one.csv", "--target", "y", "--plot", "line.svg", "--explain")
    assert result.exit_code == 0, result.output
    for found in ("y = 0.500091·x + 3.00009", "0.666542", "Drawn in line.svg."):
        assert found in result.stdout
    assert Path("line.svg").read_text(encoding="utf-8").lstrip().startswith("<?xml")
    (tmp_path / "rents.csv").write_text("area in m²,rent in $\n" + rows, encoding="utf-8")
    stdout = run("regress", "rents.csv", "--target", "rent in $", "--plot", "rents.svg", "--explain").stdout
    for found in ("rent in $ = 0.500091·area in m² + 3.00009", "The model rent in $ = b + m·area in m²"):
        assert found in stdout
    picture = Path("rents.svg").read_text(encoding="utf-8")
    assert ">rent in $<" in picture
    assert ">area in m²<" in picture
    plot = tmp_path / "quartet.png"
    stdout = run("regress", "anscombe", "--plot", plot).stdout
    assert "slope" in stdout
    assert "multiply-adds" in stdout
    assert "0.816" in stdout
    assert plot.exists()


def test_regress_with_categories_dates_and_gaps(run: Run, rents: Path) -> None:
    with rents.open("a", encoding="utf-8") as file:
        file.write("flat 120,,Wien,1970-01-01,900\n")
    result = run("regress", rents, "--target", "rent", "--exact", "--ignore", "built")
    assert result.exit_code == 0, result.output
    assert "Left out 1 of 121 rows, in which 'area' is missing" in result.stdout
    line = next(line for line in result.stdout.splitlines() if line.startswith("town=Wien"))
    assert abs(float(line.split()[1]) - 300) < 0.01
