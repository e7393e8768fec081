"""Start reading here: all that a network is for, from its first weights to a file, in one small test."""

from pathlib import Path

import numpy as np

import glassnet as gn


def test_a_network_is_a_function_that_learns(tmp_path: Path) -> None:
    # Points on two half circles that reach into each other. Which is a point on? No straight line can tell.
    x, y = gn.data.moons(samples=100)

    # A network is a function: two numbers in, two probabilities out.
    net = gn.Network(2, gn.Dense(32, "relu"), gn.Dense(2, "softmax"), seed=0)
    assert net(x).shape == (200, 2)
    np.testing.assert_allclose(net(x).sum(axis=1), 1, rtol=1e-6)

    # Its weights are still random numbers, and so are its answers.
    assert net.evaluate(x, y)["accuracy"] < 0.9

    # Every weight has a gradient: how the loss changes with it. A small step against them makes the loss smaller.
    before = net.loss(x, y)
    for name, gradient in net.gradients(x, y).items():
        net.parameters[name] = net.parameters[name] - 0.1 * gradient
    assert net.loss(x, y) < before

    # Many such steps are training.
    history = net.fit(x, y, epochs=60, optimizer=gn.Adam(0.02))
    assert history["loss"][-1] < history["loss"][0] / 10
    assert net.evaluate(x, y)["accuracy"] > 0.99

    # It answers for points that it has never seen.
    x_new, y_new = gn.data.moons(samples=100, seed=1)
    assert (net.predict(x_new) == y_new).mean() > 0.97

    # It can be kept, and does the same again.
    net.save(tmp_path / "moons.safetensors")
    again = gn.load(tmp_path / "moons.safetensors")
    assert (again(x) == net(x)).all()

    # The same seed gives the same numbers, bit for bit: nothing here is left to chance.
    twins = [gn.Network(2, gn.Dense(32, "relu"), gn.Dense(2, "softmax"), seed=7) for _ in range(2)]
    for twin in twins:
        twin.fit(x, y, epochs=3)
    assert (twins[0](x) == twins[1](x)).all()


def test_feeding_forward_is_arithmetic_that_one_can_do_by_hand() -> None:
    # Two inputs, u = 0.4 and v = −0.7; one neuron: the sum of input × weight, plus a bias, through relu.
    net = gn.Network(2, gn.Dense(1, "relu", weights=[[0.3], [-0.7]], biases=[0.1]), dtype="float64")
    by_hand = max(0.4 * 0.3 + -0.7 * -0.7 + 0.1, 0)
    np.testing.assert_allclose(net([0.4, -0.7]), [by_hand], rtol=1e-15)

    # The loss is (0.71 − 1)², and its gradient with respect to the bias 2 (0.71 − 1): the chain rule, nothing else.
    np.testing.assert_allclose(net.loss([[0.4, -0.7]], [[1.0]]), (by_hand - 1) ** 2, rtol=1e-14)
    gradients = net.gradients([[0.4, -0.7]], [[1.0]])
    np.testing.assert_allclose(gradients["dense_1.biases"], [2 * (by_hand - 1)], rtol=1e-14)
    np.testing.assert_allclose(gradients["dense_1.weights"], [[2 * (by_hand - 1) * 0.4], [2 * (by_hand - 1) * -0.7]])
