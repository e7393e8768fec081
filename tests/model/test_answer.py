"""Answers: what outputs decide, and that NaN decides nothing."""

import numpy as np
import pytest

import glassnet as gn


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_nan_decides_nothing(activation: str) -> None:
    """It was class 0, or no."""
    net = gn.Network(2, gn.Dense(2, activation))
    x = np.ones((3, 2))
    assert net.predict(x).shape[0] == 3
    net.parameters["dense_1.weights"] = [[np.nan, 0], [0, 0]]
    for given in (x, x[0]):
        with pytest.raises(gn.DataError, match=r"the probabilities for row 0 are NaN, .* net\.explain\(x\[0\]\) shows"):
            net.predict(given)


def test_values_that_are_not_finite_are_seen() -> None:
    net = gn.Network(2, gn.Dense(1, weights=[[1e38], [1e38]]))
    assert np.isinf(net.predict([[1e10, 1.0]])).all()
