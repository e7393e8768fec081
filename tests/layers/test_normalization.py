"""Normalisation: Standardize is the affine map its numbers make; what BatchNorm learns, from single samples too."""

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn

X = np.random.default_rng(0).normal(size=(16, 3))


def test_standardize_is_saved_and_copied(tmp_path: Path) -> None:
    net = gn.Network(3, gn.Standardize(), gn.Dense(4, "tanh"), gn.Dense(1), dtype="float64")
    net.fit(X, X[:, 0], epochs=2)
    net.save(tmp_path / "net.safetensors")
    for other in (net.copy(), gn.load(tmp_path / "net.safetensors")):
        np.testing.assert_array_equal(other(X[:5]), net(X[:5]))


def test_standardize_explained_and_as_algebra() -> None:
    net = gn.Network(1, gn.Standardize(), gn.Dense(1, weights=[[3.0]]), dtype="float64")
    net.adapt([[2.0], [6.0]])
    assert net.explain([8.0])["s"].value == 2
    assert str(net.formula()) == "y = 1.5x - 6"
    assert str(net.collapse().formula) == "y = 1.5x - 6"
    assert net.simplify()([8.0]) == net([8.0])


def test_batch_norm_of_one_sample_tells_nothing_of_the_variance() -> None:
    """The last batch of an epoch may be a single sample; PyTorch refuses it."""
    net = gn.Network(3, gn.BatchNorm(), gn.Dense(1))
    net.fit(X[:1], X[:1, 0], epochs=3)
    np.testing.assert_allclose(net.state["batchnorm_1.running_variance"], 1, rtol=1e-6)
    np.testing.assert_allclose(net.state["batchnorm_1.running_mean"], (1 - 0.9**3) * X[0], rtol=1e-5)


def test_batch_norm_of_one_sample_is_that_after_training() -> None:
    """The gradients of a batch of one are those of a frozen layer; there is no NaN at ε = 0."""
    for epsilon in (1e-5, 0.0):
        layers = gn.Dense(4, "tanh"), gn.BatchNorm(epsilon=epsilon), gn.Dense(1)
        net = gn.Network(3, *layers, dtype="float64", seed=1)
        net.fit(X, X[:, 0], epochs=3, batch_size=16)
        frozen = gn.Network(3, *layers, dtype="float64")
        frozen.assign(net.arrays())
        frozen.freeze("batchnorm_1")
        for one in (net, frozen):
            one.train_on_batch(X[:1], X[:1, 0], optimizer=gn.SGD(0.1))
        for name in ("dense_1.weights", "dense_2.weights"):
            np.testing.assert_allclose(net.parameters[name], frozen.parameters[name], rtol=1e-14)


@pytest.mark.parametrize("size", [1, 20])
def test_batch_norm_learns_where_batches_or_the_last_one_are_single_samples(size: int) -> None:
    x = np.random.default_rng(0).normal(size=(41, 3))
    y = x @ [1.0, 2.0, 3.0]
    net = gn.Network(3, gn.Dense(4), gn.BatchNorm(), gn.Dense(1), dtype="float64", seed=1)
    net.fit(x, y, epochs=60 if size > 1 else 20, batch_size=size, optimizer=gn.Adam(0.02))
    assert net.evaluate(x, y, metrics=["r2"])["r2"] > 0.95


def test_a_single_image_has_a_variance() -> None:
    """Where the units are not the only axis, a batch of one has several numbers for each."""
    x = np.arange(6.0).reshape(1, 3, 2)
    net = gn.Network((3, 2), gn.BatchNorm(), gn.Flatten(), gn.Dense(1), dtype="float64")
    net.train_on_batch(x, [[0.0]])
    np.testing.assert_allclose(net.state["batchnorm_1.running_variance"], 0.9 + 0.1 * x[0].var(axis=0, ddof=1))


def test_batch_norm_settles_at_the_statistics_of_the_data() -> None:
    x = X * [1, 10, 0.1] + [0, 5, -2]
    net = gn.Network(3, gn.BatchNorm(), gn.Dense(1, weights="zeros"), dtype="float64")
    net.fit(x, x[:, 0], epochs=300, batch_size=16, optimizer=gn.SGD(1e-9))
    np.testing.assert_allclose(net.state["batchnorm_1.running_mean"], x.mean(axis=0), rtol=1e-9)
    np.testing.assert_allclose(net.state["batchnorm_1.running_variance"], x.var(axis=0, ddof=1), rtol=1e-9)
