"""What the tests of the command line share: a runner, a small MNIST drawn by the program, a table, a trained model."""

from __future__ import annotations

import csv
import gzip
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import glassnet as gn
from glassnet.cli import app
from glassnet.data.strokes import strokes
from tests.data.idx_files import NAMES, idx

Run = Callable[..., Result]


def heard() -> None:
    """The signals as a shell gives them to a command, whoever runs the tests."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_downloaded: None) -> Run:
    """``run("train", "mnist", …)`` in an empty folder, with nowhere to find data and nowhere to download from."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GLASSNET_DATA", raising=False)
    monkeypatch.setenv("COLUMNS", "120")

    def offline(*_: object, **__: object) -> None:
        raise OSError("there is no network here")

    monkeypatch.setattr("glassnet.data.store._opener", offline)
    return lambda *args: CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with MNIST's four files, whose 600 + 200 digits are drawn by the program."""
    folder = tmp_path_factory.mktemp("data") / "mnist"
    folder.mkdir()
    x, y = strokes(800)
    parts = [x[:600].reshape(-1, 28, 28), y[:600], x[600:].reshape(-1, 28, 28), y[600:]]
    for name, part in zip(NAMES, parts, strict=True):
        (folder / name).write_bytes(gzip.compress(idx(part), compresslevel=1))
    return folder.parent


@pytest.fixture(scope="session")
def model(images: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that reads those digits, most of the time."""
    path = tmp_path_factory.mktemp("model") / "digits.safetensors"
    x, y, _, _ = gn.data.mnist(images)
    network = gn.Network(784, gn.Rescale(1 / 255), gn.Dense(32, "relu"), gn.Dense(10, "softmax"))
    network.labels = tuple("0123456789")
    network.fit(x, y, epochs=20, optimizer=gn.Adam(0.005))
    network.save(path)
    return path


def write_table(path: Path, header: str, rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(), *rows])
    return path


@pytest.fixture
def rents(tmp_path: Path) -> Path:
    """Flats: area, town and a date; the rent follows from them."""
    stream = np.random.default_rng(0)
    extra = {"Graz": 0, "Linz": 100, "Wien": 300}
    rows: list[list[object]] = []
    for i in range(120):
        area, town = round(stream.uniform(30, 120), 1), stream.choice(list(extra))
        rows.append([f"flat {i}", area, town, f"19{60 + i % 40}-06-15", round(300 + 9 * area + extra[town], 2)])
    return write_table(tmp_path / "rents.csv", "name area town built rent", rows)


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """Three kinds of flowers that two measures tell apart."""
    stream = np.random.default_rng(0)
    kinds = ["setosa", "versicolor", "virginica"]
    rows: list[list[object]] = [
        [round(stream.normal(5 + k, 0.2), 2), round(stream.normal(1 + 2 * k, 0.2), 2), kinds[k]]
        for k in (i % 3 for i in range(90))
    ]
    return write_table(tmp_path / "flowers.csv", "sepal petal kind", rows)


def message(result: Result) -> str:
    """The one message of a command that was refused: exit code 2, one line, no traceback."""
    assert result.exit_code == 2, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.stderr
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0].removeprefix("glassnet: ")
