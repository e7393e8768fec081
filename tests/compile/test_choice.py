"""engine="auto": the evaluator first, the compiled engine once that pays, by a rule that keeps the bits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet import compile as engine
from glassnet.compile import choice
from glassnet.ir import PRIMITIVES, Primitive, Var
from glassnet.train import compiled
from glassnet.train.training import Training

pytestmark = pytest.mark.skipif(not engine.is_available(), reason="llvmlite has no wheel for this platform")

X = np.random.default_rng(3).normal(size=(90, 6))
Y = np.arange(90) % 4
SETTINGS: dict[str, Any] = {"batch_size": 16, "validation": (X[:20], Y[:20])}
EPOCHS = 4


@pytest.fixture(autouse=True)
def nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(choice.VARIABLE, raising=False)


@pytest.fixture
def pays_in_the_second_epoch(monkeypatch: pytest.MonkeyPatch) -> int:
    """The step from which the engine goes on: the ninth, in the middle of an epoch of six."""
    seconds = trained(epochs=1)._training.traced.work.seconds(15)  # type: ignore[union-attr]
    for module in ("glassnet.train.steps", "glassnet.model.function"):
        monkeypatch.setattr(f"{module}.PAYS", 8.5 * seconds)
    return 9


def network() -> gn.Network:
    layers = gn.Dense(8, "tanh"), gn.BatchNorm(), gn.Dropout(0.3), gn.Dense(4, "softmax")
    return gn.Network(6, *layers, seed=1)


def trained(**settings: Any) -> gn.Network:
    net = network()
    net.fit(X, Y, **{**SETTINGS, "epochs": EPOCHS, **settings})
    return net


def assert_same(net: gn.Network, other: gn.Network) -> None:
    for name, array in net.arrays().items():
        assert np.array_equal(array, other.arrays()[name]), name
    for name in set(net.history) - {"seconds"}:
        assert net.history[name] == other.history[name], name


def test_little_work_is_the_evaluators(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("planned for nothing")

    monkeypatch.setattr("glassnet.compile.function.planned", refuse)
    monkeypatch.setattr("glassnet.train.compiled.planned", refuse)
    net = trained()
    net(X[0]), net(X), net.evaluate(X, Y), net.gradients(X, Y)
    assert net.history.engine == "numpy"
    assert_same(net, trained(engine="numpy"))


def test_the_history_says_where_the_engine_went_on(pays_in_the_second_epoch: int) -> None:
    net = trained()
    assert net.history.engine == f"numpy, compiled from step {pays_in_the_second_epoch}"
    assert f"engine: numpy, compiled from step {pays_in_the_second_epoch})" in repr(net.history)
    assert "<p>engine: numpy, compiled" in net.history._repr_html_()
    assert trained(engine="compiled").history.engine == "compiled"
    assert trained(engine="numpy").history.engine == "numpy"


def test_epochs_one_by_one_are_epochs_at_once(pays_in_the_second_epoch: int) -> None:
    one_by_one = network()
    for _ in range(EPOCHS):
        one_by_one.fit(X, Y, epochs=1, **SETTINGS)
    assert_same(one_by_one, trained())
    assert one_by_one.history.engine == trained().history.engine


@pytest.mark.parametrize("stop", range(6, 14))
def test_a_stopped_training_goes_on_by_its_engine(stop: int, pays_in_the_second_epoch: int, tmp_path: Path) -> None:
    class Stop(gn.Callback):
        def on_step(self, training: Training, measured: Any) -> None:
            if training.position["step"] >= stop:
                training.stop_now = "for now"

    trained(callbacks=[Stop(), gn.Checkpoint(tmp_path)])
    resumed = trained(callbacks=[gn.Checkpoint(tmp_path)], resume=tmp_path)
    assert_same(resumed, trained())
    assert resumed.history.engine == trained().history.engine


def test_another_engine_is_said_when_resuming(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    trained(epochs=1, callbacks=[gn.Checkpoint(tmp_path)], engine="numpy")
    net = trained(epochs=2, callbacks=[gn.Checkpoint(tmp_path)], resume=tmp_path, engine="compiled")
    assert "was made with engine='numpy', and here it is 'compiled': the last bits may differ" in caplog.text
    assert net.history.engine == "numpy, compiled from step 7"


def test_steps_on_single_batches_go_on_by_the_engine_too(pays_in_the_second_epoch: int) -> None:
    net = network()
    for _ in range(12):
        net.train_on_batch(X[:15], Y[:15])
    assert net._training is not None
    assert net._training.history.engines[0] == ("numpy", 1)
    assert net._training.history.engines[1][0] == "compiled"


def test_other_settings_begin_anew(pays_in_the_second_epoch: int) -> None:
    net = trained(epochs=2)
    net.fit(X, Y, epochs=1, optimizer="sgd", **SETTINGS)
    assert [name for name, _ in net.history.engines] == ["numpy", "compiled", "numpy"]


@pytest.mark.parametrize(("hidden", "engine"), [(8, "numpy"), (40_000, "compiled")])
def test_a_call_is_made_by_the_same_engine_each_time(hidden: int, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nets = [gn.Network(6, gn.Dense(hidden, "tanh"), gn.Dense(3), seed=1) for _ in range(2)]
    answers = [nets[0](X[1]) for _ in range(300)]
    monkeypatch.setenv(choice.VARIABLE, engine)
    np.testing.assert_array_equal(answers, [nets[1](X[1])] * 300)


def test_many_samples_are_the_engines_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    net = network()
    large = np.random.default_rng(1).normal(size=(20_000, 6))
    monkeypatch.setattr("glassnet.model.function.PAYS", choice.Work.of(net.graph).seconds(20_000))
    found = net(large)
    monkeypatch.setenv(choice.VARIABLE, "compiled")
    assert np.array_equal(found, net.copy()(large))


def test_what_has_no_kernel_is_the_evaluators_and_the_history_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Primitive("own", "x, by Python.", rule=lambda x: x, kernel=lambda x: x * 1.0, vjp=lambda g, y, x: (g,))
    del PRIMITIVES["own"]  # it must not be there in other tests

    @dataclass(frozen=True)
    class Own(gn.Layer):
        def __call__(self, x: Var) -> Var:
            return own(x)

    net = gn.Network(6, gn.Dense(4), Own())
    monkeypatch.setenv(choice.VARIABLE, "compiled")
    net.fit(X, X[:, :4], epochs=1)
    net(X), net(X[0])
    assert net.history.engine == "numpy (the compiled engine has no kernel for the operation own)"


def test_the_variable_says_what_auto_means(monkeypatch: pytest.MonkeyPatch) -> None:
    for said in ("compiled", "numpy"):
        monkeypatch.setenv(choice.VARIABLE, said)
        assert trained(epochs=1).history.engine == said
        assert trained(epochs=1, engine="compiled").history.engine == "compiled"
    monkeypatch.setenv(choice.VARIABLE, "gpu")
    with pytest.raises(gn.GlassnetError, match="GLASSNET_ENGINE must be auto, compiled or numpy, got 'gpu'"):
        trained()


def test_the_rule_counts_work_and_no_time(monkeypatch: pytest.MonkeyPatch, pays_in_the_second_epoch: int) -> None:
    before = trained().history.engines
    monkeypatch.setattr(compiled.time, "perf_counter", iter(range(10**9)).__next__)
    assert trained().history.engines == before
