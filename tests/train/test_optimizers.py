"""Optimisers and schedules by what they must do; tests/oracles holds their numbers."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn

X = np.random.default_rng(1).normal(size=(40, 3))
Y = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]


def network() -> gn.Network:
    return gn.Network(3, gn.Dense(12, "tanh"), gn.Dense(1), seed=1, dtype="float64")


class Path(gn.Callback):
    """Notes the loss at each point that was tried, and the points."""

    def __init__(self, net: gn.Network) -> None:
        self.losses: list[float] = []
        self.points = [net.parameters.buffer.copy()]

    def on_step(self, training: Any, measured: Any) -> None:
        self.losses.append(measured["loss"])
        self.points.append(training.network.parameters.buffer.copy())


def descend(net: gn.Network, optimizer: gn.Optimizer, steps: int, y: np.ndarray = Y, x: np.ndarray = X) -> Path:
    path = Path(net)
    net.fit(x, y, epochs=steps, batch_size=len(x), shuffle=False, optimizer=optimizer, metrics=[], callbacks=[path])
    return path


@pytest.mark.parametrize("name", sorted(gn.Optimizer.known))
def test_every_one_learns_with_its_defaults(name: str) -> None:
    """Not equally fast: defaults differ a hundredfold. But downhill it goes."""
    net = network()
    before = net.loss(X, Y)
    net.fit(X, Y, epochs=60, batch_size=40, optimizer=name)
    assert net.loss(X, Y) < 0.97 * before


# ── L-BFGS ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_lbfgs_goes_far_in_few_steps() -> None:
    slow, fast = network(), network()
    slow.fit(X, Y, epochs=150, batch_size=40, optimizer=gn.Adam(0.01))
    descend(fast, gn.LBFGS(), 150)
    assert fast.loss(X, Y) < 0.2 * slow.loss(X, Y)


def test_lbfgs_solves_a_linear_problem() -> None:
    """Least squares in four unknowns: a quadratic, whose minimum it finds to all digits."""
    net = gn.Network(3, gn.Dense(1), dtype="float64")
    y = X @ [1.0, -2.0, 3.0] + 0.5
    descend(net, gn.LBFGS(), 60, y)
    np.testing.assert_allclose(net.parameters["dense_1.weights"][:, 0], [1, -2, 3], atol=1e-7)
    np.testing.assert_allclose(net.parameters["dense_1.biases"], [0.5], atol=1e-7)


def test_lbfgs_halves_a_step_that_is_too_long() -> None:
    """From w = (weights, biases), each trial is half as far along the first direction, until the loss is low enough."""
    net = gn.Network(3, gn.Dense(1, weights=[[1.0], [1.0], [1.0]]), dtype="float64")
    path = descend(net, gn.LBFGS(2.0**12), 12, X[:, 0] * 3)
    start, first = path.points[0], path.points[1] - path.points[0]
    tried = [np.linalg.norm(point - start) / np.linalg.norm(first) for point in path.points[1:]]
    halvings = int(np.argmax([loss < path.losses[0] for loss in path.losses[1:]]))  # the loss at point k is seen at k+1
    assert halvings >= 5
    np.testing.assert_allclose(tried[: halvings + 1], 0.5 ** np.arange(halvings + 1), rtol=1e-12)
    assert all(loss > path.losses[0] for loss in path.losses[1 : halvings + 1])


@pytest.mark.parametrize("rate", [1.0, 10.0, 1000.0])
def test_lbfgs_never_goes_on_from_a_worse_point(rate: float) -> None:
    """What it tries after a point that is worse lies half as far from the last good one, on the same line."""
    path, start, rejected = descend(network(), gn.LBFGS(rate), 100), 0, 0
    for k in range(1, len(path.losses)):
        halfway = path.points[start] + 0.5 * (path.points[k] - path.points[start])
        if path.losses[k] > path.losses[start]:
            rejected += 1
            np.testing.assert_allclose(path.points[k + 1], halfway, rtol=1e-9)
        elif not np.allclose(path.points[k + 1], halfway, rtol=1e-9):  # else better, but not by enough
            start = k
    assert rejected > 0
    assert path.losses[start] < 0.3 * path.losses[0]


# ── Muon, Lion ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_lion_moves_every_weight_by_the_learning_rate() -> None:
    net = network()
    path = descend(net, gn.Lion(0.25), 1)
    np.testing.assert_allclose(np.abs(path.points[1] - path.points[0]), 0.25, rtol=1e-12)


@pytest.mark.parametrize("shape", [(6, 3), (3, 6), (4, 4)], ids=str)
def test_muon_moves_matrices_by_all_singular_values_alike(shape: tuple[int, int]) -> None:
    """Five Newton–Schulz steps bring each near 1, times √max(1, units / inputs)."""
    x, y = np.random.default_rng(0).normal(size=(30, shape[0])), np.random.default_rng(1).normal(size=(30, shape[1]))
    net = gn.Network(shape[0], gn.Dense(shape[1], biases=None), dtype="float64")
    path = descend(net, gn.Muon(1.0), 1, y, x)
    values = np.linalg.svd((path.points[1] - path.points[0]).reshape(shape), compute_uv=False)
    values /= max(1.0, shape[1] / shape[0]) ** 0.5
    assert ((values > 0.6) & (values < 1.3)).all()


# ── schedules ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("schedule", "steps"),
    [
        (gn.StepDecay(0.4, every=2, factor=0.5), [0.4, 0.4, 0.2, 0.2, 0.1]),
        (gn.ExponentialDecay(0.4, every=2, factor=0.25), [0.4, 0.2, 0.1, 0.05, 0.025]),
        (gn.InverseTimeDecay(0.4, decay=1.0), [0.4, 0.2, 0.4 / 3, 0.1, 0.08]),
        (gn.PolynomialDecay(0.4, steps=4), [0.4, 0.3, 0.2, 0.1, 0.0]),
        (gn.PolynomialDecay(0.4, steps=2, final=0.1), [0.4, 0.25, 0.1, 0.1, 0.1]),
        (gn.CosineDecay(0.4, period=2), [0.4, 0.2, 0.0, 0.0, 0.0]),
        (gn.CosineDecay(0.4, period=2, restarts=True), [0.4, 0.2, 0.4, 0.2, 0.4]),
        (gn.WarmUp(0.4, steps=4), [0.1, 0.2, 0.3, 0.4, 0.4]),
    ],
    ids=str,
)
def test_the_steps_of_a_training_follow_the_schedule(schedule: gn.Schedule, steps: list[float]) -> None:
    @gn.loss
    def slope(prediction: gn.ops.Var, target: gn.ops.Var) -> gn.ops.Var:
        return -prediction  # its gradient is −1 everywhere, so each step is the learning rate

    net = gn.Network(1, gn.Dense(1, weights="zeros", biases=None), dtype="float64")
    path = Path(net)
    net.fit([[1.0]], [[0.0]], epochs=5, optimizer=gn.SGD(schedule), loss=slope, metrics=[], callbacks=[path])
    np.testing.assert_allclose(np.diff(np.ravel(path.points)), steps, rtol=1e-12, atol=1e-15)


def test_a_schedule_counts_updates_not_batches() -> None:
    net = gn.Network(1, gn.Dense(1, weights="zeros", biases=None), dtype="float64")
    path = Path(net)
    x, y = np.ones((8, 1)), np.full((8, 1), 1e9)  # so far away that the slope hardly changes
    schedule = gn.StepDecay(1e-12, every=1, factor=0.5)
    net.fit(x, y, epochs=1, batch_size=1, accumulate=2, optimizer=gn.SGD(schedule), metrics=[], callbacks=[path])
    moves = np.diff(np.ravel(path.points))
    np.testing.assert_allclose(moves / moves[1], [0, 1, 0, 0.5, 0, 0.25, 0, 0.125], atol=1e-6)
