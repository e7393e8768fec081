"""Pieces and regions: exact lines and polygons that together are the network."""

import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from tests.inspection.networks import CORNERS, networks


def hat() -> gn.Network:
    """0 up to 0, up to 1 at 1, back to 0 at 2, and 0 from there."""
    return gn.Network(1, gn.Dense(3, "relu", weights=[[1, 1, 1]], biases=[0, -1, -2]),
                      gn.Dense(1, weights=[[1], [-2], [1]]), dtype="float64")  # fmt: skip


def test_a_hat() -> None:
    found = hat().pieces()
    assert found.breakpoints == (0, 1, 2)
    assert [(piece.slope, piece.intercept) for piece in found.pieces] == [(0, 0), (1, 0), (-1, 2), (0, 0)]
    assert (
        str(found)
        == "y = 0       for x ≤ 0\ny = x       for 0 ≤ x ≤ 1\ny = -x + 2  for 1 ≤ x ≤ 2\ny = 0       for 2 ≤ x"
    )
    assert found.latex == (r"y = \begin{cases} 0 & x \le 0 \\ x & 0 \le x \le 1 \\ -x + 2 & 1 \le x \le 2 \\ "
                           r"0 & 2 \le x \end{cases}")  # fmt: skip
    assert found._repr_latex_() == rf"$\displaystyle {found.latex}$"
    x = sympy.Symbol("x", real=True)
    assert found.expression == sympy.Piecewise((0, x <= 0), (x, x <= 1), (2 - x, x <= 2), (0, True))
    assert [found(x) for x in (-3, 0.25, "1/3", 1.5, 7)] == [0, Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), 0]
    assert len(found) == 4


def test_breakpoints_are_exact() -> None:
    net = gn.Network(1, gn.Dense(1, "relu", weights=[[0.3]], biases=[-0.1]), dtype="float32")
    found = net.pieces(inputs="t")
    assert found.breakpoints == (Fraction(1, 3),)
    assert str(found) == "relu(y) = 0           for t ≤ 1/3\nrelu(y) = 0.3t - 0.1  for 1/3 ≤ t"
    assert found.latex.startswith(r"\operatorname{relu}(y) = \begin{cases} 0 & t \le 1/3")


def test_a_line_has_one_piece() -> None:
    found = gn.lecture("1-3-3-1").pieces()
    assert (found.breakpoints, str(found)) == ((), "y = 0.026x - 0.25")
    assert found.latex == "y = 0.026x - 0.25"


def test_one_neuron_and_what_goes_into_it() -> None:
    net = gn.Network(1, gn.Dense(2, "relu", weights=[[1, -1]]), gn.Dense(1, "sigmoid", weights=[[1], [1]]))
    assert str(net.pieces("relu(a2)")) == "relu(a2) = -x  for x ≤ 0\nrelu(a2) = 0   for 0 ≤ x"
    assert str(net.pieces("a2")) == "a2 = -x"
    assert str(net.pieces("y")) == "y = -x  for x ≤ 0\ny = x   for 0 ≤ x"


@settings(max_examples=40)
@given(networks(inputs=1, activations=CORNERS, outputs=1), st.integers(0, 2**32))
def test_the_pieces_are_the_network(net: gn.Network, seed: int) -> None:
    found = net.pieces()
    x = np.random.default_rng(seed).normal(size=20) * 3
    np.testing.assert_allclose([float(found(v)) for v in x.tolist()], net(x[:, None])[:, 0], rtol=1e-11, atol=1e-11)
    assert found.pieces[0].low is None
    assert found.pieces[-1].high is None
    for left, right in pairwise(found.pieces):
        at = left.high
        assert at is not None
        assert at == right.low
        assert left.slope * at + left.intercept == right.slope * at + right.intercept, "these networks do not jump"
        assert left.slope != right.slope
    lambdified = sympy.lambdify(sympy.Symbol("x", real=True), found.expression, "math")
    np.testing.assert_allclose([lambdified(v) for v in x.tolist()], net(x[:, None])[:, 0], rtol=1e-11, atol=1e-11)


def test_steps_jump() -> None:
    net = gn.Network(1, gn.Dense(1, "step", weights=[[2]], biases=[-1]))
    assert str(net.pieces()) == "step(y) = 0  for x ≤ 0.5\nstep(y) = 1  for 0.5 ≤ x"


# ── two inputs ──────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=25)
@given(networks(inputs=2, activations=CORNERS, outputs=1))
def test_the_regions_are_the_network(net: gn.Network) -> None:
    found = net.regions((-2, -1), (2, 3))
    assert sum(region.area for region in found) == 16
    for region in found:
        assert region.area > 0
        points = [region.centre, *region.corners]
        values = [float(region.at(*point)) for point in points]
        np.testing.assert_allclose(net(np.array(points, float))[:, 0], values, rtol=1e-10, atol=1e-10)
    areas = [region.area for region in found]
    assert areas == sorted(areas, reverse=True)


def test_as_many_regions_as_lines_in_general_position_make() -> None:
    """n lines cut the plane into 1 + n + n(n − 1)/2 parts (Steiner 1826), all of them in a window this large."""
    net = gn.Network(2, gn.Dense(6, "relu", biases="normal"), gn.Dense(1), seed=1)
    assert len(net.regions(-1000, 1000)) == 1 + 6 + 15


def test_formulas_of_regions() -> None:
    net = gn.Network(2, gn.Dense(1, "relu", weights=[[0.3], [-0.6]], biases=[0.1]))
    found = net.regions(-1, 1, inputs="s t")
    assert str(found) == "2 linear regions, the largest first:\nrelu(y) = 0.3s - 0.6t + 0.1\nrelu(y) = 0"
    assert [found.formula(region) for region in found] == ["relu(y) = 0.3s - 0.6t + 0.1", "relu(y) = 0"]


@pytest.mark.parametrize("dark", [False, True])
def test_the_picture(dark: bool, tmp_path: Path) -> None:
    net = gn.Network(2, gn.Dense(2, "relu", weights=[[1, 1], [1, -1]]), gn.Dense(1, weights=[[1], [-2]], biases=[-0.5]))
    found = net.regions(-1, 1)
    figure = found.plot(tmp_path / "regions.svg", dark=dark)
    axes, bar = figure.axes
    shaded, zeros = axes.collections
    assert len(shaded.get_paths()) == len(found) == 4
    assert sorted(text.get_text() for text in axes.texts) == sorted(found.formula(region) for region in found)
    assert axes.get_title() == "4 linear regions of y; y = 0 on the line"
    assert bar.get_ylabel() == "y at each region's centre"
    for path in zeros.get_paths():
        np.testing.assert_allclose(net(path.vertices)[:, 0], 0, atol=1e-6)
    assert (tmp_path / "regions.svg").stat().st_size > 1000


def test_many_regions_are_not_written_into() -> None:
    net = gn.Network(2, gn.Dense(6, "relu", biases="normal"), gn.Dense(1), seed=1)
    assert not net.regions(-9, 9).plot().axes[0].texts


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_has_no_pieces_is_refused_in_words() -> None:
    with pytest.raises(gn.GlassnetError, match="pieces are for one input; this network has 2"):
        gn.Network(2, gn.Dense(1)).pieces()
    with pytest.raises(gn.GlassnetError, match="regions are drawn over two inputs; this network has 28 × 28"):
        gn.Network((28, 28), gn.Flatten(), gn.Dense(1)).regions()
    with pytest.raises(gn.GlassnetError, match=r"'tanh' in dense_1 is not; ask for the sum that goes into it, 'y'"):
        gn.Network(1, gn.Dense(1, "tanh")).pieces()
    with pytest.raises(gn.GlassnetError, match=r"'tanh' in dense_1 is not; ask for a neuron of an earlier layer"):
        gn.Network(1, gn.Dense(2, "tanh"), gn.Dense(1, "relu")).pieces()
    with pytest.raises(gn.GlassnetError, match=r"there are 3 outputs; choose one, such as net\.pieces\(neuron='y1'\)"):
        gn.Network(1, gn.Dense(3)).pieces()
    with pytest.raises(gn.GlassnetError, match="the window must have low < high, got 1 and -1"):
        gn.Network(2, gn.Dense(1)).regions(1, -1)
    with pytest.raises(gn.GlassnetError, match="more than 50,000 weights are more than can be followed exactly"):
        gn.Network(1, gn.Dense(500, "relu"), gn.Dense(500, "relu"), gn.Dense(1)).pieces()


def test_pieces_that_take_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["glassnet.inspection.algebra.pieces"], "MOST_WORK", 100)
    with pytest.raises(gn.GlassnetError, match=r"the pieces take more than 100 steps .* or one neuron of it"):
        hat().pieces()


def test_two_wide_layers_are_followed() -> None:
    net = gn.Network(1, gn.Dense(64, "relu", biases="normal"), gn.Dense(64, "relu"), gn.Dense(1), dtype="float64")
    found = net.pieces()
    x = np.linspace(-3, 3, 50)
    np.testing.assert_allclose([float(found(v)) for v in x.tolist()], net(x[:, None])[:, 0], rtol=1e-9, atol=1e-9)


def test_exact_fractions_know_the_side_that_floats_do_not() -> None:
    """0.1 + 0.2 - 0.3 is above 0 in float64, and 0 by hand."""
    sums = gn.Dense(3, weights=[[0.1, 0.2, -0.3]], biases=None), gn.Dense(1, "relu", weights=[[1], [1], [1]])
    net = gn.Network(1, *sums, dtype="float64")
    assert str(net.pieces()) == "relu(y) = 0"
    assert net.formula()["relu(y)"] == 0


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("z", 1, "the window's low end must be a number"),
        (-1, None, "the window's high end must be a number"),
        (-1, float("nan"), "the window's high end must be a number"),
        ((-1, float("-inf")), 1, "the window's low end must be a number"),
        ((-1, 0, 1), 1, "low is a number for both inputs or one for each of the two, got"),
        (1, -1, "the window must have low < high"),
    ],
)
def test_a_window_that_is_none_is_refused_in_words(low: Any, high: Any, words: str) -> None:
    net = gn.Network(2, gn.Dense(2, "relu"), gn.Dense(1), dtype="float64")
    with pytest.raises(gn.GlassnetError, match=words):
        net.regions(low, high)
    assert repr(net.regions(np.float64(-1), np.array([1.0, 2.0]))) == repr(net.regions(-1, (1, 2)))
