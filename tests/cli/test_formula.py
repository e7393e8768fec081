"""``glassnet formula``."""

import re
from pathlib import Path

import pytest

import glassnet as gn
from tests.cli.conftest import Run, message


@pytest.fixture
def line(tmp_path: Path) -> Path:
    path = tmp_path / "line.safetensors"
    gn.lecture("1-3-3-1").save(path)
    return path


def test_formulas(run: Run, line: Path) -> None:
    assert run("formula", line).stdout == "y = 0.026x - 0.25\n"
    assert run("formula", line, "--inputs", "t", "--latex").stdout == "y = 0.026 t - 0.25\n"
    assert run("formula", line, "--neuron", "D").stdout == "D = 0.48x + 0.1\n"
    assert run("formula", line, "--neuron", "D", "--symbols").stdout.startswith("D = (w1_11·w2_11 + w1_12·w2_21 + ")
    assert "= [0.48  -0.17  -0.57]\n" in run("formula", line, "--collapse").stdout
    assert run("formula", line, "--collapse", "--latex").stdout.startswith(r"\begin{aligned} A &= ")


def test_what_cannot_be_written(run: Run, line: Path) -> None:
    assert "there is no neuron 'Q'" in message(run("formula", line, "--neuron", "Q"))
    assert "--collapse is for the whole network" in message(run("formula", line, "--collapse", "--symbols"))


def test_what_is_advised_can_be_typed(run: Run) -> None:
    advised = re.search(r"--neuron \S+", message(run("formula", "digits")))
    assert advised is not None
    assert run("formula", "digits", *advised[0].split()).stdout.count("x") == 784
    assert "in Python, net.simplify()" in message(run("formula", "digits", "--collapse"))
