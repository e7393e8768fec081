"""Graphs of explanations: made once for a network, whatever its numbers, and anew where its layers are others."""

from dataclasses import dataclass

import numpy as np
import pytest

import glassnet as gn
from glassnet.ir import Var
from glassnet.train import training


def network() -> gn.Network:
    return gn.Network(2, gn.Dense(3, "tanh"), gn.Dropout(0.5), gn.Dense(2, "softmax"), seed=1, dtype="float64")


def test_another_sample_and_other_weights_are_read_from_the_same_graphs() -> None:
    net = network()
    first = net.explain([1.0, 2.0], 0, optimizer=gn.Adam())
    before = first["loss"].value, first.gradient("dense_1.weights[0, 0]").value, first.update("dense_1.biases[0]").value
    net.parameters["dense_1.weights"] = np.ones((2, 3))
    second = net.explain([3.0, -1.0], 1, optimizer=gn.Adam())
    assert second.training.graph is first.training.graph
    assert second.training.gradient_of == first.training.gradient_of
    assert second["loss"].value == pytest.approx(net.loss([[3.0, -1.0]], [1]), rel=1e-12)
    slope = net.gradients([[3.0, -1.0]], [1])["dense_1.weights"][0, 0]
    assert second.gradient("dense_1.weights[0, 0]").value == pytest.approx(slope, rel=1e-12)
    after = first["loss"].value, first.gradient("dense_1.weights[0, 0]").value, first.update("dense_1.biases[0]").value
    assert after == before, "an explanation is of the weights as they were"


def test_no_step_is_traced_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for another explanation, nor for the training that makes the step."""
    traced = []
    original = training.training_step
    monkeypatch.setattr(training, "training_step", lambda *args: traced.append(args) or original(*args))
    net, x, y = network(), [[1.0, 2.0], [2.0, 1.0]], [0, 1]
    for _ in range(3):
        net.explain(x, y, optimizer="adam").update("dense_1.biases[0]")
    net.fit(x, y, epochs=2)
    net.fit(x, y, epochs=2, reset=True)
    net.explain(x, y, optimizer="adam").update("dense_1.biases[0]")
    assert len(traced) == 1
    net.fit(x, y, epochs=1, optimizer=gn.Adam(0.1))
    assert len(traced) == 2


def test_other_layers_have_other_graphs() -> None:
    net = network()
    before = net.explain([1.0, 2.0], 0, optimizer="sgd")
    assert "dropout_1.kept[0] in training" in before.training.by_name or before.training.mark
    net.change("dropout_1", rate=0.0)
    net.freeze("dense_1")
    after = net.explain([1.0, 2.0], 0, optimizer="sgd")
    assert after.training.graph is not before.training.graph
    with pytest.raises(gn.GlassnetError, match=r"dense_1\.biases is frozen"):
        after.update("dense_1.biases[0]")


def test_a_loss_that_is_defined_again_is_another() -> None:
    net = gn.Network(1, gn.Identity(), dtype="float64")

    def measured(power: int) -> tuple[float, float]:
        @gn.loss
        def own_power(prediction: Var, target: Var) -> Var:
            return (prediction - target) ** power

        return net.loss([[3.0]], [[1.0]], own_power), float(net.explain([3.0], [1.0], loss=own_power)["loss"].value)

    assert [measured(power) for power in (2, 4, 2)] == [(4, 4), (16, 16), (4, 4)]


def test_an_optimizer_with_a_list_among_its_settings() -> None:
    """Its settings have no hash, so its steps are traced each time."""

    @dataclass(frozen=True)
    class Parts(gn.Optimizer):
        learning_rate: float = 0.1
        parts: list[float] | None = None

        def update(self, w: Var, g: Var, step: Var) -> Var:
            return w - self.learning_rate * sum(self.parts or [1.0]) * g

    net = gn.Network(1, gn.Dense(1, weights=[[1.0]]), dtype="float64")
    rule = Parts(parts=[0.25, 0.25])
    new = net.explain([1.0], [0.0], optimizer=rule).update("dense_1.weights[0, 0]").value
    net.train_on_batch([[1.0]], [[0.0]], optimizer=rule)
    assert net.parameters["dense_1.weights"].item() == new == pytest.approx(0.9)
