"""Snapshots of a training: every number comes back bit for bit, and what follows is the same again."""

from __future__ import annotations

import numpy as np
import pytest

import glassnet as gn

X, Y = gn.data.moons(samples=30)


def network(seed: int = 0) -> gn.Network:
    penalty = gn.Penalty(l2=0.01)
    layers = gn.Dense(5, "tanh", weights_penalty=penalty), gn.BatchNorm(), gn.Dropout(0.2), gn.Dense(1, "sigmoid")
    return gn.Network(2, *layers, seed=seed)


def steps(net: gn.Network, count: int, optimizer: gn.Optimizer) -> list[float]:
    return [net.train_on_batch(X[i : i + 20], Y[i : i + 20], optimizer=optimizer) for i in range(count)]


def numbers(net: gn.Network) -> bytes:
    return b"".join(array.tobytes() for array in net.arrays().values())


@pytest.mark.parametrize("optimizer", [gn.SGD(0.1), gn.Adam(0.03), gn.SGD(0.1, momentum=0.9)], ids=str)
@pytest.mark.parametrize("before", [0, 7])
def test_what_follows_is_the_same_again(optimizer: gn.Optimizer, before: int) -> None:
    net = network()
    steps(net, before, optimizer)
    kept, then = net.snapshot(), numbers(net)
    losses = steps(net, 10, optimizer)
    after = numbers(net)
    for _ in range(2):
        net.restore(kept)
        assert numbers(net) == then
        assert steps(net, 10, optimizer) == losses
        assert numbers(net) == after


def test_between_calls_of_fit() -> None:
    net = network()
    net.fit(X, Y, epochs=2, optimizer=gn.Adam(0.03))
    kept = net.snapshot()
    history = net.fit(X, Y, epochs=3, optimizer=gn.Adam(0.03))
    after, losses = numbers(net), history["loss"]
    net.restore(kept)
    assert len(net.history["loss"]) == 2
    assert net.fit(X, Y, epochs=3, optimizer=gn.Adam(0.03))["loss"] == losses
    assert numbers(net) == after


def test_the_settings_of_layers_come_back_too() -> None:
    net = network()
    steps(net, 3, gn.Adam())
    kept = net.snapshot()
    net.change("dropout_1", rate=0.7)
    net.change("dense_1", weights_penalty=None)
    changed = steps(net, 5, gn.Adam())
    net.restore(kept)
    assert net.layers["dropout_1"].rate == 0.2  # type: ignore[attr-defined]
    assert net.penalty() > 0
    assert steps(net, 5, gn.Adam()) != changed


def test_another_network_goes_on_from_it_and_leaves_the_first_alone() -> None:
    net, other = network(), network()
    steps(net, 5, gn.Adam())
    other.restore(net.snapshot())
    then = numbers(net)
    losses = steps(other, 5, gn.Adam())
    assert numbers(net) == then
    assert steps(net, 5, gn.Adam()) == losses
    assert numbers(net) == numbers(other)


def test_of_another_network_it_is_refused() -> None:
    net = gn.Network(2, gn.Dense(3), gn.Dense(1))
    with pytest.raises(gn.GlassnetError, match="these layers would have other parameters"):
        net.restore(network().snapshot())
    assert net(X).shape == (60, 1)


def test_a_step_is_counted_in_multiply_adds() -> None:
    net = gn.Network(3, gn.Dense(4, "relu"), gn.Dense(1))
    assert net.training is None
    net.train_on_batch(np.zeros((5, 3)), np.zeros(5))
    assert net.training is not None
    forward, weights, hidden = 5 * (3 * 4 + 4), 5 * (3 * 4 + 4), 5 * 4
    assert net.training.operations(5).multiply_adds == forward + weights + hidden


@pytest.mark.parametrize("samples", [13, 25, 30, 60])
def test_batches_are_those_of_fit_and_the_engine_begins_at_the_same_step(
    samples: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the last batch's size; the engine is made to pay after a few steps."""
    monkeypatch.setattr("glassnet.train.steps.PAYS", 2e-5)
    fitted, stepped = (gn.Network(2, gn.Dense(4, "tanh"), gn.Dropout(0.1), gn.Dense(1, "sigmoid")) for _ in range(2))
    fitted.fit(X[:samples], Y[:samples], epochs=6, batch_size=10, optimizer=gn.SGD(0.3))
    for epoch in range(6):
        for x, y in stepped.batches(X[:samples], Y[:samples], batch_size=10, epoch=epoch):
            stepped.train_on_batch(x, y, optimizer=gn.SGD(0.3))
    np.testing.assert_array_equal(fitted.parameters.buffer, stepped.parameters.buffer)


@pytest.mark.parametrize("step", [0, 3, 11, 29])
def test_steps_made_again_are_those_of_the_same_engine(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.train.steps.PAYS", 2e-5)
    net, snapshots = network(), {}
    for i in range(30):
        snapshots[i] = net.snapshot()
        net.train_on_batch(X[i : i + 20], Y[i : i + 20], optimizer=gn.Adam(0.03))
    after = numbers(net)
    net.restore(snapshots[step])
    for i in range(step, 30):
        net.train_on_batch(X[i : i + 20], Y[i : i + 20], optimizer=gn.Adam(0.03))
    assert numbers(net) == after
