"""The learning-rate finder: what it suggests trains well, and nothing is left of its search."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from tests.train import job


@pytest.mark.parametrize("optimizer", ["adam", "sgd", gn.RMSprop(3.0, rho=0.5), gn.Muon()], ids=str)
def test_it_leaves_the_network_as_it_was(optimizer: str | gn.Optimizer) -> None:
    net, untouched = job.network(), job.network()
    found = gn.find_learning_rate(net, job.X, job.Y, optimizer=optimizer, high=100.0)
    job.assert_same(net.arrays(), untouched.arrays())
    assert 1e-6 < found.suggestion < 100
    assert len(found.rates) == len(found.losses)
    assert np.isfinite(found.losses).all()


@pytest.mark.parametrize("optimizer", [gn.Adam, gn.SGD, gn.RMSprop], ids=lambda cls: cls.__name__)
def test_what_it_suggests_trains_well(optimizer: Any) -> None:
    """Nearly as well as the best of a whole grid of rates."""
    x = np.random.default_rng(0).normal(size=(200, 5))
    y = np.sin(x[:, 0]) + x[:, 1] ** 2

    def loss_after(rate: float) -> float:
        net = gn.Network(5, gn.Dense(16, "tanh"), gn.Dense(1))
        try:
            net.fit(x, y, epochs=15, optimizer=optimizer(rate), metrics=[])
        except gn.DivergenceError:
            return np.inf
        return net.loss(x, y)

    net = gn.Network(5, gn.Dense(16, "tanh"), gn.Dense(1))
    suggestion = gn.find_learning_rate(net, x, y, optimizer=optimizer(), high=10.0).suggestion
    grid = [loss_after(rate) for rate in (1e-4, 1e-3, 1e-2, 1e-1, 1.0)]
    assert loss_after(suggestion) < min(grid) + 0.5 * (net.loss(x, y) - min(grid))


def test_it_stops_where_the_loss_explodes() -> None:
    net = gn.Network(4, gn.Dense(1))
    found = gn.find_learning_rate(net, job.X, job.X[:, 0], optimizer="sgd", high=1e6, steps=200)
    assert len(found.rates) < 200
    assert found.rates[-1] < 1e6


def test_what_is_refused() -> None:
    for settings, said in (
        ({"low": 0.0}, "low must be a number, more than 0, got 0.0"),
        ({"low": 1.0, "high": 0.1}, r"high must be more than low \(1\), got 0.1"),
        ({"steps": 0}, "steps must be a whole number of at least 1, got 0"),
    ):
        with pytest.raises(gn.GlassnetError, match=said):
            gn.find_learning_rate(job.network(), job.X, job.Y, **settings)


def test_its_picture(tmp_path: Path) -> None:
    found = gn.find_learning_rate(job.network(), job.X, job.Y)
    curve, mark = found.plot(tmp_path / "rates.svg").axes[0].get_lines()
    assert list(curve.get_xdata()) == found.rates
    assert list(mark.get_xdata()) == [found.suggestion] * 2
    assert (tmp_path / "rates.svg").stat().st_size > 1000
