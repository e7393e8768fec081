"""Wider networks come closer to a curve, and cost what they say."""

import math
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.lessons.approximation import approximate


def test_wider_networks_come_closer() -> None:
    found = approximate(lambda x: np.sin(3 * x) + x / 2, widths=(0, 2, 8), low=-2, high=2, epochs=300)
    errors = [fit.error for fit in found]
    assert errors[0] > errors[1] > 20 * errors[2]
    assert [fit.multiply_adds for fit in found] == [1, 4, 16]
    assert all(fit.largest >= fit.error for fit in found)
    x = np.linspace(-2, 2, 991)
    best = found[2]
    difference = best.network(x[:, None])[:, 0] - (np.sin(3 * x) + x / 2)
    assert best.error == pytest.approx(np.sqrt(np.mean(difference**2)))
    assert best.largest == pytest.approx(np.abs(difference).max())


def test_a_line_is_linear_regression() -> None:
    [fit] = approximate(np.exp, widths=[0], samples=50)
    x = np.linspace(0, 1, 50)
    slope, intercept = np.polyfit(x, np.exp(x), 1)
    np.testing.assert_allclose(fit.network([[0.25]]), [[slope / 4 + intercept]], rtol=1e-6)


def test_curves_of_one_number_and_constants() -> None:
    assert approximate(math.sqrt, widths=[4], epochs=50)[0].error < 0.05
    assert approximate(lambda x: 5, widths=[1], epochs=5)[0].largest < 1e-12


def test_as_text_and_picture(tmp_path: Path) -> None:
    found = approximate(np.sin, widths=(0, 2), low=0, high=3, epochs=20)
    lines = str(found).splitlines()
    assert lines[0].split() == ["width", "error", "largest", "multiply-adds", "milliseconds"]
    assert [line.split()[0] for line in lines[1:]] == ["0", "2"]
    figure = found.plot(tmp_path / "found.png", dark=True)
    assert [len(axes.lines) for axes in figure.axes] == [3, 2]
    assert (tmp_path / "found.png").stat().st_size > 1000


def test_what_cannot_be_fitted() -> None:
    with pytest.raises(gn.GlassnetError, match="low must be less than high, got 2 and 1"):
        approximate(np.sin, low=2, high=1)
    with pytest.raises(gn.GlassnetError, match="at least one width"):
        approximate(np.sin, widths=())
    with np.errstate(divide="ignore"), pytest.raises(gn.GlassnetError, match="no finite value at 0; choose another"):
        approximate(np.log, low=0, high=1)
