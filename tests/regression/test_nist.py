"""NIST's eleven certified linear data sets: how many digits must be right, coefficients and standard errors alike."""

import os
from pathlib import Path

import pytest

from bench import nist
from glassnet.regression import many

FLOAT64_DIGITS = {"Norris": 12, "Pontius": 12, "NoInt1": 14, "NoInt2": 14, "Longley": 12, "Filip": 7}
FLOAT64_DIGITS |= {f"Wampler{i}": 9 for i in range(1, 6)}


@pytest.fixture(params=nist.NAMES)
def data(request):
    folder = Path(os.environ.get("GLASSNET_DATA", "nowhere")) / "nist"
    path = folder / f"{request.param}.dat"
    if not path.exists():
        pytest.skip(f"{request.param}.dat is not there: set GLASSNET_DATA to the folder that holds nist/")
    return nist.read(path)


def test_float64_reaches_its_digits(data):
    x, y = data.floats
    assert min(nist.both(data.model().fit(x, y), data)) >= FLOAT64_DIGITS[data.name]


def test_the_way_for_many_observations_reaches_them_too(data, monkeypatch):
    monkeypatch.setattr(many, "LEAST", 0)
    test_float64_reaches_its_digits(data)


def test_exact_reaches_fourteen_digits(data):
    assert min(nist.both(data.model(precision="exact").fit(data.x, data.y), data)) >= 14


def test_digits_are_counted_right():
    assert nist.correct_digits([1.01], ["1.0"]) == pytest.approx(2, abs=0.01)
    assert nist.correct_digits([1.0, 2.5], ["1.0", "2.0"]) == pytest.approx(0.602, abs=0.001)
    assert nist.correct_digits([1e-9], ["0.000"]) == pytest.approx(9)
    assert nist.correct_digits([3.0], ["3.0"]) == 15
    assert nist.correct_digits([300.0], ["3.0"]) == 0
