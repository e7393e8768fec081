"""One thread trains, others read: each reading is of one step's numbers, whole."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet import ops

WIDE = 40_000  # so that writing them takes long enough for another thread to come in between


@gn.loss
def downhill(prediction: Any, target: Any) -> Any:
    """Its gradient by the biases is −1: with the learning rate 1, each step adds 1 to all of them."""
    return ops.sum(-prediction, axes=(1,))


def network() -> gn.Network:
    """All its parameters are equal, and grow together: any two that differ are of two steps."""
    return gn.Network(1, gn.Dense(WIDE, weights="zeros"), dtype="float64")


def loss(net: gn.Network) -> np.ndarray:
    return np.array([net.loss([[0.0]], np.zeros((1, WIDE)), loss=gn.AbsoluteError())])


READINGS: dict[str, Callable[[gn.Network], np.ndarray]] = {
    "net(x)": lambda net: net([0.0]),
    "many samples": lambda net: net(np.zeros((20, 1)))[[0, -1]],
    "predict": lambda net: net.predict([[0.0]]),
    "parameters.copy": lambda net: net.parameters.copy()["dense_1.biases"],
    "arrays": lambda net: net.arrays()["dense_1.biases"],
    "net.copy": lambda net: net.copy().parameters["dense_1.biases"],
    "evaluate": loss,
}


@pytest.mark.parametrize("reading", READINGS)
def test_a_reading_is_of_one_step(reading: str) -> None:
    net, end, seen = network(), threading.Event(), []

    class UntilRead(gn.Callback):
        def on_step(self, training: Any, measured: Mapping[str, float]) -> None:
            if end.is_set():
                training.stop_now = "read often enough"

    def train() -> None:
        settings: dict[str, Any] = {"optimizer": gn.SGD(1.0), "loss": downhill, "metrics": []}
        net.fit([[0.0]], np.zeros((1, WIDE)), epochs=10**9, callbacks=[UntilRead()], **settings)

    thread = threading.Thread(target=train)
    thread.start()
    try:
        while len(set(seen)) < 30:
            numbers = READINGS[reading](net)
            assert numbers.min() == numbers.max()
            seen.append(float(numbers.flat[0]))
    finally:
        end.set()
        thread.join()
    assert seen == sorted(seen)


def test_two_threads_do_not_train_one_network_at_once() -> None:
    """They would undo each other's steps, in an order of chance; a callback of the training itself may train on."""
    net, begun, end = gn.Network(1, gn.Dense(1)), threading.Event(), threading.Event()
    data: Any = ([[0.0], [1.0]], [[1.0], [3.0]])

    class Hold(gn.Callback):
        def on_epoch(self, training: Any, measured: Mapping[str, float]) -> None:
            begun.set()
            assert end.wait(60)

    class Within(gn.Callback):
        def on_epoch(self, training: Any, measured: Mapping[str, float]) -> None:
            net.train_on_batch(*data)

    thread = threading.Thread(target=lambda: net.fit(*data, epochs=1, callbacks=[Hold()]))
    thread.start()
    assert begun.wait(60)
    before, history = net.parameters.copy(), net.history
    with pytest.raises(gn.GlassnetError, match=r"another thread is training this network: .* net\.copy\(\)"):
        net.fit(*data)
    assert net.history is history
    assert all(np.array_equal(net.parameters[name], array) for name, array in before.items())
    assert net.copy().fit(*data, epochs=1).epochs == 1
    end.set()
    thread.join()
    assert net.fit(*data, epochs=2, callbacks=[Within()]).epochs >= 2
