"""Initialisers: each distribution has the spread its paper asks for."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.layers.initializers import Initializer, fans

INPUTS, UNITS = 300, 200

SPREADS = {
    gn.Normal(0.3, mean=2.0): (2.0, 0.3**2),
    gn.Uniform(-1.0, 3.0): (1.0, 4.0**2 / 12),
    gn.GlorotUniform(): (0.0, 2 / (INPUTS + UNITS)),
    gn.GlorotNormal(): (0.0, 2 / (INPUTS + UNITS)),
    gn.HeUniform(): (0.0, 2 / INPUTS),
    gn.HeNormal(): (0.0, 2 / INPUTS),
    gn.LeCunUniform(): (0.0, 1 / INPUTS),
    gn.LeCunNormal(): (0.0, 1 / INPUTS),
    gn.Zeros(): (0.0, 0.0),
    gn.Constant(0.7): (0.7, 0.0),
}
"""Mean and variance of each for a layer of so many inputs and units."""


def draw(initializer: Initializer, shape: tuple[int, ...] = (INPUTS, UNITS), seed: int = 0) -> np.ndarray:
    return initializer(shape, np.random.Generator(np.random.Philox(seed)))


@pytest.mark.parametrize("initializer", SPREADS, ids=str)
def test_mean_and_variance(initializer: Initializer) -> None:
    """60,000 draws: the mean within 5 standard errors, the variance within 5 of its own (√(2/n) of it)."""
    mean, variance = SPREADS[initializer]
    values = draw(initializer)
    assert values.shape == (INPUTS, UNITS)
    assert values.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / values.size) + 1e-12)
    assert values.var() == pytest.approx(variance, rel=5 * np.sqrt(2 / values.size), abs=1e-12)


@pytest.mark.parametrize(
    ("initializer", "limit"),
    [(gn.GlorotUniform(), (6 / (INPUTS + UNITS)) ** 0.5), (gn.HeUniform(), (6 / INPUTS) ** 0.5), (gn.Uniform(), 0.05)],
    ids=str,
)
def test_uniform_ones_reach_their_limits_and_stay_within(initializer: Initializer, limit: float) -> None:
    values = draw(initializer)
    assert 0.999 * limit < np.abs(values).max() <= limit
    assert np.histogram(values, bins=10)[0].min() > 0.95 * values.size / 10


@pytest.mark.parametrize("shape", [(5, 5), (8, 3), (3, 8), (2, 3, 4)], ids=str)
def test_orthogonal(shape: tuple[int, ...]) -> None:
    q = draw(gn.Orthogonal(gain=2.0), shape).reshape(-1, shape[-1])
    short = q.T @ q if q.shape[0] >= q.shape[1] else q @ q.T
    np.testing.assert_allclose(short, 4.0 * np.eye(len(short)), atol=1e-12)


def test_orthogonal_has_no_side() -> None:
    """Of random rotations, no entry prefers a sign: without care for LAPACK's signs the diagonal would."""
    diagonals = np.array([np.diag(draw(gn.Orthogonal(), (3, 3), seed)) for seed in range(300)])
    assert abs((diagonals > 0).mean() - 0.5) < 5 * 0.5 / np.sqrt(diagonals.size)


def test_fans() -> None:
    assert fans((784, 128)) == (784, 128)
    assert fans((3, 3, 16, 32)) == (9 * 16, 9 * 32)
    assert fans((7,)) == (7, 7)


@pytest.mark.parametrize(
    "name", ["zeros", "normal", "uniform", "glorot uniform", "he_normal", "LeCunNormal", "orthogonal"]
)
def test_by_name_in_a_network(name: str) -> None:
    net, again, other = (gn.Network(6, gn.Dense(4, weights=name, biases="normal"), seed=seed) for seed in (1, 1, 2))
    assert (net.parameters.buffer == again.parameters.buffer).all()
    assert (net.parameters.buffer != other.parameters.buffer).any()


def test_each_parameter_draws_numbers_of_its_own() -> None:
    net = gn.Network(4, gn.Dense(4), gn.Dense(4))
    assert (net.parameters["dense_1.weights"] != net.parameters["dense_2.weights"]).all()


def test_signals_keep_their_size_through_many_layers() -> None:
    """What the papers promise: thirty layers on, a signal has neither vanished nor exploded."""
    x = np.random.default_rng(0).normal(size=(200, 100))
    for activation, weights in (("relu", "he normal"), ("tanh", "glorot uniform"), ("selu", "lecun normal")):
        net = gn.Network(100, *[gn.Dense(100, activation, weights=weights) for _ in range(30)], dtype="float64")
        assert 0.02 < net(x).std() < 5, activation
    bad = gn.Network(100, *[gn.Dense(100, "relu", weights=gn.Normal(0.05)) for _ in range(30)], dtype="float64")
    assert bad(x).std() < 1e-3
