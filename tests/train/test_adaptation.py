"""What is taken over from the data before a training: means and deviations, and a note on inputs far from 1."""

from pathlib import Path

import numpy as np
import pytest

import glassnet as gn

RNG = np.random.default_rng(0)
X = RNG.normal([100.0, -3.0, 7.0], [20.0, 0.01, 0.0], (3000, 3))
Y = (X[:, 0] - 100) / 20


def network(dtype: str = "float64") -> gn.Network:
    return gn.Network(3, gn.Standardize(), gn.Dense(4, "tanh"), gn.Dense(1), dtype=dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_first_fit_takes_mean_and_deviation_from_the_training_data(dtype: str) -> None:
    net = network(dtype)
    net.fit(X, Y, epochs=1)
    tolerance = 1e-12 if dtype == "float64" else 1e-6
    np.testing.assert_allclose(net.state["standardize_1.mean"], X.mean(axis=0), rtol=tolerance)
    np.testing.assert_allclose(net.state["standardize_1.deviation"], [*X.std(axis=0)[:2], 1.0], rtol=tolerance)


def test_held_out_samples_are_not_looked_at() -> None:
    net, held_out = network(), (X[:10] + 1e6, Y[:10])
    net.fit(X[10:], Y[10:], epochs=1, validation=held_out)
    np.testing.assert_allclose(net.state["standardize_1.mean"], X[10:].mean(axis=0))


def test_later_fits_and_frozen_numbers_stay() -> None:
    net = network()
    net.adapt([[0.0, 0.0, 0.0], [2.0, 4.0, 6.0]])
    net.fit(X, Y, epochs=1)
    assert net.state["standardize_1.mean"].tolist() == [1, 2, 3]
    assert net.state["standardize_1.deviation"].tolist() == [1, 2, 3]


def test_layers_in_the_middle_are_adapted_to_what_they_are_given() -> None:
    net = gn.Network((2, 3), gn.Standardize(), gn.Flatten(), gn.Dense(4), gn.Standardize(), dtype="float64")
    x = RNG.normal(5, 3, (50, 2, 3))
    net.adapt(x)
    np.testing.assert_allclose(net.state["standardize_1.mean"], x.mean(axis=(0, 1)))
    np.testing.assert_allclose(net(x).mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(net(x).std(axis=0), 1)


def test_a_training_that_is_resumed_is_the_one_that_was_not_stopped(tmp_path: Path) -> None:
    whole, parts = network(), network()
    whole.fit(X[:100], Y[:100], epochs=4)
    parts.fit(X[:100], Y[:100], epochs=2, callbacks=[gn.Checkpoint(tmp_path)])
    resumed = network()
    resumed.fit(X[:100], Y[:100], epochs=4, resume=tmp_path)
    np.testing.assert_array_equal(resumed(X), whole(X))


# ── inputs that are far from 1 ──────────────────────────────────────────────────────────────────────────────────────


def notes(caplog: pytest.LogCaptureFixture, *layers: gn.Layer, x: object = X) -> list[str]:
    caplog.clear()
    net = gn.Network(3, *layers, gn.Dense(1))
    net.fit(x, Y, epochs=1, optimizer=gn.SGD(1e-9))
    net.fit(x, Y, epochs=1, optimizer=gn.SGD(1e-9))
    return [record.getMessage() for record in caplog.records]


def test_inputs_far_from_unit_scale_are_noted_once(caplog: pytest.LogCaptureFixture) -> None:
    [note] = notes(caplog, gn.Dense(2))
    assert note.startswith("the inputs are up to 1")
    assert "begin the network with gn.Standardize()" in note
    assert len(notes(caplog, gn.Dense(2), x=X * 1e-6)) == 1
    [note] = notes(caplog, gn.Dense(2), x=X * (2023.4 / np.abs(X).max()))
    assert note.startswith("the inputs are up to 2023 in size, and networks learn best from numbers around 1")


def test_scaled_inputs_are_not(caplog: pytest.LogCaptureFixture) -> None:
    for layer in (gn.Standardize(), gn.Rescale(0.01), gn.BatchNorm()):
        assert not notes(caplog, layer)
    assert not notes(caplog, gn.Dense(2), x=(X - X.mean(axis=0)) / 20)
    assert not notes(caplog, gn.Dense(2), x=X * 0)
