"""An absurd learning rate is named, whatever it leads to, and the network keeps weights that are good."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from tests.train import job


def classifier() -> gn.Network:
    return gn.Network(4, gn.Dense(8, "relu"), gn.Dense(3, "softmax"))


def regressor(*layers: gn.Layer) -> gn.Network:
    return gn.Network(4, *(layers or [gn.Dense(8, "relu"), gn.Dense(1)]))


@pytest.mark.parametrize("optimizer", [gn.SGD(1e6), gn.SGD(1e6, momentum=0.9), gn.Adam(1e6), gn.RMSprop(1e6)], ids=str)
@pytest.mark.parametrize("hidden", ["relu", "tanh", "sigmoid"])
def test_a_loss_that_explodes_without_nan(optimizer: gn.Optimizer, hidden: str) -> None:
    """A softmax bounds its gradient: with a rate of a million the loss ends at a finite number of no use."""
    net = gn.Network(4, gn.Dense(8, hidden), gn.Dense(3, "softmax"))
    before = net.parameters.buffer.copy()
    with pytest.raises(gn.DivergenceError) as caught:
        net.fit(job.X, job.Y, epochs=5, optimizer=optimizer)
    message = str(caught.value)
    assert message.startswith("training diverged ")
    assert "try a smaller learning rate (glassnet.find_learning_rate suggests one)" in message
    assert message.endswith("; the network has the weights it began with")
    assert (net.parameters.buffer == before).all()


@pytest.mark.parametrize("rate", [10.0, 1e6, 1e30, 1e300])
def test_a_loss_that_leaves_the_finite_numbers(rate: float) -> None:
    net = regressor()
    before = net.loss(job.X, job.X[:, 0])
    with pytest.raises(gn.DivergenceError, match=r"^training diverged .*; try a smaller learning rate"):
        net.fit(job.X, job.X[:, 0], epochs=50, optimizer=gn.SGD(rate))
    assert net.loss(job.X, job.X[:, 0]) <= before


def test_it_names_the_step_and_the_layer() -> None:
    net = regressor(gn.Dense(4, name="wide"), gn.Dense(1, name="last"))
    said = r"diverged at step 2 \(epoch 1\): the loss is \w+, and the first number that is not finite is in .* in last;"
    for batch_size in (30, 60):  # in the middle of an epoch and at its end
        with pytest.raises(gn.DivergenceError, match=said):
            net.fit(job.X, job.X[:, 0], epochs=2, batch_size=batch_size, optimizer=gn.SGD(1e30))
    with pytest.raises(
        gn.DivergenceError, match=r"at step \d+ \(epoch \d\) or before: .*, most of all last.weights; try"
    ):
        net.fit(job.X, job.X[:, 0], epochs=9, batch_size=30, optimizer=gn.SGD(300.0))


class Jump(gn.Callback):
    """Ruins the learning rate after some epoch."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.weights: dict[int, bytes] = {}

    def on_epoch(self, training: Any, row: Any) -> None:
        self.weights[training.position["epoch"]] = training.network.parameters.buffer.tobytes()
        if training.position["epoch"] == self.epoch:
            training.learning_rate_factor = 1e8


@pytest.mark.parametrize("validation", [None, (job.XV, job.YV)], ids=["by loss", "by validation loss"])
def test_late_divergence_goes_back_to_the_best_epoch(validation: Any) -> None:
    net, jump = classifier(), Jump(6)
    said = r"\(epoch 7\).*; the network has the weights of epoch 6, the best by"
    with pytest.raises(gn.DivergenceError, match=said) as e:
        net.fit(job.X, job.Y, epochs=9, optimizer=gn.Adam(0.01), callbacks=[jump], validation=validation)
    assert net.parameters.buffer.tobytes() == jump.weights[6]
    assert ("the best by validation loss" in str(e.value)) == (validation is not None)


def test_a_trained_network_that_gets_worse_for_a_while_has_not_diverged() -> None:
    """Next to no loss grows a thousandfold at the first careless step, and training goes on nevertheless."""
    x = np.linspace(-1, 1, 16)[:, None]
    net = gn.Network(1, gn.Dense(1, weights=[[1.0]], biases=[1e-7]), dtype="float64")
    first = net.loss(x, x)
    history = net.fit(x, x, epochs=30, optimizer=gn.Adam(0.05))
    assert max(history["loss"]) > 1000 * first


def test_weights_may_grow_large_where_the_data_ask_for_it() -> None:
    x = np.linspace(-1, 1, 16)[:, None]
    for start in ([[0.0]], [[0.01]]):
        net = gn.Network(1, gn.Dense(1, weights=start), dtype="float64")
        net.fit(x, 1e6 * x, epochs=200, optimizer=gn.SGD(0.3))
        assert net.parameters["dense_1.weights"].item() == pytest.approx(1e6, rel=1e-6)


def test_inputs_that_are_too_large_are_not_blamed_on_the_learning_rate() -> None:
    with pytest.raises(gn.DivergenceError, match="no weight has changed yet, so the inputs, targets or first weights"):
        regressor().fit(job.X * 1e25, job.X[:, 0])


def test_an_output_that_is_no_probability() -> None:
    with pytest.raises(
        gn.DivergenceError, match="the logarithm of an output that is not positive: end the network with"
    ):
        gn.Network(4, gn.Dense(3)).fit(job.X, job.Y, loss="categorical cross-entropy")


def test_the_running_statistics_go_back_too() -> None:
    net = gn.Network(4, gn.Dense(8), gn.BatchNorm(), gn.Dense(1))
    with pytest.raises(gn.DivergenceError):
        net.fit(job.X, job.X[:, 0], epochs=9, optimizer=gn.SGD(1e30))
    assert np.isfinite(net.parameters.buffer).all()
    assert all(np.isfinite(array).all() for array in net.state.values())
