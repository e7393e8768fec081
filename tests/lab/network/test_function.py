"""The function that the page *Network* draws is the network's."""

from __future__ import annotations

import numpy as np
import pytest

from glassnet.lab.network.messages import Open
from glassnet.lab.page import Nothing
from glassnet.lab.pages.network import NetworkPage


@pytest.mark.parametrize("activation", ["linear", "relu", "leaky_relu", "tanh", "softplus"])
def test_each_place_of_the_curve_is_the_networks(alone: NetworkPage, activation: str) -> None:
    alone.open(Open(f"example=1-3-3-1&A, B, C.activation={activation}&x=2"))
    found = alone.function(Nothing())
    x, y = np.array([*found.curve, found.at]).T
    np.testing.assert_allclose(y, alone._state.network(x[:, None])[:, 0], atol=1e-12)
    is_smooth = activation in ("tanh", "softplus")
    assert bool(found.said) == is_smooth == (not found.pieces)
    if not is_smooth:
        between = np.linspace(*found.x, 101)
        drawn = np.interp(between, *np.array(found.curve).T)
        np.testing.assert_allclose(drawn, alone._state.network(between[:, None])[:, 0], atol=1e-12)


def test_relu_makes_four_pieces_of_the_lectures_line(alone: NetworkPage) -> None:
    alone.open(Open("example=1-3-3-1&A, B, C.activation=relu"))
    found = alone.function(Nothing())
    assert [piece.text.split("  ")[0] for piece in found.pieces] == [
        "y = −0.6x − 1.86", "y = −0.24x − 0.06", "y = 0.36x + 0.94", "y = 0.626x + 0.75",
    ]  # fmt: skip
    assert [x for x, _ in found.corners] == pytest.approx([-5, -5 / 3, 5 / 7])


def test_two_inputs_have_regions(alone: NetworkPage) -> None:
    alone.open(Open("example=2-4-3-1&w.activation=relu"))
    found = alone.function(Nothing())
    assert len(found.regions) == len(found.pieces) > 1
    area = sum(_area(np.array(one.corners)) for one in found.regions)
    assert area == pytest.approx((found.x[1] - found.x[0]) * (found.y[1] - found.y[0]))


def _area(corners: np.ndarray) -> float:
    x, y = corners.T
    return abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2


def test_of_many_inputs_it_is_said(alone: NetworkPage) -> None:
    alone.open(Open("example=digits"))
    assert "784 inputs cannot be drawn" in alone.function(Nothing()).said
